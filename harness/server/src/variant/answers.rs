//! Changes a finished answer: what it says, and how its JSON is written.

use axum::http::{Response, header};
use bytes::Bytes;
use serde_json::Value;

use super::content::Content;
use super::writing::Writing;
use crate::edition::Edition;

/// How answers differ from the usual ones.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Answers {
    pub(crate) content: Content,
    /// `None`: as it was written.
    pub(crate) writing: Option<Writing>,
}

impl Answers {
    /// The answer in its other form.
    pub(crate) fn vary(&self, edition: Edition, mut response: Response<Bytes>) -> Response<Bytes> {
        if *self == Self::default() {
            return response;
        }
        let is_json = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/json");
        let value = is_json.then(|| serde_json::from_slice::<Value>(response.body()).ok()).flatten();
        // What is no JSON is said by the transport.
        let Some(mut value) = value else { return response };
        self.content.apply(edition, &mut value);
        let text = self.writing.unwrap_or_default().text(&value);
        *response.body_mut() = Bytes::from(text);
        response
    }
}
