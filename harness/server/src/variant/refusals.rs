//! What a refusal says, and in which form, where the edition leaves that open.

use axum::http::{HeaderValue, Response, StatusCode, header};
use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::create::NOT_OF_THE_TWO;
use crate::edition::Edition;

/// How refusals differ from the usual ones.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Refusals {
    pub(crate) description: Option<&'static str>,
    pub(crate) extra: Extra,
    /// Whether a CONTACT with another id than that of the two is forbidden, with 403.
    pub(crate) contact_id_forbidden: bool,
    /// Whether a group that is too large has an invalid field, with 10002.
    pub(crate) full_group_invalid: bool,
    /// Whether a body that is no JSON object has an invalid field, with 10002.
    pub(crate) body_invalid: bool,
    /// What is said in front of the server, without an envelope: that nobody is signed in, and that there is nothing.
    pub(crate) gateway_401: bool,
    pub(crate) gateway_404: bool,
    pub(crate) of_2018: Of2018,
}

/// The form of refusals in 2018.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Of2018 {
    /// The envelope, with the status that says it best.
    #[default]
    Usual,
    /// The same, with another status where that is 400.
    Status(u16),
    /// No body.
    Empty,
    /// A page.
    Html,
}

/// What stands in `extra`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Extra {
    /// The field and the reason, where a field is wrong.
    #[default]
    Field,
    /// The same, and null elsewhere.
    FieldOrNull,
    /// The reasons by field.
    ByField,
}

impl Refusals {
    /// Changes the envelope of a refusal; what is said without one becomes a response of its own.
    pub(crate) fn apply(
        &self,
        edition: Edition,
        status: &mut StatusCode,
        error: &mut Map<String, Value>,
    ) -> Option<Response<Bytes>> {
        self.recode(edition, status, error);
        let code = error.get("code").and_then(Value::as_u64);
        match code {
            Some(401) if self.gateway_401 => return Some(without_envelope(StatusCode::UNAUTHORIZED, true)),
            Some(404) if self.gateway_404 => return Some(without_envelope(StatusCode::NOT_FOUND, true)),
            _ => {}
        }
        if edition == Edition::E2018 {
            match self.of_2018 {
                Of2018::Usual => {}
                Of2018::Status(other) if *status == StatusCode::BAD_REQUEST => {
                    *status = StatusCode::from_u16(other).unwrap_or(*status);
                    error.insert("status".into(), other.into());
                }
                Of2018::Status(_) => {}
                Of2018::Empty => return Some(without_envelope(*status, false)),
                Of2018::Html => return Some(without_envelope(*status, true)),
            }
        }
        if let Some(description) = self.description {
            error.insert("description".into(), description.into());
        }
        match (self.extra, error.get("extra")) {
            (Extra::FieldOrNull, None) => {
                error.insert("extra".into(), Value::Null);
            }
            (Extra::ByField, Some(extra)) => {
                let field = extra.get("field").and_then(Value::as_str).unwrap_or_default().replace('/', ".");
                let extra = json!({"errors": {field: [extra.get("reason")]}});
                error.insert("extra".into(), extra);
            }
            _ => {}
        }
        None
    }

    fn recode(&self, edition: Edition, status: &mut StatusCode, error: &mut Map<String, Value>) {
        let of_the_two = error.get("extra").is_some_and(|extra| extra.get("reason") == Some(&json!(NOT_OF_THE_TWO)));
        let code = error.get("code").and_then(Value::as_u64);
        if self.contact_id_forbidden && of_the_two {
            error.insert("code".into(), 403.into());
            error.insert("description".into(), "Forbidden.".into());
            error.remove("extra");
            if edition == Edition::E2018 {
                *status = StatusCode::FORBIDDEN;
                error.insert("status".into(), 403.into());
            }
        } else if (self.full_group_invalid && code == Some(20116)) || (self.body_invalid && code == Some(400)) {
            let field = if code == Some(400) { "body" } else { "participants" };
            error.insert("code".into(), 10002.into());
            error.insert("extra".into(), json!({"field": field, "reason": error.get("description")}));
        }
    }
}

fn without_envelope(status: StatusCode, is_page: bool) -> Response<Bytes> {
    let reason = status.canonical_reason().unwrap_or_default();
    let page = || format!("<!doctype html>\n<title>{reason}</title>\n<h1>{} {reason}</h1>\n", status.as_u16());
    let mut response = Response::new(Bytes::from(if is_page { page() } else { String::new() }));
    *response.status_mut() = status;
    if is_page {
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    }
    if status == StatusCode::UNAUTHORIZED {
        let challenges = "Basic realm=\"a, b\", Bearer realm=\"mixin\", error=\"invalid_token\"";
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenges));
    }
    response
}
