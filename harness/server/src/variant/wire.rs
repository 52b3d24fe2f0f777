//! The settings for how a server's HTTP differs from the usual one.

use std::time::Duration;

/// How answers are sent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Wire {
    /// What happens before and after the usual handling, in any version of HTTP.
    pub(crate) around: Around,
    /// How an answer is written in HTTP/1.
    pub(crate) http1: Http1,
    /// Whether the server speaks only HTTP/2, from the first byte.
    pub(crate) http2: bool,
}

impl Wire {
    /// Whether one setting has no effect besides another.
    pub(crate) fn is_idle_in_part(&self) -> bool {
        let http1 = &self.http1;
        let closes = http1.old || http1.framing == BodyEnd::Close || http1.answers == Some(1);
        let waits = http1.idle.is_some() || http1.answers.is_some_and(|most| most > 1);
        // HTTP/2 has its own framing, HTTP/1.0 has no chunked coding, a connection that closes after one answer has no
        // idle time, and a body that is not read does not reach the proxy's limit.
        self.http2 && *http1 != Http1::default()
            || http1.old && matches!(http1.framing, BodyEnd::Chunks | BodyEnd::ChunksWithMore)
            || closes && waits
            || http1.large_bodies_unread && self.around.large_bodies.is_some()
    }
}

/// What happens before and after the usual handling of a request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Around {
    /// The path prefix of all endpoints; empty, or with a leading slash.
    pub(crate) prefix: &'static str,
    /// The delay of every answer.
    pub(crate) latency: Option<Duration>,
    pub(crate) throttling: Option<Throttling>,
    /// The refusal of a body of more than 64 KiB, if such bodies are refused.
    pub(crate) large_bodies: Option<TooLarge>,
    /// Whether answers are compressed for clients that ask for it.
    pub(crate) gzip: bool,
    pub(crate) content_type: Option<&'static str>,
    /// Header fields besides the usual ones.
    pub(crate) headers: &'static [(&'static str, &'static str)],
    /// Whether the request's X-Request-Id is left out of the answer.
    pub(crate) without_request_id: bool,
}

/// Who refuses a body that is too large, and with which status.
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
    /// HTTP 429, without Retry-After.
    Plain,
    /// HTTP 429, with Retry-After in seconds.
    Seconds,
    /// HTTP 429, with Retry-After as a date.
    Date,
    /// The API's own form: HTTP 202 with the code 429.
    Envelope,
}

/// How an answer is written in HTTP/1.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Http1 {
    /// Whether answers have the version HTTP/1.0.
    pub(crate) old: bool,
    pub(crate) framing: BodyEnd,
    pub(crate) names: HeaderNames,
    /// Whether there is white space around the values of header fields.
    pub(crate) spaced: bool,
    /// Whether the status line has no reason phrase.
    pub(crate) without_reason: bool,
    pub(crate) without_date: bool,
    /// The interim answers (1xx) before every answer.
    pub(crate) interim: &'static [u16],
    /// The number of bytes that are written at once.
    pub(crate) piece: Option<usize>,
    /// The pause between the head and the body.
    pub(crate) body_after: Option<Duration>,
    /// The number of answers after which a connection is closed; the last one announces it.
    pub(crate) answers: Option<u32>,
    /// How long a connection waits for the next request before it is closed without notice.
    pub(crate) idle: Option<Duration>,
    /// Whether a body of more than 64 KiB is refused before it is read.
    pub(crate) large_bodies_unread: bool,
}

/// How the end of a body is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum BodyEnd {
    /// By Content-Length.
    #[default]
    Length,
    /// In chunks of some bytes.
    Chunks,
    /// In chunks with extensions, and with trailers after the last.
    ChunksWithMore,
    /// By closing the connection.
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
