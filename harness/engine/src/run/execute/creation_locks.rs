//! Locks that let one case at a time create a thing that several cases create, such as the one of two users. A server
//! may refuse the second of two simultaneous creations, and the failure of its case would not show the first.

use std::hash::{DefaultHasher, Hash, Hasher};

use mixinspec_spec::model::Effect;
use tokio::sync::{Mutex, MutexGuard};

use crate::edition::CompiledEdition;
use crate::request::make::Made;

/// How many locks there are. Two things that share one wait for each other, which does no harm.
const PLACES: usize = 64;

/// The locks. The hash of a thing's identity picks its lock.
#[derive(Debug)]
pub(crate) struct CreationLocks([Mutex<()>; PLACES]);

impl Default for CreationLocks {
    fn default() -> Self {
        Self(std::array::from_fn(|_| Mutex::default()))
    }
}

impl CreationLocks {
    /// Waits until no other case creates the thing that this request creates; `None` where no other case can.
    pub(super) async fn alone(&self, edition: &CompiledEdition, made: &Made) -> Option<MutexGuard<'_, ()>> {
        let operation = edition.operations.asked(&made.sent.method, &made.sent.path);
        let operation = operation.filter(|operation| operation.effect == Effect::Creates && !made.about.fresh)?;
        let mut hasher = DefaultHasher::new();
        operation.asked(&made.sent).map(str::to_lowercase).hash(&mut hasher);
        let place = usize::try_from(hasher.finish() % PLACES as u64).unwrap_or(0);
        Some(self.0[place].lock().await)
    }
}
