//! `mixinspec vectors`: prints the vectors, and checks a folder of them.

use std::fs;
use std::path::Path;

use mixinspec_engine::{ExitStatus, Settings, VectorError, generate, verify};
use mixinspec_spec::Spec;
use mixinspec_spec::files::holds;

use super::{Done, load};
use crate::options::{Global, VectorsArgs, VectorsCommand};
use crate::problem::{CommandProblem, did_you_mean};
use crate::terminal::Terminal;

pub(super) fn vectors(command: &VectorsCommand, global: &Global, terminal: &Terminal) -> Done {
    let spec = load(global)?;
    match command {
        VectorsCommand::Generate(args) => write(&spec, args, terminal),
        VectorsCommand::Verify { folder } => check(&spec, folder, terminal),
    }
}

fn write(spec: &Spec, args: &VectorsArgs, terminal: &Terminal) -> Done {
    let VectorsArgs { seed, count, only, out } = args;
    let settings = Settings { seed: *seed, count: *count, only: only.clone() };
    let files = generate(spec, &settings).map_err(|error| match &error {
        VectorError::UnknownFile { name, known } => CommandProblem::Command {
            reason: format!("print the vectors `{name}`"),
            help: did_you_mean(name, known.split(", ")).unwrap_or_else(|| format!("there are {known}")),
        },
        _ => CommandProblem::Command {
            reason: format!("print the vectors: {error}"),
            help: "mixinspec spec lint looks for mistakes in the spec".into(),
        },
    })?;
    for file in files {
        let path = out.join(&file.path);
        if holds(&path, &file.text) {
            continue;
        }
        let written = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&path, file.text));
        written.map_err(|error| CommandProblem::unwritable("--out", &path, &error))?;
        if !terminal.quiet {
            terminal.print(&format!("wrote {}\n", path.display()));
        }
    }
    Ok(ExitStatus::Success)
}

fn check(spec: &Spec, folder: &Path, terminal: &Terminal) -> Done {
    if !folder.is_dir() {
        return Err(Box::new(CommandProblem::Command {
            reason: format!("find the folder {}", folder.display()),
            help: "mixinspec vectors generate --out DIR writes one".into(),
        }));
    }
    let findings = verify(spec, folder);
    for finding in &findings {
        terminal.print(&format!("{}/{finding}\n", folder.display()));
    }
    if !findings.is_empty() {
        return Ok(ExitStatus::Failed);
    }
    if !terminal.quiet {
        terminal.print(&format!("the vectors in {} hold\n", folder.display()));
    }
    Ok(ExitStatus::Success)
}
