//! Generates dense texts: each carries as many hazards as fit, and together they cover all scripts and lengths.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use proptest::strategy::{NewTree, Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use regex::Regex;

use super::chunks::Chunks;
use super::hazards::{PIECES, WORDS};
use super::spread::order;

/// Assigned characters of all scripts, in an order in which neighbours come from distant scripts: all of the first
/// 13,312 code points, the compatibility forms, and some of each thousand of the others.
static ALPHABET: LazyLock<Vec<char>> = LazyLock::new(|| {
    let assigned = Regex::new(r"^[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}\p{Cf}]$");
    let ranges =
        [(0x20, 0x3400, 1), (0xa000, 0xac00, 1), (0xfb00, 0xfff0, 1), (0x3400, 0xa000, 61), (0xac00, 0xd7a4, 61)];
    let astral = (0x1_0000..0x2_0000).step_by(13).chain((0x2_0000..0x3_2000).step_by(509));
    let all = ranges.into_iter().flat_map(|(from, to, step)| (from..to).step_by(step)).chain(astral);
    let mut utf8 = [0; 4];
    let letters: Vec<char> = all
        .filter_map(char::from_u32)
        .filter(|c| assigned.as_ref().is_ok_and(|assigned| assigned.is_match(c.encode_utf8(&mut utf8))))
        .collect();
    // A stride that has no divisor in common with their number visits each of them once.
    let stride = (letters.len() / 3..).find(|stride| divisor(*stride, letters.len()) == 1).unwrap_or(1);
    (0..letters.len()).map(|at| letters[at * stride % letters.len()]).collect()
});

fn divisor(a: usize, b: usize) -> usize {
    if b == 0 { a } else { divisor(b, a % b) }
}

/// One text in this many is a word, which is enough for a default run to send all words; the others are dense.
const TURN: u64 = 3;

/// In one turn of this many, one text repeats a single character up to the longest length.
const FULL: u64 = 8;

/// The longest text that is generated where the schema sets no bound.
const UNBOUNDED: usize = 64;

/// A text of at most `most` UTF-16 units, which are never fewer than code points or graphemes, without control
/// characters and outer white space.
#[derive(Debug, Clone)]
pub(super) struct Dense {
    most: Option<usize>,
    /// The number of the text.
    number: u64,
}

impl Dense {
    pub(super) fn new(most: Option<usize>, number: u64) -> Self {
        Self { most, number }
    }

    /// The text that is half the list of words further on, so that two texts of one document are different words.
    pub(super) fn further(self) -> Self {
        Self { number: self.number.wrapping_add(TURN * (WORDS.len() as u64 / 2)), ..self }
    }

    /// Whether the text with this number is a single word. That a server takes a word for something else shows only if
    /// it stands alone.
    pub(super) fn is_word(number: u64) -> bool {
        number.is_multiple_of(TURN)
    }

    /// The pieces that the text is made of.
    fn pieces(&self) -> Vec<String> {
        let limit = self.most.unwrap_or(UNBOUNDED);
        let (turn, within) = (self.number / TURN, self.number % TURN);
        if Self::is_word(self.number) {
            return word(limit, turn);
        }
        if within == 1 && turn.is_multiple_of(FULL) {
            return full(limit, turn / FULL);
        }
        // All others are dense. Each takes its letters from where the last dense one ended, so count those before it.
        let full_before = turn.div_ceil(FULL) + u64::from(within > 1 && turn.is_multiple_of(FULL));
        Spans::of(limit).text(turn * (TURN - 1) + within - 1 - full_before).map(|part| part.to_string()).collect()
    }
}

/// The word with this number, or the next one that is short enough.
fn word(limit: usize, number: u64) -> Vec<String> {
    let from = usize::try_from(number).unwrap_or(0) % WORDS.len();
    let is_short = |word: &&&str| word.encode_utf16().count() <= limit;
    WORDS[from..].iter().chain(WORDS).find(is_short).map(|word| (*word).to_owned()).into_iter().collect()
}

/// The longest text that repeats one character.
fn full(limit: usize, turn: u64) -> Vec<String> {
    let unit = ["é", "漢", "😀", "a"][usize::try_from(turn).unwrap_or(0) % 4];
    vec![unit.to_owned(); limit / unit.encode_utf16().count()]
}

/// The lengths of dense texts up to a limit of UTF-16 units, and where in the alphabet each of them begins.
#[derive(Debug)]
struct Spans {
    lengths: Vec<usize>,
    begin: Vec<usize>,
    /// The sum of their letters.
    whole: usize,
}

impl Spans {
    fn of(limit: usize) -> Arc<Self> {
        static ALL: LazyLock<Mutex<BTreeMap<usize, Arc<Spans>>>> = LazyLock::new(Mutex::default);
        // A poisoned lock does no harm: the map is whole after every statement.
        let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(all.entry(limit).or_insert_with(|| Arc::new(Self::new(limit))))
    }

    fn new(limit: usize) -> Self {
        let lengths = order(1, limit);
        let (mut begin, mut whole) = (Vec::with_capacity(lengths.len()), 0);
        for (at, length) in lengths.iter().enumerate() {
            begin.push(whole);
            whole += DenseSpans::new(*length, whole, at).filter(|part| matches!(part, Span::Letter(_))).count();
        }
        Self { lengths, begin, whole }
    }

    /// The dense text with this number: with a length of its own, and letters from where the text before ended.
    fn text(&self, number: u64) -> DenseSpans {
        let count = self.lengths.len().max(1) as u64;
        let within = usize::try_from(number % count).unwrap_or(0);
        let rounds = usize::try_from(number / count).unwrap_or(0);
        let begin = rounds.wrapping_mul(self.whole).wrapping_add(self.begin[within]);
        DenseSpans::new(self.lengths[within], begin, usize::try_from(number).unwrap_or(0))
    }
}

/// A part of a dense text.
#[derive(Debug, Clone, Copy)]
enum Span {
    Letter(char),
    Piece(&'static str),
    /// An `x`: at both ends, so that no reader takes an end for white space, and where nothing wider fits.
    Filling,
}

impl std::fmt::Display for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Letter(letter) => write!(f, "{letter}"),
            Self::Piece(piece) => f.write_str(piece),
            Self::Filling => f.write_str("x"),
        }
    }
}

/// The parts of a dense text: letters, and an awkward piece after every few.
struct DenseSpans {
    length: usize,
    units: usize,
    count: usize,
    letter: usize,
    piece: usize,
}

impl DenseSpans {
    fn new(length: usize, letter: usize, number: usize) -> Self {
        Self { length, units: 0, count: 0, letter, piece: number.wrapping_mul(7) }
    }
}

impl Iterator for DenseSpans {
    type Item = Span;

    fn next(&mut self) -> Option<Span> {
        if self.units >= self.length {
            return None;
        }
        let is_inside = self.count > 0 && self.units + 1 < self.length;
        let (part, width) = if !is_inside {
            (Span::Filling, 1)
        } else if self.count.is_multiple_of(12) {
            self.piece += 1;
            let piece = PIECES[self.piece % PIECES.len()];
            (Span::Piece(piece), piece.encode_utf16().count())
        } else {
            let letter = ALPHABET[self.letter % ALPHABET.len()];
            (Span::Letter(letter), letter.len_utf16())
        };
        self.count += 1;
        if self.units + width + usize::from(is_inside) > self.length {
            self.units += 1;
            return Some(Span::Filling);
        }
        self.letter += usize::from(matches!(part, Span::Letter(_)));
        self.units += width;
        Some(part)
    }
}

impl Strategy for Dense {
    type Tree = DenseTree;
    type Value = String;

    fn new_tree(&self, _: &mut TestRunner) -> NewTree<Self> {
        Ok(DenseTree(Chunks::new(self.pieces().into_iter().map(Piece).collect(), 0)))
    }
}

/// A text that becomes smaller by leaving out its pieces.
pub(super) struct DenseTree(Chunks<Piece>);

/// A piece, which does not become smaller.
struct Piece(String);

impl ValueTree for Piece {
    type Value = String;
    fn current(&self) -> String {
        self.0.clone()
    }
    fn simplify(&mut self) -> bool {
        false
    }
    fn complicate(&mut self) -> bool {
        false
    }
}

impl ValueTree for DenseTree {
    type Value = String;
    fn current(&self) -> String {
        // A piece that is now at an end may begin or end with white space.
        self.0.elements().collect::<String>().trim().trim_matches('\u{feff}').trim().to_owned()
    }
    fn simplify(&mut self) -> bool {
        self.0.simplify()
    }
    fn complicate(&mut self) -> bool {
        self.0.complicate()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn texts(count: u64, most: usize) -> Vec<String> {
        let mut runner = TestRunner::deterministic();
        let text = |number| Dense::new(Some(most), number).new_tree(&mut runner).expect("a tree").current();
        (0..count).map(text).collect()
    }

    #[test]
    fn texts_fit_under_every_way_to_count() {
        for most in [16, 512] {
            for text in texts(400, most) {
                assert!(text.encode_utf16().count() <= most.max(40), "{text}");
                assert!(!text.chars().any(char::is_control), "{text:?}");
                assert_eq!(text.trim(), text);
            }
        }
    }

    #[test]
    fn the_texts_of_a_run_hold_every_word() {
        let texts: HashSet<String> = texts(165, 512).into_iter().collect();
        let missing: Vec<&&str> = WORDS.iter().filter(|word| !texts.contains(**word)).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn the_texts_of_a_run_hold_every_letter_and_have_many_lengths() {
        let texts = texts(200, 512);
        let seen: HashSet<char> = texts.iter().flat_map(|text| text.chars()).collect();
        let missing = ALPHABET.iter().filter(|c| !seen.contains(c)).count();
        assert!(ALPHABET.len() > 14_000, "{}", ALPHABET.len());
        assert_eq!(missing, 0, "of {}", ALPHABET.len());
        let lengths: HashSet<usize> = texts.iter().map(|text| text.encode_utf16().count()).collect();
        assert!(lengths.len() > 110, "{}", lengths.len());
        assert!([1, 31, 32, 33, 63, 64, 127, 128, 129, 255, 256, 257, 511, 512].iter().all(|it| lengths.contains(it)));
    }
}
