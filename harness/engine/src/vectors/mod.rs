//! The vectors: fixed cases in files, for whoever wants to test an implementation without this program.
//!
//! [`generate`] prints the files from the spec's derivations and plan, the same for the same seed; [`verify`] computes
//! everything in a folder of them again. A vector of HTTP is put to a subject by [`HttpVector::for_subject`]. What is
//! checked in, in `vectors/`, is what [`generate`] prints with [`Settings::default`].

mod answers;
mod document;
mod embedded;
mod flags;
mod generate;
mod group;
mod http;
mod inputs;
mod layout;
mod published;
mod real_input;
mod subject;
mod substitute;
mod unique;
mod verify;

pub use answers::{Answer, AnswerVector, Expectation, Follows};
pub use document::{
    Alteration, Derived, Document, Expected, ExpectedOutcome, Flag, Generator, GroupVector, HttpVector, Omitted,
    PublishedVector, Request, UniqueVector, User, VERSION, Vector, Verdict,
};
pub use embedded::{EmbeddedCase, VectorRequest, embedded_cases};
pub use generate::{File, Settings, VectorError, generate};
pub use verify::{Finding, read_answers, verify};

pub(crate) use generate::id_vectors;

/// The files, by the name that `--only` takes.
pub const FILES: [&str; 5] =
    ["unique-conversation-id", "group-conversation-id", "create-conversation", "answers", "published"];

/// The schemas of the files, by path in the folder of vectors.
const SCHEMAS: [(&str, &str); 5] = [
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
