//! Ids as a function of (seed, run id, case, attempt). A server remembers earlier runs, so no two runs share ids; and
//! any case can be repeated exactly.

use md5::{Digest, Md5};
use uuid::Uuid;

/// The source of all ids of a run.
#[derive(Debug, Clone)]
pub struct IdSpace {
    /// The seed that decides the cases.
    pub seed: u64,
    /// The run id that keeps this run's ids apart from every other run's.
    pub run_id: String,
}

impl IdSpace {
    /// The ids of one case; `attempt` counts how often it is made within the run, as shrinking does.
    #[must_use]
    pub fn case(&self, case: &str, attempt: u32) -> CaseIds {
        CaseIds { prefix: format!("{}\u{1f}{}\u{1f}{case}\u{1f}{attempt}\u{1f}", self.seed, self.run_id) }
    }
}

/// The ids of one case.
#[derive(Debug, Clone)]
pub struct CaseIds {
    prefix: String,
}

impl CaseIds {
    /// A version 4 UUID; the same for the same label.
    #[must_use]
    pub fn uuid(&self, label: &str) -> Uuid {
        let mut hasher = Md5::new();
        hasher.update(self.prefix.as_bytes());
        hasher.update(label.as_bytes());
        uuid::Builder::from_random_bytes(hasher.finalize().into()).into_uuid()
    }

    /// The ids of a part of the case, such as its twin.
    #[must_use]
    pub fn part(&self, name: &str) -> Self {
        Self { prefix: format!("{}{name}\u{1f}", self.prefix) }
    }

    /// The key that distinguishes these ids from all others.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.prefix
    }

    /// The ids with this key.
    #[must_use]
    pub fn from_key(key: &str) -> Self {
        Self { prefix: key.to_owned() }
    }
}
