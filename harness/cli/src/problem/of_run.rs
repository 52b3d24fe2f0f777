//! Problems of a run that judged nothing: the server cannot be reached, is another one, or refuses the caller; or the
//! command names something that does not exist.

use mixinspec_engine::{Catalog, NoAnswer, RunError, visible};
use mixinspec_spec::Spec;

use super::{CommandProblem, did_you_mean};
use crate::options::RunArgs;

impl CommandProblem {
    /// Why a run judged nothing.
    pub(crate) fn of_run(error: RunError, args: &RunArgs, spec: &Spec) -> Self {
        let (reason, help) = match error {
            RunError::Unreachable { url, reason } => return unreachable(url, &reason, args),
            RunError::Unanswered { reason: NoAnswer::NoFiles(reason), .. } => {
                let help = "raise the limit of open files (`ulimit -n`), or close what holds many of them";
                (format!("open a connection: {reason}"), help.to_owned())
            }
            RunError::Unanswered { url, reason } => return unanswered(url, &reason),
            RunError::Throttled { url, patience } => {
                return Self::Unanswered {
                    url,
                    reason: format!("throttled (429) for longer than the {patience:?} that are waited"),
                    help: "wait until the server takes requests again; --rate N sends no more than N a second",
                };
            }
            RunError::Unauthorized { url, clock, .. } => return unauthorized(url, clock.as_deref(), args),
            RunError::NotHere { method, url, path, answer } => return not_here(method, url, &path, answer),
            RunError::Redirected { url, path, to, status } => return redirected(url, &path, &to, status),
            RunError::Client(error) => {
                let help = "--cacert takes files with certificates in PEM";
                (error.to_string().trim_start_matches("failed to ").to_owned(), help.to_owned())
            }
            RunError::UnknownEdition(name) => {
                let editions: Vec<&str> = spec.editions().collect();
                (format!("find edition `{name}`"), format!("there are {}, and auto", editions.join(", ")))
            }
            RunError::NothingMatches { option, pattern } => (
                format!("find what {option} names: `{pattern}` matches no requirement, reading or case"),
                suggestion(&pattern, args, spec)
                    .unwrap_or_else(|| "mixinspec run --list shows all ids; `*` stands for any text".to_owned()),
            ),
            RunError::UnknownCase(case) => (
                format!("replay `{case}`: there is no such case or requirement in this edition"),
                suggestion(&case, args, spec).unwrap_or_else(|| {
                    "mixinspec run --list shows all cases; --edition chooses the edition".to_owned()
                }),
            ),
            RunError::UnknownReading { id, name } => unknown_reading(&id, &name, spec),
            other => return Self::unusable_spec(&other),
        };
        Self::Command { reason, help }
    }
}

fn suggestion(pattern: &str, args: &RunArgs, spec: &Spec) -> Option<String> {
    let chosen = spec.editions().find(|edition| *edition == args.server.edition);
    let edition = chosen.or_else(|| spec.editions().next_back())?;
    let catalog = Catalog::of(spec, edition, args.selection.cases).ok()?;
    // A pattern with a `/` means a case, any other a requirement or reading.
    if pattern.contains('/') { did_you_mean(pattern, catalog.cases()) } else { did_you_mean(pattern, catalog.checks()) }
}

fn unknown_reading(id: &str, name: &str, spec: &Spec) -> (String, String) {
    let Some(reading) = spec.reading(id) else {
        let help = did_you_mean(id, spec.document.readings.iter().map(|reading| reading.id.as_str()));
        let all = || spec.document.readings.iter().map(|r| r.id.as_str()).collect::<Vec<_>>().join(", ");
        return (
            format!("demand the reading `{id}`: there is none"),
            help.unwrap_or_else(|| format!("there are {}", all())),
        );
    };
    let names: Vec<&str> = reading.observe.iter().map(|observation| observation.name.as_str()).collect();
    if names.contains(&name) {
        let editions = reading.editions.join(", ");
        return (
            format!("demand the reading `{id}`: this edition has none"),
            format!("it belongs to {editions}; choose with --edition"),
        );
    }
    (format!("demand `{name}` of the reading {id}"), format!("it can be {}", names.join(", ")))
}

fn unreachable(url: String, reason: &NoAnswer, args: &RunArgs) -> CommandProblem {
    let reason = match reason {
        // The message names the address and the attempt to connect already.
        NoAnswer::Connect(reason) => {
            let reason = reason
                .split_once("): ")
                .filter(|(start, _)| start.starts_with("error sending"))
                .map_or(&**reason, |(_, rest)| rest);
            reason.trim_start_matches("client error (Connect): ").to_owned()
        }
        other => other.to_string(),
    };
    let lower = reason.to_lowercase();
    let refused = lower.contains("refused") || lower.contains("unreachable");
    let unnamed = lower.contains("dns error") || lower.contains("lookup");
    let help = if args.server.route.proxy.is_some() {
        "is the proxy up (--proxy), does it let you in, and does it reach this host and port? its own log may tell; what it \
         needs to let you in goes into --header-file, as Proxy-Authorization"
    } else if url.starts_with("https:") && !refused && !unnamed {
        "the server's certificate must be valid for this host and issued by an authority that the system trusts; add \
         one of your own with --cacert FILE, or use http:// where the server speaks no TLS; where the server asks for a \
         certificate of yours, give it: --client-cert FILE --client-key FILE"
    } else if unnamed {
        "check the host's name"
    } else if args.server.route.wait.is_some() {
        "check host and port; --wait takes a longer time, too"
    } else {
        "is the server up, and is this its port? for one that is still starting: --wait 30s"
    };
    CommandProblem::Unreachable { url, reason, help: help.to_owned() }
}

fn unanswered(url: String, reason: &NoAnswer) -> CommandProblem {
    let help = match reason {
        NoAnswer::Timeout(_) => "is this the server's port? for a server that takes longer: --timeout 60s",
        NoAnswer::Broken(_) if url.starts_with("http:") => {
            "does an HTTP server listen there? for one that speaks TLS, the URL begins with https://"
        }
        NoAnswer::Broken(_) => {
            "does an HTTP server listen there? its log may tell why it ends the connection; one that asks for a certificate of \
             yours gets it with --client-cert FILE --client-key FILE"
        }
        _ => "the answer to this request, a plain creation of a GROUP, is a few hundred bytes long",
    };
    CommandProblem::Unanswered { url, reason: reason.to_string(), help }
}

/// The server that answers does not know the operation.
fn not_here(method: String, url: String, path: &str, answer: String) -> CommandProblem {
    let base = url.strip_suffix(path).unwrap_or(&url);
    let help = match base.trim_end_matches('/').strip_suffix(path) {
        Some(shorter) => format!("{path} is added to the URL that you give, and yours ends so already: give {shorter}"),
        None => format!(
            "{path} is added to the URL that you give: give the one below which the API's paths begin, such as \
             http://localhost:8080 or http://localhost:8080/api; where it is the users that the server does not know, \
             name some that it does: --users FILE"
        ),
    };
    CommandProblem::NotHere { method, url, reason: answer, help }
}

/// The URL redirects to an https URL. mixinspec does not follow it: a credential goes only where the user sends it.
fn redirected(url: String, path: &str, to: &str, status: u16) -> CommandProblem {
    let to = visible(to).into_owned();
    let help = match to.strip_suffix(path).filter(|base| base.contains("://")) {
        Some(base) => format!("give the URL that it redirects to: {base}"),
        None => format!("give the URL that it redirects to, without {path} at its end"),
    };
    CommandProblem::Redirected { url, to, status, help }
}

fn unauthorized(url: String, clock: Option<&str>, args: &RunArgs) -> CommandProblem {
    let clock = clock.map_or_else(String::new, |clock| {
        format!("; the server's clock (Date) is {clock} this machine's, and the token was signed by it")
    });
    let signs = !args.server.no_auth && args.server.bearer_file.is_empty() && args.server.token_command.is_empty();
    let clock = if signs { clock } else { String::new() };
    let (tried, help) = if args.server.no_auth {
        ("without a credential (--no-auth)", "give a keystore: --keystore FILE, or a fixed token: --bearer-file FILE")
    } else if !args.server.token_command.is_empty() {
        (
            "with the token that the first command has printed (--token-command)",
            "is it a token for this server, and not bound to one request by a `sig` claim? mixinspec sends it with every \
             request until the command prints another",
        )
    } else if args.server.bearer_file.is_empty() {
        (
            "with a token that the first keystore has signed (--keystore)",
            "does the server know this user, this session and the public half of its key? is its clock right? the token \
             is bound to the path below the URL that you gave",
        )
    } else {
        (
            "with the first token (--bearer-file)",
            "is the token expired, or bound to one request by a `sig` claim? mixinspec sends it with every request, so \
             the server must take it for any method, path and body; --keystore FILE signs each request anew",
        )
    };
    CommandProblem::Unauthorized { url, tried: format!("{tried}{clock}"), help: help.to_owned() }
}
