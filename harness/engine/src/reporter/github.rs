//! Annotations for GitHub Actions: workflow commands, which a step writes to its output.
//!
//! GitHub shows ten errors and ten warnings of a step. The last annotation lists the titles of all further ones.

use super::failure::replayed;
use super::layout::count;
use super::sentence::Sentence;
use super::state::{State, in_order};
use crate::report::Report;
use crate::report::item::Item;
use crate::text::visible::{cut, visible};

/// How many annotations of a kind GitHub shows.
const SHOWN: usize = 10;

/// How many characters of a message are shown.
const MESSAGE: usize = 2000;

/// How many ids are named in one message.
const NAMED: usize = 20;

/// The text of an annotation.
struct Annotation {
    title: String,
    message: String,
}

/// One line per annotation: errors for everything that makes the exit status other than 0, warnings for the rest.
#[must_use]
pub fn render(report: &Report) -> String {
    let conclusion = &report.conclusion;
    let with = |wanted: State| report.items().filter(move |one| one.state() == wanted);
    let broken = |wanted: State| {
        let all = in_order(report, |state| state == wanted);
        all.iter().map(|one| annotation(one, &conclusion.command)).collect::<Vec<_>>()
    };
    let (mut errors, warnings) = (broken(State::Fail), broken(State::Warn));
    let warnings = if conclusion.strict {
        errors.extend(warnings);
        Vec::new()
    } else {
        warnings
    };
    errors.extend(
        conclusion
            .out_of_date
            .iter()
            .map(|entry| Annotation { title: format!("{} is out of date", entry.file), message: entry.reason.clone() }),
    );
    let wrong: Vec<&str> = with(State::Error).map(|one| one.id).collect();
    errors.extend(listed("not judged, by a mistake of mixinspec or of the spec", &wrong));
    let open: Vec<&str> = report.items().filter(Item::is_open_must).map(|one| one.id).collect();
    errors.extend(listed("not decided", &open));
    if errors.is_empty() && conclusion.exit_status != 0 {
        let Sentence { word, parts } = Sentence::of_report(report);
        errors.push(Annotation { title: format!("mixinspec: {word}"), message: parts.join("; ") });
    }
    let mut text = String::new();
    for (command, annotations) in [("error", errors), ("warning", warnings)] {
        write(&mut text, command, annotations);
    }
    text
}

fn annotation(one: &Item<'_>, command: &str) -> Annotation {
    let mut lines = vec![one.statement.to_owned()];
    if let Some(rate) = one.flaky {
        lines.push(format!("flaky: the same case failed in {rate} tries"));
    }
    if let Some(failure) = one.failures.first() {
        lines.push(format!("expected: {}", failure.expected));
        lines.push(format!("actual: {}", failure.actual));
        lines.extend(one.help.map(|help| format!("help: {help}")));
        lines.extend(one.follows.map(|base| format!("follows from: {base}")));
        lines.extend(replayed(command, &failure.case, one.flaky.is_some()).map(|replay| format!("replay: {replay}")));
    }
    Annotation { title: format!("{} ({})", one.id, one.kind()), message: lines.join("\n") }
}

/// One annotation for a list of ids.
fn listed(what: &str, ids: &[&str]) -> Option<Annotation> {
    let (named, left) = ids.split_at(ids.len().min(NAMED));
    let mut message = named.join(", ");
    if !left.is_empty() {
        message.push_str(&format!(" and {} more", left.len()));
    }
    let title = format!("{} {what}", count(ids.len(), "requirement", "requirements"));
    (!ids.is_empty()).then_some(Annotation { title, message })
}

fn write(text: &mut String, command: &str, mut annotations: Vec<Annotation>) {
    if annotations.len() > SHOWN {
        let left = annotations.split_off(SHOWN - 1);
        let titles: Vec<&str> = left.iter().map(|annotation| annotation.title.as_str()).collect();
        let (title, message) = (format!("and {} more", left.len()), titles.join("\n"));
        annotations.push(Annotation { title, message });
    }
    for Annotation { title, message } in annotations {
        let message = visible(&message);
        text.push_str(&format!(
            "::{command} title={}::{}\n",
            property(&visible(&title)),
            data(&cut(&message, MESSAGE))
        ));
    }
}

/// Text as a workflow command takes it: in one line.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes text for a property value, in which more characters have a meaning.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_sent_stays_in_its_line() {
        let mut text = String::new();
        let message = "50%\r\n::error::injected".to_owned();
        write(&mut text, "error", vec![Annotation { title: "a:b,c\nd".into(), message }]);
        assert_eq!(text, "::error title=a%3Ab%2Cc%0Ad::50%25\\r%0A::error::injected\n");
        assert_eq!(data("\r"), "%0D");
    }

    #[test]
    fn github_shows_ten_of_a_kind() {
        let mut text = String::new();
        let many = (0..12).map(|at| Annotation { title: format!("id-{at}"), message: String::new() });
        write(&mut text, "error", many.collect());
        assert_eq!(text.lines().count(), SHOWN);
        assert_eq!(text.lines().last(), Some("::error title=and 3 more::id-9%0Aid-10%0Aid-11"));
    }
}
