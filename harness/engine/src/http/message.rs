//! HTTP messages: a request as it is sent, a response as it was received, and the reasons why there is none.

use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;

use crate::http::authorization::Authorization;
use crate::http::framing::Framing;
use crate::text::json::{self, JsonFault, TooMuchJson};

/// A request as it is sent, below the base URL. Credentials are not part of it: the client adds them when it sends.
#[derive(Debug, Clone)]
pub struct Sent {
    /// The method.
    pub method: String,
    /// The path below the base URL, with its query.
    pub path: String,
    /// The header fields without the credential; names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, to the byte.
    pub body: Bytes,
    /// The body as JSON, where it is a JSON object.
    pub json: Option<Value>,
    /// How the body is sent.
    pub framing: Framing,
    /// The index of the caller who sends it.
    pub caller: usize,
    /// How it is authorized.
    pub authorization: Authorization,
}

impl Sent {
    /// A GET by the first caller, with its own credential.
    #[must_use]
    pub fn get(path: impl Into<String>) -> Self {
        Self {
            method: "GET".into(),
            path: path.into(),
            headers: Vec::new(),
            body: Bytes::new(),
            json: None,
            framing: Framing::Whole,
            caller: 0,
            authorization: Authorization::Own,
        }
    }
}

/// A response as it was received.
#[derive(Debug, Clone, PartialEq)]
pub struct Received {
    /// The status.
    pub status: u16,
    /// The header fields; names in lower case, values that are not UTF-8 decoded lossily.
    pub headers: Vec<(String, String)>,
    /// The body, to the byte, up to the limit.
    pub body: Bytes,
    /// The body as JSON, where it is JSON.
    pub json: Option<Value>,
    /// The JSON faults of the body.
    pub faults: Vec<JsonFault>,
    /// Whether the answer holds the token that the request was sent with, or a part of it.
    pub shows_token: bool,
    /// Our clock when the answer had come, in microseconds since 1970.
    pub now: i64,
    /// How long the answer took, from sending the request to the last byte.
    pub took: Duration,
    /// Whether the request had been sent before: the server throttled it, or a connection was lost.
    pub came_again: bool,
}

impl Received {
    /// An answer of which only the status and the body are known.
    pub(crate) fn of(status: u16, body: Bytes) -> Self {
        let (json, faults) = json::read(&body);
        let (shows_token, came_again) = (false, false);
        Self { status, headers: Vec::new(), body, json, faults, shows_token, now: 0, took: Duration::ZERO, came_again }
    }

    /// The first field with this name (in lower case).
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(have, _)| have == name).map(|(_, value)| value.as_str())
    }
}

/// Why there is no response.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoAnswer {
    /// No connection could be made.
    #[error("could not connect: {0}")]
    Connect(String),
    /// The server, or a proxy before it, says that it is not ready yet.
    #[error("HTTP {0}: the server is not ready")]
    NotYet(u16),
    /// No connection could be opened because this machine ran out of files or sockets.
    #[error("mixinspec could not open a connection: {0}; a higher `ulimit -n`, or fewer at once (-j), lets it")]
    NoFiles(String),
    /// The time limit passed.
    #[error("no complete answer within {0:?}")]
    Timeout(Duration),
    /// The body is longer than the limit.
    #[error("the answer's body is longer than {0} bytes, and mixinspec reads no more")]
    TooLong(usize),
    /// The bodies of all answers that are held at once are longer than the limit.
    #[error("the answers that come at once are longer than {0} bytes in all, and mixinspec holds no more")]
    TooMuch(usize),
    /// There are more header fields than we read, or longer ones.
    #[error("the answer's header fields are more, or longer, than mixinspec reads")]
    HeadTooLong,
    /// There are more chunk extensions than we read, or longer ones.
    #[error("the answer's chunk extensions are more, or longer, than mixinspec reads")]
    ExtensionsTooLong,
    /// The body's JSON is nested deeper than the limit.
    #[error("the answer's JSON is nested deeper than {0} levels, and mixinspec reads no deeper")]
    TooDeep(usize),
    /// The body's JSON holds more values than the limit.
    #[error("the answer's JSON holds more than {0} values, and mixinspec reads no more")]
    TooMany(usize),
    /// The connection ended, or the answer is not HTTP.
    #[error("the connection failed: {0}")]
    Broken(String),
    /// The request could not be built.
    #[error("the request could not be sent: {0}")]
    Unsendable(String),
    /// The run has sent as many requests as it may.
    #[error("the limit of {0} requests (--max-requests) is reached")]
    Budget(u64),
    /// The run was stopped.
    #[error("the run was stopped")]
    Stopped,
    /// The server has stopped answering.
    #[error("{0}")]
    GivenUp(String),
}

impl From<TooMuchJson> for NoAnswer {
    fn from(limit: TooMuchJson) -> Self {
        match limit {
            TooMuchJson::Levels(levels) => Self::TooDeep(levels),
            TooMuchJson::Values(values) => Self::TooMany(values),
        }
    }
}

impl NoAnswer {
    /// Whether the server caused this, not the network, our limits or the user.
    #[must_use]
    pub fn tells(&self) -> bool {
        matches!(self, Self::Timeout(_) | Self::Broken(_))
    }
}
