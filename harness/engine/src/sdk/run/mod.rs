//! A run against an SDK: handshake, laws on vectors and generated arguments, calls as a client, notes, report.

mod calls;
mod conclude;

use std::collections::BTreeMap;
use std::sync::Arc;

use mixinspec_spec::Spec;

use crate::edition::error::RunError;
use crate::findings::events::{Event, Listener};
use crate::findings::verdict::{Finding, Tally};
use crate::identity::case_id::CaseId;
use crate::identity::derivation::Derivations;
use crate::judge::check::{self, Check};
use crate::report::{Report, causes};
use crate::sdk::adapter::protocol::Hello;
use crate::sdk::adapter::{Adapter, NoReply};
use crate::sdk::client::calls::Calls;
use crate::sdk::compiled::{cases_of, compiled};
use crate::sdk::law::laws::{Law, Laws, Sample, declares};
use crate::sdk::law::nearness::GivenIds;
use crate::sdk::law::trial::{Trial, Tried};
use crate::sdk::outside;
use crate::text::pattern::Patterns;
use crate::vectors::VectorResult;

/// How many samples are tried together.
const TOGETHER: usize = 128;

/// The options of a run.
#[derive(Debug, Clone)]
pub struct SdkOptions {
    /// The edition, or `None` for the newest that the SDK conforms to.
    pub edition: Option<String>,
    /// How many generated arguments each derivation is tried on.
    pub cases: u64,
    /// The seed that decides them.
    pub seed: u64,
    /// What keeps this run's ids apart from every other run's.
    pub run_id: String,
    /// The requirements to judge; empty means all.
    pub only: Patterns,
    /// The requirements to leave out.
    pub skip: Patterns,
    /// Whether to stop at the first failure.
    pub fail_fast: bool,
    /// The one case to run, or the requirement whose cases are.
    pub replay: Option<String>,
}

/// Judges an SDK.
#[derive(Debug)]
pub struct SdkRunner {
    spec: Arc<Spec>,
    adapter: Arc<Adapter>,
    command: String,
    options: SdkOptions,
    listener: Arc<dyn Listener>,
}

/// The state of one edition while it is judged.
struct EditionRun {
    laws: Laws,
    calls: Calls,
    shows: Vec<bool>,
    tallies: Vec<Tally>,
    /// The first sample on which each law failed, by check.
    broken: BTreeMap<usize, (Arc<Law>, Sample)>,
    given: BTreeMap<String, GivenIds>,
    order: usize,
    /// Whether a failure ended it (`--fail-fast`).
    cut_short: bool,
}

impl SdkRunner {
    /// A runner for an SDK whose adapter was started with this command.
    #[must_use]
    pub fn new(
        spec: Arc<Spec>,
        adapter: Arc<Adapter>,
        command: String,
        options: SdkOptions,
        listener: Arc<dyn Listener>,
    ) -> Self {
        Self { spec, adapter, command, options, listener }
    }

    /// Lists the requirements with their cases, without calling the adapter.
    ///
    /// # Errors
    /// When the options do not fit the spec.
    pub fn list(&self) -> Result<Vec<(String, String)>, RunError> {
        let edition = self.editions()?.into_iter().next().unwrap_or_default();
        let edition = self.prepare(&edition)?;
        self.validate(&edition)?;
        let mut listed = Vec::new();
        for (at, check) in edition.laws.checks.iter().enumerate().filter(|(at, _)| edition.shows[*at]) {
            listed.extend(cases_of(&edition.laws, &edition.calls, at).map(|case| (check.id.clone(), case.to_string())));
        }
        Ok(listed)
    }

    /// Judges the SDK.
    ///
    /// # Errors
    /// When the options do not fit the spec.
    pub async fn run(&self) -> Result<Report, RunError> {
        let editions = self.editions()?;
        let known = self.spec.document.derivations.keys().map(String::as_str);
        let hello = self.adapter.hello().await.and_then(|hello| hello.known(known));
        let (mut reports, mut notes, mut cut_short) = (Vec::new(), Vec::new(), self.options.replay.is_some());
        let mut last = None;
        for (nth, name) in editions.iter().enumerate() {
            let mut edition = self.prepare(name)?;
            if nth == 0 {
                self.validate(&edition)?;
            }
            self.judge(name, &mut edition, &hello).await;
            let report = self.edition_report(name, &edition);
            let conforms = report.failed().is_empty();
            cut_short |= edition.cut_short;
            reports.push(report);
            last = Some(edition);
            if conforms || self.adapter.is_stopped() {
                break;
            }
        }
        if let (Ok(hello), Some(edition), false) = (&hello, &last, cut_short || self.adapter.is_stopped()) {
            notes = self.outside(edition, hello).await;
        }
        match self.adapter.restarts() {
            0 => {}
            1 => notes.push("The adapter was started again once.".into()),
            restarts => notes.push(format!("The adapter was started again {restarts} times.")),
        }
        Ok(self.report(reports, &hello, notes, cut_short))
    }

    fn editions(&self) -> Result<Vec<String>, RunError> {
        match &self.options.edition {
            Some(edition) if !self.spec.editions().any(|known| known == edition) => {
                Err(RunError::UnknownEdition(edition.clone()))
            }
            Some(edition) => Ok(vec![edition.clone()]),
            None => Ok(self.spec.editions().rev().map(str::to_owned).collect()),
        }
    }

    fn prepare(&self, edition: &str) -> Result<EditionRun, RunError> {
        let derivations = Derivations::new(self.spec.document.derivations.clone());
        let (laws, calls) = compiled(&self.spec, edition, derivations)?;
        let SdkOptions { only, skip, replay, .. } = &self.options;
        let replayed = replay.as_ref().and_then(|id| laws.checks.iter().position(|check| check.id == *id));
        let shows = laws.checks.iter().enumerate().map(|(at, check)| {
            if let Some(replayed) = replayed {
                return at == replayed;
            }
            let mut cases = cases_of(&laws, &calls, at);
            let wanted = only.is_empty() || only.matches(&check.id) || cases.any(|case| only.matches(case.as_str()));
            wanted && !skip.matches(&check.id)
        });
        let shows: Vec<bool> = shows.collect();
        let tallies = vec![Tally::default(); laws.checks.len()];
        let (broken, given) = (BTreeMap::new(), BTreeMap::new());
        Ok(EditionRun { laws, calls, shows, tallies, broken, given, order: 0, cut_short: false })
    }

    /// Checks that everything that the options name exists.
    fn validate(&self, edition: &EditionRun) -> Result<(), RunError> {
        let SdkOptions { only, skip, seed, .. } = &self.options;
        let names: Vec<String> = edition
            .laws
            .checks
            .iter()
            .enumerate()
            .flat_map(|(at, check)| {
                std::iter::once(check.id.clone())
                    .chain(cases_of(&edition.laws, &edition.calls, at).map(|id| id.to_string()))
            })
            .collect();
        for (option, patterns) in [("--only", only), ("--skip", skip)] {
            if let Some(pattern) = patterns.first_without_match(|| names.iter().map(String::as_str)) {
                return Err(RunError::NothingMatches { option, pattern });
            }
        }
        match self.replayed_case(&edition.laws.checks) {
            Some(case) if edition.laws.by_id(&case, *seed).is_none() && edition.calls.by_id(&case).is_none() => {
                Err(RunError::UnknownCase(case.to_string()))
            }
            _ => Ok(()),
        }
    }

    /// The case to run, if the options name a case and not a requirement.
    fn replayed_case(&self, checks: &[Check]) -> Option<CaseId> {
        self.options.replay.as_deref().filter(|id| checks.iter().all(|check| check.id != **id)).map(CaseId::from)
    }

    async fn judge(&self, name: &str, edition: &mut EditionRun, hello: &Result<Hello, NoReply>) {
        let hello = match hello {
            Ok(hello) => hello,
            Err(silence) => {
                let finding = Finding::Inconclusive(silence.to_string());
                edition.tallies.iter_mut().for_each(|tally| tally.add(0, finding.clone()));
                return;
            }
        };
        let derivations = Arc::new(Derivations::new(self.spec.document.derivations.clone()));
        let trial = Trial::new(Arc::clone(&self.adapter), Arc::clone(&derivations));
        for law in edition.laws.laws.iter().filter(|law| !declares(hello, &law.derivation)) {
            let reason = format!("the adapter does not offer {}", law.derivation);
            edition.tallies[law.check].add(0, Finding::NotApplicable(reason));
        }
        let declared = edition.laws.derivations(hello);
        let vectors: usize = declared.iter().map(|derivation| edition.laws.vectors(derivation).count()).sum();
        let case = self.replayed_case(&edition.laws.checks);
        let replayed = case.as_ref().and_then(|case| edition.laws.by_id(case, self.options.seed));
        let cases = match case {
            Some(_) => 1,
            None => {
                let generated = self.options.cases.saturating_mul(declared.len() as u64);
                generated.saturating_add((vectors + edition.calls.calls.len()) as u64)
            }
        };
        let checks = edition.shows.iter().filter(|shown| **shown).count();
        self.listener.event(&Event::Started { edition: name, checks, cases, things: 0, thing: "" });
        match (replayed, case) {
            (Some((law, sample)), _) => {
                if declares(hello, &law.derivation) {
                    self.try_all(&trial, edition, &derivations, &[law], vec![sample]).await;
                }
            }
            (None, Some(_)) => self.calls(name, edition, hello).await,
            (None, None) => {
                for derivation in &declared {
                    self.derivation(&trial, edition, &derivations, derivation).await;
                }
                self.calls(name, edition, hello).await;
                // Arguments on which a program may fail come last.
                for derivation in &declared {
                    self.invalid(&trial, edition, &derivations, derivation).await;
                }
            }
        }
        causes::settle_calls(&mut edition.tallies);
        self.shrink(&trial, edition, &derivations).await;
        self.listener.event(&Event::Finished { edition: name });
    }

    /// The laws of a derivation, on the vectors of its domain and generated arguments.
    async fn derivation(&self, trial: &Trial, edition: &mut EditionRun, derivations: &Derivations, derivation: &str) {
        let laws = edition.laws_over(derivation);
        if laws.is_empty() {
            return;
        }
        let vectors = edition.laws.vectors(derivation).filter(|sample| sample.result == VectorResult::Valid);
        let vectors: Vec<Sample> = vectors.cloned().collect();
        let mut vectors = vectors.into_iter();
        let mut numbers = 0..self.options.cases;
        loop {
            let generated =
                numbers.by_ref().filter_map(|number| edition.laws.generated(derivation, self.options.seed, number));
            let samples: Vec<Sample> = vectors.by_ref().chain(generated).take(TOGETHER).collect();
            if samples.is_empty() || self.adapter.is_stopped() || edition.cut_short {
                return;
            }
            self.try_all(trial, edition, derivations, &laws, samples).await;
            edition.cut_short |= self.options.fail_fast && !edition.broken.is_empty();
        }
    }

    /// The laws of a derivation, on the vectors that it has to refuse, one after another.
    async fn invalid(&self, trial: &Trial, edition: &mut EditionRun, derivations: &Derivations, derivation: &str) {
        let laws = edition.laws_over(derivation);
        let vectors = edition.laws.vectors(derivation).filter(|sample| sample.result == VectorResult::Invalid);
        let vectors: Vec<Sample> = vectors.cloned().collect();
        for sample in vectors.into_iter().take_while(|_| !laws.is_empty()) {
            if self.adapter.is_stopped() || edition.cut_short {
                return;
            }
            self.try_all(trial, edition, derivations, &laws, vec![sample]).await;
            edition.cut_short |= self.options.fail_fast && !edition.broken.is_empty();
        }
    }

    /// Notes on the SDK's replies to arguments outside of the domain.
    async fn outside(&self, edition: &EditionRun, hello: &Hello) -> Vec<String> {
        let derivations = Derivations::new(self.spec.document.derivations.clone());
        let judged = edition.laws.derivations(hello).into_iter().filter(|name| !edition.laws_over(name).is_empty());
        let mut notes = Vec::new();
        for derivation in judged {
            notes.extend(outside::notes(&self.adapter, &edition.laws, &derivations, &derivation).await);
        }
        notes
    }

    async fn try_all(
        &self,
        trial: &Trial,
        edition: &mut EditionRun,
        derivations: &Derivations,
        laws: &[Arc<Law>],
        samples: Vec<Sample>,
    ) {
        let all = trial.laws(laws, &samples).await;
        for (sample, Tried { reply, findings }) in samples.into_iter().zip(all) {
            edition.order += 1;
            let expected = sample.arguments.derived(derivations, None).ok();
            if let (Some(Ok(Ok(id))), Some(expected), Some(law)) = (&reply, &expected, laws.first()) {
                // An id that is no text is judged by the laws; here only text counts.
                let id = id.as_str().unwrap_or_default();
                edition.given.entry(law.derivation.clone()).or_default().add(&sample.arguments, id, expected);
            }
            let mut broken = false;
            for (at, finding) in findings {
                let law = &laws[at];
                if matches!(finding, Finding::Fail(_)) {
                    broken = true;
                    let first = edition.broken.entry(law.check);
                    first.or_insert_with(|| (Arc::clone(law), sample.clone()));
                }
                edition.tallies[law.check].add(edition.order, finding);
            }
            let failing = check::failing(&edition.laws.checks, &edition.tallies, &edition.shows);
            self.listener.event(&Event::CaseDone { case: &sample.name, broken, failing });
        }
    }

    /// Shrinks each law's first failure, and names the mistake that explains it.
    async fn shrink(&self, trial: &Trial, edition: &mut EditionRun, derivations: &Derivations) {
        let mistakes: BTreeMap<&str, Vec<String>> =
            edition.given.iter().map(|(name, given)| (name.as_str(), given.mistakes(derivations, name))).collect();
        for (check, (law, sample)) in &edition.broken {
            self.listener.event(&Event::Shrinking { id: &law.id });
            let smaller = if self.adapter.is_stopped() { None } else { trial.shrink(law, sample).await };
            if let Some((failure, _)) = smaller {
                edition.tallies[*check].failures.insert((0, 0), failure);
            }
            if let Some(mistakes) = mistakes.get(law.derivation.as_str()).filter(|found| !found.is_empty()) {
                for failure in edition.tallies[*check].failures.values_mut() {
                    let mistakes = mistakes.join(", or one that ");
                    failure.actual.push_str(&format!("; this is what an implementation gives that {mistakes}"));
                }
            }
        }
    }
}

impl EditionRun {
    /// The selected laws over a derivation.
    fn laws_over(&self, derivation: &str) -> Vec<Arc<Law>> {
        let laws = self.laws.laws.iter();
        laws.filter(|law| law.derivation == derivation && self.shows[law.check]).cloned().collect()
    }
}
