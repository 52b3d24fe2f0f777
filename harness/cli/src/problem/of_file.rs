//! Problems with the content of a file. Each shows its place, if it has one and is not a secret.

use std::ops::Range;
use std::path::Path;

use miette::{Diagnostic, NamedSource, SourceOffset, SourceSpan};
use mixinspec_engine::KnownFailuresError;
use thiserror::Error;

use super::{CommandProblem, shown};

/// A file of known failures that cannot be read.
#[derive(Debug, Error, Diagnostic)]
#[error("read the known failures {file}: {reason}")]
#[diagnostic(help(
    "the file is a list of entries such as {{requirement: group-owner, reason: \"…\", expires: 2027-01-31}}, each with \
     one of requirement, case and reading; --write-known-failures FILE writes one"
))]
pub(crate) struct BadKnown {
    file: String,
    reason: String,
    #[source_code]
    source_code: NamedSource<String>,
    #[label("here")]
    span: Option<SourceSpan>,
}

/// A configuration file with an unknown or wrong entry.
#[derive(Debug, Error, Diagnostic)]
#[error("read the configuration {file}: {reason}")]
#[diagnostic(help("{help}"))]
pub(crate) struct BadConfig {
    file: String,
    reason: String,
    help: String,
    #[source_code]
    source_code: NamedSource<String>,
    #[label("here")]
    span: Option<SourceSpan>,
}

/// A line in a list of users that is not a user.
#[derive(Debug, Error, Diagnostic)]
#[error("read the users of {name}: {reason}")]
#[diagnostic(help(
    "write one user a line, as 8dcf823d-9eb3-4da2-8734-f0aad50c0da6; # begins a comment; where the variable \
     MIXINSPEC_USERS names sessions for `mixinspec serve`, give `mixinspec run` a list of its own: --users FILE"
))]
pub(crate) struct BadUser {
    name: String,
    reason: String,
    #[source_code]
    source_code: NamedSource<String>,
    #[label("{reason}")]
    span: Option<SourceSpan>,
}

impl CommandProblem {
    pub(crate) fn known(error: KnownFailuresError, text: &str) -> Self {
        let span = SourceOffset::from_location(text, to_usize(error.line), to_usize(error.column));
        Self::Known(Box::new(BadKnown {
            source_code: NamedSource::new(&error.file, text.to_owned()),
            file: error.file,
            reason: error.reason,
            span: (!text.is_empty()).then(|| SourceSpan::new(span, 1)),
        }))
    }

    pub(crate) fn config(path: &Path, text: &str, span: Option<Range<usize>>, reason: String, help: String) -> Self {
        let file = path.display().to_string();
        Self::Config(Box::new(BadConfig {
            source_code: NamedSource::new(&file, text.to_owned()),
            file,
            reason,
            help,
            span: span.map(SourceSpan::from),
        }))
    }

    pub(crate) fn bad_user(name: &str, text: &str, at: usize, length: usize, reason: &str) -> Self {
        Self::BadUser(Box::new(BadUser {
            name: name.to_owned(),
            reason: reason.to_owned(),
            source_code: NamedSource::new(name, text.to_owned()),
            span: (length > 0).then(|| (at, length).into()),
        }))
    }

    pub(crate) fn no_certificate(option: &'static str, path: &Path, reason: String) -> Self {
        Self::Command {
            reason: format!("read the certificates of {}: {reason} ({option})", shown(path)),
            help: "the file holds certificates in PEM, each from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----: the \
                   one that the server shows, or its authority's; of one in DER: openssl x509 -inform der -in FILE"
                .into(),
        }
    }

    /// A command that does not print a token.
    pub(crate) fn no_token_of(program: &str, reason: &str) -> Self {
        Self::Command {
            reason: format!("get a token from `{program}`: {reason} (--token-command)"),
            help: "run it by itself: it prints the token alone to standard output, and ends with exit status 0; it is run \
                   without a shell and reads nothing"
                .into(),
        }
    }

    pub(crate) fn no_client_key(path: &Path, reason: &str) -> Self {
        Self::Command {
            reason: format!("read the key of {}: {reason} (--client-key)", shown(path)),
            help: "the file holds the key of the certificate that --client-cert names, in PEM and without a password, from \
                   -----BEGIN PRIVATE KEY----- to -----END PRIVATE KEY-----"
                .into(),
        }
    }
}

fn to_usize(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
