//! The editions of the API.

use std::fmt;
use std::str::FromStr;

/// A generation of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Edition {
    /// The page of 2018, and the pages published with it.
    E2018,
    /// The official documentation of 2026-07.
    E2026,
}

impl Edition {
    /// All editions, the oldest first.
    pub const ALL: [Self; 2] = [Self::E2018, Self::E2026];

    /// Its name: the year.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::E2018 => "2018",
            Self::E2026 => "2026",
        }
    }
}

impl fmt::Display for Edition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Edition {
    type Err = UnknownEdition;
    fn from_str(text: &str) -> Result<Self, UnknownEdition> {
        Self::ALL
            .into_iter()
            .find(|edition| edition.as_str() == text)
            .ok_or_else(|| UnknownEdition { text: text.to_owned() })
    }
}

/// A text is not the name of an edition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownEdition {
    text: String,
}

impl fmt::Display for UnknownEdition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is not an edition: expected 2018 or 2026", self.text)
    }
}

impl std::error::Error for UnknownEdition {}
