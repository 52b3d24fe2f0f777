//! Makes a failing generated request smaller: the same requirement must fail on it, with fresh ids each time.

use std::sync::Arc;

use futures_util::{StreamExt, stream};

use crate::events::Event;
use crate::execute::Executor;
use crate::plan::Case;
use crate::record::Failure;
use crate::verdict::Finding;

/// How many requests one failure may cost.
const ATTEMPTS: u32 = 200;

/// The smallest failure that was found for each check, by its index, starting from a case that fails; none for a check
/// that fails no more. So many are made smaller at a time.
pub(crate) async fn shrink(
    executor: &Arc<Executor>,
    failures: impl IntoIterator<Item = (usize, Arc<Case>)>,
    jobs: usize,
) -> Vec<(usize, Failure)> {
    let last_silence = executor.last_silence();
    stream::iter(failures)
        .map(|(check, case)| async move {
            let id = executor.judge.checks.get(check).map_or("", |check| check.id.as_str());
            executor.listener.event(&Event::Shrinking { id });
            let smallest = smallest(Arc::clone(executor), case, check, last_silence).await?;
            Some((check, smallest))
        })
        .buffer_unordered(jobs)
        .filter_map(|smallest| async { smallest })
        .collect()
        .await
}

/// A proptest tree cannot leave its thread, so it lives on one that blocks, and only its values travel.
async fn smallest(executor: Arc<Executor>, case: Arc<Case>, check: usize, last_silence: usize) -> Option<Failure> {
    let runtime = tokio::runtime::Handle::current();
    tokio::task::spawn_blocking(move || {
        let (family, number) = case.generated_from()?;
        let generator = executor.plan.generators.get(family)?;
        let mut tree = generator.tree(executor.ids.seed, number).ok()?;
        let attempt = |count: u32, document| {
            let judged = runtime.block_on(executor.execute(&case, count, Some(document)));
            judged.into_iter().find_map(|(which, finding)| match finding {
                Finding::Fail(failure) if which == check => Some(*failure),
                _ => None,
            })
        };
        let mut best = None;
        let mut steps = 0;
        let mut count = 1;
        let mut smaller = tree.simplify();
        while smaller && count <= ATTEMPTS && !executor.has_ended(last_silence) {
            match attempt(count, tree.current()) {
                Some(failure) => {
                    best = Some(failure);
                    steps += 1;
                    smaller = tree.simplify();
                }
                None => smaller = tree.complicate(),
            }
            count += 1;
        }
        let mut failure = best?;
        failure.shrunk = Some(steps);
        Some(failure)
    })
    .await
    .ok()
    .flatten()
}
