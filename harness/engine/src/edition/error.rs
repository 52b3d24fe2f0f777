//! The errors that end a run without a report.

use std::time::Duration;

use crate::cel::ExpressionError;
use crate::edition::EditionError;
use crate::edition::schema::SchemaError;
use crate::http::limits::ClientError;
use crate::http::message::NoAnswer;

/// An error that ends a run without a report.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The client cannot be set up.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// A schema of the spec cannot be compiled.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// An expression of the spec cannot be compiled.
    #[error(transparent)]
    Expression(#[from] ExpressionError),
    /// The spec has no such edition.
    #[error("the spec has no edition `{0}`")]
    UnknownEdition(String),
    /// A pattern matches nothing.
    #[error("`{option} {pattern}` matches no requirement, reading or case")]
    NothingMatches {
        /// The option.
        option: &'static str,
        /// The pattern.
        pattern: String,
    },
    /// There is no such reading, or it has no such name.
    #[error("`--reading {id}={name}` names no reading of this edition")]
    UnknownReading {
        /// The reading's id.
        id: String,
        /// The name.
        name: String,
    },
    /// There is no such case.
    #[error("there is no case `{0}` in this edition")]
    UnknownCase(String),
    /// The server cannot be reached.
    #[error("{url} cannot be reached: {reason}")]
    Unreachable {
        /// The URL that was tried.
        url: String,
        /// The reason.
        reason: NoAnswer,
    },
    /// The server can be reached, but gives no usable answer.
    #[error("{url} does not answer: {reason}")]
    Unanswered {
        /// The URL that was tried.
        url: String,
        /// Why there is no answer.
        reason: NoAnswer,
    },
    /// The server keeps throttling.
    #[error("{url} is throttling for longer than the {0:?} that are waited", patience)]
    Throttled {
        /// The URL that was tried.
        url: String,
        /// How long the run waited.
        patience: Duration,
    },
    /// The server refuses the caller's first request as unauthorized.
    #[error("{url} refuses the caller's first request as unauthorized ({told})")]
    Unauthorized {
        /// The URL that was tried.
        url: String,
        /// The code or status that means unauthorized: `code 401, or HTTP 401`.
        told: String,
        /// How its clock differs from ours, where it does: `10 minutes behind`.
        clock: Option<String>,
    },
    /// The server has no such operation.
    #[error("{method} {url}: {answer}")]
    NotHere {
        /// The method that was tried.
        method: String,
        /// The URL that was tried.
        url: String,
        /// Its path below the base URL.
        path: String,
        /// What was answered, in a few words.
        answer: String,
    },
    /// The URL redirects to an https one.
    #[error("{url} redirects to {to} (HTTP {status})")]
    Redirected {
        /// The URL that was tried.
        url: String,
        /// Its path below the base URL.
        path: String,
        /// The value of the Location header field.
        to: String,
        /// The status.
        status: u16,
    },
    /// The plain request cannot be made.
    #[error("failed to make the first request: {0}")]
    FirstRequest(String),
}

impl From<EditionError> for RunError {
    fn from(error: EditionError) -> Self {
        match error {
            EditionError::Unknown(name) => Self::UnknownEdition(name),
            EditionError::Schema(error) => Self::Schema(error),
        }
    }
}
