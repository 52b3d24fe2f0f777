//! Why there are no vectors.

use crate::identity::derivation::DeriveError;

/// Why there are no vectors.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VectorError {
    /// There is no such file.
    #[error("there is no file of vectors named `{name}`; there are {known}")]
    UnknownFile {
        /// What was asked for.
        name: String,
        /// The files that there are.
        known: String,
    },
    /// The spec lacks a derivation.
    #[error(transparent)]
    Derive(#[from] DeriveError),
    /// A case of the spec cannot be made.
    #[error("failed to plan edition {edition}: {reason}")]
    Plan {
        /// The edition.
        edition: String,
        /// What is wrong.
        reason: String,
    },
    /// A vector cannot be written as JSON.
    #[error("failed to write a vector: {0}")]
    Json(#[from] serde_json::Error),
}
