//! The documents in `inputs/`: what vectors are made of that no requirement says, because somebody published or sent it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The documents in `inputs/`. A spec may have none of them: it has no such vectors.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// `inputs/flags.yaml`.
    pub flags: Flags,
    /// `inputs/published.yaml`.
    pub published: Published,
    /// `inputs/real-requests.yaml`.
    pub real: RealRequests,
}

/// The document `inputs/flags.yaml`: what vectors are marked with.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Flags {
    /// The flags by name, in Pascal case.
    pub flags: BTreeMap<String, Flag>,
}

/// What a flag says of the vectors that carry it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Flag {
    /// What is special about the input.
    pub meaning: String,
    /// What kind of mistake it finds.
    pub bug_class: String,
    /// What comes of that mistake.
    pub effect: String,
    /// Where to read more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<String>,
    /// The requirements that a vector with it is about, beside those that say what the right result is. Where it says
    /// something of several derivations, a vector is about those of its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requirements: Vec<String>,
}

/// The document `inputs/published.yaml`: results that published SDKs and apps have in their own tests.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Published {
    /// The flags of every vector that is made of one.
    pub flags: Vec<String>,
    /// Functions that publishers have beside the spec's derivations, by name.
    #[serde(default)]
    pub functions: BTreeMap<String, OtherFunction>,
    /// The results.
    pub results: Vec<PublishedResult>,
}

/// A function that is no derivation of the spec, but made of one.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OtherFunction {
    /// The derivation that it is made of: one with a `record`.
    pub of: String,
    /// How it is made of it.
    pub how: HowMade,
    /// What its vectors are marked with.
    pub flags: Vec<String>,
}

/// How a function is made of a derivation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum HowMade {
    /// The derivation is applied step by step: to the first two arguments, to what comes of these and the third, …
    Steps,
    /// The record is evaluated on all arguments joined as they stand, as on one text.
    Joined,
}

/// A result that stands in somebody's tests.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishedResult {
    /// Its name, in kebab case. Where there are several origins, their numbers follow it: each has a vector.
    pub id: String,
    /// What it is about.
    pub comment: String,
    /// The function: a derivation of the spec, or one of `functions`.
    pub function: String,
    /// Its arguments, in order: texts, and lists of texts.
    pub arguments: Vec<Value>,
    /// What it gives.
    pub expected: String,
    /// Where it was published: repository, commit, file, line.
    pub origins: Vec<String>,
}

/// The document `inputs/real-requests.yaml`: what published SDKs and apps really send.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RealRequests {
    /// The flags of every vector that is made of one.
    pub flags: Vec<String>,
    /// The requests.
    pub requests: Vec<RealRequest>,
}

/// A request as its sender writes it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RealRequest {
    /// Its name, in kebab case: the sender, and what is sent. In each edition one request has it.
    pub name: String,
    /// Who sends it.
    pub sender: String,
    /// The editions in which it is sent.
    pub editions: Vec<String>,
    /// What it asks for, by `operationId`: method and path stand in the OpenAPI document.
    pub operation: String,
    /// The request family that the request beside it, its twin, is made from.
    pub family: String,
    /// The requirements that say that it is accepted, the closest first; or the reading that leaves it open.
    pub about: Vec<String>,
    /// The derivation that gives `$ID`; any UUID does where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub derivation: Option<String>,
    /// How many users it names beside its caller; 1 where it is left out.
    #[serde(default = "one")]
    pub users: u16,
    /// How it names a user; `$USER` stands for the id.
    pub user: String,
    /// What it writes between two users; a comma where it is left out.
    #[serde(default = "comma")]
    pub between: String,
    /// The body. `$USERS` stands for the users, `$ID` for the id of what it is about, `$UUID` for another UUID.
    pub body: String,
}

fn one() -> u16 {
    1
}

fn comma() -> String {
    ",".to_owned()
}

impl RealRequest {
    /// What may stand for something else in `body`.
    pub const IN_BODY: [&str; 3] = ["$ID", "$USERS", "$UUID"];
    /// What may stand for something else in `user`.
    pub const IN_USER: [&str; 1] = ["$USER"];

    /// The body with these in their places.
    #[must_use]
    pub fn body_with(&self, id: &str, users: &[String], uuid: &str) -> String {
        let users: Vec<String> = users.iter().map(|user| self.user.replace("$USER", user)).collect();
        self.body.replace("$USERS", &users.join(&self.between)).replace("$ID", id).replace("$UUID", uuid)
    }
}
