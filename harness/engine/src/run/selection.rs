//! Selects the checks that a run reports and the cases that it executes, by `--only`, `--skip` and `--replay`.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use super::{Options, RunError, Runner};
use crate::identity::case_id::CaseId;
use crate::judge::Judge;
use crate::judge::check::Check;
use crate::plan::{Case, Plan};
use crate::run::execute::Executor;

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

/// How many generated cases are enough to tell which checks a group has: the cases take the checks in turn, or by
/// chance.
const ENOUGH: u64 = 1000;

/// The cases of a run, in three phases: the readings that something depends on, everything else, and the repeated ends
/// of walks. Generated cases are made when their turn comes. The walks whose ends are repeated come first in the second
/// phase, so that as much as possible lies between a walk and its repeated end.
#[derive(Debug, Default)]
pub(crate) struct Cases {
    first: VecDeque<Arc<Case>>,
    main: VecDeque<Arc<Case>>,
    generated: Generated,
    later: VecDeque<Arc<Case>>,
    phase: Phase,
}

/// The current phase of a run.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Phase {
    #[default]
    Start,
    First,
    Main,
    Later,
    End,
}

/// The generated cases that are left.
#[derive(Debug, Default)]
struct Generated {
    seed: u64,
    per_property: u64,
    count: u64,
    next: u64,
    wanted: Vec<bool>,
}

impl Cases {
    /// One case, after the cases that it depends on.
    pub(crate) fn one(plan: &Plan, judge: &Judge, case: Arc<Case>) -> Self {
        let needed = plan.needed_by(judge, &case);
        let (mut main, mut later) = (VecDeque::new(), VecDeque::new());
        match case.before(plan) {
            Some(before) => {
                main.push_back(Arc::new(before));
                later.push_back(case);
            }
            None => main.push_back(case),
        }
        let is_main = |case: &Case| main.iter().any(|one: &Arc<Case>| one.id == case.id);
        let needed = plan.cases.iter().filter(|case| needed.contains(&case.check) && !is_main(case));
        Self { first: needed.cloned().collect(), main, later, ..Self::default() }
    }

    /// All cases of the wanted checks, after the cases that they depend on.
    pub(crate) fn all(
        plan: &Plan,
        judge: &Judge,
        wanted: Vec<bool>,
        skipped: impl Fn(usize) -> bool,
        seed: u64,
        per_property: u64,
    ) -> Self {
        let is_wanted = |check: usize| wanted.get(check).copied().unwrap_or(false);
        let mut needed = BTreeSet::new();
        for case in plan.kinds().filter(|case| case.checks().any(is_wanted)) {
            needed.extend(plan.needed_by(judge, &case));
        }
        // A rule on every exchange has no case of its own.
        needed.extend((0..judge.checks.len()).filter(|check| is_wanted(*check)).flat_map(|check| judge.needs(check)));
        let is_first = |check: usize| needed.contains(&check) && !skipped(check);
        let fixed = |first: bool| {
            let of_part = move |case: &&Arc<Case>| is_first(case.check) == first;
            plan.cases.iter().filter(of_part)
        };
        let later = plan.later(per_property).filter(|case| case.checks().any(is_wanted)).map(Arc::new);
        let remembered = plan.remembered(per_property).filter(|case| case.checks().any(is_wanted)).map(Arc::new);
        let rest = fixed(false).filter(|case| is_wanted(case.check)).cloned();
        Self {
            first: fixed(true).cloned().collect(),
            main: remembered.chain(rest).collect(),
            later: later.collect(),
            generated: Generated {
                seed,
                per_property,
                count: if per_property == 0 { 0 } else { plan.generated_count(per_property) },
                next: 0,
                wanted,
            },
            phase: Phase::Start,
        }
    }

    /// How many cases there are, and how many things they create at the most, before shrinking.
    pub(crate) fn counts(&self, plan: &Plan) -> [u64; 2] {
        let fixed = self.first.iter().chain(&self.main).chain(&self.later);
        let [cases, things] = fixed.fold([0; 2], |counts, case| added(counts, case, 1));
        let generated = self.generated.counts(plan);
        [cases.saturating_add(generated[0]), things.saturating_add(generated[1])]
    }

    /// The last fixed case. For a run of a single case that is the case itself, since it comes after those that it
    /// depends on.
    pub(crate) fn last(&self) -> Option<Arc<Case>> {
        self.later.back().or(self.main.back()).cloned()
    }

    /// Begins the next phase; false where there is none.
    pub(crate) fn begin(&mut self) -> bool {
        self.phase = match self.phase {
            Phase::Start => Phase::First,
            Phase::First => Phase::Main,
            Phase::Main => Phase::Later,
            Phase::Later | Phase::End => Phase::End,
        };
        self.phase != Phase::End
    }

    /// The next case of this phase.
    pub(crate) fn next(&mut self, executor: &Executor) -> Option<Arc<Case>> {
        match self.phase {
            Phase::First => self.first.pop_front(),
            Phase::Main => self.main.pop_front().or_else(|| self.generated.next(&executor.plan)),
            Phase::Later => self.later.pop_front(),
            Phase::Start | Phase::End => None,
        }
    }

    /// The remaining cases of all phases; of a large group of generated cases that differ only in their documents, the
    /// first ones.
    pub(crate) fn left<'a>(&'a mut self, executor: &'a Executor) -> impl Iterator<Item = Arc<Case>> + 'a {
        let Self { first, main, generated, later, .. } = self;
        let fixed = first.drain(..).chain(main.drain(..)).chain(later.drain(..));
        fixed.chain(std::iter::from_fn(move || {
            let case = generated.next(&executor.plan)?;
            generated.skip_like(&executor.plan);
            Some(case)
        }))
    }
}

/// The counts plus those of `times` cases like this one.
fn added([cases, things]: [u64; 2], case: &Case, times: u64) -> [u64; 2] {
    [cases.saturating_add(times), things.saturating_add(times.saturating_mul(case.things()))]
}

impl Generated {
    /// How many cases are wanted, and how many things they create; large groups are estimated from their first cases.
    fn counts(&self, plan: &Plan) -> [u64; 2] {
        let (mut counts, mut at) = ([0_u64; 2], 0);
        while at < self.count {
            let [_, end] = plan.generated_group(self.per_property, at);
            let size = end.min(self.count) - at;
            let of_some = (at..at + size.min(ENOUGH)).filter_map(|number| self.case(plan, number));
            let of_some = of_some.fold([0_u64; 2], |counts, case| added(counts, &case, 1));
            let in_all = |of_some: u64| u128::from(of_some) * u128::from(size) / u128::from(size.min(ENOUGH));
            let in_all = of_some.map(|of_some| u64::try_from(in_all(of_some)).unwrap_or(u64::MAX));
            counts = [counts[0].saturating_add(in_all[0]), counts[1].saturating_add(in_all[1])];
            at = end;
        }
        counts
    }

    /// The case with this number, if it is wanted and not one of the remembered walks, which come first.
    fn case(&self, plan: &Plan, number: u64) -> Option<Case> {
        let wanted = |check: usize| self.wanted.get(check).copied().unwrap_or(false);
        let case = plan.generated(self.seed, self.per_property, number);
        case.filter(|case| !case.is_remembered() && case.checks().any(wanted))
    }

    /// Skips the rest of a group once `ENOUGH` of its cases were taken.
    fn skip_like(&mut self, plan: &Plan) {
        let [start, end] = plan.generated_group(self.per_property, self.next.saturating_sub(1));
        if self.next - start >= ENOUGH {
            self.next = end;
        }
    }

    fn next(&mut self, plan: &Plan) -> Option<Arc<Case>> {
        while self.next < self.count {
            let case = self.case(plan, self.next);
            self.next += 1;
            if let Some(case) = case {
                return Some(Arc::new(case));
            }
        }
        None
    }
}

impl Runner {
    /// The ids of the plan's cases, each with its check, for the edition that would be judged first; sends nothing.
    /// Each case can be replayed. Of the many generated cases of a kind, only the first is listed.
    ///
    /// # Errors
    /// As for a run.
    pub fn list(&self) -> Result<Vec<(String, String)>, RunError> {
        let edition = self.first_edition()?;
        let executor = self.prepare(&edition)?;
        self.validate(&edition, &executor)?;
        let selection = self.select(&executor.judge.checks, &executor.plan);
        let mut listed = Vec::new();
        for (at, check) in executor.judge.checks.iter().enumerate().filter(|(at, _)| selection.shows[*at]) {
            let cases: Vec<&Arc<Case>> = executor.plan.cases.iter().filter(|case| case.check == at).collect();
            listed.extend(cases.iter().map(|case| (check.id.clone(), case.id.to_string())));
            let before = listed.len();
            listed.extend(
                executor
                    .plan
                    .generated_stems(at)
                    .map(|stem| (check.id.clone(), CaseId::generated(stem, 0).to_string())),
            );
            if cases.is_empty() && listed.len() == before {
                // It is a rule on every exchange, so to replay it sends all of them.
                listed.push((check.id.clone(), check.id.clone()));
            }
        }
        Ok(listed)
    }

    /// Checks that everything the options name exists in the edition that is judged first.
    pub(super) fn validate(&self, edition: &str, executor: &Executor) -> Result<(), RunError> {
        let Options { only, skip, readings, .. } = &self.options;
        for (id, name) in readings {
            let known = self.spec.readings(edition).any(|r| r.id == *id && r.observe.iter().any(|o| o.name == *name));
            if !known {
                return Err(RunError::UnknownReading { id: id.clone(), name: name.clone() });
            }
        }
        let (checks, plan) = (&executor.judge.checks, &executor.plan);
        for (option, patterns) in [("--only", only), ("--skip", skip)] {
            let all = || (0..checks.len()).flat_map(|check| names(checks, plan, check));
            if let Some(pattern) = patterns.first_without_match(all) {
                return Err(RunError::NothingMatches { option, pattern });
            }
        }
        self.cases(executor, &self.select(checks, plan)).map(drop)
    }

    /// Whether anything that the options name exists in a further edition.
    pub(super) fn concerns(&self, executor: &Executor) -> bool {
        let selection = self.select(&executor.judge.checks, &executor.plan);
        selection.shows.contains(&true) && self.cases(executor, &selection).is_ok()
    }

    /// Which checks are shown, and which cases run.
    pub(super) fn select(&self, checks: &[Check], plan: &Plan) -> Selection {
        let Options { only, skip, replay, .. } = &self.options;
        let names = |check: usize| names(checks, plan, check);
        let replayed = replay.as_ref().and_then(|id| checks.iter().position(|check| check.id == *id));
        let shows: Vec<bool> = (0..checks.len())
            .map(|check| {
                if let Some(replayed) = replayed {
                    return check == replayed;
                }
                let wanted = only.is_empty() || names(check).any(|name| only.matches(name));
                wanted && !names(check).next().is_some_and(|id| skip.matches(id))
            })
            .collect();
        let has_cases = |check: usize| {
            plan.cases.iter().any(|case| case.check == check) || plan.properties.iter().any(|p| p.check == check)
        };
        // A rule on every exchange is judged on all of them, so that its verdict does not depend on what is selected.
        let needs_all =
            (only.is_empty() && replayed.is_none()) || (0..checks.len()).any(|check| shows[check] && !has_cases(check));
        Selection { shows, needs_all }
    }

    pub(super) fn cases(&self, executor: &Executor, selection: &Selection) -> Result<Cases, RunError> {
        let Options { cases, seed, replay, .. } = &self.options;
        let (plan, judge) = (&executor.plan, &executor.judge);
        // To replay a requirement or reading, its cases are chosen as by any other selection.
        if let Some(id) = replay.as_ref().filter(|id| judge.check(id).is_none()) {
            let case = CaseId::from(id.as_str());
            let fixed = plan.cases.iter().find(|one| one.id == case).cloned();
            let case = fixed.or_else(|| plan.generated_by_id(&case).map(Arc::new));
            let case = case.ok_or_else(|| RunError::UnknownCase(id.clone()))?;
            return Ok(Cases::one(plan, judge, case));
        }
        let skipped = |check: usize| judge.checks.get(check).is_some_and(|check| self.options.skip.matches(&check.id));
        let wanted = (0..judge.checks.len())
            .map(|check| (selection.shows[check] || selection.needs_all) && !skipped(check))
            .collect();
        Ok(Cases::all(plan, judge, wanted, skipped, *seed, *cases))
    }
}
