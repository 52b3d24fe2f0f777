//! Descriptions of the spec as doc comments.

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

/// A description is plain text: what rustdoc would take for HTML or for a link is shown as it is.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        if matches!(character, '[' | ']' | '<' | '>' | '*' | '_' | '\\') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
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
