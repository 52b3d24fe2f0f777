//! A report as a person reads it on a terminal.

use std::fmt::Write;

use crate::report::Report;
use crate::verdict::Verdict;

/// How text is laid out.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Whether there are colours.
    pub colors: bool,
    /// How wide lines may be, in columns.
    pub width: usize,
    /// Whether what is not applicable is shown too, with its reason.
    pub verbose: bool,
}

/// The report as text.
#[must_use]
pub fn render(report: &Report, style: Style) -> String {
    let mut text = String::new();
    let hidden = |verdict| verdict == Verdict::Pass || (verdict == Verdict::NotApplicable && !style.verbose);
    for requirement in report.requirements.iter().filter(|r| !hidden(r.verdict)) {
        let _ = writeln!(text, "{}: {} {:?}", requirement.verdict.word(), requirement.id, requirement.reason);
        for failure in requirement.failures.iter().take(1) {
            let _ = writeln!(text, "  expected {}\n  actual {}", failure.expected, failure.actual);
        }
    }
    let c = report.counts;
    let _ = writeln!(
        text,
        "{} passed, {} failed, {} warned, {} inconclusive, {} not applicable, {} errors",
        c.pass, c.fail, c.warn, c.inconclusive, c.not_applicable, c.error
    );
    text
}
