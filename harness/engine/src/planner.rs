//! Turns requirements and readings into cases.

use std::collections::BTreeMap;
use std::sync::Arc;

use mixinspec_spec::constraints::{ConstraintSite, Direction};
use mixinspec_spec::model::{
    Accepts, Authenticates, CaseSpec, Cel, Constraint, ExpectCredential, Form, Level, Reading, Refuses, Requirement,
    Scenario, Step,
};
use mixinspec_spec::{Read, Spec};
use serde_json::Value;

use crate::expression::{Expression, ExpressionError, Vocabulary};
use crate::make::{Change, Family};
use crate::plan::{
    AcceptCase, Asked, AuthenticateCase, Case, CaseKind, CompiledStep, Intruder, Property, Question, RefuseCase, Send,
    StepsCase, Violation,
};
use crate::probe::{self, Target};
use crate::schema::Schemas;
use crate::vectors::EmbeddedCase;

/// Plans the requirements and readings of one edition.
pub(crate) struct Planner<'a> {
    pub(crate) spec: &'a Spec,
    pub(crate) edition: &'a str,
    pub(crate) vocabulary: &'a Vocabulary,
    pub(crate) schemas: &'a Schemas,
    pub(crate) families: &'a BTreeMap<String, Family>,
    pub(crate) sites: Vec<ConstraintSite>,
    pub(crate) cases: Vec<Arc<Case>>,
    pub(crate) properties: Vec<Property>,
    pub(crate) violations: Vec<Violation>,
    pub(crate) intruders: Vec<Intruder>,
    /// Steps that are taken again and again, each with their text, by which equal ones are found, and their first id.
    pub(crate) sequences: Vec<(Vec<Step>, String, StepsCase)>,
}

impl Planner<'_> {
    /// Plans the cases of a requirement.
    pub(crate) fn requirement(&mut self, requirement: &Requirement, check: usize) -> Result<(), ExpressionError> {
        for form in requirement.forms() {
            match form {
                Form::Constraint(constraint) => self.constraint(requirement, constraint, check),
                Form::Accepts(accepts) => self.accepts(requirement, accepts, check)?,
                Form::Refuses(refuses) => self.refuses(requirement, refuses, check)?,
                Form::Scenario(scenario) => self.scenario(requirement, scenario, check)?,
                // Rules on every exchange need no cases; the others are not about what a server answers.
                Form::Authenticates(authenticates) => self.authenticates(requirement, authenticates, check)?,
                Form::Always(_) | Form::Derives(_) => {}
            }
        }
        Ok(())
    }

    /// Plans a vector as a case of a requirement.
    pub(crate) fn vector(&mut self, vector: &EmbeddedCase, check: usize) {
        if !self.families.contains_key(vector.family) {
            return;
        }
        let case = AcceptCase {
            family: vector.family.to_owned(),
            change: Arc::default(),
            changed: true,
            same_as_twin: false,
            when: None,
            rule: None,
            generated: None,
            vector: Some(Arc::clone(&vector.request)),
        };
        self.push(format!("{}/{}", vector.requirement, vector.name), check, CaseKind::Accept(case));
    }

    fn push(&mut self, id: String, check: usize, kind: CaseKind) {
        let order = self.cases.len();
        self.cases.push(Arc::new(Case { id, check, order, kind }));
    }

    fn constraint(&mut self, requirement: &Requirement, constraint: &Constraint, check: usize) {
        let must = self.spec.level(requirement, self.edition) == Some(Level::Must);
        let sites: Vec<ConstraintSite> = self
            .sites
            .iter()
            .filter(|site| {
                site.direction == Direction::Request && constraint.at.iter().any(|at| at.covers(&site.pointer))
            })
            .cloned()
            .collect();
        for name in &constraint.requests {
            let Some(family) = self.families.get(name) else { continue };
            let user_list = family.user_list().0.to_owned();
            for (site, instance) in sites.iter().flat_map(|site| site.instances.iter().map(move |at| (site, at))) {
                let schema = self.schemas.at(&site.schema).unwrap_or(&Value::Null);
                let target = Target { keyword: site.keyword, value: &site.value, schema, instance };
                for probe in probe::probes(target, constraint.probe.as_ref(), &user_list) {
                    let id = format!("{}/{name}-{}", requirement.id, probe.name);
                    let change = Arc::new(probe.change);
                    let family = name.clone();
                    if probe.accepted {
                        let case = AcceptCase {
                            family,
                            change,
                            changed: true,
                            same_as_twin: false,
                            when: None,
                            rule: None,
                            generated: None,
                            vector: None,
                        };
                        self.push(id, check, CaseKind::Accept(case));
                    } else {
                        let case = RefuseCase { family, change, codes: constraint.codes.clone(), generated: None };
                        if must {
                            self.violations.push(Violation { check, id: id.clone(), case: case.clone() });
                        }
                        self.push(id, check, CaseKind::Refuse(case));
                    }
                }
            }
        }
    }

    fn accepts(&mut self, requirement: &Requirement, accepts: &Accepts, check: usize) -> Result<(), ExpressionError> {
        let rule = accepts.rule.as_ref().map(|rule| Expression::compile(rule.as_str())).transpose()?.map(Arc::new);
        let when = requirement.when.as_ref().map(|when| Expression::compile(when.as_str())).transpose()?.map(Arc::new);
        let plain = [CaseSpec { name: "plain".into(), ..CaseSpec::default() }];
        let none = accepts.cases.is_empty() && !accepts.generated;
        let cases = if none { &plain[..] } else { &accepts.cases };
        for case in cases {
            for (family, id, change) in self.expand(requirement, &accepts.requests, case)? {
                let case = AcceptCase {
                    family,
                    changed: is_changed(case),
                    change: Arc::new(change),
                    same_as_twin: accepts.same_as_twin,
                    when: when.clone(),
                    rule: rule.clone(),
                    generated: None,
                    vector: None,
                };
                self.push(id, check, CaseKind::Accept(case));
            }
        }
        if accepts.generated {
            for family in &accepts.requests {
                if self.families.contains_key(family) {
                    let (id, family) = (requirement.id.clone(), family.clone());
                    let (when, rule) = (when.clone(), rule.clone());
                    self.properties.push(Property { check, id, family, when, rule });
                }
            }
        }
        Ok(())
    }

    fn refuses(&mut self, requirement: &Requirement, refuses: &Refuses, check: usize) -> Result<(), ExpressionError> {
        for case in &refuses.cases {
            let codes = if case.codes.is_empty() { &refuses.codes } else { &case.codes };
            for (family, id, change) in self.expand(requirement, &refuses.requests, case)? {
                let case = RefuseCase { family, change: Arc::new(change), codes: codes.clone(), generated: None };
                self.push(id, check, CaseKind::Refuse(case));
            }
        }
        Ok(())
    }

    fn authenticates(
        &mut self,
        requirement: &Requirement,
        authenticates: &Authenticates,
        check: usize,
    ) -> Result<(), ExpressionError> {
        let rule =
            authenticates.rule.as_ref().map(|rule| Expression::compile(rule.as_str())).transpose()?.map(Arc::new);
        for case in &authenticates.cases {
            for (family, id, change) in self.expand(requirement, &authenticates.requests, case)? {
                let (expect, rule, changed) = (authenticates.expect, rule.clone(), is_changed(case));
                let case = AuthenticateCase { family, change: Arc::new(change), changed, expect, rule };
                if matches!(expect, ExpectCredential::Refused | ExpectCredential::Unauthorized) {
                    self.intruders.push(Intruder { check, id: id.clone(), case: case.clone() });
                }
                self.push(id, check, CaseKind::Authenticate(Box::new(case)));
            }
        }
        Ok(())
    }

    /// The families, ids and changes that one case of the spec stands for.
    fn expand(
        &self,
        requirement: &Requirement,
        families: &[String],
        case: &CaseSpec,
    ) -> Result<Vec<(String, String, Change)>, ExpressionError> {
        if !case.editions.is_empty() && !case.editions.iter().any(|edition| edition == self.edition) {
            return Ok(Vec::new());
        }
        let families = if case.requests.is_empty() { families } else { &case.requests };
        let families: Vec<&String> = families.iter().filter(|name| self.families.contains_key(*name)).collect();
        let items: Vec<Option<Value>> = match &case.for_each {
            None => vec![None],
            Some(expression) => {
                let list = self.vocabulary.scope().json(&Expression::compile(expression.as_str())?)?;
                list.as_array().cloned().unwrap_or_default().into_iter().map(Some).collect()
            }
        };
        let mut expanded = Vec::new();
        for family in &families {
            for item in &items {
                let mut name = case.name.clone();
                if let Some(item) = item {
                    let item = item.as_str().map_or_else(|| item.to_string(), str::to_owned);
                    name = format!("{name}-{item}");
                }
                if families.len() > 1 {
                    name = format!("{family}-{name}");
                }
                let change = Change::compile(case, self.edition, item.clone())?;
                expanded.push(((*family).clone(), format!("{}/{name}", requirement.id), change));
            }
        }
        Ok(expanded)
    }

    fn scenario(
        &mut self,
        requirement: &Requirement,
        scenario: &Scenario,
        check: usize,
    ) -> Result<(), ExpressionError> {
        let id = format!("{}/steps", requirement.id);
        let case = StepsCase { steps: self.steps(&scenario.steps)?, asked: vec![asked(scenario, check)?] };
        self.push(id.clone(), check, CaseKind::Steps(Arc::new(case)));
        if scenario.generated {
            match self.sequences.iter_mut().find(|(steps, ..)| *steps == scenario.steps) {
                Some((_, _, case)) => case.asked.push(asked(scenario, check)?),
                None => {
                    let case = StepsCase { steps: self.steps(&scenario.steps)?, asked: vec![asked(scenario, check)?] };
                    self.sequences.push((scenario.steps.clone(), id, case));
                }
            }
        }
        Ok(())
    }

    /// Plans the cases of a reading.
    pub(crate) fn reading(&mut self, reading: &Reading, check: usize) -> Result<(), ExpressionError> {
        if reading.steps.is_empty() {
            return Ok(());
        }
        let steps = self.steps(&reading.steps)?;
        let mut observe = Vec::new();
        for observation in &reading.observe {
            observe.push((observation.name.clone(), Expression::compile(observation.rule.as_str())?));
        }
        let reads = reads(reading.observe.iter().map(|observation| &observation.rule));
        let case = StepsCase { steps, asked: vec![Asked { check, question: Question::Reading(observe), reads }] };
        self.push(format!("{}/steps", reading.id), check, CaseKind::Steps(Arc::new(case)));
        Ok(())
    }

    fn steps(&self, steps: &[Step]) -> Result<Vec<CompiledStep>, ExpressionError> {
        let place = |name: &String| steps.iter().position(|step| step.name == *name);
        let mut compiled = Vec::new();
        for step in steps {
            // The lint holds that a step is exactly one of these, and refers to a step before it.
            let send = if let Some(earlier) = step.again.as_ref().and_then(place) {
                Send::Again(earlier)
            } else if let Some(earlier) = step.read.as_ref().and_then(place) {
                Send::Read(earlier)
            } else {
                Send::Family(step.request.clone().unwrap_or_default())
            };
            let change = match &step.change {
                Some(case) => Change::compile(case, self.edition, None)?,
                None => Change::default(),
            };
            compiled.push(CompiledStep {
                name: step.name.clone(),
                by: step.by,
                send,
                with: step.with,
                change,
                at_once: step.at_once,
                expect: step.expect,
            });
        }
        Ok(compiled)
    }
}

/// What a scenario asks of its steps.
fn asked(scenario: &Scenario, check: usize) -> Result<Asked, ExpressionError> {
    let applies = scenario.applies.as_ref().map(|when| Expression::compile(when.as_str())).transpose()?.map(Box::new);
    let rule = Box::new(Expression::compile(scenario.rule.as_str())?);
    let reads = reads([&scenario.rule].into_iter().chain(&scenario.applies));
    Ok(Asked { check, question: Question::Rule { applies, rule }, reads })
}

/// The parts of answers that these expressions read.
fn reads<'a>(expressions: impl Iterator<Item = &'a Cel>) -> Vec<Read> {
    // A spec that was loaded holds no expression that cannot be read.
    expressions.flat_map(|expression| mixinspec_spec::reads(expression.as_str()).unwrap_or_default()).collect()
}

/// Whether a case differs from the plain request.
fn is_changed(case: &CaseSpec) -> bool {
    !case.patch.is_empty()
        || !case.set.is_empty()
        || case.encoding.is_some()
        || case.body.is_some()
        || !case.headers.is_empty()
        || case.method.is_some()
        || case.path.is_some()
}
