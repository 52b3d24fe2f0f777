//! The seams: the places at which a fault can act on a request, in the order in which a request passes them.
//!
//! Without a fault, each seam returns what it was given.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::Response;
use axum::http::request::Parts;
use bytes::Bytes;
use serde_json::Value;
use uuid::Uuid;

use super::hook::{Contact, GroupParts, Left, Memory, Recreated};
use super::{Fault, FaultContext, Hook, edit};
use crate::conversation::StoredConversation;
use crate::policy::UtcOffset;
use crate::refusal::Refusal;
use crate::sessions::{Presented, TokenCheck};
use crate::store::{Full, Store};
use crate::timestamp::UnixTime;

/// The hook of one kind, with the context of the request.
macro_rules! of {
    ($of:expr, $kind:ident) => {
        $of.hook(|hook| match hook {
            Hook::$kind(it) => Some(*it),
            _ => None,
        })
    };
}

/// The seams of a server.
#[derive(Debug)]
pub(crate) struct Seams {
    fault: Option<&'static Fault>,
    requests: AtomicU64,
    memory: Arc<Memory>,
}

/// The seams as one request passes them.
#[derive(Debug, Default)]
pub(crate) struct SeamPass(Option<Box<Faulty>>);

#[derive(Debug)]
struct Faulty {
    fault: &'static Fault,
    context: FaultContext,
}

type FoundConversation = Result<Arc<StoredConversation>, Refusal>;

impl Seams {
    pub(crate) fn new(fault: Option<&'static Fault>) -> Self {
        Self { fault, requests: AtomicU64::new(0), memory: Arc::default() }
    }

    /// Starts the passage of a request.
    pub(crate) fn turn(&self, head: &Parts) -> SeamPass {
        let Some(fault) = self.fault else { return SeamPass(None) };
        self.memory.came(head);
        let context = FaultContext {
            number: self.requests.fetch_add(1, Ordering::Relaxed) + 1,
            head: head.clone(),
            came: UnixTime::now(),
            request: Value::Null,
            body: Bytes::new(),
            caller: Uuid::nil(),
            memory: Arc::clone(&self.memory),
        };
        SeamPass(Some(Box::new(Faulty { fault, context })))
    }
}

impl Faulty {
    /// The first of the fault's hooks that fits, unless it does not act now.
    fn hook<T>(&self, fits: impl Fn(&'static Hook) -> Option<T>) -> Option<T> {
        let hook = self.fault.hooks.iter().find_map(fits)?;
        self.acts().then_some(hook)
    }

    /// Whether the fault acts now.
    fn acts(&self) -> bool {
        self.fault.when.is_none_or(|when| when(&self.context))
    }
}

impl SeamPass {
    /// The hook of one kind that acts now, with the context of the request.
    fn hook<T>(&self, fits: impl Fn(&'static Hook) -> Option<T>) -> Option<(T, &FaultContext)> {
        let faulty = self.0.as_deref()?;
        faulty.hook(fits).map(|hook| (hook, &faulty.context))
    }

    /// The head and the body have arrived.
    pub(crate) async fn arrived(&mut self, body: &Bytes) -> Result<(), Refusal> {
        let Some(faulty) = self.0.as_deref_mut() else { return Ok(()) };
        faulty.context.body = body.clone();
        faulty.context.request = serde_json::from_slice(body).unwrap_or_default();
        if let Some(delay) = of!(faulty, Delay) {
            tokio::time::sleep(delay).await;
        }
        match of!(faulty, Head) {
            Some(judge) => judge(&faulty.context.head),
            None => Ok(()),
        }
    }

    /// Runs one check of a token.
    pub(crate) fn check(&self, check: TokenCheck, presented: &Presented<'_>) -> bool {
        match of!(self, Check) {
            Some(((replaced, holds), _)) if replaced == check => holds(presented),
            _ => check.holds(presented),
        }
    }

    /// The authenticated caller, or the refusal of the credential.
    pub(crate) fn caller(&mut self, caller: Result<Uuid, Refusal>) -> Result<Uuid, Refusal> {
        let Some(faulty) = self.0.as_deref_mut() else { return caller };
        let caller = match of!(faulty, Caller) {
            Some(change) => change(&faulty.context, caller),
            None => caller,
        };
        if let Ok(caller) = &caller {
            faulty.context.caller = *caller;
            faulty.context.mark(&caller.to_string());
        }
        caller
    }

    /// The bytes of a body.
    pub(crate) fn body<'a>(&self, body: &'a [u8]) -> Cow<'a, [u8]> {
        match of!(self, Body) {
            None => Cow::Borrowed(body),
            Some((change, _)) => {
                let mut changed = body.to_vec();
                change(&mut changed);
                Cow::Owned(changed)
            }
        }
    }

    /// The parsed request.
    pub(crate) fn request(&self, mut request: Value) -> Result<Value, Refusal> {
        let change = of!(self, Request);
        if let (Some((change, context)), Some(members)) = (change, request.as_object_mut()) {
            change(members, context)?;
        }
        Ok(request)
    }

    /// Whether the id of a CONTACT is right.
    pub(crate) fn contact_id(&self, contact: Contact<'_>, right: impl FnOnce() -> bool) -> bool {
        match of!(self, ContactId) {
            Some((fits, _)) => fits(contact),
            None => right(),
        }
    }

    /// Whether the id of a GROUP is right.
    pub(crate) fn group_id(&self, group: GroupParts<'_>, right: impl FnOnce() -> bool) -> bool {
        match of!(self, GroupId) {
            Some((fits, _)) => fits(group),
            None => right(),
        }
    }

    /// The result of a step.
    pub(crate) fn step(&self, result: Result<(), Refusal>) -> Result<(), Refusal> {
        let Err(refusal) = result else { return Ok(()) };
        match of!(self, Overlook) {
            Some((overlooked, context)) if overlooked(&refusal, context) => Ok(()),
            _ => Err(refusal),
        }
    }

    /// Stores a new conversation, and returns whether it was new.
    pub(crate) fn store(
        &self,
        store: &Store,
        mut conversation: StoredConversation,
    ) -> Result<(Arc<StoredConversation>, bool), Full> {
        let Some(faulty) = self.0.as_deref() else { return store.get_or_insert(conversation) };
        if let Some((change, context)) = of!(self, Conversation) {
            change(&mut conversation, context);
        }
        faulty.context.memory.made(&conversation);
        // A server that does not find an existing conversation overwrites it.
        match of!(self, Found) {
            Some(_) => Ok((store.replace(conversation), true)),
            None => store.get_or_insert(conversation),
        }
    }

    /// The existing conversation with an id.
    pub(crate) fn found(&self, id: Uuid, there: Option<Arc<StoredConversation>>) -> Option<Arc<StoredConversation>> {
        let there = match of!(self, Found) {
            Some((seen, context)) => there.filter(|there| seen(there, context)),
            None => there,
        };
        there.or_else(|| of!(self, Instead).and_then(|(found, context)| found(id, context)).map(Arc::new))
    }

    /// The conversation that is named by a text that is not a UUID.
    pub(crate) fn named(&self, text: &str) -> Option<Uuid> {
        of!(self, Named).and_then(|(named, context)| named(text, context))
    }

    /// A creation is refused.
    pub(crate) fn refused(&self, store: &Store, refusal: &Refusal) {
        if let Some((leave, context)) = of!(self, Left) {
            leave(&Left { refusal, store, context });
        }
    }

    /// An existing conversation is created again.
    pub(crate) fn again(
        &self,
        store: &Store,
        there: Arc<StoredConversation>,
        asked: impl FnOnce() -> StoredConversation,
    ) -> FoundConversation {
        match of!(self, Again) {
            Some((answer, context)) => answer(&Recreated { there: &there, asked: asked(), store, context }),
            None => Ok(there),
        }
    }

    /// The offset at which times are written.
    pub(crate) fn offset(&self, offset: UtcOffset) -> UtcOffset {
        of!(self, Offset).map_or(offset, |(other, _)| other)
    }

    /// The answer.
    pub(crate) fn answer(&self, mut response: Response<Bytes>, accepted: bool) -> Response<Bytes> {
        let Some(faulty) = self.0.as_deref() else { return response };
        let edits = |hook: &&Hook| match hook {
            Hook::Without(_) | Hook::With(..) | Hook::Answer(_) => accepted,
            Hook::Refusal(_) => !accepted,
            _ => false,
        };
        if faulty.acts()
            && faulty.fault.hooks.iter().any(|hook| edits(&hook))
            && let Ok(mut envelope) = serde_json::from_slice::<Value>(response.body())
        {
            for hook in faulty.fault.hooks.iter().filter(edits) {
                match hook {
                    Hook::Without(at) => edit::at(&mut envelope, at, |object, member| drop(object.remove(member))),
                    Hook::With(at, text) => {
                        let value: Value = serde_json::from_str(text).unwrap_or_default();
                        edit::at(&mut envelope, at, |object, member| {
                            object.insert(member.to_owned(), value.clone());
                        });
                    }
                    Hook::Answer(change) | Hook::Refusal(change) => change(&mut envelope, &faulty.context),
                    _ => {}
                }
            }
            *response.body_mut() = Bytes::from(envelope.to_string());
        }
        if let Some((change, context)) = of!(self, Response) {
            change(&mut response, context);
        }
        response
    }
}
