//! Computes the verdicts of one edition from the tallies, and chooses the edition for `--edition auto`.

use std::collections::BTreeSet;

use mixinspec_spec::Spec;
use mixinspec_spec::model::{Level, Reading, Requirement};

use super::item::{Item, items};
use super::{Counts, EditionSummary, Observed, ReadingReport, RequirementReport, count, seconds};
use crate::findings::record::Failure;
use crate::findings::verdict::{Tally, Verdict};
use crate::identity::case_id::CaseId;
use crate::judge::check::Check;
use crate::report::causes;

/// The verdicts of one edition.
#[derive(Debug, Clone)]
pub struct EditionReport {
    /// The edition.
    pub edition: String,
    /// The requirements.
    pub requirements: Vec<RequirementReport>,
    /// The readings.
    pub readings: Vec<ReadingReport>,
}

impl EditionReport {
    /// Computes the verdicts from the tallies; `selected` decides which checks are shown.
    #[must_use]
    pub fn new(
        spec: &Spec,
        edition: &str,
        checks: &[Check],
        tallies: &[Tally],
        selected: impl Fn(&Check, &Tally) -> bool,
    ) -> Self {
        let mut report = Self { edition: edition.to_owned(), requirements: Vec::new(), readings: Vec::new() };
        for (check, tally) in checks.iter().zip(tallies).filter(|(check, tally)| selected(check, tally)) {
            if check.reading {
                report.readings.extend(spec.reading(&check.id).map(|of| reading(of, tally, checks)));
            } else {
                let found = spec.requirement(&check.id).map(|of| requirement(of, check.level, tally, checks));
                report.requirements.extend(found);
            }
        }
        report.follow(spec);
        report
    }

    /// Sets `follows` of each failure: the failing requirement at its root, found through `rests_on` of the spec.
    fn follow(&mut self, spec: &Spec) {
        let broken = Verdict::is_broken;
        // A requirement as a whole, and each of its cases.
        let requirements = self.requirements.iter().filter(|r| r.verdict == Verdict::Fail);
        let fails: BTreeSet<CaseId> = requirements
            .flat_map(|r| std::iter::once(CaseId::from(r.id.as_str())).chain(r.failing_cases.iter().cloned()))
            .collect();
        // The failing requirement at the root of the chain. The spec's lint makes sure that chains end.
        let first = |bases: &[String]| {
            let failing = |bases: &[String]| {
                let base = bases.iter().map(|base| CaseId::from(base.as_str())).find(|base| fails.contains(base));
                base.map(|base| base.requirement().to_owned())
            };
            let mut root = failing(bases)?;
            while let Some(deeper) = spec.requirement(&root).and_then(|base| failing(&base.rests_on)) {
                root = deeper;
            }
            Some(root)
        };
        for report in self.requirements.iter_mut().filter(|report| broken(report.verdict)) {
            report.follows = spec.requirement(&report.id).and_then(|requirement| first(&requirement.rests_on));
        }
        for report in self.readings.iter_mut().filter(|report| broken(report.verdict)) {
            report.follows = spec.reading(&report.id).and_then(|reading| first(&reading.rests_on));
        }
    }

    fn items(&self) -> impl Iterator<Item = Item<'_>> {
        items(&self.requirements, &self.readings)
    }

    /// How many requirements and readings there are of each verdict.
    #[must_use]
    pub fn counts(&self) -> Counts {
        count(self.items().map(|item| item.verdict))
    }

    /// The ids of the musts and readings that failed.
    #[must_use]
    pub fn failed(&self) -> Vec<String> {
        self.items().filter(|item| item.verdict == Verdict::Fail).map(|item| item.id.to_owned()).collect()
    }

    /// The counts and the failed ids.
    #[must_use]
    pub fn summary(&self) -> EditionSummary {
        EditionSummary { edition: self.edition.clone(), counts: self.counts(), failed: self.failed() }
    }
}

fn requirement(of: &Requirement, level: Level, tally: &Tally, checks: &[Check]) -> RequirementReport {
    let (broken_is, may) = match level {
        Level::Must => (Verdict::Fail, None),
        Level::Should => (Verdict::Warn, None),
        Level::May => (Verdict::NotApplicable, Some("the subject does not do this, which it may".into())),
    };
    let (verdict, reason) = if of.may_be_unseen && tally.is_empty() {
        (Verdict::NotApplicable, Some("no exchange of this run shows it, and none has to".into()))
    } else {
        tally.verdict(broken_is)
    };
    RequirementReport {
        id: of.id.clone(),
        row: of.row.clone(),
        area: of.area,
        level,
        verdict,
        duration_seconds: seconds(tally.spent),
        evidence: tally.passes,
        broken: tally.fails,
        reason: reason.or_else(|| may.filter(|_: &String| tally.fails > 0)),
        because: because(tally, checks, verdict),
        known: false,
        known_reason: None,
        follows: None,
        plain: tally.is_plain,
        statement: of.statement.clone(),
        help: of.help.clone(),
        source: of.source.clone(),
        breaks: of.breaks.clone(),
        failing_cases: tally.failing_cases.values().cloned().collect(),
        more_cases: tally.more_cases,
        flaky: tally.flaky,
        spread: tally.spread.clone(),
        failures: failures(tally),
    }
}

fn reading(of: &Reading, tally: &Tally, checks: &[Check]) -> ReadingReport {
    let (verdict, reason) = tally.verdict(Verdict::Fail);
    let seen = |(name, (case, cases)): (&String, &(CaseId, u64))| {
        (name.clone(), Observed { cases: *cases, case: case.clone() })
    };
    ReadingReport {
        id: of.id.clone(),
        row: of.row.clone(),
        question: of.question.clone(),
        verdict,
        duration_seconds: seconds(tally.spent),
        observed: tally.observed.iter().map(seen).collect(),
        reason,
        because: because(tally, checks, verdict),
        known: false,
        known_reason: None,
        follows: None,
        source: of.source.clone(),
        failing_cases: tally.failing_cases.values().cloned().collect(),
        more_cases: tally.more_cases,
        flaky: tally.flaky,
        failures: failures(tally),
    }
}

/// The smallest first.
fn failures(tally: &Tally) -> Vec<Failure> {
    let mut failures: Vec<Failure> = tally.failures.values().cloned().collect();
    failures.sort_by_key(Failure::size);
    failures
}

/// The failing requirements that are the only reason why this one is undecided.
fn because(tally: &Tally, checks: &[Check], verdict: Verdict) -> Vec<String> {
    if verdict == Verdict::Inconclusive { causes::named(tally, checks) } else { Vec::new() }
}

/// An older edition fits far better if its share of failing musts, times this factor, is still less than the newer
/// one's.
const FAR: usize = 2;

/// Chooses the edition for `--edition auto`: the newest to which the subject conforms; else the newest, unless an older
/// one fits far better. `reports` are sorted from the newest to the oldest. Returns summaries of the others.
#[must_use]
pub fn chosen(mut reports: Vec<EditionReport>) -> (EditionReport, Vec<EditionSummary>) {
    // An edition of which nothing was judged does not count as conforming.
    let conforming = reports.iter().position(|report| report.failed().is_empty() && report.counts().pass > 0);
    let share = |report: &EditionReport| {
        let counts = report.counts();
        report.failed().len() * 10_000 / (counts.pass + counts.fail).max(1)
    };
    let shares: Vec<usize> = reports.iter().map(share).collect();
    let nearest = (1..reports.len()).fold(0, |best, at| if shares[at] * FAR < shares[best] { at } else { best });
    let chosen = conforming.unwrap_or(nearest);
    let also_judged = reports.iter().enumerate().filter(|(at, _)| *at != chosen).map(|(_, r)| r.summary()).collect();
    let chosen = if chosen < reports.len() {
        reports.swap_remove(chosen)
    } else {
        EditionReport { edition: String::new(), requirements: Vec::new(), readings: Vec::new() }
    };
    (chosen, also_judged)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A report in which `failing` of `of` musts fail.
    fn report(edition: &str, failing: usize, of: usize) -> EditionReport {
        let requirement = |at: usize| {
            let verdict = if at < failing { "fail" } else { "pass" };
            let text = json!({
                "id": at.to_string(), "row": "", "area": "answer", "level": "must", "verdict": verdict,
                "evidence": 1, "broken": 0, "known": false, "statement": "", "source": [], "breaks": [],
                "failing_cases": [], "more_cases": false, "failures": [],
            });
            serde_json::from_value::<RequirementReport>(text).expect("a requirement")
        };
        let requirements = (0..of).map(requirement).collect();
        EditionReport { edition: edition.to_owned(), requirements, readings: Vec::new() }
    }

    #[test]
    fn the_newest_is_chosen_unless_an_older_one_fits_far_better() {
        let chosen =
            |newer: usize, older: usize| chosen(vec![report("2026", newer, 100), report("2018", older, 50)]).0.edition;
        assert_eq!(chosen(0, 0), "2026");
        assert_eq!(chosen(1, 0), "2018", "it conforms to it");
        assert_eq!(chosen(20, 6), "2026");
        assert_eq!(chosen(20, 4), "2018");
    }
}
