//! A [`Judge`] judges exchanges: the schema of the answer, every `always` rule, readings that any exchange can show,
//! and histories.
//!
//! Everything is compiled once for a run. A rule runs only if the answer satisfies the schema where the rule reads.

mod answers;
pub mod check;
mod compile;
mod history;
pub mod twin;

use std::sync::Arc;

use mixinspec_spec::Read;
use mixinspec_spec::model::{Level, Needs};

use self::answers::{AnswerConstraints, CheckOutcome};
use self::check::{Check, Judged};
use self::history::HistoryRule;
pub use self::history::{ExchangeHistory, Histories};
use crate::cel::{Conditions, Expression, Scope, When, why_false};
use crate::edition::CompiledEdition;
use crate::edition::exchange::Exchange;
use crate::edition::schema::{SchemaId, Violation};
use crate::edition::variables::{RequestFacts, VariableSources, Variables};
use crate::findings::cause::{Cause, Hindrance};
use crate::findings::record::{Failure, Recorder};
use crate::findings::verdict::{Finding, Tally};
use crate::http::message::{NoAnswer, Received, Sent};
use crate::http::outcome::Outcome;
use crate::identity::case_id::CaseId;
use crate::text::excerpt::Excerpts;

/// The operations whose exchanges a rule judges; if empty, all.
#[derive(Debug, Default)]
struct Operating(Vec<String>);

impl Operating {
    fn covers(&self, exchange: &Exchange) -> bool {
        let asked = exchange.operation.as_ref();
        self.0.is_empty() || asked.is_some_and(|operation| self.0.contains(&operation.id))
    }
}

struct AlwaysRule {
    check: usize,
    on: Operating,
    when: When,
    rule: Expression,
    reads: Vec<Read>,
    /// The places that `when` reads.
    looks_at: Vec<Read>,
    statement: String,
}

struct PassiveReading {
    check: usize,
    on: Operating,
    when: When,
    observe: Vec<(String, Expression)>,
    reads: Vec<Read>,
}

/// Judges exchanges of one edition.
pub struct Judge {
    /// The checks, in the order of the spec: requirements, then readings.
    pub checks: Vec<Check>,
    /// The edition.
    pub edition: CompiledEdition,
    recorder: Recorder,
    always: Vec<AlwaysRule>,
    histories: Vec<HistoryRule>,
    passive: Vec<PassiveReading>,
    /// The conditions of rules over one exchange, and those of rules over histories.
    conditions: Conditions,
    of_histories: Conditions,
    constraints: AnswerConstraints,
    statements: Vec<String>,
}

impl std::fmt::Debug for Judge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Judge").field("checks", &self.checks.len()).finish_non_exhaustive()
    }
}

impl Judge {
    /// Makes an exchange of a request and its answer: reads the outcome, and validates the answer.
    #[must_use]
    pub fn exchange(&self, sent: Sent, answer: Result<Received, NoAnswer>, about: RequestFacts) -> Exchange {
        let operation = self.edition.operations.asked(&sent.method, &sent.path).cloned();
        let envelope = &self.edition.envelope;
        let outcome = envelope.outcome(&answer);
        let body = answer.as_ref().ok().and_then(|received| received.json.as_ref());
        let has_error = body.is_some_and(|body| envelope.says_why(body));
        let code = body.and_then(|body| envelope.code(body));
        let meaning = (outcome, envelope.code_of(outcome));
        let parts =
            VariableSources { sent: &sent, answer: &answer, meaning, about: &about, operation: operation.as_deref() };
        let variables = Variables::of(parts);
        let violations = Vec::new();
        let mut exchange = Exchange { sent, answer, outcome, has_error, code, about, operation, violations, variables };
        if let (Some(schema), Some(body)) = (schema(&exchange), exchange.response()) {
            exchange.violations = self.edition.schemas.violations(schema, body);
        }
        exchange
    }

    /// Whether any rule is over histories.
    #[must_use]
    pub fn has_history_rules(&self) -> bool {
        !self.histories.is_empty()
    }

    /// Whether a check is judged by histories.
    #[must_use]
    pub fn is_history(&self, check: usize) -> bool {
        self.histories.iter().any(|rule| rule.check == check)
    }

    /// The place of a check.
    #[must_use]
    pub fn check(&self, id: &str) -> Option<usize> {
        self.checks.iter().position(|check| check.id == id)
    }

    /// Marks the rules over histories that have no findings as not applicable: a server may refuse every exchange that
    /// would show them.
    pub(crate) fn close(&self, tallies: &mut [Tally], callers: usize) {
        let reason = match callers {
            0 | 1 => "what one caller does shows nothing of it",
            _ => "no exchange of this run is one that it applies to",
        };
        for rule in &self.histories {
            if let Some(tally) = tallies.get_mut(rule.check).filter(|tally| tally.is_empty()) {
                tally.add(0, Finding::NotApplicable(reason.to_owned()));
            }
        }
    }

    /// The checks of the readings on which a check depends.
    pub fn needs(&self, check: usize) -> impl Iterator<Item = usize> {
        let needs = self.checks.get(check).map(|check| &check.needs);
        needs.into_iter().flat_map(Needs::readings).filter_map(|id| self.check(id))
    }

    /// The recorder.
    #[must_use]
    pub fn recorder(&self) -> &Recorder {
        &self.recorder
    }

    /// A scope without variables.
    #[must_use]
    pub fn scope(&self) -> Scope<'_> {
        self.edition.vocabulary.scope()
    }

    /// The statement of a check, or a reading's question.
    #[must_use]
    pub fn statement(&self, check: usize) -> &str {
        self.statements.get(check).map_or("", String::as_str)
    }

    /// Judges one exchange on its own: its schema, `always` rules and readings.
    #[must_use]
    pub fn judge(&self, exchange: &Exchange, case: &CaseId) -> Vec<Judged> {
        let mut judged = Vec::new();
        self.validate(exchange, case, &mut judged);
        let violations = &exchange.violations;
        let mut scope = self.scope();
        exchange.bind(&mut scope, case.as_str());
        let decided = self.conditions.within(&scope);
        for rule in self.always.iter().filter(|rule| rule.on.covers(exchange)) {
            if !decided.hold(&rule.when) {
                // It may only seem not to hold, because the answer breaks the schema where the condition reads.
                let hiding = violations.iter().find(|violation| is_read(violation, &rule.looks_at));
                judged.extend(hiding.map(|violation| (rule.check, Finding::Hidden(self.blocked(violation)))));
                continue;
            }
            if let Some(violation) = self.blocking(violations, &rule.reads) {
                judged.push((rule.check, Finding::Blocked(self.blocked(violation))));
                continue;
            }
            judged.push((
                rule.check,
                match scope.holds(&rule.rule) {
                    Ok(true) => Finding::Pass,
                    Ok(false) => {
                        let why = why_false(&rule.rule, &scope, self.recorder.redactor());
                        self.fail(case, &rule.statement, why.expected, why.actual, None, &[exchange]).about(&rule.rule)
                    }
                    Err(error) => Finding::Error(format!("failed to judge {case}: {error}")),
                },
            ));
        }
        for reading in self.passive.iter().filter(|reading| reading.on.covers(exchange)) {
            if decided.hold(&reading.when) && self.blocking(violations, &reading.reads).is_none() {
                judged.push((reading.check, self.observe(reading.check, &reading.observe, &scope, case, &[exchange])));
            }
        }
        judged
    }

    /// Which reading a scope shows.
    #[must_use]
    pub fn observe(
        &self,
        check: usize,
        observe: &[(String, Expression)],
        scope: &Scope<'_>,
        case: &CaseId,
        exchanges: &[&Exchange],
    ) -> Finding {
        // An observation that cannot be evaluated does not count as seen.
        let seen = observe.iter().find(|(_, rule)| scope.holds(rule) == Ok(true)).map(|(name, _)| name.clone());
        let demanded = self.checks.get(check).and_then(|check| check.demanded.as_ref());
        match (seen, demanded) {
            (Some(name), None) => Finding::Observed { name, case: case.clone() },
            (Some(name), Some(wanted)) if name == *wanted => Finding::Observed { name, case: case.clone() },
            (Some(name), Some(wanted)) => self.fail(
                case,
                self.statement(check),
                format!("the reading `{wanted}` (--reading)"),
                format!("the reading `{name}`"),
                None,
                exchanges,
            ),
            (None, _) => {
                let (expected, actual) = self.none_of(observe, scope);
                let seen = exchanges.last().map_or_else(|| "nothing".into(), |last| last.describe());
                let actual = if actual.is_empty() { seen } else { format!("{seen}: {actual}") };
                self.fail(case, self.statement(check), expected, actual, None, exchanges)
            }
        }
    }

    /// What would show each of the readings, and what there is instead.
    fn none_of(&self, observe: &[(String, Expression)], scope: &Scope<'_>) -> (String, String) {
        let mut wishes = Vec::new();
        let mut facts: Vec<String> = Vec::new();
        for (name, rule) in observe {
            match scope.holds(rule) {
                Ok(false) => {
                    let why = why_false(rule, scope, self.recorder.redactor());
                    wishes.push(format!("{name} ({})", why.expected));
                    if !facts.contains(&why.actual) {
                        facts.push(why.actual);
                    }
                }
                _ => wishes.push(name.clone()),
            }
        }
        (format!("one of the readings: {}", wishes.join(", ")), facts.join("; "))
    }

    /// A failure with its exchanges.
    #[must_use]
    pub fn fail(
        &self,
        case: &CaseId,
        what: &str,
        expected: String,
        actual: String,
        place: Option<String>,
        exchanges: &[&Exchange],
    ) -> Finding {
        Finding::Fail(Box::new(Failure {
            case: case.clone(),
            what: what.to_owned(),
            expected: self.recorder.brief(&expected),
            actual: self.recorder.brief(&actual),
            place: place.map(|place| self.recorder.redact(&place)),
            reads: Vec::new(),
            exchanges: exchanges.iter().map(|exchange| self.recorder.record(exchange)).collect(),
            calls: Vec::new(),
            shrunk: None,
        }))
    }

    /// Judges the schema constraints: a broken one fails the check that owns it, one that holds is evidence for it.
    fn validate(&self, exchange: &Exchange, case: &CaseId, judged: &mut Vec<Judged>) {
        let (Some(schema), Some(body)) = (schema(exchange), exchange.response()) else { return };
        for (check, found) in self.constraints.judge(schema, body, &exchange.violations) {
            let finding = match found {
                CheckOutcome::Holds => Finding::Pass,
                CheckOutcome::Broken(violation) => {
                    let (expected, actual) =
                        self.constraints.explain(violation, body, Excerpts(self.recorder.redactor()));
                    let place = Some(violation.instance.clone());
                    self.fail(case, self.statement(check), expected, actual, place, &[exchange])
                }
                CheckOutcome::Hidden(violation) => Finding::Hidden(self.blocked(violation)),
            };
            judged.push((check, finding));
        }
    }

    /// Why a rule over one exchange does not run: the answer breaks the schema where the rule reads.
    #[must_use]
    pub fn blocking_rule(&self, rule: &Expression, exchange: &Exchange) -> Option<Hindrance> {
        self.blocking(&exchange.violations, &reads(rule.source())).map(|violation| self.blocked(violation))
    }

    /// Why a rule over steps does not run: the answer of a step breaks the schema where the rule reads.
    #[must_use]
    pub fn blocking_step(&self, reads: &[Read], steps: &[(&str, &[Arc<Exchange>])]) -> Option<Hindrance> {
        for (name, exchanges) in steps {
            let reads = reads.iter().filter(|read| read.step.as_deref() == Some(*name));
            for exchange in exchanges.iter().filter(|exchange| exchange.outcome == Outcome::Accepted) {
                if let Some(violation) = self.blocking(&exchange.violations, reads.clone()) {
                    return Some(self.blocked(violation));
                }
            }
        }
        None
    }

    /// The first violation at a place that is read. If it breaks a recommendation only, and the value has the right
    /// type, the value can still be read.
    fn blocking<'a, 'r>(
        &self,
        violations: &'a [Violation],
        reads: impl IntoIterator<Item = &'r Read> + Clone,
    ) -> Option<&'a Violation> {
        let blocks = |violation: &&Violation| {
            let owner = self.constraints.owner(&violation.constraint).and_then(|check| self.checks.get(check));
            owner.is_none_or(|check| check.level == Level::Must) || !violation.is_of_the_right_type()
        };
        let mut violations = violations.iter().filter(blocks);
        violations.find(|violation| is_read(violation, reads.clone()))
    }

    fn blocked(&self, violation: &Violation) -> Hindrance {
        let owner = self.constraints.owner(&violation.constraint);
        let named = owner.and_then(|check| self.checks.get(check)).map_or("the schema", |check| check.id.as_str());
        let reason = format!("the answer breaks {named} where this rule reads");
        Hindrance::new(reason, [owner.map_or(Cause::Answers, Cause::Check)])
    }
}

/// Whether a violation is at a place that is read.
fn is_read<'r>(violation: &Violation, reads: impl IntoIterator<Item = &'r Read>) -> bool {
    reads.into_iter().any(|read| read.touches(&violation.instance))
}

/// The places of the answer that a rule over one exchange reads.
fn reads(rule: &str) -> Vec<Read> {
    // Every expression of a loaded spec parses.
    let all = mixinspec_spec::reads(rule).unwrap_or_default();
    all.into_iter().filter(|read| read.step.is_none()).collect()
}

/// The schema that an answer is validated against. The answer to a method and path outside the spec may have any shape.
fn schema(exchange: &Exchange) -> Option<SchemaId> {
    let operation = exchange.operation.as_ref()?;
    match exchange.outcome {
        Outcome::Accepted => Some(operation.accepted),
        Outcome::Refused(_) | Outcome::Unauthorized if exchange.has_error => operation.refused,
        _ => None,
    }
}
