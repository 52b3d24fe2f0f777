//! Merges several reports of one subject into one, for example those of a run that was divided among machines.
//!
//! Of each requirement the worst verdict counts: a run that did not see a failure does not cancel it. Counts are
//! summed, and everything that follows from them is computed anew.

use std::collections::BTreeMap;

use crate::findings::record::Failure;
use crate::findings::spread;
use crate::findings::verdict::{Rate, Verdict};
use crate::identity::case_id::CaseId;
use crate::report::status::ExitStatus;
use crate::report::{Conclusion, End, MergedReport, Observed, ReadingReport, Report, RequirementReport, count};

/// How many failures of a requirement are kept, and how many of its cases are named.
const FAILURES: usize = 3;
const CASES: usize = 100;

/// Why reports cannot be merged; `at` is the index of the report that does not fit the first.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unmergeable {
    /// There is none.
    #[error("there is no report")]
    Nothing,
    /// They differ in kind, edition, spec or version of mixinspec.
    #[error("it has another {what} than the first: {other}, not {first}")]
    Different {
        /// Which report.
        at: usize,
        /// What differs.
        what: &'static str,
        /// The first one's.
        first: String,
        /// This one's.
        other: String,
    },
    /// It judged nothing.
    #[error("it judged nothing: {reason}")]
    Empty {
        /// Which report.
        at: usize,
        /// Why.
        reason: String,
    },
}

/// Merges reports.
///
/// # Errors
/// When one is of another kind, edition, spec or version of mixinspec than the first, or ended before anything was judged.
pub fn merge(reports: Vec<Report>) -> Result<Report, Unmergeable> {
    for (at, report) in reports.iter().enumerate() {
        fits(at, &reports[0], report)?;
    }
    let parts: Vec<MergedReport> = reports.iter().map(part).collect();
    let is_part = reports.iter().all(|report| report.filtered);
    let mut reports = reports.into_iter();
    let mut merged = reports.next().ok_or(Unmergeable::Nothing)?;
    for report in reports {
        add(&mut merged, report);
    }
    merged.filtered = is_part;
    // The other editions' summaries cannot be combined from their counts.
    merged.edition_was_chosen = false;
    merged.also_judged.clear();
    // Percentiles cannot be combined from percentiles.
    merged.latency = None;
    merged.merged = parts;
    merged.counts = count(merged.items().map(|item| item.verdict));
    let known = |id: &str| merged.items().any(|item| item.id == id && item.is_known);
    let Conclusion { strict, out_of_date, .. } = &merged.conclusion;
    merged.conclusion.exit_status = ExitStatus::of(&merged, *strict, !out_of_date.is_empty(), known).code();
    Ok(merged)
}

fn fits(at: usize, first: &Report, other: &Report) -> Result<(), Unmergeable> {
    let values = |report: &Report| {
        let Report { kind, edition, spec_hash, mixinspec, .. } = report;
        [
            ("kind", format!("{kind:?}").to_lowercase()),
            ("edition", edition.clone()),
            ("spec", spec_hash.clone()),
            ("version of mixinspec", mixinspec.clone()),
        ]
    };
    if other.conclusion.end == End::Error {
        return Err(Unmergeable::Empty { at, reason: other.conclusion.end_reason.clone().unwrap_or_default() });
    }
    match values(first).into_iter().zip(values(other)).find(|(first, other)| first != other) {
        Some(((what, first), (_, other))) => Err(Unmergeable::Different { at, what, first, other }),
        None => Ok(()),
    }
}

fn part(report: &Report) -> MergedReport {
    MergedReport {
        subject: report.subject.clone(),
        seed: report.seed,
        run_id: report.run_id.clone(),
        started: report.conclusion.started.clone(),
        exit_status: report.conclusion.exit_status,
    }
}

fn add(merged: &mut Report, report: Report) {
    join(&mut merged.subject, &report.subject);
    join(&mut merged.run_id, &report.run_id);
    merged.cases = merged.cases.min(report.cases);
    merged.replayed = merged.replayed.take().filter(|case| report.replayed.as_ref() == Some(case));
    merged.exchanges += report.exchanges;
    merged.calls += report.calls;
    merged.throttled += report.throttled;
    merged.resent += report.resent;
    conclude(&mut merged.conclusion, report.conclusion);
    for note in report.notes {
        if !merged.notes.contains(&note) {
            merged.notes.push(note);
        }
    }
    for other in report.requirements {
        match merged.requirements.iter_mut().find(|one| one.id == other.id) {
            Some(one) => requirement(one, other),
            None => merged.requirements.push(other),
        }
    }
    for other in report.readings {
        match merged.readings.iter_mut().find(|one| one.id == other.id) {
            Some(one) => reading(one, other),
            None => merged.readings.push(other),
        }
    }
}

/// Appends a name that is not listed yet.
fn join(text: &mut String, other: &str) {
    if !text.split(", ").any(|part| part == other) {
        text.push_str(&format!(", {other}"));
    }
}

fn conclude(merged: &mut Conclusion, other: Conclusion) {
    if other.started < merged.started {
        merged.started = other.started;
    }
    merged.duration_seconds += other.duration_seconds;
    if merged.end == End::Complete {
        (merged.end, merged.end_reason) = (other.end, other.end_reason);
    }
    merged.strict |= other.strict;
    // The command of one part would not reproduce what the others found.
    if merged.command != other.command {
        merged.command.clear();
    }
    for entry in other.out_of_date {
        if !merged.out_of_date.contains(&entry) {
            merged.out_of_date.push(entry);
        }
    }
}

/// The fields that move with the verdict when the worse of two verdicts replaces the other.
struct Deciding<'a> {
    verdict: &'a mut Verdict,
    reason: &'a mut Option<String>,
    because: &'a mut Vec<String>,
    known: &'a mut bool,
    known_reason: &'a mut Option<String>,
    follows: &'a mut Option<String>,
    flaky: &'a mut Option<Rate>,
    failures: &'a mut Vec<Failure>,
    failing_cases: &'a mut Vec<CaseId>,
    more_cases: &'a mut bool,
}

/// Requirements and readings have these fields in common.
macro_rules! said {
    ($of:expr) => {
        Deciding {
            verdict: &mut $of.verdict,
            reason: &mut $of.reason,
            because: &mut $of.because,
            known: &mut $of.known,
            known_reason: &mut $of.known_reason,
            follows: &mut $of.follows,
            flaky: &mut $of.flaky,
            failures: &mut $of.failures,
            failing_cases: &mut $of.failing_cases,
            more_cases: &mut $of.more_cases,
        }
    };
}

fn requirement(one: &mut RequirementReport, mut other: RequirementReport) {
    one.duration_seconds += other.duration_seconds;
    one.evidence += other.evidence;
    one.broken += other.broken;
    spread::add(&mut one.spread, std::mem::take(&mut other.spread));
    worse(said!(one), said!(other));
}

fn reading(one: &mut ReadingReport, mut other: ReadingReport) {
    one.duration_seconds += other.duration_seconds;
    observed(&mut one.observed, std::mem::take(&mut other.observed));
    worse(said!(one), said!(other));
}

fn worse(one: Deciding<'_>, other: Deciding<'_>) {
    if other.verdict.badness() > one.verdict.badness() {
        *one.verdict = *other.verdict;
        std::mem::swap(one.reason, other.reason);
        std::mem::swap(one.because, other.because);
        std::mem::swap(one.known, other.known);
        std::mem::swap(one.known_reason, other.known_reason);
        std::mem::swap(one.follows, other.follows);
        std::mem::swap(one.flaky, other.flaky);
    } else if one.verdict == other.verdict && !*other.known {
        // A failure that one of the runs did not accept is not accepted.
        (*one.known, *one.known_reason) = (false, None);
    }
    one.failures.append(other.failures);
    one.failures.sort_by_key(Failure::size);
    one.failures.truncate(FAILURES);
    for case in other.failing_cases.drain(..) {
        if !one.failing_cases.contains(&case) {
            one.failing_cases.push(case);
        }
    }
    *one.more_cases |= *other.more_cases || one.failing_cases.len() > CASES;
    one.failing_cases.truncate(CASES);
}

fn observed(one: &mut BTreeMap<String, Observed>, other: BTreeMap<String, Observed>) {
    for (name, seen) in other {
        match one.get_mut(&name) {
            Some(known) => known.cases += seen.cases,
            None => drop(one.insert(name, seen)),
        }
    }
}
