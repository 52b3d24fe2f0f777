//! The users that a server knows: any UUID, or those of a list.
//!
//! A request that names a single user needs one that no request has named, so such users are handed out once. Requests
//! that name several users may share them.

use std::collections::{HashMap, HashSet};
use std::sync::Mutex;

use mixinspec_spec::model::PeerOrder;

use crate::identity::ids::CaseIds;

/// The users that requests may name.
#[derive(Debug)]
pub struct Users {
    list: Option<Mutex<UserList>>,
}

#[derive(Debug)]
struct UserList {
    all: Vec<String>,
    /// Indices into `all`, sorted by id: lists are long and searched often.
    sorted: Vec<usize>,
    used_as_peer: HashSet<String>,
    /// The first index in `all` that may still hold a user that fits and is free, for each caller and order.
    first: HashMap<(String, Option<PeerOrder>), usize>,
}

impl UserList {
    fn new(all: Vec<String>) -> Self {
        let mut sorted: Vec<usize> = (0..all.len()).collect();
        sorted.sort_by_key(|at| &all[*at]);
        Self { all, sorted, used_as_peer: HashSet::new(), first: HashMap::new() }
    }

    /// The index of a user.
    fn place(&self, id: &str) -> Option<usize> {
        let found = self.sorted.binary_search_by(|at| self.all[*at].as_str().cmp(id));
        found.ok().map(|at| self.sorted[at])
    }

    /// Takes an unused user, and marks it as used.
    fn take_peer(&mut self, caller: &str, order: Option<PeerOrder>) -> Option<String> {
        let first = self.first.entry((caller.to_owned(), order)).or_default();
        let is_free = |id: &String| fits(id, caller, order) && id != caller && !self.used_as_peer.contains(id);
        let left = self.all[*first..].iter().position(is_free);
        *first = left.map_or(self.all.len(), |at| *first + at);
        let id = self.all.get(*first)?;
        self.used_as_peer.insert(id.clone());
        Some(id.clone())
    }
}

/// Whether an id is on the wanted side of the caller's.
fn fits(id: &str, caller: &str, order: Option<PeerOrder>) -> bool {
    match order {
        None => true,
        Some(PeerOrder::BeforeCaller) => id < caller,
        Some(PeerOrder::AfterCaller) => id > caller,
    }
}

/// The list of users is too short.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TooFewUsers {
    /// The case needs more members for a GROUP than there are users.
    #[error("needs {needed} users beside the caller, has {has}")]
    Members {
        /// How many are needed.
        needed: usize,
        /// How many there are.
        has: usize,
    },
    /// The request names a single user and needs an unused one, and none is left.
    #[error("a request that names one user alone uses that user up, and none of the {has} is left that fits")]
    Peers {
        /// How many users there are.
        has: usize,
    },
    /// The case needs users with similar ids, which it invents.
    #[error("needs users whose ids are alike, which are invented where any UUID is a user")]
    Alike,
}

impl Users {
    /// Every UUID is a user.
    #[must_use]
    pub fn any_uuid() -> Self {
        Self { list: None }
    }

    /// Only these are users.
    #[must_use]
    pub fn listed(all: Vec<String>) -> Self {
        Self { list: Some(Mutex::new(UserList::new(all))) }
    }

    /// How many users there are, where they are a list.
    #[must_use]
    pub fn count(&self) -> Option<usize> {
        self.list.as_ref().map(|list| lock(list).all.len())
    }

    /// A user that no request has named before, on the wanted side of the caller's id.
    ///
    /// # Errors
    /// When the list has none left.
    pub fn peer(
        &self,
        ids: &CaseIds,
        caller: &str,
        order: Option<PeerOrder>,
        label: &str,
    ) -> Result<String, TooFewUsers> {
        let fits = |id: &str| fits(id, caller, order);
        let Some(list) = &self.list else {
            let drawn = (0..256).map(|at| ids.uuid(&format!("{label}/{at}")).to_string()).find(|id| fits(id));
            return Ok(drawn.unwrap_or_else(|| extreme(ids, order, label)));
        };
        let mut list = lock(list);
        let has = list.all.len();
        list.take_peer(caller, order).ok_or(TooFewUsers::Peers { has })
    }

    /// A user whose id shares its first `count` characters with another id and then differs, on the wanted side of it
    /// where possible.
    ///
    /// # Errors
    /// When users are those of a list.
    pub fn like(
        &self,
        ids: &CaseIds,
        other: &str,
        order: Option<PeerOrder>,
        count: usize,
        label: &str,
    ) -> Result<String, TooFewUsers> {
        if self.list.is_some() {
            return Err(TooFewUsers::Alike);
        }
        let fits = |id: &String| match order {
            None => id != other,
            Some(PeerOrder::BeforeCaller) => id.as_str() < other,
            Some(PeerOrder::AfterCaller) => id.as_str() > other,
        };
        // The least or greatest digit has no neighbour on one side: then a later or earlier character differs.
        let found = (count..36).chain((0..count).rev()).find_map(|count| {
            let begins = other.get(..count).unwrap_or_default();
            let ends = |at: u32| ids.uuid(&format!("{label}/{count}/{at}")).to_string();
            (0..64).map(|at| format!("{begins}{}", &ends(at)[count..])).find(fits)
        });
        Ok(found.unwrap_or_else(|| extreme(ids, order, label)))
    }

    /// Members of a GROUP, all different, none of them the caller.
    ///
    /// # Errors
    /// When the list is too short.
    pub fn members(&self, ids: &CaseIds, caller: &str, label: &str, count: usize) -> Result<Vec<String>, TooFewUsers> {
        let Some(list) = &self.list else {
            return Ok((0..count).map(|at| ids.uuid(&format!("{label}/{at}")).to_string()).collect());
        };
        let list = lock(list);
        let place = list.place(caller);
        let has = list.all.len() - usize::from(place.is_some());
        if has < count {
            return Err(TooFewUsers::Members { needed: count, has });
        }
        let start = usize::from(ids.uuid(label).as_bytes()[0]);
        let other = |at: usize| list.all[at + usize::from(place.is_some_and(|place| place <= at))].clone();
        Ok((0..count).map(|at| other((start + at) % has)).collect())
    }

    /// Some user.
    #[must_use]
    pub fn any(&self, ids: &CaseIds, label: &str) -> String {
        let drawn = ids.uuid(label);
        match &self.list {
            None => drawn.to_string(),
            Some(list) => {
                let list = lock(list);
                let bytes = drawn.as_bytes();
                let at = usize::from(bytes[0]) * 256 + usize::from(bytes[1]);
                list.all.get(at % list.all.len().max(1)).cloned().unwrap_or_else(|| drawn.to_string())
            }
        }
    }
}

/// An id at the wanted end, for a caller whose id sorts before or after almost everything.
fn extreme(ids: &CaseIds, order: Option<PeerOrder>, label: &str) -> String {
    let drawn = ids.uuid(label).to_string();
    match order {
        Some(PeerOrder::BeforeCaller) => format!("00000000-0000{}", &drawn[13..]),
        _ => format!("ffffffff-ffff{}", &drawn[13..]),
    }
}

fn lock(list: &Mutex<UserList>) -> std::sync::MutexGuard<'_, UserList> {
    // Nothing panics while it holds this lock, and a list is whole after every statement.
    list.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;
    use crate::identity::ids::IdSpace;

    fn ids() -> CaseIds {
        IdSpace { seed: 1, run_id: "x".into() }.case("a", 0)
    }

    fn listed(all: &[&str]) -> Users {
        Users::listed(all.iter().map(|id| (*id).to_owned()).collect())
    }

    #[test]
    fn each_peer_is_handed_out_once_and_on_the_wanted_side() {
        let users = listed(&["c", "a", "e", "b", "d"]);
        let peer = |order| users.peer(&ids(), "c", order, "peer").ok();
        assert_eq!(peer(Some(PeerOrder::BeforeCaller)).as_deref(), Some("a"));
        assert_eq!(peer(None).as_deref(), Some("e"));
        assert_eq!(peer(Some(PeerOrder::AfterCaller)).as_deref(), Some("d"));
        assert_eq!(peer(Some(PeerOrder::AfterCaller)), None);
        assert_eq!(peer(None).as_deref(), Some("b"));
        assert_eq!(peer(None), None);
    }

    #[test]
    fn members_are_others_and_differ() {
        let users = listed(&["c", "a", "e", "b", "d"]);
        let mut members = users.members(&ids(), "c", "m", 4).expect("enough");
        members.sort();
        assert_eq!(members, ["a", "b", "d", "e"]);
        assert_eq!(users.members(&ids(), "c", "m", 5), Err(TooFewUsers::Members { needed: 5, has: 4 }));
        assert_eq!(users.members(&ids(), "x", "m", 5).map(|members| members.len()), Ok(5));
    }

    #[test]
    fn a_long_list_is_not_gone_through_for_each_case() {
        let all = (0..200_000).map(|at| format!("{at:032}")).collect();
        let (users, caller) = (Users::listed(all), format!("{:032}", 0));
        let began = Instant::now();
        for _ in 0..2000 {
            assert!(users.peer(&ids(), &caller, Some(PeerOrder::BeforeCaller), "p").is_err());
            assert!(users.peer(&ids(), &caller, None, "p").is_ok());
            assert!(users.members(&ids(), &caller, "m", 3).is_ok());
        }
        assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    }
}
