//! The table of variants, by what they change.

mod json;
mod policy;

use super::Variant;
use crate::edition::Edition;

const BOTH: &[Edition] = &Edition::ALL;
const ONLY_2026: &[Edition] = &[Edition::E2026];

/// The table.
pub(super) const ALL: &[&[Variant]] = &[policy::VARIANTS, json::VARIANTS];
