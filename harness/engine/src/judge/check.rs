//! The checks that a run judges, and what an exchange says of one.

use mixinspec_spec::model::{Level, Needs};

use crate::findings::verdict::{Finding, Tally};

/// A requirement or reading that a run judges. Findings name it by its index among all checks.
#[derive(Debug, Clone)]
pub struct Check {
    /// Its id.
    pub id: String,
    /// Its level in the edition; a reading's is must.
    pub level: Level,
    /// Whether it is a reading.
    pub reading: bool,
    /// The interpretation that the user demands of a reading (`--reading`).
    pub demanded: Option<String>,
    /// The readings that a server must have shown for it to apply.
    pub needs: Needs,
}

/// The index of a check, and what an exchange or case says of it.
pub type Judged = (usize, Finding);

/// How many musts and readings fail, of those that are shown.
#[must_use]
pub(crate) fn failing(checks: &[Check], tallies: &[Tally], shows: &[bool]) -> usize {
    let binds = |check: &Check| check.reading || check.level == Level::Must;
    let all = checks.iter().zip(tallies).zip(shows);
    all.filter(|((check, tally), shown)| **shown && binds(check) && tally.fails > 0).count()
}
