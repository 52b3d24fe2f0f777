//! The contents of a file of vectors, as types: written by the generator, read by the checks and by those who run
//! vectors.
//!
//! `vectors/schemas/*.schema.json` says the same in JSON Schema.

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
    /// How they were generated; left out if they were written by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generator: Option<GeneratedFrom>,
    /// The editions that they belong to.
    pub editions: Vec<String>,
    /// How many vectors there are.
    pub count: usize,
    /// The meaning of the flags that vectors carry; left out if vectors of this kind have none, as for answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flags: Option<BTreeMap<String, VectorFlag>>,
    /// The mistakes behind the near misses, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub near_misses: BTreeMap<String, String>,
    /// Cases of the spec without a vector, with the reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub omitted: Vec<Omitted>,
    /// The vectors.
    pub vectors: Vec<V>,
}

/// The inputs of the generator apart from the spec.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GeneratedFrom {
    /// The seed of everything that looks random.
    pub seed: u64,
    /// How many vectors were asked for; left out if the spec decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<usize>,
}

/// The explanation of a flag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VectorFlag {
    /// What is special about the input.
    pub meaning: String,
    /// What kind of mistake it finds.
    pub bug_class: String,
    /// The effect of that mistake.
    pub effect: String,
    /// Where to read more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<String>,
}

/// A case of the spec without a vector.
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
    /// It must give the expected result.
    Valid,
    /// It must refuse the input.
    Invalid,
    /// The sources leave it open; the flags say why.
    Acceptable,
}

/// The common part of all vectors.
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
    /// What it tests.
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
    /// The wrong ids that plausible mistakes give, by the mistake's name.
    pub near_misses: BTreeMap<String, String>,
}

/// The arguments of a derivation, and its result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DerivedVector {
    /// Its name: the kind of input and a number; stable.
    pub id: String,
    /// What it tests.
    pub comment: String,
    /// How an implementation must take it.
    pub result: VectorResult,
    /// The requirements that it is about.
    pub requirements: Vec<String>,
    /// The arguments, by the names of the parameters.
    pub arguments: BTreeMap<String, Argument>,
    /// The id.
    pub expected: String,
    /// The wrong ids that plausible mistakes give, by the mistake's name.
    pub near_misses: BTreeMap<String, String>,
}

/// A group and its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupVector {
    /// Its name: the kind of input and a number; stable.
    pub id: String,
    /// What it tests.
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
    /// The id; null if the input is invalid and there is none.
    pub expected: Option<String>,
    /// The wrong ids that plausible mistakes give, by the mistake's name.
    pub near_misses: BTreeMap<String, String>,
}

/// A published result of a function, with where it was published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublishedVector {
    /// Its name.
    pub id: String,
    /// What it tests.
    pub comment: String,
    /// Flags, explained in the file.
    pub flags: Vec<String>,
    /// How an implementation must take it.
    pub result: VectorResult,
    /// The requirements that it is about.
    pub requirements: Vec<String>,
    /// Where it was published.
    pub origin: String,
    /// The function: a derivation of the spec, or another function of the publisher.
    pub function: String,
    /// Its arguments, in order.
    pub arguments: Vec<Value>,
    /// The published result.
    pub expected: String,
}

/// A request, and how a server must treat it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpVector {
    /// Its name: edition, requirement or reading, case.
    pub id: String,
    /// The edition.
    pub edition: String,
    /// What it tests.
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
    /// The other users that the request names, each once, in lower case. A runner replaces them by users of its server,
    /// and the caller's id by its own, wherever they occur.
    pub users: Vec<String>,
    /// How the request's conversation_id follows from the rest, to be computed again for other users.
    pub derived: DerivedId,
    /// What was changed in the derived id on purpose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub altered: Option<Alteration>,
    /// The request.
    pub request: RequestVector,
    /// The expected result.
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
    /// It does not: it is a UUID that nobody has used, and any other would do.
    #[serde(rename = "any")]
    Any,
    /// There is none, or it is not a UUID; only the users in the body are replaced.
    #[serde(rename = "as-is")]
    AsIs,
}

/// A change to a derived id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Alteration {
    /// It is the result of this near miss.
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
    /// The header fields; names in lower case. The runner adds `Authorization`.
    pub headers: BTreeMap<String, String>,
    /// The body, where it is text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// The body, where it is not text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body_base64: Option<String>,
}

/// The expected result of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestExpectation {
    /// Whether it is accepted.
    pub outcome: ExpectedOutcome,
    /// The error codes that fit a refusal; empty means any.
    pub codes: Vec<i64>,
    /// The allowed interpretations, by name, if the vector tests a reading.
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
    /// Either of the two, but no 5xx and no silence.
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
