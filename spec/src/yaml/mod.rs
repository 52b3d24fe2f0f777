//! YAML 1.2.2 as every reader of it reads it: the types of plain text are those of the core schema (10.3.2).
//!
//! Readers that know YAML 1.1 as well take `no` for false, `1_000` for a thousand and `010` for eight, and a quoted number
//! for a number where one is wanted. Other people's tools read the same files, so what they see is what counts. A text is
//! read into a tree of values, each with its place; types are made of the tree.

mod compose;
mod core_schema;
mod deserialize;
mod error;

use std::ops::Range;

use serde::de::DeserializeOwned;

pub use error::{YamlError, YamlErrorKind};

/// A value, and the bytes of the text where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Its bytes; those of the bracket of a list or a map, or of its first element or key where it has none.
    pub span: Range<usize>,
}

/// A value of the core schema that JSON has as well.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `null`, `~`, or nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number below zero.
    Negative(i64),
    /// A whole number that is not below zero.
    Whole(u64),
    /// Any other number.
    Float(f64),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A map, in the order of the text. No key stands twice.
    Map(Vec<(Key, Node)>),
}

/// The key of a member: its text, whatever type it would have as a value, as in JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The text.
    pub name: String,
    /// Its bytes.
    pub span: Range<usize>,
}

/// Reads a text that holds one document, or none: that is null.
///
/// # Errors
/// When it is no YAML, or holds what JSON has not.
pub fn read(text: &str) -> Result<Node, YamlError> {
    compose::compose(text)
}

/// Reads a value of any type.
///
/// # Errors
/// When the text is no YAML, or does not have the type's form.
pub fn from_str<T: DeserializeOwned>(text: &str) -> Result<T, YamlError> {
    T::deserialize(&read(text)?)
}

#[cfg(test)]
mod tests;
