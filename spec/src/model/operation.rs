//! The use of the operations of the OpenAPI documents: the meaning of their answers, and the thing that each is about.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Pointer;

/// The meaning of an operation of the OpenAPI documents. They define its method, path and bodies.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OperationUse {
    /// What the operation does with its thing.
    pub does: Effect,
    /// The kind of thing that the operation is about, such as `conversation`. Operations with the same word share their
    /// things.
    pub thing: String,
    /// Where messages contain the identity of the thing.
    pub identity: Identity,
    /// The members of the operation's `responses` for accepted and refused requests.
    pub answers: AnswerKeys,
}

/// What an operation does with its thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// It creates a thing, or finds that it exists.
    Creates,
    /// It returns an existing thing.
    Reads,
    /// It changes an existing thing, and returns it.
    Changes,
}

/// Where messages contain the identity of a thing: in the body of the request or a parameter of the path, and in the
/// answer.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// A JSON Pointer into the body of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<Pointer>,
    /// The name of a parameter of the path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// A JSON Pointer into the body of the answer.
    pub answer: Pointer,
}

/// Keys of an operation's `responses`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerKeys {
    /// The answer to an accepted request.
    pub accepted: String,
    /// The answer to a refused request, by edition. An edition that is absent does not specify its form.
    #[serde(default)]
    pub refused: BTreeMap<String, String>,
}
