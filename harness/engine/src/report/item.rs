//! A common view of the requirements and readings in a report.

use mixinspec_spec::model::{Level, SourceRef};

use super::{ReadingReport, RequirementReport};
use crate::findings::record::Failure;
use crate::findings::spread::Share;
use crate::findings::verdict::{Rate, Verdict};
use crate::identity::case_id::CaseId;

/// The area under which readings are listed.
pub const READINGS: &str = "readings";

/// A requirement or a reading, with what was found.
#[derive(Debug, Clone, Copy)]
pub struct Item<'a> {
    /// The area.
    pub area: &'static str,
    /// Its id.
    pub id: &'a str,
    /// The verdict.
    pub verdict: Verdict,
    /// The level; a reading counts as a must.
    pub level: Level,
    /// Whether it is a reading.
    pub is_reading: bool,
    /// Its statement, or its question.
    pub statement: &'a str,
    /// The sources that state it, or leave it open.
    pub source: &'a [SourceRef],
    /// The SDKs and apps that a violation breaks.
    pub breaks: &'a [String],
    /// How to fix a violation.
    pub help: Option<&'a str>,
    /// The failing requirement that its failure follows from.
    pub follows: Option<&'a str>,
    /// Whether it fails in a case that others rest on, such as a plain request.
    pub is_plain: bool,
    /// Why it is neither a pass nor a failure.
    pub reason: Option<&'a str>,
    /// The failing requirements and readings that are the only reason why it is undecided.
    pub because: &'a [String],
    /// Whether its result is accepted for now.
    pub is_known: bool,
    /// Why its result is accepted.
    pub known: Option<&'a str>,
    /// The failure rate of the first failing case when it was repeated, if it did not fail every time.
    pub flaky: Option<Rate>,
    /// The number of exchanges and cases in which it held.
    pub held: u64,
    /// The share of broken answers, by kind of request.
    pub spread: &'a [Share],
    /// The failing cases, in order; at most 100.
    pub cases: &'a [CaseId],
    /// Whether more cases failed than `cases` lists.
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
    /// Whether it is a must that was not decided. An unobserved reading does not count.
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
