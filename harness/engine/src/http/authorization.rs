//! How a request is authorized, as data only. The caller's credential does the signing.

use std::sync::Arc;

use bytes::Bytes;
use mixinspec_spec::model::CredentialSpec;
use reqwest::header::HeaderValue;
use serde_json::{Value, json};

/// How a request is authorized.
#[derive(Debug, Clone)]
pub enum Authorization {
    /// Not at all.
    None,
    /// With the caller's own credential.
    Own,
    /// With the caller's own credential, built before the request is sent.
    Made(Arc<[HeaderValue]>),
    /// With the caller's own credential of an earlier request.
    UsedBefore(Arc<[HeaderValue]>),
    /// With a credential that differs from the caller's own.
    Altered(Arc<Altered>),
}

impl Authorization {
    /// The same credential, used again for another request.
    #[must_use]
    pub fn used_before(&self) -> Self {
        match self {
            Self::Made(values) => Self::UsedBefore(Arc::clone(values)),
            other => other.clone(),
        }
    }

    /// Whether sending the request again repeats its token, or sends one with the same `jti`. The caller's own is
    /// signed anew each time, with another `jti`.
    #[must_use]
    pub fn comes_again(&self) -> bool {
        match self {
            Self::None | Self::Own => false,
            Self::Made(_) | Self::UsedBefore(_) => true,
            Self::Altered(altered) => {
                let mut names = altered.claims.iter().map(|claim| &claim.name);
                names.any(|name| name == "jti") || altered.raw_claims.iter().any(|(name, _)| name == "jti")
            }
        }
    }
}

/// A credential that differs from the caller's own.
#[derive(Debug)]
pub struct Altered {
    pub(crate) spec: CredentialSpec,
    pub(crate) made: i64,
    pub(crate) claims: Vec<Claim>,
    /// The names of claims, with the text of their values, which need not be JSON.
    pub(crate) raw_claims: Vec<(String, String)>,
    pub(crate) body: Option<Bytes>,
}

/// A claim that replaces the caller's own; null removes it.
#[derive(Debug)]
pub(crate) struct Claim {
    pub(crate) name: String,
    pub(crate) value: Value,
    /// Whether it is a time by the server's clock: time passes between building a request, sending it, and sending it
    /// again.
    pub(crate) moves: bool,
}

impl Claim {
    /// Its value `seconds` after it was built.
    pub(crate) fn after(&self, seconds: i64) -> Value {
        match self.value.as_i64() {
            Some(time) if self.moves => json!(time + seconds),
            _ => self.value.clone(),
        }
    }
}

impl Altered {
    /// What is different about it, in a few words; `None` if its header fields, as they are shown, say it all.
    #[must_use]
    pub fn summary(&self) -> Option<String> {
        (!self.has_own_token()).then(|| self.spec.summary())
    }

    /// Whether the token in it, if there is one, is the caller's own.
    fn has_own_token(&self) -> bool {
        !self.spec.needs_key() && self.spec.damage.is_none()
    }

    /// Whether it holds the caller's own token.
    #[must_use]
    pub fn holds_own_token(&self) -> bool {
        self.has_own_token() && self.templates().any(|value| value.contains("{token}"))
    }

    /// The values of the header field as they are shown, the token being a shell variable.
    #[must_use]
    pub fn shown(&self, variable: &str) -> Vec<String> {
        self.templates().map(|value| value.replace("{token}", variable)).collect()
    }

    pub(crate) fn templates(&self) -> impl Iterator<Item = &str> {
        let own = self.spec.authorization.is_none().then_some("Bearer {token}");
        own.into_iter().chain(self.spec.authorization.iter().flatten().map(String::as_str))
    }
}
