//! The spec as a typed model, with its loader and its lint.
//!
//! The documents in this folder (`EDITION/openapi.yaml` for shape, `requirements.yaml` for behaviour, `sources/` for
//! the sentences that are quoted) are the truth; this crate reads them, finds what is wrong with them, and gives
//! them to the printer and to the engine as types. It knows no HTTP and evaluates nothing.

pub mod constraints;
pub mod coverage;
mod embedded;
mod expression;
pub mod files;
pub mod findings;
pub mod keywords;
mod lint;
mod load;
pub mod model;
mod names;
pub mod operations;
mod page;
pub mod places;
pub mod pointer;
mod problems;
pub mod reads;
mod scalars;
mod shape;
pub mod show;
pub mod vocabulary;
pub mod yaml;

pub use constraints::{ConstraintSite, Direction, Owner};
pub use expression::SyntaxError;
pub use findings::{Finding, SpecErrors};
pub use load::Spec;
pub use operations::OperationSite;
pub use page::requirements_page;
pub use problems::Problem;
pub use reads::{Read, reads, request_reads, touches, variables};

/// The JSON Schema of `requirements.yaml`, for editors.
#[must_use]
pub fn editor_schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(model::Document);
    schema.insert("title".to_owned(), "The requirements of mixinspec".into());
    schema.to_value()
}

#[cfg(test)]
mod mistakes;
#[cfg(test)]
mod tests;
