//! The table of areas: how many requirements and readings are in each state.

use mixinspec_spec::model::Area;

use super::state::{STATES, State};
use crate::report::Report;
use crate::report::item::READINGS;

/// The last row.
pub(super) const TOTAL: &str = "total";

/// A column for each state that is shown, a row for each area, and a row of totals.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) states: Vec<State>,
    pub(super) rows: Vec<Row>,
}

/// One area; its numbers stand in the order of the columns.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) numbers: Vec<usize>,
}

impl Table {
    /// The table of a report; `known` says what is accepted.
    pub(super) fn of(report: &Report, known: &dyn Fn(&str) -> bool) -> Self {
        let all: Vec<(&str, State)> =
            report.items().map(|one| (one.area, State::of(one.verdict, known(one.id)))).collect();
        let is_there = |state: State| all.iter().any(|(_, found)| *found == state);
        let states: Vec<State> = STATES.into_iter().filter(|state| state.is_usual() || is_there(*state)).collect();
        let row = |name: &'static str, is_in: &dyn Fn(&str) -> bool| {
            let number = |state: &State| all.iter().filter(|(area, found)| is_in(area) && found == state).count();
            Row { name, numbers: states.iter().map(number).collect() }
        };
        let names = Area::ALL.into_iter().map(Area::name).chain([READINGS]);
        let shown = names.filter(|name| all.iter().any(|(area, _)| area == name));
        let mut rows: Vec<Row> = shown.map(|name| row(name, &|area| area == name)).collect();
        rows.push(row(TOTAL, &|_| true));
        Self { states, rows }
    }
}
