//! Faults that do not refuse, or not cleanly: the two users of a CONTACT, limits, endpoints, and hostile requests.

use axum::http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use crate::fault::Fault;
use crate::fault::edit::{any_id, crashed, participants, replace};
use crate::fault::hook::Hook::{ContactId, Overlook, Request, Response};
use crate::fault::hook::{BOTH, Contact, FaultContext, OF_2026, and};
use crate::refusal::Refusal;
use mixinspec_types::unique_conversation_id;

pub(super) const FAULTS: &[Fault] = &[
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
        and("contact-id-case", "the id of upper case is of version 3"),
    ]),
    Fault::new(
        "contact-id-random",
        "A random id is taken for that of a CONTACT, too.",
        BOTH,
        "contact-id-derived",
        &[ContactId(|contact| right(contact) || contact.id.get_version_num() == 4)],
    )
    .also(&[
        and("contact-id-version", "a random id has version 4"),
        and("contact-id-with-random-id", "the id of a CONTACT is not the right one there, either"),
    ]),
    Fault::new(
        "contact-id-with-random-id-any",
        "A CONTACT with a random_id may have any id.",
        OF_2026,
        "contact-id-with-random-id",
        &[Overlook(|refusal, context| {
            is_of(refusal, "conversation_id") && is_contact(context) && !context.text("/random_id").is_empty()
        })],
    ),
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
    .also(&[
        and("participants-listed", "who is left out is not listed"),
        and("admins-within-limit", "its list is as long"),
    ]),
    Fault::new(
        "participants-of-300-taken",
        "A GROUP of 257 participants is refused, and one of more than 299 is cut.",
        OF_2026,
        "participants-limit",
        &[Request(|request, _| {
            if participants(request).is_some_and(|all| all.len() > 299) {
                cut_list(request);
            }
            Ok(())
        })],
    )
    .also(&[
        and("participants-listed", "who is left out is not listed"),
        and("admins-within-limit", "its list is as long"),
    ]),
    Fault::new(
        "admins-beside-the-limit",
        "ADMINs do not count among the participants of a GROUP.",
        OF_2026,
        "admins-within-limit",
        &[Request(|request, _| {
            let many = participants(request)
                .is_some_and(|all| all.len() > 256 && all.iter().all(|one| one["role"] == "ADMIN"));
            if many {
                cut_list(request);
            }
            Ok(())
        })],
    )
    .also(&[and("participants-listed", "who is left out is not listed")]),
    Fault::new(
        "participants-counted-in-a-byte",
        "The number of participants is kept in a byte: 512 count as none.",
        OF_2026,
        "participants-limit",
        &[Request(|request, _| {
            if participants(request).is_some_and(|all| all.len() == 512) {
                cut_list(request);
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
        and("announcement-accepted", "one of its names is as long"),
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
        and("announcement-accepted", "one of its names is as long"),
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
    )
    .also(&[and("announcement-accepted", "one of its announcements is as long")]),
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
    )
    .also(&[and("unknown-path-code", "its path is one")]),
    Fault::new(
        "unknown-path-10002",
        "A path that there is not is answered with the code of a member that is not valid.",
        BOTH,
        "unknown-path-code",
        &[crate::fault::Hook::Refusal(|answer, context| unknown_path(answer, context, 10002))],
    ),
    Fault::new(
        "unknown-path-forbidden",
        "A path that there is not is forbidden.",
        BOTH,
        "unknown-path-code",
        &[crate::fault::Hook::Refusal(|answer, context| unknown_path(answer, context, 403))],
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
    // Hostile requests.
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
    .also(&[
        and("category-of-odd-text", "one of its categories is half a pair"),
        and("no-server-error", "the crash is one"),
    ]),
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
        "icon-crashes",
        "An icon that is no Base64 makes the server crash.",
        OF_2026,
        "hostile-icon",
        &[Response(|answer, context| {
            if holds(context, "icon_base64") && context.text("/icon_base64").contains(' ') {
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

fn is_of(refusal: &Refusal, name: &str) -> bool {
    matches!(refusal, Refusal::Field { field, .. } if field == name)
}

fn is_contact(context: &FaultContext) -> bool {
    context.text("/category") == "CONTACT"
}

fn holds(context: &FaultContext, text: &str) -> bool {
    context.body.windows(text.len()).any(|window| window == text.as_bytes())
}

/// Removes the participants beyond the limit.
fn cut_list(request: &mut Map<String, Value>) {
    if let Some(all) = participants(request) {
        all.truncate(256);
    }
    any_id(request);
}

/// Cuts a text that is too long.
fn cut(request: &mut Map<String, Value>, member: &str, longest: usize) {
    let long = request.get(member).and_then(Value::as_str).is_some_and(|text| text.chars().count() > longest);
    if long {
        replace(request, member, Value::is_string, || Value::Null);
        any_id(request);
    }
}

fn unknown_path(answer: &mut Value, context: &FaultContext, code: u32) {
    if context.head.uri.path() == "/conversation" {
        answer["error"]["code"] = json!(code);
        answer["error"]["extra"] = json!({"field": "conversation_id"});
    }
}

fn page(answer: &mut axum::http::Response<bytes::Bytes>) {
    *answer.status_mut() = StatusCode::OK;
    *answer.body_mut() = "<!doctype html><title>Chat</title>".into();
}
