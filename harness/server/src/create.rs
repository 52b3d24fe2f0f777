//! `POST /conversations`: a request goes through these steps, in this order, and each may refuse it.
//!
//! Nothing is stored before the last step, so a refused request leaves nothing behind.

use std::collections::HashSet;
use std::sync::Arc;

use mixinspec_types::edition_2026::{ConversationCategory, ParticipantRequestRole};
use mixinspec_types::{group_conversation_id, unique_conversation_id};
use uuid::Uuid;

use crate::again::{given_to_members, may_create_again, of_the_category, with_others};
use crate::auth::KnownUsers;
use crate::conversation::{Member, MemberRole, StoredConversation};
use crate::demands::Demands;
use crate::edition::Edition;
use crate::fault::{Contact, GroupParts, SeamPass};
use crate::policy::{
    AcceptOrRefuse, ContactCode, ContactRoles, Controls, GiveOrNot, LengthUnit, OuterSpace, Policy, RefuseOrAccept,
    RefuseOrListOnce, TimesKept,
};
use crate::refusal::Refusal;
use crate::relax::relaxed;
use crate::request::{Wanted, parsed, typed};
use crate::store::Store;
use crate::timestamp::UnixTime;

/// The maximum number of participants besides the caller.
pub(crate) const MOST: usize = 256;
/// The maximum under the policy `small_groups`.
const SMALL: usize = 8;
/// The maximum lengths of a name and an announcement, in the policy's unit.
const LONGEST_NAME: usize = 512;
const LONGEST_ANNOUNCEMENT: usize = 1024;

/// The reason for refusing a CONTACT whose id is not derived from its two users.
pub(crate) const NOT_OF_THE_TWO: &str = "is not the one of the caller and the participant";

/// The rules by which requests are judged.
#[derive(Debug)]
pub(crate) struct Rules {
    pub(crate) edition: Edition,
    pub(crate) policy: Policy,
    pub(crate) users: KnownUsers,
    pub(crate) demands: Demands,
}

/// The conversation that the answer shows.
#[derive(Debug)]
pub(crate) struct ShownConversation {
    pub(crate) conversation: Arc<StoredConversation>,
    /// Whether this request created it.
    pub(crate) is_new: bool,
}

/// Creates the conversation that a body asks for, or finds it. A fault can act through `turn`.
pub(crate) fn create(
    rules: &Rules,
    store: &Store,
    caller: Uuid,
    body: &[u8],
    turn: &SeamPass,
) -> Result<ShownConversation, Refusal> {
    let policy = &rules.policy;
    let value = relaxed(rules.edition, policy, parsed(policy, &turn.body(body))?)?;
    let mut wanted = typed(rules.edition, policy, turn.request(value)?)?;

    turn.step(texts_fit(policy, &wanted))?;
    if rules.edition == Edition::E2026 && wanted.category == ConversationCategory::Contact {
        turn.step(contact_is_named(policy, &mut wanted))?;
    }
    turn.step(users_exist(&rules.users, &wanted))?;
    turn.step(match wanted.category {
        ConversationCategory::Contact => contact_is_of_two(policy, caller, &wanted, turn),
        ConversationCategory::Group => group_is_of_a_size(rules, &wanted).and(group_is_named(rules, &wanted)),
    })?;
    let category = wanted.category;
    let members = members(policy, caller, &wanted)?;
    let (conversation, is_new) = match turn.found(wanted.id, store.get(wanted.id)) {
        Some(there) => {
            may_create_again(rules, &there, caller, &wanted, &members, turn)?;
            let there = with_others(policy, store, there, caller, &members)?;
            (turn.again(store, there, || made(policy, caller, wanted, members))?, false)
        }
        None => {
            // Only for a new conversation: a caller who creates it again need not know its original participants.
            if category == ConversationCategory::Group && rules.edition == Edition::E2026 {
                turn.step(group_id_fits(policy, caller, &wanted, turn))?;
            }
            stored(policy, store, made(policy, caller, wanted, members), turn)?
        }
    };
    turn.step(given_to_members(policy, &conversation, caller))?;
    turn.step(of_the_category(&conversation, category))?;
    Ok(ShownConversation { conversation, is_new })
}

/// Stores a new conversation, and returns whether it was new. The stored times may be coarser than those in the answer.
fn stored(
    policy: &Policy,
    store: &Store,
    new: StoredConversation,
    turn: &SeamPass,
) -> Result<(Arc<StoredConversation>, bool), Refusal> {
    let full = |_| Refusal::ServerFull;
    match policy.times_kept {
        TimesKept::Nanoseconds => turn.store(store, new).map_err(full),
        TimesKept::Milliseconds => {
            let (there, is_new) = turn.store(store, new.clone().cut_to_milliseconds()).map_err(full)?;
            Ok((if is_new { Arc::new(new) } else { there }, is_new))
        }
    }
}

fn texts_fit(policy: &Policy, wanted: &Wanted) -> Result<(), Refusal> {
    for (field, text, longest) in
        [("name", &wanted.name, LONGEST_NAME), ("announcement", &wanted.announcement, LONGEST_ANNOUNCEMENT)]
    {
        // The generated types have checked the length in code points; only that in UTF-16 units can be greater.
        if policy.length_unit == LengthUnit::Utf16Units && text.encode_utf16().count() > longest {
            return Err(Refusal::field(field, format!("more than {longest} units of UTF-16")));
        }
    }
    let wrong = match policy.controls {
        Controls::Refused => wanted.name.contains(char::is_control),
        Controls::NulRefused => wanted.name.contains('\0'),
        Controls::Echoed | Controls::Removed => false,
    };
    if wrong {
        return Err(Refusal::field("name", "has control characters"));
    }
    if policy.outer_space == OuterSpace::Refused && wanted.name.trim() != wanted.name {
        return Err(Refusal::field("name", "begins or ends with white space"));
    }
    Ok(())
}

/// Refuses a GROUP without a name, if the policy demands one: that it may lack one is only a recommendation.
fn group_is_named(rules: &Rules, wanted: &Wanted) -> Result<(), Refusal> {
    let demanded = rules.edition == Edition::E2026 && rules.policy.named_groups;
    if demanded && wanted.name.is_empty() { Err(Refusal::field("name", "is missing")) } else { Ok(()) }
}

/// Applies the policy for a CONTACT with a name: only a GROUP needs one.
fn contact_is_named(policy: &Policy, wanted: &mut Wanted) -> Result<(), Refusal> {
    match policy.contact_name {
        GiveOrNot::Given => {}
        GiveOrNot::Ignored => wanted.name.clear(),
        GiveOrNot::Refused if wanted.name.is_empty() => {}
        GiveOrNot::Refused => return Err(Refusal::field("name", "is for a GROUP")),
    }
    Ok(())
}

fn users_exist(users: &KnownUsers, wanted: &Wanted) -> Result<(), Refusal> {
    match wanted.participants.iter().position(|participant| !users.know(participant.user)) {
        None => Ok(()),
        Some(index) => Err(Refusal::field(format!("participants/{index}/user_id"), "is nobody's")),
    }
}

fn contact_is_of_two(policy: &Policy, caller: Uuid, wanted: &Wanted, turn: &SeamPass) -> Result<(), Refusal> {
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
    if policy.contact_admin == GiveOrNot::Refused && peer.role == ParticipantRequestRole::Admin {
        return Err(Refusal::field("participants/0/role", "a CONTACT has no ADMIN"));
    }
    Ok(())
}

fn group_is_of_a_size(rules: &Rules, wanted: &Wanted) -> Result<(), Refusal> {
    let (policy, count) = (&rules.policy, wanted.participants.len());
    if count == 0 && policy.group_without_participants == AcceptOrRefuse::Refused {
        return Err(Refusal::field("participants", "a GROUP has at least one participant beside the caller"));
    }
    let most = match policy.full_group {
        _ if policy.small_groups && rules.edition == Edition::E2018 => SMALL,
        AcceptOrRefuse::Accepted => MOST,
        AcceptOrRefuse::Refused => MOST - 1,
    };
    if count > most { Err(Refusal::GroupFull) } else { Ok(()) }
}

/// The members of the new conversation: the caller first, without duplicates.
fn members(policy: &Policy, caller: Uuid, wanted: &Wanted) -> Result<Vec<Member>, Refusal> {
    let group = wanted.category == ConversationCategory::Group;
    let owner = group || policy.contact_roles != ContactRoles::BothOrdinary;
    let peer_owner = !group && policy.contact_roles == ContactRoles::BothOwners;
    let mut seen = HashSet::with_capacity(wanted.participants.len());
    let mut members = Vec::with_capacity(wanted.participants.len() + 1);
    let joined = UnixTime::now();
    members.push(Member { user: caller, role: if owner { MemberRole::Owner } else { MemberRole::Ordinary }, joined });
    for (index, participant) in wanted.participants.iter().enumerate() {
        let (rule, reason) = match participant.user {
            user if user == caller => (policy.caller_named, "is the caller's own"),
            user if !seen.insert(user) => (policy.named_twice, "is named twice"),
            user => {
                let role = match participant.role {
                    _ if peer_owner => MemberRole::Owner,
                    ParticipantRequestRole::Admin if group || policy.contact_admin == GiveOrNot::Given => {
                        MemberRole::Admin
                    }
                    ParticipantRequestRole::Admin | ParticipantRequestRole::Empty => MemberRole::Ordinary,
                };
                members.push(Member { user, role, joined });
                continue;
            }
        };
        if rule == RefuseOrListOnce::Refused {
            return Err(Refusal::field(format!("participants/{index}/user_id"), reason));
        }
    }
    Ok(members)
}

pub(crate) fn group_id_fits(policy: &Policy, caller: Uuid, wanted: &Wanted, turn: &SeamPass) -> Result<(), Refusal> {
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
    let group = GroupParts {
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

fn made(policy: &Policy, caller: Uuid, wanted: Wanted, members: Vec<Member>) -> StoredConversation {
    let mut name = wanted.name;
    if policy.controls == Controls::Removed {
        name.retain(|character| !character.is_control());
    }
    match policy.outer_space {
        OuterSpace::Echoed | OuterSpace::Refused => {}
        OuterSpace::Trimmed => name = name.trim().to_owned(),
        OuterSpace::TrimmedBefore => name = name.trim_start().to_owned(),
        OuterSpace::TrimmedAfter => name.truncate(name.trim_end().len()),
    }
    let with_code = wanted.category == ConversationCategory::Group || policy.contact_code == ContactCode::Given;
    StoredConversation {
        id: wanted.id,
        category: wanted.category,
        creator: caller,
        name: name.into(),
        announcement: wanted.announcement.into(),
        // The members join at the moment of creation.
        created_at: members.first().map_or_else(UnixTime::now, |creator| creator.joined),
        code: with_code.then(Uuid::new_v4),
        members: members.into(),
    }
}
