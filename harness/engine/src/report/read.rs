//! Reads a report back from JSON, of this version of its format or of an older one.

use serde::Deserialize;

use super::{Report, VERSION};

/// Why a text is no report that can be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Unreadable {
    /// It is no JSON.
    #[error("it is no JSON: {0}")]
    NotJson(serde_json::Error),
    /// It says of no version that it has.
    #[error("it is no report of mixinspec, which has a `version`")]
    NoReport,
    /// It comes from a later mixinspec.
    #[error("it has version {0} of the format, and this mixinspec reads versions up to {VERSION}")]
    Newer(u64),
    /// It lacks something, or has it in another form.
    #[error("it is no report of version {version}: {error}")]
    Wrong {
        /// The version that it says it has.
        version: u64,
        /// What is wrong, and where.
        error: serde_json::Error,
    },
}

/// All that a report must have to be one.
#[derive(Deserialize)]
struct Header {
    version: u64,
}

/// The report that a JSON text holds. An older version is read where what it has is enough.
///
/// # Errors
/// When it is no JSON, no report, or a report of a later version.
pub fn read(text: &str) -> Result<Report, Unreadable> {
    let Header { version } = serde_json::from_str(text).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => Unreadable::NoReport,
        _ => Unreadable::NotJson(error),
    })?;
    if version > u64::from(VERSION) {
        return Err(Unreadable::Newer(version));
    }
    serde_json::from_str(text).map_err(|error| Unreadable::Wrong { version, error })
}
