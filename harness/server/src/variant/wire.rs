//! How a server speaks HTTP otherwise than usual; settings only.

use std::time::Duration;

/// How answers are sent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Wire {
    /// What happens around the answer, whatever carries it.
    pub(crate) around: Around,
    /// How an answer is written in HTTP/1.
    pub(crate) http1: Http1,
    /// Whether HTTP/2 is spoken from the first byte, and nothing else.
    pub(crate) http2: bool,
}

impl Wire {
    /// Whether a part of it can do nothing beside another.
    pub(crate) fn is_idle_in_part(&self) -> bool {
        let http1 = &self.http1;
        let closes = http1.old || http1.framing == BodyEnd::Close || http1.answers == Some(1);
        let waits = http1.idle.is_some() || http1.answers.is_some_and(|most| most > 1);
        // HTTP/2 has frames of its own, HTTP/1.0 has no chunks, what closes after an answer waits for no other request,
        // and a body that is not read comes to no proxy.
        self.http2 && *http1 != Http1::default()
            || http1.old && matches!(http1.framing, BodyEnd::Chunks | BodyEnd::ChunksWithMore)
            || closes && waits
            || http1.large_bodies_unread && self.around.large_bodies.is_some()
    }
}

/// What happens before and after a request is answered as usual.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Around {
    /// The path below which everything is; empty, or with a slash at its beginning.
    pub(crate) prefix: &'static str,
    /// How long every answer takes longer.
    pub(crate) latency: Option<Duration>,
    pub(crate) throttling: Option<Throttling>,
    /// What an answer to a body of more than 64 KiB is.
    pub(crate) large_bodies: Option<TooLarge>,
    /// Whether answers are compressed for clients that ask for it.
    pub(crate) gzip: bool,
    pub(crate) content_type: Option<&'static str>,
    /// Header fields beside the usual ones.
    pub(crate) headers: &'static [(&'static str, &'static str)],
    /// Whether the request's X-Request-Id is left out of the answer.
    pub(crate) without_request_id: bool,
}

/// Who says with which status that a body is too large.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TooLarge {
    /// A proxy, in HTML.
    Proxy(u16),
    /// The server, in the form of its other refusals.
    Envelope(u16),
}

/// What every hundredth request gets instead of its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Throttling {
    /// HTTP 429, and no word of when.
    Plain,
    /// HTTP 429, and after how many seconds.
    Seconds,
    /// HTTP 429, and after which time.
    Date,
    /// The API's own form: HTTP 202 with the code 429.
    Envelope,
}

/// How an answer is written in HTTP/1.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Http1 {
    /// Whether answers are of HTTP/1.0.
    pub(crate) old: bool,
    pub(crate) framing: BodyEnd,
    pub(crate) names: HeaderNames,
    /// Whether white space stands around the values of header fields.
    pub(crate) spaced: bool,
    /// Whether the status line says nothing after the number.
    pub(crate) without_reason: bool,
    pub(crate) without_date: bool,
    /// Statuses of 1xx before every answer.
    pub(crate) interim: &'static [u16],
    /// How many bytes are written at once.
    pub(crate) piece: Option<usize>,
    /// How long the body comes after the header.
    pub(crate) body_after: Option<Duration>,
    /// After how many answers a connection is closed; the last one says so.
    pub(crate) answers: Option<u32>,
    /// How long a connection waits for the next request before it is closed without a word.
    pub(crate) idle: Option<Duration>,
    /// Whether a body of more than 64 KiB is refused before it is read.
    pub(crate) large_bodies_unread: bool,
}

/// How the end of a body is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum BodyEnd {
    /// By Content-Length.
    #[default]
    Length,
    /// In chunks of some bytes.
    Chunks,
    /// In chunks with extensions, and with trailers after the last.
    ChunksWithMore,
    /// By the end of the connection.
    Close,
}

/// How the names of header fields are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum HeaderNames {
    #[default]
    Lower,
    Upper,
    /// `Content-Type`.
    Title,
}
