//! The outcome of an exchange: what an answer means.

/// What an exchange means, as [`Envelope`](crate::http::envelope::Envelope) reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The request was accepted: the answer has the result.
    Accepted,
    /// The request was refused, with this code where there is one.
    Refused(Option<i64>),
    /// The server does not accept the credential.
    Unauthorized,
    /// Too many requests.
    Throttled,
    /// A server error.
    ServerError,
    /// None of these: neither a result nor an error.
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

    /// The outcome in words, for people.
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
