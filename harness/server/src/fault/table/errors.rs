//! The form of a refusal.

use axum::http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use crate::fault::Fault;
use crate::fault::hook::Hook::{Refusal as Refused, Response};
use crate::fault::hook::{BOTH, OF_2026, and};

pub(super) const FAULTS: &[Fault] = &[
    Fault::new(
        "refusal-as-page",
        "A refusal of a member is a 400 with a page for people.",
        OF_2026,
        "refusal-envelope",
        &[Response(|answer, _| {
            if is_about_member(answer) {
                *answer.status_mut() = StatusCode::BAD_REQUEST;
                answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
                *answer.body_mut() = "<!doctype html><title>Bad Request</title>".into();
            }
        })],
    ),
    Fault::new(
        "refusal-without-envelope",
        "A refusal of a member is a 400 with a `message`, as frameworks write it.",
        OF_2026,
        "refusal-envelope",
        &[Response(|answer, _| {
            if is_about_member(answer) {
                *answer.status_mut() = StatusCode::BAD_REQUEST;
                *answer.body_mut() = r#"{"message":"Bad Request","statusCode":400}"#.into();
            }
        })],
    ),
    Fault::new(
        "refusal-in-a-list",
        "A refusal of a member is a 400 with a list of `errors`.",
        OF_2026,
        "refusal-envelope",
        &[Response(|answer, _| {
            if is_about_member(answer) {
                *answer.status_mut() = StatusCode::BAD_REQUEST;
                *answer.body_mut() =
                    r#"{"errors":[{"code":10002,"detail":"The request data has invalid field."}]}"#.into();
            }
        })],
    ),
    Fault::new(
        "refusal-status-400",
        "A refusal has the status 400.",
        OF_2026,
        "refusal-status",
        &[Response(|answer, _| status(answer, StatusCode::BAD_REQUEST))],
    ),
    Fault::new(
        "refusal-status-422",
        "A refusal has the status 422.",
        OF_2026,
        "refusal-status",
        &[Response(|answer, _| status(answer, StatusCode::UNPROCESSABLE_ENTITY))],
    ),
    Fault::new(
        "refusal-status-200",
        "A refusal has the status 200.",
        OF_2026,
        "refusal-status",
        &[Response(|answer, _| status(answer, StatusCode::OK))],
    ),
    Fault::new(
        "error-status-missing",
        "An error has no status.",
        OF_2026,
        "error-members",
        &[Refused(|answer, _| remove(answer, "status"))],
    ),
    Fault::new(
        "error-status-400",
        "An error says that its status is 400.",
        OF_2026,
        "error-members",
        &[Refused(|answer, _| answer["error"]["status"] = json!(400))],
    ),
    Fault::new(
        "error-code-missing",
        "An error about a member has no code.",
        OF_2026,
        "error-members",
        &[Refused(|answer, _| {
            if answer["error"]["code"] == 10002 {
                remove(answer, "code")
            }
        })],
    ),
    Fault::new(
        "error-code-text",
        "The code of an error about a member is a string.",
        OF_2026,
        "error-members",
        &[Refused(|answer, _| {
            if answer["error"]["code"] == 10002 {
                answer["error"]["code"] = json!("10002")
            }
        })],
    )
    .also(&[
        and("error-code-documented", "a string is none of the codes"),
        and("error-code-fits", "a string is none of the codes"),
    ]),
    Fault::new(
        "error-description-missing",
        "An error has no description.",
        OF_2026,
        "error-members",
        &[Refused(|answer, _| remove(answer, "description"))],
    ),
    Fault::new(
        "error-description-null",
        "The description of an error is null.",
        OF_2026,
        "error-members",
        &[Refused(|answer, _| answer["error"]["description"] = Value::Null)],
    ),
    Fault::new(
        "error-extra-text",
        "The extra of an error is a string.",
        OF_2026,
        "error-extra",
        &[Refused(|answer, _| {
            let field = answer["error"]["extra"]["field"].clone();
            if field.is_string() {
                answer["error"]["extra"] = field;
            }
        })],
    ),
    Fault::new(
        "error-extra-list",
        "The extra of an error is a list.",
        OF_2026,
        "error-extra",
        &[Refused(|answer, _| {
            let extra = answer["error"]["extra"].take();
            if extra.is_object() {
                answer["error"]["extra"] = json!([extra]);
            } else {
                remove(answer, "extra");
            }
        })],
    ),
    Fault::new(
        "error-extra-missing",
        "An error does not say which member is wrong.",
        OF_2026,
        "error-names-member",
        &[Refused(|answer, _| remove(answer, "extra"))],
    ),
    Fault::new(
        "error-extra-without-field",
        "The extra of an error says why, but not where.",
        OF_2026,
        "error-names-member",
        &[Refused(|answer, _| {
            if answer["error"]["extra"].is_object() {
                answer["error"]["extra"] = json!({"reason": "is not valid"});
            }
        })],
    ),
    Fault::new(
        "refusal-with-trace",
        "A refusal shows the stack trace.",
        BOTH,
        "refusal-without-internals",
        &[Refused(|answer, _| describe(answer, "goroutine 42 [running]: main.createConversation(0xc000123456)"))],
    ),
    Fault::new(
        "refusal-with-path",
        "A refusal shows the file that it comes from.",
        BOTH,
        "refusal-without-internals",
        &[Refused(|answer, _| describe(answer, "File \"/usr/src/app/conversations/views.py\", line 42"))],
    ),
    Fault::new(
        "refusal-with-panic",
        "A refusal shows what the server's code says of itself.",
        BOTH,
        "refusal-without-internals",
        &[Refused(|answer, _| describe(answer, "thread 'main' panicked at src/create.rs:42:17"))],
    ),
    Fault::new(
        "refusal-with-statement",
        "A refusal shows the database's statement.",
        BOTH,
        "refusal-without-sql",
        &[Refused(|answer, _| describe(answer, "INSERT INTO conversations (id, category) VALUES ($1, $2)"))],
    ),
    Fault::new(
        "refusal-with-constraint",
        "A refusal shows the database's message.",
        BOTH,
        "refusal-without-sql",
        &[Refused(|answer, _| describe(answer, "new row violates check constraint \"role\""))],
    ),
    Fault::new(
        "refusal-with-token",
        "A refusal repeats a signed token.",
        BOTH,
        "refusal-without-token",
        &[Refused(|answer, _| {
            describe(answer, "eyJhbGciOiJFZERTQSJ9.eyJ1aWQiOiI4ZGNmODIzZCJ9.b8jI-GwGqQhOu2B1vMtB5z")
        })],
    ),
    Fault::new(
        "refusal-with-authorization",
        "A refusal repeats the header with the credential.",
        BOTH,
        "refusal-without-token",
        &[Refused(|answer, _| {
            describe(answer, "Authorization: Bearer 0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f6071")
        })],
    ),
    Fault::new(
        "error-code-own",
        "The code of an error is one of the server's own.",
        OF_2026,
        "error-code-documented",
        &[Refused(|answer, _| {
            if answer["error"]["code"] == 10002 {
                answer["error"]["code"] = json!(4001)
            }
        })],
    )
    .also(&[and("error-code-fits", "a code that nobody knows fits nothing")]),
    Fault::new(
        "error-code-of-http",
        "The code of an error is the status that HTTP has for it.",
        OF_2026,
        "error-code-fits",
        &[Refused(|answer, _| {
            if answer["error"]["code"] == 10002 {
                answer["error"]["code"] = json!(400)
            }
        })],
    ),
    Fault::new(
        "error-code-of-captcha",
        "The code of an error about a member is that of another mistake.",
        OF_2026,
        "error-code-fits",
        &[Refused(|answer, _| {
            if answer["error"]["code"] == 10002 {
                answer["error"]["code"] = json!(20116)
            }
        })],
    ),
    Fault::new(
        "error-code-of-group-full",
        "A GROUP with too many participants is refused as a request with a member too many.",
        OF_2026,
        "error-code-fits",
        &[Refused(|answer, _| {
            if answer["error"]["code"] == 20116 {
                answer["error"]["code"] = json!(404)
            }
        })],
    ),
];

fn is_about_member(answer: &axum::http::Response<bytes::Bytes>) -> bool {
    let code = serde_json::from_slice::<Value>(answer.body()).map(|body| body["error"]["code"].clone());
    code.is_ok_and(|code| code == 10002)
}

fn status(answer: &mut axum::http::Response<bytes::Bytes>, status: StatusCode) {
    if answer.status() == StatusCode::ACCEPTED {
        *answer.status_mut() = status;
    }
}

fn remove(answer: &mut Value, member: &str) {
    if let Some(error) = answer.get_mut("error").and_then(Value::as_object_mut) {
        error.remove(member);
    }
}

fn describe(answer: &mut Value, description: &str) {
    answer["error"]["description"] = json!(description);
}
