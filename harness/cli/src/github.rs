//! What GitHub Actions gets of a run without being asked: a summary on the job's page, and annotations in the output.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::PathBuf;

use mixinspec_engine::Report;
use mixinspec_engine::reporter::{github, markdown};

use crate::options::{GitHub, ResultArgs};
use crate::terminal::Terminal;

/// The step that a run is part of, where it is one of GitHub's.
#[derive(Debug)]
pub(crate) struct WorkflowStep {
    /// The file whose text is shown on the job's page.
    summary: Option<PathBuf>,
    /// Whether lines of the output are commands.
    obeys: bool,
    /// Whether annotations go to standard output: not where it holds a report for a program.
    annotates: bool,
}

impl WorkflowStep {
    pub(crate) fn of(results: &ResultArgs) -> Self {
        let is_on = results.github == GitHub::Auto;
        let variable = |name: &str| std::env::var_os(name).filter(|value| is_on && !value.is_empty());
        let obeys = variable("GITHUB_ACTIONS").is_some_and(|value| value == "true");
        let summary = variable("GITHUB_STEP_SUMMARY").map(PathBuf::from);
        Self { summary, obeys, annotates: obeys && !results.writes_to_output() }
    }

    /// Text in which no line is a command: some of it may be what a subject sent.
    pub(crate) fn guarded(&self, text: String) -> String {
        if !self.obeys {
            return text;
        }
        // Until a line has this word, which nobody can guess, the runner obeys nothing.
        let word = uuid::Uuid::new_v4().simple();
        format!("::stop-commands::{word}\n{text}::{word}::\n")
    }

    /// Adds the summary and prints the annotations. Nobody asked for them, so that it is no error when that fails.
    pub(crate) fn tell(&self, report: &Report, terminal: &Terminal) {
        if let Some(file) = &self.summary {
            let added = OpenOptions::new().append(true).create(true).open(file);
            let added = added.and_then(|mut file| file.write_all(format!("{}\n", markdown::render(report)).as_bytes()));
            if let Err(error) = added {
                self.complain(&error, terminal);
            }
        }
        if self.annotates {
            terminal.print(&github::render(report));
        }
    }

    fn complain(&self, error: &io::Error, terminal: &Terminal) {
        let file = self.summary.as_deref().unwrap_or("".as_ref()).display();
        terminal.note(&format!("note: no summary was added to {file} (GITHUB_STEP_SUMMARY): {error}\n"));
    }
}
