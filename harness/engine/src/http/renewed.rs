//! A bearer token that is replaced while a run goes on.
//!
//! This file does not know where the tokens come from. Every token that was ever used stays a secret.

use std::fmt;
use std::sync::{PoisonError, RwLock};

use reqwest::header::HeaderValue;

use crate::text::redact::Later;

/// The current token, or why there is none.
pub struct Renewed {
    now: RwLock<Result<HeaderValue, String>>,
    secrets: Later,
}

/// Hides the token.
impl fmt::Debug for Renewed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Renewed(…)")
    }
}

impl Renewed {
    /// Starts with a token. Texts in `public` are never redacted, even where one is a part of a token.
    ///
    /// # Errors
    /// When the token holds characters that a header field cannot.
    pub fn new(token: &str, public: &[String]) -> Result<Self, String> {
        let renewed = Self { now: RwLock::new(Err(String::new())), secrets: Later::new(public) };
        renewed.renew(Ok(token.to_owned()));
        renewed.value().map(|_| renewed)
    }

    /// Replaces the token; with an error, requests fail for this reason instead of being sent.
    pub fn renew(&self, token: Result<String, String>) {
        let value = token.and_then(|token| {
            // Before it is sent for the first time.
            self.secrets.add(&token);
            let value = HeaderValue::try_from(format!("Bearer {token}"));
            let mut value = value.map_err(|_| "the token holds characters that a header field cannot".to_owned())?;
            value.set_sensitive(true);
            Ok(value)
        });
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = value;
    }

    /// The value of the header field Authorization.
    pub(crate) fn value(&self) -> Result<HeaderValue, String> {
        self.now.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// All tokens that were ever sent.
    #[must_use]
    pub fn secrets(&self) -> &Later {
        &self.secrets
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::redact::{REDACTED, Redactor};

    #[test]
    fn each_token_stays_a_secret() {
        let renewed = Renewed::new("first-canary", &[]).expect("a token");
        let redactor = Redactor::new(&[], &[]).with(renewed.secrets());
        assert_eq!(redactor.redact("first-canary, second-canary"), format!("{REDACTED}, second-canary"));
        renewed.renew(Ok("second-canary".to_owned()));
        assert_eq!(redactor.redact("first-canary, second-canary"), format!("{REDACTED}, {REDACTED}"));
        assert_eq!(renewed.value().expect("a token"), "Bearer second-canary");
    }

    #[test]
    fn without_a_token_there_is_a_reason() {
        assert!(Renewed::new("two\nlines", &[]).is_err());
        let renewed = Renewed::new("canary", &[]).expect("a token");
        renewed.renew(Err("nobody knows one".to_owned()));
        assert_eq!(renewed.value(), Err("nobody knows one".to_owned()));
    }
}
