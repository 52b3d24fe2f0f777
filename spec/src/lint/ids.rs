//! Checks names: their form, and that they are unique.

use std::collections::{BTreeMap, BTreeSet};

use super::{LintReport, readings, requirements, step_lists};
use crate::coverage::row_order;
use crate::model::CaseSpec;
use crate::problems::Problem;

pub(super) fn check(report: &mut LintReport<'_>) {
    let spec = report.spec;
    rows(report);

    // A run reports requirements and readings side by side, so they share one set of ids.
    let mut ids = Names::new("id", "take another id: ids are never used twice, and reports name both kinds by them");
    for (at, reading) in readings(spec) {
        kebab_case(report, "id", &format!("{at}/id"), &reading.id);
        ids.take(report, format!("{at}/id"), &reading.id);
        let mut names = Names::new("interpretation", "name each interpretation once");
        for (nth, observation) in reading.observe.iter().enumerate() {
            let at = format!("{at}/observe/{nth}/name");
            kebab_case(report, "interpretation", &at, &observation.name);
            names.take(report, at, &observation.name);
        }
        if reading.observe.len() < 2 {
            let problem = Problem::OneInterpretation { name: reading.id.clone() };
            report.key(&format!("{at}/observe"), problem);
        }
    }
    for (at, requirement) in requirements(spec) {
        kebab_case(report, "id", &format!("{at}/id"), &requirement.id);
        ids.take(report, format!("{at}/id"), &requirement.id);
        for (form, _, cases) in requirement.case_lists() {
            case_names(report, &format!("{at}/{form}/cases"), cases);
        }
    }
    for (at, steps, _) in step_lists(spec) {
        let mut names = Names::new("step", "take another name: rules name steps by it");
        for (nth, step) in steps.iter().enumerate() {
            let at = format!("{at}/{nth}");
            let name = format!("{at}/name");
            identifier(report, "step", &name, &step.name);
            names.take(report, name, &step.name);
            if let Some(change) = &step.change {
                kebab_case(report, "case", &format!("{at}/change/name"), &change.name);
            }
        }
    }
}

/// Checks rows: they are numbered without gaps from 1 for each letter. Any other row is a slip, and would make a table
/// of its own.
fn rows(report: &mut LintReport<'_>) {
    let spec = report.spec;
    let of_readings = readings(spec).map(|(at, reading)| (at, &reading.row));
    let all: Vec<(String, &String)> =
        requirements(spec).map(|(at, requirement)| (at, &requirement.row)).chain(of_readings).collect();
    let mut counted: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
    for (_, row) in &all {
        let (letter, number) = row_order(row);
        counted.entry(letter).or_default().insert(number);
    }
    for (at, row) in all {
        let (letter, number) = row_order(row);
        let is_row = letter.len() == 1 && letter.starts_with(|c: char| c.is_ascii_uppercase());
        let until = counted.get(&letter).map_or(0, |of| (1..).zip(of).take_while(|(nth, row)| nth == *row).count());
        if is_row
            && *row == format!("{letter}{number}")
            && usize::try_from(number).is_ok_and(|it| (1..=until).contains(&it))
        {
            continue;
        }
        let todo = match until {
            0 => "a row is a capital letter and a number from 1, such as A7".to_owned(),
            until => format!("there are {letter}1 to {letter}{until}; a new one is {letter}{}", until + 1),
        };
        report.value(&format!("{at}/row"), Problem::UnknownName { kind: "row", name: row.clone(), todo });
    }
}

fn case_names(report: &mut LintReport<'_>, at: &str, cases: &[CaseSpec]) {
    let mut names = Names::new("case", "take another name: a case is replayed by it");
    for (nth, case) in cases.iter().enumerate() {
        let at = format!("{at}/{nth}/name");
        kebab_case(report, "case", &at, &case.name);
        names.take(report, at, &case.name);
    }
}

/// The names that are taken, each with the pointer to its place.
pub(super) struct Names<'a> {
    kind: &'static str,
    todo: &'static str,
    taken: BTreeMap<&'a str, String>,
}

impl<'a> Names<'a> {
    pub(super) fn new(kind: &'static str, todo: &'static str) -> Self {
        Self { kind, todo, taken: BTreeMap::new() }
    }

    pub(super) fn take(&mut self, report: &mut LintReport<'_>, at: String, name: &'a str) {
        match self.taken.get(name) {
            Some(first) => {
                let first = report.place(first).map_or(0, |place| place.line);
                let (kind, todo) = (self.kind, self.todo);
                report.value(&at, Problem::DuplicateName { kind, name: name.to_owned(), first, todo });
            }
            None => {
                self.taken.insert(name, at);
            }
        }
    }
}

pub(super) fn kebab_case(report: &mut LintReport<'_>, kind: &'static str, at: &str, name: &str) {
    let words = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let parts_are_words = name.split('-').all(|part| !part.is_empty() && part.chars().all(words));
    if !parts_are_words {
        let todo = format!("`{}`", proposal(name, '-'));
        report.value(at, Problem::NameForm { kind, name: name.to_owned(), form: "kebab case", todo });
    }
}

pub(super) fn pascal_case(report: &mut LintReport<'_>, kind: &'static str, at: &str, name: &str) {
    let fits = name.len() > 1
        && name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.chars().all(|c| c.is_ascii_alphabetic());
    if !fits {
        let words = proposal(name, '-');
        let parts = words.split('-').map(|word| word.trim_matches(|c: char| !c.is_ascii_alphabetic()));
        let word = |part: &str| part.get(..1).map(|first| first.to_ascii_uppercase() + &part[1..]);
        let todo = format!("`{}`", parts.filter_map(word).collect::<String>());
        report.key(at, Problem::NameForm { kind, name: name.to_owned(), form: "Pascal case", todo });
    }
}

fn identifier(report: &mut LintReport<'_>, kind: &'static str, at: &str, name: &str) {
    let fits = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if !fits {
        let todo = format!("`{}`: an expression has to be able to name it", proposal(name, '_'));
        report.value(at, Problem::NameForm { kind, name: name.to_owned(), form: "snake case", todo });
    }
}

/// A corrected form of a name, with its words separated.
fn proposal(name: &str, separator: char) -> String {
    let mut words = String::new();
    let mut before = separator;
    for c in name.chars() {
        let c = if c.is_ascii_alphanumeric() { c } else { separator };
        if c.is_ascii_uppercase() && before.is_ascii_lowercase() {
            words.push(separator);
        }
        before = c;
        if c != separator || !words.ends_with(separator) {
            words.push(c.to_ascii_lowercase());
        }
    }
    match words.trim_matches(separator) {
        "" => "a-name".replace('-', &separator.to_string()),
        words => words.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proposal_keeps_the_words() {
        assert_eq!(proposal("GroupOwner", '-'), "group-owner");
        assert_eq!(proposal("group_owner  2", '-'), "group-owner-2");
        assert_eq!(proposal("create-again", '_'), "create_again");
        assert_eq!(proposal("UUID", '-'), "uuid");
        assert_eq!(proposal("é", '_'), "a_name");
    }
}
