//! The program `mixinspec`: reads the command line and the environment, calls the other packages, and prints. It makes
//! no decisions of its own.
//!
//! Each command is a file in [`commands`], every option is in [`options`], and everything that can be wrong with a
//! command before anything is judged is a [`problem::CommandProblem`]. Only this package prints.

mod commands;
mod config;
mod core_dumps;
mod embedded;
mod faults;
mod github;
mod header_file;
mod keystores;
mod options;
mod outputs;
mod panics;
mod problem;
mod progress;
mod replay;
mod route;
mod sessions;
mod signals;
mod subject;
mod terminal;
mod token_command;

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::FromArgMatches;
use mixinspec_engine::ExitStatus;

use crate::options::{Cli, Global};
use crate::problem::CommandProblem;
use crate::terminal::Terminal;

// Judging allocates many small values, on all threads at the same time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    core_dumps::turn_off();
    let command = options::command();
    let arguments = match config::arguments(&command, std::env::args_os().collect()) {
        Ok(arguments) => arguments,
        Err(problem) => {
            // The options for colours are not parsed yet.
            Terminal::new(&Global::default()).problem(&problem);
            return ExitCode::from(problem.status().code());
        }
    };
    let cli = command.try_get_matches_from(arguments).and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match cli {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version come here, too; then the status is 0, and the output may be closed already.
            let printed = error.print().and_then(|()| io::stdout().flush());
            return match printed.err().and_then(|error| terminal::loss(&error)) {
                Some(reason) => {
                    // If this fails, there is no way left to report it.
                    let _ = writeln!(io::stderr(), "failed to write to standard output: {reason}");
                    ExitCode::from(ExitStatus::Error.code())
                }
                None => ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2)),
            };
        }
    };
    let terminal = Terminal::new(&cli.global);
    panics::install(terminal.clone());
    let status = commands::dispatch(cli, &terminal).unwrap_or_else(|problem| {
        terminal.problem(&problem);
        problem.status()
    });
    match terminal.lost() {
        Some(reason) => {
            let problem = CommandProblem::Output { reason };
            terminal.problem(&problem);
            ExitCode::from(problem.status().code())
        }
        None => ExitCode::from(status.code()),
    }
}
