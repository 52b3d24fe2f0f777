//! Handles the creation of a conversation that exists already.

use std::sync::Arc;

use mixinspec_types::edition_2026::ConversationCategory;
use uuid::Uuid;

use crate::conversation::{Member, MemberRole, StoredConversation};
use crate::create::{MOST, Rules, group_id_fits};
use crate::edition::Edition;
use crate::fault::SeamPass;
use crate::policy::{Again, Others, Outsiders, Policy};
use crate::refusal::Refusal;
use crate::request::Wanted;
use crate::store::Store;
use crate::timestamp::UnixTime;

/// Whether a member may create a GROUP again with this request.
pub(crate) fn may_create_again(
    rules: &Rules,
    there: &StoredConversation,
    caller: Uuid,
    wanted: &Wanted,
    members: &[Member],
    turn: &SeamPass,
) -> Result<(), Refusal> {
    if wanted.category != ConversationCategory::Group {
        return Ok(());
    }
    match rules.policy.again {
        Again::IdChecked if rules.edition == Edition::E2026 => group_id_fits(&rules.policy, caller, wanted, turn),
        Again::Answered | Again::IdChecked => Ok(()),
        Again::ByCreator if there.creator == caller => Ok(()),
        Again::ByCreator => Err(Refusal::Forbidden),
        // An outsider must not learn that the conversation exists: `given_to_members` refuses it later.
        Again::Unchanged | Again::Never if !there.has_member(caller) => Ok(()),
        Again::Never => Err(Refusal::field("conversation_id", "is that of a conversation that is there")),
        // A list of members has no duplicates.
        Again::Unchanged if members.len() == there.members.len() => {
            let other =
                |member: &Member| !there.members.iter().any(|one| one.user == member.user && one.role == member.role);
            if members.iter().any(other) { Err(others()) } else { Ok(()) }
        }
        Again::Unchanged => Err(others()),
    }
}

/// Applies the policy for a creator who creates a GROUP again with other participants.
pub(crate) fn with_others(
    policy: &Policy,
    store: &Store,
    there: Arc<StoredConversation>,
    caller: Uuid,
    asked: &[Member],
) -> Result<Arc<StoredConversation>, Refusal> {
    if policy.others == Others::Unchanged || there.category != ConversationCategory::Group || there.creator != caller {
        return Ok(there);
    }
    let missing = asked.iter().any(|member| !there.has_member(member.user));
    if !missing && asked.len() == there.members.len() {
        return Ok(there);
    }
    if policy.others == Others::Refused {
        return Err(others());
    }
    let now = UnixTime::now();
    let changed = store.change(there.id, |there| {
        let mut members: Vec<Member> = match policy.others {
            Others::Replaced => {
                let stays =
                    |one: &&Member| one.role == MemberRole::Owner || asked.iter().any(|member| member.user == one.user);
                there.members.iter().filter(stays).copied().collect()
            }
            _ => there.members.to_vec(),
        };
        let new = asked.iter().filter(|member| !there.has_member(member.user));
        members.extend(new.map(|member| Member { joined: now, ..*member }));
        if members.len() > MOST + 1 {
            return Err(Refusal::GroupFull);
        }
        Ok(StoredConversation { members: members.into(), ..there.clone() })
    })?;
    Ok(changed.unwrap_or(there))
}

/// Refuses a caller who is not a member: creating a conversation again does not join it.
pub(crate) fn given_to_members(
    policy: &Policy,
    conversation: &StoredConversation,
    caller: Uuid,
) -> Result<(), Refusal> {
    if conversation.has_member(caller) {
        return Ok(());
    }
    Err(match policy.outsiders {
        Outsiders::NothingThere | Outsiders::Forbidden => Refusal::Forbidden,
        Outsiders::Unauthorized => Refusal::Unauthorized,
    })
}

/// Refuses a request for the other category than that of the conversation.
pub(crate) fn of_the_category(
    conversation: &StoredConversation,
    category: ConversationCategory,
) -> Result<(), Refusal> {
    if conversation.category == category {
        return Ok(());
    }
    Err(Refusal::field("category", format!("the conversation is a {}", conversation.category)))
}

fn others() -> Refusal {
    Refusal::field("participants", "are others than before")
}
