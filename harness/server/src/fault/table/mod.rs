//! The table of faults, a file for each area of the spec.

mod answer;
mod authentication;
mod derivation;
mod errors;
mod refusals;
mod requests;
mod sequences;
mod shape;
mod sometimes;

use super::Fault;

/// The parts of the table.
pub(super) const ALL: &[&[Fault]] = &[
    derivation::FAULTS,
    requests::FAULTS,
    shape::FAULTS,
    answer::FAULTS,
    refusals::FAULTS,
    errors::FAULTS,
    sequences::FAULTS,
    authentication::FAULTS,
    sometimes::FAULTS,
];
