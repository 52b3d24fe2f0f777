//! Reports to GitHub Actions automatically: a summary on the job's page, and annotations in the output.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::PathBuf;

use mixinspec_engine::Report;
use mixinspec_engine::reporter::{github, markdown};

use crate::options::{GitHub, ResultArgs};
use crate::terminal::Terminal;

/// The step of a GitHub workflow that runs the program, if there is one.
#[derive(Debug)]
pub(crate) struct WorkflowStep {
    /// The file whose text the job's page shows.
    summary: Option<PathBuf>,
    /// Whether the runner obeys workflow commands in the output.
    obeys: bool,
    /// Whether annotations are printed to standard output: not if it is for a report that a program reads.
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

    /// Text in which the runner obeys no command: some of it may come from a subject.
    pub(crate) fn guarded(&self, text: String) -> String {
        if !self.obeys {
            return text;
        }
        // The runner obeys no command until a line has this word, which cannot be guessed.
        let word = uuid::Uuid::new_v4().simple();
        format!("::stop-commands::{word}\n{text}::{word}::\n")
    }

    /// Adds the summary and prints the annotations. A failure is not an error, because no option asked for them.
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
