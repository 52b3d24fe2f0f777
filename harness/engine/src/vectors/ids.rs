//! The vectors of ids, as in the files that are checked in.

use mixinspec_spec::Spec;

use super::document::{DerivedVector, GroupVector, UniqueVector, VectorResult};
use super::{GROUP, UNIQUE, derived, group, published, unique};
use crate::identity::derivation::{Argument, Derivations, DeriveError};

/// The seed of the files that are checked in.
pub(crate) const SEED: u64 = 1;

/// The default number of pairs of users.
pub(crate) const UNIQUE_COUNT: usize = 2048;

/// The default number of groups.
pub(crate) const GROUP_COUNT: usize = 512;

/// The default number of vectors of any other derivation.
pub(crate) const DERIVED_COUNT: usize = 512;

/// A vector of an id, whatever it is derived from.
#[derive(Debug, Clone)]
pub(crate) struct IdVector {
    pub(crate) id: String,
    pub(crate) arguments: Vec<Argument>,
    pub(crate) result: VectorResult,
    pub(crate) requirements: Vec<String>,
}

/// The vectors of a derivation as they are checked in, for runs. They leave out near misses, which take longer than
/// everything else and are only needed to explain a failure.
///
/// # Errors
/// When the spec lacks a derivation.
pub(crate) fn id_vectors(spec: &Spec, derivation: &str) -> Result<Vec<IdVector>, DeriveError> {
    let mut records = spec.document.derivations.clone();
    records.values_mut().for_each(|derivation| derivation.near_misses.clear());
    let derivations = Derivations::new(records);
    let text = |text: String| Argument::Text(text);
    Ok(match derivation {
        UNIQUE => {
            let all = unique::vectors(spec, &derivations, SEED, UNIQUE_COUNT, &published::pairs(spec))?;
            let one = |UniqueVector { id, result, requirements, user_id, other_user_id, .. }| IdVector {
                id,
                arguments: vec![text(user_id), text(other_user_id)],
                result,
                requirements,
            };
            all.into_iter().map(one).collect()
        }
        GROUP => {
            let all = group::vectors(spec, &derivations, SEED, GROUP_COUNT, &published::groups(spec))?;
            let one = |GroupVector { id, result, requirements, owner, name, participants, random, .. }| IdVector {
                id,
                arguments: vec![text(owner), text(name), Argument::List(participants), text(random)],
                result,
                requirements,
            };
            all.into_iter().map(one).collect()
        }
        other => {
            let all = derived::vectors(spec, &derivations, other, SEED, DERIVED_COUNT)?;
            let parameters = derivations.get(other).map_or(&[][..], |it| &it.parameters);
            let one = |DerivedVector { id, result, requirements, mut arguments, .. }| IdVector {
                id,
                arguments: parameters.iter().filter_map(|parameter| arguments.remove(&parameter.name)).collect(),
                result,
                requirements,
            };
            all.into_iter().map(one).collect()
        }
    })
}

/// The id of two users' conversation; with a near miss, the id that this mistake gives.
///
/// # Errors
/// When the spec has no such derivation or near miss.
pub(crate) fn unique_id(
    derivations: &Derivations,
    near_miss: Option<&str>,
    a: &str,
    b: &str,
) -> Result<String, DeriveError> {
    derivations.derive(UNIQUE, near_miss, &[a.into(), b.into()])
}

/// The id of a group; with a near miss, the id that this mistake gives.
///
/// # Errors
/// When the random id is not a UUID but must be one, or the spec has no such derivation or near miss.
pub(crate) fn group_id(
    derivations: &Derivations,
    near_miss: Option<&str>,
    owner: &str,
    name: &str,
    participants: &[String],
    random: &str,
) -> Result<String, DeriveError> {
    derivations.derive(GROUP, near_miss, &[owner.into(), name.into(), participants.into(), random.into()])
}
