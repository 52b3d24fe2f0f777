//! Request families, and how one of their requests is changed for a case.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Cel, CredentialSpec, Needs, Pointer};

/// A family of valid requests, from which cases are made: generate (or take the base), patch, then set every member
/// that the patch did not touch.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestFamily {
    /// What it is, in a few words.
    pub title: String,
    /// The operation that its requests ask for, by `operationId`.
    pub operation: String,
    /// The schema to generate from: a pointer into each edition's OpenAPI document.
    pub schema: Pointer,
    /// The plain request that patched cases and scenarios start from, by edition. Before anything else, every member
    /// whose schema has `format: uuid` gets a fresh UUID.
    pub base: BTreeMap<String, Value>,
    /// Where users stand, where its requests name any; each gets a user of its own that nobody has used before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub users: Option<Pointer>,
    /// Members that hold a UUID without their schema saying `format: uuid`; each gets a fresh one.
    #[serde(default)]
    pub uuids: Vec<Pointer>,
    /// How long the list of users is in generated requests, by edition: least and most.
    #[serde(default)]
    pub user_count: BTreeMap<String, [usize; 2]>,
    /// Members that generated requests always have, by edition, beside what the schema requires.
    #[serde(default)]
    pub always_present: BTreeMap<String, Vec<Pointer>>,
    /// The only values that generated requests give to a member, by edition and pointer, where a value that the schema
    /// allows is not accepted by every correct server.
    #[serde(default)]
    pub values: BTreeMap<String, BTreeMap<Pointer, Vec<Value>>>,
    /// Members that generated requests never have, by edition.
    #[serde(default)]
    pub never_present: BTreeMap<String, Vec<Pointer>>,
    /// Members that make the request valid, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub set: Vec<SetMember>,
    /// What of the answer follows from the request, ids and times left aside: pointers in which `*` stands for every
    /// element of a list, whose order says nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fixed: Vec<Pointer>,
    /// Other requests that mean the same, where a server has shown that it takes them: what is wrong with a request is
    /// then sent in each of them, too, so that nothing else in it can be the reason of its refusal.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ways: Vec<Way>,
}

/// Another request that means the same.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Way {
    /// Its name, in kebab case.
    pub name: String,
    /// The editions it belongs to.
    pub editions: Vec<String>,
    /// What the server must have shown.
    pub needs: Needs,
    /// A JSON Patch (RFC 6902) on the request.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub patch: Vec<PatchOp>,
    /// Members whose values are computed, after the patch.
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
    /// The editions in which it is set; all where it is left out.
    #[serde(default)]
    pub editions: Vec<String>,
}

/// One way to change a valid request.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseSpec {
    /// Its name within the requirement, in kebab case.
    pub name: String,
    /// The editions it belongs to; all of the requirement's where it is left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub editions: Vec<String>,
    /// Which families it changes; the form's own where it is left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requests: Vec<String>,
    /// A JSON Patch (RFC 6902) on the request.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub patch: Vec<PatchOp>,
    /// Members whose values are computed, after the patch and before the family's own `set`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub set: Vec<SetMember>,
    /// Makes one case of this for each name that the expression lists; the name is `item` in its other expressions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub for_each: Option<Cel>,
    /// How many users the list of users has, instead of the base's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_count: Option<usize>,
    /// Whether the peer is a user whose id sorts before or after the caller's; either where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peer: Option<PeerOrder>,
    /// How many of their first characters all users of the request have in common: with the caller, where the list of
    /// users holds exactly one, else with each other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alike: Option<usize>,
    /// Of what the family's own members are computed.
    #[serde(default, skip_serializing_if = "Derived::is_usual")]
    pub derived: Derived,
    /// Another writing of the same JSON text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<BodyEncoding>,
    /// The body itself, as text or bytes, in place of the request's JSON.
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
    /// Another credential than the caller's own; only of a case of `authenticates`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<CredentialSpec>,
    /// Codes that are right for this case, where they differ from the form's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<i64>,
}

/// Of what the members that make a request valid are computed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Derived {
    /// Of the request with the change. What is wrong with a request that is to be refused is sent in both ways, where they
    /// differ.
    #[default]
    Changed,
    /// Of the request before the change.
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
    /// The peer's.
    BeforeCaller,
    /// The caller's.
    AfterCaller,
}

/// Ways to write the same JSON text.
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
    /// What is done.
    pub op: PatchOpKind,
    /// Where.
    pub path: Pointer,
    /// The value of `add` and `replace`. Null is a value.
    #[serde(default)]
    pub value: Value,
    /// Where `copy` and `move` take the value from.
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
