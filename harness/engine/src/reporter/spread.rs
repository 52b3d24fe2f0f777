//! Describes in words which kinds of requests show a violation.

use crate::findings::spread::{RequestKind, Share};

/// Up to this many answers, the shares tell no more than the failure itself.
const FEW: u64 = 2;

/// The shares of broken answers by operation and kind of request; `None` if there were too few answers to tell
/// anything.
pub(super) fn in_words(spread: &[Share]) -> Option<String> {
    if spread.iter().map(|share| share.of).sum::<u64>() <= FEW {
        return None;
    }
    let mut operations: Vec<&str> = Vec::new();
    for share in spread.iter().filter(|share| share.of > 0) {
        if !operations.contains(&share.operation.as_str()) {
            operations.push(&share.operation);
        }
    }
    let told: Vec<String> = operations
        .iter()
        .map(|operation| {
            let own: Vec<&Share> = spread.iter().filter(|share| share.operation == *operation).collect();
            format!("{operation}: {}", of_one(&own))
        })
        .collect();
    Some(told.join("; "))
}

/// Where a server crashes, inferred from the kinds of requests that end in server errors and those that do not; `None`
/// if they do not tell.
pub(super) fn place(spread: &[Share]) -> Option<String> {
    let worst = spread.iter().filter(|share| share.broken > 0).max_by_key(|share| share.broken)?;
    let operation = &worst.operation;
    let of = |kind| spread.iter().find(|share| share.operation == *operation && share.requests == kind);
    let (wrong, credential, other) = (of(RequestKind::Wrong), of(RequestKind::Credential)?, of(RequestKind::Other)?);
    let told = if all(other) && all(credential) && wrong.is_none_or(all) {
        "fails at every request, before it looks at a credential"
    } else if all(other) && none(credential) && wrong.is_some_and(all) {
        "fails at every request with a right credential, before it looks at what is asked"
    } else if all(other) && none(credential) && wrong.is_none_or(none) {
        "refuses what is to be refused and fails at every right request: where it carries one out, or writes its answer"
    } else if none(other) && none(credential) {
        "fails at deliberately wrong requests alone: where it refuses them"
    } else if none(other) && wrong.is_none_or(none) {
        "fails at other credentials alone: where it looks at a credential"
    } else {
        return None;
    };
    Some(format!("{operation} {told}."))
}

fn all(share: &Share) -> bool {
    share.broken == share.of
}

fn none(share: &Share) -> bool {
    share.broken == 0
}

fn of_one(shares: &[&Share]) -> String {
    let (broken, of) = shares.iter().fold((0, 0), |(broken, of), share| (broken + share.broken, of + share.of));
    if shares.len() == 1 || broken == 0 {
        return format!("{broken} of {of}");
    }
    let parts = shares.iter().map(|Share { requests, broken, of, .. }| match requests {
        RequestKind::Wrong => format!("{broken} of {of} deliberately wrong requests"),
        RequestKind::Credential => format!("{broken} of {of} with another credential"),
        RequestKind::Other => format!("{broken} of {of} others"),
    });
    parts.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_alike_is_told_once() {
        let share = |operation: &str, requests, broken, of| Share { operation: operation.into(), requests, broken, of };
        let (wrong, credential, other) = (RequestKind::Wrong, RequestKind::Credential, RequestKind::Other);
        let told = |spread: &[Share]| in_words(spread).unwrap_or_default();
        assert_eq!(told(&[]), "");
        assert_eq!(told(&[share("read", other, 3, 12)]), "read: 3 of 12");
        assert_eq!(
            told(&[share("create", wrong, 3, 3), share("create", other, 1, 1), share("read", other, 0, 9)]),
            "create: 3 of 3 deliberately wrong requests, 1 of 1 others; read: 0 of 9"
        );
        assert_eq!(
            told(&[share("create", wrong, 3, 30), share("create", credential, 0, 7), share("create", other, 8, 8)]),
            "create: 3 of 30 deliberately wrong requests, 0 of 7 with another credential, 8 of 8 others"
        );
    }

    #[test]
    fn the_place_of_a_failure_is_told_by_what_fails_and_what_does_not() {
        let place = |wrong: [u64; 2], credential: [u64; 2], other: [u64; 2]| {
            let kinds = [RequestKind::Wrong, RequestKind::Credential, RequestKind::Other];
            let counts = kinds.into_iter().zip([wrong, credential, other]);
            let shares =
                counts.map(|(requests, [broken, of])| Share { operation: "create".into(), requests, broken, of });
            super::place(&shares.collect::<Vec<_>>()).unwrap_or_default()
        };
        assert!(place([1, 1], [2, 2], [7, 7]).contains("before it looks at a credential"));
        assert!(place([1, 1], [0, 2], [7, 7]).contains("before it looks at what is asked"));
        assert!(place([0, 1], [0, 2], [7, 7]).contains("at every right request"));
        assert!(place([5, 9], [0, 2], [0, 7]).contains("at deliberately wrong requests alone"));
        assert!(place([0, 9], [1, 2], [0, 7]).contains("at other credentials alone"));
        assert_eq!(place([3, 9], [1, 2], [2, 7]), "", "that tells nothing");
    }
}
