//! Finds the failing requirements that keep others from being decided, where the subject is to blame.
//!
//! A project that accepts a failure for now also accepts what is undecided only because of it, and nothing else. So a
//! finding names its causes as far as they are known when it is made; the rest are known at the end of a run.

use std::collections::{BTreeMap, BTreeSet};

use crate::findings::cause::Cause;
use crate::findings::verdict::Tally;
use crate::identity::case_id::CaseId;
use crate::judge::check::Check;

/// Replaces calls by the checks that fail on them: an SDK's failures name the call that shows them.
pub(crate) fn settle_calls(tallies: &mut [Tally]) {
    let mut failed: BTreeMap<String, BTreeSet<Cause>> = BTreeMap::new();
    for (check, tally) in tallies.iter().enumerate() {
        for call in tally.failing_cases.values().filter_map(CaseId::name) {
            failed.entry(call.to_owned()).or_default().insert(Cause::Check(check));
        }
    }
    replace(tallies, |cause| match cause {
        Cause::Call(call) => Some(failed.get(call).cloned().unwrap_or_default()),
        _ => None,
    });
}

pub(crate) fn replace(tallies: &mut [Tally], with: impl Fn(&Cause) -> Option<BTreeSet<Cause>>) {
    for tally in tallies {
        let settled = std::mem::take(&mut tally.causes).into_iter().map(|causes| {
            causes.into_iter().flat_map(|cause| with(&cause).unwrap_or_else(|| BTreeSet::from([cause]))).collect()
        });
        tally.causes = settled.collect();
    }
}

/// The ids of the checks that are the only reason why another is undecided; none if there is any other reason.
pub(crate) fn named(tally: &Tally, checks: &[Check]) -> Vec<String> {
    let unexplained = tally.causes.iter().any(BTreeSet::is_empty);
    if unexplained || tally.inconclusive.is_some() {
        return Vec::new();
    }
    let name = |cause: &Cause| match cause {
        Cause::Check(at) => checks.get(*at).map(|check| check.id.clone()),
        Cause::Reading(id) => Some(id.clone()),
        Cause::Answers | Cause::Refusal(_) | Cause::Call(_) => None,
    };
    let names: BTreeSet<String> = tally.causes.iter().flatten().filter_map(name).collect();
    names.into_iter().collect()
}
