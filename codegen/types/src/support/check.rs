//! Checks leniently read values against the spec.

use serde_json::{Map, Value};

use super::{Invalid, Nullable, Reason};

/// A type of an answer: it keeps values that the spec does not allow, and can report them.
pub trait Checked {
    /// Checks the value and all that is in it.
    ///
    /// # Errors
    ///
    /// When the spec does not allow a value; the error says which.
    fn check(&self) -> Result<(), Invalid>;

    /// Whether the spec allows the value and all that is in it.
    fn is_valid(&self) -> bool {
        self.check().is_ok()
    }
}

/// Checks a member of an object.
///
/// # Errors
///
/// Like [`Checked::check`]; the error's pointer includes the member.
pub fn check_member<T: Checked>(name: &str, value: &T) -> Result<(), Invalid> {
    value.check().map_err(|invalid| invalid.in_member(name))
}

/// Checks that an object has no members but the documented ones.
///
/// # Errors
///
/// When it has; the error names the first.
pub fn check_no_others(others: &Map<String, Value>) -> Result<(), Invalid> {
    match others.keys().next() {
        None => Ok(()),
        Some(name) => Err(Invalid::new(Reason::NotAllowed).in_member(name)),
    }
}

/// Without restrictions, the spec allows any text.
impl Checked for String {
    fn check(&self) -> Result<(), Invalid> {
        Ok(())
    }
}

/// Without restrictions, the spec allows any integer.
impl Checked for i64 {
    fn check(&self) -> Result<(), Invalid> {
        Ok(())
    }
}

/// Both values are allowed.
impl Checked for bool {
    fn check(&self) -> Result<(), Invalid> {
        Ok(())
    }
}

/// A schema without a type allows any value.
impl Checked for Value {
    fn check(&self) -> Result<(), Invalid> {
        Ok(())
    }
}

impl<T: Checked> Checked for Option<T> {
    fn check(&self) -> Result<(), Invalid> {
        self.as_ref().map_or(Ok(()), T::check)
    }
}

impl<T: Checked> Checked for Nullable<T> {
    fn check(&self) -> Result<(), Invalid> {
        self.value().map_or(Ok(()), T::check)
    }
}

impl<T: Checked> Checked for Vec<T> {
    fn check(&self) -> Result<(), Invalid> {
        self.iter()
            .enumerate()
            .try_for_each(|(index, element)| element.check().map_err(|invalid| invalid.in_element(index)))
    }
}
