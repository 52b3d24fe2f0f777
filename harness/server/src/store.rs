//! The conversations that exist, in memory.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use uuid::Uuid;

use crate::conversation::StoredConversation;

/// The number of shards: enough that requests seldom wait for each other.
const SHARDS: usize = 64;

type Shard = HashMap<Uuid, Arc<StoredConversation>>;

/// All conversations, by id.
#[derive(Debug)]
pub(crate) struct Store {
    shards: [Mutex<Shard>; SHARDS],
    count: AtomicUsize,
    max: usize,
    bytes: AtomicUsize,
    max_bytes: usize,
}

/// The memory of a conversation's place in a map, which has more places than conversations.
const PLACE: usize = 2 * (size_of::<Uuid>() + size_of::<Arc<StoredConversation>>()) + 2 * size_of::<usize>();

/// How much memory a conversation takes.
fn size(conversation: &StoredConversation) -> usize {
    let StoredConversation { name, announcement, members, .. } = conversation;
    PLACE + size_of::<StoredConversation>() + name.len() + announcement.len() + size_of_val(&**members)
}

/// The error when there is no room for another conversation.
#[derive(Debug)]
pub(crate) struct Full;

impl Store {
    pub(crate) fn new(max: usize, max_bytes: usize) -> Self {
        Self {
            shards: std::array::from_fn(|_| Mutex::default()),
            count: AtomicUsize::new(0),
            max,
            bytes: AtomicUsize::new(0),
            max_bytes,
        }
    }

    pub(crate) fn get(&self, id: Uuid) -> Option<Arc<StoredConversation>> {
        self.shard(id).get(&id).cloned()
    }

    /// Stores a conversation, unless one with its id exists. Of several requests at the same time one stores, and all
    /// get the stored conversation, and whether it is their own.
    pub(crate) fn get_or_insert(
        &self,
        conversation: StoredConversation,
    ) -> Result<(Arc<StoredConversation>, bool), Full> {
        match self.shard(conversation.id).entry(conversation.id) {
            Entry::Occupied(there) => Ok((Arc::clone(there.get()), false)),
            Entry::Vacant(free) => {
                self.count
                    .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |count| (count < self.max).then_some(count + 1))
                    .map_err(|_| Full)?;
                if let Err(full) = self.reserve(size(&conversation)) {
                    self.count.fetch_sub(1, Ordering::Relaxed);
                    return Err(full);
                }
                Ok((Arc::clone(free.insert(Arc::new(conversation))), true))
            }
        }
    }

    fn reserve(&self, size: usize) -> Result<(), Full> {
        let fits = |bytes: usize| bytes.checked_add(size).filter(|bytes| *bytes <= self.max_bytes);
        self.bytes.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fits).map(drop).map_err(|_| Full)
    }

    /// Adjusts the size after a conversation was replaced. The new one may exceed the limit, by at most the largest
    /// conversation.
    fn exchanged(&self, before: usize, after: usize) {
        self.bytes.fetch_add(after, Ordering::Relaxed);
        self.bytes.fetch_sub(before, Ordering::Relaxed);
    }

    /// Replaces a conversation by the result of `change`. Of several changes at the same time, each sees the result of
    /// the one before.
    pub(crate) fn change<E>(
        &self,
        id: Uuid,
        change: impl FnOnce(&StoredConversation) -> Result<StoredConversation, E>,
    ) -> Result<Option<Arc<StoredConversation>>, E> {
        let mut shard = self.shard(id);
        let Some(there) = shard.get_mut(&id) else { return Ok(None) };
        let before = size(there);
        *there = Arc::new(change(there)?);
        self.exchanged(before, size(there));
        Ok(Some(Arc::clone(there)))
    }

    /// Stores a conversation, and replaces the one with its id; only a fault does that.
    pub(crate) fn replace(&self, conversation: StoredConversation) -> Arc<StoredConversation> {
        let conversation = Arc::new(conversation);
        let before = self.shard(conversation.id).insert(conversation.id, Arc::clone(&conversation));
        self.exchanged(before.map_or(0, |before| size(&before)), size(&conversation));
        conversation
    }

    /// The shard of an id: its last byte decides. Callers choose ids, but not in order to make each other wait.
    fn shard(&self, id: Uuid) -> MutexGuard<'_, Shard> {
        let shard = &self.shards[usize::from(id.as_bytes()[15]) % SHARDS];
        // A map is consistent after every operation, so a lock that is poisoned by a panic does no harm.
        shard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
