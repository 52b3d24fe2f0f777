//! What an answer says, and how it is written.

use axum::http::{HeaderValue, Response, StatusCode, header};
use bytes::Bytes;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::conversation::{Conversation, Member, Role};
use crate::fault::Fault;
use crate::fault::edit::{data, each, get, is_group, participants, set, text};
use crate::fault::hook::Hook::{Answer, Conversation as Stored, Offset, Response as Whole, With};
use crate::fault::hook::{BOTH, OF_2026, and};
use crate::policy::UtcOffset;

pub(super) const FAULTS: &[Fault] = &[
    // The envelope.
    Fault::new(
        "answer-without-envelope",
        "The conversation is the whole answer, without `data` around it.",
        BOTH,
        "answer-envelope",
        &[Answer(|answer, _| *answer = answer["data"].take())],
    ),
    Fault::new(
        "answer-in-a-list",
        "The `data` of an answer is a list with the conversation in it.",
        BOTH,
        "answer-envelope",
        &[Answer(|answer, _| answer["data"] = json!([answer["data"].take()]))],
    ),
    Fault::new(
        "answer-data-null",
        "The `data` of a success is null.",
        BOTH,
        "answer-envelope",
        &[Answer(|answer, _| answer["data"] = Value::Null)],
    ),
    Fault::new(
        "answer-redirects",
        "A success is a 303 that leads to the conversation.",
        BOTH,
        "answer-envelope",
        &[Whole(|answer, context| {
            if answer.status() == StatusCode::OK && !context.reads() {
                *answer.status_mut() = StatusCode::SEE_OTHER;
            }
        })],
    ),
    Fault::new(
        "answer-empty",
        "A success has no body.",
        BOTH,
        "answer-json",
        &[Whole(|answer, _| {
            if answer.status() == StatusCode::OK {
                answer.body_mut().clear();
            }
        })],
    ),
    Fault::new(
        "answer-truncated",
        "The last byte of a success is cut off.",
        BOTH,
        "answer-json",
        &[Whole(|answer, _| {
            if answer.status() == StatusCode::OK {
                let length = answer.body().len();
                answer.body_mut().truncate(length.saturating_sub(1));
            }
        })],
    ),
    Fault::new(
        "answer-single-quotes",
        "A success is written as a Python dictionary, with single quotes.",
        BOTH,
        "answer-json",
        &[Whole(|answer, _| rewrite(answer, |text| text.replace('"', "'")))],
    ),
    Fault::new(
        "content-type-missing",
        "A success has no Content-Type.",
        BOTH,
        "answer-content-type",
        &[Whole(|answer, _| drop(answer.headers_mut().remove(header::CONTENT_TYPE)))],
    ),
    Fault::new(
        "content-type-text",
        "A success has the Content-Type text/plain.",
        BOTH,
        "answer-content-type",
        &[Whole(|answer, _| content_type(answer, "text/plain; charset=utf-8"))],
    ),
    Fault::new(
        "content-type-html",
        "A success has the Content-Type text/html.",
        BOTH,
        "answer-content-type",
        &[Whole(|answer, _| content_type(answer, "text/html"))],
    ),
    Fault::new(
        "status-created",
        "A success has the status 201.",
        OF_2026,
        "answer-status",
        &[Whole(|answer, _| status(answer, StatusCode::CREATED))],
    ),
    Fault::new(
        "status-accepted",
        "A success has the status 202, as a refusal has.",
        OF_2026,
        "answer-status",
        &[Whole(|answer, _| status(answer, StatusCode::ACCEPTED))],
    ),
    Fault::new(
        "error-null",
        "A success has an `error` of null beside its `data`.",
        OF_2026,
        "answer-without-error",
        &[Answer(|answer, _| answer["error"] = Value::Null)],
    ),
    // What it says of the conversation.
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
    .also(&[and("upper-case-ids", "the id of an answer shows neither of the readings")]),
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
    ]),
    Fault::new(
        "answer-category-in-lower-case",
        "The category of an answer is in lower case.",
        BOTH,
        "answer-same-category",
        &[Answer(|answer, _| text(answer, "category", str::to_lowercase))],
    ),
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
    ]),
    Fault::new(
        "owner-not-listed",
        "The creator of a GROUP is not among its participants.",
        BOTH,
        "group-owner",
        &[Answer(|answer, _| {
            let creator = get(answer, "creator_id");
            if let Some(all) = data(answer).filter(|data| data["category"] == "GROUP").and_then(participants) {
                all.retain(|one| one["user_id"] != creator);
            }
        })],
    )
    .also(&[
        and("caller-named", "a caller who is named is not listed either"),
        and("caller-as-participant", "a caller who is named is neither refused nor listed"),
    ]),
    Fault::new(
        "owner-ordinary",
        "The creator of a GROUP is an ordinary member of it.",
        BOTH,
        "group-owner",
        &[Stored(|made, _| roles(made, Role::Owner, Role::Ordinary))],
    ),
    Fault::new(
        "owner-admin",
        "The creator of a GROUP has the role ADMIN.",
        BOTH,
        "group-owner",
        &[Stored(|made, _| roles(made, Role::Owner, Role::Admin))],
    ),
    Fault::new(
        "everybody-owner",
        "Every ordinary member of a GROUP has the role OWNER.",
        BOTH,
        "group-sole-owner",
        &[Stored(|made, _| {
            if is_group(made) {
                roles(made, Role::Ordinary, Role::Owner)
            }
        })],
    ),
    Fault::new(
        "admin-owner",
        "A participant who is asked for with the role ADMIN becomes OWNER.",
        BOTH,
        "group-sole-owner",
        &[Stored(|made, _| roles(made, Role::Admin, Role::Owner))],
    )
    .also(&[and("participants-admin", "an OWNER is no ADMIN")]),
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
    .also(&[and("participant-named-twice", "the last of the others is not listed")]),
    Fault::new(
        "participants-left-out",
        "The answer lists the creator alone.",
        BOTH,
        "participants-listed",
        &[Answer(|answer, _| {
            if let Some(all) = data(answer).and_then(participants) {
                all.truncate(1);
            }
        })],
    )
    .also(&[
        and("participant-named-twice", "nobody else is listed"),
        and("participant-twice", "a participant who is named twice is neither refused nor listed"),
    ]),
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
    ),
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
        &[Answer(|answer, context| {
            let caller = context.caller.to_string();
            let named = (0..context.participants()).any(|at| context.participant(at) == caller);
            if let Some(all) = data(answer).filter(|_| named).and_then(participants) {
                all.push(
                    json!({"type": "participant", "user_id": caller, "role": "", "created_at": all[0]["created_at"]}),
                );
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
                change(made, |members| {
                    members.push(Member {
                        user: Uuid::from_u128(0x67a8_7828_18f5_46a1_b6cc_c72a_97a7_7c43),
                        role: Role::Ordinary,
                    });
                });
            }
        })],
    ),
    Fault::new(
        "everybody-admin",
        "Every participant of a GROUP is ADMIN.",
        BOTH,
        "participants-ordinary",
        &[Stored(|made, _| {
            if is_group(made) {
                roles(made, Role::Ordinary, Role::Admin)
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
        &[Stored(|made, _| roles(made, Role::Admin, Role::Ordinary))],
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
    Fault::new("code-id-empty", "A GROUP has no code.", BOTH, "group-code-id", &[Stored(|made, _| made.code = None)]),
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
        "group-code-url",
        &[Answer(|answer, _| {
            text(answer, "code_url", |url| if url.is_empty() { String::new() } else { format!("{url}/") })
        })],
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
    // Times.
    Fault::new(
        "times-as-numbers",
        "Times are seconds since 1970.",
        BOTH,
        "times-are-text",
        &[Answer(|answer, _| times(answer, |_| json!(1_526_474_084)))],
    ),
    Fault::new(
        "times-with-space",
        "Times have a space for the T.",
        BOTH,
        "times-rfc3339",
        &[Answer(|answer, _| times(answer, |time| json!(time.replace('T', " "))))],
    ),
    Fault::new(
        "times-without-offset",
        "Times have no offset from UTC.",
        BOTH,
        "times-rfc3339",
        &[Answer(|answer, _| times(answer, |time| json!(time.trim_end_matches('Z'))))],
    ),
    Fault::new(
        "times-empty",
        "Times are empty.",
        BOTH,
        "times-rfc3339",
        &[Answer(|answer, _| times(answer, |_| json!("")))],
    ),
    Fault::new(
        "times-as-in-http",
        "Times are written as HTTP writes them.",
        BOTH,
        "times-rfc3339",
        &[Answer(|answer, _| times(answer, |_| json!("Wed, 16 May 2018 12:34:44 GMT")))],
    ),
    Fault::new(
        "times-with-twelve-digits",
        "Times have twelve fractional digits.",
        BOTH,
        "times-rfc3339",
        &[Answer(|answer, _| times(answer, |time| json!(time.replace('Z', "000Z"))))],
    ),
    Fault::new(
        "times-local",
        "Times are written in the server's zone, at +08:00.",
        BOTH,
        "times-utc",
        &[Offset(UtcOffset::EightHours)],
    ),
    Fault::new(
        "created-at-of-the-epoch",
        "The created_at of a new conversation is the beginning of 1970.",
        BOTH,
        "created-now",
        &[Answer(|answer, _| times(answer, |_| json!("1970-01-01T00:00:00Z")))],
    ),
    Fault::new(
        "created-at-zero",
        "The created_at of a new conversation is Go's zero time.",
        BOTH,
        "created-now",
        &[Answer(|answer, _| times(answer, |_| json!("0001-01-01T00:00:00Z")))],
    ),
    Fault::new(
        "created-at-local-as-utc",
        "Times are those of the server's zone, and called UTC.",
        BOTH,
        "created-now",
        &[Offset(UtcOffset::EightHours), Answer(|answer, _| times(answer, |time| json!(time.replace("+08:00", "Z"))))],
    ),
    Fault::new(
        "participants-before-conversation",
        "Participants have the created_at of their user, not of their joining.",
        BOTH,
        "participants-after-conversation",
        &[With("/data/participants/*/created_at", r#""2017-11-30T08:00:00.000000000Z""#)],
    ),
    // What comes back of what was stored.
    Fault::new(
        "name-lost",
        "The name of a GROUP is not stored.",
        OF_2026,
        "name-echoed",
        &[Stored(|made, _| made.name = "".into())],
    )
    .also(&[and("outer-white-space", "no name comes back, and so neither with its spaces nor without")]),
    Fault::new(
        "name-cut-to-255",
        "A name is cut to 255 characters.",
        OF_2026,
        "name-echoed",
        &[Stored(|made, _| made.name = made.name.chars().take(255).collect())],
    ),
    Fault::new(
        "name-escaped",
        "A name comes back escaped for HTML.",
        OF_2026,
        "name-echoed",
        &[Stored(|made, _| {
            made.name = made.name.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").into()
        })],
    ),
    Fault::new(
        "name-without-astral",
        "Characters beyond the basic plane become question marks, as in MySQL's utf8.",
        OF_2026,
        "name-echoed",
        &[Stored(|made, _| made.name = made.name.chars().map(|c| if c > '\u{ffff}' { '?' } else { c }).collect())],
    ),
    Fault::new(
        "announcement-lost",
        "The announcement of a GROUP is not stored.",
        OF_2026,
        "announcement-echoed",
        &[Stored(|made, _| made.announcement = "".into())],
    ),
    Fault::new(
        "announcement-is-name",
        "The announcement of a GROUP comes back as its name.",
        OF_2026,
        "announcement-echoed",
        &[Stored(|made, _| {
            if !made.announcement.is_empty() {
                made.announcement = made.name.clone()
            }
        })],
    ),
    // How it is written.
    Fault::new(
        "server-name-in-latin1",
        "A member of an answer that only operators read holds Latin-1.",
        BOTH,
        "answer-utf8",
        &[Whole(|answer, _| {
            if answer.status() == StatusCode::OK && answer.body().starts_with(b"{\"data\":{") {
                let mut text = b"{\"data\":{\"region\":\"Z\xfcrich\",".to_vec();
                text.extend_from_slice(&answer.body()[9..]);
                *answer.body_mut() = text.into();
            }
        })],
    ),
    Fault::new(
        "answer-latin1",
        "An answer is written in Latin-1.",
        OF_2026,
        "answer-utf8",
        &[Whole(|answer, _| {
            let Ok(text) = std::str::from_utf8(answer.body()) else { return };
            let bytes: Vec<u8> = text.chars().map(|c| u8::try_from(c).unwrap_or(b'?')).collect();
            *answer.body_mut() = bytes.into();
        })],
    )
    .also(&[
        and("name-echoed", "a name in another script does not come back"),
        and("announcement-echoed", "an announcement in another script does not come back"),
    ]),
    Fault::new(
        "answer-with-bom",
        "An answer begins with a byte order mark.",
        BOTH,
        "answer-without-bom",
        &[Whole(|answer, _| rewrite(answer, |text| format!("\u{feff}{text}")))],
    ),
    Fault::new(
        "answer-member-twice",
        "An answer has its type twice.",
        BOTH,
        "answer-unique-members",
        &[Whole(|answer, _| {
            rewrite(answer, |text| text.replacen("{\"data\":{", "{\"data\":{\"type\":\"conversation\",", 1))
        })],
    ),
    Fault::new(
        "answer-text-after",
        "A note of how long it took follows an answer.",
        BOTH,
        "answer-one-text",
        &[Whole(|answer, _| rewrite(answer, |text| format!("{text}\n<!-- 3 ms -->")))],
    ),
    Fault::new(
        "answer-twice",
        "An answer is written twice.",
        BOTH,
        "answer-one-text",
        &[Whole(|answer, _| rewrite(answer, |text| format!("{text}{text}")))],
    ),
    Fault::new(
        "ids-upper-case",
        "The ids of an answer are in upper case.",
        BOTH,
        "ids-lower-case",
        &[Answer(|answer, _| {
            for member in ["conversation_id", "creator_id"] {
                text(answer, member, str::to_uppercase);
            }
        })],
    ),
    Fault::new(
        "ids-without-hyphens",
        "The ids of an answer have no hyphens.",
        BOTH,
        "ids-lower-case",
        &[Answer(|answer, _| {
            for member in ["conversation_id", "creator_id"] {
                text(answer, member, |id| id.replace('-', ""));
            }
        })],
    ),
    Fault::new(
        "user-ids-in-braces",
        "The ids of an answer's participants are in braces.",
        BOTH,
        "ids-lower-case",
        &[Answer(|answer, _| {
            for participant in each(answer) {
                participant["user_id"] = json!(format!("{{{}}}", participant["user_id"].as_str().unwrap_or_default()));
            }
        })],
    ),
    Fault::new(
        "request-id-missing",
        "The answer does not echo X-Request-Id.",
        OF_2026,
        "request-id-echoed",
        &[Whole(|answer, _| drop(answer.headers_mut().remove("x-request-id")))],
    ),
    Fault::new(
        "request-id-own",
        "The answer has an X-Request-Id of the server's own.",
        OF_2026,
        "request-id-echoed",
        &[Whole(|answer, _| {
            answer
                .headers_mut()
                .insert("x-request-id", HeaderValue::from_static("01d21e2c-76f5-4940-8ea0-9b7f21728674"));
        })],
    ),
];

/// Changes the body of a success.
fn rewrite(answer: &mut Response<Bytes>, change: impl FnOnce(&str) -> String) {
    if answer.status() == StatusCode::OK
        && let Ok(text) = std::str::from_utf8(answer.body())
    {
        *answer.body_mut() = change(text).into();
    }
}

fn content_type(answer: &mut Response<Bytes>, value: &'static str) {
    if answer.status() == StatusCode::OK {
        answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(value));
    }
}

fn status(answer: &mut Response<Bytes>, status: StatusCode) {
    if answer.status() == StatusCode::OK {
        *answer.status_mut() = status;
    }
}

/// Gives everybody with one role another.
fn roles(made: &mut Conversation, from: Role, to: Role) {
    for member in &mut made.members {
        if member.role == from {
            member.role = to;
        }
    }
}

fn change(made: &mut Conversation, change: impl FnOnce(&mut Vec<Member>)) {
    let mut members = made.members.to_vec();
    change(&mut members);
    made.members = members.into();
}

/// Changes the code of a GROUP, in its link too.
fn code(answer: &mut Value, change: impl FnOnce(&str) -> String) {
    let old = get(answer, "code_id");
    let Some(old) = old.as_str().filter(|code| !code.is_empty()) else { return };
    let new = change(old);
    text(answer, "code_url", |url| url.replace(old, &new));
    set(answer, "code_id", new);
}

/// Changes every time.
fn times(answer: &mut Value, change: impl Fn(&str) -> Value) {
    for member in ["created_at", "mute_until"] {
        let changed = get(answer, member).as_str().map(&change);
        if let Some(changed) = changed {
            set(answer, member, changed);
        }
    }
    for participant in each(answer) {
        let changed = participant.get("created_at").and_then(Value::as_str).map(&change);
        if let Some(changed) = changed {
            participant.insert("created_at".to_owned(), changed);
        }
    }
}
