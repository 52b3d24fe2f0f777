//! Executes one case: makes its requests, sends them, judges every exchange, and then the case itself.

mod answer;
mod authenticate;
mod creation_locks;
mod refuse;
mod scenario;
mod undecided;
mod walk;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use mixinspec_spec::model::BodyEncoding;
use serde_json::Value;

pub(crate) use self::creation_locks::CreationLocks;
use self::undecided::{holds, name_causes, of_another, undecided};
use self::walk::Remembered;
use crate::cel::Expression;
use crate::edition::exchange::Exchange;
use crate::edition::variables::RequestFacts;
use crate::findings::cause::{Cause, Hindrance};
use crate::findings::events::{Event, Listener};
use crate::findings::latency::Stopwatch;
use crate::findings::spread::Spread;
use crate::findings::verdict::Finding;
use crate::http::authorization::Authorization;
use crate::http::client::Sender;
use crate::http::connections::on_fresh_connections;
use crate::http::message::{NoAnswer, Received};
use crate::http::outcome::Outcome;
use crate::identity::ids::{CaseIds, IdSpace};
use crate::judge::check::Judged;
use crate::judge::{Histories, Judge, twin};
use crate::plan::{AcceptCase, Case, CaseKind, Plan};
use crate::request::make::{Cast, Change, Family, Made, MakeError, Maker};
use crate::run::shown_readings::ShownReadings;

/// Everything that executing a case needs; shared by all tasks of a run.
#[derive(Debug)]
pub struct Executor {
    /// The judge of exchanges.
    pub judge: Judge,
    /// The plan.
    pub plan: Plan,
    /// The maker of requests.
    pub maker: Maker,
    /// The HTTP client that sends requests.
    pub sender: Arc<Sender>,
    /// The source of fresh ids.
    pub ids: IdSpace,
    /// The user ids of the callers: first the caller, then peers.
    pub callers: Vec<String>,
    /// The readings that the server has shown.
    pub shown: ShownReadings,
    /// The first walks; their final actions are repeated after all other cases.
    pub(crate) memory: Mutex<BTreeMap<String, Remembered>>,
    /// Locks for the things that several cases create.
    pub(crate) creation_locks: CreationLocks,
    /// The listener for events.
    pub listener: Arc<dyn Listener>,
    /// The response times, over all editions.
    pub stopwatch: Arc<Stopwatch>,
    /// Counts of broken checks, by operation and kind of request.
    pub(crate) spread: Spread,
}

/// Replacements for the parts of a generated case that its number decides; shrinking sets them.
#[derive(Debug, Clone, Default)]
pub struct Replaced {
    /// The document.
    pub document: Option<Value>,
    /// The indexes of the walk's actions that are kept.
    pub actions: Option<Vec<usize>>,
}

/// How many requests may time out while failures are repeated and shrunk: each costs the whole timeout.
const SILENT_REPEATS: usize = 5;

/// How often a case is restarted at most, each time because a token may count as used.
const TURNS_AGAIN: u32 = 4;

impl Executor {
    /// The number of unanswered requests at which repeats that begin now must end.
    pub(crate) fn last_silence(&self) -> usize {
        self.sender.unanswered() + SILENT_REPEATS
    }

    /// Whether to stop repeating: the run ended, or the server left too many repeats unanswered.
    pub(crate) fn has_ended(&self, last_silence: usize) -> bool {
        self.sender.ended().is_some() || self.sender.unanswered() >= last_silence
    }

    /// Executes a case. If a request had to be sent again and its token may count as used, the case is restarted with
    /// other ids.
    pub async fn execute(&self, case: &Case, attempt: u32, given: Replaced) -> Vec<Judged> {
        let ids = self.ids.case(case.id.as_str(), attempt);
        let mut execution = self.execute_once(case, ids.clone(), given.clone()).await;
        for again in 1..=TURNS_AGAIN {
            if !execution.used_up || self.sender.ended().is_some() {
                break;
            }
            let ids = ids.part(&format!("again {again}"));
            execution = on_fresh_connections(self.execute_once(case, ids, given.clone())).await;
        }
        execution.judged
    }

    /// Executes a case once.
    async fn execute_once<'a>(&'a self, case: &'a Case, ids: CaseIds, given: Replaced) -> Execution<'a> {
        let histories = Histories::default();
        let began = self.sender.clock().now();
        let mut execution =
            Execution { executor: self, case, ids, began, judged: Vec::new(), histories, later: false, used_up: false };
        let unmet = match &case.kind {
            CaseKind::Walk(_) => None,
            _ => self.judge.checks.get(case.check).and_then(|check| self.shown.unmet(&check.needs)),
        };
        if let Some(finding) = unmet.or_else(|| self.cannot_send(case)) {
            execution.judged.push((case.check, finding));
            return execution;
        }
        let finding = match &case.kind {
            CaseKind::Accept(accept) => execution.accept(accept, given).await,
            CaseKind::Refuse(refuse) => execution.refuse(refuse, given).await,
            CaseKind::Authenticate(authenticate) => execution.authenticate(authenticate).await,
            CaseKind::Steps(steps) => execution.steps(steps).await,
            CaseKind::Walk(walk) => execution.walk(walk, given).await,
        };
        let finding = finding.unwrap_or_else(|error| match error {
            MakeError::Users(few) => Some(Finding::NotApplicable(format!("{few} (--users)"))),
            MakeError::NotApplicable(reason) => Some(Finding::NotApplicable(reason)),
            error => Some(Finding::Error(format!("failed to make the request of {}: {error}", case.id))),
        });
        // A walk has no check of its own: its finding counts for each of its checks.
        match (&case.kind, finding) {
            (CaseKind::Walk(_), Some(finding)) => {
                execution.judged.extend(case.checks().map(|check| (check, finding.clone())));
            }
            (_, finding) => execution.judged.extend(finding.map(|finding| (case.check, finding))),
        }
        // Findings of checks that do not apply to this server are dropped.
        let checks = &self.judge.checks;
        let applies = |check: &usize| checks.get(*check).is_none_or(|check| self.shown.unmet(&check.needs).is_none());
        execution.judged.retain(|(check, finding)| applies(check) || matches!(finding, Finding::NotApplicable(_)));
        name_causes(&mut execution.judged, checks);
        execution
    }

    /// Records the findings of readings that something depends on.
    pub(crate) fn note(&self, judged: &[Judged]) {
        for (check, finding) in judged.iter().filter(|(check, _)| self.plan.needed.contains(check)) {
            if let Some(check) = self.judge.checks.get(*check) {
                self.shown.note(&check.id, finding);
            }
        }
    }

    /// The finding for a request that this server's HTTP version cannot carry.
    fn cannot_send(&self, case: &Case) -> Option<Finding> {
        let chunked = case.change().is_some_and(|change| change.encoding == Some(BodyEncoding::Chunked));
        let reason = "the subject answers in HTTP/1.0, which has no chunked transfer coding (RFC 9112, section 7.1)";
        (chunked && self.sender.speaks_old_http()).then(|| Finding::NotApplicable(reason.into()))
    }

    fn family(&self, name: &str) -> Result<&Family, MakeError> {
        self.plan.families.get(name).ok_or_else(|| MakeError::Patch(format!("there is no family `{name}`")))
    }

    fn document(&self, family: &str, number: Option<u64>, given: &Replaced) -> Result<Option<Value>, MakeError> {
        match (&given.document, number) {
            (Some(document), _) => Ok(Some(document.clone())),
            (None, None) => Ok(None),
            (None, Some(number)) => {
                let generator = self.plan.generators.get(family);
                let generator =
                    generator.ok_or_else(|| MakeError::Patch(format!("nothing generates the family `{family}`")))?;
                let document = generator.tree(self.ids.seed, number).map_err(MakeError::Patch)?.current();
                // A document that breaks its schema is no evidence: a correct server refuses it.
                let edition = &self.judge.edition;
                let schema = self.family(family)?.operation.request;
                let wrong = schema.map(|schema| edition.schemas.violations(schema, &document)).unwrap_or_default();
                match wrong.first() {
                    None => Ok(Some(document)),
                    Some(wrong) => Err(MakeError::Ungenerated(format!("{}: {}", wrong.instance, wrong.message))),
                }
            }
        }
    }

    pub(crate) fn caller(&self) -> Cast {
        self.caller_of(0)
    }

    /// The caller with this index, and no particular user first in the list of users.
    fn caller_of(&self, caller: usize) -> Cast {
        Cast { caller, caller_id: self.callers.get(caller).cloned().unwrap_or_default(), first_user: None }
    }
}

/// One execution of one case.
struct Execution<'a> {
    executor: &'a Executor,
    case: &'a Case,
    ids: CaseIds,
    /// When it began, in seconds since 1970 by the server's clock: `now` of all its credentials, so that two steps can
    /// make the same claims.
    began: i64,
    judged: Vec<Judged>,
    /// The histories of the things in this case.
    histories: Histories,
    /// Whether all other cases of the run were done before.
    later: bool,
    /// Whether a token may count as used before its request was answered.
    used_up: bool,
}

impl Execution<'_> {
    async fn accept(&mut self, case: &AcceptCase, given: Replaced) -> Result<Option<Finding>, MakeError> {
        let family = self.executor.family(&case.family)?;
        let document = self.executor.document(&case.family, case.generated, &given)?;
        let cast = self.executor.caller();
        let Maker { users, .. } = &self.executor.maker;
        let made = match &case.vector {
            Some(vector) => vector.make(users, &self.ids, &cast)?,
            None => self.executor.maker.make(family, document, &case.change, &self.ids, &cast)?,
        };
        let exchange = self.send(&made).await;
        if let Some(finding) = undecided(&exchange) {
            return Ok(Some(finding));
        }
        if let Some(when) = &case.when {
            let mut scope = self.executor.judge.scope();
            exchange.bind(&mut scope, self.case.id.as_str());
            if scope.holds(when) != Ok(true) {
                return Ok(Some(Finding::NotApplicable("no case of this run is one that it applies to".into())));
            }
        }
        if case.may_be_refused && exchange.is_refused() {
            return Ok(Some(Finding::Pass));
        }
        let needs_twin = case.changed && (case.same_as_twin || exchange.outcome != Outcome::Accepted);
        let twin = if needs_twin { Some(self.twin(family, &cast).await?) } else { None };
        if let Some(twin) = twin.as_ref().filter(|twin| twin.outcome != Outcome::Accepted) {
            return Ok(Some(self.twin_failed("change", twin)));
        }
        if exchange.outcome != Outcome::Accepted {
            return Ok(Some(self.unlike("accepted", &exchange)));
        }
        if let Some(finding) = of_another(&exchange).or_else(|| twin.as_ref().and_then(|twin| of_another(twin))) {
            return Ok(Some(finding));
        }
        if case.same_as_twin
            && let Some(twin) = &twin
            && let Some(difference) = twin::difference(&exchange, twin, &family.fixed)
        {
            let shown: [&Exchange; 2] = [twin, &exchange];
            let statement = self.statement();
            return Ok(Some(self.executor.judge.fail(
                &self.case.id,
                &statement,
                difference.expected,
                difference.actual,
                Some(difference.place),
                &shown,
            )));
        }
        Ok(Some(self.rule(case.rule.as_deref(), &exchange)))
    }

    /// The finding of a rule on an accepted exchange.
    fn rule(&self, rule: Option<&Expression>, exchange: &Arc<Exchange>) -> Finding {
        let Some(rule) = rule else { return Finding::Pass };
        if let Some(reason) = self.executor.judge.blocking_rule(rule, exchange) {
            return Finding::Blocked(reason);
        }
        let mut scope = self.executor.judge.scope();
        exchange.bind(&mut scope, self.case.id.as_str());
        match scope.holds(rule) {
            Ok(true) => Finding::Pass,
            Ok(false) => {
                let why = crate::cel::why_false(rule, &scope, self.executor.judge.recorder().redactor());
                let statement = self.statement();
                let judge = &self.executor.judge;
                judge.fail(&self.case.id, &statement, why.expected, why.actual, None, &[exchange]).about(rule)
            }
            Err(error) => Self::rule_without_value(std::slice::from_ref(exchange), &error.to_string()),
        }
    }

    async fn twin(&mut self, family: &Family, cast: &Cast) -> Result<Arc<Exchange>, MakeError> {
        self.twin_of(family, None, cast).await
    }

    /// The same request without the change, with ids of its own.
    async fn twin_of(
        &mut self,
        family: &Family,
        document: Option<Value>,
        cast: &Cast,
    ) -> Result<Arc<Exchange>, MakeError> {
        self.twin_with(family, document, &Change::default(), "twin", cast).await
    }

    /// The same request with ids of its own and this change of its body, path or method, and the caller's credential.
    async fn twin_with(
        &mut self,
        family: &Family,
        document: Option<Value>,
        change: &Change,
        part: &str,
        cast: &Cast,
    ) -> Result<Arc<Exchange>, MakeError> {
        let ids = self.ids.part(part);
        let made = self.executor.maker.make(family, document, change, &ids, cast)?;
        Ok(self.send(&made).await)
    }

    async fn send(&mut self, made: &Made) -> Arc<Exchange> {
        let alone = self.executor.creation_locks.alone(&self.executor.judge.edition, made).await;
        let answer = self.executor.sender.send(&made.sent).await;
        drop(alone);
        self.receive(made, made.about.clone(), answer, true)
    }

    /// Judges an exchange. It `follows` those before it, and joins their history, unless it was sent at the same time
    /// as another.
    fn receive(
        &mut self,
        made: &Made,
        about: RequestFacts,
        answer: Result<Received, NoAnswer>,
        follows: bool,
    ) -> Arc<Exchange> {
        let judge = &self.executor.judge;
        if let (Ok(received), Some(operation)) =
            (&answer, judge.edition.operations.asked(&made.sent.method, &made.sent.path))
        {
            self.executor.stopwatch.note(&operation.id, received.took);
        }
        let exchange = Arc::new(judge.exchange(made.sent.clone(), answer, about));
        self.used_up |= exchange.may_be_used_up();
        // If a forged credential is accepted, only the case itself judges the answer.
        let forged = matches!(exchange.sent.authorization, Authorization::Altered(_) | Authorization::UsedBefore(_));
        if !forged || exchange.outcome != Outcome::Accepted {
            self.judged.extend(self.executor.judge_answer(&exchange, &self.case.id));
        }
        if follows && !forged && undecided(&exchange).is_none() && of_another(&exchange).is_none() {
            let users = &made.document;
            let callers = self.executor.callers.iter().enumerate();
            let named = |(at, id): &(usize, &String)| *at != exchange.sent.caller && holds(users, id);
            let with = callers.filter(named).map(|(_, id)| id.clone()).collect();
            self.judged.extend(judge.follow(&mut self.histories, &exchange, with, &self.case.id, self.later));
        }
        let listener = &self.executor.listener;
        if listener.wants_exchanges() {
            let record = judge.recorder().record(&exchange);
            listener.event(&Event::Exchange { case: self.case.id.as_str(), record: &record });
        }
        exchange
    }

    /// The finding for a rule that cannot be evaluated. The rule is wrong unless an answer was not accepted or breaks
    /// its schema.
    fn rule_without_value(exchanges: &[Arc<Exchange>], error: &str) -> Finding {
        let broken =
            exchanges.iter().any(|exchange| exchange.outcome != Outcome::Accepted || !exchange.violations.is_empty());
        if broken {
            Finding::Hindered(Hindrance::new("an answer lacks what the rule reads", [Cause::Answers]))
        } else {
            Finding::Error(error.to_owned())
        }
    }

    /// The finding of a case whose twin was not accepted; the usual reason is that the server does not know the users.
    fn twin_failed(&self, what: &str, twin: &Exchange) -> Finding {
        let refused = matches!(twin.outcome, Outcome::Refused(_));
        let hint = if refused { self.executor.maker.hint_of_users() } else { "" };
        self.turned_away(format!("the same request without the {what} was {}{hint}", twin.describe()))
    }

    /// The finding of a case that proves nothing, because a valid request was not accepted. Another requirement fails
    /// for that: on this very answer, or in a case about the family's valid requests.
    fn turned_away(&self, reason: String) -> Finding {
        let family = self.case.family().map(|family| Cause::Refusal(family.to_owned()));
        Finding::Hindered(Hindrance::new(reason, family.into_iter().chain([Cause::Answers])))
    }

    fn unlike(&self, expected: &str, exchange: &Exchange) -> Finding {
        let statement = self.statement();
        let actual = exchange.describe();
        self.executor.judge.fail(&self.case.id, &statement, expected.into(), actual, None, &[exchange])
    }

    fn statement(&self) -> String {
        self.executor.judge.statement(self.case.check).to_owned()
    }
}
