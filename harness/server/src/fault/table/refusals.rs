//! What should be refused and is not, or not cleanly.

use axum::http::{Method, StatusCode};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::fault::Fault;
use crate::fault::edit::{crashed, participants};
use crate::fault::hook::Hook::{Body, ContactId, Overlook, Request, Response};
use crate::fault::hook::{BOTH, Contact, Context, OF_2026, and};
use crate::refusal::Refusal;
use mixinspec_types::unique_conversation_id;

pub(super) const FAULTS: &[Fault] = &[
    // Members that are missing, of another type, or have a value that there is not.
    Fault::new(
        "category-defaults",
        "A request without a category is taken for a GROUP.",
        BOTH,
        "category-required",
        &[Request(|request, _| {
            request.entry("category").or_insert_with(|| json!("GROUP"));
            Ok(())
        })],
    ),
    Fault::new(
        "category-of-any-type",
        "A category that is not a string is taken for GROUP.",
        BOTH,
        "category-type",
        &[Request(|request, _| {
            replace(request, "category", |value| !value.is_string(), || json!("GROUP"));
            Ok(())
        })],
    ),
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
    ]),
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
    ),
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
    ),
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
        "participants-default",
        "A request without participants creates a GROUP of the caller alone.",
        BOTH,
        "participants-required",
        &[Request(|request, _| {
            if !request.contains_key("participants") {
                nobody(request);
            }
            Ok(())
        })],
    ),
    Fault::new(
        "participants-of-any-type",
        "Participants that are not a list are taken for none.",
        BOTH,
        "participants-array",
        &[Request(|request, _| {
            if request.get("participants").is_some_and(|all| !all.is_array()) {
                nobody(request);
            }
            Ok(())
        })],
    )
    .also(&[and("flat-request", "its participants are no list either")]),
    Fault::new(
        "participants-null",
        "Participants of null are taken for none.",
        BOTH,
        "participants-array",
        &[Request(|request, _| {
            if request.get("participants").is_some_and(Value::is_null) {
                nobody(request);
            }
            Ok(())
        })],
    ),
    Fault::new(
        "participants-skipped",
        "A participant that is not an object is skipped.",
        BOTH,
        "participant-object",
        &[Request(|request, _| {
            only(request, Value::is_object);
            Ok(())
        })],
    ),
    Fault::new(
        "user-id-skipped",
        "A participant without a user_id is skipped.",
        BOTH,
        "user-id-required",
        &[Request(|request, _| {
            only(request, |one| !one.is_object() || one.get("user_id").is_some());
            Ok(())
        })],
    ),
    Fault::new(
        "user-id-of-any-type",
        "A participant whose user_id is not a string is skipped.",
        BOTH,
        "user-id-type",
        &[Request(|request, _| {
            only(request, |one| one.get("user_id").is_none_or(Value::is_string));
            Ok(())
        })],
    ),
    Fault::new(
        "user-id-any-text",
        "A participant of a GROUP whose user_id is not a UUID is skipped.",
        BOTH,
        "user-id-uuid",
        &[Request(|request, _| {
            if request.get("category").is_some_and(|category| category == "GROUP") {
                only(request, |one| one.get("user_id").and_then(Value::as_str).is_none_or(is_uuid));
            }
            Ok(())
        })],
    )
    .also(&[and("participants-listed", "who is skipped is not listed")]),
    Fault::new(
        "role-unknown-is-empty",
        "An unknown role is taken for the empty one.",
        BOTH,
        "role-enum",
        &[Request(|request, _| {
            roles(request, |role| role.as_str().is_some_and(|role| !matches!(role, "" | "ADMIN" | "OWNER")));
            Ok(())
        })],
    ),
    Fault::new(
        "role-in-any-case",
        "A role may be written in any case.",
        BOTH,
        "role-enum",
        &[Request(|request, _| {
            for participant in participants(request).into_iter().flatten() {
                if let Some(Value::String(role)) = participant.get_mut("role") {
                    role.make_ascii_uppercase();
                }
            }
            Ok(())
        })],
    ),
    Fault::new(
        "role-of-any-type",
        "A role that is not a string is taken for the empty one.",
        BOTH,
        "role-type",
        &[Request(|request, _| {
            roles(request, |role| !role.is_string() && !role.is_null());
            Ok(())
        })],
    ),
    // The two users of a CONTACT.
    Fault::new(
        "contact-id-any-of-version-3",
        "Any id of version 3 is taken for that of a CONTACT.",
        BOTH,
        "contact-id-derived",
        &[ContactId(|contact| contact.id.get_version_num() == 3 && contact.id.get_variant() == uuid::Variant::RFC4122)],
    )
    .also(&[
        and("contact-id-near-miss", "a near miss has version 3, too"),
        and("contact-id-lower-case", "an id of names in upper case has version 3, too"),
    ]),
    Fault::new(
        "contact-id-random",
        "A random id is taken for that of a CONTACT, too.",
        BOTH,
        "contact-id-derived",
        &[ContactId(|contact| right(contact) || contact.id.get_version_num() == 4)],
    )
    .also(&[and("contact-id-version", "a random id has version 4")]),
    Fault::new(
        "contact-of-three",
        "A CONTACT may have two participants beside the caller.",
        OF_2026,
        "contact-of-two-users",
        &[Overlook(|refusal, context| {
            is_of(refusal, "participants") && is_contact(context) && context.participants() == 2
        })],
    ),
    Fault::new(
        "contact-of-nobody",
        "A CONTACT may have no participant.",
        OF_2026,
        "contact-of-two-users",
        &[Overlook(|refusal, context| {
            is_of(refusal, "participants") && is_contact(context) && context.participants() == 0
        })],
    ),
    Fault::new(
        "contact-with-oneself",
        "A caller may have a CONTACT with themselves.",
        OF_2026,
        "contact-with-oneself",
        &[Overlook(|refusal, context| is_of(refusal, "participants/0/user_id") && is_contact(context))],
    ),
    Fault::new(
        "contact-of-both-crashes",
        "A CONTACT that names both users makes the server crash.",
        BOTH,
        "contact-naming-both-users",
        &[Response(|answer, context| {
            if is_contact(context) && context.participants() == 2 && context.text("/participants/1/role") == "OWNER" {
                crashed(answer)
            }
        })],
    )
    .also(&[and("no-server-error", "the crash is one")]),
    // Limits.
    Fault::new(
        "participants-unlimited",
        "Whoever is beyond the limit of a GROUP is left out of it.",
        OF_2026,
        "participants-limit",
        &[Request(|request, _| {
            let many = participants(request).is_some_and(|all| {
                let many = all.len() > 256;
                all.truncate(256);
                many
            });
            if many {
                any_id(request);
            }
            Ok(())
        })],
    )
    .also(&[and("participants-listed", "who is left out is not listed")]),
    Fault::new(
        "name-cut",
        "A name of more than 512 characters is cut.",
        OF_2026,
        "name-length",
        &[Request(|request, _| {
            cut(request, "name", 512);
            Ok(())
        })],
    )
    .also(&[and("name-length-unit", "no name is too long by any unit")]),
    Fault::new(
        "name-counted-in-bytes",
        "The 512 characters of a name are counted as bytes.",
        OF_2026,
        "name-length",
        &[Request(|request, _| match request.get("name").and_then(Value::as_str) {
            Some(name) if name.len() > 512 => Err(Refusal::field("name", "has more than 512 bytes")),
            _ => Ok(()),
        })],
    )
    .also(&[
        and("name-length-unit", "bytes are none of the units"),
        and("group-size", "a name in another script has more bytes than characters"),
    ]),
    Fault::new(
        "name-limit-of-511",
        "A name may have less than 512 characters.",
        OF_2026,
        "name-length",
        &[Request(|request, _| match request.get("name").and_then(Value::as_str) {
            Some(name) if name.chars().count() >= 512 => Err(Refusal::field("name", "has 512 characters or more")),
            _ => Ok(()),
        })],
    )
    .also(&[
        and("group-size", "some of the names have 512 characters"),
        and("name-length-unit", "512 characters are too many by any unit"),
    ]),
    Fault::new(
        "announcement-cut",
        "An announcement of more than 1024 characters is cut.",
        OF_2026,
        "announcement-length",
        &[Request(|request, _| {
            cut(request, "announcement", 1024);
            Ok(())
        })],
    ),
    Fault::new(
        "announcement-limit-of-512",
        "An announcement may have as many characters as a name.",
        OF_2026,
        "announcement-length",
        &[Request(|request, _| match request.get("announcement").and_then(Value::as_str) {
            Some(text) if text.chars().count() > 512 => {
                Err(Refusal::field("announcement", "has more than 512 characters"))
            }
            _ => Ok(()),
        })],
    ),
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
    ),
    // Bodies.
    Fault::new(
        "body-of-any-type-crashes",
        "A body that is JSON but no object makes the server crash.",
        BOTH,
        "body-object",
        &[Response(|answer, context| {
            let other = serde_json::from_slice::<Value>(&context.body).is_ok_and(|body| !body.is_object());
            if other && context.head.method == Method::POST {
                crashed(answer);
            }
        })],
    )
    .also(&[and("no-server-error", "the crash is one")]),
    Fault::new(
        "body-cut-off-accepted",
        "A body that is cut off is read as far as it goes.",
        BOTH,
        "body-json",
        &[Body(|body| {
            if body.starts_with(b"{") && serde_json::from_slice::<Value>(body).is_err() {
                body.push(b'}');
            }
        })],
    ),
    Fault::new(
        "body-not-utf8-accepted",
        "Bytes that are not UTF-8 are left out.",
        BOTH,
        "body-utf8",
        &[Body(|body| {
            if std::str::from_utf8(body).is_err() {
                *body = String::from_utf8_lossy(body).replace('\u{fffd}', "").into_bytes();
            }
        })],
    ),
    Fault::new(
        "deep-body-crashes",
        "A body that is nested deeply overflows the stack.",
        BOTH,
        "hostile-depth",
        &[Response(|answer, context| {
            if holds(context, "[[[[[[[[[[[[[[[[[[") {
                crashed(answer)
            }
        })],
    )
    .also(&[and("no-server-error", "the overflow ends in one")]),
    Fault::new(
        "surrogate-crashes",
        "A lone surrogate makes the server crash.",
        BOTH,
        "hostile-characters",
        &[Response(|answer, context| {
            if holds(context, "\\ud800") && !holds(context, "\\ud800\\u") {
                crashed(answer)
            }
        })],
    )
    .also(&[and("no-server-error", "the crash is one")]),
    Fault::new(
        "large-number-crashes",
        "A number beyond 64 bits makes the server crash.",
        BOTH,
        "hostile-numbers",
        &[Response(|answer, context| {
            if holds(context, "1e999") {
                crashed(answer)
            }
        })],
    )
    .also(&[and("no-server-error", "the crash is one")]),
    Fault::new(
        "member-twice-crashes",
        "A member that stands twice in a body makes the server crash.",
        BOTH,
        "hostile-duplicates",
        &[Response(|answer, context| {
            let twice = std::str::from_utf8(&context.body).is_ok_and(|text| text.matches("\"category\"").count() > 1);
            if twice {
                crashed(answer);
            }
        })],
    )
    .also(&[and("no-server-error", "the crash is one")]),
    Fault::new(
        "large-body-crashes",
        "A body of a megabyte does not fit into the server's buffer.",
        BOTH,
        "hostile-size",
        &[Response(|answer, context| {
            if context.body.len() > 1 << 20 {
                crashed(answer)
            }
        })],
    )
    .also(&[and("no-server-error", "the crash is one")]),
    // Endpoints.
    Fault::new(
        "put-creates",
        "PUT is answered as POST is.",
        BOTH,
        "other-method-or-path",
        &[Response(|answer, context| {
            if context.head.method == Method::PUT {
                page(answer)
            }
        })],
    ),
    Fault::new(
        "any-path-succeeds",
        "Every path that there is not is answered with the page of an application.",
        BOTH,
        "other-method-or-path",
        &[Response(|answer, context| {
            if context.head.uri.path() == "/conversation" {
                page(answer)
            }
        })],
    ),
    Fault::new(
        "flat-request-accepted",
        "A flat request with one user_id for its participants is taken.",
        BOTH,
        "flat-request",
        &[Request(|request, _| {
            if let (Some(Value::String(user)), true) =
                (request.get("participants").cloned(), request.contains_key("user_id"))
            {
                request.insert("participants".to_owned(), json!([{"user_id": user}]));
                any_id(request);
            }
            Ok(())
        })],
    ),
    Fault::new(
        "refusal-with-data",
        "A refusal has a `data` beside its `error`.",
        BOTH,
        "refusal-without-data",
        &[crate::fault::Hook::Refusal(|answer, _| answer["data"] = json!({}))],
    ),
    Fault::new(
        "oneself-crashes",
        "A CONTACT of a caller with themselves makes the server crash.",
        OF_2026,
        "no-server-error",
        &[Response(|answer, context| {
            if is_contact(context)
                && context.text("/participants/0/user_id") == context.caller.to_string()
                && context.participants() == 1
            {
                crashed(answer)
            }
        })],
    )
    .also(&[and("contact-with-oneself", "a crash is no refusal")]),
];

fn right(contact: Contact<'_>) -> bool {
    unique_conversation_id(contact.caller, contact.peer) == contact.id
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36 && Uuid::try_parse(text).is_ok()
}

fn is_of(refusal: &Refusal, name: &str) -> bool {
    matches!(refusal, Refusal::Field { field, .. } if field == name)
}

fn is_contact(context: &Context) -> bool {
    context.text("/category") == "CONTACT"
}

fn holds(context: &Context, text: &str) -> bool {
    context.body.windows(text.len()).any(|window| window == text.as_bytes())
}

/// Replaces a member that is wrong.
fn replace(request: &mut Map<String, Value>, member: &str, wrong: impl Fn(&Value) -> bool, by: impl Fn() -> Value) {
    if let Some(value) = request.get_mut(member).filter(|value| wrong(value)) {
        *value = by();
    }
}

/// Without a random_id a GROUP may have any id.
fn any_id(request: &mut Map<String, Value>) {
    request.remove("random_id");
}

fn own_id(request: &mut Map<String, Value>) {
    request.insert("conversation_id".to_owned(), json!(Uuid::new_v4().to_string()));
    any_id(request);
}

fn nobody(request: &mut Map<String, Value>) {
    request.insert("participants".to_owned(), json!([]));
    any_id(request);
}

/// Skips participants.
fn only(request: &mut Map<String, Value>, keep: impl Fn(&Value) -> bool) {
    let skipped = participants(request).is_some_and(|all| {
        let before = all.len();
        all.retain(keep);
        all.len() < before
    });
    if skipped {
        any_id(request);
    }
}

/// Empties roles that are wrong.
fn roles(request: &mut Map<String, Value>, wrong: impl Fn(&Value) -> bool) {
    for participant in participants(request).into_iter().flatten() {
        if let Some(role) = participant.get_mut("role").filter(|role| wrong(role)) {
            *role = json!("");
        }
    }
}

/// Cuts a text that is too long.
fn cut(request: &mut Map<String, Value>, member: &str, longest: usize) {
    let long = request.get(member).and_then(Value::as_str).is_some_and(|text| text.chars().count() > longest);
    if long {
        replace(request, member, Value::is_string, || Value::Null);
        any_id(request);
    }
}

fn page(answer: &mut axum::http::Response<bytes::Bytes>) {
    *answer.status_mut() = StatusCode::OK;
    *answer.body_mut() = "<!doctype html><title>Chat</title>".into();
}
