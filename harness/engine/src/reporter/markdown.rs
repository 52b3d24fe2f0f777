//! A summary in Markdown, for a pull request or a job's page on GitHub: 60 lines at most, whatever a run finds.

use std::time::Duration;

use super::failure::replayed;
use super::sentence::{self, Sentence};
use super::state::{State, in_order};
use super::table::{TOTAL, Table};
use crate::report::Report;
use crate::text::visible::{cut, visible};

/// How many failures are described.
const TOLD: usize = 7;

/// How many ids are named where the rest is counted.
const NAMED: usize = 12;

/// How many characters of a text are shown.
const LENGTH: usize = 300;

/// How many other editions are mentioned.
const EDITIONS: usize = 2;

/// The summary.
#[must_use]
pub fn render(report: &Report) -> String {
    let mut text = String::new();
    head(&mut text, report);
    if !report.requirements.is_empty() || !report.readings.is_empty() {
        table(&mut text, report);
    }
    failures(&mut text, report);
    let with =
        |state: State| report.items().filter(move |one| one.state() == state).map(|one| one.id).collect::<Vec<_>>();
    if !report.conclusion.strict {
        listed(&mut text, "Warnings", &with(State::Warn));
    }
    listed(&mut text, "Not decided", &with(State::Open));
    listed(&mut text, "Not judged, by a mistake of mixinspec or of the spec", &with(State::Error));
    listed(&mut text, "Known failures", &with(State::Known));
    let stale: Vec<&str> = report.conclusion.out_of_date.iter().map(|entry| entry.names.as_str()).collect();
    listed(&mut text, "Known failures that are out of date", &stale);
    text
}

fn head(text: &mut String, report: &Report) {
    let conclusion = &report.conclusion;
    let Sentence { word, parts } = Sentence::of_report(report);
    text.push_str(&format!("## mixinspec: {word}\n\n"));
    text.push_str(&format!("{}\n\n", plain(&sentence::alone(&parts.join("; ")))));
    let elapsed = Duration::try_from_secs_f64(conclusion.duration_seconds).ok();
    let mut basis = vec![code(&report.subject)];
    basis.extend(sentence::basis(report, elapsed));
    basis.push(format!("exit status {}", conclusion.exit_status));
    text.push_str(&basis.join(", "));
    text.push('\n');
    for line in sentence::edition(report).iter().take(1 + EDITIONS) {
        text.push_str(&format!("{}\n", plain(line)));
    }
}

fn table(text: &mut String, report: &Report) {
    let known = |id: &str| report.items().any(|one| one.id == id && one.is_known);
    let table = Table::of(report, &known);
    let titles: Vec<&str> = table.states.iter().map(|state| state.title()).collect();
    text.push_str(&format!("\n| area | {} |\n", titles.join(" | ")));
    text.push_str(&format!("|:--|{}\n", "--:|".repeat(titles.len())));
    for row in table.rows {
        let name = if row.name == TOTAL { format!("**{TOTAL}**") } else { row.name.to_owned() };
        let numbers = row.numbers.iter().map(|number| if *number == 0 { "·".to_owned() } else { number.to_string() });
        text.push_str(&format!("| {name} | {} |\n", numbers.collect::<Vec<_>>().join(" | ")));
    }
}

fn failures(text: &mut String, report: &Report) {
    let fails = |state: State| state == State::Fail || (report.conclusion.strict && state == State::Warn);
    let failures = in_order(report, fails);
    if failures.is_empty() {
        return;
    }
    text.push_str(&format!("\n### Failures ({})\n\n", failures.len()));
    let (told, left) = failures.split_at(failures.len().min(TOLD));
    for one in told {
        let flaky = one.flaky.map(|rate| format!(" Flaky: {rate} tries failed.")).unwrap_or_default();
        text.push_str(&format!("- **{}** ({}): {}{flaky}\n", one.id, one.kind(), plain(one.statement)));
        let Some(failure) = one.failures.first() else { continue };
        let help = one.help.map(|help| format!(". {}", plain(help))).unwrap_or_default();
        let (expected, found) = (code(&failure.expected), code(&failure.actual));
        text.push_str(&format!("  - expected {expected}, found {found}{help}\n"));
        if let Some(command) = replayed(&report.conclusion.command, &failure.case, one.flaky.is_some()) {
            text.push_str(&format!("  - {}\n", code(&command)));
        }
    }
    if !left.is_empty() {
        text.push_str(&format!("- and {}\n", named(&left.iter().map(|one| one.id).collect::<Vec<_>>())));
    }
}

/// One line for a list of ids.
fn listed(text: &mut String, what: &str, ids: &[&str]) {
    if !ids.is_empty() {
        text.push_str(&format!("\n**{what} ({}):** {}\n", ids.len(), plain(&named(ids))));
    }
}

fn named(ids: &[&str]) -> String {
    let (named, left) = ids.split_at(ids.len().min(NAMED));
    let more = if left.is_empty() { String::new() } else { format!(" and {} more", left.len()) };
    format!("{}{more}", named.join(", "))
}

/// Text on one line, escaped so that nothing is markup, HTML, or a mention of a person or an issue.
fn plain(text: &str) -> String {
    let text = line(text);
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => shown.push_str("&amp;"),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '@' => shown.push_str("&#64;"),
            '#' => shown.push_str("&#35;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' => shown.extend(['\\', character]),
            _ => shown.push(character),
        }
    }
    shown
}

/// Text as code, between more backticks than it has in a row.
fn code(text: &str) -> String {
    let text = line(text);
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let marks = "`".repeat(longest + 1);
    // Text that is empty, or begins or ends with a backtick, needs a space on both sides.
    let pad = if text.is_empty() || text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{marks}{pad}{text}{pad}{marks}")
}

fn line(text: &str) -> String {
    cut(&visible(text).replace('\n', " "), LENGTH).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_sent_is_no_markup() {
        assert_eq!(plain("<b>@me</b> *x* [y](z)\n# h"), "&lt;b&gt;&#64;me&lt;/b&gt; \\*x\\* \\[y\\](z) &#35; h");
        assert_eq!(code("a`b``c"), "```a`b``c```");
        assert_eq!(code("`x"), "`` `x ``");
        assert_eq!(code("one\n\n## two"), "`one  ## two`");
    }
}
