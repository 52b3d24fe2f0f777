//! Faults in the outer parts of an answer: its status, its header fields, its envelope, and its JSON text.

use axum::http::{HeaderValue, Response, StatusCode, header};
use bytes::Bytes;
use serde_json::{Value, json};

use crate::fault::Fault;
use crate::fault::edit::{each, rewrite, text};
use crate::fault::hook::Hook::{Answer, Response as Whole};
use crate::fault::hook::{BOTH, OF_2026, and};

pub(super) const FAULTS: &[Fault] = &[
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
        "reply-cut-at-4-kib",
        "A success is written through a buffer of 4 KiB, and what does not fit is lost.",
        BOTH,
        "answer-json",
        &[Whole(|answer, _| cut(answer, 4 << 10))],
    ),
    Fault::new(
        "reply-cut-at-16-kib",
        "A success is written through a buffer of 16 KiB, and what does not fit is lost.",
        BOTH,
        "answer-json",
        &[Whole(|answer, _| cut(answer, 16 << 10))],
    ),
    Fault::new(
        "reply-cut-at-20-kib",
        "A success of more than 20,480 bytes loses its last bytes.",
        BOTH,
        "answer-json",
        &[Whole(|answer, _| cut(answer, 20 << 10))],
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
        "content-type-of-another-charset",
        "A success says that it is in ISO-8859-1, and is in UTF-8.",
        OF_2026,
        "answer-content-type",
        &[Whole(|answer, _| content_type(answer, "application/json; charset=ISO-8859-1"))],
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
    // How the JSON is written.
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
        and("announcement-unaltered", "an announcement in another script does not come back"),
        and("charset-without-effect", "it asks for the name"),
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
    // The id of the request.
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
    Fault::new(
        "request-id-missing-on-refusals",
        "A refusal does not echo X-Request-Id.",
        OF_2026,
        "request-id-echoed",
        &[Whole(|answer, _| {
            if answer.status() == StatusCode::ACCEPTED {
                answer.headers_mut().remove("x-request-id");
            }
        })],
    ),
    Fault::new(
        "request-id-missing-where-read",
        "A conversation that is read comes without X-Request-Id.",
        OF_2026,
        "request-id-echoed",
        &[Whole(|answer, context| {
            if context.reads() {
                answer.headers_mut().remove("x-request-id");
            }
        })],
    ),
    Fault::new(
        "request-id-without-hyphens",
        "X-Request-Id is read as a UUID, and comes back without hyphens.",
        OF_2026,
        "request-id-echoed",
        &[Whole(|answer, _| {
            let id = answer.headers().get("x-request-id").and_then(|id| id.to_str().ok()).map(|id| id.replace('-', ""));
            if let Some(id) = id.and_then(|id| HeaderValue::try_from(id).ok()) {
                answer.headers_mut().insert("x-request-id", id);
            }
        })],
    ),
];

/// Cuts a success that is too long.
fn cut(answer: &mut Response<Bytes>, longest: usize) {
    if answer.status() == StatusCode::OK {
        answer.body_mut().truncate(longest);
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
