//! Secrets that are added while a run goes on.

use std::sync::{Arc, PoisonError, RwLock};

use super::Secrets;

/// A set of secrets that grows; its clones share it.
#[derive(Clone, Default)]
pub struct Later(Arc<RwLock<All>>);

#[derive(Default)]
struct All {
    texts: Vec<String>,
    public: Vec<String>,
    secrets: Arc<Secrets>,
}

/// Hides the secrets.
impl std::fmt::Debug for Later {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Later")
    }
}

impl Later {
    /// Starts without secrets. Texts in `public` are never redacted, even where one is a part of a secret.
    #[must_use]
    pub fn new(public: &[String]) -> Self {
        Self(Arc::new(RwLock::new(All { public: public.to_vec(), ..All::default() })))
    }

    /// Adds one, unless it is known.
    pub fn add(&self, secret: &str) {
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if !all.texts.iter().any(|known| known == secret) {
            all.texts.push(secret.to_owned());
            // Searching one index of all secrets is faster than searching one for each.
            all.secrets = Arc::new(Secrets::new(&all.texts, &all.public));
        }
    }

    pub(super) fn secrets(&self) -> Arc<Secrets> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner).secrets)
    }
}
