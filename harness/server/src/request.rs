//! Parses the bytes of a body to what its caller wants.
//!
//! The generated types check the schema. Rules that relate several values are in `create.rs`.

use std::borrow::Cow;

use mixinspec_types::edition_2026::{
    ConversationCategory, CreateConversationRequestAnnouncement, CreateConversationRequestName,
    CreateConversationRequestRandomId, ParticipantAction, ParticipantRequestRole,
};
use mixinspec_types::support::Members;
use mixinspec_types::{FromJson, Invalid, Nullable, Reason, UuidText, edition_2018, edition_2026};
use serde_json::Value;
use uuid::Uuid;

use crate::edition::Edition;
use crate::policy::{Policy, RefuseOrLower, Surrogates};
use crate::refusal::Refusal;
use crate::surrogates::with_stand_ins;

/// What a caller wants. It satisfies the schema; nothing else is checked yet.
#[derive(Debug)]
pub(crate) struct Wanted {
    pub(crate) category: ConversationCategory,
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) announcement: String,
    pub(crate) random_id: Option<Uuid>,
    pub(crate) participants: Vec<WantedParticipant>,
}

/// A participant whom a request names.
#[derive(Debug)]
pub(crate) struct WantedParticipant {
    pub(crate) user: Uuid,
    /// The user's id in lower case, from which conversation ids are derived.
    pub(crate) text: String,
    pub(crate) role: ParticipantRequestRole,
}

/// Parses a body as JSON.
pub(crate) fn parsed(policy: &Policy, body: &[u8]) -> Result<Value, Refusal> {
    let body = match policy.lone_surrogates {
        Surrogates::Refused => Cow::Borrowed(body),
        Surrogates::Echoed => with_stand_ins(body),
    };
    let value: Value = serde_json::from_slice(&body).map_err(|error| Refusal::Body(error.to_string()))?;
    if value.is_object() { Ok(value) } else { Err(Refusal::Body("it is not an object".into())) }
}

/// Converts a value to the edition's type.
pub(crate) fn typed(edition: Edition, policy: &Policy, value: Value) -> Result<Wanted, Refusal> {
    let group = value.get("category").is_some_and(|category| category == ConversationCategory::Group.as_str());
    let shape = match edition {
        Edition::E2018 => RequestShape::of_2018(value),
        Edition::E2026 => RequestShape::of_2026(value),
    };
    let shape = shape.map_err(|invalid| {
        let many = invalid.pointer() == "/participants" && matches!(invalid.reason(), Reason::TooLarge { .. });
        if many && group { Refusal::GroupFull } else { refusal(&invalid) }
    })?;
    wanted(policy, shape)
}

/// Names a field by its JSON Pointer without the leading slash, so that a top-level member has its own name.
fn refusal(invalid: &Invalid) -> Refusal {
    Refusal::field(invalid.pointer().trim_start_matches('/').to_owned(), invalid.reason().to_string())
}

/// A request of either edition, in the terms of the newer one.
struct RequestShape {
    category: ConversationCategory,
    conversation_id: UuidText,
    name: Option<Nullable<CreateConversationRequestName>>,
    announcement: Option<Nullable<CreateConversationRequestAnnouncement>>,
    random_id: Option<Nullable<CreateConversationRequestRandomId>>,
    participants: Vec<(UuidText, Option<ParticipantRequestRole>, Option<ParticipantAction>)>,
}

impl RequestShape {
    fn of_2018(value: Value) -> Result<Self, Invalid> {
        let request = edition_2018::CreateConversationRequest::from_json(value)?;
        let mut others = Members::of(Value::Object(request.other))?;
        let participants = request.participants.into_iter().map(|participant| {
            let role = participant.role.and_then(Nullable::into_value).map(|role| match role {
                edition_2018::ParticipantRequestRole::Empty => ParticipantRequestRole::Empty,
                edition_2018::ParticipantRequestRole::Admin => ParticipantRequestRole::Admin,
            });
            let action = participant.action.map(|action| match action {
                edition_2018::ParticipantAction::Add => ParticipantAction::Add,
                edition_2018::ParticipantAction::Remove => ParticipantAction::Remove,
                edition_2018::ParticipantAction::Join => ParticipantAction::Join,
                edition_2018::ParticipantAction::Exit => ParticipantAction::Exit,
                edition_2018::ParticipantAction::Role => ParticipantAction::Role,
            });
            (participant.user_id, role, action)
        });
        Ok(Self {
            category: match request.category {
                edition_2018::ConversationCategory::Group => ConversationCategory::Group,
                edition_2018::ConversationCategory::Contact => ConversationCategory::Contact,
            },
            conversation_id: request.conversation_id,
            name: others.optional("name")?,
            announcement: others.optional("announcement")?,
            random_id: None,
            participants: participants.collect(),
        })
    }

    fn of_2026(value: Value) -> Result<Self, Invalid> {
        let request = edition_2026::CreateConversationRequest::from_json(value)?;
        let participants = Vec::from(request.participants).into_iter();
        Ok(Self {
            category: request.category,
            conversation_id: request.conversation_id,
            name: request.name,
            announcement: request.announcement,
            random_id: request.random_id,
            participants: participants
                .map(|participant| {
                    let role = participant.role.and_then(Nullable::into_value);
                    (participant.user_id, role, participant.action)
                })
                .collect(),
        })
    }
}

/// Absent, null and empty are the same; ids are in lower case.
fn wanted(policy: &Policy, shape: RequestShape) -> Result<Wanted, Refusal> {
    let random: String = text(shape.random_id);
    let random_id = match random.as_str() {
        "" => None,
        text => Some(UuidText::try_from(text).map_err(|_| Refusal::field("random_id", "is not a uuid"))?.uuid()),
    };
    let mut participants = Vec::with_capacity(shape.participants.len());
    for (index, (user_id, role, action)) in shape.participants.into_iter().enumerate() {
        if action.is_some_and(|action| action != ParticipantAction::Add) {
            return Err(Refusal::field(format!("participants/{index}/action"), "a creation knows no action but ADD"));
        }
        let (user, text) = lowered(policy, user_id, || format!("participants/{index}/user_id").into())?;
        participants.push(WantedParticipant { user, text, role: role.unwrap_or(ParticipantRequestRole::Empty) });
    }
    Ok(Wanted {
        category: shape.category,
        id: lowered(policy, shape.conversation_id, || "conversation_id".into())?.0,
        name: text(shape.name),
        announcement: text(shape.announcement),
        random_id,
        participants,
    })
}

fn text(member: Option<Nullable<impl Into<String>>>) -> String {
    member.and_then(Nullable::into_value).map(Into::into).unwrap_or_default()
}

fn lowered(
    policy: &Policy,
    id: UuidText,
    field: impl FnOnce() -> Cow<'static, str>,
) -> Result<(Uuid, String), Refusal> {
    let (uuid, mut text) = (id.uuid(), String::from(id));
    if policy.upper_case == RefuseOrLower::Refused && text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(Refusal::field(field(), "is not in lower case"));
    }
    text.make_ascii_lowercase();
    Ok((uuid, text))
}
