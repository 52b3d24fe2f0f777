//! The requirements and cases of a run against an SDK, listed without an SDK: for `explain`, suggestions and the gate.

use mixinspec_spec::Spec;

use super::client::calls::Calls;
use super::compiled::{cases_of, compiled};
use super::law::laws::Laws;
use crate::edition::error::RunError;
use crate::identity::case_id::CaseId;
use crate::identity::derivation::Derivations;
use crate::report::gate;

/// The requirements and cases of an edition.
#[derive(Debug)]
pub struct SdkCatalog {
    laws: Laws,
    calls: Calls,
    generated: u64,
}

impl SdkCatalog {
    /// The catalog of an edition; `generated` is the number of generated arguments for each function.
    ///
    /// # Errors
    /// When the spec has no such edition, or does not compile.
    pub fn of(spec: &Spec, edition: &str, generated: u64) -> Result<Self, RunError> {
        if !spec.editions().any(|known| known == edition) {
            return Err(RunError::UnknownEdition(edition.to_owned()));
        }
        let derivations = Derivations::new(spec.document.derivations.clone());
        let (laws, calls) = compiled(spec, edition, derivations)?;
        Ok(Self { laws, calls, generated })
    }

    /// The ids of all requirements.
    pub fn checks(&self) -> impl Iterator<Item = &str> {
        self.laws.checks.iter().map(|check| check.id.as_str())
    }

    /// The ids of all cases; `N` stands for the number of a generated one.
    pub fn cases(&self) -> impl Iterator<Item = String> {
        (0..self.laws.checks.len()).flat_map(|check| cases_of(&self.laws, &self.calls, check)).map(|id| id.to_string())
    }

    /// The ids of the cases of a requirement; `N` stands for the number of a generated one.
    pub fn cases_of(&self, id: &str) -> impl Iterator<Item = String> {
        let check = self.laws.checks.iter().position(|check| check.id == id);
        check.into_iter().flat_map(|check| cases_of(&self.laws, &self.calls, check)).map(|id| id.to_string())
    }
}

impl gate::CaseIndex for SdkCatalog {
    fn has_requirement(&self, id: &str) -> bool {
        self.checks().any(|check| check == id)
    }

    fn has_reading(&self, _: &str) -> bool {
        false
    }

    fn has_case(&self, id: &CaseId) -> bool {
        id.numbered().is_none_or(|it| it.number < self.generated)
            && (self.laws.has_case(id) || self.calls.by_id(id).is_some())
    }
}
