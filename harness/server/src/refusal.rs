//! The reasons why a request is refused. `answer.rs` writes them in the form of each edition.

use std::borrow::Cow;

use axum::http::StatusCode;

/// Why a request is refused.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// The body is not a JSON object.
    Body(String),
    /// A member of the request is not valid.
    Field { field: Cow<'static, str>, reason: Cow<'static, str> },
    /// More participants than a group holds.
    GroupFull,
    /// No credential, or one that belongs to no user.
    Unauthorized,
    /// The conversation is not the caller's.
    Forbidden,
    /// There is no such endpoint.
    NoEndpoint,
    /// The endpoint has only these methods.
    NoMethod(&'static str),
    /// The caller has no such conversation.
    NoConversation,
    /// The body is larger than the server reads.
    BodyTooLarge,
    /// The body did not arrive in time.
    BodyTooSlow,
    /// The server has reached its limit of conversations.
    ServerFull,
}

impl Refusal {
    pub(crate) fn field(field: impl Into<Cow<'static, str>>, reason: impl Into<Cow<'static, str>>) -> Self {
        Self::Field { field: field.into(), reason: reason.into() }
    }

    /// The code of the API.
    pub(crate) fn code(&self) -> u32 {
        match self {
            Self::Body(_) | Self::BodyTooLarge | Self::BodyTooSlow => 400,
            Self::Field { .. } => 10002,
            Self::GroupFull => 20116,
            Self::Unauthorized => 401,
            Self::Forbidden => 403,
            Self::NoEndpoint | Self::NoMethod(_) | Self::NoConversation => 404,
            Self::ServerFull => 429,
        }
    }

    /// The HTTP status that fits best. The API itself uses 202, except for refusals that close the connection.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Body(_) | Self::Field { .. } | Self::GroupFull => StatusCode::BAD_REQUEST,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NoEndpoint | Self::NoConversation => StatusCode::NOT_FOUND,
            Self::NoMethod(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BodyTooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::ServerFull => StatusCode::TOO_MANY_REQUESTS,
        }
    }

    /// An English sentence that discloses nothing of the server's internals.
    pub(crate) fn description(&self) -> Cow<'_, str> {
        Cow::Borrowed(match self {
            Self::Body(reason) => {
                return Cow::Owned(format!("The request body can't be parsed as valid data: {reason}."));
            }
            Self::Field { .. } => "The request data has invalid field.",
            Self::GroupFull => "The group chat is full.",
            Self::Unauthorized => "Unauthorized.",
            Self::Forbidden => "Forbidden.",
            Self::NoEndpoint => "The endpoint is not found.",
            Self::NoMethod(_) => "The endpoint does not have this method.",
            Self::NoConversation => "The conversation is not found.",
            Self::BodyTooLarge => "The request body is too large.",
            Self::BodyTooSlow => "The request body did not arrive in time.",
            Self::ServerFull => "The server cannot hold more conversations.",
        })
    }
}
