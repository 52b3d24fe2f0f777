//! The laws and calls of an edition, compiled.

use std::sync::Arc;

use mixinspec_spec::Spec;

use super::client::calls::Calls;
use super::law::laws::Laws;
use crate::cel::Vocabulary;
use crate::edition::error::RunError;
use crate::identity::case_id::CaseId;
use crate::identity::derivation::Derivations;
use crate::identity::users::Users;

/// The laws and the calls of an edition.
pub(crate) fn compiled(spec: &Spec, edition: &str, derivations: Derivations) -> Result<(Laws, Calls), RunError> {
    let laws = Laws::compile(spec, edition)?;
    let vocabulary = Vocabulary::new(Arc::new(derivations), Arc::new(Users::any_uuid()));
    let check = |id: &str| laws.checks.iter().position(|check| check.id == id);
    let calls = Calls::compile(spec, edition, &vocabulary, check)?;
    Ok((laws, calls))
}

/// The ids of the cases of a check; `N` stands for the number of a generated one.
pub(crate) fn cases_of<'a>(laws: &'a Laws, calls: &'a Calls, check: usize) -> impl Iterator<Item = CaseId> + use<'a> {
    laws.cases_of(check).chain(calls.cases_of(check))
}
