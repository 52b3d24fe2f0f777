//! What a file of vectors holds, as types: written by the generator, read by the checks and by who runs vectors.
//!
//! The same is said to everybody else by `vectors/schemas/*.schema.json`.

use std::collections::BTreeMap;

use mixinspec_spec::model::Level;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::identity::derivation::Argument;

/// The version of the files' form.
pub const VERSION: u32 = 1;

/// A file of vectors.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VectorDocument<V> {
    /// The path of the schema, from the file.
    #[serde(rename = "$schema")]
    pub schema: String,
    /// The version of the file's form.
    pub version: u32,
    /// What the vectors are for.
    pub description: String,
    /// What they were generated from; left out where they were written by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generator: Option<GeneratedFrom>,
    /// The editions that they belong to.
    pub editions: Vec<String>,
    /// How many vectors there are.
    pub count: usize,
    /// What the flags mean that vectors carry; left out where vectors of this kind carry none, as answers do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flags: Option<BTreeMap<String, VectorFlag>>,
    /// The mistakes behind the near misses, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub near_misses: BTreeMap<String, String>,
    /// Cases of the spec that are no vectors, with the reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub omitted: Vec<Omitted>,
    /// The vectors.
    pub vectors: Vec<V>,
}

/// What a file was generated from, beside the spec.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GeneratedFrom {
    /// The seed of everything that looks random.
    pub seed: u64,
    /// How many vectors were asked for; left out where the spec decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<usize>,
}

/// What a flag says of the vectors that carry it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VectorFlag {
    /// What is special about the input.
    pub meaning: String,
    /// What kind of mistake it finds.
    pub bug_class: String,
    /// What comes of that mistake.
    pub effect: String,
    /// Where to read more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<String>,
}

/// A case of the spec that is no vector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Omitted {
    /// The edition.
    pub edition: String,
    /// The case's id.
    pub case: String,
    /// Why.
    pub reason: String,
}

/// How an implementation must take an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum VectorResult {
    /// It gives the expected result.
    Valid,
    /// It refuses the input.
    Invalid,
    /// The sources do not bind it here; the flags say why.
    Acceptable,
}

/// What all vectors have in common.
pub trait Vector {
    /// Whether vectors of this kind carry flags.
    const FLAGGED: bool;
    /// The vector's id.
    fn id(&self) -> &str;
    /// The flags that it carries.
    fn flags(&self) -> &[String];
    /// The requirements and readings that it is about.
    fn requirements(&self) -> &[String];
}

/// Two users and the id of their conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UniqueVector {
    /// Its name: the kind of input and a number; stable.
    pub id: String,
    /// What it is about.
    pub comment: String,
    /// Flags, explained in the file.
    pub flags: Vec<String>,
    /// How an implementation must take it.
    pub result: VectorResult,
    /// The requirements that it is about.
    pub requirements: Vec<String>,
    /// Where it was published.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<String>,
    /// The first argument.
    pub user_id: String,
    /// The second argument.
    pub other_user_id: String,
    /// The id.
    pub expected: String,
    /// The ids that plausible mistakes give, by the mistake's name, where they are wrong.
    pub near_misses: BTreeMap<String, String>,
}

/// The arguments of a derivation, and what it gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DerivedVector {
    /// Its name: the kind of input and a number; stable.
    pub id: String,
    /// What it is about.
    pub comment: String,
    /// How an implementation must take it.
    pub result: VectorResult,
    /// The requirements that it is about.
    pub requirements: Vec<String>,
    /// The arguments, by the names of the parameters.
    pub arguments: BTreeMap<String, Argument>,
    /// The id.
    pub expected: String,
    /// The ids that plausible mistakes give, by the mistake's name, where they are wrong.
    pub near_misses: BTreeMap<String, String>,
}

/// A group and its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupVector {
    /// Its name: the kind of input and a number; stable.
    pub id: String,
    /// What it is about.
    pub comment: String,
    /// Flags, explained in the file.
    pub flags: Vec<String>,
    /// How an implementation must take it.
    pub result: VectorResult,
    /// The requirements that it is about.
    pub requirements: Vec<String>,
    /// Where it was published.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<String>,
    /// The owner's id.
    pub owner: String,
    /// The group's name.
    pub name: String,
    /// The other members' ids.
    pub participants: Vec<String>,
    /// The random id.
    pub random: String,
    /// The id; null where there is none, since the input is invalid.
    pub expected: Option<String>,
    /// The ids that plausible mistakes give, by the mistake's name, where they are wrong.
    pub near_misses: BTreeMap<String, String>,
}

/// A published result of a function, with where it was published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublishedVector {
    /// Its name.
    pub id: String,
    /// What it is about.
    pub comment: String,
    /// Flags, explained in the file.
    pub flags: Vec<String>,
    /// How an implementation must take it.
    pub result: VectorResult,
    /// The requirements that it is about.
    pub requirements: Vec<String>,
    /// Where it was published.
    pub origin: String,
    /// The function: one of the spec's derivations, or another that its publisher has beside them.
    pub function: String,
    /// Its arguments, in order.
    pub arguments: Vec<Value>,
    /// What it gives.
    pub expected: String,
}

/// A request and what a server makes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpVector {
    /// Its name: edition, requirement or reading, case.
    pub id: String,
    /// The edition.
    pub edition: String,
    /// What it is about.
    pub comment: String,
    /// Flags, explained in the file.
    pub flags: Vec<String>,
    /// How a server must take it.
    pub result: VectorResult,
    /// How binding that is.
    pub level: Level,
    /// The requirements or the reading that it is about.
    pub requirements: Vec<String>,
    /// Who sends it.
    pub caller: User,
    /// The other users that the request names, each once, in lower case: whoever runs it puts users of the server in
    /// their places, and its own id in the caller's, wherever they stand.
    pub users: Vec<String>,
    /// How the request's conversation_id follows from the rest, to be computed again for other users.
    pub derived: DerivedId,
    /// What was then done to the derived id, on purpose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub altered: Option<Alteration>,
    /// The request.
    pub request: RequestVector,
    /// What must come of it.
    pub expected: RequestExpectation,
}

/// A user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// The user's id.
    pub user_id: String,
}

/// How a request's conversation_id follows from the rest of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum DerivedId {
    /// `unique_conversation_id(caller, participants[0])`.
    #[serde(rename = "unique_conversation_id")]
    Unique,
    /// `group_conversation_id(caller, name, participants, random_id)`.
    #[serde(rename = "group_conversation_id")]
    Group,
    /// Not at all; it is a UUID, and another that nobody has used does as well.
    #[serde(rename = "any")]
    Any,
    /// It is not there or not a UUID; the body is left as it is, but for the users.
    #[serde(rename = "as-is")]
    AsIs,
}

/// What was done to a derived id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Alteration {
    /// It is what the near miss of this name gives.
    NearMiss(String),
    /// Its version nibble is this hexadecimal digit.
    Version(String),
    /// The hexadecimal digit with the variant bits is this one.
    Variant(String),
}

/// A request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestVector {
    /// The method.
    pub method: String,
    /// The path, below the base URL.
    pub path: String,
    /// The header fields, names in lower case; `Authorization` is the runner's.
    pub headers: BTreeMap<String, String>,
    /// The body, where it is text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// The body, where it is not text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body_base64: Option<String>,
}

/// What must come of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestExpectation {
    /// Whether it is accepted.
    pub outcome: ExpectedOutcome,
    /// The codes of a refusal that are right; any where there are none.
    pub codes: Vec<i64>,
    /// The interpretations that are allowed, by name, where the vector is about a reading.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub readings: Vec<String>,
}

/// Whether a request is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ExpectedOutcome {
    /// A 2xx with an object `data`, and no `error`.
    Accepted,
    /// An `error` object, or a 4xx, without `data`.
    Refused,
    /// One of the two, and neither a 5xx nor silence.
    Either,
}

macro_rules! vectors {
    ($flagged:literal, |$vector:ident| $flags:expr => $($name:ident),*) => {$(
        impl $crate::vectors::Vector for $name {
            const FLAGGED: bool = $flagged;
            fn id(&self) -> &str {
                &self.id
            }
            fn flags(&self) -> &[String] {
                let $vector = self;
                $flags
            }
            fn requirements(&self) -> &[String] {
                &self.requirements
            }
        }
    )*};
}

vectors!(true, |vector| &vector.flags => UniqueVector, GroupVector, HttpVector, PublishedVector);
vectors!(false, |_vector| &[] => DerivedVector);

pub(super) use vectors;
