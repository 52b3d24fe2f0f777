//! The embedded reference server as a subject, for trying out the program or a spec.

use mixinspec_engine::{Caller, Credential, Route, Target, Users};
use mixinspec_server::{Edition, Running, Server};
use mixinspec_token::{Algorithm, Keystore};
use reqwest::Url;

use crate::options::ServerArgs;
use crate::problem::CommandProblem;

/// The two callers. Their keys are generated for this run; the server runs as long as the run, and only on this
/// machine.
const CALLERS: [&str; 2] = ["8dcf823d-9eb3-4da2-8734-f0aad50c0da6", "e8e5b807-fa8b-455a-8dfa-b189d28310ff"];

/// Starts the server on a free port. It runs until the returned `Running` is dropped.
pub(crate) async fn start(args: &ServerArgs) -> Result<(Target, Running), Box<CommandProblem>> {
    let edition = edition(&args.edition)?;
    let mut server = Server::builder().edition(edition);
    let mut callers = Vec::new();
    for user_id in CALLERS {
        let user = user_id.parse().map_err(|error| unstartable(&error))?;
        let keystore = Keystore::generate(user, algorithm(edition)).map_err(|error| unstartable(&error))?;
        server = server.session(keystore.session());
        callers.push(Caller { user_id: user_id.into(), credential: Credential::keystore(keystore) });
    }
    let (address, running) = server.build().bind("127.0.0.1:0").await.map_err(|error| unstartable(&error))?;
    let base = Url::parse(&format!("http://{address}")).map_err(|error| unstartable(&error))?;
    Ok((Target { base, callers, users: Users::any_uuid(), route: Route::default(), secrets: Vec::new() }, running))
}

/// The algorithm with which the keystores of an edition sign.
pub(crate) fn algorithm(edition: Edition) -> Algorithm {
    match edition {
        Edition::E2018 => Algorithm::Rs512,
        _ => Algorithm::EdDsa,
    }
}

/// The edition that the server speaks: the newest for `auto`.
pub(crate) fn edition(name: &str) -> Result<Edition, Box<CommandProblem>> {
    let newest = Edition::ALL[Edition::ALL.len() - 1];
    if name == "auto" {
        return Ok(newest);
    }
    name.parse().map_err(|_| {
        let known: Vec<&str> = Edition::ALL.iter().map(|edition| edition.as_str()).collect();
        Box::new(CommandProblem::Command {
            reason: format!("start the reference server: it does not speak edition `{name}`"),
            help: format!("it speaks {}", known.join(" and ")),
        })
    })
}

fn unstartable(error: &dyn std::fmt::Display) -> Box<CommandProblem> {
    Box::new(CommandProblem::Command {
        reason: format!("start the reference server: {error}"),
        help: "give the URL of another server: mixinspec run http://localhost:8080 …".into(),
    })
}
