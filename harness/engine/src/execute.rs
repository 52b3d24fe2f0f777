//! Executes one case: makes its requests, sends them, judges every exchange, and then the case itself.

mod authenticate;
mod scenario;

use std::sync::Arc;

use serde_json::Value;

use crate::client::Sender;
use crate::credential::Authorization;
use crate::events::{Event, Listener};
use crate::exchange::{Exchange, NoAnswer, Outcome};
use crate::expression::Expression;
use crate::ids::{CaseIds, IdSpace};
use crate::judge::{Judge, Judged, describe};
use crate::make::{Cast, Change, Family, Made, MakeError, Maker};
use crate::plan::{AcceptCase, Case, CaseKind, Plan, RefuseCase};
use crate::twin;
use crate::variables::bind;
use crate::verdict::Finding;

/// Everything that executing a case needs; shared by all tasks of a run.
#[derive(Debug)]
pub struct Executor {
    /// What judges exchanges.
    pub judge: Judge,
    /// The plan.
    pub plan: Plan,
    /// What makes requests.
    pub maker: Maker,
    /// What sends them.
    pub sender: Arc<Sender>,
    /// Where ids come from.
    pub ids: IdSpace,
    /// The user ids of the callers: first the caller, then peers.
    pub callers: Vec<String>,
    /// Who listens.
    pub listener: Arc<dyn Listener>,
}

/// A generated document to use in place of the one that the case's number stands for, as shrinking does.
pub type Document = Option<Value>;

/// How many requests may go unanswered while failures are repeated and made smaller: each of them takes the whole time
/// that an answer is waited for.
const SILENT_REPEATS: usize = 5;

impl Executor {
    /// How many requests may have gone unanswered when repeating ends, if it begins now.
    pub(crate) fn last_silence(&self) -> usize {
        self.sender.unanswered() + SILENT_REPEATS
    }

    /// Whether nothing is repeated any more: the run ended, or the server leaves too many repeats unanswered.
    pub(crate) fn has_ended(&self, last_silence: usize) -> bool {
        self.sender.halted().is_some() || self.sender.unanswered() >= last_silence
    }

    /// Executes a case.
    pub async fn execute(&self, case: &Case, attempt: u32, document: Document) -> Vec<Judged> {
        let ids = self.ids.case(&case.id, attempt);
        let mut turn = Turn { executor: self, case, ids, judged: Vec::new() };
        let finding = match &case.kind {
            CaseKind::Accept(accept) => turn.accept(accept, document).await,
            CaseKind::Refuse(refuse) => turn.refuse(refuse, document).await,
            CaseKind::Authenticate(authenticate) => turn.authenticate(authenticate).await,
            CaseKind::Steps(steps) => turn.steps(steps).await,
        };
        let finding = finding.unwrap_or_else(|error| match error {
            MakeError::Users(few) => Finding::NotApplicable(format!("{few} (--users)")),
            error => Finding::Error(format!("failed to make the request of {}: {error}", case.id)),
        });
        turn.judged.push((case.check, finding));
        turn.judged
    }

    fn family(&self, name: &str) -> Result<&Family, MakeError> {
        self.plan.families.get(name).ok_or_else(|| MakeError::Patch(format!("there is no family `{name}`")))
    }

    fn document(&self, family: &str, number: Option<u64>, given: &Document) -> Result<Document, MakeError> {
        match (given, number) {
            (Some(document), _) => Ok(Some(document.clone())),
            (None, None) => Ok(None),
            (None, Some(number)) => {
                let generator = self.plan.generators.get(family);
                let generator =
                    generator.ok_or_else(|| MakeError::Patch(format!("nothing generates the family `{family}`")))?;
                generator.tree(self.ids.seed, number).map(|tree| Some(tree.current())).map_err(MakeError::Patch)
            }
        }
    }

    fn caller(&self) -> Cast {
        Cast { caller: 0, caller_id: self.callers.first().cloned().unwrap_or_default(), first_user: None }
    }
}

/// One execution of one case.
struct Turn<'a> {
    executor: &'a Executor,
    case: &'a Case,
    ids: CaseIds,
    judged: Vec<Judged>,
}

impl Turn<'_> {
    async fn accept(&mut self, case: &AcceptCase, document: Document) -> Result<Finding, MakeError> {
        let family = self.executor.family(&case.family)?;
        let document = self.executor.document(&case.family, case.generated, &document)?;
        let cast = self.executor.caller();
        let Maker { users, .. } = &self.executor.maker;
        let made = match &case.vector {
            Some(vector) => vector.make(users, &self.ids, &cast)?,
            None => self.executor.maker.make(family, document, &case.change, &self.ids, &cast)?,
        };
        let exchange = self.send(&made, &cast, Vec::new()).await;
        if let Some(finding) = undecided(&exchange) {
            return Ok(finding);
        }
        if let Some(when) = &case.when {
            let mut scope = self.executor.judge.scope();
            bind(&mut scope, &exchange, &self.case.id);
            if scope.holds(when) != Ok(true) {
                return Ok(Finding::NotApplicable("no case of this run is one that it applies to".into()));
            }
        }
        let needs_twin = case.changed && (case.same_as_twin || exchange.outcome != Outcome::Accepted);
        let twin = if needs_twin { Some(self.twin(family, &cast).await?) } else { None };
        if let Some(twin) = twin.as_ref().filter(|twin| twin.outcome != Outcome::Accepted) {
            return Ok(self.twin_failed("change", twin));
        }
        if exchange.outcome != Outcome::Accepted {
            return Ok(self.unlike("accepted", &exchange));
        }
        if let Some(finding) = of_another(&exchange).or_else(|| twin.as_ref().and_then(of_another)) {
            return Ok(finding);
        }
        if case.same_as_twin
            && let Some(twin) = &twin
            && let Some(difference) = twin::difference(&exchange, twin, &case.change, &self.executor.judge.schemas)
        {
            let shown = [twin, &exchange];
            let statement = self.statement();
            return Ok(self.executor.judge.fail(
                &self.case.id,
                &statement,
                difference.expected,
                difference.actual,
                Some(difference.place),
                &shown,
            ));
        }
        Ok(self.rule(case.rule.as_deref(), &exchange))
    }

    /// What a rule says of an exchange that was accepted.
    fn rule(&self, rule: Option<&Expression>, exchange: &Exchange) -> Finding {
        let Some(rule) = rule else { return Finding::Pass };
        if let Some(reason) = self.executor.judge.blocking_rule(rule, exchange) {
            return Finding::Blocked(reason);
        }
        let mut scope = self.executor.judge.scope();
        bind(&mut scope, exchange, &self.case.id);
        match scope.holds(rule) {
            Ok(true) => Finding::Pass,
            Ok(false) => {
                let why = crate::explain::why_false(rule, &scope);
                let statement = self.statement();
                let judge = &self.executor.judge;
                judge.fail(&self.case.id, &statement, why.expected, why.actual, None, &[exchange]).about(rule)
            }
            Err(error) => self.rule_without_value(std::slice::from_ref(exchange), &error.to_string()),
        }
    }

    async fn refuse(&mut self, case: &RefuseCase, document: Document) -> Result<Finding, MakeError> {
        let family = self.executor.family(&case.family)?;
        let document = self.executor.document(&case.family, case.generated, &document)?;
        let cast = self.executor.caller();
        let made = self.executor.maker.make(family, document.clone(), &case.change, &self.ids, &cast)?;
        if made.unchanged {
            return Ok(Finding::NotApplicable("for these users the wrong id is the right one".into()));
        }
        let exchange = self.send(&made, &cast, case.codes.clone()).await;
        if let Some(finding) = undecided(&exchange) {
            return Ok(finding);
        }
        if !matches!(exchange.outcome, Outcome::Refused(_) | Outcome::Unauthorized) {
            return Ok(self.unlike("refused", &exchange));
        }
        // A refusal tells nothing where everything is refused.
        let twin = self.twin_of(family, document, &cast).await?;
        if twin.outcome != Outcome::Accepted {
            return Ok(self.twin_failed("defect", &twin));
        }
        Ok(of_another(&twin).unwrap_or(Finding::Pass))
    }

    async fn twin(&mut self, family: &Family, cast: &Cast) -> Result<Exchange, MakeError> {
        self.twin_of(family, None, cast).await
    }

    /// The same request without the change, with ids of its own.
    async fn twin_of(&mut self, family: &Family, document: Document, cast: &Cast) -> Result<Exchange, MakeError> {
        self.twin_with(family, document, &Change::default(), "twin", cast).await
    }

    /// The same request with ids of its own and this change of its body, path or method, and the caller's credential.
    async fn twin_with(
        &mut self,
        family: &Family,
        document: Document,
        change: &Change,
        part: &str,
        cast: &Cast,
    ) -> Result<Exchange, MakeError> {
        let ids = self.ids.part(part);
        let made = self.executor.maker.make(family, document, change, &ids, cast)?;
        Ok(self.send(&made, cast, Vec::new()).await)
    }

    async fn send(&mut self, made: &Made, cast: &Cast, codes: Vec<i64>) -> Exchange {
        let answer = self.executor.sender.send(&made.sent).await;
        self.receive(made, cast, made.fresh, codes, answer)
    }

    fn receive(
        &mut self,
        made: &Made,
        cast: &Cast,
        fresh: bool,
        codes: Vec<i64>,
        answer: Result<crate::exchange::Received, NoAnswer>,
    ) -> Exchange {
        let exchange = Exchange {
            sent: made.sent.clone(),
            outcome: Outcome::of(&answer),
            answer,
            fresh,
            caller_id: cast.caller_id.clone(),
            peer_id: made.peer.clone(),
            codes,
        };
        // What a credential that should have been refused gets is this case's affair alone.
        let forged = matches!(exchange.sent.authorization, Authorization::Altered(_));
        if !forged || exchange.outcome != Outcome::Accepted {
            self.judged.extend(self.executor.judge.judge(&exchange, &self.case.id));
        }
        let listener = &self.executor.listener;
        if listener.wants_exchanges() {
            let record = self.executor.judge.recorder().record(&exchange);
            listener.event(&Event::Exchange { case: &self.case.id, record: &record });
        }
        exchange
    }

    /// A rule that cannot be evaluated: where an answer breaks the schema that is why, else the rule is wrong.
    fn rule_without_value(&self, exchanges: &[Exchange], error: &str) -> Finding {
        let broken = exchanges.iter().any(|exchange| match (exchange.outcome, exchange.response()) {
            (Outcome::Accepted, Some(body)) => {
                !self.executor.judge.schemas.violations(crate::schema::ACCEPTED, body).is_empty()
            }
            _ => true,
        });
        if broken {
            Finding::Inconclusive("an answer lacks what the rule reads".into())
        } else {
            Finding::Error(error.to_owned())
        }
    }

    /// A case whose twin was not accepted shows nothing; the usual reason is that its users are not known.
    fn twin_failed(&self, what: &str, twin: &Exchange) -> Finding {
        let refused = matches!(twin.outcome, Outcome::Refused(_));
        let hint = if refused && self.executor.maker.users.count().is_none() {
            "; if the server knows certain users only, name them with --users FILE"
        } else {
            ""
        };
        Finding::Inconclusive(format!("the same request without the {what} was {}{hint}", describe(twin)))
    }

    fn unlike(&self, expected: &str, exchange: &Exchange) -> Finding {
        let statement = self.statement();
        let actual = describe(exchange);
        self.executor.judge.fail(&self.case.id, &statement, expected.into(), actual, None, &[exchange])
    }

    fn statement(&self) -> String {
        self.executor.judge.statement(self.case.check).to_owned()
    }
}

/// The finding where an answer is about another conversation than its request: it does not show what became of the
/// request. That the answer is wrong is another requirement's finding; how its id is written, too.
fn of_another(exchange: &Exchange) -> Option<Finding> {
    if exchange.outcome != Outcome::Accepted {
        return None;
    }
    let asked = exchange.sent.json.as_ref()?.get("conversation_id")?.as_str()?;
    let answered = exchange.response()?.pointer("/data/conversation_id")?.as_str()?;
    let reason = "an answer is about another conversation than the one that was asked for";
    (!asked.eq_ignore_ascii_case(answered)).then(|| Finding::Inconclusive(reason.into()))
}

/// The finding where an exchange decides nothing, whatever was expected.
///
/// The answer to a creation that is neither an acceptance nor a refusal fails as what it is; what the server made of
/// the request cannot be seen from it.
fn undecided(exchange: &Exchange) -> Option<Finding> {
    match (&exchange.outcome, &exchange.answer) {
        (Outcome::Malformed, Ok(received)) if exchange.is_create() => Some(Finding::Inconclusive(format!(
            "the answer (HTTP {}) is neither an acceptance nor a refusal, so that it does not show this",
            received.status
        ))),
        (Outcome::Throttled, _) => Some(Finding::Inconclusive("the server was still throttling (429)".into())),
        (_, Err(error)) if !error.tells() => Some(Finding::Inconclusive(error.to_string())),
        _ => None,
    }
}
