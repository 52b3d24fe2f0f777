//! Lone surrogates in JSON: `"\ud83d"` is JSON text (RFC 8259, section 8.2), but cannot be a Rust string. A server that
//! keeps them represents each by a private-use character.

use std::borrow::Cow;

/// The offset that moves a surrogate to the last plane, which is for private use.
const PLANE: u32 = 0x10_0000;

/// Replaces each lone surrogate of a body by its stand-in character.
pub(crate) fn with_stand_ins(body: &[u8]) -> Cow<'_, [u8]> {
    let mut changed: Option<Vec<u8>> = None;
    let mut at = 0;
    let mut copied = 0;
    // Backslashes occur only in strings, and each one begins an escape.
    while let Some(found) = body[at..].iter().position(|byte| *byte == b'\\') {
        let start = at + found;
        let Some(half) = unit(&body[start..]).filter(|unit| (0xd800..0xe000).contains(unit)) else {
            at = (start + 2).min(body.len());
            continue;
        };
        at = start + 6;
        let low = unit(&body[at..]).filter(|unit| (0xdc00..0xe000).contains(unit));
        if half < 0xdc00 && low.is_some() {
            at += 6;
            continue;
        }
        let changed = changed.get_or_insert_with(Vec::new);
        changed.extend_from_slice(&body[copied..start]);
        if let Some(character) = char::from_u32(PLANE + u32::from(half)) {
            changed.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        }
        copied = at;
    }
    match changed {
        None => Cow::Borrowed(body),
        Some(mut changed) => {
            changed.extend_from_slice(&body[copied..]);
            Cow::Owned(changed)
        }
    }
}

/// The surrogate that a stand-in character represents.
pub(crate) fn half(character: char) -> Option<u16> {
    let half = u32::from(character).checked_sub(PLANE).filter(|half| (0xd800..0xe000).contains(half))?;
    u16::try_from(half).ok()
}

/// The number in the escape `\uXXXX` at the beginning of the bytes.
fn unit(escape: &[u8]) -> Option<u16> {
    let digits = escape.strip_prefix(b"\\u")?.get(..4)?;
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_alone_become_characters_and_all_else_stays() {
        for same in [r#"{"a":"b"}"#, r#""\ud83d\ude00""#, r#""\\ud83d""#, r#""\"\\\u0041""#, r#""\ud8"#, "\"\\", ""] {
            assert_eq!(with_stand_ins(same.as_bytes()), same.as_bytes());
        }
        for (text, read) in [
            (r#""a\ud83db""#, "a\u{10d83d}b"),
            (r#""\uDE00\ud83d""#, "\u{10de00}\u{10d83d}"),
            (r#""\ud83d\ud83d\ude00\\""#, "\u{10d83d}😀\\"),
        ] {
            let changed = with_stand_ins(text.as_bytes());
            assert_eq!(serde_json::from_slice::<String>(&changed).expect("JSON"), read);
        }
        assert_eq!(half('\u{10d83d}'), Some(0xd83d));
        assert_eq!(half('\u{10fffd}'), None);
    }
}
