//! `POST /conversations`: a request goes through these steps, in this order, and each may refuse it.
//!
//! Nothing is stored before the last step, so a refused request leaves nothing behind.

use std::collections::HashSet;
use std::sync::Arc;

use mixinspec_types::edition_2026::{ConversationCategory, RequestedRole};
use mixinspec_types::{group_conversation_id, unique_conversation_id};
use uuid::Uuid;

use crate::auth::Users;
use crate::conversation::{Conversation, Member, Role};
use crate::edition::Edition;
use crate::fault::{Contact, Group, Turn};
use crate::policy::{
    AcceptOrRefuse, Again, ContactCode, ContactRoles, Controls, LengthUnit, OuterSpace, Policy, RefuseOrAccept,
    RefuseOrListOnce,
};
use crate::refusal::Refusal;
use crate::request::{Wanted, parsed, relaxed, typed};
use crate::store::Store;
use crate::timestamp::Timestamp;

/// The most participants beside the caller.
const MOST: usize = 256;
/// The longest name and announcement, in the policy's unit.
const LONGEST_NAME: usize = 512;
const LONGEST_ANNOUNCEMENT: usize = 1024;

/// Why a CONTACT is refused whose id is not derived from its users.
pub(crate) const NOT_OF_THE_TWO: &str = "is not the one of the caller and the participant";

/// By what requests are judged.
#[derive(Debug)]
pub(crate) struct Rules {
    pub(crate) edition: Edition,
    pub(crate) policy: Policy,
    pub(crate) users: Users,
}

/// The conversation that a body asks for; created now, or before. `turn` is where a fault may take hold.
pub(crate) fn create(
    rules: &Rules,
    store: &Store,
    caller: Uuid,
    body: &[u8],
    turn: &Turn,
) -> Result<Arc<Conversation>, Refusal> {
    let policy = &rules.policy;
    let value = relaxed(policy, parsed(&turn.body(body))?);
    let wanted = typed(rules.edition, policy, turn.request(value)?)?;

    turn.step(texts_fit(policy, &wanted))?;
    turn.step(users_exist(&rules.users, &wanted))?;
    turn.step(match wanted.category {
        ConversationCategory::Contact => contact_is_of_two(caller, &wanted, turn),
        ConversationCategory::Group => group_is_of_a_size(policy, &wanted),
    })?;
    let category = wanted.category;
    let members = members(policy, caller, &wanted)?;
    let conversation = match turn.found(store.get(wanted.id)) {
        Some(there) => {
            may_create_again(rules, &there, caller, &wanted, &members, turn)?;
            turn.again(store, there, || made(policy, caller, wanted, members))?
        }
        None => {
            // Only a new one's: who creates again need not know with whom it was created.
            if category == ConversationCategory::Group && rules.edition == Edition::E2026 {
                turn.step(group_id_fits(policy, caller, &wanted, turn))?;
            }
            turn.store(store, made(policy, caller, wanted, members)).map_err(|_| Refusal::ServerFull)?
        }
    };
    turn.step(given_to_members(&conversation, caller))?;
    turn.step(of_the_category(&conversation, category))?;
    Ok(conversation)
}

fn texts_fit(policy: &Policy, wanted: &Wanted) -> Result<(), Refusal> {
    for (field, text, longest) in
        [("name", &wanted.name, LONGEST_NAME), ("announcement", &wanted.announcement, LONGEST_ANNOUNCEMENT)]
    {
        // The types count code points, of which there are never more than units of UTF-16.
        if policy.length_unit == LengthUnit::Utf16Units && text.encode_utf16().count() > longest {
            return Err(Refusal::field(field, format!("more than {longest} units of UTF-16")));
        }
    }
    if policy.controls == Controls::Refused && wanted.name.contains(char::is_control) {
        return Err(Refusal::field("name", "has control characters"));
    }
    Ok(())
}

fn users_exist(users: &Users, wanted: &Wanted) -> Result<(), Refusal> {
    match wanted.participants.iter().position(|participant| !users.know(participant.user)) {
        None => Ok(()),
        Some(index) => Err(Refusal::field(format!("participants/{index}/user_id"), "is nobody's")),
    }
}

fn contact_is_of_two(caller: Uuid, wanted: &Wanted, turn: &Turn) -> Result<(), Refusal> {
    let [peer] = wanted.participants.as_slice() else {
        return Err(Refusal::field("participants", "a CONTACT has one participant beside the caller"));
    };
    if peer.user == caller {
        return Err(Refusal::field("participants/0/user_id", "is the caller's own"));
    }
    let mut buffer = Uuid::encode_buffer();
    let contact = Contact { caller: caller.hyphenated().encode_lower(&mut buffer), peer: &peer.text, id: wanted.id };
    if !turn.contact_id(contact, || unique_conversation_id(contact.caller, contact.peer) == contact.id) {
        return Err(Refusal::field("conversation_id", NOT_OF_THE_TWO));
    }
    Ok(())
}

fn group_is_of_a_size(policy: &Policy, wanted: &Wanted) -> Result<(), Refusal> {
    let count = wanted.participants.len();
    if count == 0 && policy.group_without_participants == AcceptOrRefuse::Refused {
        return Err(Refusal::field("participants", "a GROUP has at least one participant beside the caller"));
    }
    let most = match policy.full_group {
        AcceptOrRefuse::Accepted => MOST,
        AcceptOrRefuse::Refused => MOST - 1,
    };
    if count > most { Err(Refusal::GroupFull) } else { Ok(()) }
}

/// The caller first, and nobody twice.
fn members(policy: &Policy, caller: Uuid, wanted: &Wanted) -> Result<Vec<Member>, Refusal> {
    let group = wanted.category == ConversationCategory::Group;
    let owner = group || policy.contact_roles == ContactRoles::CreatorOwner;
    let mut seen = HashSet::with_capacity(wanted.participants.len());
    let mut members = Vec::with_capacity(wanted.participants.len() + 1);
    members.push(Member { user: caller, role: if owner { Role::Owner } else { Role::Ordinary } });
    for (index, participant) in wanted.participants.iter().enumerate() {
        let (rule, reason) = match participant.user {
            user if user == caller => (policy.caller_named, "is the caller's own"),
            user if !seen.insert(user) => (policy.named_twice, "is named twice"),
            user => {
                let role = match participant.role {
                    RequestedRole::Admin => Role::Admin,
                    RequestedRole::Empty => Role::Ordinary,
                };
                members.push(Member { user, role });
                continue;
            }
        };
        if rule == RefuseOrListOnce::Refused {
            return Err(Refusal::field(format!("participants/{index}/user_id"), reason));
        }
    }
    Ok(members)
}

fn group_id_fits(policy: &Policy, caller: Uuid, wanted: &Wanted, turn: &Turn) -> Result<(), Refusal> {
    let Some(random) = wanted.random_id else {
        return match policy.group_without_random_id {
            AcceptOrRefuse::Accepted => Ok(()),
            AcceptOrRefuse::Refused => Err(Refusal::field("random_id", "required, but missing")),
        };
    };
    if policy.group_id_does_not_fit == RefuseOrAccept::Accepted {
        return Ok(());
    }
    let mut buffers = [Uuid::encode_buffer(), Uuid::encode_buffer()];
    let [of_caller, of_random] = &mut buffers;
    let group = Group {
        caller: caller.hyphenated().encode_lower(of_caller),
        name: &wanted.name,
        participants: &wanted.participants.iter().map(|participant| participant.text.as_str()).collect::<Vec<_>>(),
        random: random.hyphenated().encode_lower(of_random),
        id: wanted.id,
    };
    let right = || group_conversation_id(group.caller, group.name, group.participants, group.random) == Ok(group.id);
    if turn.group_id(group, right) {
        return Ok(());
    }
    Err(Refusal::field("conversation_id", "is not the one of the caller, the name, the participants and random_id"))
}

fn made(policy: &Policy, caller: Uuid, wanted: Wanted, members: Vec<Member>) -> Conversation {
    let mut name = wanted.name;
    if policy.controls == Controls::Removed {
        name.retain(|character| !character.is_control());
    }
    if policy.outer_space == OuterSpace::Trimmed {
        name = name.trim().to_owned();
    }
    let with_code = wanted.category == ConversationCategory::Group || policy.contact_code == ContactCode::Given;
    Conversation {
        id: wanted.id,
        category: wanted.category,
        creator: caller,
        name: name.into(),
        announcement: wanted.announcement.into(),
        created_at: Timestamp::now(),
        code: with_code.then(Uuid::new_v4),
        members: members.into(),
    }
}

/// Whether a member may create a GROUP again with this request.
fn may_create_again(
    rules: &Rules,
    there: &Conversation,
    caller: Uuid,
    wanted: &Wanted,
    members: &[Member],
    turn: &Turn,
) -> Result<(), Refusal> {
    if wanted.category != ConversationCategory::Group {
        return Ok(());
    }
    match rules.policy.again {
        Again::IdChecked if rules.edition == Edition::E2026 => group_id_fits(&rules.policy, caller, wanted, turn),
        Again::Answered | Again::IdChecked => Ok(()),
        Again::ByCreator if there.creator == caller => Ok(()),
        Again::ByCreator => Err(Refusal::Forbidden),
        // Who is not in it hears nothing of what it was before.
        Again::Unchanged if !there.has_member(caller) => Ok(()),
        // A list of members names nobody twice.
        Again::Unchanged if members.len() == there.members.len() => {
            let other = members.iter().any(|member| !there.members.contains(member));
            if other { Err(Refusal::field("participants", "are others than before")) } else { Ok(()) }
        }
        Again::Unchanged => Err(Refusal::field("participants", "are others than before")),
    }
}

/// Nobody gets into a conversation by creating it again.
fn given_to_members(conversation: &Conversation, caller: Uuid) -> Result<(), Refusal> {
    if conversation.has_member(caller) { Ok(()) } else { Err(Refusal::Forbidden) }
}

/// An answer shows the category that was asked for.
fn of_the_category(conversation: &Conversation, category: ConversationCategory) -> Result<(), Refusal> {
    if conversation.category == category {
        return Ok(());
    }
    Err(Refusal::field("category", format!("the conversation is a {}", conversation.category)))
}
