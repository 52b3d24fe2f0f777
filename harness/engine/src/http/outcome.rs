//! What an answer means.

/// What an exchange means, as [`Envelope`](crate::http::envelope::Envelope) reads it.
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
