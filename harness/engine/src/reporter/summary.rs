//! The end of the terminal report: readings, areas, the edition, the verdict.

use unicode_width::UnicodeWidthStr;

use super::ending::Ending;
use super::layout::{TextPage, TextRole, count};
use super::sentence::{self, Sentence};
use super::state::State;
use super::table::{TOTAL, Table};
use crate::findings::verdict::Verdict;
use crate::report::status::ExitStatus;
use crate::report::{End, ReadingReport, Report};

/// The observed readings.
pub(super) fn readings(page: &mut TextPage, report: &Report) {
    if report.readings.is_empty() {
        return;
    }
    let is_told = |reading: &ReadingReport| !reading.observed.is_empty() || reading.verdict == Verdict::Fail;
    if report.readings.len() > 1 && !report.readings.iter().any(is_told) && !page.style().is_verbose() {
        page.heading(&format!("Readings: the server shows none of {}", report.readings.len()));
        return;
    }
    page.heading("Readings: where the sources leave it open, the server shows");
    let width = report.readings.iter().map(|reading| reading.id.width()).max().unwrap_or(0);
    for reading in &report.readings {
        let (role, text) = observed(reading);
        page.line(&format!("  {:width$}  {}", reading.id, page.paint(role, &text)));
        if page.style().is_verbose() {
            page.paragraph(6, TextRole::Dim, &reading.question);
            for (name, seen) in &reading.observed {
                page.paragraph(6, TextRole::Dim, &format!("{name}: {}", seen.case));
            }
        }
    }
}

fn observed(reading: &ReadingReport) -> (TextRole, String) {
    let role = match (reading.verdict, reading.observed.len()) {
        (Verdict::Fail, _) => TextRole::Bad,
        (Verdict::NotApplicable, 0) => TextRole::Dim,
        (_, 1) => TextRole::Plain,
        _ => TextRole::Doubtful,
    };
    (role, sentence::observed(reading))
}

/// The table of areas: the number of checks in each state.
pub(super) fn areas(page: &mut TextPage, report: &Report, known: &dyn Fn(&str) -> bool) {
    let table = Table::of(report, known);
    page.gap();
    let titles: Vec<String> =
        table.states.iter().map(|state| format!("{:>width$}", state.title(), width = width(*state))).collect();
    page.line(&page.paint(TextRole::Heading, &format!("{:16}{}", "", titles.concat())));
    for row in table.rows {
        let mut line = format!("  {:<14}", row.name);
        if row.name == TOTAL {
            line = page.paint(TextRole::Heading, &line);
        }
        for (state, number) in table.states.iter().zip(row.numbers) {
            let (role, text) =
                if number == 0 { (TextRole::Dim, "·".into()) } else { (role(*state), number.to_string()) };
            line.push_str(&page.paint(role, &format!("{text:>width$}", width = width(*state))));
        }
        page.line(&line);
    }
}

fn width(state: State) -> usize {
    state.title().len().max(4) + 3
}

fn role(state: State) -> TextRole {
    match state {
        State::Pass => TextRole::Good,
        State::Fail | State::Error => TextRole::Bad,
        State::Warn | State::Open => TextRole::Doubtful,
        State::Known | State::NotApplicable => TextRole::Plain,
    }
}

/// Which edition the verdicts are of, and why.
pub(super) fn edition(page: &mut TextPage, report: &Report) {
    for line in sentence::edition(report) {
        page.paragraph(0, TextRole::Plain, &line);
    }
}

/// The last lines: the verdict and its basis.
pub(super) fn verdict(page: &mut TextPage, report: &Report, ending: &Ending<'_>, known: &dyn Fn(&str) -> bool) {
    let stale = ending.gate.map_or(0, |gate| gate.broken.len());
    let Sentence { word, mut parts } = Sentence::of(report, ending.status, stale, known);
    if let Some(gate) = ending.gate.filter(|gate| !gate.known.is_empty()) {
        let mut known = count(gate.known.len(), "known failure", "known failures");
        if !gate.undecided.is_empty() {
            known.push_str(&format!(", {} undecided because of them", gate.undecided.len()));
        }
        parts.push(known);
    }
    let role = match ending.status {
        ExitStatus::Success => TextRole::Good,
        ExitStatus::Inconclusive => TextRole::Doubtful,
        ExitStatus::Failed | ExitStatus::Error | ExitStatus::Usage => TextRole::Bad,
    };
    page.line(&format!("{}  {}", page.paint(role, word), parts.join("; ")));
    if let (End::GivenUp, Some(reason)) = (report.conclusion.end, &report.conclusion.end_reason) {
        page.paragraph(0, TextRole::Doubtful, &sentence::alone(reason));
    }
    let mut basis = sentence::basis(report, ending.elapsed);
    basis.push(format!("exit status {}", ending.status.code()));
    page.paragraph(0, TextRole::Dim, &basis.join(", "));
}
