//! `mixinspec serve`: starts the reference server, until somebody stops it.

use mixinspec_engine::status::ExitStatus;
use mixinspec_server::Server;

use super::{Done, runtime};
use crate::embedded::edition;
use crate::options::ServeArgs;
use crate::problem::Problem;
use crate::subject::{self, Identity};
use crate::terminal::Terminal;
use crate::{replay, signals};

/// Who calls where no credential is checked and nobody is named: the caller of the page of 2018.
const CALLER: &str = "8dcf823d-9eb3-4da2-8734-f0aad50c0da6";

pub(super) fn serve(args: &ServeArgs, terminal: &Terminal) -> Done {
    let edition = edition(&args.edition)?;
    let mut server = Server::builder().edition(edition);
    let no_auth = args.bearer_file.is_empty();
    let mut named = args.caller.clone();
    if no_auth && named.is_empty() {
        named.push(CALLER.to_owned());
    }
    let identities = subject::identities(&args.bearer_file, &named, no_auth)?;
    for Identity { user_id, token } in &identities {
        let user = user_id.parse().map_err(|_| Problem::BadCaller { caller: user_id.clone() })?;
        server = match token {
            Some(token) => server.bearer(token.as_str(), user),
            None => server.no_auth(user),
        };
    }
    runtime()?.block_on(async {
        let mut stop = signals::Stop::new().map_err(|error| Problem::signals(&error))?;
        let bound = server.build().bind((args.host, args.port)).await;
        let (address, running) = bound.map_err(|error| Problem::Command {
            reason: format!("listen on {}:{}: {error}", args.host, args.port),
            help: "take another --port; 0 takes a free one".into(),
        })?;
        let mut line = format!("mixinspec run http://{address} --edition {edition}");
        if no_auth {
            line.push_str(" --no-auth");
        }
        for file in &args.bearer_file {
            line.push_str(&format!(" --bearer-file {}", replay::word(&file.display().to_string())));
        }
        for caller in &named {
            line.push_str(&format!(" --caller {caller}"));
        }
        terminal.print(&format!("listening on http://{address}, edition {edition}, until Ctrl-C\n"));
        if !terminal.quiet {
            terminal.print(&format!("to judge it: {line}\n"));
        }
        stop.asked().await;
        running.stop().await;
        Ok(ExitStatus::Success)
    })
}
