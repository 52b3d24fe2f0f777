//! Writes the outputs of this repository's spec, or with `--check` compares them.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use std::{env, fs};

use mixinspec_codegen::{RelPath, render, stale};
use mixinspec_spec::Spec;

/// The command that runs this binary, as named in the generated files.
const COMMAND: &str = "cargo run -p mixinspec-codegen";

const USAGE: &str = "usage: cargo run -p mixinspec-codegen [-- --check]";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let result = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => write(),
        ["--check"] => check(),
        _ => return failed(&format!("unknown arguments: {}\n{USAGE}", arguments.join(" "))),
    };
    result.unwrap_or_else(|error| failed(&format!("failed to {error}")))
}

fn failed(text: &str) -> ExitCode {
    // If this fails, there is no way left to report it.
    let _ = writeln!(io::stderr(), "error: {text}");
    ExitCode::from(2)
}

/// The workspace in which this binary was built; its files are written.
fn workspace() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

fn outputs() -> Result<BTreeMap<RelPath, String>, Box<dyn Error>> {
    let spec = Spec::embedded().map_err(|errors| {
        let findings: String = errors.findings.iter().map(|finding| format!("\n  {finding}")).collect();
        format!("{errors}{findings}")
    })?;
    Ok(render(&spec)?)
}

fn write() -> Result<ExitCode, Box<dyn Error>> {
    for (path, text) in outputs()? {
        let file = workspace().join(path.as_str());
        if fs::read_to_string(&file).is_ok_and(|found| found == text) {
            continue;
        }
        let written = file.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&file, text));
        written.map_err(|error| format!("write {path}: {error}"))?;
        writeln!(io::stdout(), "wrote {path}")?;
    }
    Ok(ExitCode::SUCCESS)
}

fn check() -> Result<ExitCode, Box<dyn Error>> {
    match stale(&outputs()?, COMMAND, |path| fs::read_to_string(workspace().join(path.as_str())).ok()) {
        None => Ok(ExitCode::SUCCESS),
        Some(stale) => {
            writeln!(io::stdout(), "{stale}")?;
            Ok(ExitCode::FAILURE)
        }
    }
}
