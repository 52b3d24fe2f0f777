//! `mixinspec serve`: runs the reference server until it is stopped.

use std::collections::BTreeSet;
use std::sync::Arc;

use mixinspec_engine::{ClientObserver, ExitStatus};
use mixinspec_server::{Builder, Edition, Running, Server, Session};
use mixinspec_spec::Spec;
use mixinspec_spec::model::Subject;
use uuid::Uuid;

use super::conclude::{Began, PlannedRun};
use super::observe::ObservedClients;
use super::{Done, conclude, load, observe, runtime, variants};
use crate::embedded::{algorithm, edition};
use crate::faults::Callers;
use crate::options::{Global, ServeArgs};
use crate::problem::CommandProblem;
use crate::sessions::Ready;
use crate::subject::{self, CallerIdentity};
use crate::terminal::Terminal;
use crate::{faults, replay, signals};

/// The caller if no credential is checked and no --caller is given: that of the page of 2018.
const CALLER: &str = "8dcf823d-9eb3-4da2-8734-f0aad50c0da6";

pub(super) fn serve(args: &ServeArgs, global: &Global, terminal: &Terminal) -> Done {
    if args.list_variants {
        return Ok(variants::list(terminal));
    }
    if let Some(format) = args.list_faults {
        terminal.print(&faults::list(format));
        return Ok(ExitStatus::Success);
    }
    if !args.observe {
        return serving(args, global, terminal, Began::now());
    }
    let files = [("--users", &args.users), ("--write-keystores", &args.write_keystores), ("--answers", &args.answers)];
    let inputs = files.into_iter().filter_map(|(option, file)| Some((option, file.as_deref()?)));
    conclude::writable(&args.results, global, inputs.collect())?;
    let began = Began::now();
    let planned = PlannedRun { kind: Subject::Sdk, subject: "clients".into(), edition: args.edition.clone(), began };
    planned.concluded(serving(args, global, terminal, began), &args.results, terminal)
}

fn serving(args: &ServeArgs, global: &Global, terminal: &Terminal, began: Began) -> Done {
    let edition = edition(&args.edition)?;
    let variation = variants::combined(edition, &args.variant)?;
    if args.list_users {
        return variants::list_users(variation.users(), terminal);
    }
    let prefix = variation.prefix();
    let mut options = format!("--edition {edition}");
    let (has_users, is_http2) = (variation.users().is_some(), variation.is_http2());
    let mut server = Server::builder().edition(edition).variation(variation);
    let fault = args.fault.as_deref().map(|name| faults::named(name, edition)).transpose()?;
    if let Some(fault) = fault {
        server = server.fault(fault);
    }
    let Called { server, credentials, callers, observing } = called(server, edition, args, global, terminal)?;
    if let Some(fault) = fault {
        faults::can_show(fault, &load(global)?, callers)?;
    }
    options.push_str(&credentials);
    if is_http2 {
        options.push_str(" --http2");
    }
    if has_users {
        // FILE has the output of --list-users.
        options.push_str(" --users FILE");
    }
    runtime()?.block_on(async {
        let stop = signals::Stop::new().map_err(|error| CommandProblem::signals(&error))?;
        let bound = server.build().bind((args.host, args.port)).await;
        let (address, running) = bound.map_err(|error| CommandProblem::Command {
            reason: format!("listen on {}:{}: {error}", args.host, args.port),
            help: "take another --port; 0 takes a free one".into(),
        })?;
        terminal.print(&format!("listening on http://{address}{prefix}, edition {edition}, until Ctrl-C\n"));
        if let Some(fault) = fault {
            terminal.print(&format!("on purpose: {}\n", fault.description()));
        }
        if !terminal.quiet {
            terminal.print(&format!("to judge it: mixinspec run http://{address}{prefix} {options}\n"));
        }
        if let Some((_, observer)) = &observing {
            observer.listens_at(&format!("http://{address}"));
        }
        until_stopped(running, stop).await;
        match &observing {
            None => Ok(ExitStatus::Success),
            Some((spec, observer)) => {
                let run = ObservedClients { spec, observer, results: &args.results, began };
                run.concluded("clients".into(), Vec::new(), false, terminal)
            }
        }
    })
}

async fn until_stopped(running: Running, mut stop: signals::Stop) {
    stop.asked().await;
    tokio::select! {
        () = running.stop() => {}
        // A second signal stops the server without waiting.
        () = stop.asked() => {}
    }
}

/// A server that knows its callers.
struct Called {
    server: Builder,
    /// The options with which `mixinspec run` can call it.
    credentials: String,
    callers: Callers,
    /// The observer that judges what the callers send, and its spec.
    observing: Option<(Arc<Spec>, Arc<ClientObserver>)>,
}

fn called(
    server: Builder,
    edition: Edition,
    args: &ServeArgs,
    global: &Global,
    terminal: &Terminal,
) -> Result<Called, Box<CommandProblem>> {
    if args.users.is_none() && args.write_keystores.is_none() {
        if args.observe {
            return Err(Box::new(CommandProblem::Command {
                reason: "observe clients: without keystores their tokens cannot be judged (--observe)".into(),
                help: "add --write-keystores DIR, and give caller.json in it to the client; or --users FILE".into(),
            }));
        }
        return fixed(server, args);
    }
    let (sessions, credentials) = signed(edition, args, terminal)?;
    let users: BTreeSet<Uuid> = sessions.iter().map(|session| session.user).collect();
    let callers = Callers { count: users.len(), signed: true };
    let mut server = sessions.iter().cloned().fold(server, Builder::session);
    let mut observing = None;
    if args.observe {
        let spec = Arc::new(load(global)?);
        let answers = args.answers.as_deref().map(|file| observe::answers(file, edition)).transpose()?;
        let (observer, observed) = observe::observed(&spec, edition, sessions, server, answers)?;
        (observing, server) = (Some((spec, observer)), observed);
    }
    Ok(Called { server, credentials, callers, observing })
}

/// The sessions whose signed tokens are verified, and the options with which `mixinspec run` signs them.
fn signed(
    edition: Edition,
    args: &ServeArgs,
    terminal: &Terminal,
) -> Result<(Vec<Session>, String), Box<CommandProblem>> {
    let (mut sessions, mut keystores) = (Vec::new(), Vec::new());
    if let Some(folder) = &args.write_keystores {
        for Ready { file, session, is_new } in crate::sessions::make(folder, algorithm(edition))? {
            if !terminal.quiet {
                let done = if is_new { "wrote" } else { "found" };
                let (user, algorithm) = (session.user, session.key.algorithm());
                terminal.note(&format!("{done} {}: a keystore of {user} ({algorithm})\n", file.display()));
            }
            sessions.push(session);
            keystores.push(file);
        }
    }
    if let Some(path) = &args.users {
        let (all, files) = crate::sessions::read(path)?;
        sessions.extend(all);
        keystores.extend(files);
    }
    let mut credentials = String::new();
    for file in keystores.iter().take(2) {
        credentials.push_str(&format!(" --keystore {}", replay::word(&file.display().to_string())));
    }
    if keystores.is_empty() {
        // The list contains only public keys; only the user knows where the private ones are.
        credentials.push_str(" --keystore FILE");
    }
    Ok((sessions, credentials))
}

/// A server with fixed tokens or none.
fn fixed(mut server: Builder, args: &ServeArgs) -> Result<Called, Box<CommandProblem>> {
    let no_auth = args.bearer_file.is_empty();
    let mut named = args.caller.clone();
    if no_auth && named.is_empty() {
        named.push(CALLER.to_owned());
    }
    let identities = subject::identities(&args.bearer_file, &named, no_auth)?;
    let callers = Callers { count: identities.len(), signed: false };
    for CallerIdentity { user_id, token } in identities {
        let user = user_id.parse().map_err(|_| CommandProblem::BadCaller { caller: user_id.clone() })?;
        server = match token {
            Some(token) => server.bearer(token.as_str(), user),
            None => server.no_auth(user),
        };
    }
    let mut credentials = String::new();
    if no_auth {
        credentials.push_str(" --no-auth");
    }
    for file in &args.bearer_file {
        credentials.push_str(&format!(" --bearer-file {}", replay::word(&file.display().to_string())));
    }
    for caller in &named {
        credentials.push_str(&format!(" --caller {caller}"));
    }
    Ok(Called { server, credentials, callers, observing: None })
}
