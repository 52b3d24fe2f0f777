//! `mixinspec completions` and `mixinspec man`: prints shell completions and manual pages of the command line.

use std::path::Path;

use clap_mangen::Man;
use mixinspec_engine::ExitStatus;

use super::Done;
use crate::options::{self, CompletionsArgs, ManArgs};
use crate::problem::CommandProblem;
use crate::terminal::Terminal;

/// Prints the completion script of a shell.
pub(super) fn completions(args: &CompletionsArgs, terminal: &Terminal) -> Done {
    let mut command = options::command();
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, name, &mut script);
    terminal.print(&String::from_utf8_lossy(&script));
    Ok(ExitStatus::Success)
}

/// Prints the program's manual page, or writes one for each command into a folder.
pub(super) fn man(args: &ManArgs, terminal: &Terminal) -> Done {
    let mut command = options::command();
    command.build();
    match &args.folder {
        None => {
            let mut page = Vec::new();
            Man::new(command)
                .render(&mut page)
                .map_err(|error| CommandProblem::Runtime { reason: error.to_string() })?;
            terminal.print(&String::from_utf8_lossy(&page));
        }
        Some(folder) => write(command, folder)?,
    }
    Ok(ExitStatus::Success)
}

fn write(command: clap::Command, folder: &Path) -> Result<(), Box<CommandProblem>> {
    let written = std::fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(command, folder));
    written.map_err(|error| Box::new(CommandProblem::unwritable("DIR", folder, &error)))
}
