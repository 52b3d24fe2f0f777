//! A UUID as text, in its original spelling.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::{Format, FromJson, Invalid, deserialize};

/// A hyphenated UUID, kept as it was written: JSON Schema's `format: uuid` allows upper case too.
///
/// ```
/// use mixinspec_types::UuidText;
///
/// let id: UuidText = "8DCF823D-9EB3-4DA2-8734-F0AAD50C0DA6".parse()?;
/// assert_eq!(id.as_str(), "8DCF823D-9EB3-4DA2-8734-F0AAD50C0DA6");
/// assert_eq!(id.uuid().to_string(), "8dcf823d-9eb3-4da2-8734-f0aad50c0da6");
/// assert!("{8dcf823d-9eb3-4da2-8734-f0aad50c0da6}".parse::<UuidText>().is_err());
/// # Ok::<(), mixinspec_types::Invalid>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(into = "String")]
pub struct UuidText {
    text: String,
    uuid: Uuid,
}

impl UuidText {
    /// The text in its original spelling.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The UUID.
    #[must_use]
    pub fn uuid(&self) -> Uuid {
        self.uuid
    }
}

impl TryFrom<String> for UuidText {
    type Error = Invalid;
    fn try_from(text: String) -> Result<Self, Invalid> {
        Format::Uuid.check(&text)?;
        let uuid = Uuid::try_parse(&text).map_err(|_| Format::Uuid.invalid())?;
        Ok(Self { text, uuid })
    }
}

impl TryFrom<&str> for UuidText {
    type Error = Invalid;
    fn try_from(text: &str) -> Result<Self, Invalid> {
        text.to_owned().try_into()
    }
}

impl FromStr for UuidText {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        text.try_into()
    }
}

impl From<Uuid> for UuidText {
    fn from(uuid: Uuid) -> Self {
        Self { text: uuid.to_string(), uuid }
    }
}

impl From<UuidText> for String {
    fn from(id: UuidText) -> Self {
        id.text
    }
}

impl AsRef<str> for UuidText {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for UuidText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromJson for UuidText {
    fn from_json(value: Value) -> Result<Self, Invalid> {
        String::from_json(value)?.try_into()
    }
}

impl<'de> Deserialize<'de> for UuidText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize(deserializer)
    }
}
