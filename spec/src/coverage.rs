//! The output of `spec coverage`: how much of the sources and of the schemas the requirements cover.
//!
//! These are counts over the documents. Whether a requirement is any good shows in the faults that it catches.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::constraints::{ConstraintSite, Direction, Owner};
use crate::load::Spec;
use crate::model::{Area, Form, Level};

/// The coverage of a spec.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// The coverage by edition.
    pub editions: Vec<EditionCoverage>,
    /// The coverage by source.
    pub sources: Vec<SourceCoverage>,
    /// The ids of requirements and readings by row of the behaviour tables, in the order of the rows.
    pub rows: Vec<(String, Vec<String>)>,
    /// The numbers of calls to SDKs, of answers to them, and of requests to sign.
    pub clients: [(&'static str, usize); 3],
    /// The number of requirements that break each SDK or app.
    pub breaks: BTreeMap<String, usize>,
    /// The number of requirements with a non-empty `breaks`.
    pub breaking: usize,
}

/// The coverage of an edition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditionCoverage {
    /// Its name.
    pub edition: String,
    /// The number of requirements.
    pub requirements: usize,
    /// The number of readings.
    pub readings: usize,
    /// The number of requirements by level.
    pub levels: BTreeMap<Level, usize>,
    /// The number of requirements by form.
    pub forms: BTreeMap<&'static str, usize>,
    /// The number of requirements by area.
    pub areas: BTreeMap<Area, usize>,
    /// The number of constraints on requests.
    pub request_constraints: usize,
    /// The number of constraints on answers.
    pub response_constraints: usize,
    /// The number of those that a requirement owns.
    pub owned: usize,
    /// The number of those that a reading owns.
    pub open: usize,
    /// The pointers of those without an owner; a linted spec has none.
    pub unowned: Vec<String>,
}

/// The coverage of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceCoverage {
    /// Its name.
    pub source: String,
    /// The number of quotes from it, each counted once.
    pub quotes: usize,
    /// The number of its quotable lines.
    pub lines: usize,
    /// Its quotable lines that are not quoted.
    pub unquoted: Vec<String>,
}

/// Computes the coverage of a spec.
#[must_use]
pub fn coverage(spec: &Spec) -> Coverage {
    let mut breaks = BTreeMap::new();
    for name in spec.document.requirements.iter().flat_map(|requirement| &requirement.breaks) {
        *breaks.entry(name.clone()).or_default() += 1;
    }
    Coverage {
        editions: spec.editions().map(|name| edition(spec, name)).collect(),
        sources: spec.sources.iter().map(|(name, text)| source(spec, name, text)).collect(),
        rows: rows(spec),
        clients: [
            ("creations", spec.document.clients.creations.len()),
            ("answers", spec.document.clients.answers.len()),
            ("signings", spec.document.clients.signings.len()),
        ],
        breaks,
        breaking: spec.document.requirements.iter().filter(|requirement| !requirement.breaks.is_empty()).count(),
    }
}

fn edition(spec: &Spec, edition: &str) -> EditionCoverage {
    let (mut levels, mut forms, mut areas) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for requirement in spec.requirements(edition) {
        if let Some(level) = spec.level(requirement, edition) {
            *levels.entry(level).or_default() += 1;
        }
        for form in requirement.forms() {
            *forms.entry(Form::name(&form)).or_default() += 1;
        }
        *areas.entry(requirement.area).or_default() += 1;
    }
    let constraints = spec.constraints(edition);
    let count = |which: fn(&&ConstraintSite) -> bool| constraints.iter().filter(which).count();
    EditionCoverage {
        edition: edition.to_owned(),
        requirements: spec.requirements(edition).count(),
        readings: spec.readings(edition).count(),
        levels,
        forms,
        areas,
        request_constraints: count(|site| site.direction == Direction::Request),
        response_constraints: count(|site| site.direction == Direction::Response),
        owned: count(|site| matches!(site.owner, Some(Owner::Requirement(_)))),
        open: count(|site| matches!(site.owner, Some(Owner::Reading(_)))),
        unowned: constraints.iter().filter(|site| site.owner.is_none()).map(|site| site.pointer.clone()).collect(),
    }
}

fn source(spec: &Spec, name: &str, text: &str) -> SourceCoverage {
    let document = &spec.document;
    let quotes: BTreeSet<String> = document
        .requirements
        .iter()
        .flat_map(|requirement| &requirement.source)
        .chain(document.readings.iter().flat_map(|reading| &reading.source))
        .filter(|source| source.document == name)
        .map(|source| words(&source.quote).join(" "))
        .collect();
    let lines = lines(text);
    let quoted = quoted_lines(text, &quotes);
    let unquoted = lines.iter().filter(|(nth, _)| !quoted.contains(nth)).map(|(_, line)| (*line).to_owned()).collect();
    SourceCoverage { source: name.to_owned(), quotes: quotes.len(), lines: lines.len(), unquoted }
}

/// The quotable lines: code, and lines with a mark (a number, a dash, a quotation, a table). Headings, introductions
/// and lone brackets have nothing to quote.
fn lines(text: &str) -> Vec<(usize, &str)> {
    let mut fenced = false;
    let mut said = Vec::new();
    for (nth, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.starts_with("```") {
            fenced = !fenced;
            continue;
        }
        let numbered = line.split_once(". ").is_some_and(|(number, _)| number.parse::<u32>().is_ok());
        let marked = numbered || ["- ", "> ", "|"].iter().any(|mark| line.starts_with(mark));
        if (fenced || marked) && line.chars().filter(|c| c.is_alphabetic()).count() > 2 {
            said.push((nth, line));
        }
    }
    said
}

/// The numbers of the lines that a quote covers, in whole or in part.
fn quoted_lines(text: &str, quotes: &BTreeSet<String>) -> BTreeSet<usize> {
    // The text with single spaces, and for each of its bytes the line that it comes from.
    let (mut folded, mut origin) = (String::new(), Vec::new());
    for (nth, line) in text.lines().enumerate() {
        for word in words(line) {
            if !folded.is_empty() {
                folded.push(' ');
                origin.push(nth);
            }
            folded.push_str(word);
            origin.resize(folded.len(), nth);
        }
    }
    let mut quoted = BTreeSet::new();
    for quote in quotes {
        for (start, _) in folded.match_indices(quote.as_str()) {
            quoted.extend(&origin[start..start + quote.len()]);
        }
    }
    quoted
}

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

/// The rows with their ids, sorted by letter, then by number.
pub(crate) fn rows(spec: &Spec) -> Vec<(String, Vec<String>)> {
    let document = &spec.document;
    let requirements = document.requirements.iter().map(|it| (&it.row, &it.id));
    let readings = document.readings.iter().map(|it| (&it.row, &it.id));
    let mut rows: BTreeMap<(String, u32), Vec<String>> = BTreeMap::new();
    for (row, id) in requirements.chain(readings) {
        rows.entry(row_order(row)).or_default().push(id.clone());
    }
    rows.into_iter().map(|((letter, number), ids)| (format!("{letter}{number}"), ids)).collect()
}

/// A row's letter and number.
pub(crate) fn row_order(row: &str) -> (String, u32) {
    let at = row.find(|c: char| c.is_ascii_digit()).unwrap_or(row.len());
    (row[..at].to_owned(), row[at..].parse().unwrap_or(0))
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for edition in &self.editions {
            writeln!(f, "edition {}", edition.edition)?;
            writeln!(f, "  requirements   {}, and {} readings", edition.requirements, edition.readings)?;
            writeln!(f, "  by level       {}", listed(edition.levels.iter().map(|(level, n)| (level.name(), *n))))?;
            writeln!(f, "  by form        {}", listed(edition.forms.iter().map(|(form, n)| (*form, *n))))?;
            writeln!(f, "  by area        {}", listed(edition.areas.iter().map(|(area, n)| (area.name(), *n))))?;
            writeln!(
                f,
                "  constraints    {} on requests, {} on answers: {} owned by requirements, {} by readings, {} by nobody",
                edition.request_constraints,
                edition.response_constraints,
                edition.owned,
                edition.open,
                edition.unowned.len()
            )?;
            for pointer in &edition.unowned {
                writeln!(f, "    {pointer}")?;
            }
        }
        writeln!(f, "sources")?;
        for source in &self.sources {
            let quoted = source.lines - source.unquoted.len();
            writeln!(
                f,
                "  {:13}  {quoted} of {} lines quoted, by {} quotes",
                source.source, source.lines, source.quotes
            )?;
            for line in &source.unquoted {
                writeln!(f, "    {line}")?;
            }
        }
        writeln!(f, "rows")?;
        for (row, ids) in &self.rows {
            writeln!(f, "  {row:4} {}", ids.join(", "))?;
        }
        writeln!(f, "clients")?;
        writeln!(f, "  {}", listed(self.clients.iter().copied()))?;
        writeln!(f, "breaks")?;
        writeln!(f, "  {} requirements say whom it breaks", self.breaking)?;
        for (name, requirements) in &self.breaks {
            writeln!(f, "  {requirements:4} {name}")?;
        }
        Ok(())
    }
}

fn listed<'a>(counts: impl Iterator<Item = (&'a str, usize)>) -> String {
    counts.map(|(name, count)| format!("{count} {name}")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_constraint_and_requirement_is_counted_once() {
        let spec = Spec::embedded().expect("the embedded documents are sound");
        let coverage = coverage(&spec);
        for edition in &coverage.editions {
            assert_eq!(edition.unowned, [""; 0]);
            assert_eq!(edition.owned + edition.open, edition.request_constraints + edition.response_constraints);
            assert_eq!(edition.levels.values().sum::<usize>(), edition.requirements);
            assert_eq!(edition.forms.values().sum::<usize>(), edition.requirements);
            assert_eq!(edition.areas.values().sum::<usize>(), edition.requirements);
        }
        let ids = coverage.rows.iter().map(|(_, ids)| ids.len()).sum::<usize>();
        assert_eq!(ids, spec.document.requirements.len() + spec.document.readings.len());
        assert_eq!(coverage.to_string().matches("edition ").count(), 2);
    }

    #[test]
    fn every_source_is_quoted() {
        let spec = Spec::embedded().expect("the embedded documents are sound");
        for source in coverage(&spec).sources {
            assert!(source.quotes > 0 && source.unquoted.len() < source.lines, "{source:?}");
        }
    }

    #[test]
    fn a_quote_over_two_lines_quotes_both() {
        let text = "# Title\n\nintroduction\n\n1. one two\n2. three four\n3. five six\n```\n}\n code here\n```\n";
        assert_eq!(lines(text).iter().map(|(nth, _)| *nth).collect::<Vec<_>>(), [4, 5, 6, 9]);
        let quotes = BTreeSet::from(["two 2. three".to_owned(), "code".to_owned()]);
        assert_eq!(quoted_lines(text, &quotes), BTreeSet::from([4, 5, 9]));
    }

    #[test]
    fn rows_are_ordered_by_number() {
        let mut rows = ["R10", "R9", "A11", "R1"];
        rows.sort_by_key(|row| row_order(row));
        assert_eq!(rows, ["A11", "R1", "R9", "R10"]);
    }
}
