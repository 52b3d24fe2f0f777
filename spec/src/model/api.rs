//! How to interpret the answers of an API: where the result and the error are, and what an answer means.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use super::Pointer;

/// How to interpret answers. The first of these that fits is the meaning of an answer: throttled, a server error,
/// unauthorized; refused, if there is an `error` object; accepted, if the status is 2XX, `result` is an object and
/// there is no `error`; refused, if the status is 4XX and there is no `result`, or `result` is the whole body. If none
/// fits, the answer is malformed.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Api {
    /// The result in an accepted answer; "" for the whole body.
    pub result: Pointer,
    /// The error object in a refusal, which says why; absent if the API has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Pointer>,
    /// The error code in a refusal, an integer; absent if the API has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Pointer>,
    /// Too many requests: mixinspec sends the request again later.
    pub throttled: Told,
    /// A server error.
    pub server_error: Told,
    /// The server does not accept the credential.
    pub unauthorized: Told,
    /// The server accepts the credential, but its user may not do this.
    pub forbidden: Told,
}

/// The statuses and codes by which an answer has a meaning; any one of them is enough.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Told {
    /// HTTP statuses, written as in OpenAPI: `"429"`, `"5XX"`.
    pub status: Vec<StatusRange>,
    /// Error codes.
    #[serde(default)]
    pub code: Vec<i64>,
}

impl Told {
    /// Whether a status or a code has this meaning.
    #[must_use]
    pub fn by(&self, status: u16, code: Option<i64>) -> bool {
        self.status.iter().any(|range| range.has(status)) || code.is_some_and(|code| self.code.contains(&code))
    }
}

/// An HTTP status, or a class of statuses: `5XX`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct StatusRange(String);

impl StatusRange {
    /// Whether it includes a status.
    #[must_use]
    pub fn has(&self, status: u16) -> bool {
        match self.0.strip_suffix("XX") {
            Some(class) => class == (status / 100).to_string(),
            None => self.0 == status.to_string(),
        }
    }
}

impl fmt::Display for StatusRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

const STATUS: &str = "^[1-5](XX|[0-9][0-9])$";

impl<'de> Deserialize<'de> for StatusRange {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = text.as_bytes();
        let is_status = bytes.len() == 3
            && (b'1'..=b'5').contains(&bytes[0])
            && (&bytes[1..] == b"XX" || bytes[1..].iter().all(u8::is_ascii_digit));
        if is_status {
            Ok(Self(text))
        } else {
            Err(D::Error::custom(format!("`{text}` is no HTTP status: expected three digits, or one and `XX`")))
        }
    }
}

impl JsonSchema for StatusRange {
    fn schema_name() -> Cow<'static, str> {
        "StatusRange".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "An HTTP status, or all that begin with a digit: `5XX`.",
            "type": "string",
            "pattern": STATUS,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &str) -> Result<StatusRange, serde_json::Error> {
        serde_json::from_value(text.into())
    }

    #[test]
    fn a_status_is_written_as_in_openapi() {
        assert!(range("5XX").unwrap().has(503) && range("5XX").unwrap().has(500));
        assert!(!range("5XX").unwrap().has(404));
        assert!(range("429").unwrap().has(429) && !range("429").unwrap().has(42));
        for wrong in ["", "5xx", "6XX", "42", "4290", "é0", "4X9"] {
            assert!(range(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_status_or_a_code_tells() {
        let told = Told { status: vec![range("401").unwrap()], code: vec![401] };
        assert!(told.by(401, None) && told.by(202, Some(401)) && told.by(401, Some(0)));
        assert!(!told.by(202, None) && !told.by(202, Some(403)));
    }
}
