//! Faults in reading a conversation, and in who may read it.

use axum::http::Response as HttpResponse;
use serde_json::json;

use crate::fault::Fault;
use crate::fault::edit::{crashed, data, each, get, participants, refuses, set};
use crate::fault::hook::Hook::{
    Answer, Conversation as Stored, Found, Instead, Named, Overlook, Refusal as Refused, Response,
};
use crate::fault::hook::{BOTH, FaultContext, OF_2018, OF_2026, and};
use crate::refusal::Refusal;
use crate::timestamp::UnixTime;

pub(super) const FAULTS: &[Fault] = &[
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
                retain_sessions_of_listed(answer);
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
                let now = UnixTime::now().at(crate::policy::UtcOffset::Z).to_string();
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
    )
    .also(&[and("read-by-member-before-create", "it is a member who reads")]),
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
                retain_sessions_of_listed(answer);
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
        &[Response(|answer, context| read_by_the_first(100, answer, context))],
    )
    .also(&[
        and("read-by-member", "the last member cannot read it"),
        and("read-largest-group-by-last", "nor can that of a larger one"),
    ]),
    Fault::new(
        "read-by-the-first-two-hundred",
        "A GROUP can be read by its first two hundred members alone.",
        OF_2026,
        "read-largest-group-by-last",
        &[Response(|answer, context| read_by_the_first(200, answer, context))],
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
    .also(&[
        and("read-by-creator", "what was created then cannot be read"),
        and("read-by-member", "it is read by a member, too"),
        and("read-by-member-before-create", "it is read before it is there"),
    ]),
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
        "large-group-read-by-anybody",
        "A GROUP of more than ten can be read by everybody who knows its id.",
        BOTH,
        "outsider-of-large-group",
        &[Overlook(|refusal, context| {
            let id = context.head.uri.path().strip_prefix("/conversations/").unwrap_or_default();
            matches!(refusal, Refusal::NoConversation)
                && context.reads()
                && context.recent_with(id).is_some_and(|one| one.members.len() > 10)
        })],
    )
    .also(&[and("read-by-outsider", "it is one of those that an outsider reads")]),
    Fault::new(
        "lone-group-read-by-anybody",
        "A GROUP of its creator alone can be read by everybody who knows its id.",
        BOTH,
        "outsider-of-lone-group",
        &[Overlook(|refusal, context| {
            let id = context.head.uri.path().strip_prefix("/conversations/").unwrap_or_default();
            matches!(refusal, Refusal::NoConversation)
                && context.reads()
                && context.recent_with(id).is_some_and(|one| one.members.len() == 1)
        })],
    )
    .also(&[and("read-by-outsider", "it is one of those that an outsider reads")]),
    Fault::new(
        "read-by-upper-case-id-unauthorized",
        "A token is refused where the id in the path is in upper case.",
        BOTH,
        "read-by-upper-case-id",
        &[Response(|answer, context| {
            if context.reads() && context.head.uri.path().contains(char::is_uppercase) {
                refuses(answer, 401, "Unauthorized.");
            }
        })],
    ),
    Fault::new(
        "read-refusal-names-the-creator",
        "Who is not in a conversation hears whom to ask, when they read it.",
        BOTH,
        "read-by-outsider",
        &[Refused(|answer, context| {
            let id = context.head.uri.path().strip_prefix("/conversations/").unwrap_or_default();
            if answer["error"]["code"] == 404
                && context.reads()
                && let Some(one) = context.recent_with(id)
            {
                answer["error"]["description"] = json!(format!("Ask {} to add you.", one.creator));
            }
        })],
    )
    .also(&[and("outsider-other-ways", "its outsider reads by /conversations, too")]),
];

/// The consequences of a wrong answer to a read for the answers that are compared with it.
const READ_OTHERWISE: &[crate::fault::Consequence] = &[
    and("read-by-member", "what a member reads is compared with what the creator has read"),
    and("again-by-member", "what a member is answered is compared with what the creator has read"),
    and("create-again-others", "what is answered next is compared with what was read"),
    and("contact-from-both-sides", "what the other side is answered is compared with what the creator has read"),
    and("remembered", "what is there later is compared with what was read"),
];

/// Removes the sessions of users who are not among the participants.
fn retain_sessions_of_listed(answer: &mut serde_json::Value) {
    let listed = data(answer).and_then(participants).map(|all| all.clone()).unwrap_or_default();
    let sessions = data(answer).and_then(|data| data.get_mut("participant_sessions")?.as_array_mut());
    if let Some(sessions) = sessions {
        sessions.retain(|session| listed.iter().any(|one| one["user_id"] == session["user_id"]));
    }
}

/// Whether a creator reads what they have created.
fn reads_own(answer: &serde_json::Value, context: &FaultContext) -> bool {
    context.reads() && get(answer, "creator_id") == context.caller.to_string().as_str()
}

/// Refuses reads by members who are not among the first `count`.
fn read_by_the_first(count: usize, answer: &mut HttpResponse<bytes::Bytes>, context: &FaultContext) {
    let Ok(body) = serde_json::from_slice(answer.body()) else { return };
    let caller = context.caller.to_string();
    let listed = get(&body, "participants");
    let place = listed.as_array().and_then(|all| all.iter().position(|one| one["user_id"] == caller.as_str()));
    if context.reads() && place.is_some_and(|place| place >= count) {
        refuses(answer, 403, "Forbidden.");
    }
}
