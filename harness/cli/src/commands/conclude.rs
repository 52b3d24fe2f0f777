//! Finishes a run, whatever it judged: applies the gate, prints the report, writes the files, and computes the exit
//! status.

use std::ffi::OsString;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use mixinspec_engine::reporter::{Ending, Style, terminal};
use mixinspec_engine::{CaseIndex, ExitStatus, Gate, KnownFailures, Report};
use mixinspec_spec::files;
use mixinspec_spec::model::Subject;

use super::Done;
use crate::github::WorkflowStep;
use crate::options::{Global, ReportTo, ResultArgs};
use crate::outputs::{self, NamedOutput};
use crate::problem::CommandProblem;
use crate::terminal::Terminal;

/// How many bytes of a file of known failures are read at most.
const LONGEST_KNOWN: u64 = 4 << 20;

/// The start of a run, by both clocks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Began {
    at: Instant,
    /// In microseconds since 1970.
    micros: i64,
}

impl Began {
    pub(super) fn now() -> Self {
        Self { at: Instant::now(), micros: now() }
    }

    fn took(self) -> Duration {
        self.at.elapsed()
    }
}

/// A file of known failures: the parsed entries, and the text.
#[derive(Debug)]
pub(super) struct Known {
    failures: KnownFailures,
    text: String,
}

/// A finished run.
pub(super) struct Concluded<'a> {
    pub(super) results: &'a ResultArgs,
    pub(super) report: Report,
    /// The known failures; `plan` is the plan that they are looked up in.
    pub(super) known: Option<&'a Known>,
    pub(super) plan: &'a dyn CaseIndex,
    pub(super) began: Began,
    /// The command that repeats the run.
    pub(super) replay: &'a str,
}

impl Concluded<'_> {
    /// Prints the report, writes the files, and returns the exit status. The verdicts are printed first, because
    /// writing a file may fail.
    pub(super) fn conclude(mut self, terminal: &Terminal) -> ExitStatus {
        let Self { results, known, plan, began, replay, .. } = self;
        let mut gate = known.map(|known| known.failures.judge(&self.report, plan, now()));
        let mut files: Vec<(NamedOutput<'_>, String)> = Vec::new();
        if let (true, Some(known), Some(gate), Some(file)) = (results.prune, known, &mut gate, &results.known_failures)
        {
            let pruned = known.failures.pruned(&known.text, gate);
            gate.prune();
            if !gate.pruned.is_empty() {
                files.push((("--prune", file), pruned));
            }
        }
        let gate = gate.as_ref();
        let excused = |id: &str| gate.is_some_and(|gate| gate.excuses(id));
        let is_broken = gate.is_some_and(|gate| !gate.broken.is_empty());
        let status = ExitStatus::of(&self.report, results.strict, is_broken, excused);
        let took = began.took();
        self.report.conclude(|id| gate.and_then(|gate| gate.reason(id)), status, began.micros, took);
        let conclusion = &mut self.report.conclusion;
        conclusion.strict = results.strict;
        replay.clone_into(&mut conclusion.command);
        conclusion.out_of_date = gate.map(Gate::out_of_date).unwrap_or_default();
        let report = &self.report;
        let github = WorkflowStep::of(results);
        let ending = Ending { status, elapsed: Some(took), gate, replay };
        if results.writes_to_output() {
            // Standard output is for a report that a program reads.
            let style = Style { colors: terminal.colors_errors(), ..terminal.style() };
            terminal.note(&github.guarded(terminal::render(report, &ending, style)));
        } else {
            terminal.print(&github.guarded(terminal::render(report, &ending, terminal.style())));
        }
        github.tell(report, terminal);
        if let Some(file) = &results.write_known_failures {
            // Keep the entries of the file that this run does not contradict.
            let before = if known.is_none() && holds_something(file) { read_known(file).ok() } else { None };
            let older = known.or(before.as_ref()).map(|known| (&known.failures, plan));
            files.push((("--write-known-failures", file), KnownFailures::write(report, results.strict, older, now())));
        }
        let reports = write_reports(results, terminal, report);
        // If one file cannot be written, still write the others.
        let files = files.into_iter().map(|((option, file), text)| written(option, file, &text));
        let problems: Vec<CommandProblem> = reports.into_iter().chain(files.filter_map(Result::err)).collect();
        for problem in &problems {
            terminal.problem(problem);
        }
        if problems.is_empty() { status } else { ExitStatus::Error }
    }
}

/// The facts of a run that are known before it begins.
#[derive(Debug)]
pub(super) struct PlannedRun {
    pub(super) kind: Subject,
    pub(super) subject: String,
    pub(super) edition: String,
    pub(super) began: Began,
}

impl PlannedRun {
    /// The result of a run. A run that ended before it judged anything writes its reports, too, so that no older file
    /// suggests that all is well.
    pub(super) fn concluded(self, done: Done, results: &ResultArgs, terminal: &Terminal) -> Done {
        let problem = match done {
            Err(problem) => problem,
            done => return done,
        };
        let mut report = Report::of_error(self.kind, self.subject, self.edition, format!("failed to {problem}"));
        report.conclude(|_| None, problem.status(), self.began.micros, self.began.took());
        report.conclusion.strict = results.strict;
        WorkflowStep::of(results).tell(&report, terminal);
        for problem in write_reports(results, terminal, &report) {
            terminal.problem(&problem);
        }
        Err(problem)
    }
}

/// Reads a file of known failures.
pub(super) fn read_known(file: &Path) -> Result<Known, Box<CommandProblem>> {
    read_known_of("--known-failures", file)
}

fn read_known_of(option: &'static str, file: &Path) -> Result<Known, Box<CommandProblem>> {
    let text =
        files::read_to_string(file, LONGEST_KNOWN).map_err(|error| CommandProblem::unreadable(option, file, &error))?;
    let read = KnownFailures::read(&file.display().to_string(), &text);
    let failures = read.map_err(|error| Box::new(CommandProblem::known(error, &text)))?;
    Ok(Known { failures, text })
}

fn holds_something(file: &Path) -> bool {
    file.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.len() > 0)
}

/// The files among the words of a command, such as a script.
pub(super) fn files_of(command: &[OsString]) -> Vec<NamedOutput<'_>> {
    let files = command.iter().map(Path::new).filter(|word| word.is_file());
    files.map(|file| ("the command", file)).collect()
}

/// Checks before the first request that all outputs can be written, and that none of them is an input.
pub(super) fn writable<'a>(
    results: &'a ResultArgs,
    global: &'a Global,
    mut inputs: Vec<NamedOutput<'a>>,
) -> Result<(), Box<CommandProblem>> {
    if results.report.iter().filter(|report| report.file.is_none()).count() > 1 {
        return Err(Box::new(CommandProblem::Command {
            reason: "write two reports to standard output".into(),
            help: "give one of them a file".into(),
        }));
    }
    inputs.extend(global.spec.as_deref().map(|folder| ("--spec", folder)));
    let reports = results.report.iter().filter_map(|report| report.file.as_deref());
    let mut outputs: Vec<NamedOutput<'_>> = reports.map(|file| ("--report", file)).collect();
    match (&results.known_failures, &results.write_known_failures) {
        // The same file may be read and rewritten.
        (Some(read), Some(written)) if outputs::are_same(read, written) => {}
        (Some(read), _) => inputs.push(("--known-failures", read)),
        (None, _) => {}
    }
    outputs.extend(results.write_known_failures.as_deref().map(|file| ("--write-known-failures", file)));
    outputs::check(&outputs, &inputs)?;
    if let Some(file) = results.write_known_failures.as_deref().filter(|file| holds_something(file)) {
        // Do not overwrite a file that is not a file of known failures.
        read_known_of("--write-known-failures", file)?;
    }
    match &results.known_failures {
        Some(file) if results.prune => outputs::check(&[("--prune", file)], &[]),
        _ => Ok(()),
    }
}

/// Writes the reports, and returns a problem for each that could not be written.
fn write_reports(results: &ResultArgs, terminal: &Terminal, report: &Report) -> Vec<CommandProblem> {
    let write = |ReportTo { format, file }: &ReportTo| {
        let text = format.render(report);
        let text = text.map_err(|error| CommandProblem::Runtime { reason: format!("write a report: {error}") })?;
        match file {
            None => terminal.print(&text),
            Some(file) => written("--report", file, &text)?,
        }
        Ok(())
    };
    results.report.iter().map(write).filter_map(Result::err).collect()
}

fn written(option: &'static str, file: &Path, text: &str) -> Result<(), CommandProblem> {
    outputs::write(file, text).map_err(|error| CommandProblem::unwritable(option, file, &error))
}

/// A random run id: eight digits that no other run is likely to have.
pub(super) fn random_run_id() -> String {
    use std::hash::{BuildHasher, Hasher};
    // The standard library's only source of randomness is the one that seeds hash maps.
    let number = std::hash::RandomState::new().build_hasher().finish();
    format!("{:08x}", number >> 32)
}

/// Our clock, in microseconds since 1970.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}
