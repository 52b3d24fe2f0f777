//! `mixinspec sdk`: judges an SDK through its adapter.

use std::ffi::OsString;
use std::sync::Arc;

use mixinspec_engine::{
    Adapter, AdapterLimits as Limits, Differential, ExitStatus, Patterns, RunError, SdkCatalog, SdkOptions, SdkRunner,
    reporter,
};
use mixinspec_spec::Spec;
use mixinspec_spec::model::Subject;

use super::conclude::{self, Began, Concluded, PlannedRun};
use super::{Done, load, runtime};
use crate::options::{Global, SdkArgs, SdkSelectionArgs};
use crate::problem::{CommandProblem, did_you_mean};
use crate::progress::Progress;
use crate::terminal::Terminal;
use crate::{replay, signals};

pub(super) fn sdk(args: &SdkArgs, global: &Global, terminal: &Terminal) -> Done {
    if args.selection.list || args.against.is_some() {
        return judged(args, global, terminal, Began::now());
    }
    conclude::writable(&args.results, global, conclude::files_of(&args.command))?;
    let began = Began::now();
    let planned =
        PlannedRun { kind: Subject::Sdk, subject: replay::words(&args.command), edition: args.edition.clone(), began };
    planned.concluded(judged(args, global, terminal, began), &args.results, terminal)
}

fn judged(args: &SdkArgs, global: &Global, terminal: &Terminal, began: Began) -> Done {
    let known = args.results.known_failures.as_deref().map(conclude::read_known).transpose()?;
    let spec = Arc::new(load(global)?);
    runtime()?.block_on(async {
        let options = options(args);
        let command = replay::words(&args.command);
        let limits = Limits { timeout: args.timeout, total: args.time_limit, ..Limits::default() };
        if let Some(line) = &args.against {
            return against(args, line, &spec, limits, terminal).await;
        }
        let adapter =
            Adapter::start(&args.command, limits).map_err(|error| CommandProblem::adapter(&command, &error))?;
        let adapter = Arc::new(adapter);
        let progress = Progress::new(
            terminal.clone(),
            command.clone(),
            options.edition.is_none(),
            options.seed,
            options.run_id.clone(),
        );
        let progress = Arc::new(progress);
        let wrong = |error| problem(error, args, &spec);
        let seed = options.seed;
        let runner =
            SdkRunner::new(Arc::clone(&spec), Arc::clone(&adapter), command, options, Arc::clone(&progress) as _);
        if args.selection.list {
            for (requirement, case) in runner.list().map_err(wrong)? {
                terminal.print(&format!("{requirement}\t{case}\n"));
            }
            return Ok(ExitStatus::Success);
        }
        let mut stop = signals::Stop::new().map_err(|error| CommandProblem::signals(&error))?;
        let stopping = async {
            stop.asked().await;
            adapter.stop();
            progress.note("stopping: what was found until now is reported; once more to leave at once\n");
            stop.asked().await;
        };
        let report = tokio::select! {
            report = runner.run() => report.map_err(wrong)?,
            () = stopping => return Err(Box::new(CommandProblem::Stopped)),
        };
        let replay = replay::sdk(args, global, &report.edition, seed);
        let plan = SdkCatalog::of(&spec, &report.edition, report.cases).map_err(wrong)?;
        let known = known.as_ref();
        let run = Concluded { results: &args.results, report, known, plan: &plan, began, replay: &replay };
        Ok(run.conclude(terminal))
    })
}

/// Compares two adapters. The exit status is 1 if they disagree, and 3 if one of them does not answer.
async fn against(args: &SdkArgs, line: &str, spec: &Spec, limits: Limits, terminal: &Terminal) -> Done {
    let start = |command: &[OsString]| {
        let started = Adapter::start(command, limits.clone());
        started.map(Arc::new).map_err(|error| CommandProblem::adapter(&replay::words(command), &error))
    };
    let first = start(&args.command)?;
    let words =
        shlex::split(line).filter(|words| !words.is_empty()).ok_or_else(|| CommandProblem::command_line(line))?;
    let second = start(&words.into_iter().map(OsString::from).collect::<Vec<_>>())?;
    let edition = match args.edition.as_str() {
        "auto" => spec.editions().next_back().unwrap_or_default(),
        edition if spec.editions().any(|known| known == edition) => edition,
        edition => return Err(Box::new(problem(RunError::UnknownEdition(edition.to_owned()), args, spec))),
    };
    let wrong = |error| problem(RunError::Expression(error), args, spec);
    let differential = Differential::new(spec, edition, Arc::clone(&first), Arc::clone(&second)).map_err(wrong)?;
    let mut stop = signals::Stop::new().map_err(|error| CommandProblem::signals(&error))?;
    let SdkSelectionArgs { seed, cases, .. } = args.selection;
    let compared = tokio::select! {
        compared = differential.compare(seed, cases) => compared,
        () = stop.asked() => return Ok(ExitStatus::Inconclusive),
    };
    let hellos = differential.names().await;
    match (compared, hellos) {
        (Ok(compared), Ok([first, second])) => {
            terminal.print(&reporter::differential::render(&compared, [&first.name, &second.name], terminal.style()));
            Ok(ExitStatus::of_comparison(&compared))
        }
        (Err(silence), _) | (_, Err(silence)) => {
            terminal.note(&format!("{silence}\n"));
            Ok(ExitStatus::Inconclusive)
        }
    }
}

fn options(args: &SdkArgs) -> SdkOptions {
    let selection = &args.selection;
    SdkOptions {
        edition: Some(args.edition.clone()).filter(|edition| edition != "auto"),
        cases: selection.cases,
        seed: selection.seed,
        run_id: selection.run_id.clone().unwrap_or_else(conclude::random_run_id),
        only: Patterns::new(selection.only.clone()),
        skip: Patterns::new(selection.skip.clone()),
        fail_fast: selection.fail_fast,
        replay: selection.replay.clone(),
    }
}

/// Why a run judged nothing.
fn problem(error: RunError, args: &SdkArgs, spec: &Spec) -> CommandProblem {
    let suggestion = |name: &str| {
        let chosen =
            spec.editions().find(|edition| *edition == args.edition).or_else(|| spec.editions().next_back())?;
        let catalog = SdkCatalog::of(spec, chosen, args.selection.cases).ok()?;
        // A pattern with a `/` means a case, any other a requirement.
        let cases: Vec<String> = catalog.cases().collect();
        if name.contains('/') {
            did_you_mean(name, cases.iter().map(String::as_str))
        } else {
            did_you_mean(name, catalog.checks())
        }
    };
    let lists = || "mixinspec sdk --list -- COMMAND shows all ids; `*` stands for any text".to_owned();
    let (reason, help) = match error {
        RunError::UnknownEdition(name) => {
            let editions: Vec<&str> = spec.editions().collect();
            (format!("find edition `{name}`"), format!("there are {}, and auto", editions.join(", ")))
        }
        RunError::NothingMatches { option, pattern } => (
            format!("find what {option} names: `{pattern}` matches no requirement and no case of an SDK"),
            suggestion(&pattern).unwrap_or_else(lists),
        ),
        RunError::UnknownCase(case) => (
            format!("replay `{case}`: there is no such case or requirement of an SDK in this edition"),
            suggestion(&case).unwrap_or_else(lists),
        ),
        other => return CommandProblem::unusable_spec(&other),
    };
    CommandProblem::Command { reason, help }
}
