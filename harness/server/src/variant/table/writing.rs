//! Variants in how the JSON of answers is written.

use super::BOTH;
use crate::policy::Surrogates;
use crate::variant::Variant;
use crate::variant::VariantSource::{Rfc, Sentence};
use crate::variant::writing::{MemberOrder, Space, Writing};

pub(super) const VARIANTS: &[Variant] = &[
    Variant::new(
        "members-reversed",
        "the members of every object stand in the reverse order of their names",
        BOTH,
        Rfc(8259, "4"),
        |v| writing(v).order = MemberOrder::Descending,
    ),
    Variant::new("pretty-printed", "JSON is indented, and ends in a line feed", BOTH, Rfc(8259, "2"), |v| {
        writing(v).space = Space::Pretty
    }),
    Variant::new(
        "white-space-everywhere",
        "tabs, carriage returns, line feeds and spaces stand wherever they may",
        BOTH,
        Rfc(8259, "2"),
        |v| writing(v).space = Space::Everywhere,
    ),
    Variant::new(
        "non-ascii-escaped",
        "what is not ASCII is escaped, in pairs of surrogates where it must be",
        BOTH,
        Rfc(8259, "7"),
        |v| writing(v).escapes.non_ascii = true,
    ),
    Variant::new("slashes-escaped", "a slash is escaped", BOTH, Rfc(8259, "7"), |v| writing(v).escapes.slash = true),
    Variant::new("html-escaped", "JSON is escaped so that it may stand in HTML", BOTH, Rfc(8259, "7"), |v| {
        writing(v).escapes.html = true
    }),
    Variant::new(
        "everything-escaped",
        "every character of every string is escaped, member names too",
        BOTH,
        Rfc(8259, "7"),
        |v| writing(v).escapes.everything = true,
    ),
    Variant::new(
        "halves-of-pairs",
        "objects have members with halves of surrogate pairs, in names too",
        BOTH,
        Rfc(8259, "8.2"),
        |v| writing(v).odd.half_a_pair = true,
    ),
    Variant::new(
        "numbers-beyond-doubles",
        "objects have members with numbers that no double holds",
        BOTH,
        Rfc(8259, "6"),
        |v| writing(v).odd.beyond_doubles = true,
    ),
    Variant::new(
        "halves-echoed",
        "a text with half of a surrogate pair is taken, and comes back as it came",
        BOTH,
        Sentence("practice", "What a client stores is given back to it unchanged."),
        |v| {
            v.policy.lone_surrogates = Surrogates::Echoed;
            writing(v).escapes.halves = true;
        },
    ),
];

fn writing(variation: &mut crate::variant::Variation) -> &mut Writing {
    variation.answers.writing.get_or_insert_default()
}
