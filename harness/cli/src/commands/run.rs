//! `mixinspec run`: judges a server.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use mixinspec_engine::catalog::Catalog;
use mixinspec_engine::client::Limits;
use mixinspec_engine::exchange::NoAnswer;
use mixinspec_engine::gate::{Gate, KnownFailures};
use mixinspec_engine::pattern::Patterns;
use mixinspec_engine::report::Report;
use mixinspec_engine::reporter::{Style, json, junit, terminal};
use mixinspec_engine::run::{Options, Runner, Target};
use mixinspec_engine::status::ExitStatus;
use mixinspec_spec::Spec;

use super::{Done, load, runtime};
use crate::options::{Format, Global, ReportTo, RunArgs};
use crate::problem::Problem;
use crate::progress::Progress;
use crate::terminal::Terminal;
use crate::{embedded, replay, signals, subject};

pub(super) fn run(args: &RunArgs, global: &Global, terminal: &Terminal) -> Done {
    // What can be wrong is looked at in the order of what it costs.
    let target = args.url.as_ref().map(|url| subject::target(url, &args.server)).transpose()?;
    if target.is_none() {
        without_url(args)?;
    }
    let known = args.results.known_failures.as_deref().map(read_known).transpose()?;
    writable(args)?;
    let spec = Arc::new(load(global)?);
    runtime()?.block_on(async {
        let (target, server) = match target {
            Some(target) => (target, None),
            None => {
                let (target, server) = embedded::start(&args.server).await?;
                (target, Some(server))
            }
        };
        let done = judge(args, global, terminal, &spec, target, known.as_ref()).await;
        if let Some(server) = server {
            server.stop().await;
        }
        done
    })
}

async fn judge(
    args: &RunArgs,
    global: &Global,
    terminal: &Terminal,
    spec: &Arc<Spec>,
    target: Target,
    known: Option<&KnownFailures>,
) -> Done {
    let began = Instant::now();
    let options = options(args);
    let seed = options.seed;
    let progress = Progress::new(
        terminal.clone(),
        match args.url {
            Some(_) => target.base.to_string(),
            None => format!("{} (the reference server)", target.base),
        },
        options.edition.is_none(),
        seed,
        options.run_id.clone(),
    );
    let progress = Arc::new(progress);
    let wrong = |error| Problem::of_run(error, args, spec);
    let bound = subject::bound_tokens(&target);
    let runner = Runner::new(Arc::clone(spec), target, options, Arc::clone(&progress) as _).map_err(wrong)?;
    if args.selection.list {
        for (requirement, case) in runner.list().map_err(wrong)? {
            terminal.print(&format!("{requirement}\t{case}\n"));
        }
        return Ok(ExitStatus::Success);
    }
    if let Some(patience) = args.server.wait.filter(|_| !terminal.quiet) {
        progress
            .note(&format!("waiting for {} to accept connections, at most {patience:?}\n", runner.sender().url("")));
    }
    if bound > 0 {
        progress.note(
            "note: a token with a `sig` claim is bound to one request, and a server that checks it refuses every other; \
             --keystore FILE signs each request\n",
        );
    }
    let sender = runner.sender();
    let mut stop = signals::Stop::new().map_err(|error| Problem::signals(&error))?;
    let stopping = async {
        stop.asked().await;
        sender.stop();
        progress.note("stopping: what was found until now is reported; once more to leave at once\n");
        stop.asked().await;
    };
    let report = tokio::select! {
        report = runner.run() => report.map_err(wrong)?,
        () = stopping => return Ok(ExitStatus::Inconclusive),
    };
    let interrupted = sender.halted() == Some(NoAnswer::Stopped);

    let gate = match known {
        Some(known) => {
            let plan = Catalog::of(spec, &report.edition, report.cases).map_err(wrong)?;
            Some(known.judge(&report, &plan, now()))
        }
        None => None,
    };
    let strict = args.results.strict;
    let excused = |id: &str| gate.as_ref().is_some_and(|gate| gate.known.contains_key(id));
    let gate_broken = gate.as_ref().is_some_and(|gate| !gate.broken.is_empty());
    let mut status = ExitStatus::of(&report, strict, gate_broken, excused);
    if interrupted {
        // Whatever was found until then is in the reports; it is no verdict, neither for nor against the server.
        status = ExitStatus::Inconclusive;
    }
    write_reports(args, terminal, &report, gate.as_ref())?;
    if let Some(file) = &args.results.write_known_failures {
        let text = KnownFailures::write(&report, strict, known);
        fs::write(file, text).map_err(|error| Problem::unwritable("--write-known-failures", file, &error))?;
    }
    let replay = replay::command(args, global, &report.edition, seed);
    let ending =
        terminal::Ending { status, interrupted, elapsed: Some(began.elapsed()), gate: gate.as_ref(), replay: &replay };
    let to_errors = args.results.report.iter().any(|report| report.file.is_none());
    if to_errors {
        // Standard output holds a report for a program.
        let style = Style { colors: terminal.colors_errors(), ..terminal.style() };
        terminal.note(&terminal::render(&report, &ending, style));
    } else {
        terminal.print(&terminal::render(&report, &ending, terminal.style()));
    }
    Ok(status)
}

fn options(args: &RunArgs) -> Options {
    let (selection, pace) = (&args.selection, &args.pace);
    Options {
        edition: Some(args.server.edition.clone()).filter(|edition| edition != "auto"),
        cases: selection.cases,
        seed: selection.seed,
        run_id: selection.run_id.clone().unwrap_or_else(random_run_id),
        jobs: usize::from(pace.jobs),
        limits: Limits { timeout: pace.timeout, requests: pace.max_requests, rate: pace.rate, ..Limits::default() },
        wait: args.server.wait,
        only: Patterns::new(selection.only.clone()),
        skip: Patterns::new(selection.skip.clone()),
        readings: selection.reading.iter().map(|reading| (reading.id.clone(), reading.name.clone())).collect(),
        fail_fast: pace.fail_fast,
        replay: selection.replay.clone(),
    }
}

/// Options that say how to talk to a server are of no use where there is no URL, and are likely to miss it.
fn without_url(args: &RunArgs) -> Result<(), Box<Problem>> {
    let server = &args.server;
    let given = [
        ("--bearer-file", !server.bearer_file.is_empty()),
        ("--keystore", !server.keystore.is_empty()),
        ("--caller", !server.caller.is_empty()),
        ("--no-auth", server.no_auth),
        ("--users", server.users != "any"),
        ("--cacert", !server.cacert.is_empty()),
        ("--wait", server.wait.is_some()),
    ];
    match given.into_iter().find(|(_, given)| *given) {
        Some((option, _)) => Err(Box::new(Problem::NoUrl { option })),
        None => Ok(()),
    }
}

fn read_known(file: &Path) -> Result<KnownFailures, Box<Problem>> {
    let text = fs::read_to_string(file).map_err(|error| Problem::unreadable("--known-failures", file, &error))?;
    KnownFailures::read(&file.display().to_string(), &text).map_err(|error| Box::new(Problem::known(error, &text)))
}

/// Finds out before the first request whether reports can be written: a run is not to be lost for a mistyped folder.
fn writable(args: &RunArgs) -> Result<(), Box<Problem>> {
    let reports = args.results.report.iter().filter_map(|report| report.file.as_deref());
    let reports = reports.map(|file| ("--report", file));
    let known = args.results.write_known_failures.as_deref().map(|file| ("--write-known-failures", file));
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
    if args.results.report.iter().filter(|report| report.file.is_none()).count() > 1 {
        return Err(Box::new(Problem::Command {
            reason: "write two reports to standard output".into(),
            help: "give one of them a file".into(),
        }));
    }
    Ok(())
}

fn write_reports(
    args: &RunArgs,
    terminal: &Terminal,
    report: &Report,
    gate: Option<&Gate>,
) -> Result<(), Box<Problem>> {
    for ReportTo { format, file } in &args.results.report {
        let text = match format {
            Format::Json => json::render(report).map_err(|error| error.to_string()),
            Format::Junit => junit::render(report, args.results.strict, gate).map_err(|error| error.to_string()),
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
fn random_run_id() -> String {
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
