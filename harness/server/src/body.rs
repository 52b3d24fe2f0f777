//! Reads the body of a request, within limits of size and time, with any Content-Type and transfer coding.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, header};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::Body as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::refusal::Refusal;

/// The largest body that is read.
pub(crate) const MAX: usize = 2 << 20;

/// How many bytes of a larger body are discarded before it is refused. Without this, the connection would break while
/// the client sends, and a client that sends a little too much would not see the refusal.
const DISCARDED: usize = 16 << 20;

/// The memory for all bodies in flight, in units. A body reserves all that it may need before it is read, so that no
/// body waits for another while holding memory.
const UNIT: usize = 16 << 10;
const ROOM: usize = 128 << 20;

static FREE: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(ROOM / UNIT)));

/// Reads the whole body, if it arrives in time.
pub(crate) async fn take(headers: &HeaderMap, body: Body, within: Duration) -> Result<Bytes, Refusal> {
    tokio::time::timeout(within, bounded(headers, body)).await.unwrap_or(Err(Refusal::BodyTooSlow))
}

async fn bounded(headers: &HeaderMap, mut body: Body) -> Result<Bytes, Refusal> {
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > MAX as u64) && headers.contains_key(header::EXPECT) {
        // The client sent `Expect: 100-continue` and waits, so there is nothing to discard.
        return Err(Refusal::BodyTooLarge);
    }
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    let most = body.size_hint().upper().and_then(|most| usize::try_from(most).ok()).unwrap_or(MAX).min(MAX);
    let room = room(most).await;
    let whole = |bytes: Bytes| Bytes::from_owner(Kept { bytes, _room: room });
    let Some(first) = frame(&mut body).await? else { return Ok(Bytes::new()) };
    let Some(second) = frame(&mut body).await? else {
        return if first.len() <= MAX { Ok(whole(first)) } else { Err(Refusal::BodyTooLarge) };
    };

    let mut all = BytesMut::from(first);
    all.extend_from_slice(&second);
    let mut length = all.len();
    while let Some(more) = frame(&mut body).await? {
        length += more.len();
        if length > DISCARDED {
            break;
        }
        if length <= MAX {
            all.extend_from_slice(&more);
        } else {
            all = BytesMut::new();
        }
    }
    if length <= MAX { Ok(whole(all.freeze())) } else { Err(Refusal::BodyTooLarge) }
}

/// Waits until this many bytes of memory are free, and reserves them.
async fn room(bytes: usize) -> Option<OwnedSemaphorePermit> {
    let units = u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX);
    // The semaphore is never closed.
    Arc::clone(&FREE).acquire_many_owned(units).await.ok()
}

/// A body with its reserved memory, which is released when the body is dropped.
struct Kept {
    bytes: Bytes,
    _room: Option<OwnedSemaphorePermit>,
}

impl AsRef<[u8]> for Kept {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// Reads the next chunk of data; trailers are skipped.
async fn frame(body: &mut Body) -> Result<Option<Bytes>, Refusal> {
    loop {
        match body.frame().await {
            None => return Ok(None),
            Some(Ok(frame)) => {
                if let Ok(data) = frame.into_data() {
                    return Ok(Some(data));
                }
            }
            Some(Err(_)) => return Err(Refusal::Body("it is broken off, or its chunks are not well-formed".into())),
        }
    }
}
