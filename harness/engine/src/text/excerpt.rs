//! Long values cut so that they can still be read: at a member's border, and text in its middle, between words.

use serde_json::{Map, Value};

/// How many names are listed.
const NAMES: usize = 20;

/// A value as JSON in about so many characters.
#[must_use]
pub(crate) fn of_json(value: &Value, most: usize) -> String {
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
            format!("{} ({} characters)", Value::from(of_text(text, most)), text.chars().count())
        }
        _ => whole,
    }
}

/// The first parts of a value, as many as fit, and how many there are beyond.
fn first<'a>(parts: impl Iterator<Item = (String, &'a Value)>, total: usize, most: usize, word: &str) -> String {
    let mut text = String::new();
    for (at, (name, value)) in parts.enumerate() {
        let left = most.saturating_sub(text.chars().count() + name.chars().count());
        // A part of which nothing could be seen is counted instead; the first is always there.
        if at > 0 && left < 24 {
            return format!("{text}, … {} {word}", total - at);
        }
        let separator = if at == 0 { "" } else { "," };
        text.push_str(&format!("{separator}{name}{}", of_json(value, left.max(24))));
    }
    text
}

/// The names of an object's members, after "has".
#[must_use]
pub(crate) fn of_names(members: &Map<String, Value>) -> String {
    if members.is_empty() {
        return "no members".to_owned();
    }
    let names: Vec<String> = members.keys().take(NAMES).map(|name| format!("{name:?}")).collect();
    let more = if members.len() > NAMES { format!(" and {} more", members.len() - NAMES) } else { String::new() };
    format!("only {}{more}", names.join(", "))
}

/// Text without its middle, where it is longer than so many characters.
#[must_use]
pub(crate) fn of_text(text: &str, most: usize) -> String {
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
    // The end of a word alone is not shown: a secret is known by its beginning.
    match tail.find(char::is_whitespace).map(|space| tail[space..].trim_start()) {
        Some(tail) if !tail.is_empty() => format!("{head} … {tail}"),
        _ => format!("{head}…"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_fits_is_whole() {
        let value = json!({"a": [1, "é"], "b": null});
        assert_eq!(of_json(&value, 40), value.to_string());
        assert_eq!(of_text("a text", 6), "a text");
    }

    #[test]
    fn long_values_end_at_a_border_and_text_between_words() {
        let words = "one two three four five six seven eight nine ten";
        assert_eq!(of_text(words, 24), "one two three … ten");
        assert_eq!(
            of_json(&json!({"first": "a value", "second": words, "third": 3}), 40),
            r#"{"first":"a value", … 2 more members}"#
        );
        assert_eq!(of_json(&json!([11111, 22222, 33333, 44444, 55555, 66666]), 30), "[11111,22222, … 4 more]");
        assert_eq!(of_json(&json!("é".repeat(100)), 24), format!("\"{}…\" (100 characters)", "é".repeat(16)));
        // However deep and long, the beginning is there.
        assert!(of_json(&json!([[[["x".repeat(500)]]]]), 30).starts_with("[[[[\"xxxx"));
    }
}
