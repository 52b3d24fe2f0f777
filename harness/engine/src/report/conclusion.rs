//! The outcome of a run as a whole: when it ran, how it ended, and its exit status.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The outcome of a run as a whole: when it ran, how it ended, and its exit status.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Conclusion {
    /// When the run began: RFC 3339, UTC.
    pub started: String,
    /// How many seconds the run took.
    pub duration_seconds: f64,
    /// The exit status that follows from the verdicts. The program itself exits with 2 if a report could not be
    /// written.
    pub exit_status: u8,
    /// Why the run ended.
    pub end: End,
    /// Why the run ended, in words; absent if it was complete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_reason: Option<String>,
    /// Whether warnings fail the run (`--strict`).
    #[serde(default)]
    pub strict: bool,
    /// The command that repeats the run. To run a single case, add `--replay CASE`, before the ` -- ` if there is one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub command: String,
    /// The entries of the file of known failures that are out of date.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub out_of_date: Vec<OutOfDate>,
}

/// An entry of the file of known failures that is out of date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OutOfDate {
    /// The path of the file of known failures.
    pub file: String,
    /// The id that the entry names.
    pub names: String,
    /// The entry's line, what is wrong with it, and what to do.
    pub reason: String,
}

/// Why a run ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// The run did everything that it was asked to do.
    #[default]
    Complete,
    /// The run ended at the first failure (`--fail-fast`).
    FailFast,
    /// The run had sent as many requests as it may (`--max-requests`).
    MaxRequests,
    /// The user stopped the run.
    Stopped,
    /// The subject stopped answering.
    GivenUp,
    /// The run ended before it judged anything: the command, a file or the spec is wrong, or the subject cannot be
    /// reached.
    Error,
}

impl End {
    /// The word for it in JSON.
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

    /// Whether the run ended too early to say anything about the subject, except for what was found until then.
    #[must_use]
    pub fn is_early(self) -> bool {
        matches!(self, Self::Stopped | Self::GivenUp | Self::Error)
    }
}
