//! Makes a failing generated request smaller: the same requirement must fail on it, with fresh ids each time.

use std::sync::Arc;

use futures::{StreamExt, stream};
use proptest::strategy::ValueTree;
use serde_json::Value;

use crate::findings::events::Event;
use crate::findings::record::Failure;
use crate::findings::verdict::Finding;
use crate::plan::Case;
use crate::request::generate::Chunks;
use crate::run::execute::{Executor, Replaced};

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
        let (generator, number) = executor.plan.generated_from(&case)?;
        let document = generator.tree(executor.ids.seed, number).ok()?;
        let mut attempts = Attempts { executor, runtime, case, check, last_silence, count: 0, steps: 0, best: None };
        let mut given = Replaced::default();
        if let Some(actions) = attempts.executor.actions_of(&attempts.case) {
            let mut left = Chunks::new((0..actions).map(ActionPlace).collect(), 0);
            attempts
                .shrink(&mut left, |tree| Replaced { actions: Some(tree.elements().collect()), ..Replaced::default() });
            given.actions = Some(left.elements().collect());
        }
        let mut tree = DocumentTree(document);
        attempts.shrink(&mut tree, |tree| Replaced { document: Some(tree.0.current()), ..given.clone() });
        let mut failure = attempts.best?;
        failure.shrunk = Some(attempts.steps);
        Some(failure)
    })
    .await
    .ok()
    .flatten()
}

/// What is made smaller step by step.
trait Shrinks {
    fn simplify(&mut self) -> bool;
    fn complicate(&mut self) -> bool;
}

/// The document of a request.
struct DocumentTree(Box<dyn ValueTree<Value = Value>>);

impl Shrinks for DocumentTree {
    fn simplify(&mut self) -> bool {
        self.0.simplify()
    }
    fn complicate(&mut self) -> bool {
        self.0.complicate()
    }
}

/// The place of an action of a walk, which is taken or left out.
struct ActionPlace(usize);

impl ValueTree for ActionPlace {
    type Value = usize;
    fn current(&self) -> usize {
        self.0
    }
    fn simplify(&mut self) -> bool {
        false
    }
    fn complicate(&mut self) -> bool {
        false
    }
}

impl Shrinks for Chunks<ActionPlace> {
    fn simplify(&mut self) -> bool {
        Chunks::simplify(self)
    }
    fn complicate(&mut self) -> bool {
        Chunks::complicate(self)
    }
}

/// The attempts to make one failure smaller.
struct Attempts {
    executor: Arc<Executor>,
    runtime: tokio::runtime::Handle,
    case: Arc<Case>,
    check: usize,
    last_silence: usize,
    count: u32,
    steps: u32,
    best: Option<Failure>,
}

impl Attempts {
    /// Makes it smaller as long as the check fails on it; ends at the smallest on which it does.
    fn shrink<T: Shrinks>(&mut self, tree: &mut T, given: impl Fn(&T) -> Replaced) {
        let mut smaller = tree.simplify();
        while smaller {
            if self.count >= ATTEMPTS || self.executor.has_ended(self.last_silence) {
                // What was not tried is not known to fail.
                while tree.complicate() {}
                return;
            }
            self.count += 1;
            smaller = match self.fails(given(tree)) {
                Some(failure) => {
                    self.best = Some(failure);
                    self.steps += 1;
                    tree.simplify()
                }
                None => tree.complicate(),
            };
        }
    }

    fn fails(&self, given: Replaced) -> Option<Failure> {
        let judged = self.runtime.block_on(self.executor.execute(&self.case, self.count, given));
        judged.into_iter().find_map(|(which, finding)| match finding {
            Finding::Fail(failure) if which == self.check => Some(*failure),
            _ => None,
        })
    }
}
