//! Turns requirements and readings into cases.

use std::collections::BTreeMap;
use std::sync::Arc;

use mixinspec_spec::constraints::{ConstraintSite, Direction};
use mixinspec_spec::model::{
    Accepts, Authenticates, Call, CaseSpec, Cel, Constraint, ExpectCredential, Form, Level, Reading, Refuses,
    Requirement, Scenario, Step,
};
use mixinspec_spec::{Read, Spec};
use serde_json::Value;

use crate::cel::{Expression, ExpressionError};
use crate::edition::CompiledEdition;
use crate::identity::case_id::CaseId;
use crate::plan::{
    AcceptCase, Asked, AuthenticateCase, Case, CaseKind, CompiledStep, CredentialCase, NegativeCase, Property,
    Question, RefuseCase, Send, StepsCase,
};
use crate::request::make::{Change, Family};
use crate::request::probe::{self, Plain, ProbeRequest, Probed};
use crate::vectors::EmbeddedCase;

/// Plans the requirements and readings of one edition.
pub(crate) struct Planner<'a> {
    spec: &'a Spec,
    edition: &'a CompiledEdition,
    families: &'a BTreeMap<String, Family>,
    sites: Vec<ConstraintSite>,
    pub(crate) cases: Vec<Arc<Case>>,
    pub(crate) properties: Vec<Property>,
    pub(crate) negatives: Vec<NegativeCase>,
    pub(crate) credentials: Vec<CredentialCase>,
}

impl<'a> Planner<'a> {
    pub(crate) fn new(spec: &'a Spec, edition: &'a CompiledEdition, families: &'a BTreeMap<String, Family>) -> Self {
        let sites = spec.constraints(&edition.name);
        let (cases, properties) = (Vec::new(), Vec::new());
        Self { spec, edition, families, sites, cases, properties, negatives: Vec::new(), credentials: Vec::new() }
    }

    /// Plans the cases of a requirement.
    pub(crate) fn requirement(&mut self, requirement: &Requirement, check: usize) -> Result<(), ExpressionError> {
        for form in requirement.forms() {
            match form {
                Form::Constraint(constraint) => self.constraint(requirement, constraint, check)?,
                Form::Accepts(accepts) => self.accepts(requirement, accepts, check)?,
                Form::Refuses(refuses) => self.refuses(requirement, refuses, check)?,
                Form::Scenario(scenario) => self.scenario(requirement, scenario, check)?,
                Form::Authenticates(authenticates) => self.authenticates(requirement, authenticates, check)?,
                // Rules on every exchange need no cases of their own, histories are judged on walks, and derivations
                // are not about a server's answers.
                Form::Always(_) | Form::History(_) | Form::Derives(_) => {}
            }
        }
        Ok(())
    }

    /// Plans a vector as a case of a requirement.
    pub(crate) fn vector(&mut self, vector: &EmbeddedCase, check: usize) {
        if !self.families.contains_key(&vector.family) {
            return;
        }
        let plain = AcceptCase::new(vector.family.clone(), Arc::default(), true);
        let case = AcceptCase { vector: Some(Arc::clone(&vector.request)), ..plain };
        self.push(CaseId::new(&vector.requirement, &vector.name), check, CaseKind::Accept(case));
    }

    fn push(&mut self, id: CaseId, check: usize, kind: CaseKind) {
        let order = self.cases.len();
        self.cases.push(Arc::new(Case { id, check, order, kind }));
    }

    fn constraint(
        &mut self,
        requirement: &Requirement,
        constraint: &Constraint,
        check: usize,
    ) -> Result<(), ExpressionError> {
        let must = self.spec.level(requirement, &self.edition.name) == Some(Level::Must);
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
            let plain = Plain {
                base: &family.base,
                user_list: family.user_list().map(|(list, _)| list),
                one_user: family.one_user,
            };
            for (site, instance) in sites.iter().flat_map(|site| site.instances.iter().map(move |at| (site, at))) {
                let schema = self.edition.schemas.at(&site.schema).unwrap_or(&Value::Null);
                let target = Probed { keyword: site.keyword, value: &site.value, schema, instance };
                for ProbeRequest { name: probed, accepted, change } in
                    probe::probes(target, constraint.probe.as_ref(), plain)?
                {
                    let id = CaseId::new(&requirement.id, format!("{name}-{probed}"));
                    let (family, change) = (name.clone(), Arc::new(change));
                    if accepted {
                        self.push(id, check, CaseKind::Accept(AcceptCase::new(family, change, true)));
                        continue;
                    }
                    let case = RefuseCase { family, change, codes: constraint.codes.clone(), generated: None };
                    if must {
                        self.negatives.push(NegativeCase { check, id: id.clone(), case: case.clone() });
                    }
                    self.push(id, check, CaseKind::Refuse(case));
                }
            }
        }
        for case in &constraint.cases {
            for (family, id, change) in self.expand(requirement, &constraint.requests, case)? {
                let codes = if case.codes.is_empty() { constraint.codes.clone() } else { case.codes.clone() };
                let case = RefuseCase { family, change: Arc::new(change), codes, generated: None };
                self.push(id, check, CaseKind::Refuse(case));
            }
        }
        Ok(())
    }

    fn accepts(&mut self, requirement: &Requirement, accepts: &Accepts, check: usize) -> Result<(), ExpressionError> {
        let rule = accepts.rule.as_ref().map(|rule| Expression::compile(rule.as_str())).transpose()?.map(Arc::new);
        let when = requirement.when.as_ref().map(|when| Expression::compile(when.as_str())).transpose()?.map(Arc::new);
        let plain = [CaseSpec { name: "plain".into(), ..CaseSpec::default() }];
        let none = accepts.cases.is_empty() && !accepts.generated && accepts.sizes.is_none();
        let cases = if none { &plain[..] } else { &accepts.cases };
        let may_be_refused = |size: usize| accepts.may_refuse_from.is_some_and(|from| size >= from);
        for case in cases {
            for (family, id, change) in self.expand(requirement, &accepts.requests, case)? {
                let may_be_refused = change.user_count.is_some_and(may_be_refused);
                let changed = change.changes_request();
                let case = AcceptCase {
                    same_as_twin: accepts.same_as_twin,
                    when: when.clone(),
                    rule: rule.clone(),
                    may_be_refused,
                    ..AcceptCase::new(family, Arc::new(change), changed)
                };
                self.push(id, check, CaseKind::Accept(case));
            }
        }
        if let Some([least, most]) = accepts.sizes {
            let families: Vec<&String> =
                accepts.requests.iter().filter(|name| self.families.contains_key(*name)).collect();
            for (family, size) in families.iter().flat_map(|family| (least..=most).map(move |size| (family, size))) {
                let change = Change { user_count: Some(size), ..Change::default() };
                let case = AcceptCase {
                    when: when.clone(),
                    rule: rule.clone(),
                    may_be_refused: may_be_refused(size),
                    ..AcceptCase::new((*family).clone(), Arc::new(change), false)
                };
                self.push(CaseId::new(&requirement.id, format!("{family}-of-{size}")), check, CaseKind::Accept(case));
            }
        }
        if accepts.generated {
            for family in &accepts.requests {
                if self.families.contains_key(family) {
                    let (id, family) = (requirement.id.clone(), family.clone());
                    let (when, rule) = (when.clone(), rule.clone());
                    self.properties.push(Property { check, id, family, when, rule, turn: [0, 1] });
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
        let expect = authenticates.expect_in.get(&self.edition.name).copied().unwrap_or(authenticates.expect);
        let refused = matches!(expect, ExpectCredential::Refused | ExpectCredential::Unauthorized);
        for case in &authenticates.cases {
            let mut all = Vec::new();
            for (family, id, change) in self.expand(requirement, &authenticates.requests, case)? {
                let (rule, changed, change) = (rule.clone(), change.changes_request(), Arc::new(change));
                all.push((id, AuthenticateCase { family, change, changed, expect, rule, reads: None }));
            }
            let reads = authenticates.reads.iter().filter_map(|id| self.edition.operations.named(id));
            for operation in reads.collect::<Vec<_>>() {
                // A change of the request itself does not apply to the other operation.
                let of_any = |change: &Change| !change.changes_request() && change.user_count.is_none();
                let first = self.expand(requirement, &authenticates.requests, case)?.into_iter().next();
                let Some((family, _, change)) = first.filter(|(_, _, change)| of_any(change)) else { continue };
                let id = CaseId::new(&requirement.id, format!("{}-{}", kebab(&operation.id), case.name));
                let (change, reads) = (Arc::new(change), Some(Arc::clone(operation)));
                all.push((id, AuthenticateCase { family, change, changed: false, expect, rule: None, reads }));
            }
            for (id, case) in all {
                if refused {
                    self.credentials.push(CredentialCase { check, id: id.clone(), case: case.clone() });
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
    ) -> Result<Vec<(String, CaseId, Change)>, ExpressionError> {
        if !case.editions.is_empty() && !case.editions.contains(&self.edition.name) {
            return Ok(Vec::new());
        }
        let families = if case.requests.is_empty() { families } else { &case.requests };
        let families: Vec<&String> = families.iter().filter(|name| self.families.contains_key(*name)).collect();
        let items: Vec<Option<Value>> = match &case.for_each {
            None => vec![None],
            Some(expression) => {
                let list = self.edition.vocabulary.scope().json(&Expression::compile(expression.as_str())?)?;
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
                let change = Change::compile(case, &self.edition.name, item.clone())?;
                expanded.push(((*family).clone(), CaseId::new(&requirement.id, name), change));
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
        let case = StepsCase { steps: self.steps(&scenario.steps)?, asked: vec![asked(scenario, check)?] };
        self.push(CaseId::new(&requirement.id, "steps"), check, CaseKind::Steps(Arc::new(case)));
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
        self.push(CaseId::new(&reading.id, "steps"), check, CaseKind::Steps(Arc::new(case)));
        Ok(())
    }

    fn steps(&self, steps: &[Step]) -> Result<Vec<CompiledStep>, ExpressionError> {
        let place = |name: &String| steps.iter().position(|step| step.name == *name);
        let mut compiled = Vec::new();
        for step in steps {
            // The lint ensures that a step is exactly one of these, and refers to a step before it.
            let called = |call: &Call| {
                let operation = self.edition.operations.named(&call.operation)?;
                Some(Send::Call(Some(Arc::clone(operation)), place(&call.of)?))
            };
            let send = if let Some(earlier) = step.again.as_ref().and_then(place) {
                if step.mended { Send::Mended(earlier) } else { Send::Again(earlier) }
            } else if let Some(earlier) = step.read.as_ref().and_then(place) {
                Send::Call(None, earlier)
            } else if let Some(send) = step.call.as_ref().and_then(called) {
                send
            } else {
                Send::Family(step.request.clone().unwrap_or_default())
            };
            let change = match &step.change {
                Some(case) => Change::compile(case, &self.edition.name, None)?,
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

/// The question of a scenario about its steps.
fn asked(scenario: &Scenario, check: usize) -> Result<Asked, ExpressionError> {
    let applies = scenario.applies.as_ref().map(|when| Expression::compile(when.as_str())).transpose()?.map(Box::new);
    let rule = Box::new(Expression::compile(scenario.rule.as_str())?);
    let reads = reads([&scenario.rule].into_iter().chain(&scenario.applies));
    Ok(Asked { check, question: Question::Rule { applies, rule }, reads })
}

/// The parts of answers that these expressions read.
fn reads<'a>(expressions: impl Iterator<Item = &'a Cel>) -> Vec<Read> {
    // Every expression of a loaded spec parses.
    expressions.flat_map(|expression| mixinspec_spec::reads(expression.as_str()).unwrap_or_default()).collect()
}

/// The id of an operation as a part of a case's name.
fn kebab(id: &str) -> String {
    let mut name = String::new();
    for c in id.chars() {
        if c.is_ascii_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.push(c.to_ascii_lowercase());
    }
    name
}
