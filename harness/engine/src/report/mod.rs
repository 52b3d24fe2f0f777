//! What a run found, as one value: every report format is made from it.

pub(crate) mod causes;
mod conclusion;
pub mod diff;
mod edition;
pub mod gate;
pub mod item;
pub mod merge;
pub mod read;
pub mod status;

use std::collections::BTreeMap;
use std::time::Duration;

use mixinspec_spec::model::{Area, Level, SourceRef, Subject};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::conclusion::{Conclusion, End, OutOfDate};
pub use self::edition::{EditionReport, chosen};
use crate::findings::latency::Latency;
use crate::findings::record::Failure;
use crate::findings::spread::Share;
use crate::findings::verdict::{Rate, Verdict};
use crate::identity::case_id::CaseId;
use crate::report::status::ExitStatus;
use crate::text::time;
use item::Item;

/// The version of the report's format.
pub const VERSION: u32 = 2;

/// What a run found.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// The version of this format.
    pub version: u32,
    /// The version of mixinspec.
    pub mixinspec: String,
    /// SHA-256 over the spec's documents.
    pub spec_hash: String,
    /// What was judged: a server or an SDK.
    pub kind: Subject,
    /// The server's base URL; the SDK's name and the command of its adapter.
    pub subject: String,
    /// The edition that the verdicts below are of.
    pub edition: String,
    /// Whether the edition was chosen by what the subject showed (`--edition auto`).
    pub edition_was_chosen: bool,
    /// The other editions that were judged, where the choice was open.
    pub also_judged: Vec<EditionSummary>,
    /// The seed that decides the cases.
    pub seed: u64,
    /// The run id that decides the ids.
    pub run_id: String,
    /// How many generated cases each property had.
    pub cases: u64,
    /// Whether only a part of the plan ran (`--only`, `--skip`, `--replay`, `--fail-fast`, an interruption, a server
    /// that was given up).
    pub filtered: bool,
    /// The one case that ran, with what it depends on (`--replay`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replayed: Option<String>,
    /// How the run went as a whole.
    #[serde(flatten)]
    pub conclusion: Conclusion,
    /// How many requests were sent, in all editions.
    pub exchanges: u64,
    /// How many calls were made of an SDK, in all editions.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub calls: u64,
    /// How many answers said that there were too many requests.
    pub throttled: u64,
    /// How many requests went out once more on a connection of their own, since one that was kept open had ended.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub resent: u64,
    /// How many requirements there are of each verdict.
    pub counts: Counts,
    /// The requirements.
    pub requirements: Vec<RequirementReport>,
    /// The readings.
    pub readings: Vec<ReadingReport>,
    /// What is worth knowing, and no verdict.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// How long the answers of a server took, in all editions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency: Option<Latency>,
    /// The reports that were merged into this one, which has the seed of the first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub merged: Vec<MergedReport>,
}

/// A report that was merged into another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MergedReport {
    /// What was judged.
    pub subject: String,
    /// The seed that decided its cases.
    pub seed: u64,
    /// The run id that decided its ids.
    pub run_id: String,
    /// When it began: RFC 3339, UTC.
    pub started: String,
    /// Its own exit status.
    pub exit_status: u8,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl Report {
    /// The report of a run that ended before anything was judged.
    #[must_use]
    pub fn of_error(kind: Subject, subject: String, edition: String, reason: String) -> Self {
        Self {
            version: VERSION,
            mixinspec: env!("CARGO_PKG_VERSION").into(),
            spec_hash: String::new(),
            kind,
            subject,
            edition,
            edition_was_chosen: false,
            also_judged: Vec::new(),
            seed: 0,
            run_id: String::new(),
            cases: 0,
            filtered: false,
            replayed: None,
            conclusion: Conclusion { end: End::Error, end_reason: Some(reason), ..Conclusion::default() },
            exchanges: 0,
            calls: 0,
            throttled: 0,
            resent: 0,
            counts: Counts::default(),
            requirements: Vec::new(),
            readings: Vec::new(),
            notes: Vec::new(),
            latency: None,
            merged: Vec::new(),
        }
    }

    /// Whether the run came to its end with every case of what it judges.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.conclusion.end == End::Complete && self.replayed.is_none()
    }

    /// Adds what is known when everything is over: the exit status, the times, and what is accepted for now, for which
    /// `known` has a reason by its id. `started` counts microseconds since 1970, UTC.
    pub fn conclude(
        &mut self,
        known: impl Fn(&str) -> Option<String>,
        status: ExitStatus,
        started: i64,
        took: Duration,
    ) {
        self.conclusion.started = time::rfc3339(started);
        self.conclusion.duration_seconds = seconds(took);
        self.conclusion.exit_status = status.code();
        for requirement in &mut self.requirements {
            requirement.known_reason = known(&requirement.id);
            requirement.known = requirement.known_reason.is_some();
        }
        for reading in &mut self.readings {
            reading.known_reason = known(&reading.id);
            reading.known = reading.known_reason.is_some();
        }
    }
}

/// How many requirements there are of each verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Counts {
    /// Passes.
    pub pass: usize,
    /// Failures.
    pub fail: usize,
    /// Warnings.
    pub warn: usize,
    /// Undecided.
    pub inconclusive: usize,
    /// Not applicable.
    pub not_applicable: usize,
    /// Errors of ours.
    pub error: usize,
}

/// One edition in a few words.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct EditionSummary {
    /// The edition.
    pub edition: String,
    /// How many requirements there are of each verdict.
    pub counts: Counts,
    /// The ids that failed.
    pub failed: Vec<String>,
}

/// A requirement's verdict.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct RequirementReport {
    /// Its id.
    pub id: String,
    /// Its row in docs/requirements.md.
    pub row: String,
    /// What it is about.
    pub area: Area,
    /// Its level.
    pub level: Level,
    /// The verdict.
    pub verdict: Verdict,
    /// How many seconds its own cases took; several run at once.
    #[serde(default)]
    pub duration_seconds: f64,
    /// On how many exchanges and cases it held.
    pub evidence: u64,
    /// On how many it did not.
    pub broken: u64,
    /// Why it is neither a pass nor a failure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The failing requirements and readings that alone keep it from being decided.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub because: Vec<String>,
    /// Whether it is accepted for now: it stands in the file of known failures, or is undecided because of what does.
    pub known: bool,
    /// Why it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_reason: Option<String>,
    /// The failing requirement that it rests on: its failure follows from that one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows: Option<String>,
    /// Whether it fails in a case that others rest on, such as a plain request.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub plain: bool,
    /// Its statement.
    pub statement: String,
    /// What to change where it is broken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// Where it is said.
    pub source: Vec<SourceRef>,
    /// Whom it breaks.
    pub breaks: Vec<String>,
    /// The cases in which it did not hold, in their order; the first hundred.
    pub failing_cases: Vec<CaseId>,
    /// Whether there are more of them.
    pub more_cases: bool,
    /// How often the first of them failed when it was tried again, where it did not always: a flaky failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flaky: Option<Rate>,
    /// Where it is broken, among the answers to which requests: for what is judged on single answers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spread: Vec<Share>,
    /// The first failures, the smallest request first.
    pub failures: Vec<Failure>,
}

/// What a run saw of a reading.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ReadingReport {
    /// Its id.
    pub id: String,
    /// Its row in docs/requirements.md.
    pub row: String,
    /// The question.
    pub question: String,
    /// Pass where an allowed reading was seen.
    pub verdict: Verdict,
    /// How many seconds its own cases took; several run at once.
    #[serde(default)]
    pub duration_seconds: f64,
    /// The readings seen, with the number of cases and the first case: one, or more where the subject is of two minds.
    pub observed: BTreeMap<String, Observed>,
    /// Why none was seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The failing requirements and readings that alone keep it from being decided.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub because: Vec<String>,
    /// Whether it is accepted for now: it stands in the file of known failures, or is undecided because of what does.
    pub known: bool,
    /// Why it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_reason: Option<String>,
    /// The failing requirement that it rests on: that it shows none of the readings follows from that one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows: Option<String>,
    /// Where the sources leave it open.
    pub source: Vec<SourceRef>,
    /// The cases that show none of the readings, in their order; the first hundred.
    pub failing_cases: Vec<CaseId>,
    /// Whether there are more of them.
    pub more_cases: bool,
    /// How often the first of them failed when it was tried again, where it did not always: a flaky failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flaky: Option<Rate>,
    /// What was seen that is none of the readings.
    pub failures: Vec<Failure>,
}

/// A reading that was seen.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Observed {
    /// In how many cases.
    pub cases: u64,
    /// The first of them.
    pub case: CaseId,
}

impl Report {
    /// Everything that was judged: the requirements, then the readings.
    pub fn items(&self) -> impl Iterator<Item = Item<'_>> {
        item::items(&self.requirements, &self.readings)
    }

    /// How many musts and readings fail because of others that fail; what is accepted for now counts for none of them.
    #[must_use]
    pub fn following(&self, known: impl Fn(&str) -> bool) -> usize {
        let failing = self.items().filter(|item| item.verdict == Verdict::Fail);
        failing.filter(|item| !known(item.id) && item.follows.is_some_and(|base| !known(base))).count()
    }
}

/// Counts verdicts.
#[must_use]
pub fn count(verdicts: impl Iterator<Item = Verdict>) -> Counts {
    let mut counts = Counts::default();
    for verdict in verdicts {
        *match verdict {
            Verdict::Pass => &mut counts.pass,
            Verdict::Fail => &mut counts.fail,
            Verdict::Warn => &mut counts.warn,
            Verdict::Inconclusive => &mut counts.inconclusive,
            Verdict::NotApplicable => &mut counts.not_applicable,
            Verdict::Error => &mut counts.error,
        } += 1;
    }
    counts
}

/// A time in seconds, to the millisecond.
fn seconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1000.0).round() / 1000.0
}
