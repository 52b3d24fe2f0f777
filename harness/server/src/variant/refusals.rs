//! Varies the content and the format of a refusal, where the edition leaves them open.

use axum::http::{HeaderValue, Response, StatusCode, header};
use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::create::NOT_OF_THE_TWO;
use crate::refusal::Refusal;

/// How refusals differ from the usual ones.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Refusals {
    pub(crate) description: Option<&'static str>,
    pub(crate) extra: Extra,
    /// Whether a CONTACT whose id is not that of its two users is refused as forbidden, with 403.
    pub(crate) contact_id_forbidden: bool,
    /// Whether a group that is too large is refused as an invalid field, with 10002.
    pub(crate) full_group_invalid: bool,
    /// Whether a body that is not a JSON object is refused as an invalid field, with 10002.
    pub(crate) body_invalid: bool,
    /// Whether a gateway in front of the server refuses unauthorized requests, without an envelope. `gateway_404` is
    /// the same for what does not exist.
    pub(crate) gateway_401: bool,
    pub(crate) gateway_404: bool,
    /// Whether an unsupported method is answered as unknown, with 501.
    pub(crate) method_501: bool,
    pub(crate) unauthorized: Unauthorized,
    /// Whether a code is written as a number with a fraction, 10002.0.
    pub(crate) code_with_fraction: bool,
    pub(crate) form: RefusalForm,
}

/// The form of refusals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum RefusalForm {
    /// The envelope, with the status 202.
    #[default]
    Usual,
    /// The envelope, with the HTTP status that fits best.
    Http,
    /// The envelope, with the HTTP status that fits best, but this status instead of 400.
    Status(u16),
    /// No body, with the HTTP status that fits best.
    Empty,
    /// An HTML page, with the HTTP status that fits best.
    Html,
}

/// The statuses of the refusal of an unauthorized request: that of the answer, and that in its error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Unauthorized {
    /// 202 and 202.
    #[default]
    Usual,
    /// 401 and 401.
    Http,
    /// 401 and 202.
    HttpAlone,
    /// 202 and 202, with the code 403.
    Forbidden,
}

/// The content of `extra`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Extra {
    /// The field and the reason, if a field is wrong.
    #[default]
    Field,
    /// The field and the reason; null if no field is wrong.
    FieldOrNull,
    /// The reasons by field.
    ByField,
}

impl Refusals {
    /// Changes the envelope of a refusal; returns a new response if the refusal has no envelope.
    pub(crate) fn apply(
        &self,
        refusal: &Refusal,
        status: &mut StatusCode,
        error: &mut Map<String, Value>,
    ) -> Option<Response<Bytes>> {
        self.recode(error);
        match refusal {
            Refusal::Unauthorized if self.gateway_401 => return Some(without_envelope(StatusCode::UNAUTHORIZED, true)),
            Refusal::NoMethod(_) if self.method_501 => {
                return Some(without_envelope(StatusCode::NOT_IMPLEMENTED, false));
            }
            _ if self.gateway_404 && refusal.code() == 404 => {
                return Some(without_envelope(StatusCode::NOT_FOUND, true));
            }
            _ => {}
        }
        let forbidden = error.get("code").and_then(Value::as_u64) == Some(403);
        let best = if forbidden { StatusCode::FORBIDDEN } else { refusal.status() };
        match self.form {
            RefusalForm::Usual => {}
            RefusalForm::Http => *status = best,
            RefusalForm::Status(other) if best == StatusCode::BAD_REQUEST => {
                *status = StatusCode::from_u16(other).unwrap_or(best);
            }
            RefusalForm::Status(_) => *status = best,
            RefusalForm::Empty => return Some(without_envelope(best, false)),
            RefusalForm::Html => return Some(without_envelope(best, true)),
        }
        if matches!(refusal, Refusal::Unauthorized) {
            self.unauthorized(status, error);
        }
        if self.form != RefusalForm::Usual || self.unauthorized == Unauthorized::Http {
            error.insert("status".into(), status.as_u16().into());
        }
        if let Some(code) = error.get("code").and_then(Value::as_f64).filter(|_| self.code_with_fraction) {
            error.insert("code".into(), code.into());
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

    fn unauthorized(&self, status: &mut StatusCode, error: &mut Map<String, Value>) {
        match self.unauthorized {
            Unauthorized::Usual => {}
            Unauthorized::Http | Unauthorized::HttpAlone => *status = StatusCode::UNAUTHORIZED,
            Unauthorized::Forbidden => {
                error.insert("code".into(), 403.into());
                error.insert("description".into(), "Forbidden.".into());
            }
        }
    }

    fn recode(&self, error: &mut Map<String, Value>) {
        let of_the_two = error.get("extra").is_some_and(|extra| extra.get("reason") == Some(&json!(NOT_OF_THE_TWO)));
        let code = error.get("code").and_then(Value::as_u64);
        if self.contact_id_forbidden && of_the_two {
            error.insert("code".into(), 403.into());
            error.insert("description".into(), "Forbidden.".into());
            error.remove("extra");
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
