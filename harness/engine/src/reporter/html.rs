//! The HTML report: one page that loads nothing, works without scripts, and shows everything that was judged, failures
//! first.
//!
//! Text from a subject is only ever shown as text: hidden characters are written out here, and the template escapes
//! everything. The page's Content-Security-Policy allows only its own script and style, by their hashes.

mod timeline;

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use self::timeline::Timeline;
use super::failure::replayed;
use super::layout::count;
use super::sentence::{self, Sentence};
use super::spread;
use super::state::{STATES, State, in_order};
use super::table::{TOTAL, Table};
use super::template;
use crate::findings::record::{ExchangeRecord, Failure};
use crate::identity::case_id::CaseId;
use crate::report::item::Item;
use crate::report::{End, Report};
use crate::text::visible::visible;

const PAGE: &str = include_str!("html/page.html");
const STYLE: &str = include_str!("html/style.css");
const SCRIPT: &str = include_str!("html/script.js");

/// The values for the template.
#[derive(Serialize)]
struct ReportView {
    style: &'static str,
    script: &'static str,
    style_hash: String,
    script_hash: String,
    word: &'static str,
    class: String,
    verdict: String,
    /// Why the run ended before its end.
    reason: Option<String>,
    editions: Vec<String>,
    basis: String,
    facts: Vec<(&'static str, String)>,
    titles: Vec<&'static str>,
    /// How many checks the largest area has.
    largest: usize,
    bars: Vec<AreaBar>,
    timeline: Option<Timeline>,
    sections: Vec<Section>,
    out_of_date: Vec<String>,
    notes: Vec<String>,
}

/// A list of requirements and readings of one state.
#[derive(Serialize)]
struct Section {
    id: &'static str,
    short: &'static str,
    title: &'static str,
    /// Whether each is shown in full.
    in_full: bool,
    entries: Vec<ItemView>,
}

/// A requirement or reading.
#[derive(Serialize)]
struct ItemView {
    id: String,
    kind: String,
    /// The verdict, or the observed interpretation of a reading.
    shown: String,
    class: &'static str,
    statement: String,
    sources: Vec<Quote>,
    breaks: String,
    /// Further facts, each with its label.
    facts: Vec<(&'static str, String)>,
    failure: Option<FailureView>,
}

#[derive(Serialize)]
struct Quote {
    document: String,
    quote: String,
}

/// The smallest failure.
#[derive(Serialize)]
struct FailureView {
    case: String,
    expected: String,
    actual: String,
    replay: Option<String>,
    /// How many other cases fail, and which.
    also: Option<(String, String)>,
    summary: String,
    steps: Vec<StepView>,
}

/// A request and its answer.
#[derive(Serialize)]
struct StepView {
    title: String,
    request: String,
    /// Whether a shell takes the request as it is.
    is_command: bool,
    answer: String,
    body: String,
}

#[derive(Serialize)]
struct AreaBar {
    name: &'static str,
    is_total: bool,
    segments: Vec<BarSegment>,
    numbers: Vec<usize>,
}

#[derive(Serialize)]
struct BarSegment {
    class: &'static str,
    at: usize,
    width: usize,
}

/// The page.
///
/// # Errors
/// When it cannot be made, which would be a mistake of ours.
pub fn render(report: &Report) -> Result<String, minijinja::Error> {
    let conclusion = &report.conclusion;
    let Sentence { word, parts } = Sentence::of_report(report);
    let elapsed = Duration::try_from_secs_f64(conclusion.duration_seconds).ok();
    let known = |id: &str| report.items().any(|one| one.id == id && one.is_known);
    let table = Table::of(report, &known);
    let (largest, bars) = bars(&table);
    let reason = conclusion.end_reason.as_deref().filter(|_| matches!(conclusion.end, End::Stopped | End::GivenUp));
    let page = ReportView {
        style: STYLE,
        script: SCRIPT,
        style_hash: hash(STYLE),
        script_hash: hash(SCRIPT),
        word,
        class: word.to_lowercase(),
        verdict: shown(&parts.join("; ")),
        reason: reason.map(|reason| shown(&sentence::alone(reason))),
        editions: sentence::edition(report),
        basis: sentence::basis(report, elapsed).join(", "),
        facts: facts(report),
        titles: table.states.iter().map(|state| state.title()).collect(),
        largest,
        bars,
        timeline: report.latency.as_ref().map(timeline::of),
        sections: sections(report),
        out_of_date: conclusion.out_of_date.iter().map(|it| shown(&format!("{}, {}", it.file, it.reason))).collect(),
        notes: report.notes.iter().map(|note| shown(note)).collect(),
    };
    template::render(PAGE, &page)
}

/// Text with hidden characters written out.
fn shown(text: &str) -> String {
    visible(text).into_owned()
}

/// The hash by which the page's policy allows its own script and style.
fn hash(text: &str) -> String {
    STANDARD.encode(Sha256::digest(text))
}

fn facts(report: &Report) -> Vec<(&'static str, String)> {
    let facts = [
        ("Subject", shown(&report.subject)),
        ("Edition", report.edition.clone()),
        ("Started", report.conclusion.started.clone()),
        ("Exit status", report.conclusion.exit_status.to_string()),
        ("Seed", report.seed.to_string()),
        ("Run id", shown(&report.run_id)),
        ("Command", shown(&report.conclusion.command)),
        ("mixinspec", report.mixinspec.clone()),
        ("Spec", report.spec_hash.clone()),
    ];
    facts.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

/// The rows of the table, each with a bar whose length is its number of checks; and the greatest length.
fn bars(table: &Table) -> (usize, Vec<AreaBar>) {
    let areas = table.rows.iter().filter(|row| row.name != TOTAL);
    let largest = areas.map(|row| row.numbers.iter().sum::<usize>()).max().unwrap_or(0).max(1);
    let bar = |row: &super::table::Row| {
        let mut at = 0;
        let segment = |(state, width): (&State, &usize)| {
            at += width;
            BarSegment { class: class(*state), at: at - width, width: *width }
        };
        let is_total = row.name == TOTAL;
        let segments: Vec<BarSegment> = table.states.iter().zip(&row.numbers).map(segment).collect();
        AreaBar { name: row.name, is_total, segments, numbers: row.numbers.clone() }
    };
    (largest, table.rows.iter().map(bar).collect())
}

fn class(state: State) -> &'static str {
    match state {
        State::Pass => "pass",
        State::Fail => "fail",
        State::Known => "known",
        State::Warn => "warn",
        State::Open => "open",
        State::NotApplicable => "none",
        State::Error => "error",
    }
}

/// One section per state, the worst first. Failing readings are listed among the failures, all other readings in a
/// section of their own.
fn sections(report: &Report) -> Vec<Section> {
    let about = |state: State| match state {
        State::Fail => ("failures", "Failures", "Failures", true),
        State::Error => ("errors", "Not judged", "Not judged, by a mistake of mixinspec or of the spec", false),
        State::Warn => ("warnings", "Warnings", "Warnings", true),
        State::Known => ("known", "Known failures", "Known failures", true),
        State::Open => ("undecided", "Not decided", "Not decided", false),
        State::Pass => ("passes", "What holds", "What holds", false),
        State::NotApplicable => ("not-applicable", "Not applicable", "Not applicable", false),
    };
    let is_apart = |one: &Item<'_>| one.is_reading && !matches!(one.state(), State::Fail | State::Known | State::Error);
    let mut order = STATES;
    order.sort_by_key(|state| match state {
        State::Fail => 0,
        State::Error => 1,
        State::Warn => 2,
        State::Known => 3,
        State::Open => 4,
        State::Pass => 6,
        State::NotApplicable => 7,
    });
    let section = |state: State| {
        let (id, short, title, in_full) = about(state);
        let entries = in_order(report, |found| found == state).into_iter().filter(|one| !is_apart(one));
        Section { id, short, title, in_full, entries: entries.map(|one| entry(report, &one)).collect() }
    };
    let mut sections: Vec<Section> = order.into_iter().map(section).collect();
    let readings = report.items().filter(is_apart).map(|one| entry(report, &one)).collect();
    let title = "Readings: what is shown where the sources leave it open";
    sections.insert(5, Section { id: "readings", short: "Readings", title, in_full: false, entries: readings });
    sections.retain(|section| !section.entries.is_empty());
    sections
}

fn entry(report: &Report, one: &Item<'_>) -> ItemView {
    let reading = report.readings.iter().find(|reading| one.is_reading && reading.id == one.id);
    let quote = |source: &mixinspec_spec::model::SourceRef| Quote {
        document: source.document.clone(),
        quote: source.quote.clone(),
    };
    let mut facts = Vec::new();
    facts.extend(one.reason.map(|reason| ("Why", shown(reason))));
    facts.extend(one.known.map(|reason| ("Accepted", shown(reason))));
    facts.extend(one.help.filter(|_| !one.failures.is_empty()).map(|help| ("Help", shown(help))));
    facts.extend(one.follows.map(|base| ("Follows", format!("from {base}"))));
    facts.extend(one.flaky.map(|rate| ("Flaky", format!("the same case failed in {rate} tries"))));
    for (name, seen) in reading.iter().flat_map(|reading| &reading.observed) {
        facts.push(("Seen", format!("{name} in {}, such as {}", count(seen.cases, "case", "cases"), seen.case)));
    }
    match spread::in_words(one.spread) {
        Some(told) => facts.push(("Broken in", told)),
        None if one.held > 0 && !one.is_reading => {
            let (once, often) = if one.failures.is_empty() {
                ("answer or case", "answers or cases")
            } else {
                ("other answer or case", "other answers or cases")
            };
            facts.push(("Holds in", count(one.held, once, often)));
        }
        None => {}
    }
    if one.seconds > 0.0 {
        facts.push(("Took", format!("{:.3} s for its own cases", one.seconds)));
    }
    let word = reading.map_or_else(|| one.state().title().to_owned(), sentence::observed);
    ItemView {
        id: one.id.to_owned(),
        kind: one.kind(),
        shown: word,
        class: class(one.state()),
        statement: one.statement.to_owned(),
        sources: one.source.iter().map(quote).collect(),
        breaks: one.breaks.join(", "),
        facts,
        failure: one.failures.first().map(|failure| failed(failure, one, &report.conclusion.command)),
    }
}

fn failed(failure: &Failure, one: &Item<'_>, command: &str) -> FailureView {
    let mut case = failure.case.to_string();
    if failure.what != one.statement && !failure.what.is_empty() {
        case.push_str(&format!(": {}", failure.what));
    }
    if let Some(steps) = failure.shrunk {
        case.push_str(&format!(", made smaller in {}", count(steps, "step", "steps")));
    }
    let calls = failure.calls.iter().map(|call| StepView {
        title: "Call".to_owned(),
        request: shown(&call.request),
        is_command: false,
        answer: if call.answer.is_some() { "answer".to_owned() } else { "no answer".to_owned() },
        body: shown(call.answer.as_deref().unwrap_or_default()),
    });
    let mut steps: Vec<StepView> = calls.chain(failure.exchanges.iter().map(exchange)).collect();
    let total = steps.len();
    for (at, step) in steps.iter_mut().enumerate().filter(|_| total > 1) {
        step.title.push_str(&format!(" {} of {total}", at + 1));
    }
    let summary = match (failure.calls.len(), failure.exchanges.len()) {
        (0, exchanges) => count(exchanges as u64, "exchange", "exchanges"),
        (calls, 0) => count(calls as u64, "call", "calls"),
        (calls, exchanges) => {
            let calls = count(calls as u64, "call", "calls");
            format!("{calls}, {}", count(exchanges as u64, "exchange", "exchanges"))
        }
    };
    FailureView {
        case: shown(&case),
        expected: shown(&failure.expected),
        actual: shown(&failure.actual),
        replay: replayed(command, &failure.case, one.flaky.is_some()).map(|command| shown(&command)),
        also: also(failure, one),
        summary,
        steps,
    }
}

fn also(failure: &Failure, one: &Item<'_>) -> Option<(String, String)> {
    let others: Vec<&str> = one.cases.iter().filter(|case| **case != failure.case).map(CaseId::as_str).collect();
    let number = count(others.len() as u64, "other case", "other cases");
    let number = if one.more_cases { format!("more than {number}") } else { number };
    (!others.is_empty()).then(|| (number, shown(&others.join(", "))))
}

fn exchange(record: &ExchangeRecord) -> StepView {
    let mut answer = match (&record.transport_error, record.status) {
        (Some(error), _) => format!("none: {error}"),
        (None, status) => format!("HTTP {}", status.unwrap_or(0)),
    };
    for (name, value) in &record.response_headers {
        answer.push_str(&format!("\n{name}: {value}"));
    }
    let mut body = record.response_body.clone();
    if body.len() < record.response_bytes {
        body.push_str(&format!("\n({} bytes in all)", record.response_bytes));
    }
    StepView {
        title: "Exchange".to_owned(),
        request: shown(&record.curl_words(None).join(" \\\n  ")),
        is_command: true,
        answer: shown(&answer),
        body: shown(&body),
    }
}
