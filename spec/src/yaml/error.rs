//! The errors of reading YAML, and of reading values of a type.

use std::fmt;
use std::ops::Range;

use serde::de;

/// An error with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YamlError {
    kind: YamlErrorKind,
    span: Option<Range<usize>>,
}

/// The kinds of errors.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum YamlErrorKind {
    /// It is not YAML, or contains something that JSON does not have.
    #[error("{0}")]
    Syntax(String),
    /// A key stands twice in a map.
    #[error("`{0}` stands twice")]
    DuplicateKey(String),
    /// A member that the type does not have.
    #[error("unknown member `{name}`{}", listed(known))]
    UnknownMember {
        /// The member.
        name: String,
        /// The known members.
        known: &'static [&'static str],
    },
    /// A value that is none of a closed list.
    #[error("unknown value `{value}`{}", listed(known))]
    UnknownValue {
        /// The value.
        value: String,
        /// The known values.
        known: &'static [&'static str],
    },
    /// A member that the type needs.
    #[error("the member `{0}` is missing")]
    MissingMember(&'static str),
    /// A value of another type than is needed.
    #[error("{0} is needed here")]
    WrongType(String),
    /// A message of the type itself.
    #[error("{0}")]
    Other(String),
}

fn listed(known: &[&str]) -> String {
    if known.is_empty() { String::new() } else { format!("; there are: {}", known.join(", ")) }
}

impl YamlError {
    pub(super) fn new(kind: YamlErrorKind, span: Range<usize>) -> Self {
        Self { kind, span: Some(span) }
    }

    /// Sets the place, unless there is one: the innermost wrong value says most.
    pub(super) fn at(mut self, span: &Range<usize>) -> Self {
        self.span.get_or_insert_with(|| span.clone());
        self
    }

    /// The kind of error.
    #[must_use]
    pub fn kind(&self) -> &YamlErrorKind {
        &self.kind
    }

    /// Where, in bytes of the text.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.span.clone().unwrap_or_default()
    }
}

impl fmt::Display for YamlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl std::error::Error for YamlError {}

impl de::Error for YamlError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self { kind: YamlErrorKind::Other(message.to_string()), span: None }
    }

    fn invalid_type(_: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        let expected = expected.to_string();
        // In words that do not come from Rust.
        let words = match expected.as_str() {
            "a string" | "a borrowed string" => "a text",
            "a boolean" => "true or false",
            "u8" | "u16" | "u32" | "u64" | "usize" | "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
            "f32" | "f64" => "a number",
            other if other.starts_with("struct ") || other.starts_with("a map") => "a map",
            other if other.starts_with("a sequence") || other.starts_with("tuple ") => "a list",
            other => other,
        };
        Self { kind: YamlErrorKind::WrongType(words.to_owned()), span: None }
    }

    fn invalid_value(unexpected: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::invalid_type(unexpected, expected)
    }

    fn unknown_variant(value: &str, known: &'static [&'static str]) -> Self {
        Self { kind: YamlErrorKind::UnknownValue { value: value.to_owned(), known }, span: None }
    }

    fn unknown_field(name: &str, known: &'static [&'static str]) -> Self {
        Self { kind: YamlErrorKind::UnknownMember { name: name.to_owned(), known }, span: None }
    }

    fn missing_field(name: &'static str) -> Self {
        Self { kind: YamlErrorKind::MissingMember(name), span: None }
    }

    fn duplicate_field(name: &'static str) -> Self {
        Self { kind: YamlErrorKind::DuplicateKey(name.to_owned()), span: None }
    }
}
