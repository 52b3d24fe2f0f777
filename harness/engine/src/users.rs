//! The users that a server knows: any UUID, or those of a list.
//!
//! A CONTACT needs a peer that nobody has talked to yet, so peers are handed out once; a GROUP may share its members
//! with others.

use std::collections::HashSet;
use std::sync::Mutex;

use crate::ids::CaseIds;
use mixinspec_spec::model::PeerOrder;

/// The users that requests may name.
#[derive(Debug)]
pub struct Users {
    list: Option<Mutex<List>>,
}

#[derive(Debug)]
struct List {
    all: Vec<String>,
    used_as_peer: HashSet<String>,
}

/// The list of users is too short.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TooFewUsers {
    /// A GROUP needs more members than there are.
    #[error("needs {needed} users beside the caller, has {has}")]
    Members {
        /// How many are needed.
        needed: usize,
        /// How many there are.
        has: usize,
    },
    /// A CONTACT needs a peer whom nobody has used before.
    #[error("each CONTACT uses up one user, and none of the {has} is left that fits")]
    Peers {
        /// How many users there are.
        has: usize,
    },
    /// A case invents users whose ids are alike.
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
        Self { list: Some(Mutex::new(List { all, used_as_peer: HashSet::new() })) }
    }

    /// How many users there are, where they are a list.
    #[must_use]
    pub fn count(&self) -> Option<usize> {
        self.list.as_ref().map(|list| lock(list).all.len())
    }

    /// A peer for a CONTACT that nobody has used before, on the wanted side of the caller's id.
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
        let fits = |id: &str| match order {
            None => true,
            Some(PeerOrder::BeforeCaller) => id < caller,
            Some(PeerOrder::AfterCaller) => id > caller,
        };
        let Some(list) = &self.list else {
            let drawn = (0..256).map(|at| ids.uuid(&format!("{label}/{at}")).to_string()).find(|id| fits(id));
            return Ok(drawn.unwrap_or_else(|| extreme(ids, order, label)));
        };
        let mut list = lock(list);
        let found = list.all.iter().find(|id| fits(id) && *id != caller && !list.used_as_peer.contains(*id)).cloned();
        let has = list.all.len();
        let id = found.ok_or(TooFewUsers::Peers { has })?;
        list.used_as_peer.insert(id.clone());
        Ok(id)
    }

    /// A user whose id begins with the same so many characters as another's, and then differs: on the wanted side of it,
    /// where that can be.
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
        // A digit that is the least, or the greatest, has none on one of its sides: then the next one differs.
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
        let has = list.all.iter().filter(|id| *id != caller).count();
        if has < count {
            return Err(TooFewUsers::Members { needed: count, has });
        }
        let start = usize::from(ids.uuid(label).as_bytes()[0]);
        let others: Vec<&String> = list.all.iter().filter(|id| *id != caller).collect();
        Ok((0..count).map(|at| others[(start + at) % others.len()].clone()).collect())
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

fn lock(list: &Mutex<List>) -> std::sync::MutexGuard<'_, List> {
    // Nothing panics while it holds this lock, and a list is whole after every statement.
    list.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
