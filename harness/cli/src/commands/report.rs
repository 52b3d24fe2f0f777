//! `mixinspec report`: converts, compares and merges reports in JSON.

use std::path::{Path, PathBuf};

use mixinspec_engine::reporter::{badge, diff, json};
use mixinspec_engine::{Diff, ExitStatus, Report, Unmergeable, Unreadable, merge, read_report};
use mixinspec_spec::files;

use super::Done;
use crate::options::{AsFormat, BadgeArgs, BadgeFormat, OutArgs, ReportCommand};
use crate::outputs;
use crate::problem::CommandProblem;
use crate::terminal::Terminal;

/// How many bytes of a report are read at most.
const LONGEST: u64 = 256 << 20;

pub(super) fn report(command: &ReportCommand, terminal: &Terminal) -> Done {
    match command {
        ReportCommand::As(AsFormat { format, args }) => {
            let report = read(&args.file, &args.out)?;
            let text = format.render(&report).map_err(|error| unmade(&*error))?;
            write(&args.out, &text, terminal)
        }
        ReportCommand::Badge(BadgeArgs { render, format }) => {
            let report = read(&render.file, &render.out)?;
            let text = match format {
                BadgeFormat::Svg => badge::svg(&report).map_err(|error| unmade(&error))?,
                BadgeFormat::Endpoint => badge::endpoint(&report),
            };
            write(&render.out, &text, terminal)
        }
        ReportCommand::Diff { before, after } => compare(before, after, terminal),
        ReportCommand::Merge { files, out } => {
            let reports = files.iter().map(|file| read(file, out)).collect::<Result<Vec<Report>, _>>()?;
            let merged = merge(reports).map_err(|error| unmergeable(&error, files))?;
            let text = json::render(&merged).map_err(|error| unmade(&error))?;
            write(out, &text, terminal)
        }
    }
}

fn compare(before: &Path, after: &Path, terminal: &Terminal) -> Done {
    let reports = [read_file(before)?, read_file(after)?];
    let names = [before, after].map(|file| file.display().to_string());
    let diff = Diff::of(&reports[0], &reports[1]).map_err(|error| CommandProblem::Command {
        reason: format!("compare {} with {}: {error}", names[0], names[1]),
        help: "both are reports of the same kind of subject, from runs that judged something".into(),
    })?;
    let [one, other] = &reports;
    terminal.print(&diff::render(&diff, [one, other], names.each_ref().map(String::as_str), terminal.style()));
    Ok(diff.status())
}

/// Reads a report, and checks that the output is another file.
fn read(file: &Path, out: &OutArgs) -> Result<Report, Box<CommandProblem>> {
    let written: Vec<outputs::NamedOutput<'_>> = out.out.as_deref().map(|out| ("--out", out)).into_iter().collect();
    outputs::check(&written, &[("FILE", file)])?;
    read_file(file)
}

fn read_file(file: &Path) -> Result<Report, Box<CommandProblem>> {
    let text =
        files::read_to_string(file, LONGEST).map_err(|error| CommandProblem::unreadable("FILE", file, &error))?;
    read_report(&text).map_err(|error| {
        let help = match error {
            Unreadable::Newer(_) => "take the mixinspec that wrote it, or a later one",
            _ => "a report is what `mixinspec run --report json=FILE` writes",
        };
        Box::new(CommandProblem::Command {
            reason: format!("read the report {}: {error}", file.display()),
            help: help.to_owned(),
        })
    })
}

fn write(out: &OutArgs, text: &str, terminal: &Terminal) -> Done {
    match &out.out {
        Some(file) => outputs::write(file, text).map_err(|error| CommandProblem::unwritable("--out", file, &error))?,
        None => terminal.print(text),
    }
    Ok(ExitStatus::Success)
}

fn unmade(error: &dyn std::error::Error) -> Box<CommandProblem> {
    Box::new(CommandProblem::Runtime { reason: format!("a report cannot be made: {error}") })
}

fn unmergeable(error: &Unmergeable, files: &[PathBuf]) -> Box<CommandProblem> {
    let at = match error {
        Unmergeable::Different { at, .. } | Unmergeable::Empty { at, .. } => Some(*at),
        _ => None,
    };
    let name = at.and_then(|at| files.get(at)).map_or_else(|| "reports".to_owned(), |file| file.display().to_string());
    Box::new(CommandProblem::Command {
        reason: format!("merge {name}: {error}"),
        help:
            "reports are merged that are of one kind, edition and spec, by the same mixinspec; `mixinspec report diff` \
               compares others"
                .into(),
    })
}
