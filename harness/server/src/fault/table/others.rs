//! What others than the creator do to a conversation, and what they and its readers are shown of it.

use std::sync::Arc;

use axum::http::StatusCode;

use crate::conversation::{Conversation, Member, Role};
use crate::fault::Fault;
use crate::fault::edit::{
    crashed, data, each, get, is_group, is_of_member, kept_for_member, members, participants, refuses, set, shown,
    there,
};
use crate::fault::hook::Hook::{
    Again, Answer, Conversation as Stored, Found, Instead, Left, Named, Overlook, Response,
};
use crate::fault::hook::{Again as Recreated, BOTH, Context, OF_2018, OF_2026, and};
use crate::refusal::Refusal;
use crate::timestamp::Timestamp;

pub(super) const FAULTS: &[Fault] = &[
    // Members who create a GROUP again.
    Fault::new(
        "again-takes-over",
        "A member who creates a GROUP again becomes its owner.",
        BOTH,
        "create-again-no-takeover",
        &[Again(|again| {
            kept_for_member(again, |one| {
                one.creator = again.asked.creator;
                for member in &mut one.members {
                    member.role = if member.user == one.creator { Role::Owner } else { Role::Ordinary };
                }
            })
        })],
    )
    .also(&[
        and("again-by-member", "the creator is another one"),
        and("create-again-no-promotion", "the roles are others"),
        and("create-again-no-demotion", "whoever was ADMIN is an ordinary member"),
        and("remembered", "whoever creates it again later takes it over once more"),
    ]),
    Fault::new(
        "again-two-owners",
        "A member who creates a GROUP again becomes an owner beside the first.",
        BOTH,
        "create-again-no-takeover",
        &[Again(|again| {
            kept_for_member(again, |one| {
                for member in one.members.iter_mut().filter(|member| member.user == again.asked.creator) {
                    member.role = Role::Owner;
                }
            })
        })],
    )
    .also(&[
        and("group-sole-owner", "there are two of them"),
        and("again-by-member", "the role of the member is another one"),
        and("create-again-no-promotion", "the role of the member is another one"),
        and("create-again-no-demotion", "a member who was ADMIN is an owner"),
    ]),
    Fault::new(
        "member-adds-others",
        "A member who creates a GROUP again with others brings them in.",
        BOTH,
        "again-by-member",
        &[Again(|again| {
            kept_for_member(again, |one| {
                let now = Timestamp::now();
                let new = again.asked.members.iter().filter(|member| !one.has_member(member.user));
                let new: Vec<Member> =
                    new.map(|member| Member { joined: now, role: Role::Ordinary, ..*member }).collect();
                members(one, |all| all.extend(new));
            })
        })],
    ),
    Fault::new(
        "member-throws-out",
        "A member who creates a GROUP again throws out whom they do not name.",
        BOTH,
        "again-by-member",
        &[Again(|again| {
            kept_for_member(again, |one| {
                let asked = &again.asked;
                let stays = |member: &Member| {
                    member.role == Role::Owner || asked.has_member(member.user) || again.context.has_called(member.user)
                };
                members(one, |all| all.retain(stays));
            })
        })],
    ),
    Fault::new(
        "member-renames",
        "A member who creates a GROUP again with another name renames it.",
        OF_2026,
        "again-by-member",
        &[Again(|again| kept_for_member(again, |one| one.name = again.asked.name.clone()))],
    )
    .also(&[and("create-again-same-name", "who created it finds another name")]),
    Fault::new(
        "member-renews-code",
        "A member who creates a GROUP again gives it another code.",
        BOTH,
        "again-by-member",
        &[Again(|again| kept_for_member(again, |one| one.code = Some(uuid::Uuid::new_v4())))],
    )
    .also(&[
        and("create-again-same-code", "who created it finds another code"),
        and("remembered", "it is a new code later, too"),
    ]),
    Fault::new(
        "member-shown-no-name",
        "A member who creates a GROUP again is shown it without a name.",
        OF_2026,
        "again-by-member",
        &[Again(|again| if is_of_member(again) { shown(again, |one| one.name = "".into()) } else { there(again) })],
    )
    .also(SHOWN_OTHERWISE),
    Fault::new(
        "member-shown-another-time",
        "A member who creates a GROUP again is shown the time at which they were asked for as that of its creation.",
        BOTH,
        "again-by-member",
        &[Again(|again| {
            if is_of_member(again) { shown(again, |one| one.created_at = Timestamp::now()) } else { there(again) }
        })],
    )
    .also(SHOWN_OTHERWISE),
    // The other side of a CONTACT.
    Fault::new(
        "contact-of-each-side",
        "A CONTACT is kept for each side, with a creator of its own.",
        BOTH,
        "contact-from-both-sides",
        &[Again(|again| other_side(again, |one| one.creator = again.asked.creator))],
    )
    .also(SHOWN_OTHERWISE),
    Fault::new(
        "contact-refused-to-other-side",
        "Only who created a CONTACT can create it again.",
        BOTH,
        "contact-from-both-sides",
        &[Again(|again| {
            if !is_group(again.there) && again.there.creator != again.asked.creator {
                Err(Refusal::Forbidden)
            } else {
                there(again)
            }
        })],
    ),
    Fault::new(
        "peer-shown-one-participant",
        "The other side of a CONTACT that is created again is shown the creator alone.",
        BOTH,
        "contact-from-both-sides",
        &[Answer(|answer, context| {
            let caller = context.caller.to_string();
            if !context.reads()
                && get(answer, "category") == "CONTACT"
                && get(answer, "creator_id") != caller.as_str()
                && let Some(all) = data(answer).and_then(participants)
            {
                all.truncate(1);
            }
        })],
    )
    .also(SHOWN_OTHERWISE),
    Fault::new(
        "peer-shown-another-time",
        "The other side of a CONTACT is shown the time at which they created it too.",
        BOTH,
        "contact-from-both-sides",
        &[Again(|again| other_side(again, |one| one.created_at = Timestamp::now()))],
    )
    .also(SHOWN_OTHERWISE),
    // Reading.
    Fault::new(
        "read-without-name",
        "A GROUP that its creator reads has no name.",
        OF_2026,
        "read-by-creator",
        &[Answer(|answer, context| {
            if reads_own(answer, context) {
                set(answer, "name", "")
            }
        })],
    )
    .also(READ_OTHERWISE),
    Fault::new(
        "read-without-participants",
        "A conversation that its creator reads lists nobody else.",
        BOTH,
        "read-by-creator",
        &[Answer(|answer, context| {
            if reads_own(answer, context)
                && let Some(all) = data(answer).and_then(participants)
            {
                all.truncate(1);
            }
        })],
    )
    .also(READ_OTHERWISE),
    Fault::new(
        "read-with-another-time",
        "A conversation that its creator reads was created now.",
        BOTH,
        "read-by-creator",
        &[Answer(|answer, context| {
            if reads_own(answer, context) {
                let now = Timestamp::now().at(crate::policy::UtcOffset::Z).to_string();
                set(answer, "created_at", now);
            }
        })],
    )
    .also(READ_OTHERWISE),
    Fault::new(
        "admins-read-twice",
        "GET /conversations/:id lists each ADMIN twice.",
        BOTH,
        "create-again-no-duplicates",
        &[Answer(|answer, context| {
            if let Some(all) = data(answer).filter(|_| context.reads()).and_then(participants) {
                let admins: Vec<_> = all.iter().filter(|one| one["role"] == "ADMIN").cloned().collect();
                all.extend(admins);
            }
        })],
    ),
    Fault::new(
        "read-without-roles",
        "A conversation that its creator reads shows an ADMIN as an ordinary member.",
        OF_2018,
        "read-by-creator",
        &[Answer(|answer, context| {
            if reads_own(answer, context) {
                for one in each(answer).filter(|one| one["role"] == "ADMIN") {
                    one.insert("role".into(), "".into());
                }
            }
        })],
    )
    .also(&[
        and("read-by-member", "what a member reads is compared with what the creator has read"),
        and("again-by-member", "what a member is answered is compared with what the creator has read"),
        and("create-again-no-promotion", "what is answered next has the role again"),
        and("remembered", "what is there later is compared with what was read"),
    ]),
    Fault::new(
        "contact-read-refused",
        "A CONTACT cannot be read, but only its messages.",
        BOTH,
        "read-by-creator",
        &[Response(|answer, context| {
            let category = serde_json::from_slice(answer.body()).map(|value| get(&value, "category"));
            if context.reads() && category.is_ok_and(|category| category == "CONTACT") {
                refuses(answer, 403, "Forbidden.");
            }
        })],
    )
    .also(&[and("read-by-member", "nobody can read it")]),
    Fault::new(
        "read-by-owner-alone",
        "A GROUP can be read by its owner alone.",
        BOTH,
        "read-by-member",
        &[Response(|answer, context| {
            let Ok(body) = serde_json::from_slice(answer.body()) else { return };
            let is_others = get(&body, "creator_id") != context.caller.to_string().as_str();
            if context.reads() && is_others && get(&body, "category") == "GROUP" {
                refuses(answer, 403, "Forbidden.");
            }
        })],
    ),
    Fault::new(
        "read-by-member-without-code",
        "A GROUP that a member reads has the code of another one.",
        BOTH,
        "read-by-member",
        &[Answer(|answer, context| {
            if context.reads() && !reads_own(answer, context) && get(answer, "category") == "GROUP" {
                let code = uuid::Uuid::new_v4();
                set(answer, "code_id", code.to_string());
                set(answer, "code_url", format!("https://mixin.one/codes/{code}"));
            }
        })],
    )
    .also(&[
        and("read-by-creator", "what is read next is compared with that"),
        and("again-by-member", "what is answered next is compared with that"),
        and("remembered", "what is there later is compared with that"),
    ]),
    Fault::new(
        "read-by-member-lists-themselves",
        "A conversation that a member reads lists its creator and that member.",
        BOTH,
        "read-by-member",
        &[Answer(|answer, context| {
            let caller = context.caller.to_string();
            let creator = get(answer, "creator_id");
            if context.reads()
                && creator != caller.as_str()
                && get(answer, "category") == "GROUP"
                && let Some(all) = data(answer).and_then(participants)
            {
                all.retain(|one| one["user_id"] == creator || one["user_id"] == caller.as_str());
            }
        })],
    )
    .also(&[
        and("read-by-creator", "what is read next is compared with that"),
        and("again-by-member", "what is answered next is compared with that"),
        and("create-again-others", "what is answered next is compared with that"),
        and("remembered", "what is there later is compared with that"),
    ]),
    Fault::new(
        "read-by-the-first-hundred",
        "A GROUP can be read by its first hundred members alone.",
        BOTH,
        "read-large-group",
        &[Response(|answer, context| {
            let Ok(body) = serde_json::from_slice(answer.body()) else { return };
            let caller = context.caller.to_string();
            let listed = get(&body, "participants");
            let place = listed.as_array().and_then(|all| all.iter().position(|one| one["user_id"] == caller.as_str()));
            if context.reads() && place.is_some_and(|place| place >= 100) {
                refuses(answer, 403, "Forbidden.");
            }
        })],
    )
    .also(&[and("read-by-member", "the last member cannot read it")]),
    Fault::new(
        "read-by-a-beginning",
        "A conversation is found by the beginning of its id, too.",
        BOTH,
        "read-no-uuid",
        &[Named(|text, context| {
            let recent = context.recent();
            recent.iter().find(|one| text.len() >= 8 && one.id.to_string().starts_with(text)).map(|one| one.id)
        })],
    ),
    Fault::new(
        "refused-outsider-demotes",
        "When somebody who is not in a GROUP is refused it, its ADMINs lose their role.",
        BOTH,
        "outsider-changes-nothing",
        &[Left(|left| {
            let Ok(id) = left.context.text("/conversation_id").parse() else { return };
            let caller = left.context.caller;
            // A conversation that is not there stays away.
            let _ = left.store.change(id, |there| {
                let mut one = there.clone();
                if !one.has_member(caller) {
                    one.members
                        .iter_mut()
                        .filter(|one| one.role == Role::Admin)
                        .for_each(|one| one.role = Role::Ordinary);
                }
                Ok::<_, Refusal>(one)
            });
        })],
    )
    .also(&[
        and("create-again-no-promotion", "who was an ADMIN is none when it is created again"),
        and("read-by-creator", "who was an ADMIN is none when it is read"),
    ]),
    Fault::new(
        "member-in-upper-case-reads-nothing",
        "Who was named in upper case is listed, and cannot read the conversation.",
        BOTH,
        "read-by-upper-case-member",
        &[
            Stored(|made, context| {
                for at in 0..context.participants() {
                    let named = context.participant(at);
                    if named.chars().any(|c| c.is_ascii_uppercase()) {
                        context.mark(&format!("{} {}", made.id, named.to_ascii_lowercase()));
                    }
                }
            }),
            Found(|one, context| !context.reads() || !context.is_marked(&format!("{} {}", one.id, context.caller))),
        ],
    )
    .also(&[and("read-by-member", "such a member cannot read it")]),
    Fault::new(
        "announcement-of-the-refused",
        "When a GROUP with an announcement was refused, those that have none get one.",
        BOTH,
        "announcement-empty",
        &[
            Left(|left| {
                if !left.context.text("/announcement").is_empty() {
                    left.context.mark("announced");
                }
            }),
            Stored(|made, context| {
                if is_group(made) && made.announcement.is_empty() && context.is_marked("announced") {
                    made.announcement = "Another's".into();
                }
            }),
        ],
    ),
    Fault::new(
        "not-there-is-remembered",
        "An id that was read before it was created is never found.",
        BOTH,
        "read-before-create",
        &[
            Instead(|id, context| {
                if context.reads() {
                    context.mark(&id.to_string());
                }
                None
            }),
            Found(|one, context| !context.reads() || !context.is_marked(&one.id.to_string())),
        ],
    )
    .also(&[and("read-by-creator", "what was created then cannot be read")]),
    Fault::new(
        "read-no-uuid-crashes",
        "To read with an id that is no UUID makes the server crash.",
        BOTH,
        "no-server-error",
        &[Response(|answer, context| {
            let id = context.head.uri.path().strip_prefix("/conversations/");
            if context.reads() && id.is_some_and(|id| id.parse::<uuid::Uuid>().is_err()) {
                crashed(answer);
            }
        })],
    ),
    Fault::new(
        "read-by-anybody",
        "A GROUP can be read by everybody who knows its id.",
        OF_2026,
        "read-by-outsider",
        &[Overlook(|refusal, context| matches!(refusal, Refusal::NoConversation) && context.reads())],
    ),
    Fault::new(
        "read-refusal-names-the-creator",
        "Who is not in a conversation hears whom to ask, when they read it.",
        BOTH,
        "read-by-outsider",
        &[Response(|answer, context| {
            let id = context.head.uri.path().rsplit('/').next().unwrap_or_default();
            let recent = context.recent();
            if let Some(one) = recent.iter().find(|one| one.id.to_string() == id)
                && context.reads()
                && answer.status() == StatusCode::ACCEPTED
            {
                refuses(answer, 404, &format!("Ask {} to add you.", one.creator));
            }
        })],
    ),
];

/// What a wrong answer to one leads to in those that are compared with it.
const SHOWN_OTHERWISE: &[crate::fault::Consequence] = &[
    and("read-by-creator", "what is read is compared with what somebody was shown before"),
    and("read-by-member", "what is read is compared with what somebody was shown before"),
    and("remembered", "what is there later is compared with what somebody was shown before"),
    and("create-again-same-time", "the two callers have one CONTACT, and either is the other side at times"),
];

/// The same where it is read.
const READ_OTHERWISE: &[crate::fault::Consequence] = &[
    and("read-by-member", "what a member reads is compared with what the creator has read"),
    and("again-by-member", "what a member is answered is compared with what the creator has read"),
    and("create-again-others", "what is answered next is compared with what was read"),
    and("contact-from-both-sides", "what the other side is answered is compared with what the creator has read"),
    and("remembered", "what is there later is compared with what was read"),
];

/// Whether a creator reads what they have created.
fn reads_own(answer: &serde_json::Value, context: &Context) -> bool {
    context.reads() && get(answer, "creator_id") == context.caller.to_string().as_str()
}

/// What the other side of a CONTACT is shown.
fn other_side(again: &Recreated<'_>, change: impl FnOnce(&mut Conversation)) -> Result<Arc<Conversation>, Refusal> {
    if is_group(again.there) || again.there.creator == again.asked.creator {
        there(again)
    } else {
        shown(again, change)
    }
}
