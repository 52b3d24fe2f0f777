//! The documents in `inputs/`: data for vectors that no requirement states, because others published or sent it.

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

/// The document `inputs/flags.yaml`: the flags that mark vectors.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Flags {
    /// The flags by name, in Pascal case.
    pub flags: BTreeMap<String, Flag>,
}

/// The meaning of a flag for the vectors that carry it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Flag {
    /// What is special about the input.
    pub meaning: String,
    /// What kind of mistake it finds.
    pub bug_class: String,
    /// The effect of that mistake.
    pub effect: String,
    /// Links to further reading.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<String>,
    /// The requirements that a vector with this flag tests, besides those that define the right result. If they belong
    /// to several derivations, a vector tests only those of its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requirements: Vec<String>,
}

/// The document `inputs/published.yaml`: results that published SDKs and apps have in their own tests.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Published {
    /// The flags of every vector that is built from one of them.
    pub flags: Vec<String>,
    /// The functions of publishers that are not derivations of the spec, by name.
    #[serde(default)]
    pub functions: BTreeMap<String, OtherFunction>,
    /// The results.
    pub results: Vec<PublishedResult>,
}

/// A function that is not a derivation of the spec, but built from one.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OtherFunction {
    /// The derivation that it is built from, which has a `record`.
    pub of: String,
    /// How it is built from the derivation.
    pub how: HowMade,
    /// The flags of its vectors.
    pub flags: Vec<String>,
}

/// How a function is built from a derivation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum HowMade {
    /// The derivation is applied step by step: to the first two arguments, then to that result and the third argument,
    /// …
    Steps,
    /// The record is evaluated on the concatenation of all arguments.
    Joined,
}

/// A result from the tests of a published SDK or app.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishedResult {
    /// Its name, in kebab case. Each origin has a vector; if there are several, a number follows the name.
    pub id: String,
    /// What it shows.
    pub comment: String,
    /// The function: a derivation of the spec, or one of `functions`.
    pub function: String,
    /// Its arguments, in order: strings, and lists of strings.
    pub arguments: Vec<Value>,
    /// Its result.
    pub expected: String,
    /// Where it was published: repository, commit, file, line.
    pub origins: Vec<String>,
}

/// The document `inputs/real-requests.yaml`: what published SDKs and apps really send.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RealRequests {
    /// The flags of every vector that is built from one of them.
    pub flags: Vec<String>,
    /// The requests.
    pub requests: Vec<RealRequest>,
}

/// A request as a published SDK or app sends it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RealRequest {
    /// Its name, in kebab case: the sender, and what is sent. It is unique in each edition.
    pub name: String,
    /// The SDK or app that sends it.
    pub sender: String,
    /// The editions in which it is sent.
    pub editions: Vec<String>,
    /// The `operationId` of the operation that it calls. The OpenAPI document has the method and the path.
    pub operation: String,
    /// The family that its twin, a valid request that is sent besides it, is built from.
    pub family: String,
    /// The requirements by which it is accepted, the most specific first; or the reading that leaves this open.
    pub about: Vec<String>,
    /// The derivation that computes `$ID`; if absent, `$ID` is any UUID.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub derivation: Option<String>,
    /// The number of users that it names besides its caller; 1 if absent.
    #[serde(default = "one")]
    pub users: u16,
    /// The JSON text of a user; `$USER` stands for the id.
    pub user: String,
    /// The text between two users; a comma if absent.
    #[serde(default = "comma")]
    pub between: String,
    /// The body. `$USERS` stands for the users, `$ID` for the id of the thing, `$UUID` for another UUID.
    pub body: String,
}

fn one() -> u16 {
    1
}

fn comma() -> String {
    ",".to_owned()
}

impl RealRequest {
    /// The placeholders that `body` may contain.
    pub const IN_BODY: [&str; 3] = ["$ID", "$USERS", "$UUID"];
    /// The placeholders that `user` may contain.
    pub const IN_USER: [&str; 1] = ["$USER"];

    /// The body with its placeholders filled.
    #[must_use]
    pub fn body_with(&self, id: &str, users: &[String], uuid: &str) -> String {
        let users: Vec<String> = users.iter().map(|user| self.user.replace("$USER", user)).collect();
        self.body.replace("$USERS", &users.join(&self.between)).replace("$ID", id).replace("$UUID", uuid)
    }
}
