//! Faults in the format of a refusal, and in its description of the mistake.

use axum::http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use crate::fault::Fault;
use crate::fault::hook::Hook::{Refusal as Refused, Response};
use crate::fault::hook::{BOTH, OF_2026, and};

pub(super) const FAULTS: &[Fault] = &[
    Fault::new(
        "refusal-as-page",
        "A refusal of a member is a 400 with a page for people.",
        BOTH,
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
        BOTH,
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
        BOTH,
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
        BOTH,
        "refusal-status",
        &[Response(|answer, _| status(answer, StatusCode::BAD_REQUEST))],
    ),
    Fault::new(
        "refusal-status-422",
        "A refusal has the status 422.",
        BOTH,
        "refusal-status",
        &[Response(|answer, _| status(answer, StatusCode::UNPROCESSABLE_ENTITY))],
    ),
    Fault::new(
        "refusal-status-200",
        "A refusal has the status 200.",
        BOTH,
        "refusal-status",
        &[Response(|answer, _| status(answer, StatusCode::OK))],
    ),
    Fault::new(
        "error-status-missing",
        "An error has no status.",
        BOTH,
        "error-members",
        &[Refused(|answer, _| remove(answer, "status"))],
    ),
    Fault::new(
        "error-status-400",
        "An error says that its status is 400.",
        BOTH,
        "error-status",
        &[Refused(|answer, _| answer["error"]["status"] = json!(400))],
    ),
    Fault::new(
        "error-status-of-http",
        "An error says the status that HTTP has for it, though the answer's own is 202.",
        BOTH,
        "error-status",
        &[Refused(|answer, _| {
            let status = match answer["error"]["code"].as_u64() {
                Some(401) => 401,
                Some(403) => 403,
                Some(404) => 404,
                _ => 400,
            };
            answer["error"]["status"] = json!(status);
        })],
    ),
    Fault::new(
        "error-status-401",
        "The error of who is not signed in says 401, though the answer's status is 202.",
        BOTH,
        "error-status",
        &[Refused(|answer, _| {
            if answer["error"]["code"] == 401 {
                answer["error"]["status"] = json!(401);
            }
        })],
    ),
    Fault::new(
        "error-code-missing",
        "An error about a member has no code.",
        BOTH,
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
        BOTH,
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
        BOTH,
        "error-members",
        &[Refused(|answer, _| remove(answer, "description"))],
    ),
    Fault::new(
        "error-description-null",
        "The description of an error is null.",
        BOTH,
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
    // The description of the mistake.
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
        "error-extra-always-participants",
        "The extra of an error names the participants, whatever is wrong.",
        OF_2026,
        "error-names-no-other",
        &[Refused(|answer, _| {
            if answer["error"]["extra"].is_object() {
                answer["error"]["extra"] = json!({"field": "participants", "reason": "is not valid"});
            }
        })],
    ),
    Fault::new(
        "error-extra-always-name",
        "The extra of an error about the category or the id names random_id.",
        OF_2026,
        "error-names-no-other",
        &[Refused(|answer, _| {
            let field = answer["error"]["extra"]["field"].as_str().unwrap_or_default();
            if matches!(field, "category" | "conversation_id") {
                answer["error"]["extra"]["field"] = json!("random_id");
            }
        })],
    ),
    Fault::new(
        "error-code-own",
        "The code of an error is one of the server's own.",
        BOTH,
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
        BOTH,
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
        BOTH,
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
    Fault::new(
        "missing-category-unauthorized",
        "A request without a category is refused as not authorized.",
        BOTH,
        "refusal-not-unauthorized",
        &[Refused(|answer, context| {
            if context.request.is_object() && context.request.get("category").is_none() && !context.reads() {
                unauthorized(answer);
            }
        })],
    ),
    Fault::new(
        "broken-body-unauthorized",
        "A body that cannot be read is refused as not authorized.",
        BOTH,
        "refusal-not-unauthorized",
        &[Refused(|answer, _| {
            if answer["error"]["code"] == 400 {
                unauthorized(answer);
            }
        })],
    )
    .also(&[
        and("hostile-depth", "a body that is refused for its depth is not refused cleanly"),
        and("hostile-characters", "a body that is refused for its characters is not refused cleanly"),
        and("hostile-numbers", "a body that is refused for its numbers is not refused cleanly"),
    ]),
    Fault::new(
        "wrong-contact-id-unauthorized",
        "A CONTACT with another id than that of its users is refused as not authorized.",
        BOTH,
        "refusal-not-unauthorized",
        &[Refused(|answer, context| {
            let is_about_the_id = answer["error"]["extra"]["field"] == "conversation_id";
            if is_about_the_id && context.text("/category") == "CONTACT" {
                unauthorized(answer);
            }
        })],
    )
    .also(&[and("contact-id-with-random-id", "its wrong id is refused so, too")]),
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

fn unauthorized(answer: &mut Value) {
    answer["error"] = json!({"status": 202, "code": 401, "description": "Unauthorized."});
}
