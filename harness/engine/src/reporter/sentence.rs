//! The verdict of a run and its basis, in sentences that all reports for people share.

use std::time::Duration;

use mixinspec_spec::model::{Level, Subject};

use super::layout::count;
use crate::findings::verdict::Verdict;
use crate::report::item::Item;
use crate::report::status::ExitStatus;
use crate::report::{End, ReadingReport, Report, RequirementReport};

/// How many failed ids of another edition are named.
const NAMED: usize = 5;

/// The verdict: a word, and its explanation.
#[derive(Debug)]
pub(super) struct Sentence {
    pub(super) word: &'static str,
    pub(super) parts: Vec<String>,
}

impl Sentence {
    /// The verdict for a report that stands alone, such as HTML or Markdown: it also counts the known failures.
    pub(super) fn of_report(report: &Report) -> Self {
        let conclusion = &report.conclusion;
        let status = ExitStatus::of_code(conclusion.exit_status);
        if conclusion.end == End::Error {
            let word = if status == ExitStatus::Inconclusive { "OPEN" } else { "ERROR" };
            return Self { word, parts: vec![conclusion.end_reason.clone().unwrap_or_default()] };
        }
        let known: Vec<Item<'_>> = report.items().filter(|item| item.is_known).collect();
        let is_known = |id: &str| known.iter().any(|item| item.id == id);
        let mut sentence = Self::of(report, status, conclusion.out_of_date.len(), &is_known);
        let undecided = known.iter().filter(|item| item.verdict == Verdict::Inconclusive).count();
        if known.len() > undecided {
            sentence.parts.push(count(known.len() - undecided, "known failure", "known failures"));
        }
        if undecided > 0 {
            sentence.parts.push(format!("{undecided} undecided, which is accepted"));
        }
        sentence
    }

    /// The verdict for an exit status. `stale` is the number of known failures that are out of date; `known` tells
    /// which ids are accepted.
    pub(super) fn of(report: &Report, status: ExitStatus, stale: usize, known: &dyn Fn(&str) -> bool) -> Self {
        let number =
            |verdict: Verdict| report.items().filter(|item| item.verdict == verdict && !known(item.id)).count();
        let (fails, warns) = (number(Verdict::Fail), number(Verdict::Warn));
        let mut parts = Vec::new();
        let following = report.following(known);
        if fails > following {
            let mut text = count(fails - following, "must fails", "musts fail");
            if following > 0 {
                text.push_str(&format!(", and {following} more that follow"));
            }
            parts.push(text);
        }
        if stale > 0 {
            parts.push(format!("known failures are out of date ({})", count(stale, "entry", "entries")));
        }
        let word = match status {
            ExitStatus::Success => {
                parts.push("every must that applies holds".into());
                "PASS"
            }
            ExitStatus::Failed => {
                if fails == 0 && stale == 0 {
                    parts.push("a should is broken (--strict)".into());
                }
                "FAIL"
            }
            ExitStatus::Error | ExitStatus::Usage => {
                let errors = count(number(Verdict::Error), "requirement was", "requirements were");
                parts.push(format!("{errors} not judged, by our mistake"));
                "ERROR"
            }
            ExitStatus::Inconclusive => {
                undecided(report, known, &mut parts);
                "OPEN"
            }
        };
        if warns > 0 {
            parts.push(count(warns, "warning", "warnings"));
        }
        Self { word, parts }
    }
}

fn undecided(report: &Report, known: &dyn Fn(&str) -> bool, parts: &mut Vec<String>) {
    let open = report.items().filter(|item| item.verdict == Verdict::Inconclusive && !known(item.id));
    let (readings, requirements): (Vec<_>, Vec<_>) = open.partition(|item| item.is_reading);
    let (readings, musts) = (readings.len(), requirements.iter().filter(|item| item.level == Level::Must).count());
    if musts > 0 {
        parts.push(format!("{} not decided", count(musts, "must was", "musts were")));
    }
    if readings > 0 {
        parts.push(format!("{} not observed", count(readings, "reading was", "readings were")));
    }
    if report.conclusion.end == End::Stopped {
        parts.push("the run was stopped".into());
    } else if musts + readings == 0 {
        parts.push("nothing was judged".into());
    }
}

/// The basis of the verdict: calls, exchanges, time, and limits of the run.
pub(super) fn basis(report: &Report, elapsed: Option<Duration>) -> Vec<String> {
    let mut basis = Vec::new();
    if report.kind == Subject::Sdk && report.calls > 0 {
        basis.push(count(report.calls, "call", "calls"));
    }
    if report.kind == Subject::Server || report.exchanges > 0 {
        basis.push(count(report.exchanges, "exchange", "exchanges"));
    }
    if let Some(elapsed) = elapsed {
        basis.push(format!("{:.1} s", elapsed.as_secs_f64()));
    }
    if report.throttled > 0 {
        basis.push(format!("waited for {} of 429 or 503", count(report.throttled, "answer", "answers")));
    }
    if report.resent > 0 {
        basis.push(format!("sent {} again that met a closed connection", count(report.resent, "request", "requests")));
    }
    if report.conclusion.end == End::Stopped {
        basis.push("stopped before its end".into());
    } else if report.filtered {
        basis.push("a part of the plan".into());
    }
    basis
}

/// Which edition the verdicts are of, and why; a line for each other edition. Nothing where nothing was judged.
pub(super) fn edition(report: &Report) -> Vec<String> {
    let edition = &report.edition;
    if report.conclusion.end == End::Error {
        return Vec::new();
    }
    if !report.edition_was_chosen {
        return vec![format!("Judged by edition {edition}.")];
    }
    let subject = match report.kind {
        Subject::Server => "server",
        Subject::Sdk => "SDK",
    };
    let (conforms, newest) = (report.counts.fail == 0, report.also_judged.is_empty());
    let undecided = |one: &RequirementReport| one.level == Level::Must && one.verdict == Verdict::Inconclusive;
    let text = if report.counts.pass + report.counts.fail + report.counts.warn == 0 {
        format!("Nothing was decided, so that no edition is one that the {subject} conforms to.")
    } else if conforms && report.requirements.iter().any(undecided) {
        let newest = if newest { ", the newest," } else { "" };
        format!("Nothing that was decided speaks against edition {edition}{newest}; not every must was.")
    } else if conforms && newest {
        format!("Edition {edition}, the newest, is the one that the {subject} conforms to.")
    } else if conforms {
        format!("Edition {edition} is the newest that the {subject} conforms to.")
    } else if report.also_judged.iter().all(|other| other.edition < *edition) {
        format!(
            "The {subject} conforms to no edition. It is judged by {edition}, the newest: no older one fits it far better."
        )
    } else {
        format!(
            "The {subject} conforms to no edition. It is judged by {edition}, which fits it far better than a newer one."
        )
    };
    let other = |other: &crate::report::EditionSummary| {
        let fails = count(other.failed.len(), "must fails", "musts fail");
        let named = other.failed.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
        let mut text = format!("By edition {}, {fails}: {named}", other.edition);
        if other.failed.len() > NAMED {
            text.push_str(&format!(" and {} more (--edition {})", other.failed.len() - NAMED, other.edition));
        }
        text
    };
    std::iter::once(text).chain(report.also_judged.iter().map(other)).collect()
}

/// The observed interpretations of a reading, in words.
pub(super) fn observed(reading: &ReadingReport) -> String {
    let names: Vec<&str> = reading.observed.keys().map(String::as_str).collect();
    match (reading.verdict, names.as_slice()) {
        (Verdict::Fail, []) => "none of the readings".into(),
        (Verdict::Fail, names) => format!("{}, and none of the readings", names.join(", ")),
        (Verdict::NotApplicable, []) => "not applicable".into(),
        (_, []) => "unobserved".into(),
        (_, [name]) => (*name).into(),
        (_, _) => {
            let seen = reading.observed.iter().map(|(name, seen)| format!("{name} {}×", seen.cases));
            format!("mixed: {}", seen.collect::<Vec<_>>().join(", "))
        }
    }
}

/// A reason as a sentence of its own.
pub(super) fn alone(reason: &str) -> String {
    let mut characters = reason.chars();
    characters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), characters.as_str()))
}
