//! The result of comparing a file of known failures with a run.

use std::collections::BTreeMap;
use std::fmt;

use crate::findings::verdict::Verdict;
use crate::report::item::Item;
use crate::report::{OutOfDate, Report};

/// The result of comparing a file of known failures with a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Gate {
    /// The file's name.
    pub file: String,
    /// The requirements and readings that fail or are undecided, and are known to, each with its reason.
    pub known: BTreeMap<String, String>,
    /// The ids of those that are undecided only because of known failures, each with these.
    pub undecided: BTreeMap<String, Vec<String>>,
    /// Entries that are out of date.
    pub broken: Vec<Broken>,
    /// The entries that were removed from the file because they pass.
    pub pruned: Vec<String>,
}

impl Gate {
    /// Whether a requirement or reading is accepted as it is.
    #[must_use]
    pub fn excuses(&self, id: &str) -> bool {
        self.known.contains_key(id) || self.undecided.contains_key(id)
    }

    /// Why a requirement or reading is accepted for now.
    #[must_use]
    pub fn reason(&self, id: &str) -> Option<String> {
        let undecided = || self.undecided.get(id).map(|because| format!("undecided because of {}", because.join(", ")));
        self.known.get(id).cloned().or_else(undecided)
    }

    /// The entries that are out of date, as a report has them.
    #[must_use]
    pub fn out_of_date(&self) -> Vec<OutOfDate> {
        let told = |broken: &Broken| OutOfDate {
            file: self.file.clone(),
            names: broken.names.clone(),
            reason: broken.to_string(),
        };
        self.broken.iter().map(told).collect()
    }

    /// Removes the entries that pass from the list, once they were removed from the file.
    pub fn prune(&mut self) {
        let (passing, rest) = std::mem::take(&mut self.broken).into_iter().partition(|b| b.why == Stale::Passes);
        self.broken = rest;
        self.pruned = Vec::into_iter(passing).map(|broken: Broken| broken.names).collect();
    }

    /// Excuses what is undecided only because of what is already excused.
    pub(super) fn excuse_undecided(&mut self, report: &Report) {
        let hindered = |item: &Item<'_>| item.verdict == Verdict::Inconclusive && !item.because.is_empty();
        let mut open: Vec<Item<'_>> = report.items().filter(hindered).collect();
        loop {
            let before = open.len();
            open.retain(|Item { id, because, .. }| {
                // What the subject may leave out, or what this run did not select, needs no entry.
                let is_open = |id: &String| !matches!(verdict(report, id), None | Some(Verdict::NotApplicable));
                let accepted = |id: &String| self.excuses(id) || !is_open(id);
                let is_known = because.iter().any(|id| self.excuses(id)) && because.iter().all(accepted);
                let excused = !self.known.contains_key(*id) && is_known;
                if excused {
                    self.undecided.insert((*id).to_owned(), because.to_vec());
                }
                !excused
            });
            if open.len() == before {
                return;
            }
        }
    }
}

/// An entry that is out of date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The finding that it names.
    pub names: String,
    /// Its line in the file.
    pub line: u64,
    /// Its issue.
    pub issue: Option<String>,
    /// The edition that was judged.
    pub edition: String,
    /// Why it is out of date.
    pub why: Stale,
}

/// Why an entry is out of date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stale {
    /// It does not fail.
    Passes,
    /// Its date has passed.
    Expired(String),
    /// The plan has nothing of this name.
    MatchesNothing,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { names, line, edition, .. } = self;
        match &self.why {
            Stale::Passes => {
                write!(f, "line {line}: {names} passes now; take the entry out, or add `flaky: true` to it")?
            }
            Stale::Expired(date) => {
                write!(f, "line {line}: {names} was accepted until {date}; fix it, or set a new date")?
            }
            Stale::MatchesNothing => {
                write!(f, "line {line}: edition {edition} has no {names}; correct or remove the entry")?
            }
        }
        match &self.issue {
            Some(issue) => write!(f, " ({issue})"),
            None => Ok(()),
        }
    }
}

/// The verdict of a requirement or reading, if the run judged it.
pub(super) fn verdict(report: &Report, id: &str) -> Option<Verdict> {
    report.items().find(|item| item.id == id).map(|item| item.verdict)
}
