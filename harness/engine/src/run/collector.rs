//! Collects findings while cases run.
//!
//! A failure with an unanswered request is held back until the server answers another request: if the server has
//! stopped answering for good, the failure says nothing about the requirement.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::findings::verdict::{Finding, Tally};
use crate::http::message::NoAnswer;
use crate::http::outcome::Outcome;
use crate::identity::case_id::CaseId;
use crate::judge::check::Judged;
use crate::plan::Case;

/// The findings of a run so far.
#[derive(Debug)]
pub(crate) struct Collector {
    /// What was found out about each check.
    pub(crate) tallies: Vec<Tally>,
    /// The first generated case in which a check failed.
    pub(crate) generated: BTreeMap<usize, Arc<Case>>,
    /// The cases that other checks rest on.
    bases: BTreeSet<CaseId>,
    held: Vec<(Arc<Case>, Vec<Judged>)>,
}

impl Collector {
    /// No findings yet, for this number of checks.
    pub(crate) fn new(checks: usize, bases: BTreeSet<CaseId>) -> Self {
        Self { tallies: vec![Tally::default(); checks], generated: BTreeMap::new(), bases, held: Vec::new() }
    }

    /// Adds the findings of a case. `silent` is true if the server did not answer its latest request.
    pub(crate) fn add(&mut self, case: Arc<Case>, judged: Vec<Judged>, silent: bool) {
        if silent && judged.iter().any(|(_, finding)| is_silence(finding)) {
            self.held.push((case, judged));
        } else {
            self.count(&case, judged);
        }
    }

    /// Counts the findings that were held back, since the server answers again.
    pub(crate) fn release(&mut self) {
        for (case, judged) in std::mem::take(&mut self.held) {
            self.count(&case, judged);
        }
    }

    /// Ends the collection early: `rest` are the checks of the cases that were not executed, with each case's order;
    /// `reason` is why.
    pub(crate) fn end(&mut self, rest: impl Iterator<Item = (usize, usize)>, reason: &NoAnswer) {
        if matches!(reason, NoAnswer::GivenUp(_)) {
            for (_, finding) in self.held.iter_mut().flat_map(|(_, judged)| judged) {
                if is_silence(finding) {
                    *finding = Finding::Inconclusive(reason.to_string());
                }
            }
        }
        self.release();
        for (check, order) in rest {
            self.tallies[check].add(order, Finding::Inconclusive(reason.to_string()));
        }
    }

    fn count(&mut self, case: &Arc<Case>, judged: Vec<Judged>) {
        for (check, finding) in judged {
            if matches!(finding, Finding::Fail(_)) && case.is_generated() {
                let first = self.generated.entry(check).or_insert_with(|| Arc::clone(case));
                if case.order < first.order {
                    *first = Arc::clone(case);
                }
            }
            self.tallies[check].is_plain |= matches!(finding, Finding::Fail(_)) && self.bases.contains(&case.id);
            self.tallies[check].add(case.order, finding);
        }
    }
}

/// Whether a finding is a failure with an unanswered request.
fn is_silence(finding: &Finding) -> bool {
    let Finding::Fail(failure) = finding else { return false };
    failure.exchanges.iter().any(|exchange| exchange.outcome == Outcome::NoAnswer.name())
}
