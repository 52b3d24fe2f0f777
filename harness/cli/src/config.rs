//! The configuration file: options of the commands that judge, sign and serve. The command line and environment
//! variables override them.
//!
//! Its keys are the names of options, so that every option has a key. They are turned into arguments, which are parsed
//! with those of the command line.

use std::ffi::OsString;
use std::ops::Range;
use std::path::{Path, PathBuf};

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command};
use mixinspec_spec::files;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::problem::{CommandProblem, did_you_mean};

/// The file that is read by default, if it exists.
pub(crate) const FILE: &str = "mixinspec.toml";

/// The commands that have a table in the file.
const COMMANDS: [&str; 5] = ["run", "sdk", "observe", "serve", "token"];

/// An option that is only allowed in a file that --config names: mixinspec must not run a program only because it is
/// started in a foreign folder.
const RUNS_A_PROGRAM: &str = "token-command";

/// How many bytes of the file are read at most.
const LONGEST: u64 = 1 << 20;

/// The given arguments, followed by those that the file adds.
pub(crate) fn arguments(command: &Command, given: Vec<OsString>) -> Result<Vec<OsString>, Box<CommandProblem>> {
    // Mistakes in the arguments are reported when all are parsed; help needs no file.
    let Ok(matches) = command.clone().ignore_errors(true).try_get_matches_from(&given) else { return Ok(given) };
    let Some((name, matches)) = matches.subcommand().filter(|(name, _)| COMMANDS.contains(name)) else {
        return Ok(given);
    };
    let own = given.iter().take_while(|argument| *argument != "--").count();
    if given[..own].iter().any(|argument| argument == "-h" || argument == "--help") {
        return Ok(given);
    }
    let Some((path, text)) = read(matches)? else { return Ok(given) };
    let mut whole = command.clone();
    whole.build();
    let Some(command) = whole.find_subcommand(name) else { return Ok(given) };
    let is_named = matches.try_get_one::<PathBuf>("config").ok().flatten().is_some();
    let file = ConfigFile { path: &path, text: &text, is_named };
    let added = file.added(&whole, command, matches)?;
    let (before, after) = given.split_at(own);
    Ok(before.iter().cloned().chain(added).chain(after.iter().cloned()).collect())
}

/// Reads the file that --config names, or the default one.
fn read(matches: &ArgMatches) -> Result<Option<(PathBuf, String)>, Box<CommandProblem>> {
    let named = matches.try_get_one::<PathBuf>("config").ok().flatten();
    let path = named.cloned().unwrap_or_else(|| FILE.into());
    match files::read_to_string(&path, LONGEST) {
        Ok(text) => Ok(Some((path, text))),
        Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Box::new(CommandProblem::unreadable("--config", &path, &error))),
    }
}

/// A configuration file and its text.
struct ConfigFile<'a> {
    path: &'a Path,
    text: &'a str,
    /// Whether --config names it, so that it is not just the default file in this folder.
    is_named: bool,
}

impl ConfigFile<'_> {
    /// The arguments that the file adds to those of a command. The tables of all commands are checked.
    fn added(
        &self,
        whole: &Command,
        command: &Command,
        matches: &ArgMatches,
    ) -> Result<Vec<OsString>, Box<CommandProblem>> {
        let tables = DeTable::parse(self.text)
            .map_err(|error| self.wrong(error.span(), error.message().to_owned(), "it is written in TOML (toml.io)"))?;
        let mut added = Vec::new();
        for (table, keys) in tables.get_ref() {
            let name = table.get_ref().as_ref();
            let Some(of) = whole.find_subcommand(name).filter(|_| COMMANDS.contains(&name)) else {
                let help = format!("there are the tables [{}]", COMMANDS.join("], ["));
                let is_table = matches!(keys.get_ref(), DeValue::Table(_));
                let reason = if is_table {
                    format!("there is no table `{name}`")
                } else {
                    format!("`{name}` stands in no table")
                };
                return Err(self.wrong(Some(table.span()), reason, &help));
            };
            let DeValue::Table(keys) = keys.get_ref() else {
                return Err(self.wrong(Some(table.span()), format!("`{name}` is a table"), &format!("write [{name}]")));
            };
            for (key, value) in keys {
                let argument = self.argument(of, key)?;
                if key_of(argument) == Some(RUNS_A_PROGRAM) && !self.is_named {
                    let reason = format!("`{RUNS_A_PROGRAM}` runs a program, and nobody named this file");
                    let help = format!("where the file is yours, run with --config {}", self.path.display());
                    return Err(self.wrong(Some(key.span()), reason, &help));
                }
                let arguments = self.values(argument, value)?;
                self.check(whole, name, &arguments, value.span())?;
                if of.get_name() == command.get_name() && !is_overruled(command, argument, matches) {
                    added.extend(arguments);
                }
            }
        }
        Ok(added)
    }

    /// Finds the argument of a key: an option by its name, or the URL.
    fn argument<'a>(
        &self,
        command: &'a Command,
        key: &Spanned<std::borrow::Cow<'_, str>>,
    ) -> Result<&'a Arg, Box<CommandProblem>> {
        let name = key.get_ref().as_ref();
        let known = || command.get_arguments().filter(|argument| key_of(argument).is_some());
        known().find(|argument| key_of(argument) == Some(name)).ok_or_else(|| {
            let command = command.get_name();
            let near = did_you_mean(name, known().filter_map(key_of));
            let help =
                near.unwrap_or_else(|| format!("its keys are the options that `mixinspec {command} --help` shows"));
            self.wrong(Some(key.span()), format!("`mixinspec {command}` has no option `{name}`"), &help)
        })
    }

    /// Converts a value to arguments of the command line.
    fn values(&self, argument: &Arg, value: &Spanned<DeValue<'_>>) -> Result<Vec<OsString>, Box<CommandProblem>> {
        let name = key_of(argument).unwrap_or_default();
        let wrong = |is: &str, such_as: String| {
            Err(self.wrong(Some(value.span()), format!("`{name}` is {is}"), &format!("write {such_as}")))
        };
        let given = |text: &str| match argument.get_long() {
            Some(long) => format!("--{long}={text}").into(),
            None => text.into(),
        };
        let is_number = argument.get_value_names().is_some_and(|names| names.iter().any(|name| name.as_str() == "N"));
        match (argument.get_action(), value.get_ref()) {
            (ArgAction::SetTrue, DeValue::Boolean(true)) => Ok(vec![format!("--{name}").into()]),
            (ArgAction::SetTrue, DeValue::Boolean(false)) => Ok(Vec::new()),
            (ArgAction::SetTrue, _) => wrong("true or false", format!("{name} = true")),
            (ArgAction::Append, DeValue::Array(all)) => {
                let texts = all.iter().map(|one| match one.get_ref() {
                    DeValue::String(text) => Some(given(text)),
                    _ => None,
                });
                match texts.collect() {
                    Some(texts) => Ok(texts),
                    None => wrong("a list of texts", format!("{name} = [\"…\", \"…\"]")),
                }
            }
            (ArgAction::Append, DeValue::String(text)) => Ok(vec![given(text)]),
            (ArgAction::Append, _) => wrong("a text, or a list of them", format!("{name} = [\"…\", \"…\"]")),
            (_, DeValue::Integer(_) | DeValue::Float(_)) if is_number => {
                Ok(vec![given(&self.text[value.span()].replace('_', ""))])
            }
            (_, DeValue::String(text)) if !is_number => Ok(vec![given(text)]),
            _ if is_number => wrong("a number", format!("{name} = 1")),
            _ => wrong("a text", format!("{name} = \"…\", with the quotation marks")),
        }
    }

    /// Checks that an option accepts its values.
    fn check(
        &self,
        whole: &Command,
        command: &str,
        arguments: &[OsString],
        span: Range<usize>,
    ) -> Result<(), Box<CommandProblem>> {
        let line = [OsString::from("mixinspec"), command.into()];
        let read = whole.clone().try_get_matches_from(line.iter().chain(arguments));
        match read.err().filter(|error| matches!(error.kind(), ErrorKind::InvalidValue | ErrorKind::ValueValidation)) {
            None => Ok(()),
            Some(error) => {
                let text = error.render().to_string();
                let reason = text.split("\n\n").next().unwrap_or_default().trim_start_matches("error: ").to_owned();
                Err(self.wrong(Some(span), reason, &format!("`mixinspec {command} --help` tells what it takes")))
            }
        }
    }

    fn wrong(&self, span: Option<Range<usize>>, reason: String, help: &str) -> Box<CommandProblem> {
        Box::new(CommandProblem::config(self.path, self.text, span, reason, help.to_owned()))
    }
}

/// The key of an argument, if it has one.
fn key_of(argument: &Arg) -> Option<&str> {
    match (argument.get_long(), argument.get_id().as_str()) {
        (Some("config" | "help" | "version"), _) => None,
        (None, "url") => Some("url"),
        (long, _) => long,
    }
}

/// Whether the command line or a variable overrides an option: it sets the same option, or one that excludes it.
fn is_overruled(command: &Command, argument: &Arg, matches: &ArgMatches) -> bool {
    let is_given = |id: &str| {
        let source = matches.try_contains_id(id).ok().and_then(|_| matches.value_source(id));
        matches!(source, Some(ValueSource::CommandLine | ValueSource::EnvVariable))
    };
    let excludes = |one: &Arg, other: &Arg| {
        command.get_arg_conflicts_with(one).iter().any(|conflict| conflict.get_id() == other.get_id())
    };
    let given = command.get_arguments().filter(|other| is_given(other.get_id().as_str()));
    given
        .into_iter()
        .any(|other| other.get_id() == argument.get_id() || excludes(other, argument) || excludes(argument, other))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::options;

    /// The arguments that a text adds.
    pub(crate) fn added(text: &str, given: &str) -> Result<Vec<String>, String> {
        added_by(text, given, false)
    }

    /// The arguments that the text of a file adds; `is_named` tells whether --config names the file.
    pub(crate) fn added_by(text: &str, given: &str, is_named: bool) -> Result<Vec<String>, String> {
        let mut whole = options::command();
        let matches = whole.clone().ignore_errors(true).try_get_matches_from(given.split(' ')).expect("arguments");
        let (name, matches) = matches.subcommand().expect("a command");
        whole.build();
        let command = whole.find_subcommand(name).expect("a command");
        let added = ConfigFile { path: Path::new(FILE), text, is_named }.added(&whole, command, matches);
        added
            .map(|added| added.iter().map(|one| one.to_string_lossy().into_owned()).collect())
            .map_err(|problem| problem.to_string())
    }

    #[test]
    fn keys_are_options() {
        let text = "[run]\nurl = 'http://x'\ncases = 1_0\nrate = 0.5\nstrict = true\nno-auth = false\nkeystore = ['a', 'b']\n\
                    [sdk]\ncases = 7\n";
        let of_run = ["http://x", "--cases=10", "--rate=0.5", "--strict", "--keystore=a", "--keystore=b"];
        let mut added_to_run = added(text, "mixinspec run").expect("arguments");
        added_to_run.sort_unstable_by_key(|argument| of_run.iter().position(|one| one == argument));
        assert_eq!(added_to_run, of_run);
        assert_eq!(added(text, "mixinspec sdk -- true").expect("arguments"), ["--cases=7"]);
        let beside = "[serve]\nport = 0\nobserve = true\n[token]\nkeystore = 'a'\n";
        let mut added_to_serve = added(beside, "mixinspec serve").expect("arguments");
        added_to_serve.sort_unstable();
        assert_eq!(added_to_serve, ["--observe", "--port=0"]);
        assert_eq!(added(beside, "mixinspec token GET /me").expect("arguments"), ["--keystore=a"]);
    }

    #[test]
    fn a_file_that_lies_here_runs_no_program() {
        let error = added("[run]\ntoken-command = 'get-token'\n", "mixinspec run").expect_err("it is refused");
        assert!(error.contains("runs a program"), "{error}");
    }

    #[test]
    fn the_command_line_wins() {
        let text = "[run]\nurl = 'http://x'\nkeystore = 'a'\ncases = 1\n";
        for (given, expected) in [
            ("mixinspec run http://y --cases 2", &["--keystore=a"][..]),
            ("mixinspec run --no-auth", &["--cases=1", "http://x"]),
            ("mixinspec run --bearer-file f", &["--cases=1", "http://x"]),
            ("mixinspec run --prune", &["--cases=1", "--keystore=a", "http://x"]),
        ] {
            let mut added = added(text, given).expect("arguments");
            added.sort_unstable();
            assert_eq!(added, expected, "{given}");
        }
    }
}
