//! The sums of a run: readings, areas, the edition, the verdict.

use mixinspec_spec::model::{Level, Subject};
use unicode_width::UnicodeWidthStr;

use super::ending::Ending;
use super::layout::{Page, Role, count};
use super::{AREAS, area};
use crate::findings::verdict::Verdict;
use crate::report::status::ExitStatus;
use crate::report::{End, ReadingReport, Report, RequirementReport};

/// How many failed ids of another edition are named.
const NAMED: usize = 5;

/// Which readings the server shows.
pub(super) fn readings(page: &mut Page, report: &Report) {
    if report.readings.is_empty() {
        return;
    }
    page.heading("Readings: where the sources leave it open, the server shows");
    let width = report.readings.iter().map(|reading| reading.id.width()).max().unwrap_or(0);
    for reading in &report.readings {
        let (role, text) = observed(reading);
        page.line(&format!("  {:width$}  {}", reading.id, page.paint(role, &text)));
        if page.style().is_verbose() {
            page.paragraph(6, Role::Dim, &reading.question);
            for (name, seen) in &reading.observed {
                page.paragraph(6, Role::Dim, &format!("{name}: {}", seen.case));
            }
        }
    }
}

fn observed(reading: &ReadingReport) -> (Role, String) {
    let names: Vec<&str> = reading.observed.keys().map(String::as_str).collect();
    match (reading.verdict, names.as_slice()) {
        (Verdict::Fail, []) => (Role::Bad, "none of the readings".into()),
        (Verdict::Fail, names) => (Role::Bad, format!("{}, and none of the readings", names.join(", "))),
        (_, []) if reading.verdict == Verdict::NotApplicable => (Role::Dim, "not applicable".into()),
        (_, []) => (Role::Doubtful, "unobserved".into()),
        (_, [name]) => (Role::Plain, (*name).into()),
        (_, _) => {
            let seen = reading.observed.iter().map(|(name, seen)| format!("{name} {}×", seen.cases));
            (Role::Doubtful, format!("mixed: {}", seen.collect::<Vec<_>>().join(", ")))
        }
    }
}

/// How many of each verdict there are in each area.
pub(super) fn areas(page: &mut Page, report: &Report, known: &dyn Fn(&str) -> bool) {
    let mut rows: Vec<(&str, Vec<Column>)> = Vec::new();
    for at in AREAS {
        let columns = report.requirements.iter().filter(|r| r.area == at);
        let columns: Vec<Column> = columns.map(|r| Column::of(r.verdict, known(&r.id))).collect();
        if !columns.is_empty() {
            rows.push((area(at), columns));
        }
    }
    let readings = report.readings.iter().map(|r| Column::of(r.verdict, known(&r.id)));
    let readings: Vec<Column> = readings.collect();
    if !readings.is_empty() {
        rows.push(("readings", readings));
    }
    let total = rows.iter().flat_map(|(_, columns)| columns.iter().copied()).collect();
    rows.push(("total", total));
    let (_, total) = rows.last().cloned().unwrap_or_default();
    let shown: Vec<Column> = COLUMNS.into_iter().filter(|column| column.is_usual() || total.contains(column)).collect();
    page.gap();
    let titles: Vec<String> =
        shown.iter().map(|column| format!("{:>width$}", column.title(), width = column.width())).collect();
    page.line(&page.paint(Role::Heading, &format!("{:16}{}", "", titles.concat())));
    for (name, columns) in rows {
        let mut line = format!("  {name:<14}");
        if name == "total" {
            line = page.paint(Role::Heading, &line);
        }
        for column in &shown {
            let number = columns.iter().filter(|found| *found == column).count();
            let (role, text) = if number == 0 { (Role::Dim, "·".into()) } else { (column.role(), number.to_string()) };
            line.push_str(&page.paint(role, &format!("{text:>width$}", width = column.width())));
        }
        page.line(&line);
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Pass,
    Fail,
    Known,
    Warn,
    Open,
    NotApplicable,
    Error,
}

const COLUMNS: [Column; 7] =
    [Column::Pass, Column::Fail, Column::Known, Column::Warn, Column::Open, Column::NotApplicable, Column::Error];

impl Column {
    fn of(verdict: Verdict, known: bool) -> Self {
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
    fn is_usual(self) -> bool {
        !matches!(self, Self::Known | Self::Error)
    }

    fn title(self) -> &'static str {
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

    fn width(self) -> usize {
        self.title().len().max(4) + 3
    }

    fn role(self) -> Role {
        match self {
            Self::Pass => Role::Good,
            Self::Fail | Self::Error => Role::Bad,
            Self::Warn | Self::Open => Role::Doubtful,
            Self::Known | Self::NotApplicable => Role::Plain,
        }
    }
}

/// What was judged, as a word.
fn subject(report: &Report) -> &'static str {
    match report.kind {
        Subject::Server => "server",
        Subject::Sdk => "SDK",
    }
}

/// Which edition the verdicts are of, and why.
pub(super) fn edition(page: &mut Page, report: &Report) {
    let edition = &report.edition;
    if !report.edition_was_chosen {
        page.paragraph(0, Role::Plain, &format!("Judged by edition {edition}."));
        return;
    }
    let (conforms, newest, subject) = (report.counts.fail == 0, report.also_judged.is_empty(), subject(report));
    let undecided = |one: &RequirementReport| one.level == Level::Must && one.verdict == Verdict::Inconclusive;
    let text = if report.counts.pass + report.counts.fail + report.counts.warn == 0 {
        format!("Nothing was decided, so that no edition is one that the {subject} conforms to.")
    } else if conforms && report.requirements.iter().any(undecided) {
        let newest = if newest { ", the newest," } else { "" };
        format!("Nothing that was decided speaks against edition {edition}{newest}; not every must was.")
    } else if conforms && newest {
        format!("Edition {edition}, the newest, is the one that the {subject} conforms to.")
    } else if conforms {
        format!("Edition {edition} is the newest that the {subject} conforms to.")
    } else {
        format!("The {subject} conforms to no edition; it comes nearest to {edition}.")
    };
    page.paragraph(0, Role::Plain, &text);
    for other in &report.also_judged {
        let mut text =
            format!("By edition {}, {}: ", other.edition, count(other.failed.len(), "must fails", "musts fail"));
        text.push_str(&other.failed.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", "));
        if other.failed.len() > NAMED {
            text.push_str(&format!(" and {} more (--edition {})", other.failed.len() - NAMED, other.edition));
        }
        page.paragraph(0, Role::Plain, &text);
    }
}

/// The last lines: the verdict, and what it rests on.
pub(super) fn verdict(page: &mut Page, report: &Report, ending: &Ending<'_>, known: &dyn Fn(&str) -> bool) {
    let requirements = report.requirements.iter().map(|r| (r.verdict, r.level, r.id.as_str()));
    let readings = report.readings.iter().map(|r| (r.verdict, Level::Must, r.id.as_str()));
    let all: Vec<(Verdict, Level, &str)> = requirements.chain(readings).collect();
    let number = |verdict: Verdict| all.iter().filter(|(v, _, id)| *v == verdict && !known(id)).count();
    let stopped = report.conclusion.end == End::Stopped;
    let (fails, warns) = (number(Verdict::Fail), number(Verdict::Warn));
    let stale = ending.gate.map_or(0, |gate| gate.broken.len());
    let mut parts = Vec::new();
    let following = report.following(known);
    if fails > following {
        let mut text = count(fails - following, "must fails", "musts fail");
        if following > 0 {
            text.push_str(&format!(", and {following} more that follow"));
        }
        parts.push(text);
    }
    if stale > 0 {
        parts.push(format!("known failures are out of date ({})", count(stale, "entry", "entries")));
    }
    let (role, word) = match ending.status {
        ExitStatus::Success => {
            parts.push("every must that applies holds".into());
            (Role::Good, "PASS")
        }
        ExitStatus::Failed => {
            if fails == 0 && stale == 0 {
                parts.push("a should is broken (--strict)".into());
            }
            (Role::Bad, "FAIL")
        }
        ExitStatus::Error | ExitStatus::Usage => {
            let errors = number(Verdict::Error);
            parts.push(format!("{} not judged, by our mistake", count(errors, "requirement was", "requirements were")));
            (Role::Bad, "ERROR")
        }
        ExitStatus::Inconclusive => {
            let musts = report.requirements.iter().filter(|r| r.verdict == Verdict::Inconclusive);
            let musts = musts.filter(|r| r.level == Level::Must && !known(&r.id)).count();
            let readings =
                report.readings.iter().filter(|r| r.verdict == Verdict::Inconclusive && !known(&r.id)).count();
            if musts > 0 {
                parts.push(format!("{} not decided", count(musts, "must was", "musts were")));
            }
            if readings > 0 {
                parts.push(format!("{} not observed", count(readings, "reading was", "readings were")));
            }
            if stopped {
                parts.push("the run was stopped".into());
            } else if musts + readings == 0 {
                parts.push("nothing was judged".into());
            }
            (Role::Doubtful, "OPEN")
        }
    };
    if warns > 0 {
        parts.push(count(warns, "warning", "warnings"));
    }
    if let Some(gate) = ending.gate.filter(|gate| !gate.known.is_empty()) {
        let mut known = count(gate.known.len(), "known failure", "known failures");
        if !gate.undecided.is_empty() {
            known.push_str(&format!(", {} undecided because of them", gate.undecided.len()));
        }
        parts.push(known);
    }
    page.line(&format!("{}  {}", page.paint(role, word), parts.join("; ")));
    if let (End::GivenUp, Some(reason)) = (report.conclusion.end, &report.conclusion.end_reason) {
        page.paragraph(0, Role::Doubtful, &sentence(reason));
    }
    let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let mut basis = Vec::new();
    if report.kind == Subject::Sdk && report.calls > 0 {
        basis.push(count(number(report.calls), "call", "calls"));
    }
    if report.kind == Subject::Server || report.exchanges > 0 {
        basis.push(count(number(report.exchanges), "exchange", "exchanges"));
    }
    if let Some(elapsed) = ending.elapsed {
        basis.push(format!("{:.1} s", elapsed.as_secs_f64()));
    }
    if report.throttled > 0 {
        let throttled = usize::try_from(report.throttled).unwrap_or(usize::MAX);
        basis.push(format!("waited for {} of 429 or 503", count(throttled, "answer", "answers")));
    }
    if report.resent > 0 {
        let resent = count(number(report.resent), "request", "requests");
        basis.push(format!("sent {resent} again that met a closed connection"));
    }
    if stopped {
        basis.push("stopped before its end".into());
    } else if report.filtered {
        basis.push("a part of the plan".into());
    }
    basis.push(format!("exit status {}", ending.status.code()));
    page.paragraph(0, Role::Dim, &basis.join(", "));
}

/// A reason that stands alone.
fn sentence(reason: &str) -> String {
    let mut characters = reason.chars();
    characters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), characters.as_str()))
}
