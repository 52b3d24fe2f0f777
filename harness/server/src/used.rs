//! Remembers used tokens, for a server that accepts each only once.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};

/// The maximum number of remembered tokens. When it is reached, no token is accepted until one expires.
const MOST: usize = 1_000_000;

/// The used tokens that have not expired: the expiry and the hash of each.
#[derive(Debug, Default)]
pub(crate) struct Used(Mutex<BTreeSet<(i64, [u8; 32])>>);

impl Used {
    /// Accepts a token, unless it was used before. Only the signed part is compared, because a signature can be written
    /// in more than one way.
    pub(crate) fn take(&self, token: &str, exp: i64, now: i64) -> bool {
        let signed = token.rsplit_once('.').map_or(token, |(signed, _)| signed);
        let hash = Sha256::digest(signed.as_bytes()).into();
        // A set is consistent after every operation, so a poisoned lock does no harm.
        let mut used = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Expired tokens can be forgotten: they are refused for their expiry.
        *used = used.split_off(&(now, [0; 32]));
        used.len() < MOST && used.insert((exp, hash))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_taken_once_until_it_expires() {
        let used = Used::default();
        assert!(used.take("a.b.c", 20, 10));
        assert!(!used.take("a.b.C", 20, 19));
        assert!(used.take("a.b2.c", 21, 19));
        assert!(used.take("a.b.c", 20, 21), "nothing is kept of what has expired");
    }
}
