//! `GET /conversations/:id`: shows a conversation to its members.

use std::sync::Arc;

use mixinspec_types::UuidText;
use uuid::Uuid;

use crate::conversation::StoredConversation;
use crate::fault::SeamPass;
use crate::policy::{Outsiders, Policy, ReadOrNot};
use crate::refusal::Refusal;
use crate::store::Store;

/// The conversation with this id. A caller who is not a member is answered as the policy `outsiders` says; by default
/// as if it did not exist.
pub(crate) fn read(
    policy: &Policy,
    store: &Store,
    caller: Uuid,
    id: &str,
    turn: &SeamPass,
) -> Result<Arc<StoredConversation>, Refusal> {
    if policy.read == ReadOrNot::NotFound {
        return Err(Refusal::NoEndpoint);
    }
    let named = UuidText::try_from(id).ok().map(|id| id.uuid());
    let id = named.or_else(|| turn.named(id)).ok_or(Refusal::NoConversation)?;
    let conversation = turn.found(id, store.get(id)).ok_or(Refusal::NoConversation)?;
    turn.step(if conversation.has_member(caller) { Ok(()) } else { Err(not_yours(policy)) })?;
    Ok(conversation)
}

fn not_yours(policy: &Policy) -> Refusal {
    match policy.outsiders {
        Outsiders::NothingThere => Refusal::NoConversation,
        Outsiders::Forbidden => Refusal::Forbidden,
        Outsiders::Unauthorized => Refusal::Unauthorized,
    }
}
