//! Rust names for names of the spec.

use quote::format_ident;
use syn::Ident;

use crate::error::{Unprintable, refuse};

/// The words of a name: split at characters that are neither letters nor digits, and before a capital after a small
/// letter.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut small_before = false;
    for character in name.chars() {
        if !character.is_alphanumeric() || (small_before && character.is_uppercase()) {
            words.push(String::new());
        }
        small_before = character.is_lowercase() || character.is_numeric();
        if let Some(word) = words.last_mut()
            && character.is_alphanumeric()
        {
            word.extend(character.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// `participant_session` as `ParticipantSession`.
pub(crate) fn pascal(name: &str) -> String {
    let capital = |word: &String| {
        let mut characters = word.chars();
        characters.next().map(|first| first.to_uppercase().chain(characters).collect::<String>())
    };
    words(name).iter().filter_map(capital).collect()
}

/// `ParticipantSession` as `participant_session`, with another separator if need be.
pub(crate) fn lower(name: &str, separator: &str) -> String {
    words(name).join(separator)
}

/// A type's name.
pub(crate) fn type_name(pointer: &str, name: &str) -> Result<Ident, Unprintable> {
    // Printed code uses these names of Rust's prelude without a path; it uses everything else by its path.
    const TAKEN: &[&str] = &[
        "AsRef",
        "Clone",
        "Debug",
        "Eq",
        "Err",
        "From",
        "Hash",
        "None",
        "Ok",
        "Option",
        "Ord",
        "PartialEq",
        "PartialOrd",
        "Result",
        "Self",
        "Some",
        "String",
        "TryFrom",
        "Vec",
    ];
    match syn::parse_str::<Ident>(name) {
        Ok(ident) if name.starts_with(char::is_uppercase) && !TAKEN.contains(&name) => Ok(ident),
        _ => refuse(pointer, format!("`{name}` cannot be the name of a type")),
    }
}

/// A keyword of Rust 2024 that the parser takes for a name, as in earlier editions.
const NEW_KEYWORD: &str = "gen";

/// A field's name.
pub(crate) fn field(pointer: &str, name: &str) -> Result<Ident, Unprintable> {
    let lower = lower(name, "_");
    match syn::parse_str::<Ident>(&lower) {
        Ok(ident) if lower != NEW_KEYWORD => Ok(ident),
        Ok(_) => Ok(Ident::new_raw(&lower, proc_macro2::Span::call_site())),
        Err(_) if !["self", "super", "crate", "_", ""].contains(&&*lower) && is_keyword(&lower) => {
            Ok(Ident::new_raw(&lower, proc_macro2::Span::call_site()))
        }
        Err(_) => refuse(pointer, format!("no name in Rust for the member `{name}`")),
    }
}

fn is_keyword(name: &str) -> bool {
    syn::parse_str::<Ident>(&format!("r#{name}")).is_ok()
}

/// The name of a variant for a text.
pub(crate) fn text_variant(pointer: &str, value: &str) -> Result<Ident, Unprintable> {
    let name = match pascal(value) {
        name if value.is_empty() => name + "Empty",
        name if name.starts_with(|first: char| first.is_numeric()) => format!("Value{name}"),
        name => name,
    };
    match syn::parse_str::<Ident>(&name) {
        Ok(ident) if name != "Self" && name != "Unknown" => Ok(ident),
        _ => refuse(pointer, format!("no name in Rust for the value {value:?}")),
    }
}

/// The name of a variant for an integer: `Code400` in `ErrorCode`.
pub(crate) fn integer_variant(type_name: &str, value: i64) -> Ident {
    let prefix = words(type_name).last().map_or_else(|| "Value".to_owned(), |word| pascal(word));
    let sign = if value < 0 { "Minus" } else { "" };
    format_ident!("{prefix}{sign}{}", value.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_may_be_called_by_a_keyword_of_any_edition() {
        for (name, expected) in [("type", "r#type"), ("gen", "r#gen"), ("async", "r#async"), ("name", "name")] {
            assert_eq!(field("", name).map(|ident| ident.to_string()).ok().as_deref(), Some(expected));
        }
        assert!(field("", "self").is_err());
    }
}
