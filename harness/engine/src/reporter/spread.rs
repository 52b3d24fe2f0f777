//! Among which requests a requirement is broken, in words.

use crate::findings::spread::{RequestKind, Share};

/// How many answers tell as much as the failure that is shown.
const FEW: u64 = 2;

/// How many requests are answered so that it is broken, of how many; nothing where so few were counted that they tell
/// nothing more.
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

fn of_one(shares: &[&Share]) -> String {
    let (broken, of) = shares.iter().fold((0, 0), |(broken, of), share| (broken + share.broken, of + share.of));
    if shares.len() == 1 || broken == 0 {
        return format!("{broken} of {of}");
    }
    let parts = shares.iter().map(|Share { requests, broken, of, .. }| match requests {
        RequestKind::Wrong => format!("{broken} of {of} wrong requests"),
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
            "create: 3 of 3 wrong requests, 1 of 1 others; read: 0 of 9"
        );
        assert_eq!(
            told(&[share("create", wrong, 3, 30), share("create", credential, 0, 7), share("create", other, 8, 8)]),
            "create: 3 of 30 wrong requests, 0 of 7 with another credential, 8 of 8 others"
        );
    }
}
