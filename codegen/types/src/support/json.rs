//! Reads types from JSON, with the place of each error.
//!
//! A `serde` error is a text that cannot say in which member it arose. So the types read a [`Value`], and their
//! `Deserialize` uses that.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::{Invalid, Reason};

/// A type that is read from a JSON value.
pub trait FromJson: Sized {
    /// Reads a value.
    ///
    /// # Errors
    ///
    /// When the value is not of this type; the error says where.
    fn from_json(value: Value) -> Result<Self, Invalid>;
}

/// The `Deserialize` of every type that is read from a JSON value.
///
/// # Errors
///
/// When the text is not JSON, or the value is not of the type.
pub fn deserialize<'de, T: FromJson, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::from_json(Value::deserialize(deserializer)?).map_err(D::Error::custom)
}

/// The members of an object that is being read.
#[derive(Debug)]
pub struct Members(Map<String, Value>);

impl Members {
    /// The members of a value that must be an object.
    ///
    /// # Errors
    ///
    /// When it is not an object.
    pub fn of(value: Value) -> Result<Self, Invalid> {
        match value {
            Value::Object(members) => Ok(Self(members)),
            other => Err(Invalid::wrong_type("an object", &other)),
        }
    }

    /// Takes a member that must be there.
    ///
    /// # Errors
    ///
    /// When it is not there, or not of the type.
    pub fn required<T: FromJson>(&mut self, name: &str) -> Result<T, Invalid> {
        self.optional(name)?.ok_or_else(|| Invalid::new(Reason::Missing).in_member(name))
    }

    /// Takes a member that may be absent. Null counts as a value, which the type may accept.
    ///
    /// # Errors
    ///
    /// When it is there and not of the type.
    pub fn optional<T: FromJson>(&mut self, name: &str) -> Result<Option<T>, Invalid> {
        self.0.remove(name).map(T::from_json).transpose().map_err(|invalid| invalid.in_member(name))
    }

    /// Ends the reading of an object that has no other members.
    ///
    /// # Errors
    ///
    /// When there is a member that was not taken.
    pub fn none_left(self) -> Result<(), Invalid> {
        super::check_no_others(&self.0)
    }

    /// The members that were not taken.
    #[must_use]
    pub fn rest(self) -> Map<String, Value> {
        self.0
    }
}

/// Reads a value.
///
/// # Errors
///
/// When it is not of the type.
pub fn read<T: FromJson>(value: Value) -> Result<T, Invalid> {
    T::from_json(value)
}

impl FromJson for Value {
    fn from_json(value: Value) -> Result<Self, Invalid> {
        Ok(value)
    }
}

impl FromJson for String {
    fn from_json(value: Value) -> Result<Self, Invalid> {
        match value {
            Value::String(text) => Ok(text),
            other => Err(Invalid::wrong_type("a string", &other)),
        }
    }
}

impl FromJson for bool {
    fn from_json(value: Value) -> Result<Self, Invalid> {
        value.as_bool().ok_or_else(|| Invalid::wrong_type("a boolean", &value))
    }
}

impl FromJson for i64 {
    /// An integer of JSON Schema: 2.0 is one too.
    fn from_json(value: Value) -> Result<Self, Invalid> {
        let Value::Number(number) = &value else {
            return Err(Invalid::wrong_type("an integer", &value));
        };
        if let Some(integer) = number.as_i64() {
            return Ok(integer);
        }
        match number.as_f64() {
            Some(float) if float.fract() != 0.0 => {
                Err(Invalid::new(Reason::Type { expected: "an integer", found: "a number with a fraction" }))
            }
            // Every float below 2^63 in magnitude that has no fraction is an i64.
            Some(float) if float.abs() < 9_223_372_036_854_775_808.0 => Ok(float as i64),
            _ => Err(Invalid::new(Reason::OutOfRange)),
        }
    }
}

impl<T: FromJson> FromJson for Vec<T> {
    fn from_json(value: Value) -> Result<Self, Invalid> {
        let Value::Array(elements) = value else {
            return Err(Invalid::wrong_type("an array", &value));
        };
        let element = |(index, value)| T::from_json(value).map_err(|invalid: Invalid| invalid.in_element(index));
        elements.into_iter().enumerate().map(element).collect()
    }
}
