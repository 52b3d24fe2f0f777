//! Executes walks: one caller creates a thing, then its creator, a member and an outsider create it again and read it.
//! Histories, and rules on every exchange, judge the answers.

use std::sync::{Arc, PoisonError};

use mixinspec_spec::model::{Actor, Company};

use super::{Execution, Executor, Replaced, undecided};
use crate::edition::exchange::Exchange;
use crate::findings::verdict::Finding;
use crate::http::outcome::Outcome;
use crate::judge::{ExchangeHistory, Histories};
use crate::plan::{Ask, Case, CaseKind, WalkCase, draw};
use crate::request::make::{Cast, Change, Made, MakeError};
use crate::request::walk::{Course, Taken};

/// A walk whose final actions are repeated after all other cases.
#[derive(Debug)]
pub(crate) struct Remembered {
    history: ExchangeHistory,
    /// Its final requests that were accepted.
    end: Vec<Made>,
}

/// Who takes part in a walk.
struct Parties {
    creator: Cast,
    other: Cast,
}

impl Parties {
    fn cast(&self, actor: Actor) -> &Cast {
        if actor == Actor::Creator { &self.creator } else { &self.other }
    }
}

impl Executor {
    /// The actions that a walk takes.
    fn course(&self, case: &WalkCase, company: Option<Company>) -> Course {
        let mut count = 0;
        let drawn = |bound: u64| {
            count += 1;
            draw(self.ids.seed, case.number.wrapping_mul(64).wrapping_add(count)) % bound.max(1)
        };
        case.walk.actions(company, |action| self.shown.unmet(&action.needs).is_none(), drawn)
    }

    /// How many actions a case takes, where it is a walk.
    pub(crate) fn actions_of(&self, case: &Case) -> Option<usize> {
        let CaseKind::Walk(walk) = &case.kind else { return None };
        Some(self.course(walk, walk.walk.company(walk.number, self.callers.len())).taken.len())
    }
}

impl Execution<'_> {
    pub(super) async fn walk(&mut self, case: &WalkCase, given: Replaced) -> Result<Option<Finding>, MakeError> {
        if case.later {
            return Ok(self.again_later(case).await);
        }
        let walk = &case.walk;
        let family = self.executor.family(&walk.family)?;
        let document = match given.document {
            Some(document) => document,
            None => walk.generator.tree(self.executor.ids.seed, case.number).map_err(MakeError::Patch)?.current(),
        };
        let (parties, company) = self.parties(case);
        let executor = self.executor;
        let made = executor.maker.make(family, Some(document), &Change::default(), &self.ids, &parties.creator)?;
        let first = self.send(&made).await;
        if let Some(finding) = undecided(&first) {
            return Ok(Some(finding));
        }
        if first.outcome != Outcome::Accepted {
            return Ok(Some(self.turned_away(format!("its creation was {}", first.describe()))));
        }
        let Course { taken, end } = self.executor.course(case, company);
        let mut accepted = Vec::new();
        for (nth, taken) in taken.iter().enumerate() {
            if given.actions.as_ref().is_some_and(|kept| !kept.contains(&nth)) {
                continue;
            }
            let request = self.request(case, *taken, nth, &made, &parties)?;
            let exchange: Arc<Exchange> = self.send(&request).await;
            if let Some(finding) = undecided(&exchange) {
                return Ok(Some(finding));
            }
            if nth >= end && exchange.outcome == Outcome::Accepted {
                accepted.push(request);
            }
        }
        self.remember(case, &made, accepted);
        Ok(None)
    }

    fn parties(&self, case: &WalkCase) -> (Parties, Option<Company>) {
        let executor = self.executor;
        let callers = executor.callers.len();
        let company = case.walk.company(case.number, callers);
        let creator = usize::from(case.walk.is_created_by_second(case.number, callers));
        let (mut creator, other) = (executor.caller_of(creator), executor.caller_of(1 - creator));
        if company == Some(Company::Member) {
            creator.first_user = Some(other.caller_id.clone());
        }
        (Parties { creator, other }, company)
    }

    /// The request of an action.
    fn request(
        &self,
        case: &WalkCase,
        taken: Taken,
        nth: usize,
        created: &Made,
        parties: &Parties,
    ) -> Result<Made, MakeError> {
        let (executor, cast) = (self.executor, parties.cast(taken.by));
        let ids = self.ids.part(&format!("action/{nth}"));
        let action = &case.walk.actions[taken.action];
        match &action.ask {
            Ask::Again(change) => executor.maker.again(created, change, &ids, cast, None),
            Ask::Call(operation) => {
                let identity = executor.family(&case.walk.family)?.operation.asked(&created.sent).unwrap_or_default();
                Ok(super::scenario::call(operation, identity, created, cast, &ids))
            }
            Ask::Own(family) => {
                let creator = parties.creator.caller_id.clone();
                let cast = Cast { first_user: Some(creator), ..cast.clone() };
                executor.maker.make(executor.family(family)?, None, &Change::default(), &ids, &cast)
            }
        }
    }

    /// Keeps the history and the final requests of one of the first walks.
    fn remember(&mut self, case: &WalkCase, created: &Made, end: Vec<Made>) {
        if case.number >= case.walk.remembered as u64 {
            return;
        }
        let identity = self.executor.family(&case.walk.family).ok().and_then(|it| it.operation.asked(&created.sent));
        let Some(history) = identity.and_then(|identity| self.histories.take(identity)) else { return };
        let key = format!("{}/{}", case.walk.id(), case.number);
        let mut memory = self.executor.memory.lock().unwrap_or_else(PoisonError::into_inner);
        memory.entry(key).or_insert(Remembered { history, end });
    }

    /// Repeats the final requests of a walk.
    async fn again_later(&mut self, case: &WalkCase) -> Option<Finding> {
        let key = format!("{}/{}", case.walk.id(), case.number);
        let remembered = self.executor.memory.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
        let Some(Remembered { history, end }) = remembered else {
            // The walk was not remembered; its first execution has reported why.
            return None;
        };
        self.later = true;
        self.histories = Histories::resumed(history);
        for made in &end {
            // A new request needs an `x-request-id` of its own.
            let mut made = made.clone();
            let id = self.ids.uuid(&format!("later/{}/{}", made.sent.method, made.sent.caller)).to_string();
            for (_, value) in made.sent.headers.iter_mut().filter(|(name, _)| name == "x-request-id") {
                value.clone_from(&id);
            }
            let exchange = self.send(&made).await;
            if let Some(finding) = undecided(&exchange) {
                return Some(finding);
            }
        }
        None
    }
}
