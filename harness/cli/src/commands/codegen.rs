//! `mixinspec codegen`: prints the spec as Rust types and JSON Schemas.

use std::fs;

use mixinspec_codegen::{render, stale};
use mixinspec_engine::ExitStatus;
use mixinspec_spec::files;

use super::{Done, load};
use crate::options::{CodegenArgs, Global};
use crate::problem::CommandProblem;
use crate::terminal::Terminal;

/// How many bytes of a generated file are read at most.
const LONGEST: u64 = 16 << 20;

pub(super) fn codegen(args: &CodegenArgs, global: &Global, terminal: &Terminal) -> Done {
    let spec = load(global)?;
    let printed = render(&spec).map_err(|error| CommandProblem::Command {
        reason: error.to_string(),
        help: "the printer has no form for this part of the spec; mixinspec spec lint names the keywords there are"
            .into(),
    })?;
    if args.check {
        let command = format!("mixinspec codegen --out {}", args.out.display());
        let there = |path: &str| files::read_to_string(&args.out.join(path), LONGEST).ok();
        return match stale(&printed, &command, |path| there(path.as_str())) {
            None => Ok(ExitStatus::Success),
            Some(stale) => {
                terminal.print(&format!("{stale}\n"));
                Ok(ExitStatus::Failed)
            }
        };
    }
    for (path, text) in printed {
        let file = args.out.join(path.as_str());
        if files::holds(&file, &text) {
            continue;
        }
        let written = file.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&file, text));
        written.map_err(|error| CommandProblem::unwritable("--out", &file, &error))?;
        if !terminal.quiet {
            terminal.print(&format!("wrote {}\n", file.display()));
        }
    }
    Ok(ExitStatus::Success)
}
