//! Which checks a run shows, and which cases it executes.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::execute::Executor;
use crate::judge::Check;
use crate::plan::{Case, Plan};

/// The ids that a pattern may match for a check: its own, and those of its cases.
pub(crate) fn names<'a>(checks: &'a [Check], plan: &'a Plan, check: usize) -> impl Iterator<Item = &'a str> {
    let id = checks.get(check).map_or("", |check| check.id.as_str());
    let cases = plan.cases.iter().filter(move |case| case.check == check).map(|case| case.id.as_str());
    std::iter::once(id).chain(cases)
}

/// Which checks are shown, and whether all cases run.
#[derive(Debug)]
pub(crate) struct Selection {
    /// Which checks are shown.
    pub(crate) shows: Vec<bool>,
    /// Whether all cases run, since some rule looks at every exchange.
    pub(crate) needs_all: bool,
}

/// The cases of a run, in order; generated ones are made when their turn comes.
#[derive(Debug, Default)]
pub(crate) struct Cases {
    pub(crate) fixed: VecDeque<usize>,
    pub(crate) one: Option<Case>,
    pub(crate) seed: u64,
    pub(crate) per_property: u64,
    pub(crate) generated: u64,
    pub(crate) next: u64,
    pub(crate) wanted: Vec<bool>,
}

impl Cases {
    /// How many there are.
    pub(crate) fn count(&self) -> u64 {
        self.fixed.len() as u64 + u64::from(self.one.is_some()) + self.generated
    }

    /// The next one.
    pub(crate) fn next(&mut self, executor: &Executor) -> Option<Arc<Case>> {
        if let Some(at) = self.fixed.pop_front() {
            return executor.plan.cases.get(at).cloned();
        }
        if let Some(case) = self.one.take() {
            return Some(Arc::new(case));
        }
        while self.next < self.generated {
            let case = executor.plan.generated(self.seed, self.per_property, self.next);
            self.next += 1;
            let wanted = |check: usize| self.wanted.get(check).copied().unwrap_or(false);
            if let Some(case) = case.filter(|case| case.checks().any(wanted)) {
                return Some(Arc::new(case));
            }
        }
        None
    }
}
