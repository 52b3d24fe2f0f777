//! A value that may be null, as distinct from one that may be absent.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::{FromJson, Invalid, deserialize};

/// A value that may be null. ([`Option`] is for members that may be absent.)
///
/// ```
/// use mixinspec_types::Nullable;
///
/// let sent: Option<Nullable<String>> = Some(Nullable::Null);
/// assert_eq!(sent.as_ref().and_then(Nullable::value), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Nullable<T> {
    /// JSON's null.
    Null,
    /// A value.
    Value(T),
}

impl<T> Nullable<T> {
    /// The value, unless it is null.
    #[must_use]
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Null => None,
            Self::Value(value) => Some(value),
        }
    }

    /// The value, unless it is null.
    #[must_use]
    pub fn into_value(self) -> Option<T> {
        match self {
            Self::Null => None,
            Self::Value(value) => Some(value),
        }
    }
}

impl<T> From<T> for Nullable<T> {
    fn from(value: T) -> Self {
        Self::Value(value)
    }
}

impl<T: FromJson> FromJson for Nullable<T> {
    fn from_json(value: Value) -> Result<Self, Invalid> {
        if value.is_null() { Ok(Self::Null) } else { T::from_json(value).map(Self::Value) }
    }
}

impl<T: Serialize> Serialize for Nullable<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Value(value) => value.serialize(serializer),
        }
    }
}

impl<'de, T: FromJson> Deserialize<'de> for Nullable<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize(deserializer)
    }
}
