//! Reads reports from JSON, of this version of the format or an older one.

use serde::Deserialize;

use super::{Report, VERSION};

/// Why a text cannot be read as a report.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Unreadable {
    /// It is not JSON.
    #[error("it is no JSON: {0}")]
    NotJson(serde_json::Error),
    /// It has no `version`.
    #[error("it is no report of mixinspec, which has a `version`")]
    NoReport,
    /// It comes from a later mixinspec.
    #[error("it has version {0} of the format, and this mixinspec reads versions up to {VERSION}")]
    Newer(u64),
    /// A member is missing or has the wrong form.
    #[error("it is no report of version {version}: {error}")]
    Wrong {
        /// The version that it states.
        version: u64,
        /// What is wrong, and where.
        error: serde_json::Error,
    },
}

/// The member that every report has.
#[derive(Deserialize)]
struct Header {
    version: u64,
}

/// Reads a report from JSON. A report of an older version is read if it has all the members that are needed.
///
/// # Errors
/// When it is not JSON, not a report, or a report of a later version.
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
