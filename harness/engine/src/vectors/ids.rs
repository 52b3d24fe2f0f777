//! The vectors of ids as they are checked in.

use mixinspec_spec::Spec;

use super::document::{DerivedVector, GroupVector, UniqueVector, VectorResult};
use super::{GROUP, UNIQUE, derived, group, published, unique};
use crate::identity::derivation::{Argument, Derivations, DeriveError};

/// The seed of the files that are checked in.
pub(crate) const SEED: u64 = 1;

/// How many pairs of users there are, where no other number is asked for.
pub(crate) const UNIQUE_COUNT: usize = 2048;

/// How many groups there are, where no other number is asked for.
pub(crate) const GROUP_COUNT: usize = 512;

/// How many vectors any other derivation has, where no other number is asked for.
pub(crate) const DERIVED_COUNT: usize = 512;

/// A vector of an id, whatever it is derived from.
#[derive(Debug, Clone)]
pub(crate) struct IdVector {
    pub(crate) id: String,
    pub(crate) arguments: Vec<Argument>,
    pub(crate) result: VectorResult,
    pub(crate) requirements: Vec<String>,
}

/// The vectors of a derivation as they are checked in, for whoever runs them here, without what near misses would give:
/// that takes longer than all the rest, and who runs vectors looks at near misses only where something is wrong.
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

/// The id of the conversation of two users, or what a near miss gives.
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

/// The id of a group, or what a near miss gives.
///
/// # Errors
/// When the random id is no UUID where one is needed, or the spec has no such derivation or near miss.
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
