//! Errors: what is wrong with a value, and where.

use std::fmt;

use serde_json::Value;

/// A value that the spec does not allow: its place, and the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    pointer: String,
    reason: Reason,
}

/// The reason why a value is not allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The member is required and not there.
    Missing,
    /// The member is not allowed.
    NotAllowed,
    /// Another JSON type is expected.
    Type {
        /// The type that is expected, with its article.
        expected: &'static str,
        /// The type that was found, with its article.
        found: &'static str,
    },
    /// An integer that does not fit into 64 bits.
    OutOfRange,
    /// Not one of the values that are allowed.
    NotOneOf {
        /// The values that are allowed, as JSON.
        allowed: Vec<String>,
        /// The value that was found, as JSON.
        found: String,
    },
    /// Equal to an element before it.
    Repeated,
    /// The text does not match the pattern.
    Pattern(&'static str),
    /// The text is not of the format.
    Format(&'static str),
    /// Too small: a length in characters, a number of elements, or a number.
    TooSmall {
        /// What is counted.
        what: &'static str,
        /// The smallest value that is allowed.
        min: i64,
        /// The value that was found.
        found: i64,
    },
    /// Too large: a length in characters, a number of elements, or a number.
    TooLarge {
        /// What is counted.
        what: &'static str,
        /// The largest value that is allowed.
        max: i64,
        /// The value that was found.
        found: i64,
    },
}

impl Invalid {
    /// A value is invalid as a whole.
    #[must_use]
    pub fn new(reason: Reason) -> Self {
        Self { pointer: String::new(), reason }
    }

    /// The JSON Pointer to what is invalid; empty for the value as a whole.
    #[must_use]
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// The reason.
    #[must_use]
    pub fn reason(&self) -> &Reason {
        &self.reason
    }

    /// The same, seen from the object that has the value as this member.
    pub(crate) fn in_member(mut self, name: &str) -> Self {
        let token = name.replace('~', "~0").replace('/', "~1");
        self.pointer.insert_str(0, &format!("/{token}"));
        self
    }

    /// The same, seen from the array that has the value as this element.
    pub(crate) fn in_element(mut self, index: usize) -> Self {
        self.pointer.insert_str(0, &format!("/{index}"));
        self
    }

    pub(crate) fn wrong_type(expected: &'static str, found: &Value) -> Self {
        let found = match found {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "an array",
            Value::Object(_) => "an object",
        };
        Self::new(Reason::Type { expected, found })
    }

    /// A value is not one of those that are allowed.
    #[must_use]
    pub fn not_one_of<T>(allowed: &[T], found: impl Into<Value>) -> Self
    where
        T: Copy + Into<Value>,
    {
        let allowed = allowed.iter().map(|value| (*value).into().to_string()).collect();
        Self::new(Reason::NotOneOf { allowed, found: found.into().to_string() })
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.pointer.is_empty() {
            write!(f, "{}: ", self.pointer)?;
        }
        self.reason.fmt(f)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("required, but missing"),
            Self::NotAllowed => f.write_str("not allowed here"),
            Self::Type { expected, found } => write!(f, "expected {expected}, found {found}"),
            Self::OutOfRange => f.write_str("an integer beyond 64 bits"),
            Self::NotOneOf { allowed, found } => {
                write!(f, "expected {}, found {}", allowed.join(" or "), excerpt(found))
            }
            Self::Repeated => f.write_str("equal to an element before it"),
            Self::Pattern(pattern) => write!(f, "does not match {pattern}"),
            Self::Format(format) => write!(f, "is not a {format}"),
            Self::TooSmall { what, min, found } => write!(f, "{what} {found} is less than {min}"),
            Self::TooLarge { what, max, found } => write!(f, "{what} {found} is more than {max}"),
        }
    }
}

/// The beginning of a value: it may be a megabyte long.
fn excerpt(text: &str) -> String {
    const SHOWN: usize = 60;
    match text.char_indices().nth(SHOWN) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

impl std::error::Error for Invalid {}
