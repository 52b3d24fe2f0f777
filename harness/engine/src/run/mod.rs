//! Judges a server. A [`Runner`] plans the cases of an edition, executes them `-j` at a time, repeats and shrinks
//! failures, and makes the report.

pub mod catalog;
mod causes;
mod collector;
mod conclude;
pub mod execute;
mod flaky;
pub mod options;
mod reach;
mod selection;
pub mod shown_readings;
pub mod shrink;
mod survey;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use mixinspec_spec::Spec;
use tokio::task::JoinSet;

use self::reach::FIRST_TRIES;
use crate::edition::CompiledEdition;
pub use crate::edition::error::RunError;
use crate::findings::events::{Event, Listener};
use crate::findings::latency::Stopwatch;
use crate::findings::record::Recorder;
use crate::findings::spread::Spread;
use crate::findings::verdict::{Finding, Tally};
use crate::http::client::Sender;
use crate::http::credential::Credential;
use crate::http::envelope::Envelope;
use crate::http::renewed::Renewed;
use crate::identity::case_id::CaseId;
use crate::identity::ids::IdSpace;
use crate::identity::users::Users;
use crate::judge::Judge;
use crate::judge::check::{self, Judged};
use crate::plan::{Case, Plan};
use crate::report::{EditionReport, Report};
use crate::request::make::Maker;
use crate::run::collector::Collector;
use crate::run::execute::{CreationLocks, Executor, Replaced};
pub use crate::run::options::{CASES, Caller, JOBS, Options, Target};
use crate::run::selection::{Cases, Selection};
use crate::run::shown_readings::ShownReadings;

/// The progress of the run of one edition.
struct EditionProgress {
    found: Collector,
    selection: Selection,
    cut_short: bool,
    plain_requests: u32,
}

/// Judges a server.
#[derive(Debug)]
pub struct Runner {
    spec: Arc<Spec>,
    target: Target,
    users: Arc<Users>,
    options: Options,
    listener: Arc<dyn Listener>,
    sender: Arc<Sender>,
    stopwatch: Arc<Stopwatch>,
}

impl Runner {
    /// A runner for a server.
    ///
    /// # Errors
    /// When the HTTP client cannot be set up.
    pub fn new(
        spec: Arc<Spec>,
        mut target: Target,
        options: Options,
        listener: Arc<dyn Listener>,
    ) -> Result<Self, RunError> {
        let credentials = target.callers.iter().map(|caller| caller.credential.clone()).collect();
        let envelope = Arc::new(Envelope::of(&spec));
        let sender = Sender::new(target.base.clone(), credentials, options.limits.clone(), &target.route, envelope)?;
        let users = Arc::new(std::mem::replace(&mut target.users, Users::any_uuid()));
        Ok(Self { spec, target, users, options, listener, sender: Arc::new(sender), stopwatch: Arc::default() })
    }

    /// The HTTP client that sends the requests; stopping it ends the run early, with the findings so far.
    #[must_use]
    pub fn sender(&self) -> Arc<Sender> {
        Arc::clone(&self.sender)
    }

    /// Judges the server and returns the report.
    ///
    /// # Errors
    /// When the options do not fit the spec, or the server cannot be reached or refuses the caller's first request.
    pub async fn run(&self) -> Result<Report, RunError> {
        let mut editions: Vec<String> = match &self.options.edition {
            Some(edition) => vec![edition.clone()],
            None => self.spec.editions().rev().map(str::to_owned).collect(),
        };
        let first = self.first_edition()?;
        let mut prepared = Some(self.prepare(&first)?);
        let mut known = Vec::new();
        if let Some(executor) = &prepared {
            self.validate(&first, executor)?;
            // Boxed, like the future below: a caller's stack may be small.
            known = Box::pin(self.check_first_answer(executor)).await?;
        }
        let mut reports: Vec<EditionReport> = Vec::new();
        let mut interrupted = false;
        for edition in editions.drain(..) {
            let executor = match prepared.take() {
                Some(executor) => executor,
                None => self.prepare(&edition)?,
            };
            if !reports.is_empty() && !self.concerns(&executor) {
                continue;
            }
            let running = self.run_edition(&edition, executor, std::mem::take(&mut known));
            let (report, cut_short) = Box::pin(running).await?;
            interrupted |= cut_short;
            let conforms = report.failed().is_empty();
            reports.push(report);
            if conforms || self.sender.ended().is_some() {
                break;
            }
        }
        Ok(self.report(reports, interrupted))
    }

    fn first_edition(&self) -> Result<String, RunError> {
        match &self.options.edition {
            Some(edition) if !self.spec.editions().any(|known| known == edition) => {
                Err(RunError::UnknownEdition(edition.clone()))
            }
            Some(edition) => Ok(edition.clone()),
            None => self.spec.editions().next_back().map(str::to_owned).ok_or(RunError::UnknownEdition("auto".into())),
        }
    }

    /// The tokens that are renewed while the run goes on.
    fn renewed(&self) -> impl Iterator<Item = &Renewed> {
        self.target.callers.iter().filter_map(|caller| match &caller.credential {
            Credential::Renewed(renewed) => Some(&**renewed),
            _ => None,
        })
    }

    fn prepare(&self, edition: &str) -> Result<Executor, RunError> {
        let compiled = CompiledEdition::compile(&self.spec, edition, Arc::clone(&self.users))?;
        let maker = Maker { vocabulary: Arc::clone(&compiled.vocabulary), users: Arc::clone(&self.users) };
        let signed = self.target.callers.iter().any(|caller| matches!(caller.credential, Credential::Keystore(_)));
        let users: Vec<String> = self.target.callers.iter().map(|caller| caller.user_id.clone()).collect();
        let authorized = self.target.callers.iter().any(|caller| !matches!(caller.credential, Credential::None));
        let fields = self.target.route.sent().keys().map(|name| name.as_str().to_owned()).collect();
        let recorder = Recorder::new(self.target.base.to_string(), &self.target.secrets, &users, signed).sending(
            authorized,
            fields,
            &self.renewed().map(Renewed::secrets).collect::<Vec<_>>(),
        );
        let judge = Judge::compile(&self.spec, compiled, &self.options.readings, recorder)?;
        let plan = Plan::compile(&self.spec, &judge)?;
        let operations = judge.edition.operations.iter().map(|operation| operation.id.clone()).collect();
        Ok(Executor {
            spread: Spread::new(judge.checks.len(), operations),
            judge,
            plan,
            maker,
            sender: Arc::clone(&self.sender),
            ids: IdSpace { seed: self.options.seed, run_id: format!("{}/{edition}", self.options.run_id) },
            callers: self.target.callers.iter().map(|caller| caller.user_id.clone()).collect(),
            shown: ShownReadings::default(),
            memory: Mutex::default(),
            creation_locks: CreationLocks::default(),
            listener: Arc::clone(&self.listener),
            stopwatch: Arc::clone(&self.stopwatch),
        })
    }

    /// The cases that requirements rest on.
    fn bases(&self) -> BTreeSet<CaseId> {
        let bases = self.spec.document.requirements.iter().flat_map(|requirement| &requirement.rests_on);
        bases.map(|base| CaseId::from(base.as_str())).filter(|base| base.requirement() != base.as_str()).collect()
    }

    /// Runs an edition. `known` are the findings of the first, plain request.
    async fn run_edition(
        &self,
        edition: &str,
        executor: Executor,
        known: Vec<Judged>,
    ) -> Result<(EditionReport, bool), RunError> {
        let executor = Arc::new(executor);
        let selection = self.select(&executor.judge.checks, &executor.plan);
        let mut cases = self.cases(&executor, &selection)?;
        let replays_one = self.options.replay.as_ref().is_some_and(|id| executor.judge.check(id).is_none());
        let [count, things] = cases.counts(&executor.plan);
        let shown = selection.shows.iter().filter(|shown| **shown).count();
        let own: Vec<usize> = match &self.options.replay {
            Some(id) if !replays_one => executor.judge.check(id).into_iter().collect(),
            Some(_) => cases.last().iter().flat_map(|case| case.checks().collect::<Vec<_>>()).collect(),
            None => Vec::new(),
        };
        let checks = if replays_one { own.len() } else { shown };
        let thing = executor.judge.edition.operations.created();
        self.listener.event(&Event::Started { edition, checks, cases: count, things, thing });
        let mut found = Collector::new(executor.judge.checks.len(), self.bases());
        for (check, finding) in known {
            found.tallies[check].add(0, finding);
        }
        let cut_short = self.sender.halted().is_some();
        let mut progress = EditionProgress { found, selection, cut_short, plain_requests: 2 * FIRST_TRIES };
        self.execute(&executor, &mut cases, &mut progress, replays_one).await?;
        let EditionProgress { mut found, selection, cut_short, plain_requests } = progress;
        self.give_up_if_gone(&executor, plain_requests + 1).await?;
        match self.sender.ended() {
            Some(reason) => {
                let left = cases.left(&executor);
                let checks = left.flat_map(|case| case.checks().map(|check| (check, case.order)).collect::<Vec<_>>());
                found.end(checks, &reason);
            }
            None => found.release(),
        }
        let Collector { mut tallies, mut generated, .. } = found;
        if self.sender.ended().is_none() && !cut_short {
            executor.judge.close(&mut tallies, self.target.callers.len());
        }
        for (check, tally) in tallies.iter_mut().enumerate().filter(|(_, tally)| tally.fails > 0) {
            tally.spread = executor.spread.shares(check);
        }
        // A user who asks for one case, or for the first failure, is not kept waiting.
        if self.options.replay.is_none() && !self.options.fail_fast {
            self.listener.event(&Event::Replaying);
            flaky::measure(&executor, &mut tallies, &selection.shows, self.options.jobs.max(1)).await;
        }
        let whole = !cut_short && self.sender.halted().is_none() && !self.is_spent();
        causes::settle(&executor.plan, &executor.judge.checks, &mut tallies, whole);
        // A flaky failure cannot be shrunk: a smaller request may pass by chance.
        generated.retain(|check, _| selection.shows[*check] && tallies[*check].flaky.is_none());
        self.shrink(&executor, &mut tallies, &generated).await;
        self.listener.event(&Event::Finished { edition });
        let replayed = self.options.replay.is_some();
        let report = EditionReport::new(&self.spec, edition, &executor.judge.checks, &tallies, |check, tally| {
            let at = executor.judge.check(&check.id);
            let shown = at.is_some_and(|at| selection.shows[at]);
            // A replay reports only the checks that it touched, and why its own checks are undecided.
            let touched = tally.passes + tally.fails > 0 || !tally.observed.is_empty();
            let undecided = at.is_some_and(|at| own.contains(&at)) && !tally.is_empty();
            shown && (touched || undecided || !replayed)
        });
        Ok((report, cut_short))
    }

    /// Executes the cases phase by phase. A single case is repeated until it fails, if the options say so.
    async fn execute(
        &self,
        executor: &Arc<Executor>,
        cases: &mut Cases,
        progress: &mut EditionProgress,
        alone: bool,
    ) -> Result<(), RunError> {
        let repeated = cases.last().filter(|_| alone && self.options.repeat > 1);
        // Each phase waits until the one before is done.
        while cases.begin() {
            self.take(executor, cases, progress).await?;
        }
        if let Some(case) = repeated {
            flaky::until_it_fails(executor, &case, self.options.repeat, &mut progress.found).await;
        }
        Ok(())
    }

    /// Executes the cases of one phase, `-j` at a time.
    async fn take(
        &self,
        executor: &Arc<Executor>,
        cases: &mut Cases,
        progress: &mut EditionProgress,
    ) -> Result<(), RunError> {
        let mut running = JoinSet::new();
        let mut cases_by_task: HashMap<tokio::task::Id, Arc<Case>> = HashMap::new();
        loop {
            let is_over = || progress.cut_short || self.sender.ended().is_some();
            while running.len() < self.options.jobs.max(1) && !is_over() {
                let Some(case) = cases.next(executor) else { break };
                let (executor, shared) = (Arc::clone(executor), Arc::clone(&case));
                let task = running.spawn(async move {
                    let began = Instant::now();
                    (executor.execute(&shared, 0, Replaced::default()).await, began.elapsed())
                });
                cases_by_task.insert(task.id(), case);
            }
            let Some(done) = running.join_next_with_id().await else { return Ok(()) };
            let (task, judged) = match done {
                Ok((task, judged)) => (task, Ok(judged)),
                Err(error) => (error.id(), Err(error)),
            };
            let Some(case) = cases_by_task.remove(&task) else { continue };
            // A panic is our own mistake, and the case reports it as an error.
            let (judged, spent) = judged.unwrap_or_else(|error| {
                let finding = Finding::Error(format!("failed to execute {}: {error}", case.id));
                (vec![(case.check, finding)], Duration::ZERO)
            });
            progress.found.tallies[case.check].spent += spent;
            let recorder = executor.judge.recorder();
            let judged: Vec<_> =
                judged.into_iter().map(|(check, finding)| (check, finding.redacted(recorder))).collect();
            let shows = &progress.selection.shows;
            let broken = judged.iter().any(|(check, f)| matches!(f, Finding::Fail(_)) && shows[*check]);
            executor.note(&judged);
            progress.found.add(Arc::clone(&case), judged, self.sender.silent() > 0);
            let failing = check::failing(&executor.judge.checks, &progress.found.tallies, shows);
            self.listener.event(&Event::CaseDone { case: case.id.as_str(), broken, failing });
            progress.plain_requests += 1;
            self.give_up_if_silent(executor, progress.plain_requests).await?;
            if self.sender.silent() == 0 {
                progress.found.release();
            }
            progress.cut_short |= (broken && self.options.fail_fast) || self.sender.halted().is_some();
        }
    }

    /// Shrinks the failures of checks that only generated cases break.
    async fn shrink(&self, executor: &Arc<Executor>, tallies: &mut [Tally], failures: &BTreeMap<usize, Arc<Case>>) {
        let only_generated = |check: usize| tallies[check].failures.values().all(|one| one.case.numbered().is_some());
        let failures: Vec<_> = failures
            .iter()
            .filter(|(check, _)| only_generated(**check))
            .map(|(check, case)| (*check, Arc::clone(case)))
            .collect();
        for (check, failure) in shrink::shrink(executor, failures, self.options.jobs.max(1)).await {
            // The smallest stands first, before the case that it came from.
            tallies[check].failures.insert((0, 0), failure);
        }
    }
}
