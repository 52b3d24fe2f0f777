//! Faults that accept a wrong category or id: missing, of another type, or with an undefined value.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::fault::Fault;
use crate::fault::edit::{any_id, is_uuid, only, replace, wants_group};
use crate::fault::hook::Hook::{Request, Response};
use crate::fault::hook::{BOTH, OF_2026, and};

pub(super) const FAULTS: &[Fault] = &[
    // The category.
    Fault::new(
        "category-defaults",
        "A request without a category is taken for a GROUP.",
        BOTH,
        "category-required",
        &[Request(|request, _| {
            request.entry("category").or_insert_with(|| json!("GROUP"));
            Ok(())
        })],
    )
    .also(&[and("member-names-exact", "a member with another name is a member that is missing")]),
    Fault::new(
        "category-of-any-type",
        "A category that is not a string is taken for GROUP.",
        BOTH,
        "category-type",
        &[Request(|request, _| {
            replace(request, "category", |value| !value.is_string(), || json!("GROUP"));
            Ok(())
        })],
    )
    .also(&[
        and("again-unfit", "what is sent again has a category of another type"),
        and("hostile-numbers-refused", "one of its numbers stands there"),
    ]),
    Fault::new(
        "category-null-is-group",
        "A category of null is taken for GROUP.",
        BOTH,
        "category-type",
        &[Request(|request, _| {
            replace(request, "category", Value::is_null, || json!("GROUP"));
            Ok(())
        })],
    ),
    Fault::new(
        "category-in-a-list",
        "A category that is the one element of a list is taken for it.",
        BOTH,
        "category-type",
        &[Request(|request, _| {
            if let Some(Value::Array(all)) = request.get("category")
                && let [one] = all.as_slice()
            {
                let one = one.clone();
                request.insert("category".to_owned(), one);
            }
            Ok(())
        })],
    ),
    Fault::new(
        "category-in-any-case",
        "A category may be written in any case.",
        BOTH,
        "category-enum",
        &[Request(|request, _| {
            if let Some(Value::String(category)) = request.get_mut("category") {
                category.make_ascii_uppercase();
            }
            Ok(())
        })],
    ),
    Fault::new(
        "category-with-a-capital",
        "A category may be written with a capital alone, Group.",
        BOTH,
        "category-enum",
        &[Request(|request, _| {
            replace(request, "category", |value| value == "Group", || json!("GROUP"));
            replace(request, "category", |value| value == "Contact", || json!("CONTACT"));
            Ok(())
        })],
    ),
    Fault::new(
        "category-trimmed",
        "White space around a category is left out.",
        BOTH,
        "category-enum",
        &[Request(|request, _| {
            if let Some(Value::String(category)) = request.get_mut("category") {
                *category = category.trim().to_owned();
            }
            Ok(())
        })],
    ),
    Fault::new(
        "category-unknown-is-group",
        "A category that is not CONTACT is taken for GROUP.",
        BOTH,
        "category-enum",
        &[Request(|request, _| {
            replace(request, "category", |value| value.is_string() && value != "CONTACT", || json!("GROUP"));
            Ok(())
        })],
    )
    .also(&[
        and("refused-contact-leaves-nothing", "what should be refused creates a GROUP with the id of the CONTACT"),
        and("body-utf8", "a category that is broken is taken for GROUP, too"),
        and("category-of-odd-text", "an odd text is a category that is not known"),
    ]),
    // The id.
    Fault::new(
        "conversation-id-made",
        "A request without a conversation_id gets one that the server makes.",
        BOTH,
        "conversation-id-required",
        &[Request(|request, _| {
            if !request.contains_key("conversation_id") {
                own_id(request);
            }
            Ok(())
        })],
    )
    .also(&[and("member-names-exact", "a member with another name is a member that is missing")]),
    Fault::new(
        "conversation-id-of-any-type",
        "A conversation_id that is not a string is replaced by one that the server makes.",
        BOTH,
        "conversation-id-type",
        &[Request(|request, _| {
            if request.get("conversation_id").is_some_and(|id| !id.is_string()) {
                own_id(request);
            }
            Ok(())
        })],
    )
    .also(&[and("hostile-numbers-refused", "one of its numbers stands there")]),
    Fault::new(
        "conversation-id-any-text",
        "A conversation_id that is not a UUID is replaced by one that the server makes.",
        BOTH,
        "conversation-id-uuid",
        &[Request(|request, _| {
            if request.get("conversation_id").and_then(Value::as_str).is_some_and(|id| !is_uuid(id)) {
                own_id(request);
            }
            Ok(())
        })],
    )
    .also(&[and("answer-same-id", "the id is another one")]),
    Fault::new(
        "conversation-id-with-line-feed",
        "A line feed after a conversation_id is overlooked, as by a pattern that ends in a dollar sign.",
        BOTH,
        "conversation-id-uuid",
        &[Request(|request, _| {
            id(request, |text| text.strip_suffix('\n').filter(|text| is_uuid(text)).map(str::to_owned));
            Ok(())
        })],
    )
    .also(&[and("answer-same-id", "the id is answered without it")]),
    Fault::new(
        "conversation-id-with-text-before",
        "A conversation_id is looked for in the text, and what stands before it is left out.",
        BOTH,
        "conversation-id-uuid",
        &[Request(|request, _| {
            id(request, |text| {
                let at = text.len().checked_sub(36)?;
                text.get(at..).filter(|end| at > 0 && is_uuid(end)).map(str::to_owned)
            });
            Ok(())
        })],
    )
    .also(&[and("answer-same-id", "the id is answered without it")]),
    Fault::new(
        "conversation-id-with-hyphens-anywhere",
        "The hyphens of a conversation_id may stand anywhere.",
        BOTH,
        "conversation-id-uuid",
        &[Request(|request, _| {
            id(request, hyphens_anywhere);
            Ok(())
        })],
    )
    .also(&[and("answer-same-id", "the id is answered with its hyphens where they belong")]),
    // A random_id.
    Fault::new(
        "random-id-any-text",
        "A random_id that is not a UUID counts as none.",
        OF_2026,
        "random-id-uuid",
        &[Request(|request, _| {
            if request.get("random_id").and_then(Value::as_str).is_some_and(|id| !is_uuid(id)) {
                any_id(request);
            }
            Ok(())
        })],
    )
    .also(&[and("group-id-near-miss", "one of its random_ids is no UUID, and goes unchecked")]),
    // Numbers.
    Fault::new(
        "number-beyond-64-bits-crashes",
        "A number beyond 64 bits in the place of a text makes the server crash.",
        BOTH,
        "hostile-numbers-refused",
        &[Response(|answer, context| {
            let holds = |digits: &str| context.body.windows(digits.len()).any(|window| window == digits.as_bytes());
            if holds(":18446744073709551616") || holds(":9223372036854775808") {
                crate::fault::edit::crashed(answer);
            }
        })],
    )
    .also(&[and("no-server-error", "the crash is one")]),
    Fault::new(
        "number-beyond-doubles-crashes",
        "A number that no double holds makes the server crash, where a text is expected.",
        BOTH,
        "hostile-numbers-refused",
        &[Response(|answer, context| {
            if context.body.windows(6).any(|window| window == b":1e400" || window == b":-1e40") {
                crate::fault::edit::crashed(answer);
            }
        })],
    )
    .also(&[and("no-server-error", "the crash is one")]),
    Fault::new(
        "number-for-a-user-skipped",
        "A participant whose user_id is a number beyond 64 bits is skipped.",
        BOTH,
        "hostile-numbers-refused",
        &[Request(|request, _| {
            only(request, |one| {
                !one.get("user_id").is_some_and(|id| id.is_f64() || id.as_u64().is_some_and(|id| id > 1 << 62))
            });
            Ok(())
        })],
    )
    .also(&[and("participants-listed", "who is skipped is not listed")]),
];

fn own_id(request: &mut Map<String, Value>) {
    request.insert("conversation_id".to_owned(), json!(Uuid::new_v4().to_string()));
    any_id(request);
}

/// Reads a conversation_id that is not written as a UUID. It removes the random_id, so that any id fits.
fn id(request: &mut Map<String, Value>, read: impl Fn(&str) -> Option<String>) {
    if let Some(id) = request.get("conversation_id").and_then(Value::as_str).and_then(read) {
        request.insert("conversation_id".to_owned(), json!(id));
        if wants_group(request) {
            any_id(request);
        }
    }
}

pub(super) fn hyphens_anywhere(text: &str) -> Option<String> {
    let digits = text.replace('-', "");
    let is_one = digits.len() == 32 && text.contains('-') && !is_uuid(text);
    Uuid::try_parse(&digits).ok().filter(|_| is_one).map(|id| id.hyphenated().to_string())
}
