//! The spec as a typed model, with its loader and its lint.
//!
//! The documents in this folder are the single source of truth: `EDITION/openapi.yaml` for shape, `requirements.yaml`
//! for behaviour, `sources/` for quoted sentences, `inputs/` for what others have published and send. This crate reads
//! them, finds their mistakes, and provides them as types for the printer and the engine. It knows no HTTP and
//! evaluates nothing.

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
pub use findings::{SpecErrors, SpecFinding};
pub use load::Spec;
pub use operations::OperationSite;
pub use page::requirements_page;
pub use problems::Problem;
pub use reads::{Read, reads, request_reads, touches, variables};

/// The JSON Schemas of the documents that people write, for editors, by path in the spec's folder.
#[must_use]
pub fn editor_schemas() -> [(&'static str, serde_json::Value); 4] {
    let titled = |title: &str, mut schema: schemars::Schema| {
        schema.insert("title".to_owned(), title.into());
        without_rust_formats(&mut schema);
        schema.to_value()
    };
    [
        ("requirements.schema.json", titled("The requirements of mixinspec", schemars::schema_for!(model::Document))),
        ("inputs/flags.schema.json", titled("The flags of vectors", schemars::schema_for!(model::Flags))),
        ("inputs/published.schema.json", titled("Published results", schemars::schema_for!(model::Published))),
        ("inputs/real-requests.schema.json", titled("Real requests", schemars::schema_for!(model::RealRequests))),
    ]
}

/// Removes the `format` of Rust's unsigned integers from a schema: strict validators do not know these formats, and
/// `minimum` and `maximum` say the same.
pub fn without_rust_formats(schema: &mut schemars::Schema) {
    let mut remove = schemars::transform::RecursiveTransform(|schema: &mut schemars::Schema| {
        let format = schema.get("format").and_then(serde_json::Value::as_str);
        if format.is_some_and(|format| format.starts_with("uint")) {
            schema.remove("format");
        }
    });
    schemars::transform::Transform::transform(&mut remove, schema);
}

#[cfg(test)]
mod mistakes;
#[cfg(test)]
mod tests;
