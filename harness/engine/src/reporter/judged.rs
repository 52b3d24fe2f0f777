//! Requirements and readings as one: what a report that tells of both alike needs of each.

use std::cmp::Reverse;

use mixinspec_spec::model::{Level, SourceRef};

use super::failure::level;
use crate::findings::record::Failure;
use crate::findings::verdict::{Rate, Verdict};
use crate::report::Report;

/// Where readings stand among the areas.
pub(super) const READINGS: &str = "readings";

/// A requirement or a reading, with what was found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Judged<'a> {
    pub(super) area: &'static str,
    pub(super) id: &'a str,
    pub(super) verdict: Verdict,
    pub(super) level: Level,
    pub(super) is_reading: bool,
    pub(super) statement: &'a str,
    pub(super) source: &'a [SourceRef],
    pub(super) breaks: &'a [String],
    /// What to change where it is broken.
    pub(super) help: Option<&'a str>,
    /// The failing requirement that its failure follows from.
    pub(super) follows: Option<&'a str>,
    pub(super) reason: Option<&'a str>,
    pub(super) is_known: bool,
    pub(super) known: Option<&'a str>,
    pub(super) flaky: Option<Rate>,
    /// On how many exchanges and cases it held.
    pub(super) held: u64,
    pub(super) cases: &'a [String],
    pub(super) more_cases: bool,
    pub(super) failures: &'a [Failure],
    pub(super) seconds: f64,
}

/// All of a report: the requirements, then the readings.
pub(super) fn judged(report: &Report) -> impl Iterator<Item = Judged<'_>> {
    let requirements = report.requirements.iter().map(|r| Judged {
        area: r.area.name(),
        id: &r.id,
        verdict: r.verdict,
        level: r.level,
        is_reading: false,
        statement: &r.statement,
        source: &r.source,
        breaks: &r.breaks,
        help: r.help.as_deref(),
        follows: r.follows.as_deref(),
        reason: r.reason.as_deref(),
        is_known: r.known,
        known: r.known_reason.as_deref(),
        flaky: r.flaky,
        held: r.evidence,
        cases: &r.failing_cases,
        more_cases: r.more_cases,
        failures: &r.failures,
        seconds: r.duration_seconds,
    });
    let readings = report.readings.iter().map(|r| Judged {
        area: READINGS,
        id: &r.id,
        verdict: r.verdict,
        level: Level::Must,
        is_reading: true,
        statement: &r.question,
        source: &r.source,
        breaks: &[],
        help: None,
        follows: r.follows.as_deref(),
        reason: r.reason.as_deref(),
        is_known: r.known,
        known: r.known_reason.as_deref(),
        flaky: r.flaky,
        held: r.observed.values().map(|seen| seen.cases).sum(),
        cases: &r.failing_cases,
        more_cases: r.more_cases,
        failures: &r.failures,
        seconds: r.duration_seconds,
    });
    requirements.chain(readings)
}

/// Those of a state: first that from which most others follow, and what follows from another last.
pub(super) fn in_order(report: &Report, is_wanted: impl Fn(State) -> bool) -> Vec<Judged<'_>> {
    let mut all: Vec<Judged<'_>> = judged(report).filter(|one| is_wanted(one.state())).collect();
    let followers = |id: &str| judged(report).filter(|one| one.follows == Some(id)).count();
    all.sort_by_cached_key(|one| (one.follows.is_some(), Reverse(followers(one.id))));
    all
}

impl Judged<'_> {
    /// The verdict as it counts.
    pub(super) fn state(&self) -> State {
        State::of(self.verdict, self.is_known)
    }

    /// Its level and its area; a reading has neither.
    pub(super) fn kind(&self) -> String {
        if self.is_reading { "reading".to_owned() } else { format!("{}, {}", level(self.level), self.area) }
    }

    /// Whether it alone keeps a run from passing: a reading that nothing showed does not.
    pub(super) fn is_open_must(&self) -> bool {
        self.state() == State::Open && self.level == Level::Must && !self.is_reading
    }
}

/// A verdict as it counts: what is accepted for now is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Pass,
    Fail,
    Known,
    Warn,
    Open,
    NotApplicable,
    Error,
}

/// The states, in the order of columns.
pub(super) const STATES: [State; 7] =
    [State::Pass, State::Fail, State::Known, State::Warn, State::Open, State::NotApplicable, State::Error];

impl State {
    pub(super) fn of(verdict: Verdict, known: bool) -> Self {
        match verdict {
            Verdict::Fail | Verdict::Warn | Verdict::Inconclusive if known => Self::Known,
            Verdict::Pass => Self::Pass,
            Verdict::Fail => Self::Fail,
            Verdict::Warn => Self::Warn,
            Verdict::Inconclusive => Self::Open,
            Verdict::NotApplicable => Self::NotApplicable,
            Verdict::Error => Self::Error,
        }
    }

    /// Whether it is shown where it is empty too.
    pub(super) fn is_usual(self) -> bool {
        !matches!(self, Self::Known | Self::Error)
    }

    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Known => "known",
            Self::Warn => "warn",
            Self::Open => "inconclusive",
            Self::NotApplicable => "n/a",
            Self::Error => "error",
        }
    }
}
