//! The report for terminals: failures first, in full; then what was not decided, and why; then the totals and the
//! verdict, which come last because the end of the output stays on the screen.

use std::collections::BTreeMap;

use super::layout::{Detail, Style, TextPage, TextRole, count};
use super::summary;
use crate::findings::verdict::Verdict;
use crate::report::Report;
use crate::report::item::Item;
use crate::reporter::ending::Ending;

/// How many failures are shown in full, unless all are.
const IN_FULL: usize = 10;

/// Up to this many ids that share a reason are all listed.
const NAMED: usize = 20;

/// How many of them are listed if there are more.
const OF_MANY: usize = 5;

/// The facts that the header shows before a run.
#[derive(Debug, Clone, Copy)]
pub struct Beginning<'a> {
    /// The version of mixinspec.
    pub version: &'a str,
    /// The server.
    pub subject: &'a str,
    /// The edition.
    pub edition: &'a str,
    /// Whether other editions may follow.
    pub auto: bool,
    /// The seed.
    pub seed: u64,
    /// The run id.
    pub run_id: &'a str,
    /// How many requirements and readings are judged.
    pub checks: usize,
    /// How many cases there are.
    pub cases: u64,
    /// The greatest number of things that the run creates; 0 for an SDK.
    pub things: u64,
    /// The noun for such a thing.
    pub thing: &'a str,
}

/// The lines before a run.
#[must_use]
pub fn header(beginning: &Beginning<'_>, style: Style) -> String {
    let mut page = TextPage::new(style);
    let Beginning { version, subject, edition, auto, seed, run_id, checks, cases, things, thing } = beginning;
    let by = if *auto { " (auto)" } else { "" };
    let title = page.paint(TextRole::Heading, &format!("mixinspec {version}"));
    page.line(&format!("{title}  {subject}  edition {edition}{by}"));
    let checks = count(*checks, "requirement or reading", "requirements and readings");
    let cases = count(*cases, "case", "cases");
    let mut plan = format!("{checks}, {cases}, seed {seed}, run {run_id}");
    if *things > 0 {
        plan.push_str(&format!("; creates up to {} and deletes none", count(*things, thing, &format!("{thing}s"))));
    }
    page.paragraph(0, TextRole::Dim, &plan);
    page.finish()
}

/// The report.
#[must_use]
pub fn render(report: &Report, ending: &Ending<'_>, style: Style) -> String {
    let mut page = TextPage::new(style);
    let known = |id: &str| ending.gate.is_some_and(|gate| gate.excuses(id));
    // If the edition was chosen by us, name it before its verdicts.
    let (chosen, told) = (report.edition_was_chosen, style.detail > Detail::Quiet);
    if chosen && told {
        summary::edition(&mut page, report);
        page.gap();
    }
    failures(&mut page, report, ending, &known);
    if told {
        known_failures(&mut page, ending);
        warnings(&mut page, report, ending, &known);
        undecided(&mut page, report, &known);
        summary::readings(&mut page, report);
        summary::areas(&mut page, report, &known);
        notes(&mut page, report);
        if !chosen {
            page.gap();
            summary::edition(&mut page, report);
        }
    } else if report.conclusion.strict {
        warnings(&mut page, report, ending, &known);
    }
    gate(&mut page, ending);
    page.gap();
    summary::verdict(&mut page, report, ending, &known);
    page.finish()
}

/// The failures, first a line each, then each in full: those of plain requests first, then those with the most
/// followers.
fn failures(page: &mut TextPage, report: &Report, ending: &Ending<'_>, known: &dyn Fn(&str) -> bool) {
    let followers = followers(page.style(), report, known);
    let follows = |id: &str| followers.values().flatten().any(|follower| *follower == id);
    let broken = report.items().filter(|item| item.verdict == Verdict::Fail);
    let mut all: Vec<Item<'_>> = broken.filter(|item| !known(item.id) && !follows(item.id)).collect();
    let of = |broken: &Item<'_>| followers.get(broken.id).map_or(&[][..], Vec::as_slice);
    all.sort_by_key(|broken| (!broken.is_plain, std::cmp::Reverse(of(broken).len())));
    if all.len() > 1 || page.style().detail == Detail::Quiet {
        for broken in &all {
            broken.in_a_line(page, of(broken).len());
        }
    }
    if page.style().detail == Detail::Quiet {
        return;
    }
    let verbose = page.style().is_verbose();
    for (at, broken) in all.iter().enumerate() {
        if at == IN_FULL && !verbose {
            page.gap();
            let more = format!("The {} that follow are told in short; -v tells all in full:", all.len() - at);
            page.paragraph(0, TextRole::Dim, &more);
        }
        if at < IN_FULL || verbose {
            broken.in_full(page, of(broken), ending.replay);
        } else {
            broken.in_short(page, TextRole::Bad, "FAIL", of(broken), ending.replay);
        }
    }
}

/// The failures that follow from each shown failure, by its id; empty with `--all`, which shows every failure by
/// itself.
fn followers<'a>(style: Style, report: &'a Report, known: &dyn Fn(&str) -> bool) -> BTreeMap<&'a str, Vec<&'a str>> {
    let mut followers: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    if style.all {
        return followers;
    }
    for Item { follows: base, id, .. } in report.items() {
        // An accepted failure must not hide others.
        if let Some(base) = base.filter(|base| !known(base) && !known(id)) {
            followers.entry(base).or_default().push(id);
        }
    }
    followers
}

fn known_failures(page: &mut TextPage, ending: &Ending<'_>) {
    let Some(gate) = ending.gate.filter(|gate| !gate.known.is_empty()) else { return };
    page.heading(&format!("Known failures, by {}", gate.file));
    for (id, reason) in &gate.known {
        page.paragraph(2, TextRole::Plain, &format!("{id}: {reason}"));
    }
    let mut undecided: BTreeMap<&[String], Vec<&str>> = BTreeMap::new();
    for (id, because) in &gate.undecided {
        undecided.entry(because).or_default().push(id);
    }
    if undecided.is_empty() {
        return;
    }
    page.heading(&format!("Not decided because of known failures ({})", gate.undecided.len()));
    for (because, ids) in undecided {
        page.paragraph(2, TextRole::Plain, &ids.join(", "));
        page.paragraph(4, TextRole::Dim, &format!("because of {}", because.join(", ")));
    }
}

fn warnings(page: &mut TextPage, report: &Report, ending: &Ending<'_>, known: &dyn Fn(&str) -> bool) {
    let followers = followers(page.style(), report, known);
    let follows = |id: &str| followers.values().flatten().any(|follower| *follower == id);
    let warned = report.items().filter(|item| item.verdict == Verdict::Warn);
    for broken in warned.filter(|item| !known(item.id) && !follows(item.id)) {
        if page.style().detail == Detail::Quiet {
            broken.in_a_line(page, 0);
            continue;
        }
        broken.in_short(page, TextRole::Doubtful, "WARN", &[], ending.replay);
    }
}

/// Everything without a verdict, grouped by reason.
fn undecided(page: &mut TextPage, report: &Report, known: &dyn Fn(&str) -> bool) {
    let kinds = [
        (Verdict::Error, "Not judged, by a mistake of mixinspec or of the spec"),
        (Verdict::Inconclusive, "Not decided"),
        (Verdict::NotApplicable, "Not applicable"),
    ];
    for (verdict, title) in kinds {
        if verdict == Verdict::NotApplicable && !page.style().is_verbose() {
            continue;
        }
        let mut by_reason: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for item in report.items().filter(|item| item.verdict == verdict && !known(item.id)) {
            by_reason.entry(item.reason.unwrap_or("for no known reason")).or_default().push(item.id);
        }
        if by_reason.is_empty() {
            continue;
        }
        page.heading(&format!("{title} ({})", by_reason.values().map(Vec::len).sum::<usize>()));
        for (reason, ids) in by_reason {
            page.paragraph(2, TextRole::Plain, &named(page.style(), &ids));
            page.paragraph(4, TextRole::Dim, reason);
        }
    }
}

/// The ids that share a reason; the first of them where there are many.
fn named(style: Style, ids: &[&str]) -> String {
    match ids.get(..OF_MANY) {
        Some(few) if ids.len() > NAMED && !style.is_verbose() => {
            format!("{} and {} more (-v names all)", few.join(", "), ids.len() - few.len())
        }
        _ => ids.join(", "),
    }
}

/// The notes of the report.
fn notes(page: &mut TextPage, report: &Report) {
    if report.notes.is_empty() {
        return;
    }
    page.heading("Notes");
    for note in &report.notes {
        page.paragraph(2, TextRole::Plain, note);
    }
}

fn gate(page: &mut TextPage, ending: &Ending<'_>) {
    if let Some(gate) = ending.gate.filter(|gate| !gate.pruned.is_empty()) {
        page.gap();
        let entries = count(gate.pruned.len(), "entry", "entries");
        page.paragraph(
            0,
            TextRole::Good,
            &format!("Took {entries} out of {} that pass: {}", gate.file, gate.pruned.join(", ")),
        );
    }
    let Some(gate) = ending.gate.filter(|gate| !gate.broken.is_empty()) else { return };
    page.gap();
    let number = gate.broken.len();
    let are = if number == 1 { "is" } else { "are" };
    let entries = count(number, "entry", "entries");
    page.paragraph(0, TextRole::Bad, &format!("{entries} of {} {are} out of date:", gate.file));
    for broken in &gate.broken {
        page.paragraph(2, TextRole::Plain, &broken.to_string());
    }
}
