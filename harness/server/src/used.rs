//! The tokens that were taken, where each is taken once.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};

/// How many are kept; where there are more, none is taken until one expires.
const MOST: usize = 1_000_000;

/// Tokens that were taken and have not expired: when each does, and its hash.
#[derive(Debug, Default)]
pub(crate) struct Used(Mutex<BTreeSet<(i64, [u8; 32])>>);

impl Used {
    /// Takes a token, unless it was taken before. What was signed tells tokens apart: a signature can be written in more
    /// than one way.
    pub(crate) fn take(&self, token: &str, exp: i64, now: i64) -> bool {
        let signed = token.rsplit_once('.').map_or(token, |(signed, _)| signed);
        let hash = Sha256::digest(signed.as_bytes()).into();
        // A set is whole after every operation on it.
        let mut used = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // What has expired is refused for that.
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
