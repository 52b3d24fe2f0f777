//! The calls that SDKs have to make, and the answers that they get: every requirement on clients is judged on them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Cel, PatchOp, Pointer, SetMember};

/// The calls to an SDK: every creation with the right answer, the first creation of each category with every other
/// answer, and every signing.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Clients {
    /// The conversations that an SDK is asked to create.
    #[serde(default)]
    pub creations: Vec<ClientCreation>,
    /// The answer to an accepted request.
    #[serde(default)]
    pub answer: RightAnswer,
    /// The other answers to a creation: right, refused or broken ones.
    #[serde(default)]
    pub answers: Vec<OtherAnswer>,
    /// The requests that an SDK is asked to sign.
    #[serde(default)]
    pub signings: Vec<Signing>,
    /// The kind of key that clients sign with, by edition; `ed25519` if absent.
    #[serde(default)]
    pub keys: BTreeMap<String, KeyKind>,
}

/// A kind of private key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum KeyKind {
    /// An Ed25519 key, for EdDSA.
    #[default]
    Ed25519,
    /// An RSA key, for RS512.
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
    /// The number of participants besides the caller.
    pub participants: usize,
    /// The role of the first participant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The values of other options, by the option's name. Those that an SDK does not take are left out.
    #[serde(default)]
    pub arguments: BTreeMap<String, Cel>,
    /// How options without a value are passed to the SDK; if absent, they are not passed at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_out: Option<LeftOut>,
    /// The options that an SDK must take for this creation to be tried.
    #[serde(default)]
    pub needs: Vec<String>,
}

/// A way in which an SDK's user can pass an option that has no value, besides leaving it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LeftOut {
    /// As `undefined`, in JavaScript.
    Undefined,
    /// As `null`, `nil` or `None`.
    Null,
    /// As an empty string.
    Empty,
}

impl LeftOut {
    /// The name in YAML.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Undefined => "undefined",
            Self::Null => "null",
            Self::Empty => "empty",
        }
    }
}

/// The answer to an accepted request: an example of the edition's OpenAPI document, with the members that depend on the
/// request.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RightAnswer {
    /// The example's value, by edition: a JSON Pointer into the edition's OpenAPI document.
    pub example: BTreeMap<String, Pointer>,
    /// The members that depend on the request. A member whose expression cannot be evaluated keeps the example's value.
    pub set: Vec<SetMember>,
}

/// Another answer to a plain creation.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OtherAnswer {
    /// Its name, in kebab case.
    pub name: String,
    /// What the answer means.
    pub kind: AnswerKind,
    /// The editions that it applies to; all if absent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub editions: Vec<String>,
    /// The HTTP status; 200 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The body that replaces the right answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    /// A JSON Patch (RFC 6902) on the body.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub patch: Vec<PatchOp>,
    /// An expression that lists names: there is one such answer for each name, which is `item` in `set`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub for_each: Option<Cel>,
    /// Members whose values are computed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub set: Vec<SetMember>,
    /// Text that replaces the JSON body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The media type; `application/json` if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// How the answer ends.
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
    /// The server, or something between it and the client, failed.
    Failed,
}

impl AnswerKind {
    /// The name in YAML.
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
    /// The answer is complete.
    #[default]
    Whole,
    /// The connection closes in the middle of the body.
    Cut,
    /// The body stops in the middle, and the connection closes two seconds later.
    Slow,
}

/// A request that an SDK is asked to sign.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Signing {
    /// Its name, in kebab case.
    pub name: String,
    /// The HTTP method.
    pub method: String,
    /// The path, with the query.
    pub path: String,
    /// The body; empty if absent.
    #[serde(default)]
    pub body: String,
}
