//! Shows every request, with its answer, to whoever wants to see what a client does.

use std::fmt;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{self, Next};
use axum::response::Response;
use bytes::Bytes;

use crate::answer;
use crate::body;
use crate::edition::Edition;

/// A request that came, and its answer.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Seen {
    /// The method.
    pub method: String,
    /// The path with its query, as it came.
    pub path: String,
    /// The header fields of the request.
    pub headers: HeaderMap,
    /// The body of the request, to the byte.
    pub body: Bytes,
    /// The status of the answer.
    pub status: StatusCode,
    /// The header fields of the answer.
    pub answer_headers: HeaderMap,
    /// The body of the answer.
    pub answer: Bytes,
}

/// Is shown every request. It is called while its client waits, and should not take long.
#[derive(Clone)]
pub(crate) struct Observer(pub(crate) Arc<dyn Fn(Seen) + Send + Sync>);

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer(…)")
    }
}

/// The same routes, every request of which is shown.
pub(crate) fn observed(router: Router, edition: Edition, observer: Option<Observer>) -> Router {
    match observer {
        None => router,
        Some(observer) => router.layer(middleware::from_fn_with_state((edition, observer), show)),
    }
}

async fn show(State((edition, observer)): State<(Edition, Observer)>, request: Request, next: Next) -> Response {
    let (head, stream) = request.into_parts();
    let (method, headers) = (head.method.to_string(), head.headers.clone());
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let (body, response) = match body::take(&head.headers, stream).await {
        Ok(body) => (body.clone(), next.run(Request::from_parts(head, Body::from(body))).await),
        // What did not come, or not all of it, is shown as nothing.
        Err(refusal) => (Bytes::new(), answer::refused(edition, &refusal).map(Body::from)),
    };
    let (parts, stream) = response.into_parts();
    // The server's own answers are whole, and their length is bounded by that of requests.
    let answer = to_bytes(stream, usize::MAX).await.unwrap_or_default();
    let (status, answer_headers) = (parts.status, parts.headers.clone());
    (observer.0)(Seen { method, path, headers, body, status, answer_headers, answer: answer.clone() });
    Response::from_parts(parts, Body::from(answer))
}
