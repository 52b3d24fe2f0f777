//! The table of faults, in files by topic, in the order of the spec's areas.

mod again;
mod answer;
mod bodies;
mod claims;
mod contact_ids;
mod credentials;
mod disclosures;
mod envelope;
mod errors;
mod group_ids;
mod headers;
mod members;
mod memory;
mod names;
mod others;
mod outsiders;
mod participants;
mod reading;
mod refusals;
mod requests;
mod shape;
mod sharing;
mod signatures;
mod sizes;
mod sometimes;
mod times;
mod unfit;

use super::Fault;

/// The parts of the table.
pub(super) const ALL: &[&[Fault]] = &[
    contact_ids::FAULTS,
    group_ids::FAULTS,
    requests::FAULTS,
    headers::FAULTS,
    sizes::FAULTS,
    envelope::FAULTS,
    shape::FAULTS,
    answer::FAULTS,
    times::FAULTS,
    names::FAULTS,
    again::FAULTS,
    others::FAULTS,
    reading::FAULTS,
    outsiders::FAULTS,
    sharing::FAULTS,
    memory::FAULTS,
    members::FAULTS,
    participants::FAULTS,
    refusals::FAULTS,
    bodies::FAULTS,
    unfit::FAULTS,
    errors::FAULTS,
    disclosures::FAULTS,
    credentials::FAULTS,
    claims::FAULTS,
    signatures::FAULTS,
    sometimes::FAULTS,
];
