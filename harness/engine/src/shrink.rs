//! Makes a failing generated request smaller: the same requirement must fail on it, with fresh ids each time.

use std::sync::Arc;

use crate::execute::Executor;
use crate::plan::Case;
use crate::record::Failure;
use crate::verdict::Finding;

/// How many requests one failure may cost.
const ATTEMPTS: u32 = 200;

/// The smallest failure that was found for a check, starting from a case that fails; `None` where it fails no more.
///
/// A proptest tree cannot leave its thread, so it lives on one that blocks, and only its values travel.
pub async fn shrink(executor: Arc<Executor>, case: Arc<Case>, check: usize) -> Option<Failure> {
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
        while smaller && count <= ATTEMPTS && executor.sender.halted().is_none() {
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
