//! Reads YAML 1.2.2 by the standard: plain scalars have the types of the core schema (10.3.2).
//!
//! Readers that also know YAML 1.1 read `no` as false, `1_000` as a thousand, `010` as eight, and a quoted number as a
//! number where one is wanted. Other people's tools read the same files, so we must see what they see. A text is read
//! into a tree of values, each with its place; types are deserialized from the tree.

mod compose;
mod core_schema;
mod deserialize;
mod error;

use std::ops::Range;

use serde::de::DeserializeOwned;

pub use error::{YamlError, YamlErrorKind};

/// A value, and its bytes in the text.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Its bytes. For a list or a map they are those of its bracket, or of its first element or key if it has none.
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
    /// A map, in the order of the text. Keys are unique.
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

/// Reads a text with one document; an empty text is null.
///
/// # Errors
/// When it is not YAML, or contains something that JSON does not have.
pub fn read(text: &str) -> Result<Node, YamlError> {
    compose::compose(text)
}

/// Reads a value of any type.
///
/// # Errors
/// When the text is not YAML, or does not have the type's form.
pub fn from_str<T: DeserializeOwned>(text: &str) -> Result<T, YamlError> {
    T::deserialize(&read(text)?)
}

#[cfg(test)]
mod tests;
