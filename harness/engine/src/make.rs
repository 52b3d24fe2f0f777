//! Makes requests: take the base (or a generated document), give every id a fresh value, patch, then set every member
//! that the patch did not touch. What cannot be set then is left as it is: such a case counts by its outcome alone.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use cel::Value as Cel;
use mixinspec_spec::model::{BodyEncoding, CaseSpec, PatchOp, PatchOpKind, PeerOrder, RequestFamily};
use serde_json::{Map, Value, json};

use crate::credential::{Authorization, CompiledCredential};
use crate::exchange::Sent;
use crate::expression::{Expression, ExpressionError, Scope, Vocabulary};
use crate::ids::CaseIds;
use crate::pointer::{fill, overlaps, place, remove};
use crate::schema::Schemas;
use crate::users::{TooFewUsers, Users};
use crate::writing::written;

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
}

/// A request family, compiled for one edition.
#[derive(Debug)]
pub struct Family {
    /// Its name.
    pub name: String,
    /// The plain request.
    pub base: Value,
    users: String,
    uuids: Vec<String>,
    set: Vec<(String, Expression)>,
    /// Whether its list of users holds exactly one, who must not have been used before.
    one_user: bool,
}

impl Family {
    /// Compiles a family for an edition; `None` where it has no base for it.
    ///
    /// # Errors
    /// When one of its expressions is no CEL.
    pub fn compile(
        name: &str,
        family: &RequestFamily,
        edition: &str,
        schemas: &Schemas,
    ) -> Result<Option<Self>, ExpressionError> {
        let Some(base) = family.base.get(edition) else { return Ok(None) };
        let users = family.users.0.clone();
        let mut uuids: Vec<String> = family.uuids.iter().map(|pointer| pointer.0.clone()).collect();
        if let Some(schema) = schemas.at(&family.schema.0) {
            collect_uuids(schemas, schema, "", &mut uuids);
        }
        uuids.retain(|pointer| *pointer != users);
        let one_user = family.user_count.get(edition).is_some_and(|[_, most]| *most == 1);
        let mut set = Vec::new();
        for member in &family.set {
            if member.editions.is_empty() || member.editions.iter().any(|e| e == edition) {
                set.push((member.at.0.clone(), Expression::compile(member.to.as_str())?));
            }
        }
        Ok(Some(Self { name: name.to_owned(), base: base.clone(), users, uuids, set, one_user }))
    }

    /// The parts of the pointer to users: the list, and the member of each element.
    pub(crate) fn user_list(&self) -> (&str, &str) {
        self.users.split_once("/*").unwrap_or((&self.users, ""))
    }
}

fn collect_uuids(schemas: &Schemas, schema: &Value, at: &str, found: &mut Vec<String>) {
    let Some(schema) = schemas.followed(schema) else { return };
    if schema.get("format").and_then(Value::as_str) == Some("uuid") {
        found.push(at.to_owned());
    }
    for (name, member) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        collect_uuids(schemas, member, &format!("{at}/{}", crate::schema::escaped(name)), found);
    }
    if let Some(items) = schema.get("items") {
        collect_uuids(schemas, items, &format!("{at}/*"), found);
    }
}

/// How a request differs from its family's.
#[derive(Debug, Default)]
pub struct Change {
    /// A JSON Patch.
    pub patch: Vec<PatchOp>,
    /// Members and the expressions that give their values.
    pub set: Vec<(String, Expression)>,
    /// The value of `item`.
    pub item: Option<Value>,
    /// On which side of the caller the peer's id is.
    pub peer: Option<PeerOrder>,
    /// Another writing of the body.
    pub encoding: Option<BodyEncoding>,
    /// The body itself.
    pub body: Option<Expression>,
    /// Header fields.
    pub headers: BTreeMap<String, String>,
    /// Another method.
    pub method: Option<String>,
    /// Another path.
    pub path: Option<Expression>,
    /// How many users the list has, instead of the base's number.
    pub user_count: Option<usize>,
    /// Another credential than the caller's own.
    pub credential: Option<CompiledCredential>,
    /// A value that a member is replaced by before anything is set (a probe's).
    pub replace: Option<(String, Option<Value>)>,
}

impl Change {
    /// Compiles a case of the spec.
    ///
    /// # Errors
    /// When one of its expressions is no CEL.
    pub fn compile(case: &CaseSpec, edition: &str, item: Option<Value>) -> Result<Self, ExpressionError> {
        let applies = |editions: &[String]| editions.is_empty() || editions.iter().any(|e| e == edition);
        let mut set = Vec::new();
        for member in case.set.iter().filter(|member| applies(&member.editions)) {
            set.push((member.at.0.clone(), Expression::compile(member.to.as_str())?));
        }
        Ok(Self {
            patch: case.patch.clone(),
            set,
            item,
            peer: case.peer,
            encoding: case.encoding,
            body: case.body.as_ref().map(|body| Expression::compile(body.as_str())).transpose()?,
            headers: case.headers.clone(),
            method: case.method.clone(),
            path: case.path.as_ref().map(|path| Expression::compile(path.as_str())).transpose()?,
            user_count: case.user_count,
            credential: case.credential.as_ref().map(CompiledCredential::compile).transpose()?,
            replace: None,
        })
    }

    /// Whether the body that is sent is the request's JSON, however written.
    #[must_use]
    pub fn sends_json(&self) -> bool {
        self.body.is_none()
    }
}

/// A request that was made.
#[derive(Debug, Clone)]
pub struct Made {
    /// What is sent.
    pub sent: Sent,
    /// The document before it was written as bytes.
    pub document: Value,
    /// The first user that it was made with.
    pub peer: Option<String>,
    /// Whether the conversation cannot have existed: its id comes from this run's ids, or from a peer of this run.
    pub fresh: bool,
    /// Whether the change gave every member the value that it has without the change: a near miss can hit.
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

/// Who sends a request, and to whom.
#[derive(Debug, Clone)]
pub struct Cast {
    /// The index of the caller's credential.
    pub caller: usize,
    /// The caller's user id.
    pub caller_id: String,
    /// Who stands first in the list of users, where it is not a fresh user.
    pub first_user: Option<String>,
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
        // A plain request has nothing special about it, in its order neither; generated ones have every order.
        let plain = document.is_none();
        let mut document = document.unwrap_or_else(|| family.base.clone());
        for pointer in &family.uuids {
            fill(&mut document, pointer, &mut |at| json!(ids.uuid(at).to_string()));
        }
        let peer = self.assign_users(family, &mut document, change, ids, cast, plain)?;
        self.change(family, document, change, ids, cast, peer, None)
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
        steps: Option<&Cel>,
    ) -> Result<Made, MakeError> {
        let mut scope = self.scope(ids, cast, earlier.peer.as_deref(), change, steps);
        let (document, _) = self.changed(&mut scope, earlier.document.clone(), change)?;
        scope.set("request", &document);
        self.finish(&scope, document, change, ids, cast, earlier.peer.clone(), false)
    }

    #[expect(clippy::too_many_arguments, reason = "all of these are what one request is made of")]
    fn change(
        &self,
        family: &Family,
        document: Value,
        change: &Change,
        ids: &CaseIds,
        cast: &Cast,
        peer: Option<String>,
        steps: Option<&Cel>,
    ) -> Result<Made, MakeError> {
        let mut scope = self.scope(ids, cast, peer.as_deref(), change, steps);
        let (mut document, touched) = self.changed(&mut scope, document, change)?;
        scope.set("request", &document);
        let only_sets = change.patch.is_empty() && change.replace.is_none() && !change.set.is_empty();
        let unchanged = only_sets
            && change.sends_json()
            && change.set.iter().all(|(at, _)| {
                let usual = family.set.iter().find(|(usual, _)| usual == at).and_then(|(_, to)| scope.json(to).ok());
                usual.is_some() && usual.as_ref() == document.pointer(at)
            });
        for (at, expression) in &family.set {
            if touched.iter().any(|path| overlaps(path, at)) {
                continue;
            }
            scope.set("request", &document);
            if let Ok(value) = scope.json(expression) {
                place(&mut document, at, value);
            }
        }
        scope.set("request", &document);
        // A peer of the list may have talked to the caller in an earlier run; an id of a group is of this run alone.
        let fresh = !family.one_user || (cast.first_user.is_none() && self.users.count().is_none());
        let made = self.finish(&scope, document, change, ids, cast, peer, fresh)?;
        Ok(Made { unchanged, ..made })
    }

    fn scope<'a>(
        &'a self,
        ids: &CaseIds,
        cast: &Cast,
        peer: Option<&str>,
        change: &Change,
        steps: Option<&Cel>,
    ) -> Scope<'a> {
        let mut scope = self.vocabulary.scope();
        scope.set_ids(ids);
        scope.set("caller", &json!({"user_id": cast.caller_id}));
        scope.set("peer", &json!({"user_id": peer}));
        scope.set("item", change.item.as_ref().unwrap_or(&Value::Null));
        if let Some(steps) = steps {
            scope.set_cel("steps", steps.clone());
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
            patch(&mut document, &change.patch)?;
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

    #[expect(clippy::too_many_arguments, reason = "all of these are what one request is made of")]
    fn finish(
        &self,
        scope: &Scope<'_>,
        document: Value,
        change: &Change,
        ids: &CaseIds,
        cast: &Cast,
        peer: Option<String>,
        fresh: bool,
    ) -> Result<Made, MakeError> {
        let body = match &change.body {
            Some(expression) => scope.bytes(expression)?,
            None => written(&document, change.encoding),
        };
        let path = match &change.path {
            Some(expression) => String::from_utf8_lossy(&scope.bytes(expression)?).into_owned(),
            None => "/conversations".to_owned(),
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
            // What a strict reader does not take for JSON has no members that could be wrong.
            let (json, faults) = crate::json::read(&body);
            let is_json = faults.iter().all(|fault| *fault == crate::json::JsonFault::DuplicateMember);
            json.filter(|json| is_json && json.is_object())
        };
        let sent = Sent {
            method: change.method.clone().unwrap_or_else(|| "POST".into()),
            path,
            headers,
            body: Bytes::from(body),
            json,
            chunked: change.encoding == Some(BodyEncoding::Chunked),
            caller: cast.caller,
            authorization: Authorization::Own,
        };
        Ok(Made { sent, document, peer, fresh, unchanged: false })
    }

    /// Gives every element of the list of users a user of its own: in ascending order where that is `plain`, and after
    /// the caller where it is one and there is such a user.
    fn assign_users(
        &self,
        family: &Family,
        document: &mut Value,
        change: &Change,
        ids: &CaseIds,
        cast: &Cast,
        plain: bool,
    ) -> Result<Option<String>, MakeError> {
        let (list, member) = family.user_list();
        let Some(Value::Array(items)) = document.pointer_mut(list) else { return Ok(None) };
        if let Some(count) = change.user_count {
            let element = items.first().cloned().unwrap_or_else(|| json!({}));
            items.resize(count, element);
        }
        let mut users = if (family.one_user && items.len() == 1) || change.peer.is_some() {
            vec![match &cast.first_user {
                Some(id) => id.clone(),
                None => self.peer(ids, cast, change.peer, plain)?,
            }]
        } else {
            let mut users = self.users.members(ids, &cast.caller_id, "member", items.len())?;
            if let (Some(first), Some(id)) = (users.first_mut(), &cast.first_user) {
                first.clone_from(id);
            }
            users
        };
        if users.len() < items.len() {
            let others = self.users.members(ids, &cast.caller_id, "member", items.len())?;
            let missing = items.len() - users.len();
            let others: Vec<String> = others.into_iter().filter(|id| !users.contains(id)).take(missing).collect();
            users.extend(others);
        }
        let peer = users.first().cloned();
        if plain && change.peer.is_none() {
            users.sort_unstable();
        }
        for (item, user) in items.iter_mut().zip(&users) {
            place(item, member, json!(user));
        }
        Ok(peer)
    }

    fn peer(&self, ids: &CaseIds, cast: &Cast, order: Option<PeerOrder>, plain: bool) -> Result<String, TooFewUsers> {
        let usual = order.or(plain.then_some(PeerOrder::AfterCaller));
        match self.users.peer(ids, &cast.caller_id, usual, "peer") {
            Err(TooFewUsers::Peers { .. }) if order.is_none() && plain => {
                self.users.peer(ids, &cast.caller_id, None, "peer")
            }
            found => found,
        }
    }
}

/// Applies a JSON Patch.
pub(crate) fn patch(document: &mut Value, operations: &[PatchOp]) -> Result<(), MakeError> {
    let patch: Vec<Value> = operations.iter().map(operation).collect();
    let patch: json_patch::Patch =
        serde_json::from_value(Value::Array(patch)).map_err(|error| MakeError::Patch(error.to_string()))?;
    json_patch::patch(document, &patch).map_err(|error| MakeError::Patch(error.to_string()))
}

fn operation(operation: &PatchOp) -> Value {
    let mut object = Map::new();
    let name = match operation.op {
        PatchOpKind::Add => "add",
        PatchOpKind::Remove => "remove",
        PatchOpKind::Replace => "replace",
        PatchOpKind::Copy => "copy",
        PatchOpKind::Move => "move",
    };
    object.insert("op".into(), name.into());
    object.insert("path".into(), operation.path.0.clone().into());
    if matches!(operation.op, PatchOpKind::Add | PatchOpKind::Replace) {
        object.insert("value".into(), operation.value.clone());
    }
    if let Some(from) = &operation.from {
        object.insert("from".into(), from.0.clone().into());
    }
    Value::Object(object)
}
