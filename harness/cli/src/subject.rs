//! Builds the target, the server that is judged, from the options: its URL, its callers, its users.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use mixinspec_engine::{Caller, Credential, Renewed, Target, Users};
use mixinspec_spec::files;
use reqwest::Url;
use reqwest::header::HeaderValue;

use crate::options::ServerArgs;
use crate::problem::CommandProblem;
use crate::token_command::{Renewal, TokenCommand};
use crate::{header_file, keystores, route};

/// A variable with tokens, one per line, for CI systems that keep secrets in variables.
const BEARER: &str = "MIXINSPEC_BEARER";

/// How many bytes of a file with a token, and of one with users, are read at most: more users than anybody lists.
const LONGEST_TOKEN: u64 = 1 << 20;
const LONGEST_USERS: u64 = 64 << 20;

/// The hosts of the production service, where tests must not create anything.
const PRODUCTION: &[&str] = &["mixin.one", "zeromesh.net"];

/// The target for a URL.
pub(crate) fn target(url: &str, args: &ServerArgs) -> Result<Target, Box<CommandProblem>> {
    let base = base(url, args.allow_production)?;
    let route = route::route(&base, &args.route)?;
    let (callers, mut secrets) = callers(args)?;
    secrets.extend(header_file::secrets(&route.fields));
    Ok(Target { base, callers, users: users(&args.users)?, route, secrets })
}

/// The callers, and their secrets, which must not be shown.
fn callers(args: &ServerArgs) -> Result<(Vec<Caller>, Vec<String>), Box<CommandProblem>> {
    if !args.token_command.is_empty() {
        return Ok((renewed_callers(args)?, Vec::new()));
    }
    let fixed = args.no_auth || !args.bearer_file.is_empty();
    let keystores = if fixed { Vec::new() } else { keystores::read(&args.keystore)? };
    if keystores.is_empty() {
        let identities = identities(&args.bearer_file, &args.caller, args.no_auth)?;
        let secrets = identities.iter().filter_map(|identity| identity.token.clone()).collect();
        return Ok((identities.iter().map(CallerIdentity::caller).collect::<Result<_, _>>()?, secrets));
    }
    if !args.caller.is_empty() {
        return Err(Box::new(CommandProblem::CallerWithKeystore));
    }
    let callers = keystores
        .into_iter()
        .map(|keystore| Caller { user_id: keystore.user_id().to_owned(), credential: Credential::keystore(keystore) });
    Ok((callers.collect(), Vec::new()))
}

/// The callers whose tokens are printed by commands.
fn renewed_callers(args: &ServerArgs) -> Result<Vec<Caller>, Box<CommandProblem>> {
    let mut tokens = Vec::new();
    for line in &args.token_command {
        let command = TokenCommand::parse(line)?;
        let text = command.token().map_err(|reason| CommandProblem::no_token_of(command.program(), &reason))?;
        tokens.push(CallerToken { from: format!("what `{}` prints", command.program()), uid: uid(&text), text });
    }
    let identities = matched(tokens, named(&args.caller)?)?;
    let renewed = |CallerIdentity { user_id, token }: CallerIdentity| {
        let token = Renewed::new(&token.unwrap_or_default(), std::slice::from_ref(&user_id));
        let token = token.map_err(|_| CommandProblem::BadToken { from: user_id.clone() })?;
        Ok(Caller { user_id, credential: Credential::Renewed(Arc::new(token)) })
    };
    identities.into_iter().map(renewed).collect()
}

/// The renewals of the callers' tokens.
pub(crate) fn renewals(target: &Target, args: &ServerArgs) -> Result<Vec<Renewal>, Box<CommandProblem>> {
    let mut renewals = Vec::new();
    for (caller, line) in target.callers.iter().zip(&args.token_command) {
        if let Credential::Renewed(token) = &caller.credential {
            let command = TokenCommand::parse(line)?;
            renewals.push(Renewal { command, token: Arc::clone(token), user_id: caller.user_id.clone() });
        }
    }
    Ok(renewals)
}

/// The number of tokens that are bound to one request: a server that checks this refuses every other request.
pub(crate) fn bound_tokens(target: &Target) -> usize {
    let bound = |caller: &&Caller| match &caller.credential {
        Credential::Bearer(value) => {
            value.to_str().is_ok_and(|value| mixinspec_token::has_sig(value.trim_start_matches("Bearer ")))
        }
        // Each new token of a command may be bound to another request.
        Credential::Renewed(_) | Credential::Keystore(_) | Credential::None => false,
    };
    target.callers.iter().filter(bound).count()
}

/// A caller's user id and token.
#[derive(Clone)]
pub(crate) struct CallerIdentity {
    pub(crate) user_id: String,
    /// The token; `None` if no credential is sent.
    pub(crate) token: Option<String>,
}

impl CallerIdentity {
    fn caller(&self) -> Result<Caller, Box<CommandProblem>> {
        let credential = match &self.token {
            None => Credential::None,
            Some(token) => {
                let value = HeaderValue::try_from(format!("Bearer {token}"));
                let mut value = value.map_err(|_| CommandProblem::BadToken { from: self.user_id.clone() })?;
                value.set_sensitive(true);
                Credential::Bearer(value)
            }
        };
        Ok(Caller { user_id: self.user_id.clone(), credential })
    }
}

fn base(url: &str, allow_production: bool) -> Result<Url, Box<CommandProblem>> {
    let shown = shown(url);
    let bad = |reason: &str, help: String| {
        Box::new(CommandProblem::BadUrl { url: shown.clone(), reason: reason.to_owned(), help })
    };
    if url.trim().is_empty() {
        let help = "give the server's base URL, such as http://localhost:8080; where it comes from a variable, that is empty; \
                    without any URL, the reference server that is built in is judged";
        return Err(bad("it is empty", help.to_owned()));
    }
    if !url.contains("://") {
        return Err(bad("it has no scheme", format!("did you mean http://{shown} ?")));
    }
    let example = || "write it like http://localhost:8080 or https://example.com/prefix".to_owned();
    let parsed = Url::parse(url).map_err(|error| bad(&error.to_string(), example()))?;
    if !matches!(parsed.scheme(), "http" | "https") {
        return Err(bad(&format!("the scheme `{}` is neither http nor https", parsed.scheme()), example()));
    }
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return Err(bad("it holds a user name or a password", "give a token with --bearer-file".to_owned()));
    }
    if parsed.query().is_some() || parsed.fragment().is_some() {
        return Err(bad("it holds a query or a fragment", "paths are appended to it, so leave them out".to_owned()));
    }
    let host = parsed.host_str().unwrap_or_default().trim_end_matches('.').to_ascii_lowercase();
    let is_production = |known: &&str| host == **known || host.ends_with(&format!(".{known}"));
    if PRODUCTION.iter().any(is_production) && !allow_production {
        return Err(Box::new(CommandProblem::Production { host }));
    }
    Ok(parsed)
}

/// A URL without its user name, password, query and fragment, which often contain a secret.
pub(crate) fn shown(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").map_or(("", url), |(_, rest)| (&url[..url.len() - rest.len()], rest));
    let (place, more) = rest.find(['?', '#']).map_or((rest, ""), |at| (&rest[..at], &rest[at..=at]));
    let (before, after) = place.rsplit_once('@').map_or(("", place), |(_, after)| ("…@", after));
    let more = if more.is_empty() { String::new() } else { format!("{more}…") };
    format!("{scheme}{before}{after}{more}")
}

/// A token and its origin.
struct CallerToken {
    from: String,
    text: String,
    uid: Option<String>,
}

fn tokens(files: &[PathBuf]) -> Result<Vec<CallerToken>, Box<CommandProblem>> {
    let mut texts = Vec::new();
    for file in files {
        let text = files::read_to_string(file, LONGEST_TOKEN)
            .map_err(|error| CommandProblem::unreadable_secret("--bearer-file", BEARER, file, &error))?;
        texts.push((file.display().to_string(), text));
    }
    if texts.is_empty() {
        let variable = std::env::var(BEARER).unwrap_or_default();
        let lines = variable.lines().filter(|line| !line.trim().is_empty());
        texts.extend(lines.map(|line| (format!("${BEARER}"), line.to_owned())));
    }
    let mut tokens = Vec::new();
    for (from, text) in texts {
        let text = text.trim();
        let text = text.strip_prefix("Bearer ").unwrap_or(text).trim().to_owned();
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Box::new(CommandProblem::BadToken { from }));
        }
        let uid = uid(&text);
        tokens.push(CallerToken { from, text, uid });
    }
    Ok(tokens)
}

/// The `uid` claim of a token that is a JWT. Nothing is verified: the server does that.
pub(crate) fn uid(token: &str) -> Option<String> {
    user_id(&mixinspec_token::unverified_claims(token)?.uid?)
}

/// Parses a hyphenated UUID in any case, and returns it in lower case.
pub(crate) fn user_id(text: &str) -> Option<String> {
    let id = uuid::Uuid::try_parse(text).ok().filter(|_| text.len() == uuid::fmt::Hyphenated::LENGTH)?;
    Some(id.to_string())
}

/// The users that --caller names.
fn named(callers: &[String]) -> Result<Vec<String>, Box<CommandProblem>> {
    let named = |caller: &String| user_id(caller).ok_or_else(|| CommandProblem::BadCaller { caller: caller.clone() });
    Ok(callers.iter().map(named).collect::<Result<_, _>>()?)
}

/// The callers: the users of the tokens, or without tokens the one user that every request counts as.
pub(crate) fn identities(
    files: &[PathBuf],
    callers: &[String],
    no_auth: bool,
) -> Result<Vec<CallerIdentity>, Box<CommandProblem>> {
    let named = named(callers)?;
    if no_auth {
        return match named.as_slice() {
            [user_id] => Ok(vec![CallerIdentity { user_id: user_id.clone(), token: None }]),
            _ => Err(Box::new(CommandProblem::NoAuthNeedsOneCaller { callers: named.len() })),
        };
    }
    let tokens = tokens(files)?;
    if tokens.is_empty() {
        let problem =
            if named.is_empty() { CommandProblem::NoCredential } else { CommandProblem::CallerWithoutCredential };
        return Err(Box::new(problem));
    }
    Ok(matched(tokens, named)?)
}

/// Matches tokens and users: either every token has a --caller, or only those have one that do not name their user.
fn matched(tokens: Vec<CallerToken>, named: Vec<String>) -> Result<Vec<CallerIdentity>, CommandProblem> {
    let all_named = named.len() == tokens.len();
    let nameless = tokens.iter().filter(|token| token.uid.is_none()).count();
    if !all_named && named.len() > nameless {
        return Err(CommandProblem::TooManyCallers { callers: named.len(), tokens: tokens.len(), nameless });
    }
    let mut rest = named.into_iter();
    let mut identities: Vec<CallerIdentity> = Vec::new();
    for CallerToken { from, text, uid } in tokens {
        let named = if all_named || uid.is_none() { rest.next() } else { None };
        let user_id = match (named, uid) {
            (Some(caller), Some(uid)) if caller != uid => {
                return Err(CommandProblem::AnotherCaller { from, uid, caller });
            }
            (Some(user_id), _) | (None, Some(user_id)) => user_id,
            (None, None) => return Err(CommandProblem::TokenWithoutCaller { from }),
        };
        if identities.iter().any(|identity| identity.user_id == user_id) {
            return Err(CommandProblem::SameCaller { user_id });
        }
        identities.push(CallerIdentity { user_id, token: Some(text) });
    }
    Ok(identities)
}

fn users(option: &str) -> Result<Users, Box<CommandProblem>> {
    if option == "any" {
        return Ok(Users::any_uuid());
    }
    let text = files::read_to_string(Path::new(option), LONGEST_USERS)
        .map_err(|error| CommandProblem::unreadable("--users", Path::new(option), &error))?;
    listed(option, &text).map(Users::listed)
}

/// The users of a list: one UUID per line; `#` begins a comment.
fn listed(name: &str, text: &str) -> Result<Vec<String>, Box<CommandProblem>> {
    let (mut all, mut seen) = (Vec::new(), HashSet::new());
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let word = line.split('#').next().unwrap_or_default().trim();
        if !word.is_empty() {
            let at = start + line.find(word).unwrap_or(0);
            let bad = |reason: &str| Box::new(CommandProblem::bad_user(name, text, at, word.len(), reason));
            let id = user_id(word).ok_or_else(|| bad("not a hyphenated UUID"))?;
            if !seen.insert(id.clone()) {
                return Err(bad("stands in the list before"));
            }
            all.push(id);
        }
        start += line.len();
    }
    if all.is_empty() {
        return Err(Box::new(CommandProblem::bad_user(name, text, 0, 0, "the list is empty")));
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_uid_of_a_token_is_read_and_nothing_else_is() {
        let token =
            mixinspec_token::hmac("HS256", b"", &serde_json::json!({"uid": "8DCF823D-9eb3-4da2-8734-f0aad50c0da6"}));
        assert_eq!(uid(&token).as_deref(), Some("8dcf823d-9eb3-4da2-8734-f0aad50c0da6"));
        for opaque in ["", "opaque", "a.b.c", "a..c", "e30.e30.e30"] {
            assert_eq!(uid(opaque), None, "{opaque}");
        }
    }

    fn token(from: &str, uid: Option<&str>) -> CallerToken {
        CallerToken { from: from.into(), text: from.into(), uid: uid.map(str::to_owned) }
    }

    fn users_of(tokens: Vec<CallerToken>, named: &[&str]) -> Option<Vec<String>> {
        let identities = matched(tokens, named.iter().map(|&user| user.to_owned()).collect()).ok()?;
        Some(identities.into_iter().map(|identity| identity.user_id).collect())
    }

    #[test]
    fn tokens_and_callers_are_matched_in_their_order() {
        let two = || vec![token("jwt", Some("u1")), token("opaque", None)];
        let both = Some(vec!["u1".to_owned(), "u2".to_owned()]);
        assert_eq!(users_of(two(), &["u1", "u2"]), both);
        assert_eq!(users_of(two(), &["u2"]), both, "only the one that does not name its user");
        assert_eq!(users_of(two(), &["u2", "u1"]), None, "the token says otherwise");
        assert_eq!(users_of(two(), &[]), None);
        assert_eq!(users_of(two(), &["u1"]), None, "the same user twice");
        assert_eq!(users_of(two(), &["u1", "u2", "u3"]), None);
    }

    #[test]
    fn a_list_of_users_is_one_uuid_a_line() {
        let list =
            "# users\n8dcf823d-9eb3-4da2-8734-f0aad50c0da6 # caller\n\n  e8e5b807-fa8b-455a-8dfa-b189d28310ff\r\n";
        assert_eq!(listed("users", list).map(|users| users.len()).ok(), Some(2));
        for wrong in ["", "# nobody\n", "x\n", "8dcf823d9eb34da28734f0aad50c0da6\n"] {
            assert!(listed("users", wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_url_is_shown_without_secrets() {
        for (url, expected) in [
            ("http://localhost:80/x", "http://localhost:80/x"),
            ("localhost:80", "localhost:80"),
            ("https://user:pass@word@host/x", "https://…@host/x"),
            ("user:password@host?token=secret#x", "…@host?…"),
            ("http://host#secret", "http://host#…"),
            ("é?", "é?…"),
        ] {
            assert_eq!(shown(url), expected);
        }
    }

    #[test]
    fn production_is_refused_by_every_name() {
        for url in ["https://api.mixin.one", "https://API.mixin.one.:443/x", "https://mixin-api.zeromesh.net/"] {
            assert!(
                base(url, false).is_err_and(|problem| matches!(*problem, CommandProblem::Production { .. })),
                "{url}"
            );
            assert!(base(url, true).is_ok(), "{url}");
        }
        assert!(base("http://mixin.one.example/", false).is_ok());
    }
}
