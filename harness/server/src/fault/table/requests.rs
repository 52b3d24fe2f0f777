//! Faults that refuse requests that they should accept, or answer them differently.

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::fault::Fault;
use crate::fault::edit::{refuse, set, unreadable, wants_contact as is_contact, wants_group as is_group};
use crate::fault::hook::Hook::{Answer, Body, Head, Request};
use crate::fault::hook::{BOTH, OF_2018, OF_2026, and};
use crate::refusal::Refusal;

pub(super) const FAULTS: &[Fault] = &[
    Fault::new(
        "group-id-of-version-4",
        "The id of a GROUP must have version 4.",
        OF_2018,
        "group-any-id",
        &[Request(|request, _| {
            let id = request.get("conversation_id").and_then(Value::as_str).and_then(|id| Uuid::try_parse(id).ok());
            refuse(
                is_group(request) && id.is_some_and(|id| id.get_version_num() != 4),
                "conversation_id",
                "is no random UUID",
            )
        })],
    ),
    Fault::new(
        "group-id-of-version-3-is-contact",
        "An id of version 3 is taken for that of a CONTACT, and refused for a GROUP.",
        OF_2018,
        "group-any-id",
        &[Request(|request, _| {
            let id = request.get("conversation_id").and_then(Value::as_str).and_then(|id| Uuid::try_parse(id).ok());
            refuse(
                is_group(request) && id.is_some_and(|id| id.get_version_num() == 3),
                "conversation_id",
                "is that of a CONTACT",
            )
        })],
    ),
    Fault::new(
        "contact-needs-name",
        "A CONTACT needs a name.",
        OF_2026,
        "contact-accepted",
        &[Request(|request, _| refuse(is_contact(request) && !request.contains_key("name"), "name", "is missing"))],
    )
    .also(&[
        and("contact-id-symmetric", "a plain CONTACT has no name, on whichever side the peer is"),
        and("error-names-no-other", "a CONTACT in which another member is wrong is refused for its name"),
    ]),
    Fault::new(
        "contact-refused",
        "A CONTACT cannot be created, but comes about with the first message.",
        BOTH,
        "contact-accepted",
        &[Request(|request, _| refuse(is_contact(request), "category", "is not GROUP"))],
    )
    .also(&[
        and("contact-id-symmetric", "no CONTACT is accepted, on whichever side the peer is"),
        and("error-names-no-other", "a CONTACT in which another member is wrong is refused for its category"),
    ]),
    Fault::new(
        "admin-refused",
        "Nobody can be made ADMIN when a GROUP is created.",
        BOTH,
        "participant-admin",
        &[Request(|request, _| {
            let any = each(request).any(|one| one.get("role").is_some_and(|role| role == "ADMIN"));
            refuse(any, "participants/0/role", "is only given later")
        })],
    )
    .also(&[
        and("group-any-id", "some of the participants are asked for as ADMIN"),
        and("contact-from-both-sides", "some of the users of a CONTACT are asked for as ADMIN"),
    ]),
    Fault::new(
        "contact-role-empty-refused",
        "A CONTACT whose participant has an empty role is refused.",
        OF_2026,
        "role-empty-ignored",
        &[Request(|request, _| {
            let any = each(request).any(|one| one.get("role").is_some_and(|role| role == ""));
            refuse(is_contact(request) && any, "participants/0/role", "is empty")
        })],
    )
    .also(&[
        and("contact-accepted", "some of the participants have an empty role"),
        and("error-names-no-other", "a CONTACT in which another member is wrong is refused for its role"),
        and("contact-empty-members-ignored", "one of its members is the role"),
        and("null-members-ignored", "one of its members is the role"),
    ]),
    Fault::new(
        "role-empty-expires",
        "A conversation in which a participant has an empty role disappears after a week.",
        OF_2026,
        "role-empty-ignored",
        &[Answer(|answer, context| {
            if context.request.pointer("/participants/0/role").is_some_and(|role| role == "") {
                set(answer, "expire_in", 604_800);
            }
        })],
    ),
    Fault::new(
        "action-refused",
        "A participant with an action is refused.",
        OF_2026,
        "action-add-ignored",
        &[Request(|request, _| {
            let any = each(request).any(|one| one.get("action").is_some());
            refuse(any, "participants/0/action", "is no member of a participant")
        })],
    )
    .also(&[and("other-actions", "REMOVE is refused for the same reason")]),
    Fault::new(
        "name-with-rare-ideograph-refused",
        "A name with an ideograph beyond the basic plane is refused.",
        OF_2026,
        "name-any-language",
        &[Request(|request, _| {
            refuse(
                name(request).chars().any(|c| ('\u{20000}'..='\u{3ffff}').contains(&c)),
                "name",
                "has an incorrect string value",
            )
        })],
    )
    .also(&[and("group-size", "some of the names have such characters")]),
    Fault::new(
        "name-with-markup-refused",
        "A name that looks like markup is refused by a firewall.",
        OF_2026,
        "name-any-language",
        &[Request(|request, _| refuse(name(request).contains("<b>"), "name", "looks like an attack"))],
    )
    .also(&[and("group-size", "names of its requests have it, too")]),
    Fault::new(
        "announcement-refused",
        "A GROUP with an announcement is refused, since it is set with an update.",
        OF_2026,
        "announcement-accepted",
        &[Request(|request, _| {
            let has = request.get("announcement").and_then(Value::as_str).is_some_and(|text| !text.is_empty());
            refuse(has, "announcement", "is set with an update")
        })],
    )
    .also(&[and("announcement-length", "one of 1024 characters is refused, too")]),
    Fault::new(
        "group-needs-name",
        "A GROUP needs a name.",
        OF_2026,
        "group-without-name",
        &[Request(|request, _| refuse(is_group(request) && name(request).is_empty(), "name", "is empty"))],
    ),
    Fault::new(
        "created-at-refused",
        "A participant with a created_at is refused.",
        OF_2026,
        "participant-created-at-ignored",
        &[Request(|request, _| {
            let any = each(request).any(|one| one.get("created_at").is_some());
            refuse(any, "participants/0/created_at", "is set by the server")
        })],
    )
    .also(&[
        and("contact-empty-members-ignored", "an SDK that sends one sends the other"),
        and("group-empty-announcement-ignored", "an SDK that sends one sends the other"),
        and("null-members-ignored", "an SDK that sends one sends the other"),
        and("announcement-accepted", "one of its requests has created_at"),
        and("group-accepted", "one of its requests is an SDK's, with created_at"),
    ]),
    Fault::new(
        "contact-empty-name-refused",
        "A CONTACT with a name is refused, also with an empty one.",
        OF_2026,
        "contact-empty-members-ignored",
        &[Request(|request, _| {
            refuse(is_contact(request) && request.get("name").is_some_and(Value::is_string), "name", "is for a GROUP")
        })],
    ),
    Fault::new(
        "contact-empty-random-id-refused",
        "An empty random_id is not a UUID, and refused.",
        OF_2026,
        "contact-empty-members-ignored",
        &[Request(|request, _| {
            refuse(request.get("random_id").is_some_and(|id| id == ""), "random_id", "is not a UUID")
        })],
    ),
    Fault::new(
        "contact-random-id-refused",
        "A CONTACT with a random_id is refused.",
        OF_2026,
        "contact-random-id-ignored",
        &[Request(|request, _| {
            let has = request.get("random_id").and_then(Value::as_str).is_some_and(|id| !id.is_empty());
            refuse(is_contact(request) && has, "random_id", "is for a GROUP")
        })],
    ),
    Fault::new(
        "contact-random-id-as-announcement",
        "The random_id of a CONTACT comes back as its announcement.",
        OF_2026,
        "contact-random-id-ignored",
        &[Answer(|answer, context| {
            let id = context.text("/random_id");
            if context.text("/category") == "CONTACT" && !id.is_empty() {
                set(answer, "announcement", id);
            }
        })],
    )
    .also(&[and("announcement-empty", "nobody has asked for it")]),
    Fault::new(
        "announcement-empty-refused",
        "An announcement that is empty is refused.",
        OF_2026,
        "group-empty-announcement-ignored",
        &[Request(|request, _| {
            refuse(
                is_group(request) && request.get("announcement").is_some_and(|text| text == ""),
                "announcement",
                "is empty",
            )
        })],
    )
    .also(&[and("participant-created-at-ignored", "an SDK that sends one sends the other")]),
    Fault::new(
        "null-refused",
        "A member that is null is refused.",
        OF_2026,
        "null-members-ignored",
        &[Request(|request, _| {
            let null = ["name", "icon_base64", "announcement", "duration", "random_id"]
                .into_iter()
                .find(|name| request.get(*name).is_some_and(Value::is_null));
            match null {
                Some(name) => Err(Refusal::field(name, "is null")),
                None => Ok(()),
            }
        })],
    )
    .also(&[and("error-names-member", "the member is not one that the documentation names")]),
    Fault::new(
        "unknown-member-refused",
        "A member that the documentation does not name is refused.",
        OF_2026,
        "unknown-members-ignored",
        &[Request(|request, _| {
            let known = [
                "category",
                "conversation_id",
                "name",
                "announcement",
                "random_id",
                "participants",
                "icon_base64",
                "duration",
            ];
            refuse(request.keys().any(|name| !known.contains(&name.as_str())), "", "has a member that there is not")
        })],
    )
    .also(&[and("error-names-member", "the member is not one that the documentation names")]),
    Fault::new(
        "unknown-member-of-participant-refused",
        "A member of a participant that the documentation does not name is refused.",
        OF_2026,
        "unknown-members-ignored",
        &[Request(|request, _| {
            let known = ["action", "role", "user_id", "created_at"];
            let other =
                |one: &Value| one.as_object().is_some_and(|one| one.keys().any(|name| !known.contains(&name.as_str())));
            refuse(each(request).any(other), "participants/0", "has a member that there is not")
        })],
    ),
    Fault::new(
        "white-space-refused",
        "JSON with white space before its first member is not understood.",
        BOTH,
        "json-writing-ignored",
        &[Body(|body| {
            if body.get(1).is_some_and(u8::is_ascii_whitespace) {
                body.clear();
            }
        })],
    )
    .also(LONG_IS_SPACED),
    Fault::new(
        "white-space-around-refused",
        "JSON with white space before or behind it is not understood.",
        BOTH,
        "json-writing-ignored",
        &[Body(|body| {
            if body.first().is_some_and(u8::is_ascii_whitespace) || body.last().is_some_and(u8::is_ascii_whitespace) {
                body.clear();
            }
        })],
    )
    .also(LONG_IS_SPACED),
    Fault::new(
        "first-member-decides",
        "A request whose first member is not the category is not understood.",
        BOTH,
        "json-writing-ignored",
        &[Body(|body| {
            if body.starts_with(b"{\"participants\"") || body.starts_with(b"{\"random_id\"") {
                body.clear();
            }
        })],
    ),
    Fault::new(
        "accept-of-several-types-refused",
        "A request that accepts other types beside JSON is refused.",
        BOTH,
        "accept-ignored",
        &[Head(|head| {
            let several = head.headers.get("accept").is_some_and(|value| value.as_bytes().contains(&b','));
            unreadable(several, "it is not application/json alone that is accepted")
        })],
    )
    .also(&[
        and("read-by-creator", "it is read by its creator, too"),
        and("usual-headers-ignored", "a browser sends such an Accept"),
        and("usual-headers-ignored-by-read", "one of its requests has such an Accept"),
    ]),
    Fault::new(
        "charset-refused",
        "A Content-Type with a charset is refused.",
        BOTH,
        "json-writing-ignored",
        &[Head(|head| {
            let charset = head.headers.get("content-type").is_some_and(|value| value.as_bytes().contains(&b';'));
            unreadable(charset, "its Content-Type is not application/json")
        })],
    ),
    Fault::new(
        "chunked-refused",
        "A body in chunks is refused, for it has no length.",
        BOTH,
        "transfer-ignored",
        &[Head(|head| unreadable(head.headers.contains_key("transfer-encoding"), "it has no Content-Length"))],
    ),
];

/// The body of `transfer-ignored/long-and-chunked` is long because of the white space in it.
const LONG_IS_SPACED: &[crate::fault::Consequence] = &[and("transfer-ignored", "a long body is made of white space")];

fn name(request: &Map<String, Value>) -> &str {
    request.get("name").and_then(Value::as_str).unwrap_or_default()
}

fn each(request: &Map<String, Value>) -> impl Iterator<Item = &Value> {
    request.get("participants").and_then(Value::as_array).into_iter().flatten()
}
