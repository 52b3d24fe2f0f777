//! Where a fault takes hold, and what it knows there. How a row of the table is written, too.

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
    /// The request's head has come: it may be refused.
    Head(fn(&Parts) -> Result<(), Refusal>),
    /// Nothing is done with a request for so long.
    Delay(Duration),
    /// Replaces one check of a token.
    Check((TokenCheck, fn(&Presented<'_>) -> bool)),
    /// The caller was told, or refused.
    Caller(fn(&FaultContext, Result<Uuid, Refusal>) -> Result<Uuid, Refusal>),
    /// The bytes of a body, before they are parsed.
    Body(fn(&mut Vec<u8>)),
    /// The parsed request, before its shape is judged: it may be repaired or refused.
    Request(fn(&mut Map<String, Value>, &FaultContext) -> Result<(), Refusal>),
    /// Whether an id is that of a CONTACT.
    ContactId(fn(Contact<'_>) -> bool),
    /// Whether an id is that of a GROUP.
    GroupId(fn(GroupParts<'_>) -> bool),
    /// A step refuses: `true` overlooks it.
    Overlook(fn(&Refusal, &FaultContext) -> bool),
    /// A new conversation, before it is stored.
    Conversation(fn(&mut StoredConversation, &FaultContext)),
    /// The conversation that a text names which is no UUID.
    Named(fn(&str, &FaultContext) -> Option<Uuid>),
    /// Whether a conversation that is there is found.
    Found(fn(&StoredConversation, &FaultContext) -> bool),
    /// What is found where there is no conversation with an id.
    Instead(fn(Uuid, &FaultContext) -> Option<StoredConversation>),
    /// A creation is refused: something may be left behind.
    Left(fn(&Left<'_>)),
    /// A conversation that is there is created again: what is answered.
    Again(fn(&Recreated<'_>) -> Result<Arc<StoredConversation>, Refusal>),
    /// Times are written at this offset.
    Offset(UtcOffset),
    /// An answer that accepts lacks a member: a JSON Pointer, `*` for every element of a list.
    Without(&'static str),
    /// A member of an answer that accepts has this value, as JSON.
    With(&'static str, &'static str),
    /// The envelope of an answer that accepts.
    Answer(fn(&mut Value, &FaultContext)),
    /// The envelope of an answer that refuses.
    Refusal(fn(&mut Value, &FaultContext)),
    /// Any answer as a whole.
    Response(fn(&mut Response<Bytes>, &FaultContext)),
}

impl std::fmt::Debug for Hook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hook")
    }
}

/// What a fault knows of the request, as far as it has come.
#[derive(Debug)]
pub(crate) struct FaultContext {
    /// Of all requests so far, this one's number; the first is 1.
    pub(crate) number: u64,
    /// Its head.
    pub(crate) head: Parts,
    /// When it came.
    pub(crate) came: crate::timestamp::UnixTime,
    /// Its body as JSON; null where it is none, or none has come.
    pub(crate) request: Value,
    /// The body itself.
    pub(crate) body: Bytes,
    /// Who sends it; nobody, before that is known.
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

/// How many conversations are remembered.
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
    /// A text in the request.
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

    /// The first answer that was given under a name: this one, where there is none yet.
    pub(crate) fn first_answer(&self, name: &str, answer: &Response<Bytes>) -> Response<Bytes> {
        let mut answers = self.memory.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.entry(name.to_owned()).or_insert_with(|| answer.clone()).clone()
    }

    /// A header field of the request; empty where it has none.
    pub(crate) fn field(&self, name: &str) -> &str {
        field(&self.head, name)
    }

    /// The conversations that were made last, the latest first.
    pub(crate) fn recent(&self) -> Vec<Arc<StoredConversation>> {
        self.memory.recent.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// The one of them with this id.
    pub(crate) fn recent_with(&self, id: &str) -> Option<Arc<StoredConversation>> {
        self.recent().into_iter().find(|one| one.id.to_string() == id)
    }

    /// The user_id of a participant.
    pub(crate) fn participant(&self, at: usize) -> &str {
        self.text(&format!("/participants/{at}/user_id"))
    }

    /// How many participants it names.
    pub(crate) fn participants(&self) -> usize {
        self.request.get("participants").and_then(Value::as_array).map_or(0, Vec::len)
    }

    /// Whether it reads a conversation.
    pub(crate) fn reads(&self) -> bool {
        self.head.method == axum::http::Method::GET
    }
}

/// The id of a CONTACT, and what it should follow from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Contact<'a> {
    pub(crate) caller: &'a str,
    pub(crate) peer: &'a str,
    pub(crate) id: Uuid,
}

/// The id of a GROUP, and what it should follow from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GroupParts<'a> {
    pub(crate) caller: &'a str,
    pub(crate) name: &'a str,
    /// In the order of the request.
    pub(crate) participants: &'a [&'a str],
    pub(crate) random: &'a str,
    pub(crate) id: Uuid,
}

/// A creation that is refused.
pub(crate) struct Left<'a> {
    pub(crate) refusal: &'a Refusal,
    pub(crate) store: &'a Store,
    pub(crate) context: &'a FaultContext,
}

/// A conversation that is there, and the one that is asked for with its id.
pub(crate) struct Recreated<'a> {
    pub(crate) there: &'a Arc<StoredConversation>,
    pub(crate) asked: StoredConversation,
    pub(crate) store: &'a Store,
    pub(crate) context: &'a FaultContext,
}

/// Editions of a row.
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

    /// What else it breaks, and why.
    pub(crate) const fn also(mut self, consequences: &'static [Consequence]) -> Self {
        self.consequences = consequences;
        self
    }

    /// Only sometimes.
    pub(crate) const fn when(mut self, when: fn(&FaultContext) -> bool) -> Self {
        self.when = Some(when);
        self
    }
}

/// A consequence of a row.
pub(crate) const fn and(requirement: &'static str, reason: &'static str) -> Consequence {
    Consequence { requirement, reason }
}
