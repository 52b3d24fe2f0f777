//! The problems of a command before anything is judged: each says what was tried, why it did not work, and what to do.
//!
//! Each problem's text fits after "failed to". Mistakes of the subject are not problems of a command; reports show
//! them.

mod of_file;
mod of_run;

use std::fmt;
use std::path::Path;

use miette::{Diagnostic, LabeledSpan, SourceCode};
use mixinspec_engine::vectors::VectorFinding;
use mixinspec_engine::{ExitStatus, REDACTED, Redactor, RunError};
use mixinspec_spec::SpecErrors;
use thiserror::Error;

use self::of_file::{BadConfig, BadKnown, BadUser};

/// The maximum number of mistakes in a file that are shown.
const MOST_FINDINGS: usize = 10;

/// Why a command fails.
#[derive(Debug, Error, Diagnostic)]
pub(crate) enum CommandProblem {
    #[error(transparent)]
    #[diagnostic(transparent)]
    Spec(SpecErrors),

    #[error("find the spec: {path} is no folder (--spec)")]
    #[diagnostic(help("it holds requirements.yaml, and an openapi.yaml for each edition in a folder of its own"))]
    NoSpecFolder { path: String },

    #[error("find the server that {option} is for: there is no URL")]
    #[diagnostic(help(
        "give one: mixinspec run http://localhost:8080 …; without a URL, the reference server that is built in is \
         judged, and it needs no such option"
    ))]
    NoUrl { option: &'static str },

    #[error("read the URL `{url}`: {reason}")]
    #[diagnostic(help("{help}"))]
    BadUrl { url: String, reason: String, help: String },

    #[error("read the proxy's URL `{url}`: {reason} (--proxy)")]
    #[diagnostic(help("{help}"))]
    BadProxy { url: String, reason: String, help: String },

    #[error("read line {line} of {from}: {reason} (--header-file)")]
    #[diagnostic(help(
        "write one header field a line, as `Name: value`; the line is not shown, since it may hold a secret"
    ))]
    BadHeader { from: String, line: usize, reason: String },

    #[error("judge {host}: it is the service that people use")]
    #[diagnostic(help(
        "a run creates hundreds of conversations and deletes none; judge a server of your own, such as \
         http://localhost:8080; --allow-production judges this one all the same"
    ))]
    Production { host: String },

    #[error("{verb} {path}: {reason} ({option})")]
    #[diagnostic(help("check the path; it is relative to the folder that the command runs in"))]
    File { verb: &'static str, option: &'static str, path: String, reason: String },

    #[error("read the file that {option} names: {reason}")]
    #[diagnostic(help(
        "what was given is not shown, since it could be the secret itself; a path that begins with a folder, such as \
         ./NAME, is; the secret itself may stand in the variable {variable}"
    ))]
    SecretFile { option: &'static str, variable: &'static str, reason: String },

    #[error(transparent)]
    #[diagnostic(transparent)]
    Known(Box<BadKnown>),

    #[error(transparent)]
    #[diagnostic(transparent)]
    Config(Box<BadConfig>),

    #[error(transparent)]
    #[diagnostic(transparent)]
    BadUser(Box<BadUser>),

    #[error("read a token from {from}: it is empty, or holds characters that a header field cannot")]
    #[diagnostic(help("the file holds the token alone, as it stands after `Authorization: Bearer`"))]
    BadToken { from: String },

    #[error("read the keystore {from}: {reason} (--keystore)")]
    #[diagnostic(help(
        "a keystore is a JSON object with app_id, session_id and session_private_key, or with client_id, session_id and \
         private_key, as a dashboard or an older SDK has written it"
    ))]
    BadKeystore { from: String, reason: String },

    #[error("read the sessions of {path}: {reason} (--users)")]
    #[diagnostic(help(
        "a file holds a keystore, or a list such as [{{\"user_id\": \"…\", \"session_id\": \"…\", \"public_key\": \"…\"}}]; a \
         folder holds such files, called *.json; where the variable MIXINSPEC_USERS names a list of users for \
         `mixinspec run`, give `mixinspec serve` sessions of its own: --users PATH"
    ))]
    BadSessions { path: String, reason: String },

    #[error("find a session in {path}: there is none (--users)")]
    #[diagnostic(help("mixinspec serve --write-keystores DIR makes two keystores to begin with"))]
    NoSessions { path: String },

    #[error("sign a token: there is no keystore")]
    #[diagnostic(help("give one: --keystore FILE"))]
    NoKeystore,

    #[error("match callers with keystores: a keystore names its user itself")]
    #[diagnostic(help("leave --caller out"))]
    CallerWithKeystore,

    #[error("read the caller `{caller}`: it is not a hyphenated UUID (--caller)")]
    #[diagnostic(help("write it like 8dcf823d-9eb3-4da2-8734-f0aad50c0da6"))]
    BadCaller { caller: String },

    #[error("find out who calls: there is neither a credential nor --no-auth")]
    #[diagnostic(help(
        "give a keystore: --keystore FILE; or a fixed token: --bearer-file FILE, with --caller UUID where it is no JWT \
         with a `uid`; or, for a server that checks no credential: --no-auth --caller UUID"
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

    #[error("get an answer: POST {url}: {reason}")]
    #[diagnostic(help("{help}"))]
    Unanswered { url: String, reason: String, help: &'static str },

    #[error("find the API: {method} {url}: {reason}")]
    #[diagnostic(help("{help}"))]
    NotHere { method: String, url: String, reason: String, help: String },

    #[error("judge the server at {url}: it redirects to {to} (HTTP {status}), and redirects are not followed")]
    #[diagnostic(help("{help}"))]
    Redirected { url: String, to: String, status: u16, help: String },

    #[error("be let in: POST {url} was refused as unauthorized, {tried}")]
    #[diagnostic(help("{help}"))]
    Unauthorized { url: String, tried: String, help: String },

    #[error("{reason}")]
    #[diagnostic(help("{help}"))]
    Command { reason: String, help: String },

    #[error("write to standard output: {reason}")]
    Output { reason: String },

    #[error("come to an end: the run was stopped, and then once more")]
    Stopped,

    #[error("start: {reason}")]
    Runtime { reason: String },
}

impl CommandProblem {
    /// The exit status of the program.
    pub(crate) fn status(&self) -> ExitStatus {
        match self {
            // The first request was sent, but says nothing about the server.
            Self::Unreachable { .. }
            | Self::Unanswered { .. }
            | Self::Unauthorized { .. }
            | Self::NotHere { .. }
            | Self::Redirected { .. }
            | Self::Stopped => ExitStatus::Inconclusive,
            _ => ExitStatus::Usage,
        }
    }

    pub(crate) fn unreadable(option: &'static str, path: &Path, error: &std::io::Error) -> Self {
        Self::File { verb: "read", option, path: shown(path), reason: reason(error) }
    }

    /// A file with a secret that cannot be read. If the user gave the secret instead of the file's name, it must not be
    /// printed.
    pub(crate) fn unreadable_secret(
        option: &'static str,
        variable: &'static str,
        path: &Path,
        error: &std::io::Error,
    ) -> Self {
        if is_surely_a_path(path) {
            return Self::unreadable(option, path, error);
        }
        Self::SecretFile { option, variable, reason: reason(error) }
    }

    pub(crate) fn unwritable(option: &'static str, path: &Path, error: &std::io::Error) -> Self {
        Self::File { verb: "write", option, path: shown(path), reason: reason(error) }
    }

    pub(crate) fn bad_keystore(from: String, error: &mixinspec_token::KeystoreError) -> Self {
        Self::BadKeystore { from, reason: error.to_string() }
    }

    pub(crate) fn bad_sessions(path: &Path, error: &mixinspec_token::SessionsError) -> Self {
        Self::BadSessions { path: path.display().to_string(), reason: error.to_string() }
    }

    /// The mistakes in a file of answers, one per line.
    pub(crate) fn answers(findings: &[VectorFinding]) -> Self {
        let (told, left) = findings.split_at(findings.len().min(MOST_FINDINGS));
        let mut lines: Vec<String> = told.iter().map(ToString::to_string).collect();
        if !left.is_empty() {
            lines.push(format!("and {} more", left.len()));
        }
        let reason = format!("read the answers (--answers): {}", lines.join("\n"));
        let help = "its form is that of vectors/answers.json, which `mixinspec vectors generate --only answers` prints with its JSON Schema";
        Self::Command { reason, help: help.into() }
    }

    /// The adapter of an SDK does not start.
    pub(crate) fn adapter(command: &str, error: &std::io::Error) -> Self {
        Self::Command {
            reason: format!("start `{command}`: {}", reason(error)),
            help: "what follows `--` is a program and its arguments; for a line of shell: -- sh -c '…'".into(),
        }
    }

    /// A command in one argument that has no words, or an unclosed quote.
    pub(crate) fn command_line(line: &str) -> Self {
        Self::Command {
            reason: format!("take `{line}` apart into a program and its arguments"),
            help: "quote as in a shell, such as --against 'python3 \"my adapter.py\"'; for a line of shell: \
                   --against \"sh -c '…'\""
                .into(),
        }
    }

    /// A client that cannot be started.
    pub(crate) fn client(command: &str, error: &std::io::Error) -> Self {
        Self::Command {
            reason: format!("start `{command}`: {}", reason(error)),
            help: "the command stands after `--`, and is looked for in PATH".into(),
        }
    }

    pub(crate) fn signals(error: &std::io::Error) -> Self {
        Self::Runtime { reason: format!("signals cannot be listened for: {error}") }
    }

    /// The spec contains something that the engine cannot use.
    pub(crate) fn unusable_spec(error: &RunError) -> Self {
        Self::Command {
            reason: format!("use the spec: {error}"),
            help: "mixinspec spec lint looks for mistakes".into(),
        }
    }
}

/// A problem, displayed with "failed to" in front.
#[derive(Debug)]
pub(crate) struct Failed<'a>(pub(crate) &'a CommandProblem);

impl fmt::Display for Failed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "failed to {}", self.0)
    }
}

impl std::error::Error for Failed<'_> {}

impl Diagnostic for Failed<'_> {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.0.help()
    }
    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.0.source_code()
    }
    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.0.labels()
    }
    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        self.0.related()
    }
}

/// Suggests the most similar name, if one is similar enough.
pub(crate) fn did_you_mean<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<String> {
    let name = name.trim_matches('*');
    let near = names.map(|candidate| (strsim::jaro_winkler(name, candidate), candidate));
    let best = near.max_by(|a, b| a.0.total_cmp(&b.0))?;
    // Below this, a similarity is an accident.
    (best.0 > 0.85).then(|| format!("did you mean `{}`?", best.1))
}

/// Whether a text must be a path: it leads to a file or into an existing folder other than the root, or its name is
/// that of a file.
fn is_surely_a_path(path: &Path) -> bool {
    const ENDINGS: [&str; 6] = ["json", "jwt", "key", "pem", "token", "txt"];
    let says_where = |folder: &&Path| folder.components().any(|part| part != std::path::Component::RootDir);
    let is_called_so = path.extension().is_some_and(|ending| ENDINGS.iter().any(|known| ending == *known));
    path.exists() || is_called_so || path.parent().filter(says_where).is_some_and(Path::is_dir)
}

/// A path as messages show it, unless it may be a secret that was given instead of a file's name.
fn shown(path: &Path) -> String {
    let text = path.display().to_string();
    let is_content = text.contains(['{', '\n']) || text.contains("-----");
    // Keys in hexadecimal or base64 have at least this length, and a file's path has a dot or a folder.
    let is_key = text.len() >= 40 && !text.contains(['.', '/', '\\']);
    if is_content || is_key || Redactor::default().redact(&text) != text { REDACTED.to_owned() } else { text }
}

/// Why a file cannot be opened, in words.
fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        std::io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        std::io::ErrorKind::NotADirectory | std::io::ErrorKind::AlreadyExists => "it is no folder".to_owned(),
        std::io::ErrorKind::InvalidData => "it is not UTF-8".to_owned(),
        std::io::ErrorKind::InvalidFilename => "there is no file with such a long name".to_owned(),
        _ => error.to_string(),
    }
}
