//! Removes secrets from text: the one place that knows in which guises they come back.
//!
//! A server may return the credential that it was sent, whole or in part, plain or encoded, from this request or from
//! another. Fixed tokens are known: a few characters give one away, in the text without escapes, white space and
//! punctuation, and in base64, in hexadecimal and backwards. Signed tokens are new with every request, and are found by
//! their form: no answer of this API contains a JSON Web Token.
//!
//! Redacted text is only shown, never judged.

mod index;
mod later;
mod view;

use std::ops::Range;
use std::sync::{Arc, LazyLock};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use memchr::memmem;
use regex::bytes::Regex;

use self::index::{Index, WINDOW, least};
pub use self::later::Later;
use self::view::LowerCaseView;

/// The text that replaces a secret.
pub const REDACTED: &str = "[redacted]";

/// How far beyond a limit a text must be searched, in bytes: the longest form of a window, if each of its characters is
/// escaped twice.
pub(crate) const BEYOND: usize = 256;

/// How many layers of escapes are undone: an answer of another server may be passed on as JSON text in a URL.
const LAYERS: usize = 4;

/// The beginning of a JSON Web Token whose header, as ours do, names the algorithm first.
const TOKEN: &str = "eyJhbGciOi";

/// Two or more parts of a token, or a single long one; `{"` is `eyJ` in base64 at the beginning of a part. A part may
/// be cut, and dots may be percent-encoded. Also matches a reversed token.
static TOKENS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?-u)eyj[a-z0-9_-]{16,}(?:(?:\.|%2e)[a-z0-9_-]*)*|[a-z0-9_.-]*ioicgbhjye").ok());

/// How tokens begin in base64 and in hexadecimal.
static ENCODED_TOKENS: LazyLock<Vec<Encoded>> = LazyLock::new(encoded_tokens);

/// Removes secrets from text. It is built once per run; clones share its secrets.
#[derive(Clone, Default)]
pub struct Redactor {
    secrets: Arc<Secrets>,
    later: Vec<Later>,
}

#[derive(Default)]
struct Secrets {
    /// The guises that are searched for in the text as it is.
    plain: Index,
    /// The guises that are searched for in its letters and digits alone.
    bare: Index,
    /// Secrets that are shorter than a window; they are searched for whole.
    short: Vec<Vec<u8>>,
}

/// The beginning of an encoded token; everything after it in the same encoding belongs to the token.
struct Encoded {
    beginning: memmem::Finder<'static>,
    tail: fn(u8) -> bool,
}

/// Hides the secrets.
impl std::fmt::Debug for Redactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Redactor")
    }
}

impl Secrets {
    fn new(secrets: &[String], public: &[String]) -> Self {
        let public: Vec<Vec<u8>> = public.iter().map(|text| text.to_ascii_lowercase().into_bytes()).collect();
        let bare_public: Vec<Vec<u8>> = public.iter().map(|text| bare(text).0).collect();
        let mut all = Secrets::default();
        for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
            let backwards: Vec<u8> = secret.bytes().rev().collect();
            for text in [secret.as_bytes(), &backwards] {
                all.plain.add(text.to_ascii_lowercase(), least(text, &public));
                let bare = bare(text).0;
                all.bare.add(bare.to_ascii_lowercase(), least(&bare, &bare_public));
            }
            if secret.len() < WINDOW {
                all.short.push(secret.to_ascii_lowercase().into_bytes());
                continue;
            }
            let hexadecimal = hexadecimal(secret.as_bytes());
            let from_each_byte = (0..hexadecimal.len()).map(|at| if at % 2 == 0 { 2 * WINDOW } else { 0 }).collect();
            all.bare.add(hexadecimal.into_bytes(), from_each_byte);
            for before in 0..3 {
                let (digits, places) = bare(in_base64(secret.as_bytes(), before).as_bytes());
                // This many digits are fully determined by one window of the secret, wherever it starts. Two digits
                // differ between the base64 alphabets, which does not matter here.
                let end = |at: usize| places.partition_point(|place| *place < places[at] + WINDOW * 8 / 6 - 1);
                let least = (0..digits.len()).map(|at| (end(at) - at).max(WINDOW)).collect();
                all.bare.add(digits.to_ascii_lowercase(), least);
            }
        }
        all.plain.finish();
        all.bare.finish();
        all
    }

    /// Finds the secrets in a text in lower case.
    fn find(&self, text: &[u8], found: &mut impl FnMut(usize, usize)) {
        self.plain.find(text, |range| found(range.start, range.end));
        for short in &self.short {
            memmem::find_iter(text, short).for_each(|at| found(at, at + short.len()));
        }
        if !self.bare.is_empty() {
            let (bare, places) = bare(text);
            self.bare.find(&bare, |range| found(places[range.start], places[range.end - 1] + 1));
        }
    }
}

impl Redactor {
    /// A redactor for these secrets and for every JSON Web Token. Texts in `public` stay, even where one is a part of a
    /// secret.
    #[must_use]
    pub fn new(secrets: &[String], public: &[String]) -> Self {
        Self { secrets: Arc::new(Secrets::new(secrets, public)), later: Vec::new() }
    }

    /// Also redacts these secrets, which may grow later.
    #[must_use]
    pub fn with(mut self, later: &Later) -> Self {
        self.later.push(later.clone());
        self
    }

    /// Text without secrets.
    #[must_use]
    pub fn redact(&self, text: &str) -> String {
        self.redact_to(text, text.len())
    }

    /// About the first `limit` bytes of a text, without secrets. A secret that crosses the limit is removed whole.
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

    /// The ranges of all secrets, sorted and disjoint.
    fn find(&self, text: &str) -> Vec<Range<usize>> {
        let mut found: Vec<Range<usize>> = Vec::new();
        let mut view = LowerCaseView::of(text);
        for _ in 0..LAYERS {
            self.find_in(&view, |start, end| {
                let (start, end) = (view.place(start), view.place(end));
                // Only whole characters are removed.
                found.push(text.floor_char_boundary(start)..text.ceil_char_boundary(end));
            });
            match view.unescaped() {
                Some(next) => view = next,
                None => break,
            }
        }
        found.retain(|range| !is_in_uuid(text, range));
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

    fn find_in(&self, view: &LowerCaseView, mut found: impl FnMut(usize, usize)) {
        let text = view.bytes.as_slice();
        self.secrets.find(text, &mut found);
        for later in &self.later {
            later.secrets().find(text, &mut found);
        }
        for token in TOKENS.iter().flat_map(|tokens| tokens.find_iter(text)) {
            found(token.start(), token.end());
        }
        for Encoded { beginning, tail } in ENCODED_TOKENS.iter() {
            for at in beginning.find_iter(text) {
                let rest = &text[at + beginning.needle().len()..];
                let length = rest.iter().position(|byte| !tail(*byte)).unwrap_or(rest.len());
                found(at, at + beginning.needle().len() + length);
            }
        }
    }
}

/// Whether a text contains a secret, plain or escaped.
pub(crate) fn holds(text: &[u8], secret: &str) -> bool {
    if memmem::find(text, secret.as_bytes()).is_some() {
        return true;
    }
    let secret = secret.to_ascii_lowercase();
    let mut view = LowerCaseView::of(&String::from_utf8_lossy(text)).unescaped();
    for _ in 1..LAYERS {
        let Some(unescaped) = view else { return false };
        if memmem::find(&unescaped.bytes, secret.as_bytes()).is_some() {
            return true;
        }
        view = unescaped.unescaped();
    }
    false
}

/// Whether a piece of a text is a part of a UUID: a few of its digits may be those of a secret by chance.
fn is_in_uuid(text: &str, range: &Range<usize>) -> bool {
    let is_part = |byte: &&u8| byte.is_ascii_hexdigit() || **byte == b'-';
    let (before, after) = (&text.as_bytes()[..range.start], &text.as_bytes()[range.start..]);
    let start = range.start - before.iter().rev().take(36).take_while(is_part).count();
    let end = range.start + after.iter().take(36).take_while(is_part).count();
    range.len() <= 2 * WINDOW && range.end <= end && uuid::Uuid::try_parse(&text[start..end]).is_ok()
}

/// The letters and digits of a text, and their positions.
fn bare(text: &[u8]) -> (Vec<u8>, Vec<usize>) {
    text.iter().enumerate().filter(|(_, byte)| byte.is_ascii_alphanumeric()).map(|(at, byte)| (*byte, at)).unzip()
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Some bytes in base64, after `before` other bytes. Those decide how the bits are grouped into digits; digits that
/// also contain bits of other bytes are left out.
fn in_base64(bytes: &[u8], before: usize) -> String {
    let bytes = [&[0; 2][..before], bytes].concat();
    BASE64_STANDARD_NO_PAD.encode(&bytes)[(before * 8).div_ceil(6)..bytes.len() * 8 / 6].to_owned()
}

fn encoded_tokens() -> Vec<Encoded> {
    fn base64_digit(byte: u8) -> bool {
        byte.is_ascii_alphanumeric() || b"+/-_=".contains(&byte)
    }
    fn hexadecimal_digit(byte: u8) -> bool {
        byte.is_ascii_hexdigit()
    }
    let encoded = |text: String, tail: fn(u8) -> bool| Encoded {
        beginning: memmem::Finder::new(text.to_ascii_lowercase().as_bytes()).into_owned(),
        tail,
    };
    let mut all = vec![encoded(hexadecimal(TOKEN.as_bytes()), hexadecimal_digit)];
    for before in 0..3 {
        // The base64 alphabets agree on all of these digits.
        all.push(encoded(in_base64(TOKEN.as_bytes(), before), base64_digit));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    const JWT: &str = "eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCJ9.eyJleHAiOjE3ODQwMDA2MDAsInNpZCI6IjEzODQzMjZkIn0.hgyY0il_MGCjP0\
                       JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

    #[test]
    fn a_part_of_a_token_that_nobody_named_is_found() {
        let redactor = Redactor::default();
        for part in JWT.split('.').take(2).chain([&JWT[..60], &JWT.replace('.', "%2E")]) {
            assert_eq!(redactor.redact(&format!("<{part}>")), format!("<{REDACTED}>"));
        }
    }

    #[test]
    fn a_limit_cuts_no_secret_in_two() {
        let redactor = Redactor::new(&["a-secret-token".to_owned()], &[]);
        let text = "before a-secret-token after";
        for limit in 0..text.len() {
            let shown = redactor.redact_to(text, limit);
            assert!(!shown.contains("a-se") && !shown.contains("oken"), "{limit}: {shown}");
        }
        assert_eq!(redactor.redact_to(text, 10), format!("before {REDACTED}"));
        assert_eq!(redactor.redact_to(text, 24), format!("before {REDACTED} af"));
        assert_eq!(redactor.redact_to("a\u{e9}", 2), "a");
    }

    #[test]
    fn a_short_secret_is_found_whole() {
        let redactor = Redactor::new(&["s3cret".to_owned(), String::new()], &[]);
        assert_eq!(redactor.redact("s3cre, S3CRET and s3\\u0063ret"), format!("s3cre, {REDACTED} and {REDACTED}"));
    }

    #[test]
    fn other_text_stays() {
        let user = "8dcf823d-9eb3-4da2-8734-f0aad50c0da6";
        let secrets = [
            "x".repeat(20),
            "conversations-participants-7f31".to_owned(),
            "5d9e3b71c2f04a86b1d7e9c35a60f482".to_owned(),
            format!("tok_{user}"),
            user.to_owned(),
        ];
        let redactor = Redactor::new(&secrets, &[user.to_owned()]);
        for text in [
            "",
            "eyJhbGc",
            user,
            "{\"data\":{\"name\":\"eyJ\"}}",
            "\u{e9}\u{1f600} 100 % \\u00e9",
            "POST /conversations: a list of participants, and of conversations",
            // Eight digits of a secret, by chance.
            "e8e5b807-fa8b-455a-8dfa-b1d7e9c35aff",
        ] {
            assert_eq!(redactor.redact(text), text);
        }
        assert_eq!(redactor.redact(&format!("tok_{user}")), REDACTED);
        assert_eq!(redactor.redact("(5d9e3b71c2f04a86)"), format!("({REDACTED})"));
        assert_eq!(format!("{redactor:?}"), "Redactor");
    }

    #[test]
    fn a_secret_is_held_in_escapes_too() {
        for text in [r"x4b+c/d==", r"x4b\u002Bc\/d==", r"x4b\\u002bc%2Fd&#61;&#x3d;"] {
            assert!(holds(format!("<{text}>").as_bytes(), "x4b+c/d=="), "{text}");
        }
        assert!(!holds(br"x4b\u002bc", "x4b+c/d=="));
    }
}
