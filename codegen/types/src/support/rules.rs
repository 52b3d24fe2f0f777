//! Rules for texts, integers and arrays: both the check and the schema (schema.rs) are made from one value.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{Format, Invalid, Pattern, Reason};

/// The rules for a text.
#[derive(Debug)]
pub struct TextRules {
    /// The least number of characters (code points).
    pub min_length: Option<usize>,
    /// The largest number of characters (code points).
    pub max_length: Option<usize>,
    /// The pattern that matches it.
    pub pattern: Option<Pattern>,
    /// The format that it has.
    pub format: Option<Format>,
}

impl TextRules {
    /// Any text.
    pub const ANY: Self = Self { min_length: None, max_length: None, pattern: None, format: None };

    /// Checks a text.
    ///
    /// # Errors
    ///
    /// With the first rule that is broken.
    pub fn check(&self, text: &str) -> Result<(), Invalid> {
        if self.min_length.is_some() || self.max_length.is_some() {
            check_size("length", text.chars().count(), self.min_length, self.max_length)?;
        }
        if let Some(pattern) = &self.pattern
            && !pattern.matches(text)
        {
            return Err(Invalid::new(Reason::Pattern(pattern.text)));
        }
        self.format.map_or(Ok(()), |format| format.check(text))
    }
}

/// The rules for an integer.
#[derive(Debug)]
pub struct IntegerRules {
    /// The least value.
    pub minimum: Option<i64>,
    /// The largest value.
    pub maximum: Option<i64>,
}

impl IntegerRules {
    /// Any integer.
    pub const ANY: Self = Self { minimum: None, maximum: None };

    /// Checks an integer.
    ///
    /// # Errors
    ///
    /// With the rule that is broken.
    pub fn check(&self, found: i64) -> Result<(), Invalid> {
        if let Some(min) = self.minimum.filter(|min| found < *min) {
            return Err(Invalid::new(Reason::TooSmall { what: "the value", min, found }));
        }
        if let Some(max) = self.maximum.filter(|max| found > *max) {
            return Err(Invalid::new(Reason::TooLarge { what: "the value", max, found }));
        }
        Ok(())
    }
}

/// The rules for an array, without those for its elements.
#[derive(Debug)]
pub struct ArrayRules {
    /// The least number of elements.
    pub min_items: Option<usize>,
    /// The largest number of elements.
    pub max_items: Option<usize>,
    /// Whether no two elements are equal.
    pub unique_items: bool,
}

impl ArrayRules {
    /// Any array.
    pub const ANY: Self = Self { min_items: None, max_items: None, unique_items: false };

    /// Checks an array.
    ///
    /// # Errors
    ///
    /// With the first rule that is broken.
    pub fn check<T: Serialize>(&self, elements: &[T]) -> Result<(), Invalid> {
        check_size("the number of elements", elements.len(), self.min_items, self.max_items)?;
        if self.unique_items {
            let mut seen = BTreeSet::new();
            for (index, element) in elements.iter().enumerate() {
                // Objects have their members in order here, so equal elements have equal texts.
                let value = serde_json::to_value(element).unwrap_or_default();
                if !seen.insert(value.to_string()) {
                    return Err(Invalid::new(Reason::Repeated).in_element(index));
                }
            }
        }
        Ok(())
    }
}

fn check_size(what: &'static str, found: usize, min: Option<usize>, max: Option<usize>) -> Result<(), Invalid> {
    let number = |size: usize| i64::try_from(size).unwrap_or(i64::MAX);
    let found_number = number(found);
    if let Some(min) = min.filter(|min| found < *min) {
        return Err(Invalid::new(Reason::TooSmall { what, min: number(min), found: found_number }));
    }
    if let Some(max) = max.filter(|max| found > *max) {
        return Err(Invalid::new(Reason::TooLarge { what, max: number(max), found: found_number }));
    }
    Ok(())
}
