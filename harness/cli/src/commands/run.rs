//! `mixinspec run`: judges a server.

use std::path::Path;
use std::sync::Arc;

use mixinspec_engine::{Catalog, ExitStatus, Limits, Options, Patterns, Runner, Target};
use mixinspec_spec::Spec;
use mixinspec_spec::model::Subject;

use super::conclude::{self, Began, Concluded, Known, PlannedRun};
use super::{Done, load, runtime};
use crate::options::{Global, RunArgs};
use crate::outputs::NamedOutput;
use crate::problem::CommandProblem;
use crate::progress::Progress;
use crate::terminal::Terminal;
use crate::{embedded, panics, replay, signals, subject, token_command};

pub(super) fn run(args: &RunArgs, global: &Global, terminal: &Terminal) -> Done {
    if args.selection.list {
        return judged(args, global, terminal, Began::now());
    }
    conclude::writable(&args.results, global, inputs(args))?;
    let began = Began::now();
    let planned = PlannedRun {
        kind: Subject::Server,
        subject: args.url.as_deref().map_or_else(|| "the reference server".to_owned(), subject::shown),
        edition: args.server.edition.clone(),
        began,
    };
    planned.concluded(judged(args, global, terminal, began), &args.results, terminal)
}

/// The files that the command reads.
fn inputs(args: &RunArgs) -> Vec<NamedOutput<'_>> {
    let server = &args.server;
    let all = [("--keystore", &server.keystore), ("--bearer-file", &server.bearer_file)];
    let files = all.into_iter().flat_map(|(option, files)| files.iter().map(move |file| (option, file.as_path())));
    let users = (server.users != "any").then(|| ("--users", Path::new(&server.users)));
    files.chain(users).chain(server.route.files()).collect()
}

fn judged(args: &RunArgs, global: &Global, terminal: &Terminal, began: Began) -> Done {
    // The cheapest checks come first.
    let target = args.url.as_ref().map(|url| subject::target(url, &args.server)).transpose()?;
    if target.is_none() {
        without_url(args)?;
    }
    let known = args.results.known_failures.as_deref().map(conclude::read_known).transpose()?;
    let spec = Arc::new(load(global)?);
    runtime()?.block_on(async {
        let (target, server) = match target {
            Some(target) => (target, None),
            None => {
                let (target, server) = embedded::start(&args.server).await?;
                (target, Some(server))
            }
        };
        let done = judge(args, global, terminal, &spec, target, known.as_ref(), began).await;
        if let Some(server) = server {
            server.stop().await;
        }
        done
    })
}

fn progress(args: &RunArgs, terminal: &Terminal, target: &Target, options: &Options) -> Progress {
    let subject = match args.url {
        Some(_) => target.base.to_string(),
        None => format!("{} (the reference server)", target.base),
    };
    Progress::new(terminal.clone(), subject, options.edition.is_none(), options.seed, options.run_id.clone())
}

async fn judge(
    args: &RunArgs,
    global: &Global,
    terminal: &Terminal,
    spec: &Arc<Spec>,
    target: Target,
    known: Option<&Known>,
    began: Began,
) -> Done {
    let options = options(args);
    let seed = options.seed;
    let progress = Arc::new(progress(args, terminal, &target, &options));
    let users: Vec<String> = target.callers.iter().map(|caller| caller.user_id.clone()).collect();
    let renewals = subject::renewals(&target, &args.server)?;
    panics::protect(&target.secrets, &users, renewals.iter().map(|renewal| renewal.token.secrets()));
    let wrong = |error| CommandProblem::of_run(error, args, spec);
    let bound = subject::bound_tokens(&target);
    if target.route.is_unverified(&target.base) {
        progress.note(
            "warning: the server's certificate is not verified (--insecure): whoever takes the server's place is judged, \
             and gets the tokens\n",
        );
    }
    let runner = Runner::new(Arc::clone(spec), target, options, Arc::clone(&progress) as _).map_err(wrong)?;
    if args.selection.list {
        for (requirement, case) in runner.list().map_err(wrong)? {
            terminal.print(&format!("{requirement}\t{case}\n"));
        }
        return Ok(ExitStatus::Success);
    }
    if let Some(patience) = args.server.route.wait.filter(|_| !terminal.quiet) {
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
    let mut stop = signals::Stop::new().map_err(|error| CommandProblem::signals(&error))?;
    let stopping = async {
        stop.asked().await;
        sender.stop();
        progress.note("stopping: what was found until now is reported; once more to leave at once\n");
        stop.asked().await;
    };
    let report = tokio::select! {
        report = runner.run() => report.map_err(wrong)?,
        () = stopping => return Err(Box::new(CommandProblem::Stopped)),
        never = token_command::renew(&renewals, args.server.token_every, |text| progress.note(text)) => match never {},
    };
    let replay = replay::command(args, global, &report.edition, seed);
    let plan = Catalog::of(spec, &report.edition, report.cases).map_err(wrong)?;
    let run = Concluded { results: &args.results, report, known, plan: &plan, began, replay: &replay };
    Ok(run.conclude(terminal))
}

fn options(args: &RunArgs) -> Options {
    let (selection, pace) = (&args.selection, &args.pace);
    Options {
        edition: Some(args.server.edition.clone()).filter(|edition| edition != "auto"),
        cases: selection.cases,
        seed: selection.seed,
        run_id: selection.run_id.clone().unwrap_or_else(conclude::random_run_id),
        jobs: usize::from(pace.jobs),
        limits: Limits {
            timeout: pace.timeout,
            requests: pace.max_requests,
            rate: pace.rate,
            http2: args.server.route.http2,
            ..Limits::default()
        },
        wait: args.server.route.wait,
        only: Patterns::new(selection.only.clone()),
        skip: Patterns::new(selection.skip.clone()),
        readings: selection.reading.iter().map(|reading| (reading.id.clone(), reading.name.clone())).collect(),
        fail_fast: pace.fail_fast,
        replay: selection.replay.clone(),
        repeat: selection.repeat,
    }
}

/// Refuses options for the connection to a server when there is no URL: probably it was forgotten.
fn without_url(args: &RunArgs) -> Result<(), Box<CommandProblem>> {
    let server = &args.server;
    let given = [
        ("--bearer-file", !server.bearer_file.is_empty()),
        ("--keystore", !server.keystore.is_empty()),
        ("--token-command", !server.token_command.is_empty()),
        ("--caller", !server.caller.is_empty()),
        ("--no-auth", server.no_auth),
        ("--allow-production", server.allow_production),
        ("--users", server.users != "any"),
    ];
    let given = given.into_iter().find(|(_, given)| *given).map(|(option, _)| option);
    match given.or_else(|| server.route.first_given()) {
        Some(option) => Err(Box::new(CommandProblem::NoUrl { option })),
        None => Ok(()),
    }
}
