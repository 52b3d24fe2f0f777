//! Authenticates a request: which user sends it, or why it is refused.
//!
//! The caller is taken from the credential alone; nothing in a body changes it.

use std::collections::{HashMap, HashSet};
use std::fmt;

use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use bytes::Bytes;
use uuid::Uuid;

use crate::create::Rules;
use crate::demands::Demands;
use crate::fault::SeamPass;
use crate::refusal::Refusal;
use crate::sessions::Sessions;
use crate::used::Used;

/// How the server identifies callers.
#[derive(Clone)]
#[non_exhaustive]
pub enum Auth {
    /// No authentication: every request counts as this user's, whatever credential it has.
    NoAuth(Uuid),
    /// Fixed bearer tokens, each of a user. Without any, every request is refused.
    Bearer(HashMap<String, Uuid>),
    /// Tokens that are bound to one request and signed by a session's key.
    Sessions(Sessions),
}

impl Auth {
    /// The caller of a request.
    ///
    /// It needs the whole request, because a signed token is bound to method, path and body.
    pub(crate) fn caller(
        &self,
        rules: &Rules,
        used: &Used,
        head: &Parts,
        body: &Bytes,
        turn: &SeamPass,
    ) -> Result<Uuid, Refusal> {
        let token = || bearer(&rules.demands, &head.headers).ok_or(Refusal::Unauthorized);
        match self {
            Self::NoAuth(caller) => Ok(*caller),
            Self::Bearer(tokens) => tokens.get(token()?).copied().ok_or(Refusal::Unauthorized),
            Self::Sessions(sessions) => sessions.caller(rules, used, token()?, head, body, turn),
        }
    }

    /// All users who can send requests.
    pub(crate) fn callers(&self) -> Vec<Uuid> {
        match self {
            Self::NoAuth(caller) => vec![*caller],
            Self::Bearer(tokens) => tokens.values().copied().collect(),
            Self::Sessions(sessions) => sessions.users().collect(),
        }
    }
}

/// Shows only the number of tokens and sessions: tokens are secrets, and keys are long.
impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAuth(caller) => f.debug_tuple("NoAuth").field(caller).finish(),
            Self::Bearer(tokens) => write!(f, "Bearer({} tokens)", tokens.len()),
            Self::Sessions(sessions) => write!(f, "Sessions({})", sessions.len()),
        }
    }
}

/// The token of the one `Authorization: Bearer` header. The scheme is case-insensitive (RFC 9110, section 11.1).
fn bearer<'a>(demands: &Demands, headers: &'a HeaderMap) -> Option<&'a str> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (all.next(), all.next()) else { return None };
    let value = value.to_str().ok()?;
    let Some((scheme, token)) = value.split_once(' ') else {
        return demands.without_scheme.then_some(value);
    };
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim_matches(' '))
}

/// The users who exist.
#[derive(Debug, Clone, Default)]
pub enum KnownUsers {
    /// Every UUID is a user.
    #[default]
    Any,
    /// Only these; a request that names another user is refused.
    Only(HashSet<Uuid>),
}

impl KnownUsers {
    pub(crate) fn know(&self, user: Uuid) -> bool {
        match self {
            Self::Any => true,
            Self::Only(users) => users.contains(&user),
        }
    }
}
