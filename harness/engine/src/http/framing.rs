//! How the body of a request is framed: whole, in two parts, or chunked.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use futures::stream::{StreamExt as _, iter, once};
use reqwest::Request;
use reqwest::header::CONTENT_LENGTH;

/// The pause between the two halves of a body.
const BETWEEN_PARTS: Duration = Duration::from_millis(400);

/// The pause between two chunks.
const BETWEEN_CHUNKS: Duration = Duration::from_millis(3);

/// The number of chunks of a large body.
const CHUNKS: usize = 64;

/// How a body is sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Framing {
    /// In one piece, with a Content-Length.
    #[default]
    Whole,
    /// With a Content-Length; the second half a moment after the first.
    InParts,
    /// Chunked: in many small chunks, without a Content-Length.
    Chunked,
}

impl Framing {
    /// Gives a request its body.
    pub(crate) fn send(self, body: &Bytes, request: &mut Request) {
        *request.body_mut() = match self {
            Self::Whole => Some(body.clone().into()),
            Self::InParts => {
                request.headers_mut().insert(CONTENT_LENGTH, body.len().into());
                Some(halves(body, BETWEEN_PARTS))
            }
            Self::Chunked => Some(chunks(body)),
        };
    }
}

/// Splits a body into `CHUNKS` chunks, or into single bytes if it is shorter. The pauses keep them apart: a server
/// reads in one go what arrives together.
fn chunks(body: &Bytes) -> reqwest::Body {
    let length = (body.len() / CHUNKS).max(1);
    let starts = (0..body.len()).step_by(length);
    let parts: Vec<Bytes> = starts.map(|start| body.slice(start..body.len().min(start + length))).collect();
    let apart = iter(parts).then(|part| async {
        tokio::time::sleep(BETWEEN_CHUNKS).await;
        Ok::<_, Infallible>(part)
    });
    reqwest::Body::wrap_stream(apart)
}

/// A body without a length of its own, in two parts.
fn halves(body: &Bytes, pause: Duration) -> reqwest::Body {
    let middle = body.len() / 2;
    let (first, second) = (body.slice(..middle), body.slice(middle..));
    let later = async move {
        tokio::time::sleep(pause).await;
        second
    };
    reqwest::Body::wrap_stream(iter([first]).chain(once(later)).map(Ok::<_, Infallible>))
}
