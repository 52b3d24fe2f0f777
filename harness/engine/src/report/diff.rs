//! Compares two reports: what broke, what was mended, what is new or gone.
//!
//! Compares verdicts by the id of their requirement or reading. A verdict that is now undecided counts as changed, not
//! as broken: nothing shows a violation.

use std::collections::{BTreeMap, BTreeSet};

use mixinspec_spec::model::Subject;

use crate::findings::record::Failure;
use crate::findings::verdict::Verdict;
use crate::report::item::Item;
use crate::report::status::ExitStatus;
use crate::report::{Observed, Report};

/// The differences between two reports.
#[derive(Debug, Clone, Default)]
pub struct Diff {
    /// Requirements and readings that are now broken, or worse than before.
    pub broke: Vec<ItemChange>,
    /// Requirements and readings that were broken and now hold.
    pub mended: Vec<ItemChange>,
    /// Any other change of a verdict.
    pub changed: Vec<ItemChange>,
    /// Those that only the later report has.
    pub new: Vec<ItemChange>,
    /// Those that only the earlier report has.
    pub gone: Vec<ItemChange>,
    /// The readings whose observed interpretation changed.
    pub shifted: Vec<Shift>,
}

/// One requirement or reading, before and after.
#[derive(Debug, Clone)]
pub struct ItemChange {
    /// Its id.
    pub id: String,
    /// The earlier verdict.
    pub before: Option<Verdict>,
    /// The later verdict.
    pub after: Option<Verdict>,
    /// Why the later one is accepted for now, where it is.
    pub known: Option<String>,
    /// The first failure of the later report, if there is one.
    pub failure: Option<Failure>,
}

/// A reading whose observed interpretation changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    /// Its id.
    pub id: String,
    /// The interpretations in the earlier report.
    pub before: Vec<String>,
    /// The interpretations in the later report.
    pub after: Vec<String>,
}

/// Why two reports cannot be compared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Incomparable {
    /// One is of a server, the other of an SDK.
    #[error("one is of a server, and the other of an SDK")]
    Kinds,
    /// One judged nothing.
    #[error("the {which} one judged nothing: {reason}")]
    Empty {
        /// `first` or `second`.
        which: &'static str,
        /// Why.
        reason: String,
    },
}

impl Diff {
    /// Compares an earlier report with a later one.
    ///
    /// # Errors
    /// When they are of different kinds, or one judged nothing: an empty report must not look like success.
    pub fn of(before: &Report, after: &Report) -> Result<Self, Incomparable> {
        if (before.kind == Subject::Sdk) != (after.kind == Subject::Sdk) {
            return Err(Incomparable::Kinds);
        }
        for (which, report) in [("first", before), ("second", after)] {
            if report.items().next().is_none() {
                let reason = report.conclusion.end_reason.clone();
                let reason = reason.unwrap_or_else(|| "it has no requirement and no reading".to_owned());
                return Err(Incomparable::Empty { which, reason });
            }
        }
        let (earlier, later) = (sides(before), sides(after));
        let ids: BTreeSet<&str> = earlier.keys().chain(later.keys()).copied().collect();
        let mut diff = Self { shifted: shifted(before, after), ..Self::default() };
        for id in ids {
            let (one, other) = (earlier.get(id), later.get(id));
            let change = ItemChange {
                id: id.to_owned(),
                before: one.map(|item| item.verdict),
                after: other.map(|item| item.verdict),
                known: other.and_then(|item| item.known).map(str::to_owned),
                failure: other.and_then(|item| item.failures.first().cloned()),
            };
            match (change.before, change.after) {
                (None, _) => diff.new.push(change),
                (_, None) => diff.gone.push(change),
                (Some(before), Some(after)) if before == after => {}
                (Some(before), Some(after))
                    if after.is_broken() && (!before.is_broken() || after.badness() > before.badness()) =>
                {
                    diff.broke.push(change);
                }
                (Some(before), Some(after)) if before.is_broken() && after.holds() => diff.mended.push(change),
                _ => diff.changed.push(change),
            }
        }
        Ok(diff)
    }

    /// 1 where something broke that is not accepted for now, else 0.
    #[must_use]
    pub fn status(&self) -> ExitStatus {
        if self.broke.iter().any(|change| change.known.is_none()) { ExitStatus::Failed } else { ExitStatus::Success }
    }
}

fn sides(report: &Report) -> BTreeMap<&str, Item<'_>> {
    report.items().map(|item| (item.id, item)).collect()
}

fn shifted(before: &Report, after: &Report) -> Vec<Shift> {
    let names = |observed: &BTreeMap<String, Observed>| observed.keys().cloned().collect::<Vec<_>>();
    let later = |id: &str| after.readings.iter().find(|reading| reading.id == id);
    let shift = |earlier: &crate::report::ReadingReport| {
        let (before, after) = (names(&earlier.observed), names(&later(&earlier.id)?.observed));
        let differ = !before.is_empty() && !after.is_empty() && before != after;
        differ.then(|| Shift { id: earlier.id.clone(), before, after })
    };
    before.readings.iter().filter_map(shift).collect()
}
