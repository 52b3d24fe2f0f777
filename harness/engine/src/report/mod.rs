//! The report of a run, from which every report format is rendered.

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

/// The report of a run: its settings, its verdicts, and the failures.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// The version of this format.
    pub version: u32,
    /// The version of mixinspec.
    pub mixinspec: String,
    /// SHA-256 over the spec's documents.
    pub spec_hash: String,
    /// The kind of subject that was judged: a server or an SDK.
    pub kind: Subject,
    /// The base URL of the server; or the name of the SDK and the command of its adapter.
    pub subject: String,
    /// The edition of the API by which the verdicts in this report were reached.
    pub edition: String,
    /// Whether mixinspec chose the edition that the subject fits best (`--edition auto`).
    pub edition_was_chosen: bool,
    /// The other editions that were judged, if mixinspec chose the edition.
    pub also_judged: Vec<EditionSummary>,
    /// The seed that generated cases derive from.
    pub seed: u64,
    /// The run id that the ids of users and things derive from.
    pub run_id: String,
    /// The number of generated cases of each property.
    pub cases: u64,
    /// Whether only a part of the plan ran (`--only`, `--skip`, `--replay`, `--fail-fast`, an interruption, or a server
    /// that stopped answering).
    pub filtered: bool,
    /// The id of the only case that ran, apart from the cases that it depends on (`--replay`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replayed: Option<String>,
    /// The outcome of the run as a whole.
    #[serde(flatten)]
    pub conclusion: Conclusion,
    /// The number of requests that were sent, in all editions.
    pub exchanges: u64,
    /// The number of calls that were made to an SDK, in all editions.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub calls: u64,
    /// The number of answers that asked to wait: throttled, or 503 with Retry-After.
    pub throttled: u64,
    /// The number of requests that were sent again on a new connection because the kept-alive connection had ended.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub resent: u64,
    /// The number of requirements and readings with each verdict.
    pub counts: Counts,
    /// The requirements.
    pub requirements: Vec<RequirementReport>,
    /// The readings.
    pub readings: Vec<ReadingReport>,
    /// Remarks on the run that are not verdicts, for example that the certificate was not verified.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// The response times of a server, in all editions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency: Option<Latency>,
    /// The reports that were merged into this one. Its `seed` is that of the first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub merged: Vec<MergedReport>,
}

/// A report that was merged into another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MergedReport {
    /// The subject that was judged.
    pub subject: String,
    /// The seed of its generated cases.
    pub seed: u64,
    /// The run id of its ids.
    pub run_id: String,
    /// When it began: RFC 3339, UTC.
    pub started: String,
    /// The exit status of its run.
    pub exit_status: u8,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl Report {
    /// The report of a run that ended before it judged anything.
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

    /// Whether the run was complete, and judged all cases of the selected checks.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.conclusion.end == End::Complete && self.replayed.is_none()
    }

    /// Adds what is known at the end of a run: the exit status, the times, and the reasons for which failures are
    /// accepted, which `known` finds by id. `started` counts microseconds since 1970, UTC.
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

/// The number of requirements and readings with each verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Counts {
    /// Requirements that hold, and readings of which an allowed interpretation was seen.
    pub pass: usize,
    /// Musts that are broken, and readings of which no allowed interpretation was seen.
    pub fail: usize,
    /// Shoulds that are broken.
    pub warn: usize,
    /// Requirements and readings that could not be decided.
    pub inconclusive: usize,
    /// Requirements and readings that do not apply to this subject or run.
    pub not_applicable: usize,
    /// Requirements and readings that could not be judged because mixinspec or the spec is wrong.
    pub error: usize,
}

/// A summary of the verdicts of one edition.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct EditionSummary {
    /// The edition.
    pub edition: String,
    /// The number of requirements and readings with each verdict.
    pub counts: Counts,
    /// The ids of the musts and readings that failed.
    pub failed: Vec<String>,
}

/// A requirement's verdict.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct RequirementReport {
    /// Its id.
    pub id: String,
    /// The name of its row in docs/requirements.md.
    pub row: String,
    /// The area of behaviour that it belongs to.
    pub area: Area,
    /// Its level.
    pub level: Level,
    /// The verdict.
    pub verdict: Verdict,
    /// The sum of the durations of its own cases, in seconds; cases run in parallel.
    #[serde(default)]
    pub duration_seconds: f64,
    /// The number of exchanges and cases that satisfy it.
    pub evidence: u64,
    /// The number of exchanges and cases that break it.
    pub broken: u64,
    /// Why it is neither a pass nor a failure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The failing requirements and readings that are the only reason why it is undecided.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub because: Vec<String>,
    /// Whether its result is accepted for now: it is listed in the file of known failures, or is undecided only because
    /// of entries of that file.
    pub known: bool,
    /// Why its result is accepted, as the file of known failures says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_reason: Option<String>,
    /// The failing requirement that this failure follows from: the root of those that it rests on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows: Option<String>,
    /// Whether it fails in a case that other requirements rest on, such as a plain request.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub plain: bool,
    /// Its normative statement, in one sentence.
    pub statement: String,
    /// How to repair a subject that breaks it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// The sentences of the sources that state it.
    pub source: Vec<SourceRef>,
    /// The published SDKs and apps that fail if it is broken.
    pub breaks: Vec<String>,
    /// The ids of the cases that break it, in the order of the cases; at most 100.
    pub failing_cases: Vec<CaseId>,
    /// Whether more cases failed than `failing_cases` lists.
    pub more_cases: bool,
    /// The failure rate of the first failing case when it was repeated, if it did not fail every time: a flaky failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flaky: Option<Rate>,
    /// The answers that break it, counted by operation and kind of request; only for requirements on single answers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spread: Vec<Share>,
    /// The failures of the first cases, sorted by the size of the request.
    pub failures: Vec<Failure>,
}

/// The interpretations of a reading that a run observed.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ReadingReport {
    /// Its id.
    pub id: String,
    /// The name of its row in docs/requirements.md.
    pub row: String,
    /// The question that the sources leave open.
    pub question: String,
    /// The verdict; `pass` if an allowed interpretation was seen.
    pub verdict: Verdict,
    /// The sum of the durations of its own cases, in seconds; cases run in parallel.
    #[serde(default)]
    pub duration_seconds: f64,
    /// The interpretations seen, by name. Several, if the subject is inconsistent.
    pub observed: BTreeMap<String, Observed>,
    /// Why no interpretation was seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The failing requirements and readings that are the only reason why it is undecided.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub because: Vec<String>,
    /// Whether its result is accepted for now: it is listed in the file of known failures, or is undecided only because
    /// of entries of that file.
    pub known: bool,
    /// Why its result is accepted, as the file of known failures says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_reason: Option<String>,
    /// The failing requirement that this failure follows from: the root of those that the reading rests on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows: Option<String>,
    /// The sentences of the sources that leave it open.
    pub source: Vec<SourceRef>,
    /// The ids of the cases that show no allowed interpretation, in the order of the cases; at most 100.
    pub failing_cases: Vec<CaseId>,
    /// Whether more cases failed than `failing_cases` lists.
    pub more_cases: bool,
    /// The failure rate of the first failing case when it was repeated, if it did not fail every time: a flaky failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flaky: Option<Rate>,
    /// The exchanges that show no allowed interpretation.
    pub failures: Vec<Failure>,
}

/// How often an interpretation was seen.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Observed {
    /// The number of cases that show it.
    pub cases: u64,
    /// One case that shows it.
    pub case: CaseId,
}

impl Report {
    /// Everything that was judged: the requirements, then the readings.
    pub fn items(&self) -> impl Iterator<Item = Item<'_>> {
        item::items(&self.requirements, &self.readings)
    }

    /// The number of failing musts and readings that follow from other failures, without those that are accepted for
    /// now.
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
