//! A requirement or a reading of a report, as one: what both have.

use mixinspec_spec::model::{Level, SourceRef};

use super::{ReadingReport, RequirementReport};
use crate::findings::record::Failure;
use crate::findings::spread::Share;
use crate::findings::verdict::{Rate, Verdict};
use crate::identity::case_id::CaseId;

/// Where readings stand among the areas.
pub const READINGS: &str = "readings";

/// A requirement or a reading, with what was found.
#[derive(Debug, Clone, Copy)]
pub struct Item<'a> {
    /// What it is about.
    pub area: &'static str,
    /// Its id.
    pub id: &'a str,
    /// The verdict.
    pub verdict: Verdict,
    /// Its level: must for a reading.
    pub level: Level,
    /// Whether it is a reading.
    pub is_reading: bool,
    /// Its statement, or its question.
    pub statement: &'a str,
    /// Where it is said, or left open.
    pub source: &'a [SourceRef],
    /// Whom it breaks.
    pub breaks: &'a [String],
    /// What to change where it is broken.
    pub help: Option<&'a str>,
    /// The failing requirement that its failure follows from.
    pub follows: Option<&'a str>,
    /// Whether it fails in a case that others rest on, such as a plain request.
    pub is_plain: bool,
    /// Why it is neither a pass nor a failure.
    pub reason: Option<&'a str>,
    /// The failing requirements and readings that alone keep it from being decided.
    pub because: &'a [String],
    /// Whether it is accepted for now.
    pub is_known: bool,
    /// Why it is.
    pub known: Option<&'a str>,
    /// How often the first failing case failed when it was tried again, where it did not always.
    pub flaky: Option<Rate>,
    /// On how many exchanges and cases it held.
    pub held: u64,
    /// Where it is broken: among the answers to which requests.
    pub spread: &'a [Share],
    /// The failing cases, in their order; the first hundred.
    pub cases: &'a [CaseId],
    /// Whether there are more of them.
    pub more_cases: bool,
    /// The first failures, the smallest request first.
    pub failures: &'a [Failure],
    /// How many seconds its own cases took.
    pub seconds: f64,
}

/// The requirements, then the readings.
pub(super) fn items<'a>(
    requirements: &'a [RequirementReport],
    readings: &'a [ReadingReport],
) -> impl Iterator<Item = Item<'a>> {
    requirements.iter().map(Item::requirement).chain(readings.iter().map(Item::reading))
}

impl<'a> Item<'a> {
    /// Whether it is a must that was not decided. A reading that nothing showed is none.
    pub(crate) fn is_undecided_must(&self) -> bool {
        self.verdict == Verdict::Inconclusive && self.level == Level::Must && !self.is_reading
    }

    fn requirement(report: &'a RequirementReport) -> Self {
        Self {
            area: report.area.name(),
            id: &report.id,
            verdict: report.verdict,
            level: report.level,
            is_reading: false,
            statement: &report.statement,
            source: &report.source,
            breaks: &report.breaks,
            help: report.help.as_deref(),
            follows: report.follows.as_deref(),
            is_plain: report.plain,
            reason: report.reason.as_deref(),
            because: &report.because,
            is_known: report.known,
            known: report.known_reason.as_deref(),
            flaky: report.flaky,
            held: report.evidence,
            spread: &report.spread,
            cases: &report.failing_cases,
            more_cases: report.more_cases,
            failures: &report.failures,
            seconds: report.duration_seconds,
        }
    }

    fn reading(report: &'a ReadingReport) -> Self {
        Self {
            area: READINGS,
            id: &report.id,
            verdict: report.verdict,
            level: Level::Must,
            is_reading: true,
            statement: &report.question,
            source: &report.source,
            breaks: &[],
            help: None,
            follows: report.follows.as_deref(),
            is_plain: false,
            reason: report.reason.as_deref(),
            because: &report.because,
            is_known: report.known,
            known: report.known_reason.as_deref(),
            flaky: report.flaky,
            held: report.observed.values().map(|seen| seen.cases).sum(),
            spread: &[],
            cases: &report.failing_cases,
            more_cases: report.more_cases,
            failures: &report.failures,
            seconds: report.duration_seconds,
        }
    }
}
