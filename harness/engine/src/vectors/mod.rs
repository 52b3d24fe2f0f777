//! Vectors as data: the contents of their files, what they are made from, and how they are read.
//!
//! [`HttpVector::for_subject`] adapts an HTTP vector to a subject. [`publish`](crate::publish) prints and checks the
//! files; it knows the plan, and nothing here does.

mod answer;
pub(crate) mod derived;
pub(crate) mod document;
pub(crate) mod drawn;
pub(crate) mod embedded;
pub(crate) mod flags;
pub(crate) mod group;
pub(crate) mod ids;
pub(crate) mod inputs;
pub(crate) mod published;
pub(crate) mod read;
pub(crate) mod real_input;
pub(crate) mod subject;
mod substitute;
pub(crate) mod unique;

pub use answer::{AnswerVector, CannedAnswer, Expectation, Follows};
pub use document::{
    Alteration, DerivedId, DerivedVector, ExpectedOutcome, GeneratedFrom, GroupVector, HttpVector, Omitted,
    PublishedVector, RequestExpectation, RequestVector, UniqueVector, User, VERSION, Vector, VectorDocument,
    VectorFlag, VectorResult,
};
pub use embedded::{EmbeddedCase, VectorRequest, embedded_cases};
pub(crate) use ids::{IdVector, group_id, id_vectors, unique_id};
use mixinspec_spec::Spec;
pub use read::{VectorFinding, read_answers};

/// The derivation of two users' conversation; its vectors have their own form.
pub const UNIQUE: &str = "unique_conversation_id";
/// The derivation of a group's id; its vectors have their own form too.
pub const GROUP: &str = "group_conversation_id";

/// The files of a spec, by the name that `--only` takes: those that are checked in, and one for each other derivation.
#[must_use]
pub fn files(spec: &Spec) -> Vec<String> {
    let own = spec.document.derivations.keys().map(|name| name.replace('_', "-"));
    let others = own.filter(|name| !FILES.contains(&name.as_str()));
    FILES.into_iter().map(str::to_owned).chain(others).collect()
}

/// The files that are checked in.
pub const FILES: [&str; 5] =
    ["unique-conversation-id", "group-conversation-id", "create-conversation", "answers", "published"];

/// The schemas of the files, by path in the folder of vectors. They are stored in this package, since a package can
/// only include its own files; those in vectors/ are printed from them.
pub(crate) const SCHEMAS: [(&str, &str); 5] = [
    ("schemas/unique-conversation-id.schema.json", include_str!("../../schemas/unique-conversation-id.schema.json")),
    ("schemas/group-conversation-id.schema.json", include_str!("../../schemas/group-conversation-id.schema.json")),
    ("schemas/create-conversation.schema.json", include_str!("../../schemas/create-conversation.schema.json")),
    ("schemas/answers.schema.json", include_str!("../../schemas/answers.schema.json")),
    ("schemas/published.schema.json", include_str!("../../schemas/published.schema.json")),
];
