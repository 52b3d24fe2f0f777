//! What becomes of a report, whatever was judged: the gate, the files, the text on the terminal, the exit status.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use mixinspec_engine::gate::{Gate, KnownFailures, Plan};
use mixinspec_engine::report::Report;
use mixinspec_engine::reporter::{Style, json, junit, terminal};
use mixinspec_engine::status::ExitStatus;
use mixinspec_spec::files;

use super::Done;
use crate::options::{Format, ReportTo, ResultArgs};
use crate::problem::Problem;
use crate::terminal::Terminal;

/// How much of a file of known failures is read, in bytes.
const LONGEST_KNOWN: u64 = 4 << 20;

/// A run that is over.
pub(super) struct Concluded<'a> {
    pub(super) results: &'a ResultArgs,
    pub(super) report: &'a Report,
    /// The known failures, with the plan that they are looked up in.
    pub(super) known: Option<(&'a KnownFailures, &'a dyn Plan)>,
    pub(super) interrupted: bool,
    pub(super) elapsed: Duration,
    /// The command that runs against the same subject in the same way.
    pub(super) replay: &'a str,
}

impl Concluded<'_> {
    /// Writes what is asked for, prints the report, and says what it comes to.
    pub(super) fn conclude(&self, terminal: &Terminal) -> Done {
        let Self { results, report, interrupted, elapsed, replay, .. } = *self;
        let gate = self.known.map(|(known, plan)| known.judge(report, plan, now()));
        let strict = results.strict;
        let excused = |id: &str| gate.as_ref().is_some_and(|gate| gate.known.contains_key(id));
        let gate_broken = gate.as_ref().is_some_and(|gate| !gate.broken.is_empty());
        let mut status = ExitStatus::of(report, strict, gate_broken, excused);
        if interrupted {
            // Whatever was found until then is in the reports; it is no verdict, neither for nor against the subject.
            status = ExitStatus::Inconclusive;
        }
        write_reports(results, terminal, report, gate.as_ref())?;
        if let Some(file) = &results.write_known_failures {
            let text = KnownFailures::write(report, strict, self.known.map(|(known, _)| known));
            fs::write(file, text).map_err(|error| Problem::unwritable("--write-known-failures", file, &error))?;
        }
        let ending = terminal::Ending { status, interrupted, elapsed: Some(elapsed), gate: gate.as_ref(), replay };
        let to_errors = results.report.iter().any(|report| report.file.is_none());
        if to_errors {
            // Standard output holds a report for a program.
            let style = Style { colors: terminal.colors_errors(), ..terminal.style() };
            terminal.note(&terminal::render(report, &ending, style));
        } else {
            terminal.print(&terminal::render(report, &ending, terminal.style()));
        }
        Ok(status)
    }
}

/// Reads a file of known failures.
pub(super) fn read_known(file: &Path) -> Result<KnownFailures, Box<Problem>> {
    let text = files::read_to_string(file, LONGEST_KNOWN)
        .map_err(|error| Problem::unreadable("--known-failures", file, &error))?;
    KnownFailures::read(&file.display().to_string(), &text).map_err(|error| Box::new(Problem::known(error, &text)))
}

/// Finds out before the first request whether reports can be written: a run is not to be lost for a mistyped folder.
pub(super) fn writable(results: &ResultArgs) -> Result<(), Box<Problem>> {
    let reports = results.report.iter().filter_map(|report| report.file.as_deref());
    let reports = reports.map(|file| ("--report", file));
    let known = results.write_known_failures.as_deref().map(|file| ("--write-known-failures", file));
    let mut seen = BTreeSet::new();
    for (option, file) in reports.chain(known) {
        if !seen.insert(file) {
            return Err(Box::new(Problem::Command {
                reason: format!("write {} twice", file.display()),
                help: "give each report a file of its own".into(),
            }));
        }
        let tried = match file.parent() {
            _ if file.exists() => fs::OpenOptions::new().append(true).open(file).map(drop),
            Some(folder) if folder != Path::new("") => fs::read_dir(folder).map(drop),
            _ => Ok(()),
        };
        tried.map_err(|error| Problem::unwritable(option, file, &error))?;
    }
    if results.report.iter().filter(|report| report.file.is_none()).count() > 1 {
        return Err(Box::new(Problem::Command {
            reason: "write two reports to standard output".into(),
            help: "give one of them a file".into(),
        }));
    }
    Ok(())
}

fn write_reports(
    results: &ResultArgs,
    terminal: &Terminal,
    report: &Report,
    gate: Option<&Gate>,
) -> Result<(), Box<Problem>> {
    for ReportTo { format, file } in &results.report {
        let text = match format {
            Format::Json => json::render(report).map_err(|error| error.to_string()),
            Format::Junit => junit::render(report, results.strict, gate).map_err(|error| error.to_string()),
        };
        let text = text.map_err(|reason| Problem::Runtime { reason: format!("write a report: {reason}") })?;
        match file {
            None => terminal.print(&text),
            Some(file) => {
                fs::write(file, text).map_err(|error| Problem::unwritable("--report", file, &error))?;
            }
        }
    }
    Ok(())
}

/// Eight digits that no other run is likely to have.
pub(super) fn random_run_id() -> String {
    use std::hash::{BuildHasher, Hasher};
    // The standard library has one source of randomness; it seeds hash maps with it.
    let number = std::hash::RandomState::new().build_hasher().finish();
    format!("{:08x}", number >> 32)
}

/// Our clock, in microseconds since 1970.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}
