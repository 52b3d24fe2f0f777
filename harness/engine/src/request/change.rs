//! How a request differs from its family's.

use std::collections::BTreeMap;

use mixinspec_spec::model::{BodyEncoding, CaseSpec, Derived, PatchOp, PatchOpKind, PeerOrder};
use serde_json::{Map, Value};

use crate::cel::{Expression, ExpressionError};
use crate::request::credential::CompiledCredential;

/// How a request differs from its family's.
#[derive(Debug, Default)]
pub struct Change {
    /// A JSON Patch.
    pub patch: Vec<PatchOp>,
    /// Members and the expressions that give their values.
    pub set: Vec<(String, Expression)>,
    /// The value of the variable `item`, which `for_each` lists.
    pub item: Option<Value>,
    /// On which side of the caller the peer's id is.
    pub peer: Option<PeerOrder>,
    /// How many of their first characters the users' ids have in common.
    pub alike: Option<usize>,
    /// Whether the family's own members are computed from the request after or before the change.
    pub derived: Derived,
    /// Another way to write the body's JSON.
    pub encoding: Option<BodyEncoding>,
    /// The body itself, in place of the request's JSON.
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
    /// A member that must exist before the change: a generated request that lacks it gets the plain request's.
    pub needs: Option<String>,
    /// The member that a probe replaces first, and its new value; `None` removes the member.
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
            alike: case.alike,
            derived: case.derived,
            encoding: case.encoding,
            body: case.body.as_ref().map(|body| Expression::compile(body.as_str())).transpose()?,
            headers: case.headers.clone(),
            method: case.method.clone(),
            path: case.path.as_ref().map(|path| Expression::compile(path.as_str())).transpose()?,
            user_count: case.user_count,
            credential: case.credential.as_ref().map(CompiledCredential::compile).transpose()?,
            needs: None,
            replace: None,
        })
    }

    /// Whether the body that is sent is the request's JSON, however written.
    #[must_use]
    pub fn sends_json(&self) -> bool {
        self.body.is_none()
    }

    /// Whether it changes members of the request.
    #[must_use]
    pub fn changes_members(&self) -> bool {
        !self.patch.is_empty() || !self.set.is_empty() || self.replace.is_some()
    }

    /// Whether the request differs from the family's in anything but its credential and its users.
    #[must_use]
    pub fn changes_request(&self) -> bool {
        self.changes_members()
            || self.encoding.is_some()
            || self.body.is_some()
            || !self.headers.is_empty()
            || self.method.is_some()
            || self.path.is_some()
    }

    /// The names of the members that it changes, and of their parents; `body` if it changes the text itself.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let patched = self.patch.iter().map(|operation| operation.path.as_str());
        let set = self.set.iter().map(|(at, _)| at.as_str());
        let replaced = self.replace.iter().map(|(at, _)| at.as_str());
        let parts = patched.chain(set).chain(replaced).flat_map(|pointer| pointer.split('/').skip(1));
        let is_name = |part: &&str| !part.is_empty() && *part != "-" && part.parse::<usize>().is_err();
        let mut names: Vec<String> = parts.filter(is_name).map(str::to_owned).collect();
        if !self.sends_json() || names.is_empty() {
            names.push("body".into());
        }
        names.sort_unstable();
        names.dedup();
        names
    }
}

/// Applies a JSON Patch.
///
/// # Errors
/// When it does not fit the document.
pub(crate) fn patch(document: &mut Value, operations: &[PatchOp]) -> Result<(), String> {
    let patch: Vec<Value> = operations.iter().map(operation).collect();
    let patch: json_patch::Patch = serde_json::from_value(Value::Array(patch)).map_err(|error| error.to_string())?;
    json_patch::patch(document, &patch).map_err(|error| error.to_string())
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
