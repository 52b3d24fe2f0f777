//! How a run went as a whole.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a run went as a whole.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Conclusion {
    /// When it began: RFC 3339, UTC.
    pub started: String,
    /// How many seconds it took.
    pub duration_seconds: f64,
    /// The exit status that follows from what was found. The program's own is 2 where a report could not be written.
    pub exit_status: u8,
    /// Why it ended.
    pub end: End,
    /// The same in words, unless it was complete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_reason: Option<String>,
    /// Whether warnings fail the run (`--strict`).
    #[serde(default)]
    pub strict: bool,
    /// The command that judges the same subject in the same way; with `--replay CASE`, before its ` -- ` where it has one,
    /// it runs one case.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub command: String,
    /// The entries of the file of known failures that are out of date.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub out_of_date: Vec<OutOfDate>,
}

/// An entry of the file of known failures that is out of date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OutOfDate {
    /// The file.
    pub file: String,
    /// What the entry names.
    pub names: String,
    /// Its line, what is wrong with it, and what to do.
    pub reason: String,
}

/// Why a run ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// Everything that was asked for was done.
    #[default]
    Complete,
    /// At the first failure (`--fail-fast`).
    FailFast,
    /// At the number of requests that it may send (`--max-requests`).
    MaxRequests,
    /// The user stopped it.
    Stopped,
    /// The subject stopped answering.
    GivenUp,
    /// Before anything was judged: the command, a file or the spec is wrong, or the subject is not there.
    Error,
}

impl End {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::FailFast => "fail_fast",
            Self::MaxRequests => "max_requests",
            Self::Stopped => "stopped",
            Self::GivenUp => "given_up",
            Self::Error => "error",
        }
    }

    /// Whether nothing can be said of the subject for it, beside what was found until then.
    #[must_use]
    pub fn is_early(self) -> bool {
        matches!(self, Self::Stopped | Self::GivenUp | Self::Error)
    }
}
