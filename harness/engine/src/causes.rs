//! What keeps requirements from being decided where the subject is why: other requirements, which fail.
//!
//! A project that accepts a failure for now accepts with it what cannot be decided because of it, and nothing else. So a
//! finding says what is to blame, as far as that is known where it is made; the rest is known at the end of a run.

use std::collections::{BTreeMap, BTreeSet};

use crate::exchange::Outcome;
use crate::judge::Check;
use crate::plan::Plan;
use crate::verdict::Tally;

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

/// Puts checks in place of what is only known at the end of a server's run. Where the run was `whole`, that nothing shows a
/// check comes of valid requests that were turned away, if any were.
pub(crate) fn settle(plan: &Plan, tallies: &mut [Tally], whole: bool) {
    let mut refused: BTreeMap<String, BTreeSet<Cause>> = BTreeMap::new();
    for (check, tally) in tallies.iter().enumerate() {
        for failure in tally.failures.values() {
            if failure.exchanges.last().is_none_or(|last| last.outcome == Outcome::Accepted.name()) {
                continue;
            }
            let fixed = plan.cases.iter().find(|case| case.id == failure.case);
            let family = match fixed {
                Some(case) => case.wants_acceptance().then(|| case.family().map(str::to_owned)),
                None => plan.generated_by_id(&failure.case).map(|case| case.family().map(str::to_owned)),
            };
            if let Some(family) = family.flatten() {
                refused.entry(family).or_default().insert(Cause::Check(check));
            }
        }
    }
    replace(tallies, |cause| match cause {
        Cause::Refusal(family) => Some(refused.get(family).cloned().unwrap_or_default()),
        _ => None,
    });
    if whole {
        let all: BTreeSet<Cause> = refused.into_values().flatten().collect();
        for tally in tallies.iter_mut().filter(|tally| tally.is_empty() && tally.causes.is_empty()) {
            tally.causes.insert(all.clone());
        }
    }
}

/// The same for an SDK, whose failures name the call that shows them.
pub(crate) fn settle_calls(tallies: &mut [Tally]) {
    let mut failed: BTreeMap<String, BTreeSet<Cause>> = BTreeMap::new();
    for (check, tally) in tallies.iter().enumerate() {
        for (_, call) in tally.failing_cases.values().filter_map(|case| case.rsplit_once('/')) {
            failed.entry(call.to_owned()).or_default().insert(Cause::Check(check));
        }
    }
    replace(tallies, |cause| match cause {
        Cause::Call(call) => Some(failed.get(call).cloned().unwrap_or_default()),
        _ => None,
    });
}

fn replace(tallies: &mut [Tally], with: impl Fn(&Cause) -> Option<BTreeSet<Cause>>) {
    for tally in tallies {
        let settled = std::mem::take(&mut tally.causes).into_iter().map(|causes| {
            causes.into_iter().flat_map(|cause| with(&cause).unwrap_or_else(|| BTreeSet::from([cause]))).collect()
        });
        tally.causes = settled.collect();
    }
}

/// The ids of the checks that alone keep another from being decided; none where anything else does.
pub(crate) fn named(tally: &Tally, checks: &[Check]) -> Vec<String> {
    let unexplained = tally.causes.iter().any(BTreeSet::is_empty);
    if unexplained || !tally.inconclusive.is_empty() {
        return Vec::new();
    }
    let name = |cause: &Cause| match cause {
        Cause::Check(at) => checks.get(*at).map(|check| check.id.clone()),
        Cause::Reading(id) => Some(id.clone()),
        Cause::Answers | Cause::Refusal(_) | Cause::Call(_) => None,
    };
    let names: BTreeSet<String> = tally.causes.iter().flatten().filter_map(name).collect();
    names.into_iter().collect()
}
