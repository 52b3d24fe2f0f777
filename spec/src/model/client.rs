//! What an SDK is asked to do, and how it is answered: the calls that every requirement on clients is judged on.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Cel, PatchOp, Pointer, SetMember};

/// The calls of an SDK: every creation with the right answer to it, and a plain creation with every answer.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Clients {
    /// What is created.
    #[serde(default)]
    pub creations: Vec<ClientCreation>,
    /// The right answer.
    #[serde(default)]
    pub answer: RightAnswer,
    /// How else a creation is answered.
    #[serde(default)]
    pub answers: Vec<OtherAnswer>,
    /// What is signed.
    #[serde(default)]
    pub signings: Vec<Signing>,
    /// The keys with which clients of an edition sign, by edition; Ed25519 where it is left out.
    #[serde(default)]
    pub keys: BTreeMap<String, KeyKind>,
}

/// A kind of private key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum KeyKind {
    /// For EdDSA.
    #[default]
    Ed25519,
    /// For RS512.
    Rsa,
}

/// A conversation that an SDK is asked to create.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientCreation {
    /// Its name, in kebab case.
    pub name: String,
    /// CONTACT or GROUP.
    pub category: String,
    /// How many participants there are beside the caller.
    pub participants: usize,
    /// The role of the first of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// What else is said, by option; left out where an SDK has not the option.
    #[serde(default)]
    pub arguments: BTreeMap<String, Cel>,
    /// How an SDK is given the options that are not said; where this is left out, not at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_out: Option<LeftOut>,
    /// The options without which an SDK is not asked for this at all.
    #[serde(default)]
    pub needs: Vec<String>,
}

/// A way in which an SDK's user can give an option that has no value, beside not giving it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LeftOut {
    /// As what is not defined, which JavaScript has.
    Undefined,
    /// As null, nil or None.
    Null,
    /// As an empty text.
    Empty,
}

impl LeftOut {
    /// Its name, as it is written.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Undefined => "undefined",
            Self::Null => "null",
            Self::Empty => "empty",
        }
    }
}

/// The answer to an accepted request: an example of the edition's OpenAPI document, with what the request decides.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RightAnswer {
    /// The example's value, by edition: a pointer into its OpenAPI document.
    pub example: BTreeMap<String, Pointer>,
    /// Members that follow from the request; one whose value cannot be evaluated stays that of the example.
    pub set: Vec<SetMember>,
}

/// Another answer to a plain creation.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OtherAnswer {
    /// Its name, in kebab case.
    pub name: String,
    /// What it means.
    pub kind: AnswerKind,
    /// The editions it belongs to; all where it is left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub editions: Vec<String>,
    /// The HTTP status; 200 where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The body, in place of the right answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    /// A JSON Patch on the body.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub patch: Vec<PatchOp>,
    /// Makes one answer of this for each name that the expression lists; the name is `item` in `set`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub for_each: Option<Cel>,
    /// Members whose values are computed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub set: Vec<SetMember>,
    /// Text in place of a body of JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The media type; `application/json` where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// How it ends.
    #[serde(default)]
    pub ending: AnswerEnding,
}

/// What an answer means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AnswerKind {
    /// The conversation was created.
    Accepted,
    /// The request was refused.
    Refused,
    /// The server failed, or something between.
    Failed,
}

impl AnswerKind {
    /// Its name, as it is written.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

/// How an answer ends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AnswerEnding {
    /// Whole.
    #[default]
    Whole,
    /// The connection is closed in the middle of the body.
    Cut,
    /// The body stops in its middle, and after two seconds the connection is closed.
    Slow,
}

/// A request that an SDK is asked to sign.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Signing {
    /// Its name, in kebab case.
    pub name: String,
    /// The method.
    pub method: String,
    /// The path, with its query.
    pub path: String,
    /// The body; empty where it is left out.
    #[serde(default)]
    pub body: String,
}
