//! Concludes a run: why it ended, and its report.

use mixinspec_spec::model::Subject;

use super::Runner;
use crate::http::message::NoAnswer;
use crate::report;
use crate::report::{Conclusion, EditionReport, End, Report, VERSION};
use crate::run::options::Options;

impl Runner {
    /// Whether the run has used up its requests (`--max-requests`).
    pub(super) fn is_spent(&self) -> bool {
        self.sender.sent() >= self.options.limits.requests
    }

    /// The conclusion as far as the run knows it: why it ended.
    pub(super) fn conclusion(&self, interrupted: bool) -> Conclusion {
        let (end, end_reason) = match self.sender.halted() {
            Some(NoAnswer::GivenUp(reason)) => (End::GivenUp, Some(reason)),
            Some(_) => (End::Stopped, Some("the run was stopped before its end".to_owned())),
            None if self.is_spent() => {
                (End::MaxRequests, Some(NoAnswer::Budget(self.options.limits.requests).to_string()))
            }
            None if interrupted => (End::FailFast, Some("the run ends at its first failure (--fail-fast)".to_owned())),
            None => (End::Complete, None),
        };
        Conclusion { end, end_reason, ..Conclusion::default() }
    }

    /// The report's note if the server's certificate was not verified.
    fn note_of_trust(&self) -> Option<String> {
        self.target.route.is_unverified(&self.target.base).then(|| {
            "The server's certificate was not verified (--insecure): whoever took its place would have been judged."
                .to_owned()
        })
    }

    pub(super) fn report(&self, reports: Vec<EditionReport>, interrupted: bool) -> Report {
        let (chosen, also_judged) = report::chosen(reports);
        let Options { only, skip, replay, .. } = &self.options;
        Report {
            version: VERSION,
            mixinspec: env!("CARGO_PKG_VERSION").into(),
            spec_hash: self.spec.hash.clone(),
            kind: Subject::Server,
            subject: self.target.base.to_string(),
            edition_was_chosen: self.options.edition.is_none(),
            also_judged,
            seed: self.options.seed,
            run_id: self.options.run_id.clone(),
            cases: self.options.cases,
            replayed: replay.clone(),
            conclusion: self.conclusion(interrupted),
            filtered: !only.is_empty() || !skip.is_empty() || replay.is_some() || interrupted,
            exchanges: self.sender.sent(),
            calls: 0,
            throttled: self.sender.throttled(),
            resent: self.sender.resent(),
            counts: chosen.counts(),
            edition: chosen.edition,
            requirements: chosen.requirements,
            readings: chosen.readings,
            notes: [self.note_of_trust(), self.note_of_clock(), self.note_of_concurrency()]
                .into_iter()
                .flatten()
                .collect(),
            latency: self.stopwatch.latency(),
            merged: Vec::new(),
        }
    }
}
