//! The form of a vector of an answer.

use std::collections::BTreeMap;

use mixinspec_spec::model::{AnswerEnding, AnswerKind};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::document::VectorResult;

/// An answer, and what a client must make of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerVector {
    /// Its name: edition and answer.
    pub id: String,
    /// The edition.
    pub edition: String,
    /// What it tests.
    pub comment: String,
    /// Valid where the client reads it, invalid where it reports an error.
    pub result: VectorResult,
    /// The requirements that it is about.
    pub requirements: Vec<String>,
    /// The answer.
    pub answer: CannedAnswer,
    /// Members of the body that follow from the request.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub set: Vec<Follows>,
    /// What the client's user must get.
    pub expected: Expectation,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CannedAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The header fields, names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body, where it is JSON.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub body: Option<Value>,
    /// The body, where it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// How it ends.
    pub ending: AnswerEnding,
    /// The pause in milliseconds, if its ending has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pause_ms: Option<u64>,
}

/// Keeps a body of null, which serde would read as no body.
fn present<'de, D: serde::Deserializer<'de>>(value: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(value).map(Some)
}

/// A member whose value follows from the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Follows {
    /// A JSON pointer into the body.
    pub at: String,
    /// The CEL expression of its value, over `request` (the body that arrived) and `caller` (the owner of the token).
    pub to: String,
}

/// What a client's user must get.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// Whether the answer accepts, refuses or fails.
    pub outcome: AnswerKind,
    /// The code that the error must have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<i64>,
    /// The description that the error must have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

super::document::vectors!(false, |_vector| &[] => AnswerVector);
