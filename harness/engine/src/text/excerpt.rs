//! Cuts long values so that they stay readable: JSON between members, text in its middle, between words.

use serde_json::{Map, Value};

use crate::text::redact::Redactor;

/// How many names are listed.
const NAMES: usize = 20;

/// Fewer characters of a part are not worth showing.
const LEAST: usize = 24;

/// How long a value is shown, in characters.
const LONGEST: usize = 200;

/// Cuts what a subject has sent. A cut secret could no longer be recognised, so secrets are removed first.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Excerpts<'a>(pub(crate) &'a Redactor);

impl Excerpts<'_> {
    /// A value as JSON.
    pub(crate) fn json(self, value: &Value) -> String {
        let whole = value.to_string();
        if whole.chars().count() <= LONGEST {
            return whole;
        }
        let clean = self.0.redact(&whole);
        if clean == whole { json(value, LONGEST) } else { middle_out(&clean, LONGEST) }
    }

    /// Text as it is.
    pub(crate) fn text(self, text: &str) -> String {
        if text.chars().count() <= LONGEST { text.to_owned() } else { middle_out(&self.0.redact(text), LONGEST) }
    }
}

/// A value as JSON in about `most` characters.
fn json(value: &Value, most: usize) -> String {
    let whole = value.to_string();
    if whole.chars().count() <= most {
        return whole;
    }
    match value {
        Value::Array(items) => {
            let shown = items.iter().map(|item| (String::new(), item));
            format!("[{}]", first(shown, items.len(), most, "more"))
        }
        Value::Object(members) => {
            let shown = members.iter().map(|(name, value)| (format!("{}:", Value::from(name.as_str())), value));
            format!("{{{}}}", first(shown, members.len(), most, "more members"))
        }
        Value::String(text) => {
            format!("{} ({} characters)", Value::from(middle_out(text, most)), text.chars().count())
        }
        _ => whole,
    }
}

/// The first parts of a value, as many as fit, and the number of those left out.
fn first<'a>(parts: impl Iterator<Item = (String, &'a Value)>, total: usize, most: usize, word: &str) -> String {
    let mut text = String::new();
    for (at, (name, value)) in parts.enumerate() {
        let left = most.saturating_sub(text.chars().count() + name.chars().count());
        // A part too short to be seen is only counted; the first part is always shown.
        if at > 0 && left < LEAST {
            return format!("{text}, … {} {word}", total - at);
        }
        let separator = if at == 0 { "" } else { "," };
        text.push_str(&format!("{separator}{name}{}", json(value, left.max(LEAST))));
    }
    text
}

/// The names of an object's members, after "has".
#[must_use]
pub(crate) fn names(members: &Map<String, Value>) -> String {
    if members.is_empty() {
        return "no members".to_owned();
    }
    let names: Vec<String> = members.keys().take(NAMES).map(|name| format!("{name:?}")).collect();
    let more = if members.len() > NAMES { format!(" and {} more", members.len() - NAMES) } else { String::new() };
    format!("only {}{more}", names.join(", "))
}

/// Text without its middle, if it is longer than `most` characters.
fn middle_out(text: &str, most: usize) -> String {
    let characters = text.chars().count();
    if characters <= most {
        return text.to_owned();
    }
    let (head, tail) = (most * 2 / 3, most / 4);
    let at = |number: usize| text.char_indices().nth(number).map_or(text.len(), |(at, _)| at);
    let (head, tail) = (&text[..at(head)], &text[at(characters - tail)..]);
    // Between words, where a space is near enough.
    let head = match head.rfind(' ') {
        Some(space) if space >= head.len() / 2 => &head[..space],
        _ => head,
    };
    // The tail begins between words too; of a single word the beginning says enough.
    match tail.find(char::is_whitespace).map(|space| tail[space..].trim_start()) {
        Some(tail) if !tail.is_empty() => format!("{head} … {tail}"),
        _ => format!("{head}…"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json as value;

    use super::*;

    #[test]
    fn what_fits_is_whole() {
        let value = value!({"a": [1, "é"], "b": null});
        assert_eq!(json(&value, 40), value.to_string());
        assert_eq!(middle_out("a text", 6), "a text");
    }

    #[test]
    fn long_values_end_at_a_border_and_text_between_words() {
        let words = "one two three four five six seven eight nine ten";
        assert_eq!(middle_out(words, 24), "one two three … ten");
        assert_eq!(
            json(&value!({"first": "a value", "second": words, "third": 3}), 40),
            r#"{"first":"a value", … 2 more members}"#
        );
        assert_eq!(json(&value!([11111, 22222, 33333, 44444, 55555, 66666]), 30), "[11111,22222, … 4 more]");
        assert_eq!(json(&value!("é".repeat(100)), 24), format!("\"{}…\" (100 characters)", "é".repeat(16)));
        // However deep and long, the beginning is there.
        assert!(json(&value!([[[["x".repeat(500)]]]]), 30).starts_with("[[[[\"xxxx"));
    }

    #[test]
    fn a_secret_is_taken_out_before_anything_is_cut() {
        let secret: String = ('a'..='z').cycle().take(400).collect();
        let redactor = Redactor::new(std::slice::from_ref(&secret), &[]);
        let token = format!("eyJhbGciOiJFZERTQSJ9.{}.{}", "Q2FuYXJ5".repeat(20), "c2lnbmF0dXJl".repeat(20));
        let backwards: String = token.chars().rev().collect();
        for text in [secret, token, backwards] {
            for shown in [
                Excerpts(&redactor).text(&text),
                Excerpts(&redactor).json(&value!({"a": "x".repeat(100), "b": [text, "y".repeat(200)]})),
            ] {
                assert!(shown.contains("[redacted]"), "{shown}");
                let told = (0..text.len() - 12).find(|at| shown.contains(&text[*at..at + 12]));
                assert_eq!(told, None, "{shown}");
            }
        }
    }
}
