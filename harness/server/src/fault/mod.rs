//! Faults: deliberate deviations, each a small mistake that an implementer could make, one at a time and by name.
//!
//! A fault is a row of the table: what it is called, what it does, which requirement it breaks, and what else it breaks
//! as a consequence. What it does is a few [`Hook`]s into the seams of the server; the server's own code knows the
//! seams and no fault. Faults show that each requirement is checked, and people try their own gates with them.
//!
//! It judges nothing: that a fault breaks what its row says is for the kill matrix (docs/kill-matrix.md).

mod edit;
mod hook;
mod seams;
mod table;

use crate::edition::Edition;

pub(crate) use hook::{Contact, FaultContext, GroupParts, Hook};
pub(crate) use seams::{SeamPass, Seams};

/// A deliberate deviation.
#[derive(Debug)]
pub struct Fault {
    name: &'static str,
    description: &'static str,
    editions: &'static [Edition],
    breaks: &'static str,
    consequences: &'static [Consequence],
    hooks: &'static [Hook],
    /// When the hooks act; always where there is nothing.
    when: Option<fn(&FaultContext) -> bool>,
}

/// Another requirement that a fault breaks, since it cannot break its own alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Consequence {
    /// The requirement's id in spec/requirements.yaml, or a reading's.
    pub requirement: &'static str,
    /// Why it breaks too.
    pub reason: &'static str,
}

impl Fault {
    /// All of them: by what they break, in the order of the spec's areas; those that show only sometimes are last.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        table::ALL.iter().flat_map(|faults| faults.iter())
    }

    /// The one with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::all().find(|fault| fault.name == name)
    }

    /// What it is called: words in lower case, with hyphens between them.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// What the server does wrong, in a sentence.
    #[must_use]
    pub fn description(&self) -> &'static str {
        self.description
    }

    /// The editions in which it is a mistake.
    #[must_use]
    pub fn editions(&self) -> &'static [Edition] {
        self.editions
    }

    /// The requirement that it breaks: an id in spec/requirements.yaml.
    #[must_use]
    pub fn breaks(&self) -> &'static str {
        self.breaks
    }

    /// What else it may break.
    #[must_use]
    pub fn consequences(&self) -> &'static [Consequence] {
        self.consequences
    }
}
