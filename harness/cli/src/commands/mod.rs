//! The commands, one a file.

mod run;

use mixinspec_engine::status::ExitStatus;
use mixinspec_spec::Spec;

use crate::options::{Cli, Command, Global};
use crate::problem::Problem;
use crate::terminal::Terminal;

/// Does what the command line says.
pub(crate) fn dispatch(cli: Cli, terminal: &Terminal) -> Result<ExitStatus, Problem> {
    let Cli { command, global } = cli;
    match command {
        Command::Run(args) => run::run(*args, &global, terminal),
    }
}

/// The spec that the command line names, or the one that is built in.
fn spec(global: &Global) -> Result<Spec, Problem> {
    let spec = match &global.spec {
        Some(folder) => Spec::load(folder),
        None => Spec::embedded(),
    };
    spec.map_err(Problem::Spec)
}
