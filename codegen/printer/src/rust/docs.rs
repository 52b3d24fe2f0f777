//! Turns descriptions of the spec into doc comments.

use proc_macro2::TokenStream;
use quote::quote;

/// Columns of text, so that a line with its indentation and `///` stays within 120.
const WIDTH: usize = 108;

/// Documentation of the item that follows.
pub(super) fn outer(text: &str) -> TokenStream {
    let lines = lines(text);
    quote! { #(#[doc = #lines])* }
}

/// Documentation of the module that contains it. Its text is ours, so that its Markdown is meant.
pub(super) fn inner(text: &str) -> TokenStream {
    let lines = text.split("\n\n").map(|paragraph| wrap(paragraph.to_owned())).collect::<Vec<_>>().join(&String::new());
    let lines = lines.iter().map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    quote! { #(#![doc = #lines])* }
}

fn lines(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.trim().split("\n\n") {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.extend(wrap(escaped(paragraph)).into_iter().map(|line| format!(" {line}")));
    }
    lines
}

/// Escapes a description, which is plain text: rustdoc must not read it as HTML, as a link or as a code block (which it
/// would run as a test). Invisible characters are written out too, since the compiler refuses those that turn the
/// direction of text.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    let fences = ["```", "~~~"].into_iter().filter(|fence| text.contains(*fence));
    let fences: Vec<char> = fences.filter_map(|fence| fence.chars().next()).collect();
    for character in text.chars() {
        if is_hidden(character) {
            escaped.push_str(&format!("U+{:04X}", u32::from(character)));
            continue;
        }
        if matches!(character, '[' | ']' | '<' | '>' | '*' | '_' | '\\') || fences.contains(&character) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// Whether a character is a control, or turns the direction of the text around it.
fn is_hidden(character: char) -> bool {
    (character.is_control() && !character.is_whitespace())
        || matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn wrap(text: String) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let width = lines.last().map_or(0, |line| line.chars().count());
        if width > 0 && width + 1 + word.chars().count() > WIDTH {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_is_text_and_nothing_else() {
        for (text, expected) in [
            ("A `name`, [x] <b>", " A `name`, \\[x\\] \\<b\\>"),
            ("before\n```\npanic!()\n```", " before \\`\\`\\` panic!() \\`\\`\\`"),
            ("~~~ panic!()", " \\~\\~\\~ panic!()"),
            ("user\u{202e}nimda\u{2069}", " userU+202EnimdaU+2069"),
            ("a\u{0}b\tc", " aU+0000b c"),
        ] {
            assert_eq!(lines(text), [expected], "{text:?}");
        }
    }
}
