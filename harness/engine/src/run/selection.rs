//! Selects the checks that a run reports and the cases that it executes, by `--only`, `--skip` and `--replay`.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

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

/// So many generated cases of a group say of which checks they are: they take these in turns, or by chance.
const ENOUGH: u64 = 1000;

/// The cases of a run, in three parts: the readings on which something depends, everything else, and what comes when
/// all else is done. Generated cases are made when their turn comes; the walks whose ends come once more are the first
/// of everything else, so that as much as can be lies between.
#[derive(Debug, Default)]
pub(crate) struct Cases {
    first: VecDeque<Arc<Case>>,
    main: VecDeque<Arc<Case>>,
    generated: Generated,
    later: VecDeque<Arc<Case>>,
    part: Part,
}

/// Which part of a run comes next.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Part {
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
    /// One case, after what it depends on.
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

    /// All cases of the checks that are wanted, after what they depend on.
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
            part: Part::Start,
        }
    }

    /// How many cases there are, and how many things they create at the most, before shrinking.
    pub(crate) fn counts(&self, plan: &Plan) -> [u64; 2] {
        let fixed = self.first.iter().chain(&self.main).chain(&self.later);
        let [cases, things] = fixed.fold([0; 2], |counts, case| added(counts, case, 1));
        let generated = self.generated.counts(plan);
        [cases.saturating_add(generated[0]), things.saturating_add(generated[1])]
    }

    /// The last of the fixed cases: a single one comes after what it depends on.
    pub(crate) fn last(&self) -> Option<Arc<Case>> {
        self.later.back().or(self.main.back()).cloned()
    }

    /// The checks that a single case is of, where it is one.
    pub(crate) fn checks_of_one(&self) -> usize {
        self.last().map_or(0, |case| case.checks().count())
    }

    /// Begins the next part; false where there is none.
    pub(crate) fn begin(&mut self) -> bool {
        self.part = match self.part {
            Part::Start => Part::First,
            Part::First => Part::Main,
            Part::Main => Part::Later,
            Part::Later | Part::End => Part::End,
        };
        self.part != Part::End
    }

    /// The next one of this part.
    pub(crate) fn next(&mut self, executor: &Executor) -> Option<Arc<Case>> {
        match self.part {
            Part::First => self.first.pop_front(),
            Part::Main => self.main.pop_front().or_else(|| self.generated.next(&executor.plan)),
            Part::Later => self.later.pop_front(),
            Part::Start | Part::End => None,
        }
    }

    /// Those that are left, of whatever part; of many generated ones that differ in their documents alone, the first.
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

/// Counts with those of so many cases like this one.
fn added([cases, things]: [u64; 2], case: &Case, times: u64) -> [u64; 2] {
    [cases.saturating_add(times), things.saturating_add(times.saturating_mul(case.things()))]
}

impl Generated {
    /// How many are wanted, and how many things they create; of a large group by its first ones.
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

    /// The case of this number, where it is wanted and does not come before the others.
    fn case(&self, plan: &Plan, number: u64) -> Option<Case> {
        let wanted = |check: usize| self.wanted.get(check).copied().unwrap_or(false);
        let case = plan.generated(self.seed, self.per_property, number);
        case.filter(|case| !case.is_remembered() && case.checks().any(wanted))
    }

    /// Leaves out the rest of a group of which many are taken.
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
