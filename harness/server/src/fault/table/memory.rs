//! Faults that forget conversations, or store refused ones.

use serde_json::Value;

use crate::conversation::StoredConversation;
use crate::fault::Fault;
use crate::fault::edit::{asked_for, is_uuid};
use crate::fault::hook::Hook::{Found, Left as Leaves, Request};
use crate::fault::hook::{BOTH, FaultContext, Left, OF_2026, and};
use crate::refusal::Refusal;
use mixinspec_token::{Token, unverified_claims};

pub(super) const FAULTS: &[Fault] = &[
    Fault::new(
        "newest-200-kept",
        "Of all conversations the newest 200 are kept.",
        BOTH,
        "remembered",
        &[Found(|there, context| is_among_the_newest(there, context, 200))],
    ),
    Fault::new(
        "newest-500-kept",
        "Of all conversations the newest 500 are kept.",
        BOTH,
        "remembered",
        &[Found(|there, context| is_among_the_newest(there, context, 500))],
    ),
    Fault::new(
        "newest-groups-kept",
        "Of all GROUPs the newest 100 are kept, and every CONTACT.",
        BOTH,
        "remembered",
        &[Found(|there, context| there.category.as_str() == "CONTACT" || is_among_the_newest(there, context, 100))],
    ),
    Fault::new(
        "newest-of-each-owner-kept",
        "Of each owner the newest fifty conversations are kept.",
        BOTH,
        "remembered",
        &[Found(|there, context| {
            let recent = context.recent();
            let own = recent.iter().filter(|one| one.creator == there.creator);
            own.take(50).any(|one| one.id == there.id)
        })],
    ),
    Fault::new(
        "read-for-two-seconds",
        "A conversation can be read for two seconds after it was created.",
        BOTH,
        "remembered",
        &[Found(|there, context| !context.reads() || context.came.millis_since(there.created_at) < 2_000)],
    )
    .also(&[
        and("read-by-creator", "what was created before then cannot be read"),
        and("read-by-member", "what was created before then cannot be read"),
    ]),
    // Traces of a refused creation.
    Fault::new(
        "refused-group-stays",
        "The id of a GROUP is taken before its participants are looked at.",
        BOTH,
        "refused-group-leaves-nothing",
        &[Request(|request, context| {
            let id = context.text("/conversation_id");
            let is_known = |one: &Value| one.get("user_id").and_then(Value::as_str).is_some_and(is_uuid);
            let participants = request.get("participants").and_then(Value::as_array);
            if participants.is_none_or(|all| all.iter().all(is_known)) {
                return if context.is_marked(id) { Err(Refusal::field("conversation_id", "is taken")) } else { Ok(()) };
            }
            if context.text("/category") == "GROUP" {
                context.mark(id);
            }
            Ok(())
        })],
    )
    .also(&[and("create-again", "what stays is not the group that is created next")]),
    Fault::new(
        "refused-group-stays-as-shell",
        "A GROUP that is refused for its second participant is there, with the first, when it is created properly.",
        BOTH,
        "refused-group-leaves-nothing",
        &[Leaves(|left| {
            if is_of(left, "participants/1/user_id") && left.context.text("/category") == "GROUP" {
                leave(left);
            }
        })],
    )
    .also(&[
        and("refused-cannot-be-read", "it can be read, too"),
        and("participants-listed", "who is asked for properly is not listed"),
    ]),
    Fault::new(
        "refused-contact-stays",
        "The id of a CONTACT is taken before its category is looked at.",
        BOTH,
        "refused-contact-leaves-nothing",
        &[Request(|_, context| {
            let id = context.text("/conversation_id");
            match context.text("/category") {
                "CONTACT" if context.is_marked(id) => Err(Refusal::field("conversation_id", "is taken")),
                "contact" => {
                    context.mark(id);
                    Ok(())
                }
                _ => Ok(()),
            }
        })],
    ),
    Fault::new(
        "refused-group-can-be-read",
        "A GROUP that is refused for its second participant can be read.",
        BOTH,
        "refused-cannot-be-read",
        &[
            Leaves(|left| {
                if is_of(left, "participants/1/user_id") && left.context.text("/category") == "GROUP" {
                    leave(left);
                }
            }),
            Found(is_whole_or_read),
        ],
    ),
    Fault::new(
        "refused-category-can-be-read",
        "A conversation of a category that there is not is refused, and can be read.",
        BOTH,
        "refused-cannot-be-read",
        &[
            Leaves(|left| {
                if left.context.text("/category") == "CHANNEL" {
                    leave(left);
                }
            }),
            Found(is_whole_or_read),
        ],
    ),
    Fault::new(
        "refused-contact-can-be-read",
        "A CONTACT that is refused for its participant can be read.",
        BOTH,
        "refused-cannot-be-read",
        &[
            Leaves(|left| {
                if is_of(left, "participants/0/user_id") && left.context.text("/category") == "CONTACT" {
                    leave(left);
                }
            }),
            Found(is_whole_or_read),
        ],
    ),
    Fault::new(
        "unauthorized-creates",
        "What comes with a token that is not valid is refused, and created all the same.",
        BOTH,
        "unauthorized-leaves-nothing",
        &[Leaves(|left| {
            if matches!(left.refusal, Refusal::Unauthorized) {
                leave(left);
            }
        })],
    ),
    Fault::new(
        "out-of-scope-creates",
        "What comes with a token for something else is refused as forbidden, and created all the same.",
        OF_2026,
        "unauthorized-leaves-nothing",
        &[Leaves(|left| {
            let value = left.context.head.headers.get("authorization").and_then(|value| value.to_str().ok());
            let token = value.and_then(|value| Token::parse(value.strip_prefix("Bearer ")?).ok());
            let scope = token.and_then(|token| token.claim("scp").cloned());
            if scope.is_some_and(|scope| scope.is_string() && scope != "FULL") {
                leave(left);
            }
        })],
    ),
    Fault::new(
        "unauthorized-contact-created",
        "A CONTACT that comes with a token that is not valid is refused, and created all the same.",
        BOTH,
        "unauthorized-leaves-nothing",
        &[Leaves(|left| {
            if matches!(left.refusal, Refusal::Unauthorized) && left.context.text("/category") == "CONTACT" {
                leave(left);
            }
        })],
    ),
];

fn is_among_the_newest(there: &StoredConversation, context: &FaultContext, count: usize) -> bool {
    context.recent().iter().take(count).any(|one| one.id == there.id)
}

/// Whether the conversation was accepted when it was created, or the request only reads it.
fn is_whole_or_read(there: &StoredConversation, context: &FaultContext) -> bool {
    context.reads() || !context.is_marked(&left_behind(there.id))
}

fn is_of(left: &Left<'_>, name: &str) -> bool {
    matches!(left.refusal, Refusal::Field { field, .. } if field == name)
}

/// Stores the conversation of a refused request, as far as it is readable, for the user that the token names.
fn leave(left: &Left<'_>) {
    let context = left.context;
    let token = context.head.headers.get("authorization").and_then(|value| value.to_str().ok()?.split_once(' '));
    let claimed = token.and_then(|(_, token)| unverified_claims(token)?.uid?.parse().ok());
    let creator = if context.caller.is_nil() { claimed } else { Some(context.caller) };
    let Some(one) = creator.and_then(|creator| asked_for(context, creator)) else { return };
    // An existing conversation stays unchanged.
    if left.store.get(one.id).is_none() {
        context.mark(&left_behind(one.id));
        left.store.replace(one);
    }
}

fn left_behind(id: uuid::Uuid) -> String {
    format!("left behind: {id}")
}
