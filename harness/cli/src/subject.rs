//! The server that is judged, from what the command line says of it: its URL, its callers, its users.

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use mixinspec_engine::client::Credential;
use mixinspec_engine::run::{Caller, Target};
use mixinspec_engine::users::Users;
use reqwest::Url;
use reqwest::header::HeaderValue;

use crate::options::ServerArgs;
use crate::problem::Problem;

/// Tokens by variable, one a line: for CI systems that keep secrets there.
const BEARER: &str = "MIXINSPEC_BEARER";

/// Hosts of the service that people use, where nothing may be created for a test.
const PRODUCTION: &[&str] = &["mixin.one", "zeromesh.net"];

/// The server at a URL.
pub(crate) fn target(url: &str, args: &ServerArgs) -> Result<Target, Problem> {
    let base = base(url)?;
    let tokens = tokens(args)?;
    let callers = callers(&tokens, args)?;
    let mut authorities = Vec::new();
    for file in &args.cacert {
        authorities.push(fs::read(file).map_err(|error| Problem::unreadable("--cacert", file, &error))?);
    }
    let secrets = tokens.into_iter().map(|token| token.text).collect();
    Ok(Target { base, callers, users: users(&args.users)?, authorities, secrets })
}

fn base(url: &str) -> Result<Url, Problem> {
    let bad = |reason: &str, help: String| Problem::BadUrl { url: url.to_owned(), reason: reason.to_owned(), help };
    if !url.contains("://") {
        return Err(bad("it has no scheme", format!("did you mean http://{url} ?")));
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
    if PRODUCTION.iter().any(is_production) {
        return Err(Problem::Production { host });
    }
    Ok(parsed)
}

/// A token and where it comes from.
struct Token {
    from: String,
    text: String,
    uid: Option<String>,
}

fn tokens(args: &ServerArgs) -> Result<Vec<Token>, Problem> {
    let mut tokens = Vec::new();
    for file in &args.bearer_file {
        let text = fs::read_to_string(file).map_err(|error| Problem::unreadable("--bearer-file", file, &error))?;
        tokens.push((file.display().to_string(), text));
    }
    if tokens.is_empty() && !args.no_auth {
        let variable = std::env::var(BEARER).unwrap_or_default();
        let lines = variable.lines().filter(|line| !line.trim().is_empty());
        tokens.extend(lines.map(|line| (format!("${BEARER}"), line.to_owned())));
    }
    let mut read = Vec::new();
    for (from, text) in tokens {
        let text = text.trim();
        let text = text.strip_prefix("Bearer ").unwrap_or(text).trim().to_owned();
        let sendable = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        if !sendable {
            return Err(Problem::BadToken { from });
        }
        let uid = uid(&text);
        read.push(Token { from, text, uid });
    }
    Ok(read)
}

/// The `uid` claim of a token that is a JWT. Nothing is verified: that is the server's business.
fn uid(token: &str) -> Option<String> {
    let claims = token.split('.').nth(1)?;
    let claims = BASE64_URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok()?;
    let claims: serde_json::Value = serde_json::from_slice(&claims).ok()?;
    let uid = claims.get("uid")?.as_str()?;
    user_id(uid)
}

/// A hyphenated UUID in lower case.
fn user_id(text: &str) -> Option<String> {
    let id = uuid::Uuid::try_parse(text).ok().filter(|_| text.len() == uuid::fmt::Hyphenated::LENGTH)?;
    Some(id.to_string())
}

fn callers(tokens: &[Token], args: &ServerArgs) -> Result<Vec<Caller>, Problem> {
    let mut named = Vec::new();
    for caller in &args.caller {
        named.push(user_id(caller).ok_or_else(|| Problem::BadCaller { caller: caller.clone() })?);
    }
    if args.no_auth {
        return match named.as_slice() {
            [user_id] => Ok(vec![Caller { user_id: user_id.clone(), credential: Credential::None }]),
            _ => Err(Problem::NoAuthNeedsOneCaller { callers: named.len() }),
        };
    }
    if tokens.is_empty() {
        return Err(if named.is_empty() { Problem::NoCredential } else { Problem::CallerWithoutCredential });
    }
    // Either every token has its --caller, or those have one that do not name their user themselves.
    let all_named = named.len() == tokens.len();
    let nameless = tokens.iter().filter(|token| token.uid.is_none()).count();
    if !all_named && named.len() > nameless {
        return Err(Problem::TooManyCallers { callers: named.len(), tokens: tokens.len(), nameless });
    }
    let mut rest = named.into_iter();
    let mut callers: Vec<Caller> = Vec::new();
    for token in tokens {
        let named = if all_named || token.uid.is_none() { rest.next() } else { None };
        let user_id = match (named, &token.uid) {
            (Some(named), Some(uid)) if named != *uid => {
                return Err(Problem::AnotherCaller { from: token.from.clone(), uid: uid.clone(), caller: named });
            }
            (Some(named), _) => named,
            (None, Some(uid)) => uid.clone(),
            (None, None) => return Err(Problem::TokenWithoutCaller { from: token.from.clone() }),
        };
        if callers.iter().any(|caller| caller.user_id == user_id) {
            return Err(Problem::SameCaller { user_id });
        }
        let mut value = HeaderValue::try_from(format!("Bearer {}", token.text))
            .map_err(|_| Problem::BadToken { from: token.from.clone() })?;
        value.set_sensitive(true);
        callers.push(Caller { user_id, credential: Credential::Bearer(value) });
    }
    Ok(callers)
}

fn users(option: &str) -> Result<Users, Problem> {
    if option == "any" {
        return Ok(Users::any_uuid());
    }
    let text = fs::read_to_string(option).map_err(|error| Problem::unreadable("--users", Path::new(option), &error))?;
    listed(option, &text).map(Users::listed)
}

/// The users of a list: one UUID a line, `#` begins a comment.
fn listed(name: &str, text: &str) -> Result<Vec<String>, Problem> {
    let mut all: Vec<String> = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let word = line.split('#').next().unwrap_or_default().trim();
        if !word.is_empty() {
            let at = start + line.find(word).unwrap_or(0);
            let bad = |reason: &str| Problem::bad_user(name, text, at, word.len(), reason);
            let id = user_id(word).ok_or_else(|| bad("not a hyphenated UUID"))?;
            if all.contains(&id) {
                return Err(bad("stands in the list before"));
            }
            all.push(id);
        }
        start += line.len();
    }
    if all.is_empty() {
        return Err(Problem::bad_user(name, text, 0, 0, "the list is empty"));
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_uid_of_a_token_is_read_and_nothing_else_is() {
        let claims = BASE64_URL_SAFE_NO_PAD.encode(r#"{"uid":"8DCF823D-9eb3-4da2-8734-f0aad50c0da6"}"#);
        assert_eq!(uid(&format!("x.{claims}.y")).as_deref(), Some("8dcf823d-9eb3-4da2-8734-f0aad50c0da6"));
        for opaque in ["", "opaque", "a.b.c", "a..c", "x.e30.y"] {
            assert_eq!(uid(opaque), None, "{opaque}");
        }
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
    fn production_is_refused_by_every_name() {
        for url in ["https://api.mixin.one", "https://API.mixin.one.:443/x", "https://mixin-api.zeromesh.net/"] {
            assert!(matches!(base(url), Err(Problem::Production { .. })), "{url}");
        }
        assert!(base("http://mixin.one.example/").is_ok());
    }
}
