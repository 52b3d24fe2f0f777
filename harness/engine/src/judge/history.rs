//! Judges histories: all exchanges about one thing, by any caller.
//!
//! A history begins with the first accepted answer about a thing. Each later exchange about it is compared with that
//! one, and with the latest accepted one. It lives as long as its case; values that no two things of a run may share
//! outlive it, up to a bound.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

use mixinspec_spec::model::History as Form;
use mixinspec_spec::{Read, reads};

use super::check::Judged;
use super::{Judge, Operating};
use crate::cel::{Expression, ExpressionError, Shared, When, why_false};
use crate::edition::exchange::Exchange;
use crate::findings::cause::Hindrance;
use crate::findings::verdict::Finding;
use crate::http::outcome::Outcome;
use crate::identity::case_id::CaseId;

/// How many values a rule keeps, at most, to find one that two things of a run share.
const KEPT: usize = 100_000;

/// How many exchanges a failure shows at the most, the first of them always.
const SHOWN: usize = 12;

/// A requirement over histories.
pub(super) struct HistoryRule {
    pub(super) check: usize,
    pub(super) on: Operating,
    pub(super) when: When,
    question: HistoryCheck,
    reads: Vec<Read>,
    statement: String,
}

enum HistoryCheck {
    /// A rule that every later exchange satisfies.
    Rule(Expression),
    /// A value that no two things share: the hashes of those that were seen, with the identity of the first.
    Distinct(Expression, Mutex<HashMap<u64, String>>),
}

impl HistoryRule {
    pub(super) fn compile(
        check: usize,
        on: Operating,
        when: When,
        form: &Form,
        statement: String,
    ) -> Result<Self, ExpressionError> {
        let source = form.rule.as_ref().or(form.distinct.as_ref()).map(|rule| rule.as_str()).unwrap_or_default();
        let expression = Expression::compile(source)?;
        let question = match form.distinct {
            Some(_) => HistoryCheck::Distinct(expression, Mutex::default()),
            None => HistoryCheck::Rule(expression),
        };
        // Every expression of a loaded spec parses.
        let reads = reads(source).unwrap_or_default();
        Ok(Self { check, on, when, question, reads, statement })
    }
}

/// The exchanges about one thing so far.
#[derive(Debug)]
pub struct ExchangeHistory {
    /// All exchanges about it since the first accepted one.
    exchanges: Vec<Arc<Exchange>>,
    /// The index of the latest accepted exchange of a caller who belongs to the thing.
    before: usize,
    /// The user ids of the creator, who comes first, and of the callers whom the creation names.
    insiders: Vec<String>,
    /// The user ids of callers who have asked for it without belonging to it.
    outsiders: Vec<String>,
    /// The user ids of the outsiders whose creation with the same id was accepted.
    creators_apart: Vec<String>,
}

/// The histories of one case, by the identity of the thing.
#[derive(Debug, Default)]
pub struct Histories(HashMap<String, ExchangeHistory>);

/// A caller's relation to a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Creator,
    Member,
    Outsider,
}

impl ExchangeHistory {
    /// A history that begins with an accepted answer; `with` are the callers whom the creation names.
    #[must_use]
    pub fn of(first: Arc<Exchange>, with: Vec<String>) -> Self {
        let creator = first.about.caller_id.clone();
        let insiders = std::iter::once(creator).chain(with).collect();
        Self { exchanges: vec![first], before: 0, insiders, outsiders: Vec::new(), creators_apart: Vec::new() }
    }

    /// The latest accepted exchange of a caller who belongs to the thing.
    #[must_use]
    pub fn before(&self) -> &Arc<Exchange> {
        &self.exchanges[self.before]
    }

    fn standing(&self, exchange: &Exchange) -> Standing {
        let caller = &exchange.about.caller_id;
        match self.insiders.iter().position(|insider| insider == caller) {
            Some(0) => Standing::Creator,
            Some(_) => Standing::Member,
            None => Standing::Outsider,
        }
    }

    /// Adds an exchange. If it shows the thing to its creator or a member, later ones are compared with it.
    fn push(&mut self, exchange: Arc<Exchange>) {
        let standing = self.standing(&exchange);
        let accepted = exchange.outcome == Outcome::Accepted;
        if standing == Standing::Outsider {
            let caller = &exchange.about.caller_id;
            if !self.outsiders.contains(caller) {
                self.outsiders.push(caller.clone());
            }
            if accepted && exchange.creates() && !self.creators_apart.contains(caller) {
                self.creators_apart.push(caller.clone());
            }
        }
        let shows = accepted && standing != Standing::Outsider;
        if self.exchanges.len() >= 64 {
            // No case of ours has this many. The first exchange stays, as failures show it.
            self.exchanges.remove(1);
            self.before = self.before.saturating_sub(1);
        }
        self.exchanges.push(exchange);
        if shows {
            self.before = self.exchanges.len() - 1;
        }
    }

    /// What a failure shows: the first exchange, the latest that it is compared with, and those up to this one.
    fn shown<'a>(&'a self, this: &'a Exchange) -> Vec<&'a Exchange> {
        let rest = self.exchanges.len().saturating_sub(SHOWN - 1).max(1);
        let mut shown: Vec<&Exchange> = vec![&self.exchanges[0]];
        if self.before > 0 && self.before < rest {
            shown.push(&self.exchanges[self.before]);
        }
        shown.extend(self.exchanges[rest.min(self.exchanges.len())..].iter().map(AsRef::as_ref));
        shown.push(this);
        shown
    }
}

impl Histories {
    /// Histories that continue one of an earlier case.
    #[must_use]
    pub fn resumed(history: ExchangeHistory) -> Self {
        let identity = history.exchanges[0].asked().unwrap_or_default().to_lowercase();
        Self(HashMap::from([(identity, history)]))
    }

    /// Removes and returns the history of a thing.
    #[must_use]
    pub fn take(&mut self, identity: &str) -> Option<ExchangeHistory> {
        self.0.remove(&identity.to_lowercase())
    }
}

impl Judge {
    /// Judges an exchange by the history of its thing, and adds it to that history. `with` are the callers whom a
    /// creation names; `later` says whether all other cases were done before.
    pub fn follow(
        &self,
        histories: &mut Histories,
        exchange: &Arc<Exchange>,
        with: Vec<String>,
        case: &CaseId,
        later: bool,
    ) -> Vec<Judged> {
        let Some(identity) = exchange.asked().map(str::to_lowercase) else { return Vec::new() };
        let Some(history) = histories.0.get_mut(&identity) else {
            if exchange.outcome != Outcome::Accepted {
                return Vec::new();
            }
            let history = ExchangeHistory::of(Arc::clone(exchange), with);
            let judged = self.begin(&history, case);
            histories.0.insert(identity, history);
            return judged;
        };
        let judged = self.compare(history, exchange, case, later);
        history.push(Arc::clone(exchange));
        judged
    }

    /// Judges the first exchange about a thing: its values that no other thing may share.
    fn begin(&self, history: &ExchangeHistory, case: &CaseId) -> Vec<Judged> {
        let first = &history.exchanges[0];
        let mut judged = Vec::new();
        let mut scope = self.scope();
        scope.share("first", &first.variables.as_one());
        let decided = self.of_histories.within(&scope);
        for rule in self.histories.iter().filter(|rule| rule.on.covers(first)) {
            let HistoryCheck::Distinct(value, seen) = &rule.question else { continue };
            if !decided.hold(&rule.when) || self.blocked_by(rule, history, first).is_some() {
                continue;
            }
            let Ok(value) = scope.json(value) else { continue };
            let mut hasher = DefaultHasher::new();
            value.to_string().hash(&mut hasher);
            let identity = first.asked().unwrap_or_default().to_lowercase();
            // A poisoned lock does no harm: the map is whole after every statement.
            let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
            let other = match seen.get(&hasher.finish()) {
                Some(other) if *other != identity => Some(other.clone()),
                Some(_) => None,
                None if seen.len() < KEPT => {
                    seen.insert(hasher.finish(), identity);
                    None
                }
                None => None,
            };
            drop(seen);
            judged.push((
                rule.check,
                match other {
                    None => Finding::Pass,
                    Some(other) => {
                        let actual = format!("{value} is that of {other}, too");
                        let expected = "a value that nothing else of this run has".to_owned();
                        self.fail(case, &rule.statement, expected, actual, None, &[first])
                    }
                },
            ));
        }
        judged
    }

    fn compare(&self, history: &ExchangeHistory, this: &Exchange, case: &CaseId, later: bool) -> Vec<Judged> {
        let member = |exchange: &Exchange| {
            let standing = history.standing(exchange);
            exchange.variables.as_one_with([
                ("by_creator", Shared::bool(standing == Standing::Creator)),
                ("by_member", Shared::bool(standing == Standing::Member)),
                ("by_creator_apart", Shared::bool(history.creators_apart.contains(&exchange.about.caller_id))),
            ])
        };
        let outsiders: HashSet<&String> = history.outsiders.iter().collect();
        let mut scope = self.scope();
        scope.share("first", &member(&history.exchanges[0]));
        scope.share("before", &member(history.before()));
        scope.share("this", &member(this));
        scope.share("later", &Shared::bool(later));
        scope.share("outsiders", &Shared::list(outsiders.into_iter().map(|id| Shared::text(id))));
        let decided = self.of_histories.within(&scope);
        let mut judged = Vec::new();
        for rule in self.histories.iter().filter(|rule| rule.on.covers(this)) {
            let HistoryCheck::Rule(expression) = &rule.question else { continue };
            if !decided.hold(&rule.when) {
                continue;
            }
            if let Some(reason) = self.blocked_by(rule, history, this) {
                judged.push((rule.check, Finding::Blocked(reason)));
                continue;
            }
            let finding = match scope.holds(expression) {
                Ok(true) => Finding::Pass,
                Ok(false) => {
                    let why = why_false(expression, &scope, self.recorder.redactor());
                    let shown = history.shown(this);
                    self.fail(case, &rule.statement, why.expected, why.actual, None, &shown).about(expression)
                }
                Err(error) => Finding::Error(format!("failed to judge {case}: {error}")),
            };
            judged.push((rule.check, finding));
        }
        judged
    }

    /// Why a rule does not run: an accepted answer breaks the schema where the rule reads it.
    fn blocked_by(&self, rule: &HistoryRule, history: &ExchangeHistory, this: &Exchange) -> Option<Hindrance> {
        let exchanges = [("first", &*history.exchanges[0]), ("before", &**history.before()), ("this", this)];
        exchanges.into_iter().find_map(|(name, exchange)| {
            let reads = rule.reads.iter().filter(|read| read.step.as_deref() == Some(name));
            if exchange.outcome != Outcome::Accepted {
                return None;
            }
            self.blocking(&exchange.violations, reads).map(|violation| self.blocked(violation))
        })
    }
}
