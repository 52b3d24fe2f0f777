//! Keys as text: PEM, hexadecimal, base64.
//!
//! It accepts more than the standards allow: keystores are copied by hand, and lines get lost or joined on the way.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use zeroize::Zeroizing;

/// The label of a PEM block and its bytes; `None` if the text is not such a block.
pub(crate) fn read(text: &str) -> Option<(&str, Zeroizing<Vec<u8>>)> {
    // Line ends may have been escaped twice on their way into JSON.
    let text = text.trim().trim_end_matches(['\\', 'r', 'n']);
    let (label, rest) = text.strip_prefix("-----BEGIN ")?.split_once("-----")?;
    let inside = rest.strip_suffix("-----")?.strip_suffix(label)?.strip_suffix("-----END ")?;
    let inside = Zeroizing::new(inside.replace("\\n", "").replace("\\r", ""));
    Some((label, base64(&inside)?))
}

/// Bytes in base64: either alphabet, with or without padding, on one line or several.
pub(crate) fn base64(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut plain = Zeroizing::new(String::with_capacity(text.len()));
    for character in text.chars().filter(|character| !character.is_ascii_whitespace()) {
        plain.push(match character {
            '-' => '+',
            '_' => '/',
            other => other,
        });
    }
    let digits = plain.trim_end_matches('=');
    if plain.len() - digits.len() > 2 {
        return None;
    }
    BASE64_STANDARD_NO_PAD.decode(digits).ok().map(Zeroizing::new)
}

/// Bytes in hexadecimal, in either case.
pub(crate) fn hex(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len() / 2));
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else { return None };
    for [high, low] in pairs {
        bytes.push(digit(*high)? << 4 | digit(*low)?);
    }
    Some(bytes)
}

/// Bytes as lowercase hexadecimal.
pub(crate) fn to_hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read_in_every_spelling() {
        for text in ["+/8=", "-_8", "-_8=", " +/\n8 "] {
            assert_eq!(base64(text).as_deref().map(Vec::as_slice), Some(&[0xfb, 0xff][..]), "{text}");
        }
        for text in ["+/9=", "+/8===", "*", "+"] {
            assert_eq!(base64(text), None, "{text}");
        }
    }

    #[test]
    fn hexadecimal_is_read_and_written() {
        assert_eq!(hex("00fF10").as_deref().map(Vec::as_slice), Some(&[0, 255, 16][..]));
        assert_eq!(to_hex(&[0, 255, 16]), "00ff10");
        for text in ["0", "0g", "+1", "é"] {
            assert_eq!(hex(text), None, "{text}");
        }
    }

    #[test]
    fn a_block_is_read_with_any_line_ends() {
        for text in [
            "-----BEGIN KEY-----\nAAEC\nAw==\n-----END KEY-----\n",
            "-----BEGIN KEY-----\r\nAAECAw==\r\n-----END KEY-----",
            "-----BEGIN KEY-----AAECAw==-----END KEY-----",
            "-----BEGIN KEY-----\\nAAECAw==\\n-----END KEY-----",
        ] {
            let (label, bytes) = read(text).expect("a block");
            assert_eq!((label, bytes.as_slice()), ("KEY", &[0, 1, 2, 3][..]), "{text}");
        }
        for text in ["", "AAEC", "-----BEGIN A-----AAEC-----END B-----", "-----BEGIN A-----"] {
            assert!(read(text).is_none(), "{text}");
        }
    }
}
