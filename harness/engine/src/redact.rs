//! Takes secrets out of text: the one place that knows in which guises they come back.
//!
//! A server may return the credential that it was sent, whole or in part, plain or encoded, from this request or from
//! another. Fixed tokens are known and looked for in every guise. Signed ones are new with every request, and are found by
//! their form: no answer of this API holds a JSON Web Token.
//!
//! Nothing is judged by redacted text.

use std::ops::Range;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};
use regex::Regex;

/// What stands in a secret's place.
pub const REDACTED: &str = "[redacted]";

/// A text that begins with so many characters of a secret shows the secret, as far as it goes on. Of secrets that are not
/// twice as long, only the whole is looked for, and as it is: a few characters would be found everywhere.
const BEGINNING: usize = 8;

/// How a JSON Web Token begins whose header, as ours do, names the algorithm first.
const TOKEN: &str = "eyJhbGciOi";

/// Two or more parts of a token, or one that is long; `{"` is `eyJ` in base64, at the beginning of a part. A part may be
/// cut, and dots may be percent-encoded.
static TOKENS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)eyJ[a-z0-9_-]{16,}(?:(?:\.|%2e)[a-z0-9_-]*)*").ok());

/// Takes secrets out of text.
#[derive(Clone)]
pub struct Redactor {
    guises: Vec<Guise>,
}

/// A text that is, or that begins, a secret in disguise.
#[derive(Clone)]
struct Guise {
    /// In lower case: names of header fields lose theirs, and for many secrets it does not count.
    text: String,
    /// How much of it has to be there, in bytes.
    least: usize,
    /// What else belongs to it: the characters that follow, as long as they are of this kind.
    tail: fn(char) -> bool,
}

impl Guise {
    fn new(text: &str, least: usize, tail: fn(char) -> bool) -> Self {
        let text = text.to_ascii_lowercase();
        // A character that is not ASCII is never cut.
        Self { least: text.ceil_char_boundary(least), text, tail }
    }

    /// How far it goes in a text that begins with the least of it.
    fn reach(&self, text: &str) -> usize {
        let same = text.bytes().zip(self.text.bytes()).take_while(|(have, wanted)| have == wanted).count();
        let same = text.floor_char_boundary(same);
        text[same..].find(|character| !(self.tail)(character)).map_or(text.len(), |tail| same + tail)
    }
}

impl Default for Redactor {
    fn default() -> Self {
        Self::new(&[])
    }
}

/// It holds secrets.
impl std::fmt::Debug for Redactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Redactor({} guises)", self.guises.len())
    }
}

impl Redactor {
    /// One for these secrets, and for every JSON Web Token.
    #[must_use]
    pub fn new(secrets: &[String]) -> Self {
        let mut guises = encoded(TOKEN);
        for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
            let is_long = secret.len() >= 2 * BEGINNING;
            for text in written(secret) {
                guises.push(Guise::new(&text, if is_long { BEGINNING } else { text.len() }, nothing));
            }
            if is_long {
                guises.extend(encoded(&secret[..secret.ceil_char_boundary(BEGINNING)]));
            }
        }
        Self { guises }
    }

    /// Text without secrets.
    #[must_use]
    pub fn redact(&self, text: &str) -> String {
        self.redact_to(text, text.len())
    }

    /// The beginning of a text, about so many bytes of it, without secrets. A secret that the limit would cut in two is
    /// taken out whole.
    #[must_use]
    pub fn redact_to(&self, text: &str, limit: usize) -> String {
        let mut redacted = String::with_capacity(limit.min(text.len()));
        let mut at = 0;
        for found in self.find(text) {
            if found.start >= limit {
                break;
            }
            redacted.push_str(&text[at..found.start]);
            redacted.push_str(REDACTED);
            at = found.end;
        }
        let end = text.floor_char_boundary(limit);
        redacted.push_str(text.get(at..end).unwrap_or_default());
        redacted
    }

    /// How far past a limit a text has to be looked at, in bytes.
    #[must_use]
    pub fn longest(&self) -> usize {
        // The tokens of others are found by their first few characters.
        self.guises.iter().map(|guise| guise.text.len()).max().unwrap_or(0).max(64)
    }

    /// Where secrets are, in order and apart.
    fn find(&self, text: &str) -> Vec<Range<usize>> {
        let mut found: Vec<Range<usize>> = Vec::new();
        // Of the same length: only ASCII changes.
        let lower = text.to_ascii_lowercase();
        for guise in &self.guises {
            for (start, _) in lower.match_indices(&guise.text[..guise.least]) {
                found.push(start..start + guise.reach(&lower[start..]));
            }
        }
        found.extend(TOKENS.iter().flat_map(|tokens| tokens.find_iter(text)).map(|token| token.range()));
        found.sort_by_key(|range| range.start);
        let mut apart: Vec<Range<usize>> = Vec::new();
        for range in found {
            match apart.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ => apart.push(range),
            }
        }
        apart
    }
}

fn nothing(_: char) -> bool {
    false
}

fn base64_digit(character: char) -> bool {
    character.is_ascii_alphanumeric() || "+/-_=".contains(character)
}

fn hexadecimal_digit(character: char) -> bool {
    character.is_ascii_hexdigit()
}

fn percent_digit(character: char) -> bool {
    character.is_ascii_hexdigit() || character == '%'
}

/// A secret as it is, and as JSON and URLs write it.
fn written(secret: &str) -> Vec<String> {
    let quoted = |text: &str| {
        let json = serde_json::Value::from(text).to_string();
        json.strip_prefix('"').and_then(|json| json.strip_suffix('"')).unwrap_or(&json).to_owned()
    };
    let json = quoted(secret);
    // JSON in a text in JSON: an answer of another server, passed on.
    let twice = quoted(&json);
    let mut percent = String::new();
    for byte in secret.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => percent.push(char::from(byte)),
            _ => percent.push_str(&format!("%{byte:02x}")),
        }
    }
    let mut all = vec![secret.to_owned(), twice, json.replace('/', "\\/"), json, percent];
    all.sort();
    all.dedup();
    all
}

/// How a secret begins in base64 and in hexadecimal; whatever follows in the same encoding belongs to it.
fn encoded(secret: &str) -> Vec<Guise> {
    let mut all = Vec::new();
    // What stands before it decides which bits of it share a digit of base64.
    for before in 0..3 {
        let bytes = [&[0; 2][..before], secret.as_bytes()].concat();
        // The first digits hold bits of what stands before, and the last may hold some of what follows.
        let digits = (before * 8).div_ceil(6)..bytes.len() * 8 / 6;
        for text in [BASE64_STANDARD_NO_PAD.encode(&bytes), BASE64_URL_SAFE_NO_PAD.encode(&bytes)] {
            let text = &text[digits.clone()];
            all.push(Guise::new(text, text.len(), base64_digit));
        }
    }
    let hexadecimal: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    all.push(Guise::new(&hexadecimal, hexadecimal.len(), hexadecimal_digit));
    let percent: String = secret.bytes().map(|byte| format!("%{byte:02x}")).collect();
    all.push(Guise::new(&percent, percent.len(), percent_digit));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPAQUE: &str = "canary-5f1c7a52/with+\"signs\"=and%more";
    const JWT: &str = "eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCJ9.eyJleHAiOjE3ODQwMDA2MDAsInNpZCI6IjEzODQzMjZkIn0.hgyY0il_MGCjP0\
                       JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

    /// The guises in which a careless server returns what it was sent.
    fn guises(secret: &str) -> Vec<String> {
        let bearer = format!("Bearer {secret}");
        let json = serde_json::json!({"error": {"description": format!("bad token {secret}!")}}).to_string();
        let percent = |text: &str| -> String {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
            text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
        };
        let mut all = vec![
            secret.to_owned(),
            secret.to_lowercase(),
            bearer.clone(),
            format!("{bearer}, {bearer}"),
            json.replace('/', "\\/"),
            serde_json::Value::from(json.clone()).to_string(),
            json,
            percent(&bearer),
            percent(&bearer).to_lowercase().replace(&secret.to_lowercase(), secret),
            bearer.bytes().map(|byte| format!("{byte:02x}")).collect(),
            bearer.bytes().map(|byte| format!("{byte:02X}")).collect(),
            bearer.bytes().map(|byte| format!("%{byte:02X}")).collect(),
            bearer[..bearer.len() - 8].to_owned(),
            format!("…{}… is too short", &secret[..20]),
        ];
        for before in ["", "x", "xy", "Bearer ", "{\"token\":\""] {
            let text = format!("{before}{secret} and more");
            all.push(format!("\"{}\"", BASE64_STANDARD_NO_PAD.encode(&text)));
            all.push(format!("\"{}\"", BASE64_URL_SAFE_NO_PAD.encode(&text)));
        }
        all
    }

    /// What is left of a secret in a text: its longest piece, in any encoding that a person could undo.
    fn left(secret: &str, shown: &str) -> bool {
        let pieces = |text: &str| -> Vec<String> {
            let characters: Vec<char> = text.chars().collect();
            characters.windows(8).map(|window| window.iter().collect()).collect()
        };
        let mut tellers = pieces(secret);
        for before in 0..3 {
            let bytes = [&b"\0\0"[..before], secret.as_bytes()].concat();
            tellers.extend(pieces(&BASE64_STANDARD_NO_PAD.encode(&bytes)[4..]));
            tellers.extend(pieces(&BASE64_URL_SAFE_NO_PAD.encode(&bytes)[4..]));
        }
        let hexadecimal: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
        tellers.extend(pieces(&hexadecimal));
        tellers.extend(pieces(&secret.bytes().map(|byte| format!("%{byte:02x}")).collect::<String>()));
        tellers.iter().any(|piece| shown.to_lowercase().contains(&piece.to_lowercase()))
    }

    #[test]
    fn a_known_secret_is_found_in_every_guise() {
        let redactor = Redactor::new(&[OPAQUE.to_owned(), String::new()]);
        for text in guises(OPAQUE) {
            let shown = redactor.redact(&text);
            assert!(shown.contains(REDACTED) && !left(OPAQUE, &shown), "{text}\n{shown}");
        }
    }

    #[test]
    fn a_token_that_nobody_named_is_found_in_every_guise() {
        let redactor = Redactor::default();
        for text in guises(JWT) {
            let shown = redactor.redact(&text);
            assert!(shown.contains(REDACTED) && !left(JWT, &shown), "{text}\n{shown}");
        }
        for part in JWT.split('.').take(2).chain([&JWT[..60], &JWT.replace('.', "%2E")]) {
            assert_eq!(redactor.redact(&format!("<{part}>")), format!("<{REDACTED}>"));
        }
    }

    /// A test of the tests: what they look for is there before it is taken out.
    #[test]
    fn what_is_left_is_noticed() {
        for secret in [OPAQUE, JWT] {
            assert!(guises(secret).iter().all(|text| left(secret, text)));
        }
        assert!(!left(OPAQUE, "nothing of it"));
    }

    #[test]
    fn a_limit_cuts_no_secret_in_two() {
        let redactor = Redactor::new(&["a-secret-token".to_owned()]);
        let text = "before a-secret-token after";
        for limit in 0..text.len() {
            let shown = redactor.redact_to(text, limit);
            assert!(!shown.contains("a-se") && !shown.contains("oken"), "{limit}: {shown}");
        }
        assert_eq!(redactor.redact_to(text, 10), format!("before {REDACTED}"));
        assert_eq!(redactor.redact_to(text, 24), format!("before {REDACTED} af"));
        assert_eq!(redactor.redact_to("aé", 2), "a");
    }

    #[test]
    fn other_text_stays() {
        let redactor = Redactor::new(&["x".repeat(20)]);
        for text in
            ["", "eyJhbGc", "8dcf823d-9eb3-4da2-8734-f0aad50c0da6", "{\"data\":{\"name\":\"eyJ\"}}", "é\u{1f600}"]
        {
            assert_eq!(redactor.redact(text), text);
        }
        assert_eq!(format!("{redactor:?}"), "Redactor(17 guises)");
    }
}
