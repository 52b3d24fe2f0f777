//! The common code of generated modules.
//!
//! It is public so that a module generated from another copy of the spec (`mixinspec codegen --spec DIR --out DIR`)
//! compiles in any crate that depends on this one, `serde` and `serde_json`, and on `schemars` if that crate has a
//! feature `schemars`. Users of the types need nothing from here.

mod check;
mod format;
mod invalid;
mod json;
mod nullable;
mod pattern;
mod rules;
#[cfg(feature = "schemars")]
mod schema;
mod uuid_text;

pub use check::{Checked, check_member, check_no_others};
pub use format::Format;
pub use invalid::{Invalid, Reason};
pub use json::{FromJson, Members, deserialize, read};
pub use nullable::Nullable;
pub use pattern::{Part, Pattern};
pub use rules::{ArrayRules, IntegerRules, TextRules};
#[cfg(feature = "schemars")]
pub use schema::{Integer, described, growing, integer_values_schema, text_values_schema};
pub use uuid_text::UuidText;
