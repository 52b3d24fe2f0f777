//! Exit statuses: one type, the same in every command and document.

use crate::findings::verdict::Verdict;
use crate::report::{End, Report};

/// The meaning of a command's exit status. If several apply, the first in this list counts.
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

    /// The status for the exit code in a report; a code that no run ends with means an error.
    #[must_use]
    pub fn of_code(code: u8) -> Self {
        match code {
            0 => Self::Success,
            1 => Self::Failed,
            3 => Self::Inconclusive,
            _ => Self::Error,
        }
    }

    /// Computes the exit status of a run; `gate_broken` tells that known failures are out of date, `excused` which ids
    /// are accepted.
    #[must_use]
    pub fn of(report: &Report, strict: bool, gate_broken: bool, excused: impl Fn(&str) -> bool) -> Self {
        let has = |verdict: Verdict| report.items().any(|item| item.verdict == verdict && !excused(item.id));
        // An unobserved reading is not an undecided must; the report shows it as unobserved.
        let must_unclear = report.items().any(|item| item.is_undecided_must() && !excused(item.id));
        let anything =
            report.items().any(|item| !matches!(item.verdict, Verdict::Inconclusive | Verdict::NotApplicable));
        if report.conclusion.end == End::Stopped {
            // The reports hold the findings so far; they are no verdict, neither for nor against the subject.
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
