//! Faults by which data of one conversation appear in another.

use serde_json::json;
use uuid::Uuid;

use crate::conversation::{Member, MemberRole, StoredConversation};
use crate::fault::Fault;
use crate::fault::edit::{data, is_group, members, shown, there};
use crate::fault::hook::Hook::{Again, Answer, Conversation as Stored, Instead};
use crate::fault::hook::{BOTH, FaultContext, OF_2018, OF_2026, and};

pub(super) const FAULTS: &[Fault] = &[
    Fault::new(
        "group-code-shared",
        "All GROUPs of a server have the same code.",
        BOTH,
        "groups-own-code",
        &[Stored(|made, _| code(made, |_| 0xd824_4b92_30e9_44b5_bfb0_ce59_7c78_8125))],
    )
    .also(WHOLE),
    Fault::new(
        "group-code-of-the-owner",
        "The code of a GROUP is the same for all GROUPs of an owner.",
        BOTH,
        "groups-own-code",
        &[Stored(|made, _| code(made, |made| made.creator.as_u128()))],
    )
    .also(WHOLE),
    Fault::new(
        "group-code-of-few",
        "There are 256 codes for all GROUPs.",
        BOTH,
        "groups-own-code",
        &[Stored(|made, _| {
            code(made, |made| 0xd824_4b92_30e9_44b5_bfb0_ce59_7c78_8100 | (made.id.as_u128() >> 40 & 0xff))
        })],
    )
    .also(WHOLE),
    Fault::new(
        "group-code-of-the-minute",
        "The code of a GROUP is made from the second in which it is created.",
        BOTH,
        "groups-own-code",
        &[Stored(|made, context| {
            let time = context.came.at(crate::policy::UtcOffset::Z).to_string();
            let second: String = time.chars().take(19).filter(char::is_ascii_digit).collect();
            let second: u128 = second.parse().unwrap_or_default();
            code(made, |_| 0xd824_4b92_30e9_44b5_0000_0000_0000_0000 | second);
        })],
    )
    .also(WHOLE),
    Fault::new(
        "code-of-the-request",
        "A GROUP has the code that its request names.",
        BOTH,
        "answer-members-of-the-server",
        &[Stored(|made, context| {
            if let Ok(named) = context.text("/code_id").parse::<Uuid>() {
                code(made, |_| named.as_u128());
            }
        })],
    ),
    Fault::new(
        "session-of-a-stranger",
        "The sessions of an answer have one of a user who is in no list.",
        OF_2026,
        "sessions-of-participants",
        &[Answer(|answer, _| {
            if let Some(sessions) = data(answer).and_then(|data| data.get_mut("participant_sessions")?.as_array_mut()) {
                let (user, session) = (Uuid::new_v4().to_string(), Uuid::new_v4().to_string());
                sessions.push(json!({"type": "participant", "user_id": user, "session_id": session, "public_key": ""}));
            }
        })],
    ),
    Fault::new(
        "members-leak",
        "A GROUP of the same members as an earlier one gets those of its creator's latest GROUPs, too.",
        BOTH,
        "groups-own-members",
        &[Stored(|made, context| {
            let recent = context.recent();
            let own: Vec<_> = recent.iter().filter(|one| is_group(one) && one.creator == made.creator).collect();
            let has_all_of = |one: &StoredConversation| one.members.iter().all(|member| made.has_member(member.user));
            let is_alike = |one: &StoredConversation| one.members.len() == made.members.len() && has_all_of(one);
            if is_group(made) && made.members.len() > 1 && own.iter().any(|one| is_alike(one)) {
                // Requests run in parallel: the latest conversation may belong to another case.
                for member in own.iter().take(16).flat_map(|one| &one.members) {
                    if !made.has_member(member.user) {
                        let joined = made.created_at;
                        members(made, |all| all.push(Member { joined, ..*member }));
                    }
                }
            }
        })],
    )
    .also(&[and("participants-nobody-else", "nobody has asked for them")]),
    Fault::new(
        "name-leaks",
        "Creating a GROUP without ADMINs again answers with the name of the latest one that has another.",
        OF_2026,
        "groups-own-name",
        &[Again(|again| {
            let recent = again.context.recent();
            let is_named_otherwise = |name: &str| !name.is_empty() && *name != *again.there.name;
            let latest = recent.iter().find(|one| is_group(one) && is_named_otherwise(&one.name));
            let is_plain = is_group(again.there) && is_without_admins(again.there);
            match latest.filter(|_| is_plain && again.there.creator == again.asked.creator) {
                Some(latest) => shown(again, |one| one.name = latest.name.clone()),
                None => there(again),
            }
        })],
    )
    .also(&[
        and("create-again-same-name", "the name is another one"),
        and("read-by-creator", "what is read is compared with that"),
        and("read-by-member", "what is read is compared with that"),
        and("again-by-member", "what a member is answered is compared with that"),
        and("remembered", "what is there later is compared with that"),
    ]),
    Fault::new(
        "ids-by-their-beginning",
        "A conversation is found by the first eight digits of its id.",
        OF_2018,
        "ids-whole",
        &[Instead(|id, context| alike(id, context, |id| id >> 96))],
    )
    .also(ALIKE),
    Fault::new(
        "ids-by-their-half",
        "A conversation is found by the first half of its id.",
        OF_2018,
        "ids-whole",
        &[Instead(|id, context| alike(id, context, |id| id >> 64))],
    )
    .also(ALIKE),
    Fault::new(
        "ids-by-their-end",
        "A conversation is found by the last twelve digits of its id.",
        OF_2018,
        "ids-whole",
        &[Instead(|id, context| alike(id, context, |id| id & 0xffff_ffff_ffff))],
    )
    .also(ALIKE),
    Fault::new(
        "ids-as-doubles",
        "The id of a conversation is kept as a floating-point number.",
        OF_2018,
        "ids-whole",
        &[Instead(|id, context| alike(id, context, as_double))],
    )
    .also(ALIKE),
    Fault::new(
        "any-ids-by-their-beginning",
        "A conversation is found by the first eight digits of its id, which need not be derived.",
        OF_2026,
        "ids-whole-without-random-id",
        &[Instead(|id, context| alike(id, context, |id| id >> 96))],
    )
    .also(ALIKE),
    Fault::new(
        "any-ids-by-their-end",
        "A conversation is found by the last twelve digits of its id, which need not be derived.",
        OF_2026,
        "ids-whole-without-random-id",
        &[Instead(|id, context| alike(id, context, |id| id & 0xffff_ffff_ffff))],
    )
    .also(ALIKE),
];

/// The consequences of one code for several GROUPs.
const WHOLE: &[crate::fault::Consequence] = &[
    and("ids-whole", "GROUPs with ids that are alike have the same code, as others have"),
    and("ids-whole-without-random-id", "GROUPs with ids that are alike have the same code, as others have"),
];

/// The consequences of one conversation for several ids.
const ALIKE: &[crate::fault::Consequence] = &[
    and("groups-own-code", "it is answered with the code of the other one"),
    and("participants-listed", "it is answered with the participants of the other one"),
    and("participants-nobody-else", "it is answered with the participants of the other one"),
];

fn code(made: &mut StoredConversation, code: impl FnOnce(&StoredConversation) -> u128) {
    if is_group(made) {
        made.code = Some(Uuid::from_u128(code(made)));
    }
}

/// Another GROUP of the caller whose id equals this one in a part; it is returned under this id.
fn alike(id: Uuid, context: &FaultContext, part: fn(u128) -> u128) -> Option<StoredConversation> {
    let recent = context.recent();
    let same = |one: &StoredConversation| {
        is_group(one) && one.creator == context.caller && part(one.id.as_u128()) == part(id.as_u128())
    };
    let one = recent.iter().find(|one| same(one)).filter(|_| !context.reads())?;
    Some(StoredConversation { id, ..one.as_ref().clone() })
}

/// The bits of an id that a double can hold.
fn as_double(id: u128) -> u128 {
    id >> (75 - id.leading_zeros().min(75))
}

fn is_without_admins(one: &StoredConversation) -> bool {
    one.members.iter().all(|member| member.role != MemberRole::Admin)
}
