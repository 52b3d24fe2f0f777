//! Repeats the first failing cases of each requirement, with fresh ids. A requirement is flaky if every repeated case
//! passes sometimes. It fails all the same.
//!
//! A case that always fails costs three repeats. Only tries that decide the check are counted, including the first.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::{StreamExt, stream};

use crate::findings::verdict::{Finding, Rate, Tally};
use crate::judge::check::Judged;
use crate::plan::Case;
use crate::run::collector::Collector;
use crate::run::execute::{Executor, Replaced};

/// If this many repeats fail in a row, the case is taken to fail always.
const STEADY: u64 = 3;

/// The number of tries, including the first, that measure the failure rate of a flaky case.
const TRIES: u64 = 20;

/// How many failing cases of a check are repeated: one may be flaky while another always fails.
const CASES: usize = 3;

/// The limit on requests for all repeats together.
const REQUESTS: u64 = 2000;

/// The first attempt number of repeats. Those of shrinking begin at 1, so the two never share ids.
const ATTEMPTS: u32 = 1_000_000;

impl Rate {
    /// Whether enough tries were made to tell if the failure is flaky.
    fn is_settled(self) -> bool {
        self.of >= TRIES || (self.failed == self.of && self.of > STEADY)
    }

    fn is_flaky(self) -> bool {
        self.failed < self.of
    }

    /// Counts a try's findings for a check. A try that neither passes nor fails it is not counted.
    fn count(&mut self, check: usize, judged: &[Judged]) {
        let findings = || judged.iter().filter(|(which, _)| *which == check).map(|(_, finding)| finding);
        let failed = findings().any(|finding| matches!(finding, Finding::Fail(_)));
        let held = findings().any(|finding| matches!(finding, Finding::Pass | Finding::Observed { .. }));
        self.failed += u64::from(failed);
        self.of += u64::from(failed || held);
    }
}

impl std::fmt::Display for Rate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} of {}", self.failed, self.of)
    }
}

/// A case that breaks checks, and how often it broke each.
struct FlakyCase {
    case: Arc<Case>,
    rates: Vec<(usize, Rate)>,
}

/// Repeats failing cases, `jobs` at a time, and records the failure rate of each flaky check. Only checks that are
/// `shown` are repeated.
pub(crate) async fn measure(executor: &Executor, tallies: &mut [Tally], shown: &[bool], jobs: usize) {
    // Checks that the same case broke are tried together.
    let mut broken: BTreeMap<usize, FlakyCase> = BTreeMap::new();
    for (check, tally) in tallies.iter().enumerate().filter(|(check, _)| shown.get(*check).copied().unwrap_or(false)) {
        for (order, id) in tally.failing_cases.iter().take(CASES) {
            let case = match executor.plan.cases.get(*order) {
                Some(case) => Some(Arc::clone(case)),
                None => executor.plan.generated_by_id(id).map(Arc::new),
            };
            let Some(case) = case else { continue };
            let tried = broken.entry(*order).or_insert_with(|| FlakyCase { case, rates: Vec::new() });
            tried.rates.push((check, Rate { failed: 1, of: 1 }));
        }
    }
    let budget = executor.sender.sent() + REQUESTS;
    let last_silence = executor.last_silence();
    let is_over = || executor.has_ended(last_silence) || executor.sender.sent() >= budget;
    let mut tried = stream::iter(broken.into_values())
        .map(|FlakyCase { case, mut rates }| async move {
            for attempt in 0..u32::try_from(TRIES).unwrap_or(0) {
                if rates.iter().all(|(_, rate)| rate.is_settled()) || is_over() {
                    break;
                }
                let judged = executor.execute(&case, ATTEMPTS + attempt, Replaced::default()).await;
                for (check, rate) in &mut rates {
                    rate.count(*check, &judged);
                }
            }
            rates
        })
        .buffer_unordered(jobs);
    let mut of_check: BTreeMap<usize, Vec<Rate>> = BTreeMap::new();
    while let Some(rates) = tried.next().await {
        for (check, rate) in rates {
            of_check.entry(check).or_default().push(rate);
        }
    }
    for (check, rates) in of_check {
        tallies[check].flaky = together(&rates);
    }
}

/// Repeats a case until it fails, up to `most` executions in all, and records the rate if it did not fail at once.
pub(crate) async fn until_it_fails(executor: &Executor, case: &Arc<Case>, most: u32, found: &mut Collector) {
    let fails = |found: &Collector| case.checks().any(|check| found.tallies[check].fails > 0);
    let mut tries = 1;
    let last_silence = executor.last_silence();
    while tries < most && !fails(found) && !executor.has_ended(last_silence) {
        let judged = executor.execute(case, ATTEMPTS + tries, Replaced::default()).await;
        let recorder = executor.judge.recorder();
        let judged = judged.into_iter().map(|(check, finding)| (check, finding.redacted(recorder))).collect();
        found.add(Arc::clone(case), judged, false);
        tries += 1;
    }
    for check in case.checks().filter(|_| tries > 1) {
        let tally = &mut found.tallies[check];
        if tally.fails > 0 {
            tally.flaky = Some(Rate { failed: 1, of: u64::from(tries) });
        }
    }
}

/// The joint failure rate of a check's repeated cases if each of them is flaky; `None` if one always fails.
fn together(rates: &[Rate]) -> Option<Rate> {
    let tried = || rates.iter().filter(|rate| rate.of > 1);
    let is_flaky = tried().count() > 0 && tried().all(|rate| rate.is_flaky());
    is_flaky.then(|| Rate { failed: tried().map(|rate| rate.failed).sum(), of: tried().map(|rate| rate.of).sum() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_always_is_settled_soon_and_what_does_not_is_measured() {
        let tried = |outcomes: &[bool]| {
            let mut rate = Rate { failed: 1, of: 1 };
            for failed in outcomes {
                let finding = if *failed { Finding::Fail(Box::default()) } else { Finding::Pass };
                rate.count(7, &[(6, Finding::Fail(Box::default())), (7, finding)]);
            }
            rate
        };
        assert!(!tried(&[true, true]).is_settled());
        assert!(tried(&[true, true, true]).is_settled() && !tried(&[true; 3]).is_flaky());
        assert!(!tried(&[true, true, false, true]).is_settled() && tried(&[true, true, false]).is_flaky());
        assert_eq!(tried(&[false; 19]).to_string(), "1 of 20");
        assert!(tried(&[false; 19]).is_settled());
    }

    #[test]
    fn one_case_that_always_fails_is_no_flakiness() {
        let rate = |failed, of| Rate { failed, of };
        assert_eq!(together(&[rate(2, 20), rate(1, 20)]), Some(rate(3, 40)));
        assert_eq!(together(&[rate(2, 20), rate(4, 4)]), None);
        // Not tried again: the run ended before.
        assert_eq!(together(&[rate(2, 20), rate(1, 1)]), Some(rate(2, 20)));
        assert_eq!(together(&[rate(1, 1)]), None);
    }

    #[test]
    fn a_try_that_says_nothing_is_not_counted() {
        let mut rate = Rate { failed: 1, of: 1 };
        rate.count(7, &[(7, Finding::Inconclusive("x".into())), (6, Finding::Pass)]);
        assert_eq!(rate, Rate { failed: 1, of: 1 });
    }
}
