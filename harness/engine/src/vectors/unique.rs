//! Vectors of `unique_conversation_id`.
//!
//! Every kind of input has its own name and numbers, from which its ids are drawn: adding a kind or changing the number
//! of vectors changes no existing vector.

use std::collections::BTreeMap;

use md5::{Digest, Md5};
use mixinspec_spec::Spec;

use super::document::{UniqueVector, VectorResult};
use super::flags::Requirements;
use super::inputs::{DIGITS, Draw, MAX, NIL, SEED_USERS, is_user_id, spellings, with_character};
use super::published::PublishedPair;
use crate::identity::derivation::{Derivations, DeriveError};
use crate::vectors::{UNIQUE, unique_id};

/// Collects the vectors.
pub(crate) struct Unique<'a> {
    requirements: Requirements<'a>,
    derivations: &'a Derivations,
    near_misses: Vec<String>,
    draw: Draw,
    vectors: Vec<UniqueVector>,
}

/// The name, comment and flags of a vector.
#[derive(Clone, Copy)]
struct Label<'a> {
    id: &'a str,
    comment: &'a str,
    flags: &'a [&'a str],
    origins: &'a [String],
}

impl<'a> Label<'a> {
    fn new(id: &'a str, comment: &'a str, flags: &'a [&'a str]) -> Self {
        Self { id, comment, flags, origins: &[] }
    }
}

/// Generates about `count` vectors; at least all fixed ones.
///
/// # Errors
/// When the spec lacks the derivation.
pub(crate) fn vectors(
    spec: &Spec,
    derivations: &Derivations,
    seed: u64,
    count: usize,
    published: &[PublishedPair],
) -> Result<Vec<UniqueVector>, DeriveError> {
    let near_misses = derivations.near_misses(UNIQUE)?;
    let requirements = Requirements::of(spec, UNIQUE);
    let draw = Draw::new(seed, "unique-conversation-id");
    let mut all = Unique { requirements, derivations, near_misses, draw, vectors: Vec::new() };
    let flags: Vec<&str> = spec.inputs.published.flags.iter().map(String::as_str).collect();
    for PublishedPair { id, users: [a, b], origins } in published {
        all.add(Label { origins, ..Label::new(id, "Two texts of a published test.", &flags) }, a, b)?;
    }
    all.domain()?;
    all.stamps()?;
    all.other_spellings()?;
    all.other_texts()?;
    all.random(count)?;
    Ok(all.vectors)
}

impl Unique<'_> {
    fn add(&mut self, about: Label<'_>, a: &str, b: &str) -> Result<(), DeriveError> {
        let mut names: Vec<&str> = about.flags.to_vec();
        let valid = is_user_id(a) && is_user_id(b);
        if !valid {
            names.push("OutsideDomain");
        }
        let expected = unique_id(self.derivations, None, a, b)?;
        let mut near_misses = BTreeMap::new();
        for name in &self.near_misses {
            let wrong = unique_id(self.derivations, Some(name), a, b)?;
            if wrong != expected {
                near_misses.insert(name.clone(), wrong);
            }
        }
        self.vectors.push(UniqueVector {
            id: about.id.to_owned(),
            comment: about.comment.to_owned(),
            requirements: self.requirements.with(&names),
            flags: names.into_iter().map(str::to_owned).collect(),
            result: if valid { VectorResult::Valid } else { VectorResult::Acceptable },
            origins: about.origins.to_vec(),
            user_id: a.to_owned(),
            other_user_id: b.to_owned(),
            expected,
            near_misses,
        });
        Ok(())
    }

    /// The pair in both orders.
    fn both(&mut self, about: Label<'_>, a: &str, b: &str) -> Result<(), DeriveError> {
        let flags = [about.flags, &["BothOrders"]].concat();
        self.add(Label { flags: &flags, ..about }, a, b)?;
        let (id, comment) = (format!("{}-swapped", about.id), format!("{} The other way round.", about.comment));
        self.add(Label { id: &id, comment: &comment, flags: &flags, origins: about.origins }, b, a)
    }

    /// Pairs of user ids at which a comparison may go wrong.
    fn domain(&mut self) -> Result<(), DeriveError> {
        let [a, b] = SEED_USERS;
        self.both(Label::new("sample-0001", "The two users of the documentation's example.", &["Ordinary"]), a, b)?;

        for number in 1..=40 {
            let id = self.draw.id("same", number, "a");
            let name = format!("same-{number:04}");
            self.add(Label::new(&name, "A user with themselves.", &["SameUser"]), &id, &id)?;
        }
        for number in 1..=60 {
            let a = self.draw.id("last-digit", number, "a");
            let digit = "0123456789abcdef".chars().filter(|c| !a.ends_with(*c)).nth(number % 15).unwrap_or('0');
            let b = with_character(&a, 35, digit);
            let name = format!("last-digit-{number:04}");
            self.both(Label::new(&name, "Equal up to the last digit.", &["LastDigit"]), &a, &b)?;
        }
        for (at, place) in DIGITS.into_iter().enumerate() {
            let number = at + 1;
            let drawn = self.draw.id("position", number, "a");
            for (kind, low, high, flag) in
                [("position", '9', 'a', "DigitAgainstLetter"), ("high-bit", '7', '8', "HighBit")]
            {
                let name = format!("{kind}-{number:04}");
                let comment = format!("Differ in digit {number} of 32 alone: {low} against {high}.");
                let flags = ["OnePosition", flag];
                let about = Label::new(&name, &comment, &flags);
                self.both(about, &with_character(&drawn, place, low), &with_character(&drawn, place, high))?;
            }
        }
        let random = self.draw.id("nil-or-max", 1, "a");
        let pairs = [(NIL, MAX), (NIL, random.as_str()), (random.as_str(), MAX), (NIL, NIL), (MAX, MAX)];
        for (at, (a, b)) in pairs.into_iter().enumerate() {
            let name = format!("nil-or-max-{:04}", at + 1);
            let about = Label::new(&name, "With the nil or the max UUID.", &["NilOrMax"]);
            if a == b { self.add(about, a, b)? } else { self.both(about, a, b)? }
        }
        for (number, version) in "0123456789abcdef".chars().enumerate() {
            let [a, b] = ["a", "b"].map(|label| with_character(&self.draw.id("version", number, label), 14, version));
            let name = format!("version-{number:04}");
            self.both(Label::new(&name, &format!("User ids of version {version}."), &["AnyVersion"]), &a, &b)?;
            let [a, b] = ["a", "b"].map(|label| with_character(&self.draw.id("variant", number, label), 19, version));
            let name = format!("variant-{number:04}");
            let comment = format!("User ids with {version} where the variant goes.");
            self.both(Label::new(&name, &comment, &["AnyVersion"]), &a, &b)?;
        }
        Ok(())
    }

    /// Pairs whose hashes cover every value of the version and variant digits, and have a byte below 16 at every
    /// position.
    fn stamps(&mut self) -> Result<(), DeriveError> {
        for nibble in 0..16_u8 {
            let number = usize::from(nibble) + 1;
            let (a, b) = self.hash_with("hash-version", number, |hash| hash[6] >> 4 == nibble);
            let flag = if nibble == 3 { "VersionPresent" } else { "VersionStamp" };
            let comment = format!("The hash has {nibble:x} where the version 3 goes.");
            self.both(Label::new(&format!("hash-version-{number:04}"), &comment, &[flag]), &a, &b)?;

            let (a, b) = self.hash_with("hash-variant", number, |hash| hash[8] >> 4 == nibble);
            let flag = if nibble >> 2 == 2 { "VariantPresent" } else { "VariantStamp" };
            let comment = format!("The hash has the bits {:02b} where the variant bits 10 go.", nibble >> 2);
            self.both(Label::new(&format!("hash-variant-{number:04}"), &comment, &[flag]), &a, &b)?;
        }
        for at in (0..16).filter(|at| !matches!(at, 6 | 8)) {
            let (a, b) = self.hash_with("leading-zero", at + 1, |hash| hash[at] < 16);
            let name = format!("leading-zero-{:04}", at + 1);
            let comment = format!("Byte {at} of the id is below 16.");
            self.both(Label::new(&name, &comment, &["LeadingZero"]), &a, &b)?;
        }
        Ok(())
    }

    /// The first pair of this kind and number with such a hash. One in four to sixteen pairs has it, so 4096 tries
    /// suffice; if they did not, the comment would promise more than the vector holds, and a test would find that.
    fn hash_with(&self, kind: &str, number: usize, wanted: impl Fn(&[u8; 16]) -> bool) -> (String, String) {
        let pair = |attempt: usize| {
            let label = |side: &str| format!("{side}/{attempt}");
            (self.draw.id(kind, number, &label("a")), self.draw.id(kind, number, &label("b")))
        };
        let fits = |(a, b): &(String, String)| {
            let (first, second) = if a <= b { (a, b) } else { (b, a) };
            wanted(&Md5::new().chain_update(first).chain_update(second).finalize().into())
        };
        (0..4096).map(pair).find(fits).unwrap_or_else(|| pair(0))
    }

    /// UUIDs in other spellings than the spec's.
    fn other_spellings(&mut self) -> Result<(), DeriveError> {
        let upper = |id: &str| id.to_ascii_uppercase();
        let [a, b] = SEED_USERS;
        self.both(
            Label::new("sample-0002", "The example's users in upper case.", &["UpperCase"]),
            &upper(a),
            &upper(b),
        )?;
        for number in 1..=20 {
            let [a, b] = ["a", "b"].map(|label| self.draw.id("upper-case", number, label));
            let name = format!("upper-case-{number:04}");
            self.both(Label::new(&name, "Both in upper case.", &["UpperCase"]), &upper(&a), &upper(&b))?;
            let [a, b] = ["a", "b"].map(|label| self.draw.id("one-upper-case", number, label));
            let name = format!("one-upper-case-{number:04}");
            self.both(Label::new(&name, "One in upper case.", &["UpperCase"]), &upper(&a), &b)?;
        }
        for number in 1..=20 {
            let drawn = ["a", "b"].map(|label| self.draw.id("case-order", number, label));
            let (a, b) = (with_character(&drawn[0], 0, 'a'), with_character(&drawn[1], 0, 'b'));
            let name = format!("case-order-{number:04}");
            let comment = "The one with b in upper case: B sorts before a, and b after it.";
            self.both(Label::new(&name, comment, &["UpperCase", "CaseDecidesOrder"]), &a, &upper(&b))?;
        }
        for number in 1..=3 {
            let [a, b] = ["a", "b"].map(|label| self.draw.id("spelling", number, label));
            for (at, (how, spelled)) in spellings(&a).into_iter().enumerate() {
                let name = format!("spelling-{number:02}{:02}", at + 1);
                let comment = format!("One id is written {how}.");
                self.both(Label::new(&name, &comment, &["OtherSpelling"]), &spelled, &b)?;
            }
        }
        Ok(())
    }

    /// Texts that are not UUIDs.
    fn other_texts(&mut self) -> Result<(), DeriveError> {
        let id = self.draw.id("text", 1, "a");
        self.add(Label::new("empty-0001", "Two empty texts.", &["EmptyText", "SameUser"]), "", "")?;
        self.both(Label::new("empty-0002", "An empty text and a user id.", &["EmptyText"]), "", &id)?;

        let pairs = [("a", "bc"), ("ab", "c"), ("a", "b"), ("", "ab"), ("1", "23"), ("12", "3")];
        for (at, (a, b)) in pairs.into_iter().enumerate() {
            let name = format!("joined-{:04}", at + 1);
            self.both(Label::new(&name, "Short texts that join to the same.", &["NoSeparator"]), a, b)?;
        }
        let latin =
            ["é", "ÿ", "caf\u{e9}", "cafe\u{301}", "ß", "ﬁ", "€", "Ж", "漢字", "한국어", "😀", "👩\u{200d}🚀", "𝄞"];
        for (at, text) in latin.into_iter().enumerate() {
            let name = format!("not-ascii-{:04}", at + 1);
            self.both(Label::new(&name, "A text beyond ASCII and a user id.", &["NotAscii"]), text, &id)?;
            let next = latin[(at + 1) % latin.len()];
            let name = format!("not-ascii-{:04}", at + 101);
            self.both(Label::new(&name, "Two texts beyond ASCII.", &["NotAscii"]), text, next)?;
        }
        let high = ["\u{e000}", "\u{f8ff}", "\u{fb01}", "\u{fe0f}", "\u{ff21}", "\u{fffd}", "\u{ffff}"];
        let astral = ["\u{10000}", "\u{1d11e}", "\u{1f600}", "\u{20bb7}", "\u{10ffff}"];
        let mut number = 0;
        for high in high {
            for astral in astral {
                number += 1;
                let name = format!("surrogate-order-{number:04}");
                let about = Label::new(
                    &name,
                    "By code points the first is smaller, by UTF-16 units the second.",
                    &["NotAscii", "SurrogateOrder"],
                );
                self.both(about, &format!("user-{high}"), &format!("user-{astral}"))?;
            }
        }
        for (at, total) in [1, 54, 55, 56, 57, 63, 64, 65, 119, 120, 127, 128, 129].into_iter().enumerate() {
            let (a, b) = ("a".repeat(total / 2), "b".repeat(total - total / 2));
            let name = format!("block-{:04}", at + 1);
            let comment = format!("{total} bytes are hashed.");
            self.both(Label::new(&name, &comment, &["BlockBoundary"]), &a, &b)?;
        }
        let pairs = [("x".repeat(4096), id.clone()), ("é".repeat(2048), "😀".repeat(1024))];
        for (at, (a, b)) in pairs.iter().enumerate() {
            let name = format!("long-{:04}", at + 1);
            self.both(Label::new(&name, "Thousands of bytes.", &["LongText"]), a, b)?;
        }
        self.both(Label::new("nul-0001", "A NUL within a text.", &["OtherSpelling"]), "a\u{0}b", &id)
    }

    fn random(&mut self, count: usize) -> Result<(), DeriveError> {
        let mut number = 0;
        while self.vectors.len() < count {
            number += 1;
            let [a, b] = ["a", "b"].map(|label| self.draw.id("random", number, label));
            let name = format!("random-{number:04}");
            self.both(Label::new(&name, "Two users.", &["Ordinary"]), &a, &b)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn all(count: usize) -> Vec<UniqueVector> {
        let spec = Spec::embedded().expect("the embedded spec");
        let derivations = Derivations::new(spec.document.derivations.clone());
        vectors(&spec, &derivations, 1, count, &[]).expect("vectors")
    }

    #[test]
    fn a_vector_does_not_depend_on_how_many_there_are() {
        let (few, many) = (all(0), all(900));
        assert_eq!(few[..], many[..few.len()]);
        assert!(many.len() >= 900 && many.len() > few.len());
    }

    #[test]
    fn swapped_pairs_have_the_same_id() {
        let all = all(0);
        let by_id: BTreeMap<&str, &UniqueVector> = all.iter().map(|vector| (vector.id.as_str(), vector)).collect();
        let mut swapped = 0;
        for vector in all.iter().filter(|vector| vector.id.ends_with("-swapped")) {
            let other = by_id[vector.id.trim_end_matches("-swapped")];
            assert_eq!(
                (&vector.expected, &vector.user_id, &vector.other_user_id),
                (&other.expected, &other.other_user_id, &other.user_id)
            );
            swapped += 1;
        }
        assert!(swapped > 300);
    }

    #[test]
    fn hashes_are_as_the_comments_say() {
        let raw = |vector: &UniqueVector| -> [u8; 16] {
            let mut pair = [&vector.user_id, &vector.other_user_id];
            pair.sort();
            Md5::new().chain_update(pair[0]).chain_update(pair[1]).finalize().into()
        };
        let all = all(0);
        let of = |prefix: &str| all.iter().filter(|v| v.id.starts_with(prefix)).map(raw).collect::<Vec<_>>();
        let versions: BTreeSet<u8> = of("hash-version").iter().map(|hash| hash[6] >> 4).collect();
        let variants: BTreeSet<u8> = of("hash-variant").iter().map(|hash| hash[8] >> 4).collect();
        assert_eq!((versions.len(), variants.len()), (16, 16));
        for at in (0..16).filter(|at| !matches!(at, 6 | 8)) {
            assert!(of(&format!("leading-zero-{:04}", at + 1)).iter().all(|hash| hash[at] < 16));
        }
    }
}
