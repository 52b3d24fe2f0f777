//! Builds the answers: serializes the envelopes of both editions directly from the stored conversation.

use std::borrow::Cow;

use axum::http::{HeaderValue, Response, StatusCode, header};
use bytes::Bytes;
use serde::{Serialize, Serializer};
use uuid::{Builder, Uuid};

use crate::conversation::{Member, StoredConversation};
use crate::edition::Edition;
use crate::policy::UtcOffset;
use crate::refusal::Refusal;

/// An answer with a conversation. The status is 200 in both editions: clients take 201 and 202 for failures.
pub(crate) fn accepted(edition: Edition, offset: UtcOffset, conversation: &StoredConversation) -> Response<Bytes> {
    // Enough for usual conversations: the members dominate.
    let size = 512 + 320 * conversation.members.len() + conversation.name.len() + conversation.announcement.len();
    let created_at = conversation.created_at.at(offset).to_string();
    json(StatusCode::OK, size, &AnswerBody::Data(Data::new(edition, offset, &created_at, conversation)))
}

/// A refusal: status 202 in both editions, with the API's own code.
pub(crate) fn refused(refusal: &Refusal) -> Response<Bytes> {
    if matches!(refusal, Refusal::BodyTooLarge | Refusal::BodyTooSlow) {
        // These close the connection, as a proxy would; the API's documentation has no code for them.
        return transport(refusal);
    }
    let status = StatusCode::ACCEPTED;
    let description = refusal.description();
    let extra = match refusal {
        Refusal::Field { field, reason } => Some(ErrorExtra { field, reason }),
        _ => None,
    };
    let error = ErrorAnswer { status: status.as_u16(), code: refusal.code(), description: &description, extra };
    let mut response = json(status, 256, &AnswerBody::Error(error));
    let headers = response.headers_mut();
    match refusal {
        Refusal::Unauthorized => {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        Refusal::NoMethod(allowed) => {
            headers.insert(header::ALLOW, HeaderValue::from_static(allowed));
        }
        _ => {}
    }
    response
}

fn transport(refusal: &Refusal) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(refusal.description().into_owned()));
    *response.status_mut() = refusal.status();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

fn json(status: StatusCode, size: usize, body: &impl Serialize) -> Response<Bytes> {
    let mut text = Vec::with_capacity(size);
    // This cannot fail: all map keys are strings, and writing to memory succeeds.
    let written = serde_json::to_writer(&mut text, body);
    debug_assert!(written.is_ok(), "an answer cannot be written: {written:?}");
    let mut response = Response::new(Bytes::from(text));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum AnswerBody<'a> {
    Data(Data<'a>),
    Error(ErrorAnswer<'a>),
}

#[derive(Serialize)]
struct ErrorAnswer<'a> {
    status: u16,
    code: u32,
    description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    extra: Option<ErrorExtra<'a>>,
}

#[derive(Serialize)]
struct ErrorExtra<'a> {
    field: &'a str,
    reason: &'a str,
}

#[derive(Serialize)]
struct Data<'a> {
    r#type: &'static str,
    conversation_id: Uuid,
    creator_id: Uuid,
    category: &'static str,
    name: &'a str,
    icon_url: &'static str,
    announcement: &'a str,
    created_at: &'a str,
    code_id: CodeId,
    code_url: CodeUrl,
    mute_until: &'a str,
    participants: Participants<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    participant_sessions: Option<MemberSessions<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    circles: Option<[(); 0]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expire_in: Option<u32>,
}

impl<'a> Data<'a> {
    /// The time is formatted once, and used wherever the answer contains it.
    fn new(edition: Edition, offset: UtcOffset, created_at: &'a str, conversation: &'a StoredConversation) -> Self {
        let since_2026 = edition >= Edition::E2026;
        Self {
            r#type: "conversation",
            conversation_id: conversation.id,
            creator_id: conversation.creator,
            category: conversation.category.as_str(),
            name: &conversation.name,
            icon_url: "",
            announcement: &conversation.announcement,
            created_at,
            code_id: CodeId(conversation.code),
            code_url: CodeUrl(conversation.code),
            mute_until: created_at,
            participants: Participants { conversation, created_at, offset },
            participant_sessions: since_2026.then_some(MemberSessions(&conversation.members)),
            circles: since_2026.then_some([]),
            expire_in: since_2026.then_some(0),
        }
    }
}

/// The code, or an empty string.
struct CodeId(Option<Uuid>);

impl Serialize for CodeId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Some(code) => code.serialize(serializer),
            None => serializer.serialize_str(""),
        }
    }
}

/// The link with the code, or an empty string.
struct CodeUrl(Option<Uuid>);

impl Serialize for CodeUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Some(code) => serializer.collect_str(&format_args!("https://mixin.one/codes/{code}")),
            None => serializer.serialize_str(""),
        }
    }
}

/// The members; most of them joined when the conversation was created.
struct Participants<'a> {
    conversation: &'a StoredConversation,
    created_at: &'a str,
    offset: UtcOffset,
}

#[derive(Serialize)]
struct ParticipantAnswer<'a> {
    r#type: &'static str,
    user_id: Uuid,
    role: &'static str,
    created_at: Cow<'a, str>,
}

impl Serialize for Participants<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { conversation, created_at, offset } = self;
        serializer.collect_seq(conversation.members.iter().map(|member| ParticipantAnswer {
            r#type: "participant",
            user_id: member.user,
            role: member.role.as_str(),
            created_at: if member.joined == conversation.created_at {
                Cow::Borrowed(*created_at)
            } else {
                Cow::Owned(member.joined.at(*offset).to_string())
            },
        }))
    }
}

/// One session of each member.
struct MemberSessions<'a>(&'a [Member]);

#[derive(Serialize)]
struct SessionAnswer {
    r#type: &'static str,
    user_id: Uuid,
    session_id: Uuid,
    public_key: &'static str,
}

impl Serialize for MemberSessions<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|member| SessionAnswer {
            r#type: "participant",
            user_id: member.user,
            session_id: session_of(member.user),
            public_key: "",
        }))
    }
}

/// The id of a user's session in answers. Clients expect one that stays the same for a user, so it is derived: the user
/// id with all bits inverted, except those of the UUID's version and variant.
fn session_of(user: Uuid) -> Uuid {
    Builder::from_random_bytes((!user.as_u128()).to_be_bytes()).into_uuid()
}
