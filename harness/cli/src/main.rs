//! The program `mixinspec`: reads the command line and the environment, puts the rooms together, prints, and decides
//! nothing.
//!
//! One file a command in [`commands`]; every option stands in [`options`]; everything that can be wrong with a command
//! before anything is judged is a [`problem::Problem`]. Only this package prints.

mod commands;
mod options;
mod problem;
mod subject;
mod terminal;

use std::process::ExitCode;

use clap::Parser;

use crate::options::Cli;
use crate::terminal::Terminal;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let terminal = Terminal::new(&cli.global);
    let status = commands::dispatch(cli, &terminal).unwrap_or_else(|problem| {
        terminal.problem(&problem);
        problem.status()
    });
    ExitCode::from(status.code())
}
