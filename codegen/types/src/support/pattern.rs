//! Patterns, without a regular expression library: the printer has parsed them.
//!
//! The printer refuses what a [`Part`] cannot express (look-around, back references, lazy repetition), so every printed
//! pattern is checked.

use std::collections::BTreeSet;

/// A regular expression of ECMA-262, as JSON Schema has it: it may match anywhere in the text.
#[derive(Debug)]
pub struct Pattern {
    /// The pattern as the spec has it.
    pub text: &'static str,
    /// The parsed pattern.
    pub part: Part,
}

/// A part of a pattern.
#[derive(Debug)]
pub enum Part {
    /// The beginning of the text.
    Start,
    /// The end of the text.
    End,
    /// One character of these ranges.
    OneOf(&'static [(char, char)]),
    /// One character that is in none of these ranges.
    NoneOf(&'static [(char, char)]),
    /// One after another.
    Sequence(&'static [Part]),
    /// Any one of these.
    Either(&'static [Part]),
    /// A repeated part, with the least and the greatest number of repetitions.
    Repeat(&'static Part, usize, Option<usize>),
}

impl Pattern {
    /// Whether it matches somewhere in the text.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().collect();
        let anywhere = (0..=text.len()).collect();
        !self.part.ends(&text, &anywhere).is_empty()
    }
}

impl Part {
    /// All positions at which a match may end that begins at one of these positions. Working on sets of positions
    /// instead of backtracking bounds the time by the lengths of text and pattern, whoever sends the text.
    fn ends(&self, text: &[char], begins: &BTreeSet<usize>) -> BTreeSet<usize> {
        match self {
            Self::Start => begins.iter().copied().filter(|at| *at == 0).collect(),
            Self::End => begins.iter().copied().filter(|at| *at == text.len()).collect(),
            Self::OneOf(ranges) => one(text, begins, |character| contains(ranges, character)),
            Self::NoneOf(ranges) => one(text, begins, |character| !contains(ranges, character)),
            Self::Sequence(parts) => parts.iter().fold(begins.clone(), |ends, part| part.ends(text, &ends)),
            Self::Either(parts) => parts.iter().flat_map(|part| part.ends(text, begins)).collect(),
            Self::Repeat(part, min, max) => {
                let mut ends = (0..*min).fold(begins.clone(), |ends, _| part.ends(text, &ends));
                let mut latest = ends.clone();
                let mut count = *min;
                while !latest.is_empty() && max.is_none_or(|max| count < max) {
                    let more = part.ends(text, &latest);
                    latest = more.difference(&ends).copied().collect();
                    ends.extend(&latest);
                    count += 1;
                }
                ends
            }
        }
    }
}

fn one(text: &[char], begins: &BTreeSet<usize>, matches: impl Fn(char) -> bool) -> BTreeSet<usize> {
    begins.iter().filter(|at| text.get(**at).is_some_and(|character| matches(*character))).map(|at| at + 1).collect()
}

fn contains(ranges: &[(char, char)], character: char) -> bool {
    ranges.iter().any(|(first, last)| (*first..=*last).contains(&character))
}
