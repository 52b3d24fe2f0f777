//! Verifies signed tokens: which user sends a request, and whether the token is bound to this very request.
//!
//! [`TokenCheck::ALL`] lists all checks of a token. A token that fails any of them is refused in the same words, so
//! that an attacker does not learn which check failed.
//!
//! Not demanded are `iat` and `jti`, which every published client sends: no source says that a request without them is
//! refused. Nor is `scp`, which tokens of 2018 do not have. By default a token may be used again: clients resend
//! requests.

use std::collections::HashMap;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::http::request::Parts;
use mixinspec_token::{Claims, Session, Token, request_hash};
use uuid::Uuid;

use crate::create::Rules;
use crate::demands::Demands;
use crate::edition::Edition;
use crate::fault::SeamPass;
use crate::policy::AcceptOrRefuse;
use crate::refusal::Refusal;
use crate::used::Used;

/// How far a client's clock may be ahead, in seconds.
const AHEAD: i64 = 300;

/// The lifetime of the token in the page's example, and a minute for the transmission.
const NINETY_DAYS: i64 = 90 * 86_400 + 60;

/// The sessions whose tokens are accepted.
#[derive(Clone, Default)]
pub struct Sessions(HashMap<Uuid, Session>);

/// A check of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenCheck {
    /// Its session is known.
    Session,
    /// Its user is the one whose session it is.
    User,
    /// The session's key has signed it, with the key's own algorithm.
    Signature,
    /// It has an expiry, which has not passed.
    Expiry,
    /// Its `iat` is not far in the future.
    Issue,
    /// Its scope is FULL: that of an app's authorization is not.
    Scope,
    /// It is bound to this method, path, query and body.
    Request,
}

impl TokenCheck {
    /// All checks, in the order in which they run.
    const ALL: [Self; 7] =
        [Self::Session, Self::User, Self::Signature, Self::Expiry, Self::Issue, Self::Scope, Self::Request];

    pub(crate) fn holds(self, presented: &Presented<'_>) -> bool {
        match self {
            Self::Session => names_a_known_session(presented),
            Self::User => is_of_the_sessions_user(presented),
            Self::Signature => is_signed_by_the_session(presented),
            Self::Expiry => has_not_expired(presented),
            Self::Issue => is_not_from_the_far_future(presented),
            Self::Scope => has_the_whole_scope(presented),
            Self::Request => is_for_this_request(presented),
        }
    }
}

/// A token, and the request that it was sent with.
pub(crate) struct Presented<'a> {
    /// The token's text, as it was sent.
    pub(crate) text: &'a str,
    pub(crate) token: Token<'a>,
    pub(crate) claims: Claims,
    /// The session that the token names; if that is unknown, a session of the user that it names.
    pub(crate) session: &'a Session,
    pub(crate) head: &'a Parts,
    pub(crate) body: &'a [u8],
    /// Seconds since 1970.
    pub(crate) now: i64,
    pub(crate) edition: Edition,
    pub(crate) demands: Demands,
}

impl Sessions {
    /// Adds a session; it replaces one with the same id.
    pub fn insert(&mut self, session: Session) {
        self.0.insert(session.id, session);
    }

    /// The users of the sessions.
    pub(crate) fn users(&self) -> impl Iterator<Item = Uuid> {
        self.0.values().map(|session| session.user)
    }

    /// The number of sessions.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no session.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The caller of a request with this token. A fault can act through `turn`.
    pub(crate) fn caller(
        &self,
        rules: &Rules,
        used: &Used,
        token: &str,
        head: &Parts,
        body: &[u8],
        turn: &SeamPass,
    ) -> Result<Uuid, Refusal> {
        let presented = self.presented(rules, token, head, body).ok_or(Refusal::Unauthorized)?;
        if !TokenCheck::ALL.into_iter().all(|check| turn.check(check, &presented)) {
            return Err(Refusal::Unauthorized);
        }
        let exp = presented.claims.exp.unwrap_or(i64::MAX);
        if rules.policy.token_again == AcceptOrRefuse::Refused && !used.take(token, exp, presented.now) {
            return Err(Refusal::Unauthorized);
        }
        presented.claimed_user().ok_or(Refusal::Unauthorized)
    }

    fn presented<'a>(
        &'a self,
        rules: &Rules,
        token: &'a str,
        head: &'a Parts,
        body: &'a [u8],
    ) -> Option<Presented<'a>> {
        let text = token;
        let token = Token::parse(text).ok()?;
        let claims = token.claims();
        let named = id(claims.sid.as_deref()).and_then(|id| self.0.get(&id));
        let user = id(claims.uid.as_deref());
        let session = named.or_else(|| self.0.values().find(|session| Some(session.user) == user))?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs();
        let (edition, demands) = (rules.edition, rules.demands);
        Some(Presented { text, token, claims, session, head, body, now: i64::try_from(now).ok()?, edition, demands })
    }
}

impl Presented<'_> {
    fn claimed_user(&self) -> Option<Uuid> {
        id(self.claims.uid.as_deref())
    }
}

fn names_a_known_session(presented: &Presented<'_>) -> bool {
    id(presented.claims.sid.as_deref()) == Some(presented.session.id)
}

fn is_of_the_sessions_user(presented: &Presented<'_>) -> bool {
    presented.claimed_user() == Some(presented.session.user)
}

fn is_signed_by_the_session(presented: &Presented<'_>) -> bool {
    let key = &presented.session.key;
    // The key decides the algorithm, never the token.
    presented.token.has_algorithm(key.algorithm()).is_ok() && key.has_signed(&presented.token).is_ok()
}

fn has_not_expired(presented: &Presented<'_>) -> bool {
    let Demands { endless, ninety_days, .. } = presented.demands;
    // An `exp` of the wrong type is not a missing one.
    let Some(exp) = presented.claims.exp else { return endless && presented.token.claim("exp").is_none() };
    presented.now < exp && !(ninety_days && exp > presented.now.saturating_add(NINETY_DAYS))
}

fn is_not_from_the_far_future(presented: &Presented<'_>) -> bool {
    let Presented { claims, now, demands, .. } = presented;
    demands.from_the_future || claims.iat.is_none_or(|iat| iat <= now.saturating_add(AHEAD))
}

fn has_the_whole_scope(presented: &Presented<'_>) -> bool {
    let scope = presented.token.claim("scp");
    presented.edition == Edition::E2018 || presented.demands.any_scope || scope.is_none_or(|scope| scope == "FULL")
}

fn is_for_this_request(presented: &Presented<'_>) -> bool {
    let Some(path) = presented.head.uri.path_and_query() else { return false };
    let is_of = |path: &str| {
        let hash = request_hash(presented.head.method.as_str(), path, presented.body);
        presented.claims.sig.as_deref() == Some(hash.as_str())
    };
    is_of(path.as_str()) || presented.demands.without_query && is_of(path.path())
}

fn id(claim: Option<&str>) -> Option<Uuid> {
    Uuid::try_parse(claim?).ok()
}
