//! The options of `mixinspec run`: the server, the selected checks, the pace, and the results.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::LINES;
use super::route::RouteArgs;
use super::value::{ReadingName, ReportTo, duration, formats, pause, rate, reading_name, report_to};

/// Options of `run`.
#[derive(Debug, Args)]
#[command(after_help = RUN_EXAMPLES)]
pub(crate) struct RunArgs {
    /// The server's base URL, with its path prefix; without it, the reference server that is built in
    #[arg(value_name = "URL", env = "MIXINSPEC_URL")]
    pub(crate) url: Option<String>,
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    #[command(flatten)]
    pub(crate) selection: SelectionArgs,
    #[command(flatten)]
    pub(crate) pace: PaceArgs,
    #[command(flatten)]
    pub(crate) results: ResultArgs,
}

const RUN_EXAMPLES: &str = "\
Examples:
  mixinspec run http://localhost:8080 --keystore caller.json --keystore peer.json --wait 30s
  mixinspec run http://localhost:8080 --bearer-file token --caller 8dcf823d-9eb3-4da2-8734-f0aad50c0da6
  mixinspec run http://localhost:8080 --no-auth --caller 8dcf823d-9eb3-4da2-8734-f0aad50c0da6 --edition 2026
  mixinspec run … --only 'contact-*' -v             a part, with every exchange
  mixinspec run … --known-failures known.yaml --report junit=junit.xml --report json=report.json";

/// The server and who talks to it.
#[derive(Debug, Args)]
#[command(next_help_heading = "Server")]
pub(crate) struct ServerArgs {
    /// The edition of the API to judge by: 2018, 2026, or `auto`, the newest that the server conforms to
    #[arg(long, value_name = "EDITION", default_value = "auto", env = "MIXINSPEC_EDITION")]
    pub(crate) edition: String,
    /// A Mixin keystore, today's form or an older one; first the caller's, then those of peers (repeatable)
    ///
    /// Each request is signed with the key in it: a token is bound to method, path below URL with query, and body. The
    /// keystores may also stand in the variable MIXINSPEC_KEYSTORE_JSON, but never on the command line.
    #[arg(long, value_name = "FILE", env = "MIXINSPEC_KEYSTORE", value_delimiter = LINES, conflicts_with = "bearer_file")]
    pub(crate) keystore: Vec<PathBuf>,
    /// A file with a bearer token; first the caller's, then those of peers (repeatable)
    ///
    /// A token that is a JWT with a `uid` names its user; for any other, add --caller. Tokens may also stand in the
    /// variable MIXINSPEC_BEARER, one a line, but never on the command line.
    #[arg(long, value_name = "FILE", env = "MIXINSPEC_BEARER_FILE", value_delimiter = LINES)]
    pub(crate) bearer_file: Vec<PathBuf>,
    /// The user id of a token without a readable `uid`, in the order of these tokens (repeatable)
    #[arg(long, value_name = "UUID", env = "MIXINSPEC_CALLER", value_delimiter = LINES)]
    pub(crate) caller: Vec<String>,
    /// A command that prints a bearer token; first the caller's, then those of peers (repeatable)
    ///
    /// It is run without a shell, before the run and again every --token-every. Its output is a secret, as a token in a
    /// file is. Where it fails, the run does not begin, or sends nothing until the command prints a token again.
    #[arg(long, value_name = "LINE", env = "MIXINSPEC_TOKEN_COMMAND", value_delimiter = LINES, conflicts_with_all = ["bearer_file", "keystore", "no_auth"])]
    pub(crate) token_command: Vec<String>,
    /// How often these commands print a new token
    #[arg(long, value_name = "TIME", default_value = "1m", env = "MIXINSPEC_TOKEN_EVERY", value_parser = pause)]
    pub(crate) token_every: Duration,
    /// Send no credential; the server takes everybody for --caller
    #[arg(long, env = "MIXINSPEC_NO_AUTH", conflicts_with_all = ["bearer_file", "keystore"])]
    pub(crate) no_auth: bool,
    /// Judge the service that people use, if you must: everything that the run creates stays there
    #[arg(long, env = "MIXINSPEC_ALLOW_PRODUCTION")]
    pub(crate) allow_production: bool,
    /// The users that the server knows: `any` UUID, or a FILE with one a line
    ///
    /// `#` begins a comment. Beside the callers, 300 users are enough for the groups; each CONTACT case uses up one more.
    /// What needs more users than there are is not applicable.
    #[arg(long, value_name = "any|FILE", default_value = "any", env = "MIXINSPEC_USERS")]
    pub(crate) users: String,
    #[command(flatten)]
    pub(crate) route: RouteArgs,
}

/// What is judged, and with which cases.
#[derive(Debug, Args)]
#[command(next_help_heading = "What is judged")]
pub(crate) struct SelectionArgs {
    /// Judge only requirements and readings whose id, or a case's id, matches; `*` is any text (repeatable)
    #[arg(long, value_name = "PATTERN", env = "MIXINSPEC_ONLY", value_delimiter = LINES)]
    pub(crate) only: Vec<String>,
    /// Leave these out (repeatable)
    #[arg(long, value_name = "PATTERN", env = "MIXINSPEC_SKIP", value_delimiter = LINES)]
    pub(crate) skip: Vec<String>,
    /// Demand one reading where the sources allow several (repeatable)
    #[arg(long, value_name = "ID=NAME", env = "MIXINSPEC_READING", value_delimiter = LINES, value_parser = reading_name)]
    pub(crate) reading: Vec<ReadingName>,
    /// Run this one case again, as a failure names it, or all cases of a requirement
    #[arg(long, value_name = "ID", env = "MIXINSPEC_REPLAY", conflicts_with_all = ["only", "skip"])]
    pub(crate) replay: Option<String>,
    /// Run the replayed case until it fails, so many times at the most
    #[arg(long, value_name = "N", default_value_t = 1, env = "MIXINSPEC_REPEAT", requires = "replay", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) repeat: u32,
    /// Show the cases and send nothing
    #[arg(long, env = "MIXINSPEC_LIST")]
    pub(crate) list: bool,
    /// How many generated requests each property is tried on
    #[arg(long, value_name = "N", default_value_t = mixinspec_engine::CASES, env = "MIXINSPEC_CASES")]
    pub(crate) cases: u64,
    /// What decides the generated cases: the same number, the same cases
    #[arg(long, value_name = "N", default_value_t = 1, env = "MIXINSPEC_SEED")]
    pub(crate) seed: u64,
    /// What keeps the ids of this run apart from every other run's [default: random]
    ///
    /// Use a text once for each server: by the second run the server has its conversations already, and most requirements
    /// are about new ones.
    #[arg(long, value_name = "TEXT", env = "MIXINSPEC_RUN_ID")]
    pub(crate) run_id: Option<String>,
}

/// How fast, how much and how long.
#[derive(Debug, Args)]
#[command(next_help_heading = "Pace")]
pub(crate) struct PaceArgs {
    /// How many cases run at once
    ///
    /// A case sends its requests one after another, unless the requirement is about simultaneous ones.
    #[arg(short, long, value_name = "N", default_value_t = mixinspec_engine::JOBS, env = "MIXINSPEC_JOBS", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) jobs: u16,
    /// How long one exchange may take, such as 10s or 500ms
    #[arg(long, value_name = "TIME", default_value = "10s", env = "MIXINSPEC_TIMEOUT", value_parser = duration)]
    pub(crate) timeout: Duration,
    /// How many requests are sent a second at the most [default: no limit]
    #[arg(long, value_name = "N", env = "MIXINSPEC_RATE", value_parser = rate)]
    pub(crate) rate: Option<f64>,
    /// How many requests are sent in all at the most; what needs more is inconclusive
    #[arg(long, value_name = "N", default_value_t = 100_000, env = "MIXINSPEC_MAX_REQUESTS")]
    pub(crate) max_requests: u64,
    /// Stop at the first failure
    #[arg(long, env = "MIXINSPEC_FAIL_FAST")]
    pub(crate) fail_fast: bool,
}

/// What becomes of the results.
#[derive(Debug, Args)]
#[command(next_help_heading = "Reports and gate")]
pub(crate) struct ResultArgs {
    #[arg(long, value_name = "FORMAT=FILE", env = "MIXINSPEC_REPORT", value_delimiter = LINES, value_parser = report_to)]
    #[arg(help = format!("Write a report to a file, or to standard output with `-` (repeatable); formats: {}", formats()))]
    pub(crate) report: Vec<ReportTo>,
    /// A file of failures that are accepted for now; one that is out of date breaks the run
    ///
    /// A list in YAML; each entry names a `requirement`, a `case` or a `reading`, has a `reason`, and may have an
    /// `issue`, a date on which it `expires`, and `flaky: true` where it fails in some runs only. Entries are looked up in one edition: choose it with --edition.
    #[arg(long, value_name = "FILE", env = "MIXINSPEC_KNOWN_FAILURES")]
    pub(crate) known_failures: Option<PathBuf>,
    /// Take the entries that pass out of the file of known failures, and write it anew
    #[arg(long, env = "MIXINSPEC_PRUNE", requires = "known_failures", conflicts_with = "write_known_failures")]
    pub(crate) prune: bool,
    /// Write what fails in this run as such a file
    ///
    /// With --known-failures, what that file says of its entries is kept, and it may be the same file.
    #[arg(long, value_name = "FILE", env = "MIXINSPEC_WRITE_KNOWN_FAILURES")]
    pub(crate) write_known_failures: Option<PathBuf>,
    /// In GitHub Actions, add a summary to the job's page and print annotations; `off` does neither
    ///
    /// The summary goes to the file that GITHUB_STEP_SUMMARY names. Annotations are printed where GITHUB_ACTIONS is `true`
    /// and no report goes to standard output.
    #[arg(long, value_name = "WHEN", default_value = "auto", env = "MIXINSPEC_GITHUB")]
    pub(crate) github: GitHub,
    /// Let warnings fail the run
    #[arg(long, env = "MIXINSPEC_STRICT")]
    pub(crate) strict: bool,
}

/// Whether GitHub Actions is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum GitHub {
    /// Where it runs the program.
    Auto,
    /// Nowhere.
    Off,
}

impl ResultArgs {
    /// Whether a report for a program goes to standard output.
    pub(crate) fn writes_to_output(&self) -> bool {
        self.report.iter().any(|report| report.file.is_none())
    }
}
