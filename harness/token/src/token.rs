//! Tokens: JSON Web Tokens in compact form (RFC 7515, 7519), read strictly and built freely.

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::hmac;
use serde_json::{Map, Value, json};

use crate::Algorithm;
use crate::claims::Claims;

/// The longest token that is read, in bytes. With the longest RSA signature one has about 2,000.
const LONGEST: usize = 8192;

/// A parsed token. Its signature is not verified: see [`crate::PublicKey::verify`].
#[derive(Clone)]
pub struct Token<'a> {
    /// Header and payload as they were sent, with the dot between them.
    signed_part: &'a str,
    header: Map<String, Value>,
    payload: Map<String, Value>,
    signature: Vec<u8>,
}

/// Why a token is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It is too long.
    #[error("longer than {LONGEST} bytes")]
    TooLong,
    /// It does not have three parts.
    #[error("not three parts with dots between them")]
    Parts,
    /// A part is not base64url without padding.
    #[error("{0}: not base64url without padding")]
    Base64(TokenPart),
    /// A part is not a JSON object.
    #[error("{0}: not a JSON object")]
    Json(TokenPart),
    /// The header names no algorithm, or another one than the key's.
    #[error("header: the algorithm is not {0}")]
    Algorithm(Algorithm),
    /// The header requires extensions (`crit`); we support none.
    #[error("header: demands an extension")]
    Extension,
    /// The signature is not by this key.
    #[error("signature: not by this key")]
    Signature,
}

/// A part of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenPart {
    /// The first.
    Header,
    /// The second: the claims.
    Payload,
    /// The third.
    Signature,
}

impl fmt::Display for TokenPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Header => "header",
            Self::Payload => "payload",
            Self::Signature => "signature",
        })
    }
}

impl<'a> Token<'a> {
    /// Parses a token.
    ///
    /// # Errors
    ///
    /// When it does not have the form of a token.
    pub fn parse(token: &'a str) -> Result<Self, TokenError> {
        if token.len() > LONGEST {
            return Err(TokenError::TooLong);
        }
        let (signed_part, signature) = token.rsplit_once('.').ok_or(TokenError::Parts)?;
        let (header, payload) = signed_part.split_once('.').ok_or(TokenError::Parts)?;
        if payload.contains('.') {
            return Err(TokenError::Parts);
        }
        Ok(Self {
            signed_part,
            header: object(TokenPart::Header, header)?,
            payload: object(TokenPart::Payload, payload)?,
            signature: decode(TokenPart::Signature, signature)?,
        })
    }

    /// Its claims.
    #[must_use]
    pub fn claims(&self) -> Claims {
        Claims::from(Value::Object(self.payload.clone()))
    }

    /// The algorithm that its header names. It is unverified, and must not decide how the token is verified.
    #[must_use]
    pub fn algorithm(&self) -> Option<&str> {
        self.header.get("alg").and_then(Value::as_str)
    }

    /// The type that its header names.
    #[must_use]
    pub fn kind(&self) -> Option<&str> {
        self.header.get("typ").and_then(Value::as_str)
    }

    /// Checks that the header names this algorithm and requires no extension (RFC 7515, section 4.1.11).
    ///
    /// # Errors
    ///
    /// When it names another or none, or demands an extension.
    pub fn has_algorithm(&self, algorithm: Algorithm) -> Result<(), TokenError> {
        if self.algorithm() != Some(algorithm.name()) {
            return Err(TokenError::Algorithm(algorithm));
        }
        if self.header.contains_key("crit") { Err(TokenError::Extension) } else { Ok(()) }
    }

    /// A claim by its name, of any type.
    #[must_use]
    pub fn claim(&self, name: &str) -> Option<&Value> {
        self.payload.get(name)
    }

    /// A header parameter by its name; unverified.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&Value> {
        self.header.get(name)
    }

    /// Whether the signature is an HS256, HS384 or HS512 (as the header says) with this secret.
    #[must_use]
    pub fn is_hmac(&self, secret: &[u8]) -> bool {
        let Some(digest) = self.algorithm().and_then(hmac_digest) else { return false };
        let key = hmac::Key::new(digest, secret);
        hmac::verify(&key, self.signed_part(), &self.signature).is_ok()
    }

    pub(crate) fn signed_part(&self) -> &[u8] {
        self.signed_part.as_bytes()
    }

    /// The signature, unverified.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }
}

/// Hides the token, which is a secret.
impl fmt::Debug for Token<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token([hidden])")
    }
}

fn decode(part: TokenPart, text: &str) -> Result<Vec<u8>, TokenError> {
    BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| TokenError::Base64(part))
}

fn object(part: TokenPart, text: &str) -> Result<Map<String, Value>, TokenError> {
    serde_json::from_slice(&decode(part, text)?).map_err(|_| TokenError::Json(part))
}

/// The claims of a token, without verification. For looking into one's own tokens; a server must not use it.
#[must_use]
pub fn unverified_claims(token: &str) -> Option<Claims> {
    Token::parse(token).ok().map(|token| token.claims())
}

/// Whether a token claims to be for one request alone.
#[must_use]
pub fn has_sig(token: &str) -> bool {
    unverified_claims(token).is_some_and(|claims| claims.sig.is_some())
}

/// The header of an algorithm's tokens.
pub(crate) fn header(algorithm: &str) -> Value {
    json!({"alg": algorithm, "typ": "JWT"})
}

/// Builds a token; `sign` makes the third part from the first two.
pub(crate) fn token(
    header: &impl fmt::Display,
    payload: &impl fmt::Display,
    sign: impl FnOnce(&[u8]) -> Vec<u8>,
) -> String {
    let [header, payload] = [header.to_string(), payload.to_string()].map(|part| BASE64_URL_SAFE_NO_PAD.encode(part));
    let mut token = format!("{header}.{payload}");
    let signature = sign(token.as_bytes());
    token.push('.');
    BASE64_URL_SAFE_NO_PAD.encode_string(signature, &mut token);
    token
}

/// A token with HS256, HS384 or HS512 (RFC 7518, section 3.2) and this secret; any other algorithm only appears in the
/// header, and the signature is an HS256.
#[must_use]
pub fn hmac(algorithm: &str, secret: &[u8], payload: &impl fmt::Display) -> String {
    let key = hmac::Key::new(hmac_digest(algorithm).unwrap_or(hmac::HMAC_SHA256), secret);
    token(&header(algorithm), payload, |message| hmac::sign(&key, message).as_ref().to_vec())
}

fn hmac_digest(algorithm: &str) -> Option<hmac::Algorithm> {
    match algorithm {
        "HS256" => Some(hmac::HMAC_SHA256),
        "HS384" => Some(hmac::HMAC_SHA384),
        "HS512" => Some(hmac::HMAC_SHA512),
        _ => None,
    }
}

/// A token without a signature (RFC 7519, section 6), whose header has this algorithm: `none`, or another writing of it.
#[must_use]
pub fn unsigned(algorithm: &str, payload: &impl fmt::Display) -> String {
    token(&header(algorithm), payload, |_| Vec::new())
}
