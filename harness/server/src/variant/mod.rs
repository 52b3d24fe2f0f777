//! Variants: servers that differ from the default one and are equally correct.
//!
//! Each is an entry of one table ([`Variant::all`]), with the source that leaves it open. A variant changes a
//! [`Variation`], which the server is then built with. A few places apply it: the steps of `create.rs` the policy,
//! `sessions.rs` the demands on tokens, `answers.rs` the content and the JSON of answers, `around.rs` what a proxy
//! would do, and `connection.rs` how HTTP/1 is written. The usual path does not know variants: an answer is built as
//! usual, and changed when it is finished.
//!
//! A mistake is not a variant, but a fault.

mod answers;
mod around;
mod connection;
mod content;
mod people;
mod refusals;
mod table;
mod wire;
mod writing;

use std::fmt;

use uuid::Uuid;

use crate::demands::Demands;
use crate::edition::Edition;
use crate::policy::Policy;

/// The number of users if not every UUID is one: enough for the largest group, and for every CONTACT of a run.
const CLOSED_USERS: u128 = 1024;

pub(crate) use answers::{Answers, RequestOutcome};
pub(crate) use around::around;
pub(crate) use connection::serve as serve_by_hand;
pub(crate) use wire::{Http1, Wire};

/// A named legal difference from the server's usual behaviour.
#[derive(Debug, Clone, Copy)]
pub struct Variant {
    /// Its name.
    pub name: &'static str,
    /// What the server does, in one sentence.
    pub description: &'static str,
    /// The editions that allow it.
    pub editions: &'static [Edition],
    /// The source that allows it.
    pub source: VariantSource,
    /// The ids of the requirements that do not pass in a run: recommendations (`should`) that the server does not
    /// follow, and requirements that it does not show, so that they stay undecided. It breaks no must: else it would
    /// not be a variant.
    pub unfollowed: &'static [&'static str],
    change: fn(&mut Variation),
}

/// The source that allows a variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VariantSource {
    /// A section of an RFC.
    Rfc(u16, &'static str),
    /// A reading of the spec, by its id.
    Reading(&'static str),
    /// A sentence from a source of the spec: the document's name, and the sentence.
    Sentence(&'static str, &'static str),
    /// A requirement of the spec, by its id, which demands nothing about it.
    Requirement(&'static str),
}

impl fmt::Display for VariantSource {
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
    /// A row of the table.
    const fn new(
        name: &'static str,
        description: &'static str,
        editions: &'static [Edition],
        source: VariantSource,
        change: fn(&mut Variation),
    ) -> Self {
        Self { name, description, editions, source, unfollowed: &[], change }
    }

    /// Sets the requirements that do not pass.
    const fn without(mut self, unfollowed: &'static [&'static str]) -> Self {
        self.unfollowed = unfollowed;
        self
    }

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

/// The legal differences of a server from its usual behaviour.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Variation {
    pub(crate) policy: Policy,
    pub(crate) demands: Demands,
    pub(crate) answers: Answers,
    pub(crate) wire: Wire,
    /// Whether only the users of [`Variation::users`] and the callers exist.
    pub(crate) closed_users: bool,
}

impl Variation {
    /// The users who exist besides the callers, if not every UUID is a user.
    #[must_use]
    pub fn users(&self) -> Option<Vec<Uuid>> {
        // Spread over all UUIDs, so that for any caller some peers sort before it and some after it.
        let user = |at: u128| Uuid::from_u128((at << 118) | 0x4000_8000_0000_0000_0000 | at);
        self.closed_users.then(|| (0..CLOSED_USERS).map(user).collect())
    }

    /// The path prefix of the server's endpoints; empty, or with a leading slash.
    #[must_use]
    pub fn prefix(&self) -> &'static str {
        self.wire.around.prefix
    }

    /// Whether only signed tokens show the difference.
    #[must_use]
    pub fn is_about_signed_tokens(&self) -> bool {
        self.demands.are_of_signed_tokens() || self.policy.token_again != Policy::default().token_again
    }

    /// Whether the server speaks only HTTP/2, from the first byte.
    #[must_use]
    pub fn is_http2(&self) -> bool {
        self.wire.http2
    }

    /// Combines variants.
    ///
    /// # Errors
    /// When one of them does not belong to the edition, or two contradict each other: their order would matter, or one
    /// would have no effect besides the other.
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
                let both = in_order(variant, other);
                if both != in_order(other, variant) || both.wire.is_idle_in_part() {
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
    /// The edition does not allow the variant.
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
            assert!(is_kebab(variant.name), "{} has more than a-z, digits and hyphens", variant.name);
            assert!(!variant.editions.is_empty(), "{} has no edition", variant.name);
            assert!(!variant.description.ends_with('.'), "the description of {} ends with a full stop", variant.name);
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
    fn what_would_do_nothing_beside_another_is_not_combined() {
        let variant = |name| Variant::named(name).expect("a variant");
        for (one, other, goes) in [
            ("http-2", "chunked", false),
            ("http-2", "closes-idle", false),
            ("http-2", "throttled", true),
            ("http-1-0", "chunked", false),
            ("http-1-0", "until-close", true),
            ("until-close", "closes-after-ten", false),
            ("closes-after-each", "closes-idle", false),
            ("closes-after-ten", "closes-idle", true),
            ("large-bodies-unread", "large-bodies-413", false),
        ] {
            for both in [[variant(one), variant(other)], [variant(other), variant(one)]] {
                assert_eq!(Variation::combined(Edition::E2026, &both).is_ok(), goes, "{one}, {other}");
            }
        }
    }

    #[test]
    fn a_variant_belongs_to_its_editions() {
        let other = Variant::named("full-group-refused").expect("a variant");
        let error = Variation::combined(Edition::E2018, &[other]).expect_err("of another edition");
        assert_eq!(error.to_string(), "the variant full-group-refused is not legal in edition 2018");
    }
}
