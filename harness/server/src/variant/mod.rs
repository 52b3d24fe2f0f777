//! Variants: servers that differ from this one and are as correct.
//!
//! Each is an entry of one table ([`Variant::all`]), with the source that leaves it open. A variant changes a
//! [`Variation`], which the server is then made with; what a variation means stands in few places: a policy in the steps
//! of `create.rs`, what an answer says and how its JSON is written in `answers.rs`. The correct path knows nothing of
//! variants: an answer is made as usual, and changed when it is finished.
//!
//! What would be wrong is not a variant.

mod answers;
mod content;
mod table;
mod writing;

use std::fmt;

use crate::edition::Edition;
use crate::policy::Policy;

pub(crate) use answers::Answers;

/// A legal difference from what this server usually does, by name.
#[derive(Debug, Clone, Copy)]
pub struct Variant {
    /// Its name.
    pub name: &'static str,
    /// What the server does, in one sentence.
    pub description: &'static str,
    /// The editions that leave it open.
    pub editions: &'static [Edition],
    /// What leaves it open.
    pub source: Source,
    change: fn(&mut Variation),
}

/// What leaves a variant open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A section of an RFC.
    Rfc(u16, &'static str),
    /// A reading of the spec, by its id.
    Reading(&'static str),
    /// A sentence of one of the spec's sources: the document's name, and the sentence.
    Sentence(&'static str, &'static str),
    /// A requirement of the spec, by its id: it demands something else, and no more.
    Requirement(&'static str),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rfc(number, section) => write!(f, "RFC {number}, section {section}"),
            Self::Reading(id) => write!(f, "reading {id}"),
            Self::Sentence(document, sentence) => write!(f, "{document}: \u{201c}{sentence}\u{201d}"),
            Self::Requirement(id) => write!(f, "no more than requirement {id}"),
        }
    }
}

impl Variant {
    /// All variants, in the order of the table.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        table::ALL.iter().copied().flatten()
    }

    /// The variant with a name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::all().find(|variant| variant.name == name)
    }
}

/// How a server differs from what it usually does, in legal ways.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Variation {
    pub(crate) policy: Policy,
    pub(crate) answers: Answers,
}

impl Variation {
    /// Variants combined.
    ///
    /// # Errors
    /// When one of them is not of the edition, or two contradict each other: then it would depend on their order what
    /// the server does.
    pub fn combined(edition: Edition, variants: &[&Variant]) -> Result<Self, NotCombined> {
        let mut all = Self::default();
        for (at, variant) in variants.iter().enumerate() {
            if !variant.editions.contains(&edition) {
                return Err(NotCombined::Edition { name: variant.name, edition });
            }
            for other in &variants[..at] {
                let in_order = |first: &Variant, second: &Variant| {
                    let mut both = Self::default();
                    (first.change)(&mut both);
                    (second.change)(&mut both);
                    both
                };
                if in_order(variant, other) != in_order(other, variant) {
                    return Err(NotCombined::Contradiction { names: [other.name, variant.name] });
                }
            }
            (variant.change)(&mut all);
        }
        Ok(all)
    }
}

/// Why variants cannot be combined.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotCombined {
    /// A variant is wrong in the edition.
    Edition {
        /// The variant's name.
        name: &'static str,
        /// The edition.
        edition: Edition,
    },
    /// Two variants contradict each other.
    Contradiction {
        /// Their names.
        names: [&'static str; 2],
    },
}

impl fmt::Display for NotCombined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Edition { name, edition } => write!(f, "the variant {name} is not legal in edition {edition}"),
            Self::Contradiction { names: [one, other] } => {
                write!(f, "the variants {one} and {other} contradict each other")
            }
        }
    }
}

impl std::error::Error for NotCombined {}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_variant_has_a_name_of_its_own_and_changes_something() {
        let mut names = BTreeSet::new();
        for variant in Variant::all() {
            assert!(names.insert(variant.name), "{} stands twice", variant.name);
            let is_kebab = |text: &str| text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            assert!(is_kebab(variant.name), "{}", variant.name);
            assert!(!variant.editions.is_empty(), "{}", variant.name);
            assert!(!variant.description.ends_with('.'), "{}", variant.name);
            for &edition in variant.editions {
                let varied = Variation::combined(edition, &[variant]).expect("of the edition");
                assert_ne!(varied, Variation::default(), "{} changes nothing", variant.name);
            }
        }
    }

    #[test]
    fn what_contradicts_each_other_is_not_combined() {
        let variant = |name| Variant::named(name).expect("a variant");
        let [seconds, micros] = ["times-in-seconds", "times-in-microseconds"].map(variant);
        let error = Variation::combined(Edition::E2026, &[seconds, micros]).expect_err("a contradiction");
        assert_eq!(error.to_string(), "the variants times-in-seconds and times-in-microseconds contradict each other");
        assert!(Variation::combined(Edition::E2026, &[seconds, variant("pretty-printed"), seconds]).is_ok());
    }

    #[test]
    fn a_variant_belongs_to_its_editions() {
        let other = Variant::named("full-group-refused").expect("a variant");
        let error = Variation::combined(Edition::E2018, &[other]).expect_err("of another edition");
        assert_eq!(error.to_string(), "the variant full-group-refused is not legal in edition 2018");
    }
}
