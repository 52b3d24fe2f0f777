//! What keeps a requirement from being decided, and what is to blame for it.

use std::collections::BTreeSet;

/// Why the subject's own answers keep something from being decided.
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
    /// Whatever fails on the answers of the same case. Who executes the case puts the checks in its place.
    Answers,
    /// Whatever fails since a valid request of this family is turned away.
    Refusal(String),
    /// Whatever fails in the call of this name of an SDK.
    Call(String),
}
