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
    /// What known failures have to say.
    pub gate: Option<&'a Gate>,
    /// The command that runs against the same server in the same way, to which a case can be added.
    pub replay: &'a str,
}
