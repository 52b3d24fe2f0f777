//! Builds the report of a run against an SDK.

use mixinspec_spec::model::Subject;

use super::{EditionRun, SdkOptions, SdkRunner};
use crate::report;
use crate::report::{Conclusion, EditionReport, End, Report, VERSION};
use crate::sdk::adapter::NoReply;
use crate::sdk::adapter::protocol::Hello;

impl SdkRunner {
    pub(super) fn edition_report(&self, name: &str, edition: &EditionRun) -> EditionReport {
        let replayed = self.options.replay.is_some();
        EditionReport::new(&self.spec, name, &edition.laws.checks, &edition.tallies, |check, tally| {
            let at = edition.laws.checks.iter().position(|other| other.id == check.id);
            let shown = at.is_some_and(|at| edition.shows[at]);
            let touched = tally.passes + tally.fails > 0 || tally.inconclusive.is_some() || tally.hindered.is_some();
            shown && (touched || !replayed)
        })
    }

    pub(super) fn report(
        &self,
        reports: Vec<EditionReport>,
        hello: &Result<Hello, NoReply>,
        notes: Vec<String>,
        cut_short: bool,
    ) -> Report {
        let (chosen, also_judged) = report::chosen(reports);
        let SdkOptions { only, skip, .. } = &self.options;
        let name = hello.as_ref().map_or("an SDK that does not say what it is", |hello| hello.name.as_str());
        let (end, end_reason) = match (self.adapter.is_stopped(), cut_short && self.options.replay.is_none()) {
            (true, _) => (End::Stopped, Some("the run was stopped before its end".to_owned())),
            (false, true) => (End::FailFast, Some("the run ends at its first failure (--fail-fast)".to_owned())),
            (false, false) => (End::Complete, None),
        };
        let conclusion = Conclusion { end, end_reason, ..Conclusion::default() };
        Report {
            version: VERSION,
            mixinspec: env!("CARGO_PKG_VERSION").into(),
            spec_hash: self.spec.hash.clone(),
            kind: Subject::Sdk,
            subject: format!("{name} ({})", self.command),
            edition_was_chosen: self.options.edition.is_none(),
            also_judged,
            seed: self.options.seed,
            run_id: self.options.run_id.clone(),
            cases: self.options.cases,
            filtered: !only.is_empty() || !skip.is_empty() || cut_short || self.adapter.is_stopped(),
            replayed: self.options.replay.clone(),
            conclusion,
            exchanges: 0,
            calls: self.adapter.calls(),
            throttled: 0,
            resent: 0,
            counts: chosen.counts(),
            edition: chosen.edition,
            requirements: chosen.requirements,
            readings: chosen.readings,
            notes,
            latency: None,
            merged: Vec::new(),
        }
    }
}
