//! Shows every request and its answer to an observer, and lets a chooser answer in the server's place.

use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{self, Next};
use axum::response::Response;
use bytes::Bytes;
use hyper::body::{Frame, SizeHint};
use tokio::time::{Sleep, sleep};

use crate::answer;
use crate::body;
use crate::patience::Patience;

/// A request that the server received, and its answer.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct AnsweredRequest {
    /// The method.
    pub method: String,
    /// The path with the query, as received.
    pub path: String,
    /// The header fields of the request.
    pub headers: HeaderMap,
    /// The body of the request, byte for byte.
    pub body: Bytes,
    /// The status of the answer.
    pub status: StatusCode,
    /// The header fields of the answer.
    pub answer_headers: HeaderMap,
    /// The complete body of the answer, even if the answer was chosen and breaks off.
    pub answer: Bytes,
    /// The number of the chosen answer; `None` if it is the server's own.
    pub chosen: Option<usize>,
}

/// A request that needs an answer.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct IncomingRequest<'a> {
    /// The method.
    pub method: &'a str,
    /// The path with the query, as received.
    pub path: &'a str,
    /// The header fields.
    pub headers: &'a HeaderMap,
    /// The body, byte for byte.
    pub body: &'a Bytes,
}

/// An answer that replaces the server's own.
#[derive(Debug, Clone)]
pub struct Chosen {
    /// The number that [`AnsweredRequest`] shows as `chosen`.
    pub number: usize,
    /// The status.
    pub status: StatusCode,
    /// The header fields, without those that frame the body.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// How long after half of the body the connection is closed; `None` sends the whole body.
    pub broken_off: Option<Duration>,
}

/// A function that is shown every request. The client waits for it, so it should be fast.
#[derive(Clone)]
pub(crate) struct Observer(pub(crate) Arc<dyn Fn(AnsweredRequest) + Send + Sync>);

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer(…)")
    }
}

/// A function that chooses answers. The client waits for it, so it should be fast.
#[derive(Clone)]
pub(crate) struct Chooser(pub(crate) Arc<dyn Fn(IncomingRequest<'_>) -> Option<Chosen> + Send + Sync>);

impl fmt::Debug for Chooser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Chooser(…)")
    }
}

/// The observer and the chooser of a server.
#[derive(Debug, Clone, Default)]
pub(crate) struct Watch {
    pub(crate) observer: Option<Observer>,
    pub(crate) chooser: Option<Chooser>,
}

/// Wraps a router so that the observer sees every request, and the chooser can answer it.
pub(crate) fn observed(router: Router, watch: &Watch, patience: Patience) -> Router {
    if watch.observer.is_none() && watch.chooser.is_none() {
        return router;
    }
    router.layer(middleware::from_fn_with_state((watch.clone(), patience.body), show))
}

async fn show(State((watch, within)): State<(Watch, Duration)>, request: Request, next: Next) -> Response {
    let (head, stream) = request.into_parts();
    let (method, headers) = (head.method.to_string(), head.headers.clone());
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let (body, chosen, response) = match body::take(&head.headers, stream, within).await {
        Ok(body) => {
            let asked = IncomingRequest { method: &method, path: &path, headers: &headers, body: &body };
            match watch.chooser.and_then(|chooser| (chooser.0)(asked)) {
                Some(chosen) => (body, Some(chosen), Response::new(Body::empty())),
                None => (body.clone(), None, next.run(Request::from_parts(head, Body::from(body))).await),
            }
        }
        // A body that did not arrive completely is shown as empty.
        Err(refusal) => (Bytes::new(), None, answer::refused(&refusal).map(Body::from)),
    };
    let number = chosen.as_ref().map(|chosen| chosen.number);
    let (parts, answer, body_of_answer) = match chosen {
        Some(Chosen { status, headers, body, broken_off, .. }) => {
            let mut parts = Response::new(()).into_parts().0;
            (parts.status, parts.headers) = (status, headers);
            let sent = match broken_off {
                None => Body::from(body.clone()),
                Some(pause) => Body::new(Half::new(&body, pause)),
            };
            (parts, body, sent)
        }
        None => {
            let (parts, stream) = response.into_parts();
            // The server's own answers are in memory already, and the length of requests bounds theirs.
            let answer = to_bytes(stream, usize::MAX).await.unwrap_or_default();
            (parts, answer.clone(), Body::from(answer))
        }
    };
    if let Some(observer) = watch.observer {
        let (status, answer_headers) = (parts.status, parts.headers.clone());
        (observer.0)(AnsweredRequest { method, path, headers, body, status, answer_headers, answer, chosen: number });
    }
    Response::from_parts(parts, body_of_answer)
}

/// A body that announces its whole length, sends half, and fails after a pause, which closes the connection.
struct Half {
    half: Option<Bytes>,
    left: u64,
    pause: Pin<Box<Sleep>>,
}

/// The minimum pause, so that the sent half reaches the wire before the connection is closed.
const FLUSHED: Duration = Duration::from_millis(20);

impl Half {
    fn new(whole: &Bytes, pause: Duration) -> Self {
        let half = whole.slice(..whole.len() / 2);
        Self { left: whole.len() as u64, half: Some(half), pause: Box::pin(sleep(pause.max(FLUSHED))) }
    }
}

impl hyper::body::Body for Half {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(half) = self.half.take().filter(|half| !half.is_empty()) {
            self.left -= half.len() as u64;
            return Poll::Ready(Some(Ok(Frame::data(half))));
        }
        ready!(self.pause.as_mut().poll(context));
        Poll::Ready(Some(Err(io::Error::other("the answer breaks off on purpose"))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
