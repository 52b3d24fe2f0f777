//! Applies the policy to members whose meaning the sources leave open: removes, fills in or refuses them, before the
//! generated types check the schema.

use serde_json::{Map, Value};

use crate::edition::Edition;
use crate::policy::{AcceptOrRefuse, ActionLeftOut, KnownOrNot, OtherActions, Policy, RefuseOrIgnore};
use crate::refusal::Refusal;

/// The actions of the page of 2018 besides ADD.
const OTHERS: [&str; 4] = ["REMOVE", "JOIN", "EXIT", "ROLE"];

/// The request as the policy interprets it.
pub(crate) fn relaxed(edition: Edition, policy: &Policy, mut value: Value) -> Result<Value, Refusal> {
    if let Some(request) = value.as_object_mut()
        && edition == Edition::E2026
        && policy.random_id == KnownOrNot::NotKnown
    {
        request.remove("random_id");
    }
    let Some(Value::Array(participants)) = value.get_mut("participants") else { return Ok(value) };
    for (index, participant) in participants.iter_mut().enumerate() {
        // A participant that is not an object is refused later, for that.
        let Some(participant) = participant.as_object_mut() else { continue };
        action(edition, policy, index, participant)?;
        role(edition, policy, index, participant)?;
    }
    if edition == Edition::E2018 && policy.action_left_out == ActionLeftOut::LeftOut {
        participants.retain(|participant| !participant.is_object() || participant.get("action").is_some());
    }
    Ok(value)
}

fn action(
    edition: Edition,
    policy: &Policy,
    index: usize,
    participant: &mut Map<String, Value>,
) -> Result<(), Refusal> {
    let Some(action) = participant.get("action") else {
        let demanded = edition == Edition::E2018 && policy.action_left_out == ActionLeftOut::Refused;
        return if demanded { Err(wrong(index, "action", "required, but missing")) } else { Ok(()) };
    };
    if edition == Edition::E2026 && policy.action == KnownOrNot::NotKnown {
        return Err(wrong(index, "action", "is no member of a participant"));
    }
    let Some(action) = action.as_str().filter(|action| *action != "ADD") else { return Ok(()) };
    let is_known = OTHERS.contains(&action);
    let is_ignored = match policy.other_actions {
        OtherActions::Refused => false,
        OtherActions::Ignored => true,
        OtherActions::UnknownRefused => is_known,
        OtherActions::KnownRefused => !is_known,
    };
    if is_ignored {
        // Only the action is ignored, not the participant: the id of a group depends on it.
        participant.insert("action".to_owned(), "ADD".into());
    }
    Ok(())
}

fn role(edition: Edition, policy: &Policy, index: usize, participant: &mut Map<String, Value>) -> Result<(), Refusal> {
    let Some(role) = participant.get("role") else {
        let demanded = edition == Edition::E2018 && policy.role_left_out == AcceptOrRefuse::Refused;
        return if demanded { Err(wrong(index, "role", "required, but missing")) } else { Ok(()) };
    };
    let is_unknown = edition == Edition::E2026 && policy.role == KnownOrNot::NotKnown;
    if is_unknown || role == "OWNER" && policy.role_owner == RefuseOrIgnore::Ignored {
        participant.insert("role".to_owned(), "".into());
    }
    Ok(())
}

fn wrong(index: usize, member: &str, reason: &'static str) -> Refusal {
    Refusal::field(format!("participants/{index}/{member}"), reason)
}
