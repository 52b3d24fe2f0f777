//! The table of variants, by what they change.

mod json;
mod policy;
mod refusals;
mod transport;

use super::Variant;
use crate::edition::Edition;

const BOTH: &[Edition] = &Edition::ALL;
const ONLY_2018: &[Edition] = &[Edition::E2018];
const ONLY_2026: &[Edition] = &[Edition::E2026];

/// The table.
pub(super) const ALL: &[&[Variant]] = &[policy::VARIANTS, json::VARIANTS, refusals::VARIANTS, transport::VARIANTS];
