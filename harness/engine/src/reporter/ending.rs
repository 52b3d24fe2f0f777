//! What is known of a run besides its report.

use std::time::Duration;

use crate::report::gate::Gate;
use crate::report::status::ExitStatus;

/// What is known of a run besides its report.
#[derive(Debug, Clone, Copy)]
pub struct Ending<'a> {
    /// The exit status that follows from it.
    pub status: ExitStatus,
    /// How long it took; `None` in outputs that are compared.
    pub elapsed: Option<Duration>,
    /// The result of comparing the known failures with the run.
    pub gate: Option<&'a Gate>,
    /// The command that repeats the run; `--replay CASE` can be added.
    pub replay: &'a str,
}
