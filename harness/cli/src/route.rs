//! Builds the route to the server from the options.

use std::path::Path;

use mixinspec_engine::Route;
use mixinspec_engine::trust::{self, ClientIdentity, NoIdentity};
use mixinspec_spec::files;
use reqwest::Url;

use crate::header_file;
use crate::options::{Resolved, RouteArgs};
use crate::problem::CommandProblem;
use crate::subject::shown;

/// How many bytes of a file are read at most: enough for the certificates of all authorities.
const LONGEST_CERTIFICATES: u64 = 16 << 20;

/// The route to a server at a URL.
pub(crate) fn route(base: &Url, args: &RouteArgs) -> Result<Route, Box<CommandProblem>> {
    let mut authorities = Vec::new();
    for file in &args.cacert {
        let pem = read("--cacert", file)?;
        trust::certificates(&pem).map_err(|reason| CommandProblem::no_certificate("--cacert", file, reason))?;
        authorities.push(pem);
    }
    let identity = match (&args.client_cert, &args.client_key) {
        (Some(certificate), Some(key)) => Some(identity(certificate, key)?),
        _ => None,
    };
    let proxy = args.proxy.as_deref().map(proxy).transpose()?;
    if proxy.is_some() && args.http2 && base.scheme() == "http" {
        return Err(Box::new(CommandProblem::Command {
            reason: "speak HTTP/2 through a proxy without TLS (--http2, --proxy)".into(),
            help: "leave --http2 out, or give a URL that begins with https://".into(),
        }));
    }
    let addresses = args.resolve.iter().map(|resolved| address(base, resolved)).collect::<Result<_, _>>()?;
    let fields = header_file::read(&args.header_file)?;
    Ok(Route { authorities, insecure: args.insecure, identity, proxy, addresses, fields })
}

fn read(option: &'static str, file: &Path) -> Result<Vec<u8>, Box<CommandProblem>> {
    let read = files::read(file, LONGEST_CERTIFICATES);
    read.map_err(|error| Box::new(CommandProblem::unreadable(option, file, &error)))
}

fn identity(certificate: &Path, key: &Path) -> Result<ClientIdentity, Box<CommandProblem>> {
    let (certificates, keys) = (read("--client-cert", certificate)?, read("--client-key", key)?);
    trust::identity(&certificates, &keys).map_err(|error| {
        Box::new(match error {
            NoIdentity::Certificates(reason) => CommandProblem::no_certificate("--client-cert", certificate, reason),
            NoIdentity::Key(reason) => CommandProblem::no_client_key(key, &reason),
        })
    })
}

fn proxy(url: &str) -> Result<Url, Box<CommandProblem>> {
    let bad = |reason: String, help: &str| {
        Box::new(CommandProblem::BadProxy { url: shown(url), reason, help: help.to_owned() })
    };
    let example = "write it like http://localhost:3128";
    let parsed = Url::parse(url).map_err(|error| bad(error.to_string(), example))?;
    if parsed.scheme() != "http" || !parsed.has_host() {
        return Err(bad("it is no HTTP proxy".to_owned(), example));
    }
    if !parsed.username().is_empty() || parsed.password().is_some() {
        let help = "put them into a header file: `Proxy-Authorization: Basic …` (--header-file)";
        return Err(bad("it holds a user name or a password".to_owned(), help));
    }
    if parsed.path() != "/" || parsed.query().is_some() || parsed.fragment().is_some() {
        return Err(bad("it holds more than a host and a port".to_owned(), example));
    }
    Ok(parsed)
}

/// The address that replaces the host of a URL.
fn address(base: &Url, resolved: &Resolved) -> Result<std::net::IpAddr, Box<CommandProblem>> {
    let (host, port) = (base.host_str().unwrap_or_default(), base.port_or_known_default().unwrap_or_default());
    let reason = match base.domain() {
        None => "its host is an address already",
        Some(_) if !resolved.host.eq_ignore_ascii_case(host) || resolved.port != port => "no request goes there",
        Some(_) => return Ok(resolved.address),
    };
    Err(Box::new(CommandProblem::Command {
        reason: format!("take {resolved} for the server at {base}: {reason} (--resolve)"),
        help: format!(
            "requests go to {host}:{port}: give the URL with the name, such as --resolve {host}:{port}:127.0.0.1"
        ),
    }))
}
