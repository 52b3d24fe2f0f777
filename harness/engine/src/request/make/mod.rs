//! Makes requests: take the base (or a generated document), give every id a fresh value, patch, then set every member
//! that the patch did not touch. A member whose value cannot be computed then is left as it is: such a case is judged
//! by its outcome alone.

mod users;

use std::sync::Arc;

use bytes::Bytes;
use mixinspec_spec::model::{BodyEncoding, Derived, PatchOpKind};
use serde_json::{Value, json};

use crate::cel::{ExpressionError, Scope, Shared, Vocabulary};
use crate::edition::variables::RequestFacts;
use crate::http::authorization::Authorization;
use crate::http::framing::Framing;
use crate::http::message::Sent;
use crate::identity::ids::CaseIds;
use crate::identity::users::{TooFewUsers, Users};
pub use crate::request::change::Change;
pub(crate) use crate::request::change::patch;
use crate::request::encoding::written;
pub use crate::request::family::{EquivalentRequest, Family};
use crate::text::pointer::{fill, overlaps, place, remove};

/// Why a request cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum MakeError {
    /// The list of users is too short.
    #[error(transparent)]
    Users(#[from] TooFewUsers),
    /// An expression of the case cannot be evaluated.
    #[error(transparent)]
    Expression(#[from] ExpressionError),
    /// A patch does not fit the request.
    #[error("failed to patch the request: {0}")]
    Patch(String),
    /// What is generated breaks the schema that it is generated from.
    #[error("the generated request breaks its own schema, at {0}; `values` of the family says what a member may be")]
    Ungenerated(String),
    /// The case does not apply to this server.
    #[error("{0}")]
    NotApplicable(String),
}

/// How a request is made valid.
#[derive(Debug, Clone, Copy, Default)]
pub enum Making<'a> {
    /// As the change's `derived` says.
    #[default]
    Usual,
    /// The members that make it valid are computed before the change.
    Clean,
    /// The same, for an equivalent request.
    Other(&'a EquivalentRequest),
}

/// A family's request before anything is changed: with its users and fresh ids.
#[derive(Debug, Clone)]
pub struct Prepared {
    document: Value,
    peer: Option<String>,
}

/// A request that was made.
#[derive(Debug, Clone)]
pub struct Made {
    /// What is sent.
    pub sent: Sent,
    /// The document before it was written as bytes.
    pub document: Value,
    /// The document before it was changed, valid.
    pub clean: Value,
    /// What is known of it.
    pub about: RequestFacts,
    /// Whether the change left every member with its usual value: a near miss can give the right one.
    pub unchanged: bool,
}

/// Makes the requests of one run.
#[derive(Debug)]
pub struct Maker {
    /// The functions.
    pub vocabulary: Arc<Vocabulary>,
    /// The users.
    pub users: Arc<Users>,
}

/// The caller of a request, and the user that it names first.
#[derive(Debug, Clone)]
pub struct Cast {
    /// The index of the caller's credential.
    pub caller: usize,
    /// The caller's user id.
    pub caller_id: String,
    /// The user who comes first in the list of users, unless it is a fresh one.
    pub first_user: Option<String>,
}

/// The inputs for making one request.
struct ChangeContext<'a> {
    change: &'a Change,
    ids: &'a CaseIds,
    cast: &'a Cast,
    steps: Option<&'a Shared>,
}

impl Maker {
    /// Makes a request from a family's base or from a generated document.
    ///
    /// # Errors
    /// When there are too few users, or the case does not fit the request.
    pub fn make(
        &self,
        family: &Family,
        document: Option<Value>,
        change: &Change,
        ids: &CaseIds,
        cast: &Cast,
    ) -> Result<Made, MakeError> {
        let prepared = self.prepare(family, document, change, ids, cast)?;
        self.make_in(&prepared, family, change, ids, cast, Making::Usual)
    }

    /// A family's request with its users and fresh ids.
    ///
    /// # Errors
    /// When there are too few users.
    pub fn prepare(
        &self,
        family: &Family,
        document: Option<Value>,
        change: &Change,
        ids: &CaseIds,
        cast: &Cast,
    ) -> Result<Prepared, MakeError> {
        // A plain request has nothing special about it, not even in its order; generated ones have every order.
        let plain = document.is_none();
        let mut document = document.unwrap_or_else(|| family.base.clone());
        for pointer in &family.uuids {
            fill(&mut document, pointer, &mut |at| json!(ids.uuid(at).to_string()));
        }
        let peer = self.assign_users(family, &mut document, change, ids, cast, plain)?;
        Ok(Prepared { document, peer })
    }

    /// Makes a request that was prepared, in this way.
    ///
    /// # Errors
    /// When the case does not fit the request.
    pub fn make_in(
        &self,
        prepared: &Prepared,
        family: &Family,
        change: &Change,
        ids: &CaseIds,
        cast: &Cast,
        making: Making<'_>,
    ) -> Result<Made, MakeError> {
        self.change(family, prepared, making, &ChangeContext { change, ids, cast, steps: None })
    }

    /// Makes a request whose expressions may refer to earlier steps.
    ///
    /// # Errors
    /// When there are too few users, or the case does not fit the request.
    pub fn make_after(
        &self,
        family: &Family,
        change: &Change,
        ids: &CaseIds,
        cast: &Cast,
        steps: &Shared,
    ) -> Result<Made, MakeError> {
        let prepared = self.prepare(family, None, change, ids, cast)?;
        self.change(family, &prepared, Making::Usual, &ChangeContext { change, ids, cast, steps: Some(steps) })
    }

    /// Makes another step's request again, with a change of its own.
    ///
    /// # Errors
    /// When the change does not fit the request.
    pub fn again(
        &self,
        earlier: &Made,
        change: &Change,
        ids: &CaseIds,
        cast: &Cast,
        steps: Option<&Shared>,
    ) -> Result<Made, MakeError> {
        let context = ChangeContext { change, ids, cast, steps };
        let peer = earlier.about.peer_id.clone();
        let mut scope = self.scope(&context, peer.as_deref());
        scope.set("creator", &json!({"user_id": earlier.about.caller_id}));
        let (document, _) = self.changed(&mut scope, earlier.document.clone(), change)?;
        scope.set("request", &document);
        let about = RequestFacts { caller_id: cast.caller_id.clone(), peer_id: peer, ..RequestFacts::default() };
        self.finish(&scope, &earlier.sent, document, earlier.document.clone(), about, &context)
    }

    fn change(
        &self,
        family: &Family,
        prepared: &Prepared,
        making: Making<'_>,
        context: &ChangeContext<'_>,
    ) -> Result<Made, MakeError> {
        let (change, peer) = (context.change, prepared.peer.as_deref());
        let mut scope = self.scope(context, peer);
        let mut clean = prepared.document.clone();
        if let Some(at) = change.needs.as_ref().filter(|at| clean.pointer(at).is_none()) {
            family.base.pointer(at).into_iter().for_each(|value| place(&mut clean, at, value.clone()));
        }
        let mut own = Vec::new();
        if let Making::Other(way) = making {
            patch(&mut clean, &way.patch).map_err(MakeError::Patch)?;
            for (at, expression) in &way.set {
                scope.set("request", &clean);
                place(&mut clean, at, scope.json(expression)?);
                own.push(at.clone());
            }
        }
        let first = change.derived == Derived::Clean || !matches!(making, Making::Usual);
        let changes = change.changes_members();
        let (document, unchanged);
        if first || !changes {
            self.complete(&mut scope, family, &mut clean, &own);
            (document, unchanged) = (self.changed(&mut scope, clean.clone(), change)?.0, false);
        } else {
            let (mut changed, mut touched) = self.changed(&mut scope, clean.clone(), change)?;
            scope.set("request", &changed);
            let only_sets = change.patch.is_empty() && change.replace.is_none();
            unchanged = only_sets && change.sends_json() && self.is_usual(&scope, family, change, &changed);
            touched.extend(own.iter().cloned());
            self.complete(&mut scope, family, &mut changed, &touched);
            document = changed;
            self.complete(&mut scope, family, &mut clean, &own);
        }
        scope.set("request", &document);
        // A peer from the list, or one of the few whose ids are like the caller's, may have had a conversation with the
        // caller in an earlier run; the id of a group belongs to this run alone.
        let is_of_few = context.cast.first_user.is_some() || self.users.count().is_some() || change.alike.is_some();
        let fresh = !family.one_user || !is_of_few;
        let caller_id = context.cast.caller_id.clone();
        let about = RequestFacts { fresh, caller_id, peer_id: prepared.peer.clone(), ..RequestFacts::default() };
        let operation = &family.operation;
        let usual = Sent { method: operation.method.into(), ..Sent::get(operation.path("")) };
        let made = self.finish(&scope, &usual, document, clean, about, context)?;
        Ok(Made { unchanged, ..made })
    }

    /// Whether each member that a change sets has the value that the family would give it.
    fn is_usual(&self, scope: &Scope<'_>, family: &Family, change: &Change, document: &Value) -> bool {
        change.set.iter().all(|(at, _)| {
            let usual = family.set.iter().find(|(usual, _)| usual == at).and_then(|(_, to)| scope.json(to).ok());
            usual.is_some() && usual.as_ref() == document.pointer(at)
        })
    }

    /// Sets every member that makes a request valid, except those that were touched. One whose value cannot be computed
    /// is left as it is.
    fn complete(&self, scope: &mut Scope<'_>, family: &Family, document: &mut Value, touched: &[String]) {
        for (at, expression) in &family.set {
            if touched.iter().any(|path| overlaps(path, at)) {
                continue;
            }
            scope.set("request", document);
            if let Ok(value) = scope.json(expression) {
                place(document, at, value);
            }
        }
    }

    fn scope<'a>(&'a self, context: &ChangeContext<'_>, peer: Option<&str>) -> Scope<'a> {
        let mut scope = self.vocabulary.scope();
        scope.set_ids(context.ids);
        scope.set("caller", &json!({"user_id": context.cast.caller_id}));
        scope.set("creator", &json!({"user_id": context.cast.caller_id}));
        scope.set("peer", &json!({"user_id": peer}));
        scope.set("item", context.change.item.as_ref().unwrap_or(&Value::Null));
        if let Some(steps) = context.steps {
            scope.share("steps", steps);
        }
        scope
    }

    /// Applies the probe, the patch and the case's own `set`; gives the touched pointers too.
    fn changed(
        &self,
        scope: &mut Scope<'_>,
        mut document: Value,
        change: &Change,
    ) -> Result<(Value, Vec<String>), MakeError> {
        let mut touched = Vec::new();
        if let Some((at, value)) = &change.replace {
            match value {
                Some(value) => place(&mut document, at, value.clone()),
                None => remove(&mut document, at),
            }
            touched.push(at.clone());
        }
        if !change.patch.is_empty() {
            patch(&mut document, &change.patch).map_err(MakeError::Patch)?;
            for operation in &change.patch {
                touched.push(operation.path.0.clone());
                if operation.op == PatchOpKind::Move {
                    touched.extend(operation.from.iter().map(|from| from.0.clone()));
                }
            }
        }
        for (at, expression) in &change.set {
            scope.set("request", &document);
            let value = scope.json(expression)?;
            place(&mut document, at, value);
            touched.push(at.clone());
        }
        Ok((document, touched))
    }

    /// Writes a document as a request; method and path are those of `usual` where the change has no others.
    fn finish(
        &self,
        scope: &Scope<'_>,
        usual: &Sent,
        document: Value,
        clean: Value,
        about: RequestFacts,
        context: &ChangeContext<'_>,
    ) -> Result<Made, MakeError> {
        let ChangeContext { change, ids, cast, .. } = *context;
        let body = match &change.body {
            Some(expression) => scope.bytes(expression)?,
            None => written(&document, change.encoding),
        };
        let path = match &change.path {
            Some(expression) => String::from_utf8_lossy(&scope.bytes(expression)?).into_owned(),
            None => usual.path.clone(),
        };
        let mut headers = vec![
            ("content-type".to_owned(), "application/json".to_owned()),
            ("x-request-id".to_owned(), ids.uuid("x-request-id").to_string()),
        ];
        for (name, value) in &change.headers {
            let name = name.to_ascii_lowercase();
            headers.retain(|(have, _)| *have != name);
            headers.push((name, value.clone()));
        }
        let json = if change.sends_json() {
            Some(document.clone()).filter(Value::is_object)
        } else {
            // A body that a strict reader does not accept as JSON has no members that could be wrong.
            let (json, faults) = crate::text::json::read(&body);
            let is_json = faults.iter().all(|fault| *fault == crate::text::json::JsonFault::DuplicateMember);
            json.filter(|json| is_json && json.is_object())
        };
        let sent = Sent {
            method: change.method.clone().unwrap_or_else(|| usual.method.clone()),
            path,
            headers,
            body: Bytes::from(body),
            json,
            framing: match change.encoding {
                Some(BodyEncoding::Chunked) => Framing::Chunked,
                Some(BodyEncoding::InParts) => Framing::InParts,
                _ => Framing::Whole,
            },
            caller: cast.caller,
            authorization: Authorization::Own,
        };
        Ok(Made { sent, document, clean, about, unchanged: false })
    }
}
