//! `mixinspec spec`: looks at the spec.

use mixinspec_engine::status::ExitStatus;

use super::{Done, load};
use crate::options::{Global, SpecCommand};
use crate::terminal::Terminal;

pub(super) fn spec(command: &SpecCommand, global: &Global, terminal: &Terminal) -> Done {
    let spec = load(global)?;
    match command {
        // Whoever loads a spec lints it; what is left to say is that there was nothing to say.
        SpecCommand::Lint => {
            let (requirements, readings) = (spec.document.requirements.len(), spec.document.readings.len());
            if !terminal.quiet {
                terminal.print(&format!("{requirements} requirements and {readings} readings, without a mistake\n"));
            }
        }
    }
    Ok(ExitStatus::Success)
}
