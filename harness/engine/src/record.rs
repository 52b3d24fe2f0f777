//! Exchanges and failures as they are shown and reported: text, short, without secrets.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::exchange::Exchange;
use crate::reporter::is_hidden;

/// How much of a body is kept, in bytes.
const EXCERPT: usize = 4096;

/// A request and what came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExchangeRecord {
    /// The method.
    pub method: String,
    /// The whole URL.
    pub url: String,
    /// The header fields; the credential is a shell variable.
    pub request_headers: Vec<(String, String)>,
    /// The body; bytes that are no UTF-8 as `\xNN`.
    pub request_body: String,
    /// Whether the body above is all of it, to the byte.
    pub request_body_is_exact: bool,
    /// The status, where there was an answer.
    pub status: Option<u16>,
    /// The answer's header fields.
    pub response_headers: Vec<(String, String)>,
    /// The beginning of the answer's body.
    pub response_body: String,
    /// How long the answer's body was, in bytes.
    pub response_bytes: usize,
    /// Why there was no answer.
    pub transport_error: Option<String>,
    /// The outcome's name.
    pub outcome: String,
}

/// A requirement that did not hold, with the exchange that shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Failure {
    /// The case's id.
    pub case: String,
    /// What the case did, in a few words.
    pub what: String,
    /// What the spec expects.
    pub expected: String,
    /// What was found.
    pub actual: String,
    /// The part of the answer that it is about, as a JSON pointer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// The parts of the answers that the rule reads, as JSON pointers in which `*` stands for every element.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reads: Vec<String>,
    /// The exchanges, the telling one last.
    pub exchanges: Vec<ExchangeRecord>,
    /// How often the generated request was made smaller, where it was generated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shrunk: Option<u32>,
}

impl Failure {
    /// What a failure is measured by when the smallest is wanted: the bytes of its last request.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.exchanges.last().map_or(0, |exchange| exchange.request_body.len() as u64)
    }
}

/// Turns exchanges into records; the only way from what was sent and received to what is shown.
#[derive(Debug, Clone, Default)]
pub struct Recorder {
    base: String,
    secrets: Vec<String>,
}

impl Recorder {
    /// A recorder for a server; the secrets never appear in a record.
    #[must_use]
    pub fn new(base: String, secrets: Vec<String>) -> Self {
        Self { base, secrets: secrets.into_iter().filter(|secret| !secret.is_empty()).collect() }
    }

    /// Text without secrets.
    #[must_use]
    pub fn redact(&self, text: &str) -> String {
        self.secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret, "[redacted]"))
    }

    /// The record of an exchange.
    #[must_use]
    pub fn record(&self, exchange: &Exchange) -> ExchangeRecord {
        let sent = &exchange.sent;
        let mut headers = sent.headers.clone();
        if sent.signed && !self.secrets.is_empty() {
            let variable = if sent.caller == 0 { "$TOKEN".to_owned() } else { format!("$TOKEN_{}", sent.caller + 1) };
            headers.push(("authorization".into(), format!("Bearer {variable}")));
        }
        if sent.chunked {
            headers.push(("transfer-encoding".into(), "chunked".into()));
        }
        let (request_body, whole) = excerpt(&sent.body, EXCERPT * 8);
        let mut record = ExchangeRecord {
            method: sent.method.clone(),
            url: format!("{}{}", self.base.trim_end_matches('/'), sent.path),
            request_headers: headers,
            request_body: self.redact(&request_body),
            request_body_is_exact: whole && std::str::from_utf8(&sent.body).is_ok(),
            outcome: exchange.outcome.name().into(),
            ..ExchangeRecord::default()
        };
        match &exchange.answer {
            Ok(received) => {
                record.status = Some(received.status);
                record.response_headers =
                    received.headers.iter().map(|(name, value)| (name.clone(), self.redact(value))).collect();
                record.response_body = self.redact(&excerpt(&received.body, EXCERPT).0);
                record.response_bytes = received.body.len();
            }
            Err(error) => record.transport_error = Some(self.redact(&error.to_string())),
        }
        record
    }
}

/// The beginning of some bytes as text, and whether that is all of them.
fn excerpt(bytes: &[u8], limit: usize) -> (String, bool) {
    let shown = &bytes[..bytes.len().min(limit)];
    let mut text = String::new();
    for chunk in shown.utf8_chunks() {
        text.push_str(chunk.valid());
        // A character that the limit cuts in two is no fault of the text.
        if chunk.invalid().len() < 4 && shown.len() < bytes.len() && shown.ends_with(chunk.invalid()) {
            continue;
        }
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02x}"));
        }
    }
    (text, shown.len() == bytes.len())
}

impl ExchangeRecord {
    /// The request as a `curl` command line for a shell.
    #[must_use]
    pub fn curl(&self) -> String {
        self.curl_words().join(" ")
    }

    /// The options and arguments of that line, quoted; a comment stands last where the body is not shown to the byte.
    pub(crate) fn curl_words(&self) -> Vec<String> {
        let mut words = vec!["curl -i".to_owned()];
        if self.method != "POST" || self.request_body.is_empty() {
            words[0].push_str(&format!(" -X {}", self.method));
        }
        for (name, value) in &self.request_headers {
            if value.starts_with("Bearer $") {
                words.push(format!("-H \"{name}: {value}\""));
            } else {
                words.push(format!("-H {}", quoted(&format!("{name}: {value}"))));
            }
        }
        words.push(quoted(&self.url));
        if !self.request_body.is_empty() {
            words.push(format!("--data-binary {}", quoted(&self.request_body)));
        }
        if !self.request_body_is_exact {
            words.push(
                "# the body is shown in part, or holds bytes that are no text; --replay sends it whole".to_owned(),
            );
        }
        words
    }
}

/// Text in quotes for a shell: plain ones, unless a terminal would obey a character instead of showing it.
fn quoted(text: &str) -> String {
    if !text.chars().any(is_hidden) {
        return format!("'{}'", text.replace('\'', "'\\''"));
    }
    let mut quoted = String::from("$'");
    for character in text.chars() {
        match character {
            '\'' | '\\' => quoted.extend(['\\', character]),
            '\n' => quoted.push_str("\\n"),
            hidden if is_hidden(hidden) => {
                let mut bytes = [0; 4];
                // Three digits, so that no digit after them is read as one more.
                let octal = hidden.encode_utf8(&mut bytes).bytes().map(|byte| format!("\\{byte:03o}"));
                quoted.extend(octal);
            }
            plain => quoted.push(plain),
        }
    }
    quoted.push('\'');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_gets_the_body_to_the_letter() {
        let record = ExchangeRecord {
            method: "POST".into(),
            url: "http://127.0.0.1/conversations".into(),
            request_headers: vec![("authorization".into(), "Bearer $TOKEN".into())],
            request_body: "{\"name\":\"it's $HOME\"}".into(),
            request_body_is_exact: true,
            ..ExchangeRecord::default()
        };
        assert_eq!(
            record.curl(),
            "curl -i -H \"authorization: Bearer $TOKEN\" 'http://127.0.0.1/conversations' \
             --data-binary '{\"name\":\"it'\\''s $HOME\"}'"
        );
    }

    #[test]
    fn what_a_terminal_would_obey_is_written_out_for_the_shell() {
        assert_eq!(quoted("a\u{202e}'\\1\n"), r"$'a\342\200\256\'\\1\n'");
        assert_eq!(quoted("two\nlines"), "'two\nlines'");
    }

    #[test]
    fn bytes_that_are_no_text_are_shown_and_said() {
        assert_eq!(excerpt(b"a\xffb", 10), ("a\\xffb".into(), true));
        assert_eq!(excerpt("aé".as_bytes(), 2), ("a".into(), false));
    }

    #[test]
    fn secrets_do_not_pass() {
        let recorder = Recorder::new("http://x".into(), vec!["s3cret".into(), String::new()]);
        assert_eq!(recorder.redact("a s3cret b"), "a [redacted] b");
    }
}
