//! A vector of an answer, as its file has it.

use std::collections::BTreeMap;

use mixinspec_spec::model::{AnswerEnding, AnswerKind};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::document::VectorResult;

/// An answer, and what a client makes of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerVector {
    /// Its name: edition and answer.
    pub id: String,
    /// The edition.
    pub edition: String,
    /// What it is about.
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
    /// How long it pauses, where its ending says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pause_ms: Option<u64>,
}

/// A body of null is one.
fn present<'de, D: serde::Deserializer<'de>>(value: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(value).map(Some)
}

/// A member whose value follows from the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Follows {
    /// A JSON pointer into the body.
    pub at: String,
    /// Its value, in CEL, over `request` (the body that came) and `caller` (whose token it came with).
    pub to: String,
}

/// What a client's user must get.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// What the answer means.
    pub outcome: AnswerKind,
    /// The code that the error must have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<i64>,
    /// What the error must say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

super::document::vectors!(false, |_vector| &[] => AnswerVector);
