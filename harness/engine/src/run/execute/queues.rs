//! Things that several cases ask for, such as what one user has with another: one case at a time. A server may refuse
//! one of two that create the same thing at the same moment, and a failure would not show the other one.

use std::hash::{DefaultHasher, Hash, Hasher};

use mixinspec_spec::model::Effect;
use tokio::sync::{Mutex, MutexGuard};

use crate::edition::Edition;
use crate::request::make::Made;

/// So many things can be asked for at once; two that fall together wait for each other without need.
const PLACES: usize = 64;

/// Who has the turn for each thing.
#[derive(Debug)]
pub(crate) struct Queues([Mutex<()>; PLACES]);

impl Default for Queues {
    fn default() -> Self {
        Self(std::array::from_fn(|_| Mutex::default()))
    }
}

impl Queues {
    /// Waits until no other case asks for the thing that a request creates, if others may.
    pub(super) async fn alone(&self, edition: &Edition, made: &Made) -> Option<MutexGuard<'_, ()>> {
        let operation = edition.operations.asked(&made.sent.method, &made.sent.path);
        let operation = operation.filter(|operation| operation.effect == Effect::Creates && !made.about.fresh)?;
        let mut hasher = DefaultHasher::new();
        operation.asked(&made.sent).map(str::to_lowercase).hash(&mut hasher);
        let place = usize::try_from(hasher.finish() % PLACES as u64).unwrap_or(0);
        Some(self.0[place].lock().await)
    }
}
