//! `mixinspec spec`: looks at the spec.

use mixinspec_engine::ExitStatus;
use mixinspec_spec::{coverage, show};

use super::{Done, load};
use crate::options::{Global, SpecCommand};
use crate::problem::{CommandProblem, did_you_mean};
use crate::terminal::Terminal;

pub(super) fn spec(command: &SpecCommand, global: &Global, terminal: &Terminal) -> Done {
    let spec = load(global)?;
    match command {
        // Loading the spec has linted it, so it has no mistakes.
        SpecCommand::Lint => {
            let (requirements, readings) = (spec.document.requirements.len(), spec.document.readings.len());
            if !terminal.quiet {
                terminal.print(&format!("{requirements} requirements and {readings} readings, without a mistake\n"));
            }
        }
        SpecCommand::Show { id: None } => terminal.print(&show::list(&spec)),
        SpecCommand::Show { id: Some(id) } => match show::item(&spec, id) {
            Some(text) => terminal.print(&text),
            None => {
                return Err(Box::new(CommandProblem::Command {
                    reason: format!("show `{id}`: the spec has nothing of this name"),
                    help: did_you_mean(id, show::names(&spec).collect::<Vec<_>>().iter().map(String::as_str))
                        .unwrap_or_else(|| "mixinspec spec show lists requirements and readings".to_owned()),
                }));
            }
        },
        SpecCommand::Coverage => terminal.print(&coverage::coverage(&spec).to_string()),
    }
    Ok(ExitStatus::Success)
}
