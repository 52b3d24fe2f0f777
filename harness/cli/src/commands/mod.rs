//! The commands, one a file.

mod codegen;
mod conclude;
mod explain;
mod id;
mod init;
mod observe;
mod pages;
mod report;
mod run;
mod sdk;
mod serve;
mod spec;
mod token;
mod variants;
mod vectors;

use mixinspec_engine::ExitStatus;
use mixinspec_spec::Spec;

use crate::options::{Cli, Command, Global};
use crate::problem::CommandProblem;
use crate::terminal::Terminal;

/// The result of a command: the exit status, or a problem.
pub(crate) type Done = Result<ExitStatus, Box<CommandProblem>>;

/// Runs the command of the command line.
pub(crate) fn dispatch(cli: Cli, terminal: &Terminal) -> Done {
    let Cli { command, global } = cli;
    match command {
        Command::Run(args) => run::run(&args, &global, terminal),
        Command::Sdk(args) => sdk::sdk(&args, &global, terminal),
        Command::Serve(args) => serve::serve(&args, &global, terminal),
        Command::Observe(args) => observe::observe(&args, &global, terminal),
        Command::Report(command) => report::report(&command, terminal),
        Command::Explain(args) => explain::explain(&args, &global, terminal),
        Command::Id(args) => id::id(&args, terminal),
        Command::Token(args) => token::token(&args, terminal),
        Command::Spec(command) => spec::spec(&command, &global, terminal),
        Command::Vectors(command) => vectors::vectors(&command, &global, terminal),
        Command::Codegen(args) => codegen::codegen(&args, &global, terminal),
        Command::Init(args) => init::init(&args, &global, terminal),
        Command::Completions(args) => pages::completions(&args, terminal),
        Command::Man(args) => pages::man(&args, terminal),
    }
}

/// The spec that the command line names, or the one that is built in.
fn load(global: &Global) -> Result<Spec, Box<CommandProblem>> {
    let spec = match &global.spec {
        Some(folder) if !folder.is_dir() => {
            return Err(Box::new(CommandProblem::NoSpecFolder { path: folder.display().to_string() }));
        }
        Some(folder) => Spec::load(folder),
        None => Spec::embedded(),
    };
    spec.map_err(|errors| Box::new(CommandProblem::Spec(errors)))
}

/// The runtime that requests are sent and answered on.
struct Runtime(Option<tokio::runtime::Runtime>);

fn runtime() -> Result<Runtime, Box<CommandProblem>> {
    let runtime = tokio::runtime::Runtime::new();
    Ok(Runtime(Some(runtime.map_err(|error| CommandProblem::Runtime { reason: error.to_string() })?)))
}

impl Runtime {
    fn block_on(&self, work: impl Future<Output = Done>) -> Done {
        match &self.0 {
            Some(runtime) => runtime.block_on(work),
            // Only `drop` takes the runtime.
            None => Err(Box::new(CommandProblem::Runtime { reason: "the runtime has ended".into() })),
        }
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        // Do not wait for tasks that are left over, such as a DNS lookup.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
