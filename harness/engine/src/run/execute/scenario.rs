//! Executes scenarios: sends requests one after another or at once, then judges all of them together.

use std::sync::Arc;

use futures::future::join_all;
use mixinspec_spec::model::{Expect, Party};
use serde_json::json;

use super::{Execution, of_another, undecided};
use crate::cel::Shared;
use crate::edition::exchange::Exchange;
use crate::edition::operation::CompiledOperation;
use crate::edition::variables::RequestFacts;
use crate::findings::verdict::Finding;
use crate::http::message::Sent;
use crate::http::outcome::Outcome;
use crate::identity::ids::CaseIds;
use crate::plan::{Asked, CompiledStep, Question, Send, StepsCase};
use crate::request::make::{Cast, Made, MakeError};

/// The steps of a case after they were taken.
struct TakenSteps<'a> {
    exchanges: Vec<Arc<Exchange>>,
    /// How many exchanges each step has, by its name.
    counts: Vec<(&'a str, usize)>,
    values: Vec<(&'a str, Shared)>,
}

impl Execution<'_> {
    /// Takes the steps and answers the questions about them. Returns the finding of the case's own check; those of
    /// other checks join the findings of the exchanges.
    pub(super) async fn steps(&mut self, case: &StepsCase) -> Result<Option<Finding>, MakeError> {
        let mut own = Finding::NotApplicable("nothing is asked of its steps".into());
        if let Some(reason) = self.lacks(&case.steps) {
            return Ok(Some(Finding::NotApplicable(reason.into())));
        }
        let taken = self.take(&case.steps).await?;
        for asked in &case.asked {
            let finding = match &taken {
                Ok(taken) => self.answer(asked, taken),
                Err(finding) => finding.clone(),
            };
            if asked.check == self.case.check { own = finding } else { self.judged.push((asked.check, finding)) }
        }
        Ok(Some(own))
    }

    /// Why the steps cannot be taken with the callers' credentials.
    fn lacks(&self, steps: &[CompiledStep]) -> Option<&'static str> {
        let credentials = self.executor.sender.credentials();
        steps.iter().filter_map(|step| step.change.credential.as_ref()).find_map(|it| it.inapplicable(credentials))
    }

    /// Takes the steps, or returns the finding that keeps them from answering anything.
    async fn take<'a>(&mut self, steps: &'a [CompiledStep]) -> Result<Result<TakenSteps<'a>, Finding>, MakeError> {
        let mut made_before: Vec<Option<Made>> = Vec::new();
        let mut unproven: Option<(&str, Cast)> = None;
        let mut taken = TakenSteps { exchanges: Vec::new(), counts: Vec::new(), values: Vec::new() };
        for step in steps {
            let needs_peer = step.by == Party::Peer || step.with == Some(Party::Peer);
            if needs_peer && self.executor.callers.len() < 2 {
                return Ok(Err(Finding::NotApplicable("needs a second caller".into())));
            }
            let cast = self.cast(step);
            let (made, answers) = self.step(step, &cast, &made_before, &Shared::map(taken.values.clone())).await?;
            made_before.push(made);
            for exchange in &answers {
                if let Some(finding) = undecided(exchange).or_else(|| of_another(exchange)) {
                    return Ok(Err(finding));
                }
                let unmet = match step.expect {
                    Expect::Accepted => exchange.outcome != Outcome::Accepted,
                    Expect::Refused => !exchange.is_refused(),
                    Expect::Judged => false,
                };
                if unmet {
                    let what = exchange.describe();
                    return Ok(Err(self.turned_away(format!("its step `{}` was {what}", step.name))));
                }
            }
            if let (Send::Family(family), Expect::Judged) = (&step.send, step.expect)
                && answers.iter().any(|exchange| exchange.is_refused())
            {
                unproven = Some((family, Cast { first_user: None, ..cast }));
            }
            let value = match step.at_once {
                Some(_) => Shared::list(answers.iter().map(|exchange| exchange.variables.as_one())),
                None => answers.first().map_or_else(Shared::null, |exchange| exchange.variables.as_one()),
            };
            taken.values.push((&step.name, value));
            taken.counts.push((&step.name, answers.len()));
            taken.exchanges.extend(answers);
        }
        // A refusal proves nothing if the server refuses everything: without an accepted step, a twin must be accepted.
        let nothing_accepted = taken.exchanges.iter().all(|exchange| exchange.outcome != Outcome::Accepted);
        if let Some((family, cast)) = unproven.filter(|_| nothing_accepted) {
            let twin = self.twin(self.executor.family(family)?, &cast).await?;
            if twin.outcome != Outcome::Accepted {
                return Ok(Err(self.twin_failed("change", &twin)));
            }
            if let Some(finding) = of_another(&twin) {
                return Ok(Err(finding));
            }
        }
        Ok(Ok(taken))
    }

    /// Answers one question from the steps.
    fn answer(&self, asked: &Asked, taken: &TakenSteps<'_>) -> Finding {
        let (judge, exchanges) = (&self.executor.judge, &taken.exchanges);
        let mut rest = exchanges.as_slice();
        let mut by_step: Vec<(&str, &[Arc<Exchange>])> = Vec::new();
        for (name, count) in &taken.counts {
            let (own, others) = rest.split_at(*count);
            by_step.push((name, own));
            rest = others;
        }
        if let Some(reason) = judge.blocking_step(&asked.reads, &by_step) {
            return Finding::Blocked(reason);
        }
        let mut scope = judge.scope();
        let callers = &self.executor.callers;
        scope.set("caller", &json!({"user_id": callers.first()}));
        scope.set("peer", &json!({"user_id": callers.get(1)}));
        scope.share("steps", &Shared::map(taken.values.clone()));
        let shown: Vec<&Exchange> = exchanges.iter().map(AsRef::as_ref).collect();
        let (applies, rule) = match &asked.question {
            Question::Reading(observe) => {
                return judge.observe(asked.check, observe, &scope, &self.case.id, &shown);
            }
            Question::Rule { applies, rule } => (applies, rule),
        };
        if let Some(applies) = applies {
            match scope.holds(applies) {
                Ok(true) => {}
                Ok(false) => {
                    return Finding::NotApplicable("the subject shows that it does not offer this".into());
                }
                Err(error) => return Self::rule_without_value(exchanges, &error.to_string()),
            }
        }
        match scope.holds(rule) {
            Ok(true) => Finding::Pass,
            Ok(false) => {
                let why = crate::cel::why_false(rule, &scope, self.executor.judge.recorder().redactor());
                let statement = judge.statement(asked.check);
                judge.fail(&self.case.id, statement, why.expected, why.actual, None, &shown).about(rule)
            }
            Err(error) => Self::rule_without_value(exchanges, &error.to_string()),
        }
    }

    /// Who takes part in a step.
    fn cast(&self, step: &CompiledStep) -> Cast {
        let id = |party: Party| {
            let at = usize::from(party == Party::Peer);
            self.executor.callers.get(at).cloned().unwrap_or_default()
        };
        Cast { caller: usize::from(step.by == Party::Peer), caller_id: id(step.by), first_user: step.with.map(id) }
    }

    async fn step(
        &mut self,
        step: &CompiledStep,
        cast: &Cast,
        taken: &[Option<Made>],
        values: &Shared,
    ) -> Result<(Option<Made>, Vec<Arc<Exchange>>), MakeError> {
        let executor = self.executor;
        let ids = self.ids.part(&step.name);
        let earlier = |at: usize| {
            let made = taken.get(at).and_then(Option::as_ref);
            made.ok_or_else(|| MakeError::Patch(format!("step `{}` refers to a step without a request", step.name)))
        };
        let mut made = match &step.send {
            Send::Family(name) => {
                executor.maker.make_after(executor.family(name)?, &step.change, &ids, cast, values)?
            }
            Send::Again(at) => executor.maker.again(earlier(*at)?, &step.change, &ids, cast, Some(values))?,
            Send::Mended(at) => {
                let earlier = earlier(*at)?;
                let whole = Made { document: earlier.clean.clone(), ..earlier.clone() };
                let made = executor.maker.again(&whole, &step.change, &ids, cast, Some(values))?;
                // The earlier request created nothing, so this one is as fresh as that was.
                Made { about: RequestFacts { fresh: earlier.about.fresh, ..made.about.clone() }, ..made }
            }
            Send::Call(operation, at) => {
                let earlier = earlier(*at)?;
                let operations = &executor.judge.edition.operations;
                let created = operations.asked(&earlier.sent.method, &earlier.sent.path);
                let asked = created.and_then(|created| {
                    let operation = operation.as_ref().or_else(|| operations.reading(&created.thing))?;
                    Some((operation, created.asked(&earlier.sent)?))
                });
                let (operation, identity) = asked.ok_or_else(|| {
                    MakeError::Patch(format!("step `{}` is about what no request has created", step.name))
                })?;
                call(operation, identity, earlier, cast, &ids)
            }
        };
        self.authorize(&mut made, step, taken, cast)?;
        let answers = self.send_all(&made, step.at_once.unwrap_or(1)).await;
        Ok((Some(made), answers))
    }

    /// Gives a request the credential of its step.
    fn authorize(
        &self,
        made: &mut Made,
        step: &CompiledStep,
        taken: &[Option<Made>],
        cast: &Cast,
    ) -> Result<(), MakeError> {
        let Some(credential) = &step.change.credential else {
            if self.keeps_tokens() {
                made.sent.authorization = self.own_token(&made.sent)?;
            }
            return Ok(());
        };
        if credential.is_used_before() {
            let earlier = match step.send {
                Send::Again(at) | Send::Mended(at) | Send::Call(_, at) => taken.get(at).and_then(Option::as_ref),
                Send::Family(_) => taken.iter().rev().find_map(Option::as_ref),
            };
            if let Some(earlier) = earlier {
                made.sent.authorization = earlier.sent.authorization.used_before();
            }
            return Ok(());
        }
        made.sent.authorization = self.altered(credential, &step.change, &made.sent, cast)?;
        Ok(())
    }

    /// Whether a step sends the token of an earlier one. If so, each token is made, and kept, before its request is
    /// sent.
    fn keeps_tokens(&self) -> bool {
        let crate::plan::CaseKind::Steps(case) = &self.case.kind else { return false };
        case.steps.iter().filter_map(|step| step.change.credential.as_ref()).any(|it| it.is_used_before())
    }

    async fn send_all(&mut self, made: &Made, times: usize) -> Vec<Arc<Exchange>> {
        let sender = &self.executor.sender;
        let alone = self.executor.creation_locks.alone(&self.executor.judge.edition, made).await;
        let answers = join_all((0..times).map(|_| sender.send(&made.sent))).await;
        drop(alone);
        let about = RequestFacts { fresh: made.about.fresh && times == 1, ..made.about.clone() };
        answers.into_iter().map(|answer| self.receive(made, about.clone(), answer, times == 1)).collect()
    }
}

/// A request of another operation about the thing that an earlier request has created.
pub(super) fn call(operation: &CompiledOperation, identity: &str, created: &Made, cast: &Cast, ids: &CaseIds) -> Made {
    let headers = vec![("x-request-id".to_owned(), ids.uuid("x-request-id").to_string())];
    let path = operation.path(identity);
    let sent = Sent { method: operation.method.into(), caller: cast.caller, headers, ..Sent::get(path) };
    let about = RequestFacts {
        caller_id: cast.caller_id.clone(),
        peer_id: created.about.peer_id.clone(),
        ..RequestFacts::default()
    };
    Made { sent, about, unchanged: false, ..created.clone() }
}
