//! The states that reports show, and the order in which they list requirements and readings.

use std::cmp::Reverse;

use super::failure::level;
use crate::findings::verdict::Verdict;
use crate::report::Report;
use crate::report::item::Item;

/// The items in the wanted states, sorted: root failures before those that follow from others, plain requests first,
/// then by the number of failures that follow.
pub(super) fn in_order(report: &Report, is_wanted: impl Fn(State) -> bool) -> Vec<Item<'_>> {
    let mut all: Vec<Item<'_>> = report.items().filter(|one| is_wanted(one.state())).collect();
    let followers = |id: &str| report.items().filter(|one| one.follows == Some(id)).count();
    all.sort_by_cached_key(|one| (one.follows.is_some(), !one.is_plain, Reverse(followers(one.id))));
    all
}

impl Item<'_> {
    /// The state that is shown for the verdict.
    pub(super) fn state(&self) -> State {
        State::of(self.verdict, self.is_known)
    }

    /// The level and the area; for a reading, the word `reading`.
    pub(super) fn kind(&self) -> String {
        if self.is_reading { "reading".to_owned() } else { format!("{}, {}", level(self.level), self.area) }
    }

    /// Whether it is an undecided must that is not accepted for now. An unobserved reading does not count.
    pub(super) fn is_open_must(&self) -> bool {
        self.is_undecided_must() && !self.is_known
    }
}

/// The state that reports show for a verdict; accepted failures have their own.
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

    /// Whether its column is shown even if it is empty.
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
