//! The spec as a typed model, with its loader and its lint.
//!
//! The documents in this folder (`EDITION/openapi.yaml` for shape, `requirements.yaml` for behaviour, `sources/` for
//! the sentences that are quoted) are the truth; this crate reads them, finds what is wrong with them, and gives
//! them to the printer and to the engine as types. It knows no HTTP and evaluates nothing.

pub mod constraints;
mod embedded;
pub mod findings;
pub mod keywords;
mod lint;
mod load;
pub mod model;
mod names;
pub mod places;
pub mod pointer;
pub mod vocabulary;

pub use constraints::{ConstraintSite, Direction, Owner};
pub use findings::{Finding, Problem, SpecErrors};
pub use load::Spec;

#[cfg(test)]
mod tests;
