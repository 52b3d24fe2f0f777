//! The vectors of ids as they are checked in.

use mixinspec_spec::Spec;

use super::document::{GroupVector, UniqueVector};
use super::{group, published, unique};
use crate::identity::derivation::{Derivations, DeriveError};

/// The seed of the files that are checked in.
pub(crate) const SEED: u64 = 1;

/// How many pairs of users there are, where no other number is asked for.
pub(crate) const UNIQUE_COUNT: usize = 2048;

/// How many groups there are, where no other number is asked for.
pub(crate) const GROUP_COUNT: usize = 512;

/// The vectors of ids as they are checked in, for whoever runs them here, without what near misses would give: that takes
/// longer than all the rest, and who runs vectors looks at near misses only where something is wrong.
///
/// # Errors
/// When the spec lacks a derivation.
pub(crate) fn id_vectors(spec: &Spec) -> Result<(Vec<UniqueVector>, Vec<GroupVector>), DeriveError> {
    let mut records = spec.document.derivations.clone();
    records.values_mut().for_each(|derivation| derivation.near_misses.clear());
    let derivations = Derivations::new(records);
    let pairs = unique::vectors(spec, &derivations, SEED, UNIQUE_COUNT, &published::pairs(spec))?;
    let groups = group::vectors(spec, &derivations, SEED, GROUP_COUNT, &published::groups(spec))?;
    Ok((pairs, groups))
}
