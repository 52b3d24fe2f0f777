//! Exit statuses: one type, the same in every command and document.

use crate::findings::verdict::Verdict;
use crate::report::{End, Report};

/// What a command's exit status says. When several are true, the first in this list that is counts, from the top.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
#[non_exhaustive]
pub enum ExitStatus {
    /// 2: the command, a file or the spec is wrong; found before the first request. Nothing was judged.
    Usage,
    /// 1: a must fails, or the gate of known failures is broken; with `--strict`, also a should.
    Failed,
    /// 2: an error of ours or of the spec's came up while judging, or a result could not be written.
    Error,
    /// 3: a must could not be decided, nothing was judged, or the run was stopped before its end, whatever was found.
    Inconclusive,
    /// 0: every must holds, as far as it applies.
    Success,
}

impl ExitStatus {
    /// The number.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Failed => 1,
            Self::Usage | Self::Error => 2,
            Self::Inconclusive => 3,
        }
    }

    /// The status that a report's number stands for; what is no verdict of a run is an error.
    #[must_use]
    pub fn of_code(code: u8) -> Self {
        match code {
            0 => Self::Success,
            1 => Self::Failed,
            3 => Self::Inconclusive,
            _ => Self::Error,
        }
    }

    /// The status of a run; `gate_broken` is what known failures have to say, `excused` which failures they hold.
    #[must_use]
    pub fn of(report: &Report, strict: bool, gate_broken: bool, excused: impl Fn(&str) -> bool) -> Self {
        let has = |verdict: Verdict| report.items().any(|item| item.verdict == verdict && !excused(item.id));
        // A reading that nothing showed is unobserved; that is no must, and says so in the report.
        let must_unclear = report.items().any(|item| item.is_undecided_must() && !excused(item.id));
        let anything =
            report.items().any(|item| !matches!(item.verdict, Verdict::Inconclusive | Verdict::NotApplicable));
        if report.conclusion.end == End::Stopped {
            // Whatever was found until then is in the reports; it is no verdict, neither for nor against the subject.
            Self::Inconclusive
        } else if has(Verdict::Fail) || gate_broken || (strict && has(Verdict::Warn)) {
            Self::Failed
        } else if has(Verdict::Error) {
            Self::Error
        } else if must_unclear || !anything || report.conclusion.end.is_early() {
            Self::Inconclusive
        } else {
            Self::Success
        }
    }
}
