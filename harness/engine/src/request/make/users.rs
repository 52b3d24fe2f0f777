//! Gives a request its users: fresh ones, or users from the list that was given.

use mixinspec_spec::model::PeerOrder;
use serde_json::{Value, json};

use super::{Cast, MakeError, Maker};
use crate::identity::ids::CaseIds;
use crate::identity::users::TooFewUsers;
use crate::request::change::Change;
use crate::request::family::Family;
use crate::text::pointer::place;

impl Maker {
    /// A hint for a server that may not know the users in requests; empty if the users were given (`--users`).
    pub(crate) fn hint_of_users(&self) -> &'static str {
        let any = self.users.count().is_none();
        if any { "; if the server knows certain users only, name them with --users FILE" } else { "" }
    }

    /// Gives every element of the list of users a user of its own, and returns the first. In a `plain` request they are
    /// in ascending order; a single one sorts after the caller, if there is such a user.
    pub(super) fn assign_users(
        &self,
        family: &Family,
        document: &mut Value,
        change: &Change,
        ids: &CaseIds,
        cast: &Cast,
        plain: bool,
    ) -> Result<Option<String>, MakeError> {
        let Some((list, member)) = family.user_list() else { return Ok(None) };
        let Some(Value::Array(items)) = document.pointer_mut(list) else { return Ok(None) };
        if let Some(count) = change.user_count {
            let element = items.first().cloned().unwrap_or_else(|| json!({}));
            items.resize(count, element);
        }
        let alone = family.one_user && items.len() == 1;
        let mut users = if alone || change.peer.is_some() {
            vec![match (&cast.first_user, change.alike) {
                (Some(id), _) => id.clone(),
                (None, Some(count)) => self.users.like(ids, &cast.caller_id, change.peer, count, "peer")?,
                (None, None) => self.peer(ids, cast, change.peer, plain)?,
            }]
        } else {
            let mut users = self.users.members(ids, &cast.caller_id, "member", items.len())?;
            if let (Some(first), Some(id)) = (users.first_mut(), &cast.first_user) {
                first.clone_from(id);
            }
            users
        };
        if users.len() < items.len() {
            let others = self.users.members(ids, &cast.caller_id, "member", items.len())?;
            let missing = items.len() - users.len();
            let others: Vec<String> = others.into_iter().filter(|id| !users.contains(id)).take(missing).collect();
            users.extend(others);
        }
        if let (Some(count), false, Some(first)) = (change.alike, alone, users.first().cloned()) {
            for nth in 1..users.len() {
                // If only the last digit is free, a user soon repeats: try again.
                for at in 0..256 {
                    let user = self.users.like(ids, &first, None, count, &format!("alike/{nth}/{at}"))?;
                    if user != cast.caller_id && !users[..nth].contains(&user) {
                        users[nth] = user;
                        break;
                    }
                }
            }
        }
        let peer = users.first().cloned();
        if plain && change.peer.is_none() && change.alike.is_none() {
            users.sort_unstable();
        }
        for (item, user) in items.iter_mut().zip(&users) {
            place(item, member, json!(user));
        }
        Ok(peer)
    }

    pub(super) fn peer(
        &self,
        ids: &CaseIds,
        cast: &Cast,
        order: Option<PeerOrder>,
        plain: bool,
    ) -> Result<String, TooFewUsers> {
        let usual = order.or(plain.then_some(PeerOrder::AfterCaller));
        match self.users.peer(ids, &cast.caller_id, usual, "peer") {
            Err(TooFewUsers::Peers { .. }) if order.is_none() && plain => {
                self.users.peer(ids, &cast.caller_id, None, "peer")
            }
            found => found,
        }
    }
}
