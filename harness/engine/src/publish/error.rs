//! Why vectors cannot be generated.

use crate::identity::derivation::DeriveError;

/// Why vectors cannot be generated.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VectorError {
    /// There is no such file.
    #[error("there is no file of vectors named `{name}`; there are {known}")]
    UnknownFile {
        /// The name in the settings.
        name: String,
        /// The known names.
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
