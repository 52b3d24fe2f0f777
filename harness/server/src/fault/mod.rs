//! Faults: deliberate deviations, each with a name, and each a small mistake that an implementer could make. A server
//! has at most one.
//!
//! A fault is a row of the table: its name, its description, its hooks, the requirement that it breaks, and what else
//! it breaks as a consequence. The [`Hook`]s act at the seams of the server; the server's own code knows the seams and
//! no fault. Faults prove that each requirement is checked, and people can test their own gates with them.
//!
//! Nothing here judges: the kill matrix (docs/kill-matrix.md) proves that a fault breaks what its row says.

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
    /// The condition under which the hooks act; `None` means always.
    when: Option<fn(&FaultContext) -> bool>,
}

/// Another requirement that a fault breaks, because it cannot break its own alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Consequence {
    /// The requirement's id in spec/requirements.yaml, or a reading's.
    pub requirement: &'static str,
    /// Why it breaks, too.
    pub reason: &'static str,
}

impl Fault {
    /// All faults, sorted by what they break, in the order of the spec's areas; those that show only sometimes are
    /// last.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        table::ALL.iter().flat_map(|faults| faults.iter())
    }

    /// The fault with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::all().find(|fault| fault.name == name)
    }

    /// Its name, in kebab case.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The mistake of the server, in a sentence.
    #[must_use]
    pub fn description(&self) -> &'static str {
        self.description
    }

    /// The editions in which it is a mistake.
    #[must_use]
    pub fn editions(&self) -> &'static [Edition] {
        self.editions
    }

    /// The id of the requirement in spec/requirements.yaml that it breaks.
    #[must_use]
    pub fn breaks(&self) -> &'static str {
        self.breaks
    }

    /// The other requirements that it may break.
    #[must_use]
    pub fn consequences(&self) -> &'static [Consequence] {
        self.consequences
    }
}
