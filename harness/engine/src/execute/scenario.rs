//! Requests one after another or at once, and what is asked of all of them together.

use cel::Value as Cel;
use futures_util::future::join_all;
use mixinspec_spec::model::{Expect, Party};
use serde_json::{Value, json};

use super::{Turn, of_another, undecided};
use crate::exchange::{Exchange, Outcome, Sent};
use crate::expression::{list, map};
use crate::judge::describe;
use crate::make::{Cast, Made, MakeError};
use crate::plan::{Asked, CompiledStep, Question, Send, StepsCase};
use crate::variables::variables;
use crate::verdict::Finding;

/// The steps of a case, once they were taken.
struct Taken<'a> {
    exchanges: Vec<Exchange>,
    /// How many exchanges each step has, by its name.
    counts: Vec<(&'a str, usize)>,
    values: Vec<(&'a str, Cel)>,
}

impl Turn<'_> {
    /// Takes the steps and answers what is asked of them: the case's own question, and those of other checks, whose
    /// findings stand beside those of the exchanges.
    pub(super) async fn steps(&mut self, case: &StepsCase) -> Result<Finding, MakeError> {
        let mut own = Finding::NotApplicable("nothing is asked of its steps".into());
        let taken = self.take(&case.steps).await?;
        for asked in &case.asked {
            let finding = match &taken {
                Ok(taken) => self.answer(asked, taken),
                Err(finding) => finding.clone(),
            };
            if asked.check == self.case.check { own = finding } else { self.judged.push((asked.check, finding)) }
        }
        Ok(own)
    }

    /// Takes the steps, or says why nothing can be asked of them.
    async fn take<'a>(&mut self, steps: &'a [CompiledStep]) -> Result<Result<Taken<'a>, Finding>, MakeError> {
        let mut made_before: Vec<Option<Made>> = Vec::new();
        let mut unproven: Option<(&str, Cast)> = None;
        let mut taken = Taken { exchanges: Vec::new(), counts: Vec::new(), values: Vec::new() };
        for step in steps {
            let needs_peer = step.by == Party::Peer || step.with == Some(Party::Peer);
            if needs_peer && self.executor.callers.len() < 2 {
                return Ok(Err(Finding::NotApplicable("needs a second caller".into())));
            }
            let cast = self.cast(step);
            let (made, answers) = self.step(step, &cast, &made_before, &map(taken.values.clone())).await?;
            made_before.push(made);
            for exchange in &answers {
                if let Some(finding) = undecided(exchange).or_else(|| of_another(exchange)) {
                    return Ok(Err(finding));
                }
                let unmet = match step.expect {
                    Expect::Accepted => exchange.outcome != Outcome::Accepted,
                    Expect::Refused => !matches!(exchange.outcome, Outcome::Refused(_) | Outcome::Unauthorized),
                    Expect::Judged => false,
                };
                if unmet {
                    let what = describe(exchange);
                    return Ok(Err(Finding::Inconclusive(format!("its step `{}` was {what}", step.name))));
                }
            }
            if let (Send::Family(family), Expect::Judged) = (&step.send, step.expect)
                && answers.iter().any(|e| matches!(e.outcome, Outcome::Refused(_) | Outcome::Unauthorized))
            {
                unproven = Some((family, Cast { first_user: None, ..cast }));
            }
            let value = match step.at_once {
                Some(_) => list(answers.iter().map(variables)),
                None => answers.first().map_or(Cel::Null, variables),
            };
            taken.values.push((&step.name, value));
            taken.counts.push((&step.name, answers.len()));
            taken.exchanges.extend(answers);
        }
        // A refusal tells nothing where everything is refused; an accepted step of the case has shown more already.
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

    /// What the steps say to one question.
    fn answer(&self, asked: &Asked, taken: &Taken<'_>) -> Finding {
        let (judge, exchanges) = (&self.executor.judge, &taken.exchanges);
        let mut rest = exchanges.as_slice();
        let mut by_step: Vec<(&str, &[Exchange])> = Vec::new();
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
        scope.set_cel("steps", map(taken.values.clone()));
        let shown: Vec<&Exchange> = exchanges.iter().collect();
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
                Err(error) => return self.rule_without_value(exchanges, &error.to_string()),
            }
        }
        match scope.holds(rule) {
            Ok(true) => Finding::Pass,
            Ok(false) => {
                let why = crate::explain::why_false(rule, &scope);
                let statement = judge.statement(asked.check);
                judge.fail(&self.case.id, statement, why.expected, why.actual, None, &shown).about(rule)
            }
            Err(error) => self.rule_without_value(exchanges, &error.to_string()),
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
        values: &Cel,
    ) -> Result<(Option<Made>, Vec<Exchange>), MakeError> {
        let ids = self.ids.part(&step.name);
        let earlier = |at: usize| {
            let made = taken.get(at).and_then(Option::as_ref);
            made.ok_or_else(|| MakeError::Patch(format!("step `{}` refers to a step without a request", step.name)))
        };
        let made = match &step.send {
            Send::Family(name) => {
                self.executor.maker.make(self.executor.family(name)?, None, &step.change, &ids, cast)?
            }
            Send::Again(at) => {
                let earlier = earlier(*at)?;
                self.executor.maker.again(earlier, &step.change, &ids, cast, Some(values))?
            }
            Send::Read(at) => reading_of(earlier(*at)?, cast),
        };
        let times = step.at_once.unwrap_or(1);
        let answers = self.send_all(&made, cast, times).await;
        Ok((Some(made), answers))
    }

    async fn send_all(&mut self, made: &Made, cast: &Cast, times: usize) -> Vec<Exchange> {
        let sender = &self.executor.sender;
        let answers = join_all((0..times).map(|_| sender.send(&made.sent))).await;
        let fresh = made.fresh && times == 1;
        answers.into_iter().map(|answer| self.receive(made, cast, fresh, Vec::new(), answer)).collect()
    }
}

/// A GET of the conversation that a request created.
fn reading_of(made: &Made, cast: &Cast) -> Made {
    let id = made.document.get("conversation_id").and_then(Value::as_str).unwrap_or_default();
    let sent = Sent { caller: cast.caller, ..Sent::get(format!("/conversations/{id}")) };
    Made { sent, document: made.document.clone(), peer: made.peer.clone(), fresh: false, unchanged: false }
}
