//! Request families, and the changes that cases make to their requests.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Cel, CredentialSpec, Needs, Pointer};

/// A family of valid requests, from which cases are built: take the base or generate a request, patch it, then set the
/// members of `set` that the patch did not touch.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestFamily {
    /// A title of a few words.
    pub title: String,
    /// The `operationId` of the operation that its requests call.
    pub operation: String,
    /// The schema that requests are generated from: a JSON Pointer into each edition's OpenAPI document.
    pub schema: Pointer,
    /// The plain request that patched cases and scenarios start from, by edition. First, every member whose schema has
    /// `format: uuid` gets a fresh UUID.
    pub base: BTreeMap<String, Value>,
    /// The members that hold user ids, if its requests name users. Each gets a user of its own that no request has
    /// named before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub users: Option<Pointer>,
    /// The members that hold a UUID although their schema lacks `format: uuid`. Each gets a fresh one.
    #[serde(default)]
    pub uuids: Vec<Pointer>,
    /// The minimum and maximum length of the list of users in generated requests, by edition.
    #[serde(default)]
    pub user_count: BTreeMap<String, [usize; 2]>,
    /// The members that generated requests always have, by edition, besides those that the schema requires.
    #[serde(default)]
    pub always_present: BTreeMap<String, Vec<Pointer>>,
    /// The only values that generated requests give to a member, by edition and JSON Pointer, because not every correct
    /// server accepts all values that the schema allows.
    #[serde(default)]
    pub values: BTreeMap<String, BTreeMap<Pointer, Vec<Value>>>,
    /// The members that generated requests never have, by edition.
    #[serde(default)]
    pub never_present: BTreeMap<String, Vec<Pointer>>,
    /// The members whose values are computed to make the request valid, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub set: Vec<SetMember>,
    /// The parts of the answer that depend only on the request, without ids and times: JSON Pointers in which `*`
    /// stands for every element of a list. The order of such a list is ignored.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fixed: Vec<Pointer>,
    /// Other requests with the same meaning, for servers that have shown that they accept them. A wrong request is also
    /// sent in each of these ways, so that nothing else in it can be the reason for its refusal.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ways: Vec<Way>,
}

/// Another request with the same meaning.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Way {
    /// Its name, in kebab case.
    pub name: String,
    /// The editions that it applies to.
    pub editions: Vec<String>,
    /// The interpretations of readings that the server must have shown.
    pub needs: Needs,
    /// A JSON Patch (RFC 6902) on the request.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub patch: Vec<PatchOp>,
    /// The members whose values are computed, after the patch.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub set: Vec<SetMember>,
}

/// A member and the expression that gives its value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetMember {
    /// The member.
    pub at: Pointer,
    /// Its value.
    pub to: Cel,
    /// The editions in which it is set; all if absent.
    #[serde(default)]
    pub editions: Vec<String>,
}

/// One way to change a valid request.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseSpec {
    /// Its name within the requirement, in kebab case.
    pub name: String,
    /// The editions that it applies to; all of the requirement's if absent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub editions: Vec<String>,
    /// The families whose requests it changes; those of the form if absent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requests: Vec<String>,
    /// A JSON Patch (RFC 6902) on the request.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub patch: Vec<PatchOp>,
    /// The members whose values are computed, after the patch and before the family's own `set`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub set: Vec<SetMember>,
    /// An expression that lists names: there is one such case for each name, which is `item` in its other expressions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub for_each: Option<Cel>,
    /// The length of the list of users, instead of that of the base.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_count: Option<usize>,
    /// Whether the peer's id sorts before or after the caller's; either if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peer: Option<PeerOrder>,
    /// The length of the prefix that the ids of the request's users share: with the caller's id if the list of users
    /// has exactly one, else with each other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alike: Option<usize>,
    /// The request that the family's `set` is computed from.
    #[serde(default, skip_serializing_if = "Derived::is_usual")]
    pub derived: Derived,
    /// Another way to write the same JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<BodyEncoding>,
    /// The body, as text or bytes, that replaces the request's JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Cel>,
    /// Header fields that replace or join the usual ones.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// Another method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Another path, below the base URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<Cel>,
    /// Another credential than the caller's own; only in a case of `authenticates`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<CredentialSpec>,
    /// The error codes that a refusal of this case may have, if they differ from the form's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<i64>,
}

/// The request that the members of a family's `set` are computed from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Derived {
    /// The request with the change. A request that the server must refuse is sent in both ways, if they differ.
    #[default]
    Changed,
    /// The request before the change.
    Clean,
}

impl Derived {
    fn is_usual(&self) -> bool {
        *self == Self::Changed
    }
}

/// Which of the two ids of a CONTACT sorts first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PeerOrder {
    /// The peer's id.
    BeforeCaller,
    /// The caller's id.
    AfterCaller,
}

/// Ways to write or send the same JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BodyEncoding {
    /// With white space wherever JSON allows it.
    Spaced,
    /// With the members of every object in reverse order.
    Reordered,
    /// With every character of every string as `\u` escape.
    Escaped,
    /// Compact, sent with `Transfer-Encoding: chunked`.
    Chunked,
    /// Compact, sent in two parts, the second a moment after the first.
    InParts,
}

/// One operation of a JSON Patch (RFC 6902).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PatchOp {
    /// The kind of operation.
    pub op: PatchOpKind,
    /// The JSON Pointer to the target.
    pub path: Pointer,
    /// The value of `add` and `replace`. Null is a value.
    #[serde(default)]
    pub value: Value,
    /// The JSON Pointer to the value that `copy` and `move` take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Pointer>,
}

/// The operations of a JSON Patch that requests need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PatchOpKind {
    /// Adds a member or an element, or replaces a member.
    Add,
    /// Removes a member or an element.
    Remove,
    /// Replaces a value that is there.
    Replace,
    /// Copies a value.
    Copy,
    /// Moves a value.
    Move,
}
