//! Replaces ids in every spelling: lower or upper case, without hyphens, as `\u` escapes.
//!
//! It works on bytes and not on JSON, since bodies that are not JSON name users too. All ids are replaced in one pass,
//! because a new id may equal another old one.

use std::collections::BTreeMap;

/// How long a UUID is with hyphens.
const HYPHENATED: usize = 36;
/// The length of a UUID without hyphens.
const SIMPLE: usize = 32;
/// The length of one escaped character.
const ESCAPE: usize = 6;

/// New ids by old ids, in lower case with hyphens.
pub(crate) type IdTable = BTreeMap<String, String>;

/// Replaces every id of the table.
pub(crate) fn substitute(text: &[u8], table: &IdTable) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        if let Some((length, new)) = replacement(&text[at..], table) {
            out.extend(new.bytes());
            at += length;
        } else {
            out.push(text[at]);
            at += 1;
        }
    }
    out
}

/// The same for a string.
pub(crate) fn substitute_text(text: &str, table: &IdTable) -> String {
    // Ids are ASCII, so the text stays UTF-8.
    String::from_utf8_lossy(&substitute(text.as_bytes(), table)).into_owned()
}

/// The length of the id at the beginning of a text, and its replacement.
fn replacement(text: &[u8], table: &IdTable) -> Option<(usize, String)> {
    if let Some(found) = prefix(text, HYPHENATED)
        && let Some(new) = table.get(&found.to_ascii_lowercase())
    {
        return Some((HYPHENATED, in_case_of(found, new)));
    }
    if let Some(found) = prefix(text, SIMPLE).filter(|found| found.bytes().all(|byte| byte.is_ascii_hexdigit())) {
        let lower = found.to_ascii_lowercase();
        let parts = [&lower[..8], &lower[8..12], &lower[12..16], &lower[16..20], &lower[20..]];
        return table.get(&parts.join("-")).map(|new| (SIMPLE, in_case_of(found, &new.replace('-', ""))));
    }
    let found: String = prefix(text, HYPHENATED * ESCAPE).and_then(unescaped)?;
    let new = in_case_of(&found, table.get(&found.to_ascii_lowercase())?);
    Some((HYPHENATED * ESCAPE, new.bytes().map(|byte| format!("\\u{byte:04x}")).collect()))
}

fn prefix(text: &[u8], length: usize) -> Option<&str> {
    std::str::from_utf8(text.get(..length)?).ok()
}

/// The characters of a text that consists of escapes.
fn unescaped(text: &str) -> Option<String> {
    let escape = |at: usize| {
        let code = text.get(at * ESCAPE..(at + 1) * ESCAPE)?.strip_prefix("\\u")?;
        u32::from_str_radix(code, 16).ok().and_then(char::from_u32)
    };
    (0..text.len() / ESCAPE).map(escape).collect()
}

fn in_case_of(old: &str, new: &str) -> String {
    let has_upper = old.bytes().any(|byte| byte.is_ascii_uppercase());
    if has_upper { new.to_ascii_uppercase() } else { new.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "8dcf823d-9eb3-4da2-8734-f0aad50c0da6";
    const B: &str = "e8e5b807-fa8b-455a-8dfa-b189d28310ff";

    #[test]
    fn every_spelling_is_found_and_kept() {
        let table = IdTable::from([(A.into(), B.into())]);
        let spelled = |id: &str| {
            let escaped: String = id.bytes().map(|byte| format!("\\u{byte:04x}")).collect();
            format!("{{{id}}} {} {} é{escaped}", id.to_uppercase(), id.replace('-', ""))
        };
        assert_eq!(substitute_text(&spelled(A), &table), spelled(B));
        let bytes = [b"\xff\xfe", A.as_bytes(), b"\x00\xff"].concat();
        assert_eq!(substitute(&bytes, &table), [b"\xff\xfe", B.as_bytes(), b"\x00\xff"].concat());
    }

    #[test]
    fn ids_may_change_places() {
        let table = IdTable::from([(A.into(), B.into()), (B.into(), A.into())]);
        assert_eq!(substitute_text(&format!("{A},{B}"), &table), format!("{B},{A}"));
        assert_eq!(substitute_text(&A[1..], &table), &A[1..]);
    }
}
