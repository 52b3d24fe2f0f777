//! Names the requirements that keep others undecided, at the end of a run.

use std::collections::{BTreeMap, BTreeSet};

use mixinspec_spec::model::Level;

use crate::findings::cause::Cause;
use crate::findings::verdict::Tally;
use crate::http::outcome::Outcome;
use crate::judge::check::Check;
use crate::plan::Plan;
use crate::report::causes::replace;

/// Replaces causes by the checks to blame, which are only known at the end of a server's run. If the run was `whole`, a
/// check without findings is blamed on the refusals of valid requests, if there were any.
pub(crate) fn settle(plan: &Plan, checks: &[Check], tallies: &mut [Tally], whole: bool) {
    let mut refused: BTreeMap<String, BTreeSet<Cause>> = BTreeMap::new();
    for (check, tally) in tallies.iter().enumerate() {
        for failure in tally.failures.values() {
            if failure.exchanges.last().is_none_or(|last| last.outcome == Outcome::Accepted.name()) {
                continue;
            }
            let fixed = plan.cases.iter().find(|case| case.id == failure.case);
            let family = match fixed {
                Some(case) => case.wants_acceptance().then(|| case.family().map(str::to_owned)),
                None => plan.generated_by_id(&failure.case).map(|case| case.family().map(str::to_owned)),
            };
            if let Some(family) = family.flatten() {
                refused.entry(family).or_default().insert(Cause::Check(check));
            }
        }
    }
    // If a refusal breaks a must, a recommendation that it also breaks is not the reason for it.
    for causes in refused.values_mut() {
        let is_must = |cause: &Cause| matches!(cause, Cause::Check(at) if checks[*at].level == Level::Must);
        if causes.iter().any(is_must) {
            causes.retain(is_must);
        }
    }
    replace(tallies, |cause| match cause {
        Cause::Refusal(family) => Some(refused.get(family).cloned().unwrap_or_default()),
        _ => None,
    });
    if whole {
        let all: BTreeSet<Cause> = refused.into_values().flatten().collect();
        for tally in tallies.iter_mut().filter(|tally| tally.is_empty() && tally.causes.is_empty()) {
            tally.causes.insert(all.clone());
        }
    }
}
