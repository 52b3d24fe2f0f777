//! Judges single exchanges: the schema of the answer, every `always` rule, and readings that any exchange can show.
//!
//! Everything is compiled once for a run. What a rule wants to read must satisfy the schema, else it does not run.

use std::collections::BTreeMap;
use std::sync::Arc;

use mixinspec_spec::constraints::{Direction, Owner};
use mixinspec_spec::model::{Form, Level, Subject};
use mixinspec_spec::{Read, Spec};
use serde_json::Value;

use crate::exchange::{Exchange, Outcome};
use crate::explain;
use crate::expression::{Expression, ExpressionError, Scope, Vocabulary};
use crate::record::{Failure, Recorder};
use crate::schema::{ACCEPTED, REFUSED, Schemas, Violation};
use crate::variables::bind;
use crate::verdict::Finding;

/// A requirement or reading that a run judges, by its place in the plan.
#[derive(Debug, Clone)]
pub struct Check {
    /// Its id.
    pub id: String,
    /// Its level in the edition; a reading's is must.
    pub level: Level,
    /// Whether it is a reading.
    pub reading: bool,
    /// The reading that is demanded, where the user demands one.
    pub demanded: Option<String>,
}

/// What one exchange says of one check.
pub type Judged = (usize, Finding);

struct AlwaysRule {
    check: usize,
    when: Option<Expression>,
    rule: Expression,
    reads: Vec<String>,
    statement: String,
}

struct PassiveReading {
    check: usize,
    when: Option<Expression>,
    observe: Vec<(String, Expression)>,
    reads: Vec<String>,
}

struct AnswerConstraint {
    check: usize,
    /// Where it restricts an answer, split at `/`.
    sites: Vec<(Component, Vec<String>)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Component {
    Accepted,
    Refused,
}

/// Judges exchanges of one edition.
pub struct Judge {
    /// The checks, in the order of the spec: requirements, then readings.
    pub checks: Vec<Check>,
    /// The schemas.
    pub schemas: Arc<Schemas>,
    vocabulary: Arc<Vocabulary>,
    recorder: Recorder,
    always: Vec<AlwaysRule>,
    passive: Vec<PassiveReading>,
    constraints: Vec<AnswerConstraint>,
    owners: BTreeMap<String, usize>,
    /// What each constraint demands, in the words of JSON Schema.
    terms: BTreeMap<String, String>,
    statements: Vec<String>,
}

impl std::fmt::Debug for Judge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Judge").field("checks", &self.checks.len()).finish_non_exhaustive()
    }
}

impl Judge {
    /// Compiles what judges the exchanges of an edition.
    ///
    /// # Errors
    /// When an expression of the spec is no CEL; a linted spec has none.
    pub fn compile(
        spec: &Spec,
        edition: &str,
        demanded: &BTreeMap<String, String>,
        schemas: Arc<Schemas>,
        vocabulary: Arc<Vocabulary>,
        recorder: Recorder,
    ) -> Result<Self, ExpressionError> {
        let mut judge = Self {
            checks: Vec::new(),
            schemas,
            vocabulary,
            recorder,
            always: Vec::new(),
            passive: Vec::new(),
            constraints: Vec::new(),
            owners: BTreeMap::new(),
            terms: BTreeMap::new(),
            statements: Vec::new(),
        };
        judge.add_requirements(spec, edition)?;
        judge.add_readings(spec, edition, demanded)?;
        judge.add_constraints(spec, edition);
        Ok(judge)
    }

    fn add_requirements(&mut self, spec: &Spec, edition: &str) -> Result<(), ExpressionError> {
        for requirement in spec.requirements(edition) {
            let Some(level) = spec.level(requirement, edition) else { continue };
            if requirement.subject != Subject::Server {
                continue;
            }
            let check = self.checks.len();
            self.checks.push(Check { id: requirement.id.clone(), level, reading: false, demanded: None });
            self.statements.push(requirement.statement.clone());
            for form in requirement.forms() {
                if let Form::Always(always) = form {
                    let when = requirement.when.as_ref().map(|when| Expression::compile(when.as_str())).transpose()?;
                    self.always.push(AlwaysRule {
                        check,
                        when,
                        reads: reads(always.rule.as_str()),
                        rule: Expression::compile(always.rule.as_str())?,
                        statement: requirement.statement.clone(),
                    });
                }
            }
        }
        Ok(())
    }

    fn add_readings(
        &mut self,
        spec: &Spec,
        edition: &str,
        demanded: &BTreeMap<String, String>,
    ) -> Result<(), ExpressionError> {
        for reading in spec.readings(edition) {
            let check = self.checks.len();
            self.checks.push(Check {
                id: reading.id.clone(),
                level: Level::Must,
                reading: true,
                demanded: demanded.get(&reading.id).cloned(),
            });
            self.statements.push(reading.question.clone());
            if reading.steps.is_empty() {
                let mut observe = Vec::new();
                let mut pointers = Vec::new();
                for observation in &reading.observe {
                    pointers.extend(reads(observation.rule.as_str()));
                    observe.push((observation.name.clone(), Expression::compile(observation.rule.as_str())?));
                }
                let when = reading.when.as_ref().map(|when| Expression::compile(when.as_str())).transpose()?;
                self.passive.push(PassiveReading { check, when, observe, reads: pointers });
            }
        }
        Ok(())
    }

    fn add_constraints(&mut self, spec: &Spec, edition: &str) {
        let mut sites: BTreeMap<usize, Vec<(Component, Vec<String>)>> = BTreeMap::new();
        for site in spec.constraints(edition) {
            let Some(check) = site.owner.as_ref().map(Owner::id).and_then(|id| self.check(id)) else { continue };
            self.owners.insert(site.pointer.clone(), check);
            let term = match (site.keyword, &site.value) {
                ("required", Value::String(name)) => format!("a member `{name}`"),
                (keyword, value) => format!("{keyword} {value}"),
            };
            self.terms.insert(site.pointer.clone(), term);
            if site.direction == Direction::Response {
                let refused =
                    site.schema.ends_with(REFUSED) || site.instances.iter().any(|at| at.starts_with("/error"));
                let component = if refused { Component::Refused } else { Component::Accepted };
                for instance in &site.instances {
                    let parts = instance.split('/').skip(1).map(str::to_owned).collect();
                    sites.entry(check).or_default().push((component, parts));
                }
            }
        }
        self.constraints = sites.into_iter().map(|(check, sites)| AnswerConstraint { check, sites }).collect();
    }

    /// The place of a check.
    #[must_use]
    pub fn check(&self, id: &str) -> Option<usize> {
        self.checks.iter().position(|check| check.id == id)
    }

    /// The recorder.
    #[must_use]
    pub fn recorder(&self) -> &Recorder {
        &self.recorder
    }

    /// A scope without variables.
    #[must_use]
    pub fn scope(&self) -> Scope<'_> {
        self.vocabulary.scope()
    }

    /// The statement of a check, or a reading's question.
    #[must_use]
    pub fn statement(&self, check: usize) -> &str {
        self.statements.get(check).map_or("", String::as_str)
    }

    /// Everything that one exchange says.
    #[must_use]
    pub fn judge(&self, exchange: &Exchange, case: &str) -> Vec<Judged> {
        let mut judged = Vec::new();
        let violations = self.validate(exchange, case, &mut judged);
        let mut scope = self.scope();
        bind(&mut scope, exchange, case);
        for rule in &self.always {
            if !applies(&scope, rule.when.as_ref()) {
                continue;
            }
            if let Some(violation) = blocking(&violations, &rule.reads) {
                judged.push((rule.check, Finding::Blocked(self.blocked(violation))));
                continue;
            }
            judged.push((
                rule.check,
                match scope.holds(&rule.rule) {
                    Ok(true) => Finding::Pass,
                    Ok(false) => {
                        let why = explain::why_false(&rule.rule, &scope);
                        self.fail(case, &rule.statement, why.expected, why.actual, None, &[exchange]).about(&rule.rule)
                    }
                    Err(error) => Finding::Error(format!("failed to judge {case}: {error}")),
                },
            ));
        }
        for reading in &self.passive {
            if applies(&scope, reading.when.as_ref()) && blocking(&violations, &reading.reads).is_none() {
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
        case: &str,
        exchanges: &[&Exchange],
    ) -> Finding {
        // An observation that cannot be evaluated here is not what is seen.
        let seen = observe.iter().find(|(_, rule)| scope.holds(rule) == Ok(true)).map(|(name, _)| name.clone());
        let demanded = self.checks.get(check).and_then(|check| check.demanded.as_ref());
        let names: Vec<&str> = observe.iter().map(|(name, _)| name.as_str()).collect();
        match (seen, demanded) {
            (Some(name), None) => Finding::Observed { name, case: case.to_owned() },
            (Some(name), Some(wanted)) if name == *wanted => Finding::Observed { name, case: case.to_owned() },
            (Some(name), Some(wanted)) => self.fail(
                case,
                self.statement(check),
                format!("the reading `{wanted}` (--reading)"),
                format!("the reading `{name}`"),
                None,
                exchanges,
            ),
            (None, _) => self.fail(
                case,
                self.statement(check),
                format!("one of the readings: {}", names.join(", ")),
                exchanges.last().map_or_else(|| "nothing".into(), |last| describe(last)),
                None,
                exchanges,
            ),
        }
    }

    /// A failure with its exchanges.
    #[must_use]
    pub fn fail(
        &self,
        case: &str,
        what: &str,
        expected: String,
        actual: String,
        place: Option<String>,
        exchanges: &[&Exchange],
    ) -> Finding {
        Finding::Fail(Box::new(Failure {
            case: case.to_owned(),
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

    /// Validates the answer; each violation is a failure of the constraint's owner, the rest is evidence.
    fn validate(&self, exchange: &Exchange, case: &str, judged: &mut Vec<Judged>) -> Vec<Violation> {
        // What a server does with other methods and paths is its own affair, and so is the shape of its answer.
        if !exchange.is_create() && !exchange.is_read() {
            return Vec::new();
        }
        let Some(body) = exchange.response() else { return Vec::new() };
        let (component, name) = match exchange.outcome {
            Outcome::Accepted => (Component::Accepted, ACCEPTED),
            Outcome::Refused(_) | Outcome::Unauthorized if body.get("error").is_some_and(Value::is_object) => {
                (Component::Refused, REFUSED)
            }
            _ => return Vec::new(),
        };
        let violations = self.schemas.violations(name, body);
        let mut broken: BTreeMap<usize, &Violation> = BTreeMap::new();
        for violation in &violations {
            if let Some(check) = self.owners.get(&violation.constraint) {
                broken.entry(*check).or_insert(violation);
            }
        }
        for constraint in &self.constraints {
            if let Some(violation) = broken.get(&constraint.check) {
                let actual = match &violation.found {
                    None => format!("the member {} is not there", violation.instance),
                    Some(value) => format!("{} is {}", or_root(&violation.instance), short(value)),
                };
                let term = self.terms.get(&violation.constraint).map_or("", String::as_str);
                let expected = match &violation.found {
                    None => format!("a member {}", violation.instance),
                    Some(_) => format!("at {}: {term}", or_root(&violation.instance)),
                };
                let place = Some(violation.instance.clone());
                let statement = self.statement(constraint.check).to_owned();
                judged.push((constraint.check, self.fail(case, &statement, expected, actual, place, &[exchange])));
            } else if constraint.sites.iter().any(|(of, parts)| *of == component && present(body, parts)) {
                judged.push((constraint.check, Finding::Pass));
            }
        }
        violations
    }

    /// Why a rule over one exchange does not run: the answer breaks the schema where the rule reads.
    #[must_use]
    pub fn blocking_rule(&self, rule: &Expression, exchange: &Exchange) -> Option<String> {
        let violations = self.schemas.violations(ACCEPTED, exchange.response()?);
        blocking(&violations, &reads(rule.source())).map(|violation| self.blocked(violation))
    }

    /// Why a rule over steps does not run: the answer of a step breaks the schema where the rule reads.
    #[must_use]
    pub fn blocking_step(&self, reads: &[Read], steps: &[(&str, &[Exchange])]) -> Option<String> {
        for (name, exchanges) in steps {
            let pointers = reads.iter().filter(|read| read.step.as_deref() == Some(*name));
            let pointers: Vec<String> = pointers.map(|read| read.pointer.clone()).collect();
            for body in exchanges.iter().filter(|e| e.outcome == Outcome::Accepted).filter_map(Exchange::response) {
                let violations = self.schemas.violations(ACCEPTED, body);
                if let Some(violation) = blocking(&violations, &pointers) {
                    return Some(self.blocked(violation));
                }
            }
        }
        None
    }

    fn blocked(&self, violation: &Violation) -> String {
        let owner = self.owners.get(&violation.constraint).and_then(|check| self.checks.get(*check));
        let owner = owner.map_or("the schema", |check| check.id.as_str());
        format!("the answer breaks {owner} where this rule reads")
    }
}

/// What came of an exchange, for a person.
#[must_use]
pub fn describe(exchange: &Exchange) -> String {
    match &exchange.answer {
        Err(error) => error.to_string(),
        Ok(received) => format!("{} (HTTP {})", exchange.outcome.describe(), received.status),
    }
}

fn applies(scope: &Scope<'_>, when: Option<&Expression>) -> bool {
    when.is_none_or(|when| scope.holds(when) == Ok(true))
}

/// The first violation where one of the pointers reads.
fn blocking<'a>(violations: &'a [Violation], reads: &[String]) -> Option<&'a Violation> {
    violations.iter().find(|violation| reads.iter().any(|read| touches(read, &violation.instance)))
}

/// Whether a pointer with `*` and a plain pointer are the same, or one leads to the other.
pub(crate) fn touches(pattern: &str, pointer: &str) -> bool {
    pattern.split('/').zip(pointer.split('/')).all(|(pattern, part)| pattern == "*" || pattern == part)
}

/// Whether something stands at a place of the body.
fn present(body: &Value, parts: &[String]) -> bool {
    match parts.split_first() {
        None => true,
        Some((part, rest)) if part == "*" => {
            body.as_array().is_some_and(|items| items.iter().any(|item| present(item, rest)))
        }
        Some((part, rest)) => body.get(part.as_str()).is_some_and(|member| present(member, rest)),
    }
}

/// The places of the answer that a rule over one exchange reads.
fn reads(rule: &str) -> Vec<String> {
    // A spec that was loaded holds no expression that cannot be read.
    let all = mixinspec_spec::reads(rule).unwrap_or_default();
    all.into_iter().filter(|read| read.step.is_none()).map(|read| read.pointer).collect()
}

fn or_root(pointer: &str) -> &str {
    if pointer.is_empty() { "the top" } else { pointer }
}

/// A value as JSON, cut where it is long.
fn short(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(120) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_rule_is_blocked_where_it_reads_and_nowhere_else() {
        assert!(touches("/data/participants/*/role", "/data/participants/3/role"));
        assert!(touches("/data/participants/*/role", "/data/participants"));
        assert!(touches("/data/participants", "/data/participants/3/role"));
        assert!(!touches("/data/participants/*/role", "/data/participants/3/created_at"));
        assert!(!touches("/data/code_id", "/data/code_url"));
    }

    #[test]
    fn a_place_is_there_when_some_element_has_it() {
        let body = json!({"data": {"list": [{}, {"a": null}]}});
        let parts = |text: &str| text.split('/').map(str::to_owned).collect::<Vec<_>>();
        assert!(present(&body, &parts("data/list/*/a")));
        assert!(!present(&body, &parts("data/list/*/b")));
        assert!(!present(&json!({"data": {"list": []}}), &parts("data/list/*/a")));
    }
}
