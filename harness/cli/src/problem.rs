//! What can be wrong with a command before anything is judged: what was tried, why it did not work, what to do.
//!
//! Each problem's text fits after "failed to". What is wrong with the subject is no problem here; it stands in reports.

use std::path::Path;

use miette::{Diagnostic, NamedSource, SourceSpan};
use mixinspec_engine::exchange::NoAnswer;
use mixinspec_engine::run::RunError;
use mixinspec_engine::status::ExitStatus;
use mixinspec_spec::SpecErrors;
use thiserror::Error;

use crate::options::RunArgs;

/// Why a command comes to nothing.
#[derive(Debug, Error, Diagnostic)]
pub(crate) enum Problem {
    #[error(transparent)]
    #[diagnostic(transparent)]
    Spec(SpecErrors),

    #[error("find a server: there is no URL")]
    #[diagnostic(help("give one: mixinspec run http://localhost:8080 …"))]
    NoUrl,

    #[error("read the URL `{url}`: {reason}")]
    #[diagnostic(help("{help}"))]
    BadUrl { url: String, reason: String, help: String },

    #[error("accept {host} as a server to judge: it is the service that people use")]
    #[diagnostic(help(
        "a run creates hundreds of conversations and deletes none; judge a server of your own, such as \
         http://localhost:8080"
    ))]
    Production { host: String },

    #[error("read {}: {reason} ({option})", path)]
    #[diagnostic(help("check the path; it is relative to the folder that the command runs in"))]
    UnreadableFile { option: &'static str, path: String, reason: String },

    #[error(transparent)]
    #[diagnostic(transparent)]
    BadUser(Box<BadUser>),

    #[error("read a token from {from}: it is empty, or holds characters that a header field cannot")]
    #[diagnostic(help("the file holds the token alone, as it stands after `Authorization: Bearer`"))]
    BadToken { from: String },

    #[error("read the caller `{caller}`: it is not a hyphenated UUID (--caller)")]
    #[diagnostic(help("write it like 8dcf823d-9eb3-4da2-8734-f0aad50c0da6"))]
    BadCaller { caller: String },

    #[error("find out who calls: there is neither a credential nor --no-auth")]
    #[diagnostic(help(
        "give a token: --bearer-file FILE, with --caller UUID where the token is no JWT with a `uid`; or, for a server \
         that checks none: --no-auth --caller UUID"
    ))]
    NoCredential,

    #[error("find the caller's credential: there is a --caller without a --bearer-file")]
    #[diagnostic(help("add --bearer-file FILE; or, for a server that checks no credential, --no-auth"))]
    CallerWithoutCredential,

    #[error("find out whose token {from} holds: it is no JWT with a `uid`, and there is no --caller for it")]
    #[diagnostic(help("add --caller UUID with the user id that the server knows the token by"))]
    TokenWithoutCaller { from: String },

    #[error(
        "match callers with tokens: there are {callers} --caller, {tokens} tokens, and {nameless} of these do not name \
         their user"
    )]
    #[diagnostic(help("give one --caller for each token, in the same order, or only for those that are no JWT"))]
    TooManyCallers { callers: usize, tokens: usize, nameless: usize },

    #[error("match {from} with its caller: the token's `uid` is {uid}, and --caller is {caller}")]
    #[diagnostic(help("leave --caller out for tokens that are JWTs, or put both in the same order"))]
    AnotherCaller { from: String, uid: String, caller: String },

    #[error("tell callers apart: {user_id} stands there twice")]
    #[diagnostic(help("the second caller must be another user; with one caller, what needs two is not applicable"))]
    SameCaller { user_id: String },

    #[error("find out who calls: --no-auth goes with exactly one --caller, and there are {callers}")]
    #[diagnostic(help(
        "a server that checks no credential takes every request to come from the same user: name that user with \
         --caller UUID"
    ))]
    NoAuthNeedsOneCaller { callers: usize },

    #[error("reach {url}: {reason}")]
    #[diagnostic(help("{help}"))]
    Unreachable { url: String, reason: String, help: String },

    #[error("be let in: POST {url} was answered with 401, {tried}")]
    #[diagnostic(help("{help}"))]
    Unauthorized { url: String, tried: String, help: String },

    #[error("{reason}")]
    #[diagnostic(help("{help}"))]
    Command { reason: String, help: String },

    #[error("start: {reason}")]
    Runtime { reason: String },
}

/// A line of a list of users that is no user.
#[derive(Debug, Error, Diagnostic)]
#[error("read the users of {name}: {reason}")]
#[diagnostic(help("write one user a line, as 8dcf823d-9eb3-4da2-8734-f0aad50c0da6; # begins a comment"))]
pub(crate) struct BadUser {
    name: String,
    reason: String,
    #[source_code]
    source_code: NamedSource<String>,
    #[label("{reason}")]
    span: Option<SourceSpan>,
}

impl Problem {
    /// What the program's exit status is.
    pub(crate) fn status(&self) -> ExitStatus {
        match self {
            // The first request was sent, and nothing can be said of the server.
            Self::Unreachable { .. } | Self::Unauthorized { .. } => ExitStatus::Inconclusive,
            _ => ExitStatus::Usage,
        }
    }

    pub(crate) fn unreadable(option: &'static str, path: &Path, error: &std::io::Error) -> Self {
        let reason = match error.kind() {
            std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
            std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
            std::io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
            std::io::ErrorKind::InvalidData => "it is not UTF-8".to_owned(),
            _ => error.to_string(),
        };
        Self::UnreadableFile { option, path: path.display().to_string(), reason }
    }

    pub(crate) fn bad_user(name: &str, text: &str, at: usize, length: usize, reason: &str) -> Self {
        Self::BadUser(Box::new(BadUser {
            name: name.to_owned(),
            reason: reason.to_owned(),
            source_code: NamedSource::new(name, text.to_owned()),
            span: (length > 0).then(|| (at, length).into()),
        }))
    }

    /// Why a run came to nothing.
    pub(crate) fn of_run(error: RunError, args: &RunArgs) -> Self {
        match error {
            RunError::Unreachable { url, reason } => unreachable(url, &reason, args),
            RunError::Unauthorized { url } => unauthorized(url, args),
            other => Self::Command { reason: format!("run: {other}"), help: "see mixinspec run --help".to_owned() },
        }
    }
}

fn unreachable(url: String, reason: &NoAnswer, args: &RunArgs) -> Problem {
    let reason = match reason {
        NoAnswer::Connect(reason) => reason.clone(),
        other => other.to_string(),
    };
    let lower = reason.to_lowercase();
    let help = if ["certificate", "tls", "ssl", "handshake"].iter().any(|word| lower.contains(word)) {
        "the server's certificate must be valid for this host and issued by an authority that the system trusts; add \
         one of your own with --cacert FILE, or use http:// where the server speaks no TLS"
    } else if lower.contains("dns") || lower.contains("lookup") || lower.contains("resolve") {
        "check the host's name"
    } else if args.server.wait.is_some() {
        "check host and port; --wait takes a longer time, too"
    } else {
        "is the server up, and is this its port? for one that is still starting: --wait 30s"
    };
    Problem::Unreachable { url, reason, help: help.to_owned() }
}

fn unauthorized(url: String, args: &RunArgs) -> Problem {
    let (tried, help) = if args.server.no_auth {
        ("without a credential (--no-auth)", "give a token: --bearer-file FILE, with --caller UUID where it is no JWT")
    } else {
        (
            "with the first token (--bearer-file)",
            "is the token expired, or signed for another request? mixinspec sends it with every request, so the server \
             must take it for any method, path and body",
        )
    };
    Problem::Unauthorized { url, tried: tried.to_owned(), help: help.to_owned() }
}
