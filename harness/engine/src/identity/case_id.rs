//! The ids of cases: `REQUIREMENT/NAME`. The name of a generated case ends in a number, after the generator's stem:
//! `walk/group-generated-7`, or `walk/group-later-7` where the end of a walk is repeated.

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
    /// The part before it: the same for all cases of one generator.
    pub stem: &'a str,
    /// The number of the case.
    pub number: u64,
    /// Whether the case repeats the end of a walk.
    pub later: bool,
}

impl CaseId {
    /// The id of a case of a requirement or reading.
    #[must_use]
    pub fn new(requirement: &str, name: impl fmt::Display) -> Self {
        Self(format!("{requirement}/{name}"))
    }

    /// The id of a generated case; `number` may be a letter that stands for any number.
    #[must_use]
    pub fn generated(stem: impl fmt::Display, number: impl fmt::Display) -> Self {
        Self(format!("{stem}{GENERATED}{number}"))
    }

    /// The id of a case that repeats the end of a walk.
    #[must_use]
    pub fn later(stem: impl fmt::Display, number: u64) -> Self {
        Self(format!("{stem}{LATER}{number}"))
    }

    /// The id as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The requirement or reading of the case, or its kind of walk.
    #[must_use]
    pub fn requirement(&self) -> &str {
        self.0.split_once('/').map_or(&self.0, |(requirement, _)| requirement)
    }

    /// The name of the case within its requirement.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.0.split_once('/').map(|(_, name)| name)
    }

    /// The number of a generated case, with its stem.
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
