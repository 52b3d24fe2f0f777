//! The claims of a token, and the hash that binds it to a request.

use ring::digest;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::pem;

/// The claims that this API knows. Each may be absent: a server decides which ones it requires.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Value")]
pub struct Claims {
    /// The user's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uid: Option<String>,
    /// The id of the user's session, whose key signs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// When it was issued, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iat: Option<i64>,
    /// When it expires, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exp: Option<i64>,
    /// The token's unique id: a UUID in practice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jti: Option<String>,
    /// The [`request_hash`] of the token's request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sig: Option<String>,
    /// The scope: "FULL" today; absent in tokens of 2018.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scp: Option<String>,
}

impl Claims {
    /// The claims as JSON, to be changed and signed.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let text = |value: &Option<String>| value.clone().map(Value::from);
        let number = |value: Option<i64>| value.map(Value::from);
        let all = [
            ("uid", text(&self.uid)),
            ("sid", text(&self.sid)),
            ("iat", number(self.iat)),
            ("exp", number(self.exp)),
            ("jti", text(&self.jti)),
            ("sig", text(&self.sig)),
            ("scp", text(&self.scp)),
        ];
        Value::Object(all.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect())
    }
}

/// A claim of the wrong type counts as absent: a reader that requires it refuses the token, and any other reader
/// ignores it.
impl From<Value> for Claims {
    fn from(json: Value) -> Self {
        let text = |name: &str| json.get(name).and_then(Value::as_str).map(str::to_owned);
        let seconds = |name: &str| json.get(name).and_then(seconds);
        Self {
            uid: text("uid"),
            sid: text("sid"),
            iat: seconds("iat"),
            exp: seconds("exp"),
            jti: text("jti"),
            sig: text("sig"),
            scp: text("scp"),
        }
    }
}

/// A NumericDate (RFC 7519, section 2), which may have a fraction, in whole seconds.
fn seconds(value: &Value) -> Option<i64> {
    /// The last second of the year 9999: no later date is plausible.
    const LAST: f64 = 253_402_300_799.0;
    let exact = value.as_i64();
    #[expect(clippy::cast_possible_truncation, reason = "the range of the cast's result is checked before")]
    let rounded = || value.as_f64().filter(|seconds| seconds.abs() <= LAST).map(|seconds| seconds.floor() as i64);
    exact.or_else(rounded)
}

/// The claim `sig` of a request: SHA-256 of method, path with query, and body to the byte, in lowercase hexadecimal.
#[must_use]
pub fn request_hash(method: &str, path_and_query: &str, body: &[u8]) -> String {
    let mut hash = digest::Context::new(&digest::SHA256);
    hash.update(method.as_bytes());
    hash.update(path_and_query.as_bytes());
    hash.update(body);
    pem::to_hex(hash.finish().as_ref())
}
