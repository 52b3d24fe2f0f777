//! Lists the requirements, readings and cases of an edition, without a server: for `mixinspec explain`, suggestions and
//! the gate.

use std::collections::BTreeMap;

use mixinspec_spec::Spec;

use crate::edition::CompiledEdition;
use crate::edition::error::RunError;
use crate::findings::record::Recorder;
use crate::identity::case_id::CaseId;
use crate::judge::Judge;
use crate::judge::check::Check;
use crate::plan::Plan;
use crate::report::gate;

/// The requirements, readings and cases of an edition.
#[derive(Debug)]
pub struct Catalog {
    checks: Vec<Check>,
    plan: Plan,
    cases: u64,
}

impl Catalog {
    /// The catalog of an edition, with this many generated cases per property.
    ///
    /// # Errors
    /// When the spec has no such edition, or does not compile.
    pub fn of(spec: &Spec, edition: &str, cases: u64) -> Result<Self, RunError> {
        let edition = CompiledEdition::of(spec, edition)?;
        let judge = Judge::compile(spec, edition, &BTreeMap::new(), Recorder::default())?;
        let plan = Plan::compile(spec, &judge)?;
        Ok(Self { checks: judge.checks, plan, cases })
    }

    /// The ids of all requirements and readings.
    pub fn checks(&self) -> impl Iterator<Item = &str> {
        self.checks.iter().map(|check| check.id.as_str())
    }

    /// The ids of all cases that are not generated.
    pub fn cases(&self) -> impl Iterator<Item = &str> {
        self.plan.cases.iter().map(|case| case.id.as_str())
    }

    /// The ids of the cases of a requirement or reading; `N` stands for the number of a generated one.
    pub fn cases_of(&self, id: &str) -> impl Iterator<Item = String> {
        let check = self.checks.iter().position(|check| check.id == id);
        let fixed = self.plan.cases.iter().filter(move |case| Some(case.check) == check).map(|case| case.id.clone());
        let stems = check.into_iter().flat_map(|check| self.plan.generated_stems(check));
        fixed.chain(stems.map(|stem| CaseId::generated(stem, "N"))).map(|id| id.to_string())
    }
}

impl gate::CaseIndex for Catalog {
    fn has_requirement(&self, id: &str) -> bool {
        self.checks.iter().any(|check| !check.reading && check.id == id)
    }

    fn has_reading(&self, id: &str) -> bool {
        self.checks.iter().any(|check| check.reading && check.id == id)
    }

    fn has_case(&self, id: &CaseId) -> bool {
        let made = id.numbered().and_then(|it| Some((it.number, self.plan.generated_by_id(id)?)));
        let generated = made.is_some_and(|(number, case)| number < self.plan.count(&case, self.cases));
        generated || self.plan.cases.iter().any(|case| case.id == *id)
    }
}
