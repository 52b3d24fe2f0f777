//! Verdicts, and the findings that they are counted from.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cel::Expression;
use crate::findings::cause::{Cause, Hindrance};
use crate::findings::record::{Failure, Recorder};
use crate::findings::spread::Share;
use crate::identity::case_id::CaseId;

/// The verdict of a run on a requirement or a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The requirement holds, and at least one exchange or case shows it. Of a reading: an allowed interpretation was
    /// seen.
    Pass,
    /// A must is broken, or no allowed interpretation of a reading was seen.
    Fail,
    /// A should is broken.
    Warn,
    /// The run could not decide it.
    Inconclusive,
    /// It does not apply to this subject or this run. Also a may that the subject does not do.
    NotApplicable,
    /// A mistake of mixinspec or of the spec; never caused by the subject.
    Error,
}

impl Verdict {
    /// The verdict as a word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Warn => "warn",
            Self::Inconclusive => "inconclusive",
            Self::NotApplicable => "not applicable",
            Self::Error => "error",
        }
    }

    /// Whether the requirement was seen to be broken.
    #[must_use]
    pub fn is_broken(self) -> bool {
        matches!(self, Self::Fail | Self::Warn)
    }

    /// Whether no evidence is against it: it passes, or does not apply.
    #[must_use]
    pub fn holds(self) -> bool {
        matches!(self, Self::Pass | Self::NotApplicable)
    }

    /// The severity of the verdict: when two runs are merged, the worse one counts.
    #[must_use]
    pub fn badness(self) -> u8 {
        match self {
            Self::NotApplicable => 0,
            Self::Pass => 1,
            Self::Inconclusive => 2,
            Self::Warn => 3,
            Self::Error => 4,
            Self::Fail => 5,
        }
    }
}

/// The result of judging one exchange or case by one requirement or reading.
#[derive(Debug, Clone)]
pub enum Finding {
    /// It holds here.
    Pass,
    /// It does not hold here.
    Fail(Box<Failure>),
    /// A rule did not run here, since the answer breaks another requirement where the rule reads.
    Blocked(Hindrance),
    /// The exchange does not show it, since the answer breaks another requirement around it. Nothing says that it
    /// should be shown here.
    Hidden(Hindrance),
    /// The case could not decide, since the subject does something else wrong.
    Hindered(Hindrance),
    /// The case could not decide, for a reason that lies with the run.
    Inconclusive(String),
    /// The case does not apply.
    NotApplicable(String),
    /// The rule itself is wrong.
    Error(String),
    /// A reading was seen.
    Observed {
        /// Its name.
        name: String,
        /// The case that shows it.
        case: CaseId,
    },
}

impl Finding {
    /// Adds the parts of the answers that its rule reads to a failure; any other finding stays as it is.
    #[must_use]
    pub fn about(mut self, rule: &Expression) -> Self {
        if let Self::Fail(failure) = &mut self {
            // Every expression of a loaded spec parses.
            let reads = mixinspec_spec::reads(rule.source()).unwrap_or_default();
            failure.reads = reads.into_iter().map(|read| read.pointer).collect();
            failure.reads.sort();
            failure.reads.dedup();
        }
        self
    }

    /// Removes secrets from a finding: its reason may quote an error, and the error may quote an answer.
    #[must_use]
    pub fn redacted(self, recorder: &Recorder) -> Self {
        match self {
            Self::Blocked(Hindrance { reason, by }) => {
                Self::Blocked(Hindrance { reason: recorder.redact(&reason), by })
            }
            Self::Hidden(Hindrance { reason, by }) => Self::Hidden(Hindrance { reason: recorder.redact(&reason), by }),
            Self::Hindered(Hindrance { reason, by }) => {
                Self::Hindered(Hindrance { reason: recorder.redact(&reason), by })
            }
            Self::Inconclusive(reason) => Self::Inconclusive(recorder.redact(&reason)),
            Self::NotApplicable(reason) => Self::NotApplicable(recorder.redact(&reason)),
            Self::Error(reason) => Self::Error(recorder.redact(&reason)),
            // They contain only records, redacted text and mixinspec's own words.
            finding @ (Self::Pass | Self::Fail(_) | Self::Observed { .. }) => finding,
        }
    }
}

/// How many failures of a requirement are kept whole; all are counted.
const KEPT: usize = 3;

/// How many failing cases of a requirement are kept by name.
const NAMED: usize = 100;

/// How many sets of causes are kept.
const CAUSES: usize = 64;

/// The place of a case in the order, and why the case neither passes nor fails.
pub type FirstReason = (usize, String);

/// All findings on one requirement or reading, summed up. Its size does not grow with the number of cases.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// How often it held.
    pub passes: u64,
    /// How often it did not.
    pub fails: u64,
    /// The first reason why a rule did not run.
    pub blocked: Option<FirstReason>,
    /// The first reason why an exchange does not show it.
    pub hidden: Option<FirstReason>,
    /// The first reason, on the subject's side, why a case could not decide.
    pub hindered: Option<FirstReason>,
    /// The first reason, on the run's side, why a case could not decide.
    pub inconclusive: Option<FirstReason>,
    /// The distinct sets of causes that blocked a rule, hid it or hindered a case.
    pub causes: BTreeSet<BTreeSet<Cause>>,
    /// The first reason why it does not apply.
    pub not_applicable: Option<FirstReason>,
    /// The first reason why the rule itself is wrong.
    pub errors: Option<FirstReason>,
    /// The readings seen, each with the first case that shows it and the number of cases.
    pub observed: BTreeMap<String, (CaseId, u64)>,
    /// The first failures, by the order of their cases.
    pub failures: BTreeMap<(usize, u64), Failure>,
    /// The first cases in which it did not hold, by their order.
    pub failing_cases: BTreeMap<usize, CaseId>,
    /// Whether more cases fail than are named.
    pub more_cases: bool,
    /// How long its own cases took.
    pub spent: Duration,
    /// The failure rate of its repeated cases, if it is flaky.
    pub flaky: Option<Rate>,
    /// Whether it failed in a case that other checks rest on.
    pub is_plain: bool,
    /// How many answers break it, by operation and kind of request.
    pub spread: Vec<Share>,
}

impl Tally {
    /// Whether there is no finding; `hidden` does not count.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.passes + self.fails == 0
            && self.observed.is_empty()
            && [&self.blocked, &self.hindered, &self.inconclusive, &self.not_applicable, &self.errors]
                .iter()
                .all(|it| it.is_none())
    }

    /// Adds a finding of the case with this place in the order. The result does not depend on the order of calls.
    pub fn add(&mut self, order: usize, finding: Finding) {
        match finding {
            Finding::Pass => self.passes += 1,
            Finding::Fail(failure) => {
                self.fails += 1;
                let size = failure.size();
                self.failing_cases.entry(order).or_insert_with(|| failure.case.clone());
                if self.failing_cases.len() > NAMED {
                    self.failing_cases.pop_last();
                    self.more_cases = true;
                }
                self.failures.entry((order, size)).or_insert(*failure);
                while self.failures.len() > KEPT {
                    self.failures.pop_last();
                }
            }
            Finding::Blocked(Hindrance { reason, by }) => {
                keep_first(&mut self.blocked, order, reason);
                self.note(by);
            }
            Finding::Hidden(Hindrance { reason, by }) => {
                keep_first(&mut self.hidden, order, reason);
                self.note(by);
            }
            Finding::Hindered(Hindrance { reason, by }) => {
                keep_first(&mut self.hindered, order, reason);
                self.note(by);
            }
            Finding::Inconclusive(reason) => keep_first(&mut self.inconclusive, order, reason),
            Finding::NotApplicable(reason) => keep_first(&mut self.not_applicable, order, reason),
            Finding::Error(reason) => keep_first(&mut self.errors, order, reason),
            Finding::Observed { name, case } => {
                let seen = self.observed.entry(name).or_insert_with(|| (case.clone(), 0));
                seen.1 += 1;
                if case < seen.0 {
                    seen.0 = case;
                }
            }
        }
    }

    fn note(&mut self, by: BTreeSet<Cause>) {
        if self.causes.len() < CAUSES {
            self.causes.insert(by);
        }
    }

    /// The verdict, with the reason where it is neither a pass nor a failure. `broken` is what a failure is called at
    /// the requirement's level.
    #[must_use]
    pub fn verdict(&self, broken: Verdict) -> (Verdict, Option<String>) {
        let first = |reason: &Option<FirstReason>| reason.as_ref().map(|(_, text)| text.clone());
        if let Some(reason) = first(&self.errors) {
            (Verdict::Error, Some(reason))
        } else if self.fails > 0 {
            (broken, None)
        } else if let Some(reason) = first(&self.inconclusive).or_else(|| first(&self.hindered)) {
            (Verdict::Inconclusive, Some(reason))
        } else if self.passes > 0 || !self.observed.is_empty() {
            (Verdict::Pass, None)
        } else if let Some(reason) = first(&self.blocked) {
            (Verdict::Inconclusive, Some(reason))
        } else if let Some(reason) = first(&self.not_applicable) {
            (Verdict::NotApplicable, Some(reason))
        } else {
            let reason = first(&self.hidden).unwrap_or_else(|| "no exchange of this run shows it".into());
            (Verdict::Inconclusive, Some(reason))
        }
    }
}

fn keep_first(kept: &mut Option<FirstReason>, order: usize, reason: String) {
    let reason = (order, reason);
    if kept.as_ref().is_none_or(|kept| reason < *kept) {
        *kept = Some(reason);
    }
}

/// How often one case failed when it was repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Rate {
    /// The number of repetitions that failed.
    pub failed: u64,
    /// The number of repetitions.
    pub of: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(findings: Vec<Finding>) -> Verdict {
        let mut tally = Tally::default();
        for (order, finding) in findings.into_iter().enumerate() {
            tally.add(order, finding);
        }
        tally.verdict(Verdict::Fail).0
    }

    #[test]
    fn what_could_not_run_is_never_a_pass() {
        let (pass, fail) = (|| Finding::Pass, || Finding::Fail(Box::default()));
        let unclear = || Finding::Inconclusive("x".into());
        let blocked = || Finding::Blocked(Hindrance::new("x", []));
        let hindered = || Finding::Hindered(Hindrance::new("x", [Cause::Answers]));
        assert_eq!(verdict(vec![]), Verdict::Inconclusive);
        assert_eq!(verdict(vec![pass()]), Verdict::Pass);
        assert_eq!(verdict(vec![pass(), fail()]), Verdict::Fail);
        assert_eq!(verdict(vec![pass(), unclear()]), Verdict::Inconclusive);
        assert_eq!(verdict(vec![pass(), hindered()]), Verdict::Inconclusive);
        assert_eq!(verdict(vec![unclear(), fail()]), Verdict::Fail);
        assert_eq!(verdict(vec![pass(), blocked()]), Verdict::Pass);
        assert_eq!(verdict(vec![blocked()]), Verdict::Inconclusive);
        assert_eq!(verdict(vec![Finding::NotApplicable("x".into())]), Verdict::NotApplicable);
        assert_eq!(verdict(vec![fail(), Finding::Error("x".into())]), Verdict::Error);
    }

    #[test]
    fn the_reason_is_that_of_the_first_case() {
        let mut tally = Tally::default();
        for (order, needed) in [(2, 1000), (0, 257), (1, 512)] {
            tally.add(order, Finding::NotApplicable(format!("needs {needed} users")));
        }
        let reason = tally.verdict(Verdict::Fail);
        assert_eq!(reason, (Verdict::NotApplicable, Some("needs 257 users".to_owned())));
    }

    #[test]
    fn reasons_hold_no_secrets() {
        let recorder = Recorder::new("http://x".into(), &["s3cret".into()], &[], false);
        let hindrance = || Hindrance::new("it said s3cret", []);
        let said = || "it said s3cret".to_owned();
        let findings = [
            Finding::Blocked(hindrance()),
            Finding::Hidden(hindrance()),
            Finding::Hindered(hindrance()),
            Finding::Inconclusive(said()),
            Finding::NotApplicable(said()),
            Finding::Error(said()),
        ];
        for made in findings.map(|finding| finding.redacted(&recorder)) {
            assert!(!format!("{made:?}").contains("s3cret"), "{made:?}");
        }
    }
}
