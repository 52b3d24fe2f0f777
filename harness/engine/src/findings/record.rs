//! The exchanges and failures of a report: as text, cut to a maximum length, without secrets.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::edition::exchange::Exchange;
use crate::http::authorization::Authorization;
use crate::http::framing::Framing;
use crate::identity::case_id::CaseId;
use crate::text::redact::{BEYOND, Later, Redactor};

/// How much of a body is kept, in bytes.
const EXCERPT: usize = 4096;

/// A request, and the answer to it or why there was none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExchangeRecord {
    /// The HTTP method.
    pub method: String,
    /// The complete URL.
    pub url: String,
    /// The header fields of the request; a shell variable stands for the credential.
    pub request_headers: Vec<(String, String)>,
    /// How the credential differs from the caller's own; absent if it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<String>,
    /// The path that the token is bound to, if the token is bound to this request; then a replay needs a newly signed
    /// token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_path: Option<String>,
    /// The body of the request; bytes that are not UTF-8 are written as `\xNN`.
    pub request_body: String,
    /// Whether `request_body` is the complete body, byte for byte.
    pub request_body_is_exact: bool,
    /// The HTTP status; null if there was no answer.
    pub status: Option<u16>,
    /// The header fields of the answer.
    pub response_headers: Vec<(String, String)>,
    /// The beginning of the body of the answer.
    pub response_body: String,
    /// The length of the body of the answer, in bytes.
    pub response_bytes: usize,
    /// Why there was no answer; null if there was one.
    pub transport_error: Option<String>,
    /// The meaning of the answer: `accepted`, `refused`, `unauthorized`, `throttled`, `server_error`, `malformed` or
    /// `no_answer`.
    pub outcome: String,
}

/// A call to an SDK: the line that its adapter received, and the line that it answered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CallRecord {
    /// The line to the adapter.
    pub request: String,
    /// The answer line; null if there was none.
    pub answer: Option<String>,
}

/// A failure of a requirement or reading, with the exchanges or calls that show it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Failure {
    /// The id of the case.
    pub case: CaseId,
    /// The requirement's statement, or the reading's question.
    pub what: String,
    /// What the spec expects.
    pub expected: String,
    /// What was observed instead.
    pub actual: String,
    /// The part of the answer that is wrong, as a JSON Pointer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// The parts of the answers that the rule reads, as JSON Pointers in which `*` stands for every element.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reads: Vec<String>,
    /// The exchanges that show the failure, the decisive one last.
    pub exchanges: Vec<ExchangeRecord>,
    /// The calls to an SDK that show the failure.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<CallRecord>,
    /// The number of steps in which generated requests or arguments were made smaller; absent if the failure was not
    /// shrunk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shrunk: Option<u32>,
}

impl Failure {
    /// The size of a failure, to find the smallest: the bytes of its last request and of its calls.
    #[must_use]
    pub fn size(&self) -> u64 {
        let sent = self.exchanges.last().map_or(0, |exchange| exchange.request_body.len());
        (sent + self.calls.iter().map(|call| call.request.len()).sum::<usize>()) as u64
    }
}

/// Turns exchanges into records without secrets; whatever is shown of a message passes through it.
#[derive(Debug, Clone, Default)]
pub struct Recorder {
    base: String,
    redactor: Redactor,
    authorized: bool,
    signed: bool,
    /// The names of the header fields that every request has beside its own.
    fields: Vec<String>,
}

impl Recorder {
    /// A recorder for a server; the secrets never appear in a record. The ids of users do, and the server's address.
    /// `signed` says whether each request has a token of its own.
    #[must_use]
    pub fn new(base: String, secrets: &[String], users: &[String], signed: bool) -> Self {
        let redactor = Redactor::new(secrets, &[users, std::slice::from_ref(&base)].concat());
        Self { base, redactor, authorized: signed || !secrets.is_empty(), signed, fields: Vec::new() }
    }

    /// The same for requests with these header fields beside their own. `authorized` says whether they have a
    /// credential; `later` are secrets that become known later.
    pub(crate) fn sending(self, authorized: bool, fields: Vec<String>, later: &[&Later]) -> Self {
        let redactor = later.iter().copied().fold(self.redactor, Redactor::with);
        Self { redactor, authorized, fields, ..self }
    }

    /// The redactor, which takes secrets out of text.
    pub(crate) fn redactor(&self) -> &Redactor {
        &self.redactor
    }

    /// Text without secrets.
    #[must_use]
    pub fn redact(&self, text: &str) -> String {
        self.redactor.redact(text)
    }

    /// Header fields without secrets.
    pub(crate) fn fields(&self, fields: &[(String, String)]) -> Vec<(String, String)> {
        fields.iter().map(|(name, value)| (self.redact(name), self.redact(value))).collect()
    }

    /// The beginning of a body, and whether that is all of it, to the byte.
    fn body(&self, bytes: &[u8], limit: usize) -> (String, bool) {
        // Read beyond the limit, since a secret may lie across it.
        let (text, whole) = excerpt(bytes, limit + BEYOND);
        let shown = self.redactor.redact_to(&text, excerpt(bytes, limit).0.len());
        let is_exact = whole && shown == text && std::str::from_utf8(bytes).is_ok();
        (shown, is_exact)
    }

    /// The beginning of a text, without secrets: what a server says may be long, and several failures are kept.
    pub(crate) fn brief(&self, text: &str) -> String {
        let start = beginning(text, EXCERPT).len();
        if start == text.len() {
            return self.redact(text);
        }
        // Read beyond the limit, since a secret may lie across it.
        let text = beginning(text, EXCERPT + BEYOND);
        format!("{}…", self.redactor.redact_to(text, start))
    }

    /// The first header fields, up to twice the length that is kept of a body; a last one says how many there are.
    fn beginning(&self, all: &[(String, String)]) -> Vec<(String, String)> {
        let mut length = 0;
        let fits = |(name, value): &&(String, String)| {
            length += name.len() + value.len();
            length <= 2 * EXCERPT
        };
        let count = all.iter().take_while(fits).count();
        let mut fields = self.fields(&all[..count]);
        if count < all.len() {
            fields.push(("…".to_owned(), format!("{} header fields in all", all.len())));
        }
        fields
    }

    /// The record of an exchange.
    #[must_use]
    pub fn record(&self, exchange: &Exchange) -> ExchangeRecord {
        let sent = &exchange.sent;
        let mut headers = self.fields(&sent.headers);
        let variable = if sent.caller == 0 { "$TOKEN".to_owned() } else { format!("$TOKEN_{}", sent.caller + 1) };
        let shown = match &sent.authorization {
            Authorization::Own | Authorization::Made(_) | Authorization::UsedBefore(_) if self.authorized => {
                vec![format!("Bearer {variable}")]
            }
            Authorization::Own | Authorization::Made(_) | Authorization::UsedBefore(_) | Authorization::None => {
                Vec::new()
            }
            Authorization::Altered(altered) => altered.shown(&variable),
        };
        let holds_own_token = match &sent.authorization {
            Authorization::Own | Authorization::Made(_) => true,
            Authorization::UsedBefore(_) | Authorization::None => false,
            Authorization::Altered(altered) => altered.holds_own_token(),
        };
        let beside = self.fields.iter().filter(|name| sent.headers.iter().all(|(own, _)| own != *name));
        headers.extend(beside.map(|name| (name.clone(), variable_of(name))));
        headers.extend(shown.into_iter().map(|value| ("authorization".to_owned(), value)));
        if sent.framing == Framing::Chunked {
            headers.push(("transfer-encoding".into(), "chunked".into()));
        }
        let (request_body, request_body_is_exact) = self.body(&sent.body, EXCERPT * 8);
        let mut record = ExchangeRecord {
            method: sent.method.clone(),
            url: self.redact(&format!("{}{}", self.base.trim_end_matches('/'), sent.path)),
            request_headers: headers,
            credential: match &sent.authorization {
                Authorization::Altered(altered) => altered.summary(),
                Authorization::UsedBefore(_) => Some("the token of an earlier request".to_owned()),
                Authorization::Own | Authorization::Made(_) | Authorization::None => None,
            },
            signed_path: (self.signed && holds_own_token).then(|| self.redact(&sent.path)),
            request_body,
            request_body_is_exact,
            outcome: exchange.outcome.name().into(),
            ..ExchangeRecord::default()
        };
        match &exchange.answer {
            Ok(received) => {
                record.status = Some(received.status);
                record.response_headers = self.beginning(&received.headers);
                record.response_body = self.body(&received.body, EXCERPT).0;
                record.response_bytes = received.body.len();
            }
            Err(error) => record.transport_error = Some(self.redact(&error.to_string())),
        }
        record
    }
}

/// The beginning of a text, in at most `limit` bytes.
fn beginning(text: &str, limit: usize) -> &str {
    &text[..text.floor_char_boundary(limit)]
}

/// The beginning of some bytes as text, and whether that is all of them.
pub(crate) fn excerpt(bytes: &[u8], limit: usize) -> (String, bool) {
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

/// The shell variable that stands for the secret value of a header field: `$X_KEY` of `x-key`.
pub(super) fn variable_of(name: &str) -> String {
    format!("${}", name.replace(|c: char| !c.is_ascii_alphanumeric(), "_").to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_no_text_are_shown_and_said() {
        assert_eq!(excerpt(b"a\xffb", 10), ("a\\xffb".into(), true));
        assert_eq!(excerpt("aé".as_bytes(), 2), ("a".into(), false));
    }

    #[test]
    fn secrets_do_not_pass() {
        let recorder = Recorder::new("http://x".into(), &["s3cret".into(), String::new()], &[], false);
        assert_eq!(recorder.redact("a s3cret b"), "a [redacted] b");
        assert_eq!(recorder.body(b"say s3cret \xff", 6), ("say [redacted]".into(), false));
        assert_eq!(recorder.body(b"say nothing", 20), ("say nothing".into(), true));
    }
}
