//! The command line: every command and every option, with its help, its variable and its default.
//!
//! These types hold what the user typed; [`crate::subject`] and [`crate::commands`] convert it to what the engine
//! needs.

mod report;
mod route;
mod run;
mod sdk;
mod setup;
mod value;

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::styling::{AnsiColor, Styles};
use clap::builder::{FalseyValueParser, OsStringValueParser, TypedValueParser as _};
use clap::{ArgAction, Args, CommandFactory, Parser, Subcommand, ValueEnum};
pub(crate) use report::{AsFormat, BadgeArgs, BadgeFormat, OutArgs, ReportCommand};
pub(crate) use route::RouteArgs;
pub(crate) use run::{GitHub, ResultArgs, RunArgs, ServerArgs};
pub(crate) use sdk::{ObserveArgs, SdkArgs, SdkSelectionArgs};
pub(crate) use setup::{CompletionsArgs, InitArgs, ManArgs};
pub(crate) use value::{ReportTo, Resolved};
use value::{duration, first_line};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Several values in a variable are separated by line ends.
const LINES: char = '\n';

/// Finds out whether an implementation of Mixin Messenger's POST /conversations does what the spec says.
///
/// Every verdict names a requirement, every requirement quotes its source, and every failure comes with the smallest
/// request that shows it, as a `curl` line.
#[derive(Debug, Parser)]
#[command(name = "mixinspec", version, styles = STYLES, max_term_width = 100, after_help = EXAMPLES)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) global: Global,
}

const EXAMPLES: &str = "\
Examples:
  mixinspec run                               judge the reference server that is built in
  mixinspec run http://localhost:8080 --no-auth --caller 8dcf823d-9eb3-4da2-8734-f0aad50c0da6
  mixinspec explain contact-id-symmetric      what it says, who says so, how it is checked
  mixinspec id 8dcf823d-9eb3-4da2-8734-f0aad50c0da6 e8e5b807-fa8b-455a-8dfa-b189d28310ff

Exit status:
  0  every must that applies holds
  1  a must fails, or the gate of known failures is broken
  2  the command, a file or the spec is wrong; a result cannot be written; or we made a mistake
  3  a must could not be decided, nothing was judged, or the run was stopped

Every option has a variable: that of --run-id is MIXINSPEC_RUN_ID. Several values stand one a line.
An option goes before its variable, and both before the configuration file.";

/// Options of every command.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// Read the spec from this folder instead of the one that is built in
    #[arg(long = "spec", global = true, value_name = "DIR", env = "MIXINSPEC_SPEC")]
    pub(crate) spec: Option<PathBuf>,
    /// Take what `run`, `sdk`, `observe`, `serve` and `token` are not told from this file; `mixinspec init` writes one
    /// [default: mixinspec.toml, where it is]
    #[arg(long, global = true, value_name = "FILE", env = "MIXINSPEC_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// Say more; for `run`: show every exchange, and why a requirement does not apply
    #[arg(short, long, global = true, env = "MIXINSPEC_VERBOSE", conflicts_with = "quiet")]
    pub(crate) verbose: bool,
    /// Say less; for `run`: a line for each failure, and the last line
    #[arg(short, long, global = true, env = "MIXINSPEC_QUIET")]
    pub(crate) quiet: bool,
    /// Show what follows from other failures as failures of their own
    #[arg(long, global = true, env = "MIXINSPEC_ALL")]
    pub(crate) all: bool,
    /// When to use colours; NO_COLOR turns `auto` off
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", env = "MIXINSPEC_COLOR")]
    pub(crate) color: Color,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal.
    #[default]
    Auto,
    /// Everywhere.
    Always,
    /// Nowhere.
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Judge a server
    Run(Box<RunArgs>),
    /// Judge an SDK in any language, through a program that calls it
    Sdk(Box<SdkArgs>),
    /// Start the reference server: what a correct implementation does
    Serve(ServeArgs),
    /// Run a client against the reference server, and judge every request that it sends
    Observe(Box<ObserveArgs>),
    /// Make something of reports: another format, a badge, a difference, one of many
    #[command(subcommand)]
    Report(ReportCommand),
    /// Show what a requirement or a reading says, where it is said, and how it is checked
    Explain(ExplainArgs),
    /// Compute the id of a conversation
    Id(IdArgs),
    /// Sign a request: print the token that a caller sends with it
    Token(TokenArgs),
    /// Look at the spec, or look for mistakes in it
    #[command(subcommand)]
    Spec(SpecCommand),
    /// Print the vectors, or check those of a folder
    #[command(subcommand)]
    Vectors(VectorsCommand),
    /// Print the spec as Rust types and JSON Schemas
    Codegen(CodegenArgs),
    /// Write a configuration file to begin with
    Init(InitArgs),
    /// Print what completes the command line in a shell
    Completions(CompletionsArgs),
    /// Print the manual page, or write a page for each command
    Man(ManArgs),
}

/// Options of `serve`.
#[derive(Debug, Args)]
#[command(after_help = SERVE_EXAMPLES)]
pub(crate) struct ServeArgs {
    /// The port to listen on; 0 takes a free one
    #[arg(long, value_name = "N", default_value_t = 8080, env = "MIXINSPEC_PORT")]
    pub(crate) port: u16,
    /// The address to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1", env = "MIXINSPEC_HOST")]
    pub(crate) host: std::net::IpAddr,
    /// The edition of the API to speak: 2018 or 2026
    #[arg(long, value_name = "EDITION", default_value = "2026", env = "MIXINSPEC_EDITION")]
    pub(crate) edition: String,
    /// The sessions whose signed tokens are taken: a FILE with a list of them, or a folder of keystores
    ///
    /// The list is JSON, and holds no secret: [{"user_id": UUID, "session_id": UUID, "public_key": KEY}, …]. KEY is 32
    /// bytes in hexadecimal or base64 (EdDSA), or a public key in PEM (EdDSA, RS512). Anybody may be a participant all
    /// the same.
    #[arg(long, value_name = "PATH", env = "MIXINSPEC_USERS", conflicts_with_all = ["bearer_file", "caller"])]
    pub(crate) users: Option<PathBuf>,
    /// Make a caller's and a peer's keystore in this folder, and take their signed tokens
    ///
    /// caller.json and peer.json are in today's form (EdDSA) or, in edition 2018, in the older one (RS512). Those that
    /// are there already are used as they are.
    #[arg(long, value_name = "DIR", env = "MIXINSPEC_WRITE_KEYSTORES", conflicts_with_all = ["bearer_file", "caller"])]
    pub(crate) write_keystores: Option<PathBuf>,
    /// A file with a bearer token to let in; without any, no credential is checked (repeatable)
    #[arg(long, value_name = "FILE", env = "MIXINSPEC_BEARER_FILE", value_delimiter = LINES)]
    pub(crate) bearer_file: Vec<PathBuf>,
    /// The user of a token without a readable `uid`, or of everybody where no credential is checked (repeatable)
    #[arg(long, value_name = "UUID", env = "MIXINSPEC_CALLER", value_delimiter = LINES)]
    pub(crate) caller: Vec<String>,
    /// Differ from what the server usually does in this way, as another correct one may (repeatable)
    #[arg(long, value_name = "NAME", env = "MIXINSPEC_VARIANT", value_delimiter = LINES)]
    pub(crate) variant: Vec<String>,
    /// List the variants, each with what leaves it open, and start nothing
    #[arg(long, env = "MIXINSPEC_LIST_VARIANTS")]
    pub(crate) list_variants: bool,
    /// List the users that there are with the variant closed-user-list, one a line, and start nothing
    #[arg(long, env = "MIXINSPEC_LIST_USERS")]
    pub(crate) list_users: bool,
    /// Make one mistake on purpose, to try a gate or a client with: a fault by its name
    ///
    /// --list-faults shows them all. Whoever judges the server then finds the requirement broken that the list names. A
    /// fault that is about signed tokens, or about two callers, takes --write-keystores or --users.
    #[arg(long, value_name = "NAME", env = "MIXINSPEC_FAULT")]
    pub(crate) fault: Option<String>,
    /// List the faults, with their editions and what each breaks, and start nothing
    #[arg(long, value_name = "FORMAT", env = "MIXINSPEC_LIST_FAULTS", num_args = 0..=1, default_missing_value = "text")]
    pub(crate) list_faults: Option<ListFormat>,
    /// Judge every request that clients send, and report when the server is stopped; with --users or --write-keystores
    #[arg(long, env = "MIXINSPEC_OBSERVE")]
    pub(crate) observe: bool,
    /// With --observe: answer POST /conversations with the answers of this file in turn, and not as the server would:
    /// vectors/answers.json, or another of its form
    #[arg(long, value_name = "FILE", env = "MIXINSPEC_ANSWERS", requires = "observe")]
    pub(crate) answers: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) results: ResultArgs,
}

/// How a list is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

const SERVE_EXAMPLES: &str = "\
Examples:
  mixinspec serve --port 8080                                  takes every request to come from one user
  mixinspec serve --write-keystores keystores                  verifies signed tokens, and says how to sign them
  mixinspec serve --users keystores                            verifies those of the same sessions again
  mixinspec serve --bearer-file a.token --caller 8dcf823d-9eb3-4da2-8734-f0aad50c0da6
  mixinspec serve --variant times-in-seconds --variant pretty-printed
  mixinspec serve --fault group-code-shared                    does one thing wrong
  mixinspec serve --list-faults json | jq -r '.[].name'        the names of all that it can do wrong";

/// Options of `explain`.
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The requirement's or the reading's id, or a case's
    #[arg(value_name = "ID")]
    pub(crate) id: String,
}

/// Options of `id`.
#[derive(Debug, Args)]
#[command(after_help = ID_EXAMPLES, override_usage = "mixinspec id <USER> <USER>\n       mixinspec id --group <OWNER> --name <NAME> --random <UUID> <PARTICIPANT>...")]
pub(crate) struct IdArgs {
    /// The two users of a CONTACT; with --group, the participants beside the owner
    #[arg(value_name = "USER")]
    pub(crate) users: Vec<String>,
    /// The owner of a GROUP, whose id it is then
    #[arg(long, value_name = "OWNER", env = "MIXINSPEC_GROUP", requires = "random")]
    pub(crate) group: Option<String>,
    /// The name of the GROUP
    #[arg(long, value_name = "NAME", default_value = "", env = "MIXINSPEC_NAME")]
    pub(crate) name: String,
    /// The random_id of the GROUP
    #[arg(long, value_name = "UUID", env = "MIXINSPEC_RANDOM", requires = "group")]
    pub(crate) random: Option<String>,
}

const ID_EXAMPLES: &str = "\
Examples:
  mixinspec id 8dcf823d-9eb3-4da2-8734-f0aad50c0da6 e8e5b807-fa8b-455a-8dfa-b189d28310ff
  mixinspec id --group 8dcf823d-9eb3-4da2-8734-f0aad50c0da6 --name 'Mixin Rocks' \\
    --random 01d21e2c-76f5-4940-8ea0-9b7f21728674 e8e5b807-fa8b-455a-8dfa-b189d28310ff";

/// Options of `token`.
#[derive(Debug, Args)]
#[command(after_help = TOKEN_EXAMPLES)]
pub(crate) struct TokenArgs {
    /// The method of the request
    #[arg(value_name = "METHOD")]
    pub(crate) method: String,
    /// Its path below the server's base URL, with its query
    #[arg(value_name = "PATH")]
    pub(crate) path: String,
    /// The file with its body, to the byte; `-` is standard input; without it, the body is empty
    #[arg(value_name = "BODYFILE")]
    pub(crate) body: Option<PathBuf>,
    /// The caller's keystore; of several lines in the variable, the first
    #[arg(long, value_name = "FILE", env = "MIXINSPEC_KEYSTORE", value_parser = OsStringValueParser::new().map(first_line))]
    pub(crate) keystore: Option<PathBuf>,
    /// How long the token is valid, such as 60s or 10m
    #[arg(long, value_name = "TIME", default_value = "10m", env = "MIXINSPEC_LIFE", value_parser = duration)]
    pub(crate) life: Duration,
}

const TOKEN_EXAMPLES: &str = "\
Examples:
  mixinspec token GET /me --keystore caller.json
  mixinspec token POST /conversations body.json --keystore caller.json
  curl -H \"Authorization: Bearer $(mixinspec token POST /conversations body.json --keystore caller.json)\" \\
    -H 'Content-Type: application/json' --data-binary @body.json http://localhost:8080/conversations

A token is bound to one request: to its method, its path with query, and its body.";

/// The commands of `spec`.
#[derive(Debug, Subcommand)]
pub(crate) enum SpecCommand {
    /// Look for mistakes: file, line, column, and what to do
    Lint,
    /// List what the spec has, or show one item as it is written, with what it owns
    Show {
        /// A requirement, reading, derivation, request family or source; without it, the list
        #[arg(value_name = "ID")]
        id: Option<String>,
    },
    /// Count what the requirements cover: rows, forms, constraints, sentences of the sources
    Coverage,
}

/// The commands of `vectors`.
#[derive(Debug, Subcommand)]
pub(crate) enum VectorsCommand {
    /// Print the vectors of the spec: the same for the same seed
    Generate(VectorsArgs),
    /// Compute everything in a folder of vectors again
    Verify {
        /// The folder
        #[arg(value_name = "DIR", default_value = "vectors")]
        folder: PathBuf,
    },
}

/// Options of `vectors generate`.
#[derive(Debug, Args)]
#[command(after_help = VECTORS_EXAMPLES)]
pub(crate) struct VectorsArgs {
    /// What decides everything in them that looks random
    #[arg(long, value_name = "N", default_value_t = 1, env = "MIXINSPEC_SEED")]
    pub(crate) seed: u64,
    /// How many vectors each file of ids has at least [default: 2048 pairs of users, 512 groups]
    #[arg(long, value_name = "N", env = "MIXINSPEC_COUNT")]
    pub(crate) count: Option<usize>,
    /// Print this file alone: unique-conversation-id, group-conversation-id, create-conversation, answers or
    /// published (repeatable)
    #[arg(long, value_name = "FILE", env = "MIXINSPEC_ONLY", value_delimiter = LINES)]
    pub(crate) only: Vec<String>,
    /// The folder to write to
    #[arg(long, value_name = "DIR", default_value = "vectors", env = "MIXINSPEC_OUT")]
    pub(crate) out: PathBuf,
}

const VECTORS_EXAMPLES: &str = "\
Examples:
  mixinspec vectors generate                                      the files that are published
  mixinspec vectors generate --seed 7 --count 100000 --only unique-conversation-id --out more";

/// Options of `codegen`.
#[derive(Debug, Args)]
pub(crate) struct CodegenArgs {
    /// Write nothing; fail where a file is not what the spec says
    #[arg(long, env = "MIXINSPEC_CHECK")]
    pub(crate) check: bool,
    /// The folder to write to
    #[arg(long, value_name = "DIR", default_value = ".", env = "MIXINSPEC_OUT")]
    pub(crate) out: PathBuf,
}

/// The clap command. The last line of its help says how variables are named, so that no option needs to. The variable
/// of an option without a value turns it on, unless it is empty, `0`, `false`, `no` or `off`.
pub(crate) fn command() -> clap::Command {
    with_variables(Cli::command())
}

fn with_variables(command: clap::Command) -> clap::Command {
    let command = command.mut_args(|argument| {
        let argument = argument.hide_env(true);
        match argument.get_action() {
            ArgAction::SetTrue => argument.value_parser(FalseyValueParser::new()),
            _ => argument,
        }
    });
    command.mut_subcommands(with_variables)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_option_has_a_variable_by_its_name() {
        let mut commands = vec![Cli::command()];
        while let Some(command) = commands.pop() {
            for argument in command.get_arguments() {
                let Some(long) = argument.get_long() else { continue };
                let expected = format!("MIXINSPEC_{}", long.to_uppercase().replace('-', "_"));
                assert_eq!(argument.get_env().and_then(|name| name.to_str()), Some(expected.as_str()), "--{long}");
            }
            commands.extend(command.get_subcommands().cloned());
        }
    }
}
