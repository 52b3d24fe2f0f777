//! A text with its escapes undone: those of JSON and other languages, of URLs, of HTML and XML.

/// A text in lower case, byte by byte, and the origin of each byte.
#[derive(Debug)]
pub(super) struct LowerCaseView {
    pub(super) bytes: Vec<u8>,
    /// Where the source of each byte begins, and the end of the last one; `None` for the text as it is.
    places: Option<Vec<usize>>,
}

impl LowerCaseView {
    /// A text as it is. Case is ignored: header field names lose theirs, and for many secrets it does not matter.
    pub(super) fn of(text: &str) -> Self {
        Self { bytes: text.to_ascii_lowercase().into_bytes(), places: None }
    }

    /// The position in the text where the byte at `at` begins, which is where the byte before it ends.
    pub(super) fn place(&self, at: usize) -> usize {
        self.places.as_ref().map_or(at, |places| places[at])
    }

    /// The view with one layer of escapes undone; `None` if there are none.
    pub(super) fn unescaped(&self) -> Option<Self> {
        memchr::memchr3(b'\\', b'%', b'&', &self.bytes)?;
        let mut next = Self { bytes: Vec::with_capacity(self.bytes.len()), places: None };
        let mut places = Vec::with_capacity(self.bytes.len() + 1);
        let mut at = 0;
        while at < self.bytes.len() {
            let (byte, length) = escape(&self.bytes[at..]).unwrap_or((self.bytes[at], 1));
            next.bytes.push(byte.to_ascii_lowercase());
            places.push(self.place(at));
            at += length;
        }
        places.push(self.place(at));
        next.places = Some(places);
        (next.bytes.len() < self.bytes.len()).then_some(next)
    }
}

/// Stands for any character that is not ASCII: no secret has one.
const OTHER: u8 = 0xff;

/// The escape at the beginning of a text in lower case: the byte that it stands for, and its length.
fn escape(text: &[u8]) -> Option<(u8, usize)> {
    match text {
        [b'\\', b'u', b'{', rest @ ..] => {
            let length = rest.iter().take(7).position(|byte| *byte == b'}')?;
            Some((number(&rest[..length], 16)?, length + 4))
        }
        [b'\\', b'u', rest @ ..] => Some((number(rest.get(..4)?, 16)?, 6)),
        [b'\\', b'x', rest @ ..] => Some((number(rest.get(..2)?, 16)?, 4)),
        [b'\\', a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', ..] => Some((number(&[*a, *b, *c], 8)?, 4)),
        [b'\\', b'n' | b'r' | b't' | b'b' | b'f' | b'v' | b'0', ..] => Some((b' ', 2)),
        [b'\\', plain, ..] if plain.is_ascii_punctuation() => Some((*plain, 2)),
        [b'%', rest @ ..] => Some((number(rest.get(..2)?, 16)?, 3)),
        [b'&', b'#', rest @ ..] => {
            let (digits, base, before) = match rest {
                [b'x', digits @ ..] => (digits, 16, 3),
                digits => (digits, 10, 2),
            };
            let is_digit = |byte: &u8| char::from(*byte).is_digit(base);
            let length = digits.iter().take(8).take_while(|byte| is_digit(byte)).count();
            let byte = number(&digits[..length], base)?;
            Some((byte, before + length + usize::from(digits.get(length) == Some(&b';'))))
        }
        [b'&', rest @ ..] => {
            // An unknown name stands for a character that no token has.
            let length = rest.iter().take(10).position(|byte| *byte == b';')?;
            let name = &rest[..length];
            let byte = NAMED.iter().find(|(have, _)| have.as_bytes() == name).map_or(b' ', |(_, byte)| *byte);
            (length > 1 && name.iter().all(u8::is_ascii_alphabetic)).then_some((byte, length + 2))
        }
        _ => None,
    }
}

/// The characters of tokens that have a name in HTML.
const NAMED: [(&str, u8); 11] = [
    ("amp", b'&'),
    ("quot", b'"'),
    ("apos", b'\''),
    ("lt", b'<'),
    ("gt", b'>'),
    ("plus", b'+'),
    ("sol", b'/'),
    ("equals", b'='),
    ("lowbar", b'_'),
    ("period", b'.'),
    ("colon", b':'),
];

/// The ASCII character with this number; `OTHER` beyond ASCII.
fn number(digits: &[u8], base: u32) -> Option<u8> {
    let digits = std::str::from_utf8(digits).ok().filter(|digits| !digits.starts_with('+'))?;
    let number = u32::from_str_radix(digits, base).ok()?;
    Some(u8::try_from(number).ok().filter(u8::is_ascii).unwrap_or(OTHER))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unescaped(text: &str) -> Option<String> {
        LowerCaseView::of(text).unescaped().map(|view| String::from_utf8_lossy(&view.bytes).into_owned())
    }

    #[test]
    fn escapes_of_every_kind_are_undone() {
        for (text, expected) in [
            (r"a\u002Bb", "a+b"),
            (r"\u0061\u{62}\x63\144", "abcd"),
            (r"a\/b\\c\nd", "a/b\\c d"),
            ("%61%2b%2F", "a+/"),
            ("&#97;&#x62;&#x63&plus;&amp;&zwnj;d", "abc+& d"),
        ] {
            assert_eq!(unescaped(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_escape_stays() {
        for text in ["", "plain", "100 %", "%zz", "a & b", "&;", "\\", r"\u12", r"\q", "&#;", "%+1", "%", r"\u{}"] {
            assert_eq!(unescaped(text), None, "{text}");
        }
    }

    #[test]
    fn every_byte_knows_its_place() {
        let view = LowerCaseView::of(r"x\\u0061y").unescaped().and_then(|view| view.unescaped()).expect("escapes");
        assert_eq!(view.bytes, b"xay");
        assert_eq!((0..=3).map(|at| view.place(at)).collect::<Vec<_>>(), [0, 1, 8, 9]);
    }
}
