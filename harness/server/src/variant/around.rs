//! A middleware that acts before and after the usual handling of a request, as a proxy in front of the server would.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use bytes::Bytes;
use http_body_util::BodyExt;
use serde_json::json;

use super::wire::{Around, Throttling, TooLarge};
use crate::body;
use crate::gzip::gzip;
use crate::patience::Patience;

/// One of this many requests is throttled.
const EVERY: u64 = 100;

/// The maximum length of a body if large ones are refused.
pub(super) const LARGE: u64 = 64 << 10;

#[derive(Debug)]
struct Front {
    around: Around,
    patience: Patience,
    requests: AtomicU64,
}

/// Wraps the router in this middleware.
pub(crate) fn around(router: Router, around: &Around, patience: Patience) -> Router {
    if *around == Around::default() {
        return router;
    }
    let router = if around.prefix.is_empty() { router } else { Router::new().nest(around.prefix, router) };
    let front = Front { around: around.clone(), patience, requests: AtomicU64::new(0) };
    router.layer(from_fn_with_state(Arc::new(front), pass))
}

async fn pass(State(front): State<Arc<Front>>, request: Request, next: Next) -> Response<Body> {
    let around = &front.around;
    if let Some(latency) = around.latency {
        tokio::time::sleep(latency).await;
    }
    let count = front.requests.fetch_add(1, Ordering::Relaxed) + 1;
    if let Some(throttling) = around.throttling.filter(|_| count.is_multiple_of(EVERY)) {
        let (head, body) = request.into_parts();
        let _ignored = body::take(&head.headers, body, front.patience.body).await;
        return throttled(throttling);
    }
    if let Some(too_large) = around.large_bodies
        && length(request.headers()).is_some_and(|length| length > LARGE)
    {
        let (head, body) = request.into_parts();
        let _ignored = body::take(&head.headers, body, front.patience.body).await;
        return refused_for_size(too_large);
    }
    let zips = around.gzip && takes_gzip(request.headers());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if let Some(kind) = around.content_type
        && headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/json")
    {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    }
    if around.without_request_id {
        headers.remove("x-request-id");
    }
    for (name, value) in around.headers {
        headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if zips { zipped(response).await } else { response }
}

/// The length that a request announces.
pub(super) fn length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn throttled(throttling: Throttling) -> Response<Body> {
    let later = SystemTime::now() + Duration::from_secs(1);
    let (status, kind, text) = match throttling {
        Throttling::Envelope => {
            (202, "application/json", r#"{"error":{"status":202,"code":429,"description":"Too Many Requests."}}"#)
        }
        _ => (429, "text/plain", "Too Many Requests\n"),
    };
    let mut response = said(status, kind, text.into());
    let after = match throttling {
        Throttling::Plain | Throttling::Envelope => None,
        Throttling::Seconds => Some("1".to_owned()),
        Throttling::Date => Some(httpdate::fmt_http_date(later)),
    };
    if let Some(after) = after.and_then(|after| HeaderValue::try_from(after).ok()) {
        response.headers_mut().insert(header::RETRY_AFTER, after);
    }
    response
}

/// The refusal of a body that is too large.
pub(super) fn refused_for_size(too_large: TooLarge) -> Response<Body> {
    let mut response = match too_large {
        TooLarge::Proxy(status) => {
            said(status, "text/html", "<html><title>Request Entity Too Large</title></html>\r\n".into())
        }
        TooLarge::Envelope(status) => {
            let error = json!({"error": {"status": status, "code": 400, "description": "The body is too large."}});
            said(status, "application/json", error.to_string())
        }
    };
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

fn said(status: u16, kind: &'static str, text: String) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

/// Whether a client asks for gzip, by its name and not with a quality of 0.
fn takes_gzip(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let refused = weight.split_once('=').is_some_and(|(_, quality)| quality.trim().parse() == Ok(0.0));
        name.trim().eq_ignore_ascii_case("gzip") && !refused
    })
}

async fn zipped(response: Response<Body>) -> Response<Body> {
    let (mut head, body) = response.into_parts();
    // The body of an answer is in memory already.
    let bytes: Bytes = body.collect().await.map(|all| all.to_bytes()).unwrap_or_default();
    head.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    head.headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    head.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(head, Body::from(gzip(&bytes)))
}
