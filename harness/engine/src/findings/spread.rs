//! Counts the answers that break a requirement by operation and kind of request, to show where in a server a mistake
//! is.

use std::sync::Mutex;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The kind of a request, among all that call the same operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RequestKind {
    /// The request is wrong on purpose.
    Wrong,
    /// The request has another credential than its caller's own.
    Credential,
    /// A valid request with its caller's own credential.
    Other,
}

const KINDS: [RequestKind; 3] = [RequestKind::Wrong, RequestKind::Credential, RequestKind::Other];

/// How many answers break a requirement, among those to one kind of request of one operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Share {
    /// The `operationId` of the operation that the requests call.
    pub operation: String,
    /// The kind of the requests.
    pub requests: RequestKind,
    /// The number of answers that break the requirement.
    pub broken: u64,
    /// The number of answers that were judged by the requirement.
    pub of: u64,
}

/// Counts for each check the answers that break it, by operation and kind of request.
#[derive(Debug)]
pub(crate) struct Spread {
    operations: Vec<String>,
    /// For each check, operation and kind: how many answers break the check, and how many it was judged on.
    counts: Mutex<Vec<[u64; 2]>>,
}

impl Spread {
    /// No counts yet.
    pub(crate) fn new(checks: usize, operations: Vec<String>) -> Self {
        let counts = Mutex::new(vec![[0, 0]; checks * operations.len() * KINDS.len()]);
        Self { operations, counts }
    }

    /// Counts one answer: for each check that it was judged by, whether it breaks it.
    pub(crate) fn note(&self, operation: &str, kind: RequestKind, judged: impl IntoIterator<Item = (usize, bool)>) {
        let Some(operation) = self.operations.iter().position(|known| known == operation) else { return };
        // Counts are whole after every statement, so that a panic elsewhere does not spoil them.
        let mut counts = self.counts.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        for (check, broken) in judged {
            let at = (check * self.operations.len() + operation) * KINDS.len() + kind as usize;
            if let Some([breaking, of]) = counts.get_mut(at) {
                *breaking += u64::from(broken);
                *of += 1;
            }
        }
    }

    /// What was counted for a check.
    pub(crate) fn shares(&self, check: usize) -> Vec<Share> {
        let counts = self.counts.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let each = self.operations.iter().flat_map(|operation| KINDS.map(|kind| (operation, kind)));
        let own = counts.iter().skip(check * self.operations.len() * KINDS.len());
        each.zip(own)
            .filter(|(_, [_, of])| *of > 0)
            .map(|((operation, requests), [broken, of])| Share {
                operation: operation.clone(),
                requests,
                broken: *broken,
                of: *of,
            })
            .collect()
    }
}

/// Adds the counts of another run.
pub(crate) fn add(one: &mut Vec<Share>, other: Vec<Share>) {
    for share in other {
        match one.iter_mut().find(|own| own.operation == share.operation && own.requests == share.requests) {
            Some(own) => {
                own.broken += share.broken;
                own.of += share.of;
            }
            None => one.push(share),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_counted_by_operation_and_kind() {
        let spread = Spread::new(2, vec!["create".into(), "read".into()]);
        spread.note("create", RequestKind::Other, [(0, false), (1, true)]);
        spread.note("create", RequestKind::Other, [(0, false), (1, false)]);
        spread.note("read", RequestKind::Credential, [(1, true)]);
        spread.note("delete", RequestKind::Other, [(0, true)]);
        let share = |operation: &str, requests, broken, of| Share { operation: operation.into(), requests, broken, of };
        assert_eq!(spread.shares(0), [share("create", RequestKind::Other, 0, 2)]);
        let second = [share("create", RequestKind::Other, 1, 2), share("read", RequestKind::Credential, 1, 1)];
        assert_eq!(spread.shares(1), second);
        let mut sum = spread.shares(0);
        add(&mut sum, spread.shares(1));
        assert_eq!(sum, [share("create", RequestKind::Other, 1, 4), share("read", RequestKind::Credential, 1, 1)]);
    }
}
