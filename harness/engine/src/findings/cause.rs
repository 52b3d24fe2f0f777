//! What keeps a requirement from being decided, and what is to blame for it.

use std::collections::BTreeSet;

/// Why a check cannot be decided, because of the subject's own answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hindrance {
    /// In words.
    pub reason: String,
    /// What is to blame.
    pub by: BTreeSet<Cause>,
}

impl Hindrance {
    /// A hindrance with its causes.
    pub fn new(reason: impl Into<String>, by: impl IntoIterator<Item = Cause>) -> Self {
        Self { reason: reason.into(), by: by.into_iter().collect() }
    }
}

/// What keeps something from being decided.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// This check, which fails.
    Check(usize),
    /// This reading, which fails or was not observed.
    Reading(String),
    /// The checks that fail on the answers of the same case. The executor of the case replaces it by these.
    Answers,
    /// The checks that fail because a valid request of this family is refused. They replace it at the end of the run.
    Refusal(String),
    /// The checks that fail in this call of an SDK. They replace it at the end of the run.
    Call(String),
}
