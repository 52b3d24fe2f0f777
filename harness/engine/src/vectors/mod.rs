//! Vectors as data: what stands in their files, what they are made of, and how they are read.
//!
//! A vector of HTTP is put to a subject by [`HttpVector::for_subject`]. The files are printed and checked by
//! [`publish`](crate::publish), which knows the plan; nothing here does.

mod answer;
pub(crate) mod document;
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

pub use answer::{Answer, AnswerVector, Expectation, Follows};
pub use document::{
    Alteration, Derived, Document, Expected, ExpectedOutcome, Flag, Generator, GroupVector, HttpVector, Omitted,
    PublishedVector, Request, UniqueVector, User, VERSION, Vector, Verdict,
};
pub use embedded::{EmbeddedCase, VectorRequest, embedded_cases};
pub(crate) use ids::id_vectors;
pub use read::{Finding, read_answers};

/// The files, by the name that `--only` takes.
pub const FILES: [&str; 5] =
    ["unique-conversation-id", "group-conversation-id", "create-conversation", "answers", "published"];

/// The schemas of the files, by path in the folder of vectors.
pub(crate) const SCHEMAS: [(&str, &str); 5] = [
    (
        "schemas/unique-conversation-id.schema.json",
        include_str!("../../../../vectors/schemas/unique-conversation-id.schema.json"),
    ),
    (
        "schemas/group-conversation-id.schema.json",
        include_str!("../../../../vectors/schemas/group-conversation-id.schema.json"),
    ),
    (
        "schemas/create-conversation.schema.json",
        include_str!("../../../../vectors/schemas/create-conversation.schema.json"),
    ),
    ("schemas/answers.schema.json", include_str!("../../../../vectors/schemas/answers.schema.json")),
    ("schemas/published.schema.json", include_str!("../../../../vectors/schemas/published.schema.json")),
];
