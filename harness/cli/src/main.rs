//! The program `mixinspec`: reads the command line and the environment, puts the rooms together, prints, and decides
//! nothing.
//!
//! One file a command in [`commands`]; every option stands in [`options`]; everything that can be wrong with a command
//! before anything is judged is a [`problem::Problem`]. Only this package prints.

mod commands;
mod core_dumps;
mod embedded;
mod faults;
mod keystores;
mod options;
mod panics;
mod problem;
mod progress;
mod replay;
mod sessions;
mod signals;
mod subject;
mod terminal;

use std::process::ExitCode;

use clap::FromArgMatches;

use crate::options::Cli;
use crate::terminal::Terminal;

fn main() -> ExitCode {
    core_dumps::turn_off();
    let cli = options::command().try_get_matches().and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match cli {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version come this way too; then the status is 0, and nobody may be reading.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let terminal = Terminal::new(&cli.global);
    panics::install(terminal.clone());
    let status = commands::dispatch(cli, &terminal).unwrap_or_else(|problem| {
        terminal.problem(&problem);
        problem.status()
    });
    ExitCode::from(status.code())
}
