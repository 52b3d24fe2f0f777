//! Parses patterns: the subset of ECMA-262 regular expressions that printed code can match.

use std::iter::Peekable;
use std::str::Chars;

/// A part of a pattern; the printed form is `mixinspec_types::support::Part`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PrintedPart {
    Start,
    End,
    OneOf(Vec<(char, char)>),
    NoneOf(Vec<(char, char)>),
    Sequence(Vec<PrintedPart>),
    Either(Vec<PrintedPart>),
    Repeat(Box<PrintedPart>, usize, Option<usize>),
}

/// More repetitions than this are a mistake, or an attack on the matcher.
const MOST_REPETITIONS: usize = 10_000;

/// Parses a pattern; an error says what the printer has no form for.
pub(crate) fn parse(text: &str) -> Result<PrintedPart, String> {
    let mut parser = Parser { rest: text.chars().peekable() };
    let part = parser.either()?;
    match parser.rest.next() {
        None => Ok(part),
        Some(_) => Err("a `)` without its `(`".to_owned()),
    }
}

struct Parser<'a> {
    rest: Peekable<Chars<'a>>,
}

impl Parser<'_> {
    fn either(&mut self) -> Result<PrintedPart, String> {
        let mut parts = vec![self.sequence()?];
        while self.rest.next_if_eq(&'|').is_some() {
            parts.push(self.sequence()?);
        }
        Ok(one_or(parts, PrintedPart::Either))
    }

    fn sequence(&mut self) -> Result<PrintedPart, String> {
        let mut parts = Vec::new();
        while let Some(next) = self.rest.peek()
            && !matches!(next, '|' | ')')
        {
            let part = self.single()?;
            parts.push(self.repeated(part)?);
        }
        Ok(one_or(parts, PrintedPart::Sequence))
    }

    fn single(&mut self) -> Result<PrintedPart, String> {
        let Some(character) = self.rest.next() else { return Err("something is missing at the end".to_owned()) };
        Ok(match character {
            '^' => PrintedPart::Start,
            '$' => PrintedPart::End,
            '.' => PrintedPart::NoneOf(vec![('\n', '\n'), ('\r', '\r'), ('\u{2028}', '\u{2029}')]),
            '[' => self.class()?,
            '(' => {
                if self.rest.next_if_eq(&'?').is_some() && self.rest.next() != Some(':') {
                    return Err("no form for look-around and named groups".to_owned());
                }
                let part = self.either()?;
                self.expect(')')?;
                part
            }
            '\\' => PrintedPart::OneOf(self.escape()?),
            '*' | '+' | '?' | '{' => return Err(format!("nothing before `{character}` to repeat")),
            ']' | '}' => return Err(format!("write `\\{character}` for the character")),
            other => PrintedPart::OneOf(vec![(other, other)]),
        })
    }

    fn repeated(&mut self, part: PrintedPart) -> Result<PrintedPart, String> {
        let (min, max) = match self.rest.peek() {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            Some('{') => {
                self.rest.next();
                let min = self.number()?;
                let max = if self.rest.next_if_eq(&',').is_none() {
                    Some(min)
                } else if self.rest.peek() == Some(&'}') {
                    None
                } else {
                    Some(self.number()?)
                };
                if max.is_some_and(|max| max < min) {
                    return Err("a repetition's bounds are in the wrong order".to_owned());
                }
                // The `}` is taken below, like the single characters.
                if self.rest.peek() != Some(&'}') {
                    return Err("expected `}`".to_owned());
                }
                (min, max)
            }
            _ => return Ok(part),
        };
        self.rest.next();
        if matches!(part, PrintedPart::Start | PrintedPart::End) {
            return Err("no form for a repeated anchor".to_owned());
        }
        match self.rest.peek() {
            Some('?' | '*' | '+' | '{') => Err("no form for lazy or doubled repetition".to_owned()),
            _ => Ok(PrintedPart::Repeat(Box::new(part), min, max)),
        }
    }

    fn class(&mut self) -> Result<PrintedPart, String> {
        let negated = self.rest.next_if_eq(&'^').is_some();
        let mut ranges = Vec::new();
        loop {
            let first = match self.rest.next() {
                None => return Err("a `[` without its `]`".to_owned()),
                Some(']') => break,
                Some('\\') => self.escape()?,
                Some(character) => vec![(character, character)],
            };
            let [(from, to)] = first[..] else {
                ranges.extend(first);
                continue;
            };
            let mut ahead = self.rest.clone();
            if from != to || ahead.next() != Some('-') || ahead.peek() == Some(&']') {
                ranges.push((from, to));
                continue;
            }
            self.rest.next();
            let last = match self.rest.next() {
                None => return Err("a `[` without its `]`".to_owned()),
                Some('\\') => self.escape()?,
                Some(character) => vec![(character, character)],
            };
            match last[..] {
                [(last, same)] if last == same && from <= last => ranges.push((from, last)),
                _ => return Err("a range of characters from a larger to a smaller one, or to a class".to_owned()),
            }
        }
        Ok(if negated { PrintedPart::NoneOf(ranges) } else { PrintedPart::OneOf(ranges) })
    }

    fn escape(&mut self) -> Result<Vec<(char, char)>, String> {
        let one = |character| Ok(vec![(character, character)]);
        match self.rest.next() {
            Some('d') => Ok(vec![('0', '9')]),
            Some('w') => Ok(vec![('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')]),
            Some('n') => one('\n'),
            Some('r') => one('\r'),
            Some('t') => one('\t'),
            Some(character) if character.is_ascii_punctuation() => one(character),
            Some(other) => Err(format!("no form for `\\{other}`")),
            None => Err("something is missing after the last `\\`".to_owned()),
        }
    }

    fn number(&mut self) -> Result<usize, String> {
        let mut digits = String::new();
        while let Some(digit) = self.rest.next_if(char::is_ascii_digit) {
            digits.push(digit);
        }
        let number = digits.parse().map_err(|_| "expected a number in `{…}`".to_owned())?;
        if number > MOST_REPETITIONS { Err(format!("more than {MOST_REPETITIONS} repetitions")) } else { Ok(number) }
    }

    fn expect(&mut self, character: char) -> Result<(), String> {
        match self.rest.next() {
            Some(found) if found == character => Ok(()),
            _ => Err(format!("expected `{character}`")),
        }
    }
}

fn one_or(mut parts: Vec<PrintedPart>, many: impl Fn(Vec<PrintedPart>) -> PrintedPart) -> PrintedPart {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            many(parts)
        }
        None => many(parts),
    }
}
