//! The hooks with which a fault changes the server, the context that they see, and the constructors of table rows.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::http::request::Parts;
use axum::http::{HeaderValue, Response};
use bytes::Bytes;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::edit::field;
use super::{Consequence, Fault};
use crate::conversation::StoredConversation;
use crate::edition::Edition;
use crate::policy::UtcOffset;
use crate::refusal::Refusal;
use crate::sessions::{Presented, TokenCheck};
use crate::store::Store;

/// One deviation at one seam.
pub(crate) enum Hook {
    /// Judges the head of a request, and may refuse it.
    Head(fn(&Parts) -> Result<(), Refusal>),
    /// Delays the handling of a request.
    Delay(Duration),
    /// Replaces one check of a token.
    Check((TokenCheck, fn(&Presented<'_>) -> bool)),
    /// Replaces the authenticated caller, or the refusal of the credential.
    Caller(fn(&FaultContext, Result<Uuid, Refusal>) -> Result<Uuid, Refusal>),
    /// Changes the bytes of a body before they are parsed.
    Body(fn(&mut Vec<u8>)),
    /// Changes or refuses the parsed request before its schema is checked.
    Request(fn(&mut Map<String, Value>, &FaultContext) -> Result<(), Refusal>),
    /// Replaces the check of a CONTACT's id.
    ContactId(fn(Contact<'_>) -> bool),
    /// Replaces the check of a GROUP's id.
    GroupId(fn(GroupParts<'_>) -> bool),
    /// Decides whether to overlook the refusal of a step.
    Overlook(fn(&Refusal, &FaultContext) -> bool),
    /// Changes a new conversation before it is stored.
    Conversation(fn(&mut StoredConversation, &FaultContext)),
    /// Finds a conversation by a text that is not a UUID.
    Named(fn(&str, &FaultContext) -> Option<Uuid>),
    /// Decides whether an existing conversation is found.
    Found(fn(&StoredConversation, &FaultContext) -> bool),
    /// Supplies a conversation for an id that does not exist.
    Instead(fn(Uuid, &FaultContext) -> Option<StoredConversation>),
    /// Runs when a creation is refused, and may leave something behind.
    Left(fn(&Left<'_>)),
    /// Decides the answer to a creation of an existing conversation.
    Again(fn(&Recreated<'_>) -> Result<Arc<StoredConversation>, Refusal>),
    /// Formats times with this offset.
    Offset(UtcOffset),
    /// Removes a member of a successful answer, given by a JSON Pointer in which `*` stands for every element of a
    /// list.
    Without(&'static str),
    /// Sets a member of a successful answer to this value, as JSON.
    With(&'static str, &'static str),
    /// Changes the envelope of a successful answer.
    Answer(fn(&mut Value, &FaultContext)),
    /// Changes the envelope of a refusal.
    Refusal(fn(&mut Value, &FaultContext)),
    /// Changes any answer as a whole.
    Response(fn(&mut Response<Bytes>, &FaultContext)),
}

impl std::fmt::Debug for Hook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hook")
    }
}

/// The request as a fault sees it, as far as it has arrived.
#[derive(Debug)]
pub(crate) struct FaultContext {
    /// The number of the request, counted from 1 since the server started.
    pub(crate) number: u64,
    /// The head of the request.
    pub(crate) head: Parts,
    /// When the request arrived.
    pub(crate) came: crate::timestamp::UnixTime,
    /// The body as JSON; null if it is not JSON, or has not arrived yet.
    pub(crate) request: Value,
    /// The bytes of the body.
    pub(crate) body: Bytes,
    /// The user who sends it; the nil UUID until authentication.
    pub(crate) caller: Uuid,
    /// What the fault remembers of earlier requests.
    pub(crate) memory: Arc<Memory>,
}

/// What a fault remembers.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    marked: Mutex<HashSet<String>>,
    recent: Mutex<VecDeque<Arc<StoredConversation>>>,
    latest_request_id: Mutex<Option<HeaderValue>>,
    answers: Mutex<HashMap<String, Response<Bytes>>>,
}

/// The maximum number of remembered conversations.
const RECENT: usize = 512;

impl Memory {
    /// Remembers a request.
    pub(crate) fn came(&self, head: &Parts) {
        let id = head.headers.get("x-request-id").cloned();
        *self.latest_request_id.lock().unwrap_or_else(PoisonError::into_inner) = id;
    }

    /// Remembers a new conversation.
    pub(crate) fn made(&self, conversation: &StoredConversation) {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        recent.truncate(RECENT - 1);
        recent.push_front(Arc::new(conversation.clone()));
    }
}

impl FaultContext {
    /// A string in the request, by JSON Pointer; empty if there is none.
    pub(crate) fn text(&self, pointer: &str) -> &str {
        self.request.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
    }

    /// Remembers a word.
    pub(crate) fn mark(&self, word: &str) {
        self.memory.marked.lock().unwrap_or_else(PoisonError::into_inner).insert(word.to_owned());
    }

    /// Whether a word is remembered.
    pub(crate) fn is_marked(&self, word: &str) -> bool {
        self.memory.marked.lock().unwrap_or_else(PoisonError::into_inner).contains(word)
    }

    /// Whether this user has sent a request before.
    pub(crate) fn has_called(&self, user: Uuid) -> bool {
        self.is_marked(&user.to_string())
    }

    /// The X-Request-Id of the request that came last.
    pub(crate) fn latest_request_id(&self) -> Option<HeaderValue> {
        self.memory.latest_request_id.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The first answer that was remembered under this name. If there is none yet, remembers this one.
    pub(crate) fn first_answer(&self, name: &str, answer: &Response<Bytes>) -> Response<Bytes> {
        let mut answers = self.memory.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.entry(name.to_owned()).or_insert_with(|| answer.clone()).clone()
    }

    /// A header field of the request; empty if it is absent.
    pub(crate) fn field(&self, name: &str) -> &str {
        field(&self.head, name)
    }

    /// The latest new conversations, the newest first.
    pub(crate) fn recent(&self) -> Vec<Arc<StoredConversation>> {
        self.memory.recent.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// The one of the latest conversations with this id.
    pub(crate) fn recent_with(&self, id: &str) -> Option<Arc<StoredConversation>> {
        self.recent().into_iter().find(|one| one.id.to_string() == id)
    }

    /// The user_id of a participant of the request.
    pub(crate) fn participant(&self, at: usize) -> &str {
        self.text(&format!("/participants/{at}/user_id"))
    }

    /// The number of participants that the request names.
    pub(crate) fn participants(&self) -> usize {
        self.request.get("participants").and_then(Value::as_array).map_or(0, Vec::len)
    }

    /// Whether the request reads a conversation.
    pub(crate) fn reads(&self) -> bool {
        self.head.method == axum::http::Method::GET
    }
}

/// The id of a CONTACT, and the values that it should be derived from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Contact<'a> {
    pub(crate) caller: &'a str,
    pub(crate) peer: &'a str,
    pub(crate) id: Uuid,
}

/// The id of a GROUP, and the values that it should be derived from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GroupParts<'a> {
    pub(crate) caller: &'a str,
    pub(crate) name: &'a str,
    /// In the order of the request.
    pub(crate) participants: &'a [&'a str],
    pub(crate) random: &'a str,
    pub(crate) id: Uuid,
}

/// A refused creation.
pub(crate) struct Left<'a> {
    pub(crate) refusal: &'a Refusal,
    pub(crate) store: &'a Store,
    pub(crate) context: &'a FaultContext,
}

/// An existing conversation, and the one that a request asks for with the same id.
pub(crate) struct Recreated<'a> {
    pub(crate) there: &'a Arc<StoredConversation>,
    pub(crate) asked: StoredConversation,
    pub(crate) store: &'a Store,
    pub(crate) context: &'a FaultContext,
}

/// The editions of a table row.
pub(crate) const BOTH: &[Edition] = &Edition::ALL;
pub(crate) const OF_2018: &[Edition] = &[Edition::E2018];
pub(crate) const OF_2026: &[Edition] = &[Edition::E2026];

impl Fault {
    /// A row of the table.
    pub(crate) const fn new(
        name: &'static str,
        description: &'static str,
        editions: &'static [Edition],
        breaks: &'static str,
        hooks: &'static [Hook],
    ) -> Self {
        Self { name, description, editions, breaks, consequences: &[], hooks, when: None }
    }

    /// Sets the other requirements that it breaks, and why.
    pub(crate) const fn also(mut self, consequences: &'static [Consequence]) -> Self {
        self.consequences = consequences;
        self
    }

    /// Sets the condition under which the fault acts.
    pub(crate) const fn when(mut self, when: fn(&FaultContext) -> bool) -> Self {
        self.when = Some(when);
        self
    }
}

/// A consequence of a row.
pub(crate) const fn and(requirement: &'static str, reason: &'static str) -> Consequence {
    Consequence { requirement, reason }
}
