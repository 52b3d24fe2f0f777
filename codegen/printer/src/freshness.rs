//! Checks that the checked-in outputs are what the printer prints now.

use std::collections::BTreeMap;
use std::fmt;

use similar::TextDiff;

use crate::RelPath;

/// How many lines of a diff are shown.
const SHOWN_LINES: usize = 200;

/// Outputs that are not what the printer prints now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaleOutputs {
    outputs: BTreeMap<RelPath, String>,
    command: String,
}

impl StaleOutputs {
    /// The paths of the outputs.
    pub fn paths(&self) -> impl Iterator<Item = &RelPath> {
        self.outputs.keys()
    }
}

/// Compares printed outputs with what `read` finds at each path; `None` means no file. `command` is the command that
/// prints them again.
///
/// Line ends are not compared: a checkout may have changed them.
pub fn stale(
    printed: &BTreeMap<RelPath, String>,
    command: &str,
    read: impl Fn(&RelPath) -> Option<String>,
) -> Option<StaleOutputs> {
    let mut outputs = BTreeMap::new();
    for (path, expected) in printed {
        let found = read(path).map(|text| text.replace("\r\n", "\n"));
        if found.as_ref() != Some(expected) {
            outputs.insert(path.clone(), diff(path, found.as_deref(), expected));
        }
    }
    (!outputs.is_empty()).then(|| StaleOutputs { outputs, command: command.to_owned() })
}

fn diff(path: &RelPath, found: Option<&str>, expected: &str) -> String {
    let found_name = if found.is_some() { path.as_str() } else { "/dev/null" };
    let diff = TextDiff::from_lines(found.unwrap_or_default(), expected);
    let text = diff.unified_diff().header(found_name, path.as_str()).to_string();
    let lines = text.lines().count();
    if lines <= SHOWN_LINES {
        return text;
    }
    let shown: Vec<&str> = text.lines().take(SHOWN_LINES).collect();
    format!("{}\n… {} more lines\n", shown.join("\n"), lines - SHOWN_LINES)
}

impl fmt::Display for StaleOutputs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for diff in self.outputs.values() {
            writeln!(f, "{diff}")?;
        }
        let count = self.outputs.len();
        let (files, are) = if count == 1 { ("file", "is") } else { ("files", "are") };
        write!(f, "{count} {files} {are} not what the spec says; to print again: {}", self.command)
    }
}

impl std::error::Error for StaleOutputs {}
