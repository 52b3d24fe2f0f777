//! Faults in the content of an answer: the conversation's id, its members, its code.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::conversation::{Member, MemberRole};
use crate::fault::Fault;
use crate::fault::edit::{data, each, get, is_group, members, participants, roles, set, text};
use crate::fault::hook::Hook::{Answer, Conversation as Stored, With};
use crate::fault::hook::{BOTH, OF_2026, and};

pub(super) const FAULTS: &[Fault] = &[
    Fault::new(
        "answer-other-id",
        "The answer to a creation has an id that the server made, not the request's.",
        BOTH,
        "answer-same-id",
        &[Answer(|answer, context| {
            if !context.reads() {
                set(answer, "conversation_id", Uuid::new_v4().to_string())
            }
        })],
    )
    .also(&[
        and("upper-case-ids", "the id of an answer shows neither of the readings"),
        and("outsider-stays-out", "the outsider is shown in it"),
    ]),
    Fault::new(
        "answer-always-group",
        "The category of an answer is always GROUP.",
        BOTH,
        "answer-same-category",
        &[With("/data/category", r#""GROUP""#)],
    )
    .also(&[
        and("group-owner", "what is called a GROUP then is a CONTACT, and nobody owns that"),
        and("group-code-id", "what is called a GROUP then is a CONTACT, and that has no code"),
        and("refused-contact-leaves-nothing", "it looks at the CONTACT that is created afterwards"),
    ]),
    Fault::new(
        "answer-category-in-lower-case",
        "The category of an answer is in lower case.",
        BOTH,
        "answer-same-category",
        &[Answer(|answer, _| text(answer, "category", str::to_lowercase))],
    )
    .also(&[and("refused-contact-leaves-nothing", "it looks at the CONTACT that is created afterwards")]),
    Fault::new(
        "creator-is-participant",
        "The creator of an answer is the first participant of the request.",
        BOTH,
        "creator-is-caller",
        &[Stored(|made, _| {
            if let Some(first) = made.members.get(1) {
                made.creator = first.user;
            }
        })],
    )
    .also(&[
        and("caller-from-token", "the creator is somebody else, whatever the body says"),
        and("group-owner", "whoever it is, the owner is somebody else"),
        and("answer-members-of-the-server", "it asks for the creator, too"),
        and("create-again-no-takeover", "it is created again, too"),
    ]),
    Fault::new(
        "creator-nil",
        "The creator of an answer is the nil UUID.",
        BOTH,
        "creator-is-caller",
        &[With("/data/creator_id", r#""00000000-0000-0000-0000-000000000000""#)],
    )
    .also(&[
        and("caller-from-token", "the creator is somebody else, whatever the body says"),
        and("group-owner", "whoever it is, the owner is somebody else"),
        and("answer-members-of-the-server", "it asks for the creator, too"),
        and("create-again-no-takeover", "it is created again, too"),
    ]),
    Fault::new(
        "owner-not-listed",
        "The creator of a GROUP of more than four is not among its participants.",
        BOTH,
        "group-owner",
        &[Answer(|answer, _| {
            let creator = get(answer, "creator_id");
            let all = data(answer).filter(|data| data["category"] == "GROUP").and_then(participants);
            if let Some(all) = all.filter(|all| all.len() > 4) {
                all.retain(|one| one["user_id"] != creator);
            }
        })],
    )
    .also(&[and("sessions-of-participants", "the sessions name the one who is not listed")]),
    Fault::new(
        "owner-ordinary",
        "The creator of a GROUP is an ordinary member of it.",
        BOTH,
        "group-owner",
        &[Stored(|made, _| roles(made, MemberRole::Owner, MemberRole::Ordinary))],
    ),
    Fault::new(
        "owner-admin",
        "The creator of a GROUP has the role ADMIN.",
        BOTH,
        "group-owner",
        &[Stored(|made, _| roles(made, MemberRole::Owner, MemberRole::Admin))],
    ),
    Fault::new(
        "everybody-owner",
        "Every ordinary member of a GROUP has the role OWNER.",
        BOTH,
        "group-sole-owner",
        &[Stored(|made, _| {
            if is_group(made) {
                roles(made, MemberRole::Ordinary, MemberRole::Owner)
            }
        })],
    )
    .also(&[and("create-again-no-takeover", "it is created again, too")]),
    Fault::new(
        "admin-owner",
        "A participant who is asked for with the role ADMIN becomes OWNER.",
        BOTH,
        "group-sole-owner",
        &[Stored(|made, _| roles(made, MemberRole::Admin, MemberRole::Owner))],
    )
    .also(&[
        and("participants-admin", "an OWNER is no ADMIN"),
        and("create-again-no-takeover", "it is created again, too"),
    ]),
    Fault::new(
        "last-participant-lost",
        "The last participant of a GROUP is not listed.",
        BOTH,
        "participants-listed",
        &[Answer(|answer, _| {
            if let Some(all) = data(answer)
                .filter(|data| data["category"] == "GROUP")
                .and_then(participants)
                .filter(|all| all.len() > 1)
            {
                all.truncate(all.len() - 1);
            }
        })],
    )
    .also(&[
        and("participant-named-twice", "the last of the others is not listed"),
        and("ids-whole", "it compares what conversations with similar ids hold"),
        and("ids-whole-without-random-id", "it compares what conversations with similar ids hold"),
        and("refused-group-leaves-nothing", "it looks at the group that is created afterwards"),
        and("sessions-of-participants", "the participants of its groups are compared with the sessions"),
    ]),
    Fault::new(
        "participants-left-out",
        "The answer lists the creator of a GROUP alone, where it has more than four participants.",
        BOTH,
        "participants-listed",
        &[Answer(|answer, _| {
            if let Some(all) = data(answer).and_then(participants).filter(|all| all.len() > 4) {
                all.truncate(1);
            }
        })],
    )
    .also(&[and("sessions-of-participants", "the sessions name those who are not listed")]),
    Fault::new(
        "admin-listed-twice",
        "An ADMIN is listed twice, as a join over the table of roles gives it.",
        BOTH,
        "participants-once",
        &[Answer(|answer, _| {
            if let Some(all) = data(answer).and_then(participants) {
                let admins: Vec<Value> = all.iter().filter(|one| one["role"] == "ADMIN").cloned().collect();
                all.extend(admins);
            }
        })],
    )
    .also(&[and("create-again-no-duplicates", "it is created again, too")]),
    Fault::new(
        "named-twice-listed-twice",
        "A participant who is named twice is listed twice.",
        BOTH,
        "participant-named-twice",
        &[Answer(|answer, context| {
            let named: Vec<&str> = (0..context.participants()).map(|at| context.participant(at)).collect();
            if let Some(all) = data(answer).filter(|_| context.participants() < 16).and_then(participants) {
                let twice = |one: &&Value| named.iter().filter(|id| one["user_id"] == **id).count() > 1;
                let again: Vec<Value> = all.iter().filter(twice).cloned().collect();
                all.extend(again);
            }
        })],
    )
    .also(&[
        and("participant-twice", "that is neither of the readings"),
        and("create-again-no-duplicates", "creating again is answered in the same way"),
    ]),
    Fault::new(
        "caller-named-listed-twice",
        "A caller who is named as participant is listed as owner and as member.",
        BOTH,
        "caller-named",
        &[Stored(|made, context| {
            let creator = made.creator;
            if (0..context.participants()).any(|at| context.participant(at) == creator.to_string()) {
                let joined = made.created_at;
                members(made, |all| all.push(Member { user: creator, role: MemberRole::Ordinary, joined }));
            }
        })],
    )
    .also(&[and("caller-as-participant", "that is neither of the readings")]),
    Fault::new(
        "stranger-listed",
        "A GROUP has a bot of the server among its participants.",
        BOTH,
        "participants-nobody-else",
        &[Stored(|made, _| {
            if is_group(made) {
                let joined = made.created_at;
                members(made, |all| {
                    let user = Uuid::from_u128(0x67a8_7828_18f5_46a1_b6cc_c72a_97a7_7c43);
                    all.push(Member { user, role: MemberRole::Ordinary, joined });
                });
            }
        })],
    )
    .also(&[
        and("ids-whole", "its groups have the bot, too"),
        and("ids-whole-without-random-id", "its groups have the bot, too"),
        and("refused-group-leaves-nothing", "the group that is created next has the bot, too"),
    ]),
    Fault::new(
        "everybody-admin",
        "Every participant of a GROUP is ADMIN.",
        BOTH,
        "participants-ordinary",
        &[Stored(|made, _| {
            if is_group(made) {
                roles(made, MemberRole::Ordinary, MemberRole::Admin)
            }
        })],
    ),
    Fault::new(
        "role-member",
        "The role of an ordinary member of a GROUP is MEMBER.",
        BOTH,
        "participants-ordinary",
        &[Answer(|answer, _| {
            if get(answer, "category") == "GROUP" {
                for participant in each(answer).filter(|one| one["role"] == "") {
                    participant["role"] = json!("MEMBER");
                }
            }
        })],
    ),
    Fault::new(
        "admin-forgotten",
        "A participant who is asked for with the role ADMIN is an ordinary member.",
        BOTH,
        "participants-admin",
        &[Stored(|made, _| roles(made, MemberRole::Admin, MemberRole::Ordinary))],
    ),
    Fault::new(
        "one-admin-alone",
        "Of several participants who are asked for with the role ADMIN, the first has it.",
        OF_2026,
        "admins-alike",
        &[Stored(|made, _| {
            let admins = made.members.iter_mut().filter(|member| member.role == MemberRole::Admin);
            admins.skip(1).for_each(|member| member.role = MemberRole::Ordinary);
        })],
    )
    .also(&[and("participants-admin", "the second has not the role that was asked for")]),
    Fault::new(
        "admins-shown-to-the-creator-alone",
        "Who reads a GROUP that somebody else has created sees no ADMIN in it.",
        OF_2026,
        "read-by-member",
        &[Answer(|answer, context| {
            if context.reads() && get(answer, "creator_id") != context.caller.to_string() {
                each(answer)
                    .filter(|one| one["role"] == "ADMIN")
                    .for_each(|one| drop(one.insert("role".into(), "".into())));
            }
        })],
    )
    .also(&[
        and("again-by-member", "what a member is answered is compared with what was read"),
        and("create-again-no-promotion", "what a member is answered is compared with what was read"),
        and("read-by-creator", "it is read by its creator, too"),
    ]),
    Fault::new(
        "members-beyond-the-hundredth-admin",
        "Beyond its hundredth participant everybody in a GROUP is ADMIN.",
        BOTH,
        "participants-ordinary",
        &[Stored(|made, _| {
            for member in made.members.iter_mut().skip(101) {
                member.role = MemberRole::Admin;
            }
        })],
    ),
    // The code.
    Fault::new(
        "code-id-short",
        "The code_id of a GROUP is eight letters.",
        BOTH,
        "group-code-id",
        &[Answer(|answer, _| code(answer, |code| code.chars().take(8).collect()))],
    ),
    Fault::new(
        "code-id-without-hyphens",
        "The code_id of a GROUP is a UUID without hyphens.",
        BOTH,
        "group-code-id",
        &[Answer(|answer, _| code(answer, |code| code.replace('-', "")))],
    ),
    Fault::new("code-id-empty", "A GROUP has no code.", BOTH, "group-code-id", &[Stored(|made, _| made.code = None)])
        .also(&[
            and("ids-whole", "it compares what conversations with similar ids hold"),
            and("ids-whole-without-random-id", "it compares what conversations with similar ids hold"),
        ]),
    Fault::new(
        "code-id-upper-case",
        "The code_id of a GROUP is in upper case.",
        BOTH,
        "group-code-id",
        &[Answer(|answer, _| code(answer, str::to_uppercase))],
    ),
    Fault::new(
        "code-id-is-the-conversation-id",
        "The code_id of a GROUP is its conversation_id.",
        BOTH,
        "group-code-own",
        &[Stored(|made, _| {
            if is_group(made) {
                made.code = Some(made.id);
            }
        })],
    ),
    Fault::new(
        "code-url-of-the-conversation",
        "The code_url of a GROUP ends in the conversation_id.",
        BOTH,
        "group-code-url",
        &[Answer(|answer, _| {
            let id = get(answer, "conversation_id");
            text(answer, "code_url", |url| {
                if url.is_empty() {
                    String::new()
                } else {
                    format!("https://mixin.one/codes/{}", id.as_str().unwrap_or_default())
                }
            });
        })],
    ),
    Fault::new(
        "code-url-with-slash",
        "The code_url of a GROUP ends in a slash.",
        BOTH,
        "group-code-url-path",
        &[Answer(|answer, _| {
            text(answer, "code_url", |url| if url.is_empty() { String::new() } else { format!("{url}/") })
        })],
    ),
    Fault::new(
        "code-url-with-a-query",
        "The code_url of a GROUP has the code_id in a query.",
        BOTH,
        "group-code-url-path",
        &[Answer(|answer, _| text(answer, "code_url", |url| url.replace("/codes/", "/codes?id=")))],
    ),
    Fault::new(
        "code-url-relative",
        "The code_url of a GROUP is a path without a host.",
        BOTH,
        "group-code-url-absolute",
        &[Answer(|answer, _| text(answer, "code_url", |url| url.replace("https://mixin.one", "")))],
    ),
    Fault::new(
        "code-url-without-scheme",
        "The code_url of a GROUP begins with its host.",
        BOTH,
        "group-code-url-absolute",
        &[Answer(|answer, _| text(answer, "code_url", |url| url.replace("https://", "")))],
    ),
];

/// Changes the code of a GROUP, also in its link.
fn code(answer: &mut Value, change: impl FnOnce(&str) -> String) {
    let old = get(answer, "code_id");
    let Some(old) = old.as_str().filter(|code| !code.is_empty()) else { return };
    let new = change(old);
    text(answer, "code_url", |url| url.replace(old, &new));
    set(answer, "code_id", new);
}
