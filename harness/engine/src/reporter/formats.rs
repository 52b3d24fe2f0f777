//! The table of report formats. The command line, its help and its errors are made from it.

use std::error::Error;

use super::{github, html, json, junit, markdown};
use crate::report::Report;

/// A format of reports.
#[derive(Debug, Clone, Copy)]
pub struct ReportFormat {
    /// Its name on the command line.
    pub name: &'static str,
    /// A short description.
    pub about: &'static str,
    render: fn(&Report) -> Result<String, Unmade>,
}

/// Why a report cannot be rendered, which would be a bug of ours.
pub type Unmade = Box<dyn Error + Send + Sync>;

/// The formats, in the order of the help.
pub const FORMATS: [ReportFormat; 5] = [
    ReportFormat {
        name: "json",
        about: "the report for programs, JSON with everything in it",
        render: |report| Ok(json::render(report)?),
    },
    ReportFormat {
        name: "junit",
        about: "the report of CI systems, JUnit's XML",
        render: |report| Ok(junit::render(report)?),
    },
    ReportFormat {
        name: "html",
        about: "one page for a browser, which loads nothing",
        render: |report| Ok(html::render(report)?),
    },
    ReportFormat {
        name: "markdown",
        about: "a summary for a pull request, of 60 lines at most",
        render: |report| Ok(markdown::render(report)),
    },
    ReportFormat {
        name: "github",
        about: "annotations, as GitHub Actions reads them from a step's output",
        render: |report| Ok(github::render(report)),
    },
];

impl ReportFormat {
    /// The format of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        FORMATS.iter().find(|format| format.name == name)
    }

    /// A report in this format.
    ///
    /// # Errors
    /// When it cannot be made, which would be a mistake of ours.
    pub fn render(&self, report: &Report) -> Result<String, Unmade> {
        (self.render)(report)
    }
}

impl PartialEq for ReportFormat {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for ReportFormat {}
