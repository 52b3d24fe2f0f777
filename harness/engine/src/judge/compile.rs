//! Compiles the judge of an edition: every requirement and reading of the spec, once.

use std::collections::BTreeMap;

use mixinspec_spec::Spec;
use mixinspec_spec::model::{Form, Level, Needs, Requirement, Subject};

use super::answers::AnswerConstraints;
use super::check::Check;
use super::history::HistoryRule;
use super::{AlwaysRule, Judge, Operating, PassiveReading, reads};
use crate::cel::{Conditions, Expression, ExpressionError};
use crate::edition::CompiledEdition;
use crate::edition::schema::SchemaId;
use crate::findings::record::Recorder;

impl Judge {
    /// Compiles the judge of an edition.
    ///
    /// # Errors
    /// When an expression of the spec is no CEL; a linted spec has none.
    pub fn compile(
        spec: &Spec,
        edition: CompiledEdition,
        demanded: &BTreeMap<String, String>,
        recorder: Recorder,
    ) -> Result<Self, ExpressionError> {
        let mut judge = Self {
            checks: Vec::new(),
            edition,
            recorder,
            always: Vec::new(),
            histories: Vec::new(),
            passive: Vec::new(),
            conditions: Conditions::default(),
            of_histories: Conditions::default(),
            constraints: AnswerConstraints::default(),
            statements: Vec::new(),
        };
        judge.add_requirements(spec)?;
        judge.add_readings(spec, demanded)?;
        let CompiledEdition { name, schemas, operations, .. } = &judge.edition;
        let answers = operations.iter().flat_map(|it| std::iter::once(it.accepted).chain(it.refused));
        let mut answers: Vec<SchemaId> = answers.collect();
        answers.sort_unstable();
        answers.dedup();
        let constraints = AnswerConstraints::compile(spec, name, schemas, answers.into_iter(), |id| judge.check(id));
        judge.constraints = constraints;
        Ok(judge)
    }

    fn add_requirements(&mut self, spec: &Spec) -> Result<(), ExpressionError> {
        let edition = self.edition.name.clone();
        for requirement in spec.requirements(&edition) {
            let Some(level) = spec.level(requirement, &edition) else { continue };
            if requirement.subject != Subject::Server {
                continue;
            }
            let (id, needs) = (requirement.id.clone(), requirement.needs.clone());
            let check = self.checks.len();
            self.checks.push(Check { id, level, reading: false, demanded: None, needs });
            self.statements.push(requirement.statement.clone());
            for form in requirement.forms() {
                self.add_rule(requirement, form, check)?;
            }
        }
        Ok(())
    }

    fn add_rule(&mut self, requirement: &Requirement, form: Form<'_>, check: usize) -> Result<(), ExpressionError> {
        let on = Operating(requirement.on.clone());
        let when = requirement.when.as_ref().map(|when| when.as_str());
        match form {
            Form::Always(always) => self.always.push(AlwaysRule {
                check,
                on,
                when: self.conditions.add(when)?,
                looks_at: when.map(reads).unwrap_or_default(),
                reads: reads(always.rule.as_str()),
                rule: Expression::compile(always.rule.as_str())?,
                statement: requirement.statement.clone(),
            }),
            Form::History(history) => {
                let statement = requirement.statement.clone();
                self.histories.push(HistoryRule::compile(check, on, self.of_histories.add(when)?, history, statement)?);
            }
            _ => {}
        }
        Ok(())
    }

    fn add_readings(&mut self, spec: &Spec, demanded: &BTreeMap<String, String>) -> Result<(), ExpressionError> {
        let edition = self.edition.name.clone();
        for reading in spec.readings(&edition) {
            let check = self.checks.len();
            self.checks.push(Check {
                id: reading.id.clone(),
                level: Level::Must,
                reading: true,
                demanded: demanded.get(&reading.id).cloned(),
                needs: Needs::default(),
            });
            self.statements.push(reading.question.clone());
            if reading.steps.is_empty() {
                let mut observe = Vec::new();
                let mut read = Vec::new();
                for observation in &reading.observe {
                    read.extend(reads(observation.rule.as_str()));
                    observe.push((observation.name.clone(), Expression::compile(observation.rule.as_str())?));
                }
                let when = self.conditions.add(reading.when.as_ref().map(|when| when.as_str()))?;
                let on = Operating(reading.on.clone());
                self.passive.push(PassiveReading { check, on, when, observe, reads: read });
            }
        }
        Ok(())
    }
}
