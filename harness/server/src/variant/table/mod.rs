//! The table of variants, by what they change.

mod again;
mod authentication;
mod content;
mod people;
mod policy;
mod refusals;
mod transport;
mod writing;

use super::Variant;
use crate::edition::Edition;

const BOTH: &[Edition] = &Edition::ALL;
const ONLY_2018: &[Edition] = &[Edition::E2018];
const ONLY_2026: &[Edition] = &[Edition::E2026];

/// The table.
pub(super) const ALL: &[&[Variant]] = &[
    policy::VARIANTS,
    again::VARIANTS,
    writing::VARIANTS,
    content::VARIANTS,
    people::VARIANTS,
    refusals::VARIANTS,
    authentication::VARIANTS,
    transport::VARIANTS,
];
