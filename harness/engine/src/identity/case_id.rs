//! What a case is called: `REQUIREMENT/NAME`. Of a generated one the name ends in a number, after what says how it came
//! about: `walk/group-generated-7`, or `walk/group-later-7` where the end of a walk comes once more.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

const GENERATED: &str = "-generated-";
const LATER: &str = "-later-";

/// The id of a case.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct CaseId(String);

/// The end of a generated case's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numbered<'a> {
    /// What stands before it: the same for all cases that are generated alike.
    pub stem: &'a str,
    /// Which of them it is.
    pub number: u64,
    /// Whether it is the end of a walk once more.
    pub later: bool,
}

impl CaseId {
    /// The id of a case of a requirement or reading.
    #[must_use]
    pub fn new(requirement: &str, name: impl fmt::Display) -> Self {
        Self(format!("{requirement}/{name}"))
    }

    /// The id of a generated case; a letter in place of the number stands for any.
    #[must_use]
    pub fn generated(stem: impl fmt::Display, number: impl fmt::Display) -> Self {
        Self(format!("{stem}{GENERATED}{number}"))
    }

    /// The id of the end of a walk that comes once more.
    #[must_use]
    pub fn later(stem: impl fmt::Display, number: u64) -> Self {
        Self(format!("{stem}{LATER}{number}"))
    }

    /// The id as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The requirement or reading that it is a case of, or the kind of walk.
    #[must_use]
    pub fn requirement(&self) -> &str {
        self.0.split_once('/').map_or(&self.0, |(requirement, _)| requirement)
    }

    /// Its name within the requirement.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.0.split_once('/').map(|(_, name)| name)
    }

    /// Its end, where it is generated.
    #[must_use]
    pub fn numbered(&self) -> Option<Numbered<'_>> {
        [(GENERATED, false), (LATER, true)].into_iter().find_map(|(separator, later)| {
            let (stem, number) = self.0.rsplit_once(separator)?;
            Some(Numbered { stem, number: number.parse().ok()?, later })
        })
    }
}

impl fmt::Display for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl From<String> for CaseId {
    fn from(id: String) -> Self {
        Self(id)
    }
}

impl From<&str> for CaseId {
    fn from(id: &str) -> Self {
        Self(id.to_owned())
    }
}

impl PartialEq<str> for CaseId {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<&str> for CaseId {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_its_parts() {
        let id = CaseId::new("name-echoed", "plain");
        assert_eq!((id.requirement(), id.name(), id.numbered()), ("name-echoed", Some("plain"), None));
        let id = CaseId::generated("walk/group", 7);
        assert_eq!(id, "walk/group-generated-7");
        assert_eq!(id.numbered(), Some(Numbered { stem: "walk/group", number: 7, later: false }));
        let id = CaseId::later("walk/group", 7);
        assert_eq!(id.numbered(), Some(Numbered { stem: "walk/group", number: 7, later: true }));
        assert_eq!(CaseId::generated("walk/group", "N").numbered(), None);
        assert_eq!((CaseId::from("all").requirement(), CaseId::from("all").name()), ("all", None));
    }
}
