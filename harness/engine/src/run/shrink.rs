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

/// How many executions of its case may be spent on one failure.
const ATTEMPTS: u32 = 200;

/// Shrinks the failing case of each check, `jobs` at a time, and returns the smallest failure found, by the check's
/// index. A check that no longer fails is left out.
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

/// Shrinks one case on a blocking thread: a proptest tree is not `Send`, so only its values leave the thread.
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

/// A value that shrinks step by step.
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

/// The index of a walk's action, which is kept or left out.
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
    /// Shrinks the tree as long as the check still fails, and leaves it at the smallest value that fails.
    fn shrink<T: Shrinks>(&mut self, tree: &mut T, given: impl Fn(&T) -> Replaced) {
        let mut smaller = tree.simplify();
        while smaller {
            if self.count >= ATTEMPTS || self.executor.has_ended(self.last_silence) {
                // An untried value is not known to fail: take it back.
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
