//! How the operations of the OpenAPI documents are spoken: which answer means what, and what each is about.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Pointer;

/// An operation of the OpenAPI documents, by its `operationId`. Method, path and bodies stand there; this says what they
/// mean.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OperationUse {
    /// What it does with the thing that it is about.
    pub does: Effect,
    /// The thing that it is about, such as `conversation`: operations with the same word share it.
    pub thing: String,
    /// Where the thing's identity stands.
    pub identity: Identity,
    /// Which of the operation's `responses` answers what.
    pub answers: AnswerKeys,
}

/// What an operation does with the thing that it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// It makes one, or finds it made.
    Creates,
    /// It returns one that is there.
    Reads,
    /// It changes one that is there, and returns it.
    Changes,
}

/// Where the identity of a thing stands.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// In the body of the request, or
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<Pointer>,
    /// as this parameter of the path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// In the answer.
    pub answer: Pointer,
}

/// Keys of an operation's `responses`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerKeys {
    /// The answer to what is accepted.
    pub accepted: String,
    /// The answer to what is refused, by edition; an edition that is not named says nothing of its form.
    #[serde(default)]
    pub refused: BTreeMap<String, String>,
}
