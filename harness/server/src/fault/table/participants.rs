//! Faults that accept wrong participants: missing, of another type, or with undefined values.

use serde_json::{Map, Value, json};

use super::members::hyphens_anywhere;
use crate::fault::Fault;
use crate::fault::edit::{any_id, is_uuid, only, participants, replace, wants_group};
use crate::fault::hook::Hook::Request;
use crate::fault::hook::{BOTH, and};

pub(super) const FAULTS: &[Fault] = &[
    // The list.
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
    )
    .also(&[and("member-names-exact", "a member with another name is a member that is missing")]),
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
    .also(&[
        and("flat-request", "its participants are no list either"),
        and("hostile-numbers-refused", "one of its numbers stands there"),
    ]),
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
        "participants-lone",
        "A lone participant is taken for a list of one.",
        BOTH,
        "participants-array",
        &[Request(|request, _| {
            replace_with(request, |all| all.is_object().then(|| json!([all])));
            Ok(())
        })],
    ),
    Fault::new(
        "participants-separated-by-commas",
        "Ids with commas between them are taken for a list of participants.",
        BOTH,
        "participants-array",
        &[Request(|request, _| {
            replace_with(request, |all| {
                let ids: Vec<&str> = all.as_str()?.split(',').collect();
                let list = ids.iter().map(|id| json!({"user_id": id})).collect();
                ids.iter().all(|id| is_uuid(id)).then_some(Value::Array(list))
            });
            Ok(())
        })],
    )
    .also(&[and("flat-request", "its participants are an id, too")]),
    Fault::new(
        "participants-numbered",
        "An object with numbers for names is taken for a list, as in PHP.",
        BOTH,
        "participants-array",
        &[Request(|request, _| {
            replace_with(request, |all| {
                let all = all.as_object()?;
                let is_numbered = all.keys().all(|name| name.bytes().all(|byte| byte.is_ascii_digit()));
                is_numbered.then(|| all.values().cloned().collect())
            });
            Ok(())
        })],
    ),
    Fault::new(
        "participants-as-text",
        "A text that is a list in JSON is taken for it.",
        BOTH,
        "participants-array",
        &[Request(|request, _| {
            replace_with(request, |all| serde_json::from_str(all.as_str()?).ok().filter(Value::is_array));
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
        "participants-sparse",
        "A participant that is null is skipped.",
        BOTH,
        "participant-object",
        &[Request(|request, _| {
            if let Some(all) = participants(request) {
                all.retain(|one| !one.is_null());
            }
            Ok(())
        })],
    ),
    Fault::new(
        "participants-as-ids",
        "A participant may be given as its id.",
        BOTH,
        "participant-object",
        &[Request(|request, _| {
            for one in participants(request).into_iter().flatten() {
                if one.as_str().is_some_and(is_uuid) {
                    *one = json!({"user_id": one});
                }
            }
            Ok(())
        })],
    ),
    Fault::new(
        "participants-nested",
        "Lists within the list of participants are flattened.",
        BOTH,
        "participant-object",
        &[Request(|request, _| {
            if let Some(all) = participants(request) {
                let flat = all.drain(..).flat_map(|one| match one {
                    Value::Array(inner) => inner,
                    other => vec![other],
                });
                let flat: Vec<Value> = flat.collect();
                *all = flat;
            }
            Ok(())
        })],
    ),
    // Their members.
    Fault::new(
        "participants-beyond-the-second-unchecked",
        "Beyond the second, a participant that cannot be read is skipped.",
        BOTH,
        "user-id-uuid",
        &[Request(|request, _| {
            let is_fine = |one: &Value| one.get("user_id").and_then(Value::as_str).is_some_and(is_uuid);
            let wrong =
                participants(request).is_some_and(|all| all.iter().skip(2).any(|one| one.is_object() && !is_fine(one)));
            if wrong && let Some(all) = participants(request) {
                let mut at = 0;
                all.retain(|one| {
                    at += 1;
                    at <= 2 || is_fine(one)
                });
                any_id(request);
            }
            Ok(())
        })],
    )
    .also(&[
        and("user-id-required", "it may have no user_id"),
        and("user-id-type", "its user_id may have another type"),
        and("participants-listed", "who is skipped is not listed"),
    ]),
    Fault::new(
        "user-id-skipped",
        "A participant without a user_id is skipped.",
        BOTH,
        "user-id-required",
        &[Request(|request, _| {
            only(request, |one| !one.is_object() || one.get("user_id").is_some());
            Ok(())
        })],
    )
    .also(&[and("member-names-exact", "what has another name is no user_id")]),
    Fault::new(
        "user-id-of-any-type",
        "A participant whose user_id is not a string is skipped.",
        BOTH,
        "user-id-type",
        &[Request(|request, _| {
            only(request, |one| one.get("user_id").is_none_or(Value::is_string));
            Ok(())
        })],
    )
    .also(&[
        and("again-unfit", "a group that is created again has such a user_id"),
        and("hostile-numbers-refused", "a large number is such a user_id"),
    ]),
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
        "user-id-with-line-feed",
        "A line feed after a user_id is overlooked, as by a pattern that ends in a dollar sign.",
        BOTH,
        "user-id-uuid",
        &[Request(|request, _| {
            user_ids(request, |text| text.strip_suffix('\n').filter(|text| is_uuid(text)).map(str::to_owned));
            Ok(())
        })],
    )
    .also(&[
        and("participants-listed", "the id is answered without it"),
        and("participants-nobody-else", "the id is answered without it"),
    ]),
    Fault::new(
        "user-id-with-hyphens-anywhere",
        "The hyphens of a user_id may stand anywhere.",
        BOTH,
        "user-id-uuid",
        &[Request(|request, _| {
            user_ids(request, hyphens_anywhere);
            Ok(())
        })],
    )
    .also(&[
        and("participants-listed", "the id is answered with its hyphens where they belong"),
        and("participants-nobody-else", "the id is answered with its hyphens where they belong"),
    ]),
    // Roles.
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
        "role-with-a-capital",
        "A role may be written with a capital alone, Admin.",
        BOTH,
        "role-enum",
        &[Request(|request, _| {
            for one in participants(request).into_iter().flatten().filter_map(Value::as_object_mut) {
                replace(one, "role", |role| role == "Admin", || json!("ADMIN"));
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
];

fn nobody(request: &mut Map<String, Value>) {
    request.insert("participants".to_owned(), json!([]));
    any_id(request);
}

/// Replaces participants that are not a list.
fn replace_with(request: &mut Map<String, Value>, read: impl Fn(&Value) -> Option<Value>) {
    if let Some(all) = request.get("participants").filter(|all| !all.is_array()).and_then(read) {
        request.insert("participants".to_owned(), all);
    }
}

/// Replaces user_ids of participants. In a GROUP it removes the random_id, so that any id fits.
fn user_ids(request: &mut Map<String, Value>, read: impl Fn(&str) -> Option<String>) {
    let mut changed = false;
    for one in participants(request).into_iter().flatten().filter_map(Value::as_object_mut) {
        if let Some(id) = one.get("user_id").and_then(Value::as_str).and_then(&read) {
            one.insert("user_id".to_owned(), json!(id));
            changed = true;
        }
    }
    if changed && wants_group(request) {
        any_id(request);
    }
}

/// Replaces wrong roles by "".
fn roles(request: &mut Map<String, Value>, wrong: impl Fn(&Value) -> bool) {
    for participant in participants(request).into_iter().flatten() {
        if let Some(role) = participant.get_mut("role").filter(|role| wrong(role)) {
            *role = json!("");
        }
    }
}
