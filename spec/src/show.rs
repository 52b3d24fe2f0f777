//! The output of `spec show`: a list of what the spec has, or one item as it is written.
//!
//! It only returns text; the caller prints it. The engine's `explain` says how a requirement is checked.

use std::fmt::Write as _;

use crate::load::{REQUIREMENTS, Spec};
use crate::model::{AnswerEnding, Form, Levels, Requirement};
use crate::places::Places;
use crate::pointer;

/// The requirements and readings, a line each: id, level in each edition, row, statement. Then the calls to SDKs and
/// the answers to them.
#[must_use]
pub fn list(spec: &Spec) -> String {
    let rows: Vec<(String, String, String)> =
        spec.document
            .requirements
            .iter()
            .map(|it| (it.id.clone(), format!("{} {}", levels(spec, it), it.row), it.statement.clone()))
            .chain(spec.document.readings.iter().map(|it| {
                (it.id.clone(), format!("reading {} {}", it.editions.join(","), it.row), it.question.clone())
            }))
            .chain(calls(spec).map(|call| (call.name(), call.kind.to_owned(), call.what)))
            .collect();
    let width = |of: fn(&(String, String, String)) -> usize| rows.iter().map(of).max().unwrap_or(0);
    let (id, level) = (width(|row| row.0.chars().count()), width(|row| row.1.chars().count()));
    rows.iter().map(|(a, b, c)| format!("{a:id$}  {b:level$}  {c}\n")).collect()
}

/// One item as it is written, with its place: a requirement, a reading, a derivation, a request family, a source, a
/// call to SDKs or an answer to one; `None` if nothing has the name. A requirement or reading is followed by the
/// constraints that it owns.
#[must_use]
pub fn item(spec: &Spec, name: &str) -> Option<String> {
    let at = find(spec, name)?;
    let file = spec.files.get(REQUIREMENTS)?;
    let places = Places::read(&file.text).ok()?;
    let line = places.key(&at).line;
    let mut text = format!("{}:{line}\n\n{}", file.name(), written(&file.text, line));
    for edition in spec.editions() {
        let owned: Vec<_> = spec
            .constraints(edition)
            .into_iter()
            .filter(|site| site.owner.as_ref().is_some_and(|owner| owner.id() == name))
            .collect();
        if owned.is_empty() {
            continue;
        }
        let _ = writeln!(text, "\nowns in {}:", spec.openapi_path(edition));
        for site in owned {
            let _ = writeln!(text, "  {} ({})", site.pointer, site.value);
        }
    }
    Some(text)
}

/// The names that [`item`] knows.
pub fn names(spec: &Spec) -> impl Iterator<Item = String> {
    let document = &spec.document;
    let keys = document.derivations.keys().chain(document.requests.keys()).chain(document.operations.keys());
    let keys = keys.chain(document.walks.keys()).chain(document.sources.keys());
    spec.ids().chain(keys.map(String::as_str)).map(str::to_owned).chain(calls(spec).map(|call| call.name()))
}

/// A call to SDKs, or an answer to one.
struct ClientPart<'a> {
    list: &'static str,
    nth: usize,
    kind: &'static str,
    own: &'a str,
    what: String,
}

impl ClientPart<'_> {
    /// Its name with that of its list, since the lists share names with each other and with request families.
    fn name(&self) -> String {
        format!("{}.{}", self.list, self.own)
    }
}

fn calls(spec: &Spec) -> impl Iterator<Item = ClientPart<'_>> {
    let clients = &spec.document.clients;
    let creations = clients.creations.iter().enumerate().map(|(nth, it)| {
        let needs = if it.needs.is_empty() { String::new() } else { format!(", needs {}", it.needs.join(", ")) };
        let what = format!("a {} with {}{needs}", it.category, counted(it.participants, "participant"));
        ClientPart { list: "creations", nth, kind: "creation", own: &it.name, what }
    });
    let answers = clients.answers.iter().enumerate().map(|(nth, it)| {
        let made = if it.for_each.is_some() { ", one for each of a list" } else { "" };
        let ending = match it.ending {
            AnswerEnding::Whole => "",
            AnswerEnding::Cut => ", cut off",
            AnswerEnding::Slow => ", cut off after a while",
        };
        let what = format!("status {}, {}{ending}{made}", it.status.unwrap_or(200), it.kind.name());
        ClientPart { list: "answers", nth, kind: "answer", own: &it.name, what }
    });
    let signings = clients.signings.iter().enumerate().map(|(nth, it)| {
        let what = format!("{} {}", it.method, it.path);
        ClientPart { list: "signings", nth, kind: "signing", own: &it.name, what }
    });
    creations.chain(answers).chain(signings)
}

fn find(spec: &Spec, name: &str) -> Option<String> {
    let document = &spec.document;
    if let Some(nth) = document.requirements.iter().position(|it| it.id == name) {
        return Some(format!("/requirements/{nth}/id"));
    }
    if let Some(nth) = document.readings.iter().position(|it| it.id == name) {
        return Some(format!("/readings/{nth}/id"));
    }
    if let Some(call) = calls(spec).find(|call| call.name() == name) {
        return Some(format!("/clients/{}/{}/name", call.list, call.nth));
    }
    let maps = [
        ("/derivations", document.derivations.contains_key(name)),
        ("/requests", document.requests.contains_key(name)),
        ("/operations", document.operations.contains_key(name)),
        ("/walks", document.walks.contains_key(name)),
        ("/sources", document.sources.contains_key(name)),
    ];
    maps.into_iter().find(|(_, there)| *there).map(|(map, _)| pointer::join(map, name))
}

/// The lines of an item: the one of this number, and those that are indented further.
fn written(text: &str, line: usize) -> String {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let mut lines = text.lines().skip(line.saturating_sub(1));
    let first = lines.next().unwrap_or_default();
    let margin = indent(first);
    let rest = lines.take_while(|line| line.trim().is_empty() || indent(line) > margin);
    let all: Vec<&str> = std::iter::once(first).chain(rest).map(|line| line.get(margin..).unwrap_or("")).collect();
    format!("{}\n", all.join("\n").trim_end())
}

/// The levels of a requirement in the editions that it belongs to.
pub(crate) fn levels(spec: &Spec, requirement: &Requirement) -> String {
    match &requirement.level {
        Levels::One(level) => format!("{} {}", level.name(), requirement.editions.join(",")),
        Levels::ByEdition(_) => spec
            .editions()
            .filter_map(|edition| Some(format!("{} {edition}", spec.level(requirement, edition)?.name())))
            .collect::<Vec<_>>()
            .join(" "),
    }
}

/// How a form is checked, in a sentence without its beginning: "by … ".
pub(crate) fn summary(form: &Form<'_>) -> String {
    match form {
        Form::Constraint(constraint) => {
            let at: Vec<String> = constraint.at.iter().map(|pointer| format!("`{pointer}`")).collect();
            let how = if constraint.requests.is_empty() {
                "every answer"
            } else {
                "requests at the bound, which are accepted, and past it, which are refused"
            };
            format!("{how}: {}", at.join(", "))
        }
        Form::Always(_) => "every exchange that it applies to".to_owned(),
        Form::Accepts(accepts) => {
            let cases = match (accepts.cases.len(), accepts.generated) {
                (0, false) => "the plain request".to_owned(),
                (0, true) => "generated requests".to_owned(),
                (n, false) => counted(n, "case"),
                (n, true) => format!("{} and generated requests", counted(n, "case")),
            };
            format!("{cases} of {}, accepted", accepts.requests.join(", "))
        }
        Form::Refuses(refuses) => {
            let codes: Vec<String> = refuses.codes.iter().map(ToString::to_string).collect();
            let codes = if codes.is_empty() { String::new() } else { format!(" with {}", codes.join(" or ")) };
            let cases = counted(refuses.cases.len(), "case");
            format!("{cases} of {}, refused{codes} beside an accepted twin", refuses.requests.join(", "))
        }
        Form::History(history) => match history.distinct {
            Some(_) => "everything that the run creates".to_owned(),
            None => "what is answered later about the same".to_owned(),
        },
        Form::Scenario(scenario) => {
            let steps: Vec<&str> = scenario.steps.iter().map(|step| step.name.as_str()).collect();
            format!("a scenario: {}", steps.join(", "))
        }
        Form::Authenticates(form) => {
            let (cases, families) = (counted(form.cases.len(), "credential"), form.requests.join(", "));
            format!("{cases} with {families}, {} beside a twin that is accepted", form.expect.name())
        }
        Form::Derives(derives) => format!("values of `{}`", derives.derivation),
    }
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec() -> Spec {
        Spec::embedded().expect("the embedded documents are sound")
    }

    #[test]
    fn the_list_has_a_line_for_each() {
        let spec = spec();
        let list = list(&spec);
        let clients = &spec.document.clients;
        let calls = clients.creations.len() + clients.answers.len() + clients.signings.len();
        assert_eq!(list.lines().count(), spec.document.requirements.len() + spec.document.readings.len() + calls);
        assert!(
            list.lines().any(|line| line.starts_with("answers.code ") && line.contains("status 202, refused, one"))
        );
        assert!(list.lines().any(|line| line.starts_with("create-again ") && line.contains("should 2018 must 2026")));
    }

    #[test]
    fn a_name_has_its_text() {
        let spec = spec();
        // One of each kind; reading the places anew for every name would take a minute.
        for name in ["group-owner", "control-characters", "group_conversation_id", "contact", "practice", "answers.cut"]
        {
            assert!(names(&spec).any(|known| known == name), "{name}");
            let text = item(&spec, name).unwrap_or_else(|| panic!("nothing for {name}"));
            assert!(text.starts_with("spec/requirements.yaml:"), "{name}: {text}");
            assert!(
                text.lines().nth(2).is_some_and(|line| line.contains(name.trim_start_matches("answers."))),
                "{name}: {text}"
            );
        }
        assert_eq!(item(&spec, "nobody"), None);
    }

    #[test]
    fn a_requirement_is_shown_whole_and_alone() {
        let text = item(&spec(), "category-enum").expect("a requirement");
        assert!(text.contains("\n  constraint:"), "{text}");
        assert_eq!(text.matches("- id:").count(), 1, "{text}");
        assert!(
            text.contains("owns in 2026/openapi.yaml:\n  /components/schemas/ConversationCategory/enum ([\"GROUP\""),
            "{text}"
        );
    }
}
