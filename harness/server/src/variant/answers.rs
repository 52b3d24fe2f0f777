//! Changes a finished answer: its content, and how its JSON is written.

use axum::http::{Response, StatusCode, header};
use bytes::Bytes;
use serde_json::Value;
use uuid::Uuid;

use super::content::Content;
use super::refusals::Refusals;
use super::writing::Writing;
use crate::create::ShownConversation;
use crate::refusal::Refusal;

/// How answers differ from the usual ones.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Answers {
    pub(crate) content: Content,
    pub(crate) refusals: Refusals,
    /// How the JSON is written; `None` means as usual.
    pub(crate) writing: Option<Writing>,
}

/// The result of a request, and its caller.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RequestOutcome<'a> {
    pub(crate) result: Result<&'a ShownConversation, &'a Refusal>,
    /// The caller; `None` if authentication failed.
    pub(crate) caller: Option<Uuid>,
}

impl Answers {
    /// Changes the answer.
    pub(crate) fn vary(&self, told: &RequestOutcome<'_>, mut response: Response<Bytes>) -> Response<Bytes> {
        if *self == Self::default() {
            return response;
        }
        let is_json = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/json");
        let value = is_json.then(|| serde_json::from_slice::<Value>(response.body()).ok()).flatten();
        // An answer that is not JSON comes from the transport, and is left as it is.
        let Some(mut value) = value else { return response };
        if let (Err(refusal), Some(error)) = (told.result, value.get_mut("error").and_then(Value::as_object_mut)) {
            let mut status = response.status();
            if let Some(mut other) = self.refusals.apply(refusal, &mut status, error) {
                if let Some(id) = response.headers_mut().remove("x-request-id") {
                    other.headers_mut().insert("x-request-id", id);
                }
                return other;
            }
            *response.status_mut() = status;
        } else if let Some(status) = self.content.status {
            *response.status_mut() = StatusCode::from_u16(status).unwrap_or(response.status());
        }
        self.content.apply(told, &mut value);
        let text = self.writing.unwrap_or_default().text(&value);
        *response.body_mut() = Bytes::from(text);
        response
    }
}
