//! The inputs of id vectors: ids drawn from the seed, and texts that have broken implementations.

use crate::identity::ids::IdSpace;

/// The two users of the documentation's example.
pub(crate) const SEED_USERS: [&str; 2] =
    ["8dcf823d-9eb3-4da2-8734-f0aad50c0da6", "e8e5b807-fa8b-455a-8dfa-b189d28310ff"];

pub(crate) const NIL: &str = "00000000-0000-0000-0000-000000000000";
pub(crate) const MAX: &str = "ffffffff-ffff-ffff-ffff-ffffffffffff";

/// The places of the 32 digits in a hyphenated UUID.
pub(crate) const DIGITS: [usize; 32] = [
    0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 14, 15, 16, 17, 19, 20, 21, 22, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34,
    35,
];

/// Draws random ids; a kind and a number always give the same id, whatever else is drawn.
#[derive(Debug)]
pub(crate) struct Draw {
    space: IdSpace,
}

impl Draw {
    pub(crate) fn new(seed: u64, file: &str) -> Self {
        Self { space: IdSpace { seed, run_id: format!("vectors/{file}") } }
    }

    /// A version 4 UUID.
    pub(crate) fn id(&self, kind: &str, number: usize, label: &str) -> String {
        self.space.case(&format!("{kind}-{number}"), 0).uuid(label).to_string()
    }

    /// Version 4 UUIDs.
    pub(crate) fn ids(&self, kind: &str, number: usize, label: &str, count: usize) -> Vec<String> {
        let ids = self.space.case(&format!("{kind}-{number}"), 0);
        (0..count).map(|at| ids.uuid(&format!("{label}/{at}")).to_string()).collect()
    }

    /// A number below `limit`.
    pub(crate) fn number(&self, kind: &str, number: usize, label: &str, limit: usize) -> usize {
        let uuid = self.space.case(&format!("{kind}-{number}"), 0).uuid(label);
        let bytes = uuid.as_bytes();
        let drawn = bytes[..4].iter().fold(0_usize, |sum, byte| sum * 256 + usize::from(*byte));
        drawn % limit.max(1)
    }

    /// The list in another order.
    pub(crate) fn shuffled(&self, kind: &str, number: usize, list: &[String]) -> Vec<String> {
        let mut list = list.to_vec();
        for at in (1..list.len()).rev() {
            list.swap(at, self.number(kind, number, &format!("shuffle/{at}"), at + 1));
        }
        list
    }
}

/// The text with the character at one position replaced.
pub(crate) fn with_character(text: &str, at: usize, character: char) -> String {
    text.chars().enumerate().map(|(index, c)| if index == at { character } else { c }).collect()
}

/// Whether a text is a user id as the spec has it: a lowercase hyphenated UUID.
pub(crate) fn is_user_id(text: &str) -> bool {
    uuid::Uuid::try_parse(text).is_ok_and(|uuid| uuid.hyphenated().to_string() == text)
}

/// Other spellings of a UUID, with a description of each.
pub(crate) fn spellings(id: &str) -> [(&'static str, String); 7] {
    [
        ("in braces", format!("{{{id}}}")),
        ("as a URN", format!("urn:uuid:{id}")),
        ("without hyphens", id.replace('-', "")),
        ("with a space before it", format!(" {id}")),
        ("with a line feed after it", format!("{id}\n")),
        ("with a NUL after it", format!("{id}\u{0}")),
        (
            "in mixed case",
            id.chars().enumerate().map(|(at, c)| if at % 2 == 0 { c.to_ascii_uppercase() } else { c }).collect(),
        ),
    ]
}

/// Short names that are special as text, with a description of each.
const SHORT_NAMES: &[(&str, &str)] = &[
    ("empty", ""),
    ("one space", " "),
    ("outer spaces", "  Mixin Rocks  "),
    ("a line feed at the end", "Mixin Rocks\n"),
    ("carriage return and line feed", "Mixin\r\nRocks"),
    ("a tab", "Mixin\tRocks"),
    ("an ideographic space", "\u{3000}Mixin\u{3000}"),
    ("a no-break space", "Mixin\u{a0}Rocks"),
    ("upper case", "MIXIN ROCKS"),
    ("lower case", "mixin rocks"),
    ("a composed letter (NFC)", "caf\u{e9}"),
    ("a decomposed letter (NFD)", "cafe\u{301}"),
    ("a composed Hangul syllable (NFC)", "\u{d55c}"),
    ("a decomposed Hangul syllable (NFD)", "\u{1112}\u{1161}\u{11ab}"),
    ("the Angstrom sign, which NFC turns into a letter", "\u{212b}"),
    ("a ligature, which NFKC takes apart", "\u{fb01}le"),
    ("full-width letters", "\u{ff2d}\u{ff49}\u{ff58}\u{ff49}\u{ff4e}"),
    ("sharp s, two letters in upper case", "Stra\u{df}e"),
    ("a capital I with a dot, two characters in lower case", "\u{130}stanbul"),
    ("a dotless i", "d\u{131}yar"),
    ("a final sigma", "\u{39f}\u{394}\u{3a5}\u{3a3}\u{3a3}\u{395}\u{3a5}\u{3c2}"),
    ("Latin-1 letters", "\u{e0}\u{ff}\u{c0}\u{de}"),
    ("what Windows-1252 has and Latin-1 has not", "\u{20ac}\u{201c}\u{2013}"),
    ("Cyrillic", "\u{413}\u{440}\u{443}\u{43f}\u{43f}\u{430}"),
    ("Greek", "\u{39f}\u{3bc}\u{3ac}\u{3b4}\u{3b1}"),
    ("Hebrew, right to left", "\u{5e7}\u{5d1}\u{5d5}\u{5e6}\u{5d4}"),
    ("Arabic, right to left", "\u{645}\u{62c}\u{645}\u{648}\u{639}\u{629}"),
    ("a right-to-left override", "abc\u{202e}def"),
    ("isolates", "\u{2066}abc\u{2069}"),
    ("Devanagari with a joiner", "\u{915}\u{94d}\u{200d}\u{937}"),
    ("Thai", "\u{e01}\u{e25}\u{e38}\u{e48}\u{e21}"),
    ("Chinese", "\u{5bc6}\u{4fe1}\u{7fa4}"),
    ("Japanese", "\u{30b0}\u{30eb}\u{30fc}\u{30d7}"),
    ("Korean", "\u{adf8}\u{b8f9}"),
    ("an emoji", "\u{1f600}"),
    ("a family joined by zero-width joiners", "\u{1f469}\u{200d}\u{1f469}\u{200d}\u{1f467}"),
    ("a flag", "\u{1f1e8}\u{1f1ed}"),
    ("an emoji with a skin tone", "\u{1f44d}\u{1f3fd}"),
    ("a keycap", "1\u{fe0f}\u{20e3}"),
    ("a rare Chinese character beyond U+FFFF", "\u{20bb7}\u{91ce}\u{5bb6}"),
    ("a musical symbol", "\u{1d11e}"),
    ("private use, the first after the surrogates", "\u{e000}"),
    ("the replacement character", "\u{fffd}"),
    ("a noncharacter", "\u{ffff}"),
    ("the last code point", "\u{10ffff}"),
    ("a byte order mark", "\u{feff}Mixin"),
    ("a zero-width space", "Mi\u{200b}xin"),
    ("a soft hyphen", "Mi\u{ad}xin"),
    ("many combining marks", "Z\u{351}\u{36b}\u{343}\u{32a}\u{302}"),
    ("a NUL", "Mixin\u{0}Rocks"),
    ("a NUL alone", "\u{0}"),
    ("an escape character", "\u{1b}[31mMixin"),
    ("a delete character", "Mixin\u{7f}"),
    ("a C1 control", "Mixin\u{85}Rocks"),
    ("a line separator", "Mixin\u{2028}Rocks"),
    ("double quotes", "\"Mixin\""),
    ("a single quote", "Robert'); DROP TABLE conversations;--"),
    ("a backslash", "C:\\Mixin"),
    ("what looks like an escape", "\\u0041"),
    ("a slash", "a/b"),
    ("HTML", "<b>Mixin</b> & </script>"),
    ("an entity", "&amp;"),
    ("a percent sign", "100%s %41"),
    ("a plus sign", "a+b=c&d"),
    ("braces", "{{name}} ${name} {0}"),
    ("digits", "0"),
    ("a number", "1e3"),
    ("the word null", "null"),
    ("the word undefined", "undefined"),
    ("the word true", "true"),
];

/// Names that are special as text, with what is special: the short ones, then long ones.
pub(crate) fn names() -> Vec<(&'static str, String)> {
    let mut all: Vec<(&str, String)> = SHORT_NAMES.iter().map(|&(what, text)| (what, text.to_owned())).collect();
    all.extend([
        ("512 characters of 1 byte", "a".repeat(512)),
        ("512 characters of 2 bytes", "\u{e9}".repeat(512)),
        ("512 characters of 3 bytes", "\u{6f22}".repeat(512)),
        ("512 characters of 4 bytes, 1024 UTF-16 units", "\u{1f600}".repeat(512)),
        ("256 characters of 4 bytes, 512 UTF-16 units", "\u{1f600}".repeat(256)),
        ("513 characters", "\u{e9}".repeat(513)),
        ("2048 characters", "Mixin Rocks ".repeat(171)[..2048].to_owned()),
    ]);
    all
}
