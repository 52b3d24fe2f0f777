//! One request with its response or its transport error, and what that means.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use mixinspec_spec::model::Effect;
use serde_json::Value;

use crate::credential::Authorization;
use crate::framing::Framing;
use crate::json::JsonFault;
use crate::operation::Operation;
use crate::schema::Violation;
use crate::variables::Variables;

/// A request as it is sent, below the base URL. Credentials are not part of it: the client adds them when it sends.
#[derive(Debug, Clone)]
pub struct Sent {
    /// The method.
    pub method: String,
    /// The path below the base URL, with its query.
    pub path: String,
    /// The header fields, names in lower case, without the credential.
    pub headers: Vec<(String, String)>,
    /// The body, to the byte.
    pub body: Bytes,
    /// The body as JSON, where it is a JSON object.
    pub json: Option<Value>,
    /// How the body is sent.
    pub framing: Framing,
    /// Which caller sends it.
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
    /// The header fields, names in lower case, values that are no text as lossy UTF-8.
    pub headers: Vec<(String, String)>,
    /// The body, to the byte, up to the limit.
    pub body: Bytes,
    /// The body as JSON, where it is JSON.
    pub json: Option<Value>,
    /// What is wrong with the body as JSON text.
    pub faults: Vec<JsonFault>,
    /// Whether the answer holds the token that the request was sent with, or a part of it.
    pub shows_token: bool,
    /// Our clock when the answer had come, in microseconds since 1970.
    pub now: i64,
}

impl Received {
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
    /// The server, or what stands before it, says that it is not there yet.
    #[error("HTTP {0}: the server is not ready")]
    NotYet(u16),
    /// No connection could be made for want of something of ours.
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
    /// The header fields are more, or longer, than what is read of them.
    #[error("the answer's header fields are more, or longer, than mixinspec reads")]
    HeadTooLong,
    /// The chunks' extensions are more than what is read of them.
    #[error("the answer's chunk extensions are more, or longer, than mixinspec reads")]
    ExtensionsTooLong,
    /// The body's JSON is nested deeper than the limit.
    #[error("the answer's JSON is nested deeper than {0} levels, and mixinspec reads no deeper")]
    TooDeep(usize),
    /// The body's JSON holds more values than the limit.
    #[error("the answer's JSON holds more than {0} values, and mixinspec reads no more")]
    TooMany(usize),
    /// The connection ended, or what came is no HTTP.
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
    /// The server answers nobody any more.
    #[error("{0}")]
    GivenUp(String),
}

impl NoAnswer {
    /// Whether it tells something of the server. What lies with the network, with our limits or with who stopped the
    /// run does not.
    #[must_use]
    pub fn tells(&self) -> bool {
        matches!(self, Self::Timeout(_) | Self::Broken(_))
    }
}

/// What is known of a request beside what is sent.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// Whether the thing that it asks for cannot have existed before.
    pub fresh: bool,
    /// The caller's user id.
    pub caller_id: String,
    /// The first user that the request was made with, if it was made with any.
    pub peer_id: Option<String>,
    /// The codes of a refusal that are right for this request; empty where any is, or where none is expected.
    pub codes: Vec<i64>,
    /// The names of the members that are wrong on purpose.
    pub wrong: Vec<String>,
}

/// A request with what came of it.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// The request.
    pub sent: Sent,
    /// The response, or why there is none.
    pub answer: Result<Received, NoAnswer>,
    /// What it means.
    pub outcome: Outcome,
    /// Whether the answer has an object that says why the request was refused.
    pub has_error: bool,
    /// The code that the answer has.
    pub code: Option<i64>,
    /// What is known of the request.
    pub about: About,
    /// The operation that was asked for, where it is one of the API's.
    pub operation: Option<Arc<Operation>>,
    /// The constraints that the answer breaks.
    pub violations: Vec<Violation>,
    /// What expressions see of it.
    pub variables: Variables,
}

impl Exchange {
    /// The response's JSON.
    #[must_use]
    pub fn response(&self) -> Option<&Value> {
        self.answer.as_ref().ok().and_then(|received| received.json.as_ref())
    }

    /// Whether the request asks for something to be created.
    #[must_use]
    pub fn creates(&self) -> bool {
        self.operation.as_ref().is_some_and(|operation| operation.effect == Effect::Creates)
    }

    /// The identity of the thing that the request is about.
    #[must_use]
    pub fn asked(&self) -> Option<&str> {
        self.operation.as_ref()?.asked(&self.sent)
    }

    /// The identity of the thing that the answer is about.
    #[must_use]
    pub fn answered(&self) -> Option<&str> {
        self.operation.as_ref()?.answered(self.response()?)
    }

    /// Whether the request was refused, for whatever reason.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        matches!(self.outcome, Outcome::Refused(_) | Outcome::Unauthorized)
    }
}

/// What an exchange means, as [`Envelope`](crate::envelope::Envelope) reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The answer has what was asked for.
    Accepted,
    /// With the code, where there is one.
    Refused(Option<i64>),
    /// The credential is not taken.
    Unauthorized,
    /// Too many requests.
    Throttled,
    /// A mistake of the server.
    ServerError,
    /// An answer that is none of these.
    Malformed,
    /// No answer.
    NoAnswer,
}

impl Outcome {
    /// The outcome's name in expressions and reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Refused(_) => "refused",
            Self::Unauthorized => "unauthorized",
            Self::Throttled => "throttled",
            Self::ServerError => "server_error",
            Self::Malformed => "malformed",
            Self::NoAnswer => "no_answer",
        }
    }

    /// What it is, as one tells it to a person.
    #[must_use]
    pub fn describe(self) -> String {
        match self {
            Self::Accepted => "accepted".into(),
            Self::Refused(Some(code)) => format!("refused with code {code}"),
            Self::Refused(None) => "refused".into(),
            Self::Unauthorized => "refused as unauthorized".into(),
            Self::Throttled => "throttled (429)".into(),
            Self::ServerError => "answered with a server error".into(),
            Self::Malformed => "answered with neither a result nor an error".into(),
            Self::NoAnswer => "not answered".into(),
        }
    }
}
