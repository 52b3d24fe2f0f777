//! The options of `mixinspec sdk` and `mixinspec observe`.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::LINES;
use super::run::ResultArgs;
use super::value::duration;

/// Options of `observe`.
#[derive(Debug, Args)]
#[command(after_help = OBSERVE_EXAMPLES)]
pub(crate) struct ObserveArgs {
    /// The client, with its arguments
    ///
    /// Its environment tells it where the server is (MIXINSPEC_URL), and names two files with keystores that the server
    /// knows, its own (MIXINSPEC_KEYSTORE) and a peer's (MIXINSPEC_PEER_KEYSTORE). What it prints goes to standard error.
    #[arg(last = true, required = true, value_name = "COMMAND")]
    pub(crate) command: Vec<OsString>,
    /// The edition of the API that the server speaks, and to judge by: 2018 or 2026
    #[arg(long, value_name = "EDITION", default_value = "2026", env = "MIXINSPEC_EDITION")]
    pub(crate) edition: String,
    /// Answer POST /conversations with the answers of this file in turn, and not as the server would: vectors/answers.json,
    /// or another of its form
    #[arg(long, value_name = "FILE", env = "MIXINSPEC_ANSWERS")]
    pub(crate) answers: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) results: ResultArgs,
}

const OBSERVE_EXAMPLES: &str = "\
Examples:
  mixinspec observe -- ./my-bot --once
  mixinspec observe --report junit=client.xml -- sh -c 'my-cli --api \"$MIXINSPEC_URL\" create-group Friends'
  mixinspec observe --answers vectors/answers.json -- ./my-bot     it meets refusals, outages, odd answers

Nothing of what the client makes of the answers is judged; for that, write an adapter: mixinspec sdk.";

/// Options of `sdk`.
#[derive(Debug, Args)]
#[command(after_help = SDK_EXAMPLES)]
pub(crate) struct SdkArgs {
    /// The program that calls the SDK, with its arguments: it speaks JSON lines, see docs/sdk-protocol.md
    #[arg(last = true, required = true, value_name = "COMMAND")]
    pub(crate) command: Vec<OsString>,
    /// The edition of the API to judge by: 2018, 2026, or `auto`, the newest that the SDK conforms to
    #[arg(long, value_name = "EDITION", default_value = "auto", env = "MIXINSPEC_EDITION")]
    pub(crate) edition: String,
    /// How long the program may say nothing while it has something to do
    #[arg(long, value_name = "TIME", default_value = "10s", env = "MIXINSPEC_TIMEOUT", value_parser = duration)]
    pub(crate) timeout: Duration,
    /// How long the program may take for everything; what is left then is inconclusive
    #[arg(long, value_name = "TIME", default_value = "10m", env = "MIXINSPEC_TIME_LIMIT", value_parser = duration)]
    pub(crate) time_limit: Duration,
    /// Compare with another adapter, its command in one argument, and show the smallest disagreement
    #[arg(long, value_name = "LINE", env = "MIXINSPEC_AGAINST")]
    pub(crate) against: Option<String>,
    #[command(flatten)]
    pub(crate) selection: SdkSelectionArgs,
    #[command(flatten)]
    pub(crate) results: ResultArgs,
}

/// What is judged of an SDK, and with which cases.
#[derive(Debug, Args)]
#[command(next_help_heading = "What is judged")]
pub(crate) struct SdkSelectionArgs {
    /// Judge only requirements whose id, or a case's id, matches; `*` is any text (repeatable)
    #[arg(long, value_name = "PATTERN", env = "MIXINSPEC_ONLY", value_delimiter = LINES)]
    pub(crate) only: Vec<String>,
    /// Leave these out (repeatable)
    #[arg(long, value_name = "PATTERN", env = "MIXINSPEC_SKIP", value_delimiter = LINES)]
    pub(crate) skip: Vec<String>,
    /// Run this one case again, as a failure names it, or all cases of a requirement
    #[arg(long, value_name = "ID", env = "MIXINSPEC_REPLAY", conflicts_with_all = ["only", "skip"])]
    pub(crate) replay: Option<String>,
    /// Show the cases and judge nothing
    #[arg(long, env = "MIXINSPEC_LIST")]
    pub(crate) list: bool,
    /// How many generated arguments each function is tried on
    #[arg(long, value_name = "N", default_value_t = 10_000, env = "MIXINSPEC_CASES")]
    pub(crate) cases: u64,
    /// What decides the generated cases: the same number, the same cases
    #[arg(long, value_name = "N", default_value_t = 1, env = "MIXINSPEC_SEED")]
    pub(crate) seed: u64,
    /// What keeps the ids of this run apart from every other run's [default: random]
    #[arg(long, value_name = "TEXT", env = "MIXINSPEC_RUN_ID")]
    pub(crate) run_id: Option<String>,
    /// Stop at the first failure
    #[arg(long, env = "MIXINSPEC_FAIL_FAST")]
    pub(crate) fail_fast: bool,
}

const SDK_EXAMPLES: &str = "\
Examples:
  mixinspec sdk -- python3 adapter.py
  mixinspec sdk --edition 2026 --known-failures known.yaml --report junit=sdk.xml -- node adapter.mjs
  mixinspec sdk --against 'python3 other.py' -- node adapter.mjs      where the two disagree

What the program writes to standard error is passed on.";
