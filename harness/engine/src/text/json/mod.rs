//! Reads JSON as it was received: the value that a lenient reader sees, and the faults to which a strict one objects.
//!
//! serde_json silently keeps the last of duplicate members, so a visitor of our own finds duplicates.

mod lenient;

use std::collections::HashSet;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

/// A fault of a body as JSON text (RFC 8259), whatever its value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum JsonFault {
    /// The body is not JSON.
    NotJson,
    /// The body is not UTF-8.
    InvalidUtf8,
    /// The body starts with a byte order mark.
    Bom,
    /// An object has two members with the same name.
    DuplicateMember,
    /// Something follows the JSON text.
    TrailingText,
}

impl JsonFault {
    /// The fault's name in expressions and reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NotJson => "not-json",
            Self::InvalidUtf8 => "invalid-utf8",
            Self::Bom => "bom",
            Self::DuplicateMember => "duplicate-member",
            Self::TrailingText => "trailing-text",
        }
    }

    /// The fault of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let all = [Self::NotJson, Self::InvalidUtf8, Self::Bom, Self::DuplicateMember, Self::TrailingText];
        all.into_iter().find(|fault| fault.name() == name)
    }

    /// What a body with the fault should be, and what it is instead.
    #[must_use]
    pub fn in_words(self) -> (&'static str, &'static str) {
        match self {
            Self::NotJson => ("the body is JSON", "the body is no JSON"),
            Self::InvalidUtf8 => ("the body is UTF-8", "the body holds bytes that are no UTF-8"),
            Self::Bom => ("the body begins with the JSON text", "the body begins with a byte order mark"),
            Self::DuplicateMember => ("each member stands once in its object", "a member stands twice in its object"),
            Self::TrailingText => ("the body ends with the JSON text", "something follows the JSON text"),
        }
    }
}

/// The limit of ours that a JSON text exceeds, so that it is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TooMuchJson {
    /// It is nested deeper than this many levels.
    Levels(usize),
    /// It has more than this many values.
    Values(usize),
}

/// The greatest depth of an answer's JSON; this API's answers are six levels deep.
const DEPTH: usize = 100;

/// The greatest number of values and member names in an answer. Each takes much more memory than its text.
const VALUES: usize = 100_000;

/// The value of a body, if it has one, and every fault of its text. JSON beyond our limits counts as not JSON.
#[must_use]
pub fn read(body: &[u8]) -> (Option<Value>, Vec<JsonFault>) {
    read_bounded(body).unwrap_or_else(|_| (None, vec![JsonFault::NotJson]))
}

/// The value of a body, if it has one, and every fault of its text.
///
/// # Errors
/// When it exceeds our limits of depth or number; then it is not judged.
pub fn read_bounded(body: &[u8]) -> Result<(Option<Value>, Vec<JsonFault>), TooMuchJson> {
    let mut faults = Vec::new();
    let (body, bom) = match body.strip_prefix(b"\xEF\xBB\xBF") {
        Some(rest) => (rest, true),
        None => (body, false),
    };
    if bom {
        faults.push(JsonFault::Bom);
    }
    let lossy;
    let text = match std::str::from_utf8(body) {
        Ok(text) => text,
        Err(_) => {
            faults.push(JsonFault::InvalidUtf8);
            lossy = String::from_utf8_lossy(body).into_owned();
            &lossy
        }
    };
    // Rewrite what the standard allows but serde_json rejects.
    let rewritten = lenient::rewritten(text);
    let text = rewritten.as_deref().unwrap_or(text);
    // Check the limits before a value is built.
    let seen = scan(text)?;
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    let value = match stream.next() {
        Some(Ok(value)) => lenient::with_whole_numbers(value),
        Some(Err(_)) | None => {
            faults.push(JsonFault::NotJson);
            return Ok((None, faults));
        }
    };
    let end = stream.byte_offset();
    if !text[end..].trim_matches([' ', '\t', '\r', '\n']).is_empty() {
        faults.push(JsonFault::TrailingText);
    }
    if seen.duplicates {
        faults.push(JsonFault::DuplicateMember);
    }
    Ok((Some(value), faults))
}

/// What a scan finds in a text without building its value.
#[derive(Debug, Default)]
struct Seen {
    duplicates: bool,
    values: usize,
    over: Option<TooMuchJson>,
}

fn scan(text: &str) -> Result<Seen, TooMuchJson> {
    let mut seen = Seen::default();
    // A text that is not JSON ends the scan early; the caller finds that out when it builds the value.
    let _ = Scan { seen: &mut seen, depth: 0 }.deserialize(&mut serde_json::Deserializer::from_str(text));
    match seen.over.take() {
        Some(over) => Err(over),
        None => Ok(seen),
    }
}

struct Scan<'a> {
    seen: &'a mut Seen,
    depth: usize,
}

impl Scan<'_> {
    /// The scan of the values one level deeper.
    fn within(&mut self) -> Scan<'_> {
        Scan { seen: self.seen, depth: self.depth + 1 }
    }

    /// Counts a value or a name; an error, which ends the scan, if a limit is exceeded.
    fn count<E: serde::de::Error>(&mut self) -> Result<(), E> {
        self.seen.values += 1;
        if self.seen.values > VALUES {
            self.seen.over = Some(TooMuchJson::Values(VALUES));
        } else if self.depth > DEPTH {
            self.seen.over = Some(TooMuchJson::Levels(DEPTH));
        }
        if self.seen.over.is_some() { Err(E::custom("beyond our limits")) } else { Ok(()) }
    }
}

impl<'de> DeserializeSeed<'de> for Scan<'_> {
    type Value = ();
    fn deserialize<D: serde::Deserializer<'de>>(mut self, deserializer: D) -> Result<(), D::Error> {
        self.count()?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Scan<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }
    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }
    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }
    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }
    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }
    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element_seed(self.within())?.is_some() {}
        Ok(())
    }
    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        let mut names: HashSet<String> = HashSet::new();
        while let Some(name) = map.next_key::<Name>()? {
            self.count()?;
            if !names.insert(name.0) {
                self.seen.duplicates = true;
            }
            map.next_value_seed(self.within())?;
        }
        Ok(())
    }
}

#[derive(Deserialize)]
struct Name(String);

/// Whether two values are equal apart from their UUIDs, also within URLs, and their times.
#[must_use]
pub fn alike(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::String(a), Value::String(b)) => a == b || without_ids_and_times(a) == without_ids_and_times(b),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| alike(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| alike(a, b)))
        }
        _ => a == b,
    }
}

/// The text with every UUID and every RFC 3339 time replaced by a placeholder.
#[must_use]
pub fn without_ids_and_times(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < bytes.len() {
        if let Some(length) = uuid_length(&bytes[at..]) {
            out.push_str("{uuid}");
            at += length;
        } else if let Some(length) = time_length(&bytes[at..]) {
            out.push_str("{time}");
            at += length;
        } else {
            let step = text[at..].chars().next().map_or(1, char::len_utf8);
            out.push_str(&text[at..at + step]);
            at += step;
        }
    }
    out
}

fn uuid_length(bytes: &[u8]) -> Option<usize> {
    let shape = bytes.get(..36)?;
    shape
        .iter()
        .enumerate()
        .all(|(at, byte)| if matches!(at, 8 | 13 | 18 | 23) { *byte == b'-' } else { byte.is_ascii_hexdigit() })
        .then_some(36)
}

fn time_length(bytes: &[u8]) -> Option<usize> {
    let date = bytes.get(..19)?;
    let fits = date.iter().enumerate().all(|(at, byte)| match at {
        4 | 7 => *byte == b'-',
        10 => matches!(byte, b'T' | b't'),
        13 | 16 => *byte == b':',
        _ => byte.is_ascii_digit(),
    });
    if !fits {
        return None;
    }
    let mut length = 19;
    if bytes.get(length) == Some(&b'.') {
        length += 1;
        while bytes.get(length).is_some_and(u8::is_ascii_digit) {
            length += 1;
        }
    }
    match bytes.get(length)? {
        b'Z' | b'z' => Some(length + 1),
        b'+' | b'-' if bytes.len() >= length + 6 => Some(length + 6),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_of_a_text_are_found_beside_its_value() {
        assert_eq!(read(b"{\"a\":1}"), (Some(serde_json::json!({"a": 1})), vec![]));
        assert_eq!(read(b"\xEF\xBB\xBF{}").1, vec![JsonFault::Bom]);
        assert_eq!(read(b"{} x").1, vec![JsonFault::TrailingText]);
        assert_eq!(read(b"{} \r\n\t").1, vec![]);
        assert_eq!(read(b"[{\"a\":{\"b\":1,\"b\":2}}]").1, vec![JsonFault::DuplicateMember]);
        assert_eq!(read(b"{\"a\":\"\xff\"}").1, vec![JsonFault::InvalidUtf8]);
        assert_eq!(read(b"").1, vec![JsonFault::NotJson]);
        assert_eq!(read(b"{\"a\":").1, vec![JsonFault::NotJson]);
    }

    #[test]
    fn json_that_the_reader_does_not_take_is_json_all_the_same() {
        for (text, expected) in [
            (r#"{"a":"\ud800"}"#, serde_json::json!({"a": "\u{fffd}"})),
            (r#"{"a":"\ud83d\ude00 \udc00x"}"#, serde_json::json!({"a": "😀 \u{fffd}x"})),
            (r#"{"a":1e400,"b":-1E+999,"c":"1e400"}"#, serde_json::json!({"a": f64::MAX, "b": f64::MIN, "c": "1e400"})),
            (r#"{"code":10002.0,"d":1.5,"e":1e2}"#, serde_json::json!({"code": 10002, "d": 1.5, "e": 100})),
        ] {
            assert_eq!(read(text.as_bytes()), (Some(expected), vec![]), "{text}");
        }
        // What is no JSON stays none.
        for text in [r#"{"a":1e}"#, r#"{"a":"\ud8"}"#, r#"{"a":01}"#, r#"{"a":"é\ud800é1e999"#, r#""\ud800\"#, r#""\"#]
        {
            assert_eq!(read(text.as_bytes()).1, vec![JsonFault::NotJson], "{text}");
        }
    }

    #[test]
    fn what_goes_over_our_limits_is_not_judged_and_no_crash() {
        let deep = |levels| [vec![b'['; levels], vec![b']'; levels]].concat();
        assert!(read_bounded(&deep(DEPTH)).is_ok());
        assert_eq!(read_bounded(&deep(DEPTH + 2)), Err(TooMuchJson::Levels(DEPTH)));
        assert_eq!(read_bounded(&vec![b'['; 100_000]), Err(TooMuchJson::Levels(DEPTH)));
        let long = |values: usize| format!("[{}0]", "0,".repeat(values - 2)).into_bytes();
        assert!(read_bounded(&long(VALUES)).is_ok());
        assert_eq!(read_bounded(&long(VALUES + 1)), Err(TooMuchJson::Values(VALUES)));
        let members = (0..VALUES).map(|at| format!("\"{at}\":0")).collect::<Vec<_>>().join(",");
        assert_eq!(read_bounded(format!("{{{members}}}").as_bytes()), Err(TooMuchJson::Values(VALUES)));
        assert_eq!(read(&vec![b'['; 100_000]), (None, vec![JsonFault::NotJson]));
    }

    #[test]
    fn ids_and_times_make_no_difference() {
        let a =
            serde_json::json!({"id": "718dc74c-5dc9-3190-a0d4-3affdca2680a", "at": "2018-05-16T12:34:44.134238105Z"});
        let b = serde_json::json!({"id": "00000000-5dc9-3190-a0d4-3affdca2680a", "at": "2026-05-16T12:34:44+00:00"});
        assert!(alike(&a, &b));
        assert!(!alike(&serde_json::json!("x"), &serde_json::json!("y")));
        assert_eq!(
            without_ids_and_times("https://x/codes/718dc74c-5dc9-3190-a0d4-3affdca2680a?é"),
            "https://x/codes/{uuid}?é"
        );
    }
}
