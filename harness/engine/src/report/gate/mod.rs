//! The gate of known failures: a file of findings that a project accepts for now, and whether the file is still true.
//!
//! An entry that fails, or could not be decided, does not fail the run; neither does anything that is undecided only
//! because of such entries. An entry that passes, has expired, or names nothing in the plan breaks the gate, so that
//! the file cannot rot. An entry marked `flaky` may also pass. This module parses and judges the text; the program
//! reads the file and knows the date.

mod outcome;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Range;

use mixinspec_spec::model::Subject;
use mixinspec_spec::places::Place;
use mixinspec_spec::yaml;
use serde::Deserialize;

use self::outcome::verdict;
pub use self::outcome::{Broken, Gate, Stale};
use crate::findings::verdict::{Rate, Verdict};
use crate::identity::case_id::CaseId;
use crate::report::Report;
use crate::report::item::Item;
use crate::text::time;

/// The microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// A file of known failures.
#[derive(Debug, Clone)]
pub struct KnownFailures {
    file: String,
    entries: Vec<KnownFailure>,
}

/// One finding that is accepted for now.
#[derive(Debug, Clone, PartialEq, Eq)]
struct KnownFailure {
    names: EntryNames,
    reason: String,
    issue: Option<String>,
    expires: Option<String>,
    /// Whether it fails only in some runs; a run in which it passes does not make the entry out of date.
    flaky: bool,
    line: u64,
}

/// The finding that an entry names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum EntryNames {
    Case(CaseId),
    Reading(String),
    Requirement(String),
}

impl fmt::Display for EntryNames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Case(id) => write!(f, "case {id}"),
            Self::Reading(id) => write!(f, "reading {id}"),
            Self::Requirement(id) => write!(f, "requirement {id}"),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEntry {
    requirement: Option<String>,
    case: Option<String>,
    reading: Option<String>,
    reason: String,
    issue: Option<String>,
    expires: Option<String>,
    #[serde(default)]
    flaky: bool,
}

/// A file of known failures that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("read the known failures {file}, line {line}, column {column}: {reason}")]
pub struct KnownFailuresError {
    /// The file's name.
    pub file: String,
    /// The line, from 1.
    pub line: u64,
    /// The column in characters, from 1.
    pub column: u64,
    /// What is wrong.
    pub reason: String,
}

impl KnownFailures {
    /// Reads the text of a file.
    ///
    /// # Errors
    /// With line and column, when it is not a list of entries.
    pub fn read(file: &str, text: &str) -> Result<Self, KnownFailuresError> {
        let at = |span: Range<usize>, reason: String| {
            let Place { line, column, .. } = Place::of_span(text, span);
            KnownFailuresError { file: file.to_owned(), line: line as u64, column: column as u64, reason }
        };
        let wrong = |error: yaml::YamlError| at(error.span(), error.to_string());
        let list = match yaml::read(text).map_err(wrong)? {
            yaml::Node { value: yaml::Value::Null, .. } => Vec::new(),
            yaml::Node { value: yaml::Value::List(list), .. } => list,
            other => return Err(at(other.span, "a list of entries is needed here".into())),
        };
        let mut entries: Vec<KnownFailure> = Vec::new();
        for item in &list {
            let line = Place::of_span(text, item.span.clone()).line as u64;
            let raw = RawEntry::deserialize(item).map_err(wrong)?;
            let wrong = |reason: String| at(item.span.clone(), reason);
            let RawEntry { requirement, case, reading, reason, issue, expires, flaky } = raw;
            let names = match (requirement, case, reading) {
                (Some(id), None, None) => EntryNames::Requirement(id),
                (None, Some(id), None) => EntryNames::Case(id.into()),
                (None, None, Some(id)) => EntryNames::Reading(id),
                _ => return Err(wrong("an entry names one thing: a `requirement`, a `case` or a `reading`".into())),
            };
            if reason.trim().is_empty() {
                return Err(wrong(format!("the reason of {names} is empty")));
            }
            if let Some(date) = expires.as_ref().filter(|date| days(date).is_none()) {
                return Err(wrong(format!("`{date}` is no date; write it like 2027-01-31")));
            }
            if let Some(same) = entries.iter().find(|entry| entry.names == names) {
                return Err(wrong(format!("{names} stands in line {} already", same.line)));
            }
            entries.push(KnownFailure { names, reason, issue, expires, flaky, line });
        }
        Ok(Self { file: file.to_owned(), entries })
    }

    /// Compares the file with a run. `plan` is the unfiltered plan of the report's edition; `now` counts microseconds
    /// since 1970, UTC.
    #[must_use]
    pub fn judge(&self, report: &Report, plan: &dyn CaseIndex, now: i64) -> Gate {
        let mut gate = Gate { file: self.file.clone(), ..Gate::default() };
        let mut cases: BTreeMap<&str, &str> = BTreeMap::new();
        for entry in &self.entries {
            let stale = match (&entry.expires, &entry.names) {
                (Some(date), _) if is_over(date, now) => Some(Stale::Expired(date.clone())),
                (_, names) if !names.are_in(plan) => Some(Stale::MatchesNothing),
                (_, EntryNames::Requirement(id) | EntryNames::Reading(id)) => match verdict(report, id) {
                    // An undecided finding does not make the entry out of date, and is not news either.
                    Some(Verdict::Fail | Verdict::Warn | Verdict::Inconclusive) => {
                        gate.known.insert(id.clone(), entry.reason.clone());
                        None
                    }
                    Some(Verdict::Pass) if !entry.flaky && report.is_whole() => Some(Stale::Passes),
                    _ => None,
                },
                (_, EntryNames::Case(id)) if failing(report).any(|(_, cases, _)| cases.contains(id)) => {
                    cases.insert(id.as_str(), &entry.reason);
                    None
                }
                (_, EntryNames::Case(id)) => (!entry.flaky && was_decided(report, id)).then_some(Stale::Passes),
            };
            if let Some(why) = stale {
                let (names, edition) = (entry.names.to_string(), report.edition.clone());
                gate.broken.push(Broken { names, line: entry.line, issue: entry.issue.clone(), edition, why });
            }
        }
        // A requirement is excused by entries for its cases, if they cover all of its failing cases.
        for (id, failing, more) in failing(report) {
            let mut reasons = failing.iter().map(|case| cases.get(case.as_str()));
            if !more
                && let Some(Some(reason)) = reasons.next()
                && reasons.all(|reason| reason.is_some())
            {
                gate.known.entry(id.to_owned()).or_insert_with(|| (*reason).to_owned());
            }
        }
        gate.excuse_undecided(report);
        gate
    }

    /// The text of the file without the entries that pass. All else stays as it is, if each of these entries has lines
    /// of its own.
    #[must_use]
    pub fn pruned(&self, text: &str, gate: &Gate) -> String {
        let passes = |entry: &&KnownFailure| {
            gate.broken.iter().any(|b| b.names == entry.names.to_string() && b.why == Stale::Passes)
        };
        let kept: Vec<&KnownFailure> = self.entries.iter().filter(|entry| !passes(entry)).collect();
        let mut lines: Vec<Option<&str>> = text.split_inclusive('\n').map(Some).collect();
        for (at, entry) in self.entries.iter().enumerate().filter(|(_, entry)| passes(entry)) {
            let start = line_at(entry.line);
            let end = self.entries.get(at + 1).map_or(lines.len(), |next| line_at(next.line)).min(lines.len());
            // A comment above the next entry belongs to that entry.
            let is_of_next = |line: &Option<&str>| line.is_none_or(|line| is_comment(line) || line.trim().is_empty());
            let own = lines.get(start..end).unwrap_or_default();
            let length = own.iter().rposition(|line| !is_of_next(line)).map_or(0, |last| last + 1);
            for line in lines.iter_mut().skip(start).take(length) {
                *line = None;
            }
        }
        let mut pruned: String = lines.into_iter().flatten().collect();
        if kept.is_empty() {
            pruned.push_str("[]\n");
        }
        let same = |read: Self| {
            read.entries.len() == kept.len() && read.entries.iter().zip(&kept).all(|(read, kept)| read.is_like(kept))
        };
        if Self::read(&self.file, &pruned).is_ok_and(same) {
            return pruned;
        }
        // Several entries share a line, as in JSON: write the file anew.
        if kept.is_empty() { "[]\n".to_owned() } else { kept.into_iter().map(|entry| entry.text(None)).collect() }
    }

    /// A file with everything that fails in a run, sorted. It keeps the reasons of an older file, and those of its
    /// entries that this run does not decide; they are looked up in the given plan. The same run passes with the new
    /// file: so it also has the warnings that keep a must undecided, and no expired date.
    #[must_use]
    pub fn write(report: &Report, strict: bool, older: Option<(&Self, &dyn CaseIndex)>, now: i64) -> String {
        let fails = |verdict: Verdict| verdict == Verdict::Fail || (strict && verdict == Verdict::Warn);
        let undecided = report.items().filter(Item::is_undecided_must);
        let blamed: BTreeSet<&str> = undecided.flat_map(|item| item.because).map(String::as_str).collect();
        let blamed = |item: &Item<'_>| item.verdict == Verdict::Warn && blamed.contains(item.id);
        let failing = report.items().filter(|item| fails(item.verdict) || blamed(item));
        let entries = older.map_or(&[][..], |(older, _)| &older.entries);
        let known = |names: &EntryNames| entries.iter().find(|entry| entry.names == *names);
        let mut all: BTreeMap<EntryNames, KnownFailure> = BTreeMap::new();
        for item in failing {
            let id = item.id.to_owned();
            let names = if item.is_reading { EntryNames::Reading(id) } else { EntryNames::Requirement(id) };
            let cases: Option<Vec<&KnownFailure>> =
                item.cases.iter().map(|case| known(&EntryNames::Case(case.clone()))).collect();
            match (known(&names), cases) {
                (None, Some(cases)) if !item.more_cases && !cases.is_empty() => {
                    all.extend(cases.into_iter().map(|entry| (entry.names.clone(), entry.clone())));
                }
                (entry, _) => {
                    let entry = entry.cloned().unwrap_or_else(|| KnownFailure::new(names.clone()));
                    all.insert(names, entry);
                }
            }
        }
        for entry in entries.iter().filter(|entry| older.is_some_and(|(_, plan)| entry.names.are_in(plan))) {
            let open = match &entry.names {
                EntryNames::Requirement(id) | EntryNames::Reading(id) => match verdict(report, id) {
                    Some(Verdict::Pass) => !report.is_whole(),
                    Some(Verdict::Fail) => false,
                    Some(_) | None => true,
                },
                EntryNames::Case(id) => !was_decided(report, id),
            };
            if open || entry.flaky {
                all.entry(entry.names.clone()).or_insert_with(|| entry.clone());
            }
        }
        let command = if report.kind == Subject::Sdk { "sdk" } else { "run" };
        let mut text = format!(
            "# What fails, and is accepted for now: mixinspec {command} … --edition {} --known-failures THIS_FILE\n\
             # An entry that passes, is over its date, or names nothing fails the run. Say why each is accepted.\n",
            report.edition
        );
        if all.is_empty() {
            text.push_str("[]\n");
        }
        for mut entry in all.into_values() {
            if entry.expires.as_ref().is_some_and(|date| is_over(date, now)) {
                entry.expires = None;
            }
            let rate = flaky(report, &entry.names);
            entry.flaky |= rate.is_some();
            text.push_str(&entry.text(rate));
        }
        text
    }
}

impl EntryNames {
    fn are_in(&self, plan: &dyn CaseIndex) -> bool {
        match self {
            Self::Case(id) => plan.has_case(id),
            Self::Reading(id) => plan.has_reading(id),
            Self::Requirement(id) => plan.has_requirement(id),
        }
    }
}

impl KnownFailure {
    /// A new entry, with the default reason.
    fn new(names: EntryNames) -> Self {
        let reason = "failed when this file was written".to_owned();
        Self { names, reason, issue: None, expires: None, flaky: false, line: 0 }
    }

    /// Whether it equals another entry apart from the line.
    fn is_like(&self, other: &Self) -> bool {
        Self { line: 0, ..self.clone() } == Self { line: 0, ..other.clone() }
    }

    /// The entry in YAML, with its failure rate if it is flaky.
    fn text(&self, rate: Option<Rate>) -> String {
        let (key, id) = match &self.names {
            EntryNames::Case(id) => ("case", id.as_str()),
            EntryNames::Reading(id) => ("reading", id.as_str()),
            EntryNames::Requirement(id) => ("requirement", id.as_str()),
        };
        let mut text = format!("- {key}: {id}\n  reason: {}\n", yaml(&self.reason));
        if self.flaky {
            let tries = rate.map(|rate| format!(" # {rate} tries")).unwrap_or_default();
            text.push_str(&format!("  flaky: true{tries}\n"));
        }
        for (key, value) in [("issue", &self.issue), ("expires", &self.expires)] {
            if let Some(value) = value {
                text.push_str(&format!("  {key}: {}\n", yaml(value)));
            }
        }
        text
    }
}

/// The ids of a plan, in which entries are looked up.
pub trait CaseIndex {
    /// Whether it has this requirement.
    fn has_requirement(&self, id: &str) -> bool;
    /// Whether it has this reading.
    fn has_reading(&self, id: &str) -> bool;
    /// Whether it has this case.
    fn has_case(&self, id: &CaseId) -> bool;
}

/// The failure rate of a flaky requirement or reading.
fn flaky(report: &Report, names: &EntryNames) -> Option<Rate> {
    match names {
        EntryNames::Requirement(id) | EntryNames::Reading(id) => report.items().find(|item| item.id == id)?.flaky,
        EntryNames::Case(_) => None,
    }
}

/// The broken requirements and readings: id, failing cases, and whether there are more cases than listed.
fn failing(report: &Report) -> impl Iterator<Item = (&str, &[CaseId], bool)> {
    let broken = report.items().filter(|item| item.verdict.is_broken());
    broken.map(|item| (item.id, item.cases, item.more_cases))
}

/// Whether a case that is not among the failing ones passed: the run was complete, and the case's requirement was
/// decided.
fn was_decided(report: &Report, case: &CaseId) -> bool {
    !report.filtered
        && matches!(verdict(report, case.requirement()), Some(Verdict::Pass | Verdict::Fail | Verdict::Warn))
}

/// Whether a date has passed.
fn is_over(date: &str, now: i64) -> bool {
    days(date) < Some(now / DAY)
}

/// The index of a line, which is counted from 1.
fn line_at(line: u64) -> usize {
    usize::try_from(line).unwrap_or(usize::MAX).saturating_sub(1)
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with('#')
}

/// The days since 1970 of a date as `YYYY-MM-DD`.
fn days(text: &str) -> Option<i64> {
    (text.len() == 10).then(|| time::micros(&format!("{text}T00:00:00Z"))).flatten().map(|micros| micros / DAY)
}

/// Text as a YAML scalar: a JSON string is one.
fn yaml(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
