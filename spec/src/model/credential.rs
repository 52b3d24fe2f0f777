//! How the credential of a request is made, where it is not simply the caller's.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Cel;

/// A credential that differs from the caller's own: other claims, another signature, another header field.
///
/// The caller's own is a JSON Web Token (RFC 7519) with the claims uid, sid, iat, exp, jti, scp and sig, signed with the
/// key of the caller's session, and sent as `Authorization: Bearer TOKEN`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CredentialSpec {
    /// Claims with other values; null leaves one out. Expressions see `caller` and `peer`, who is the second caller (each
    /// with user_id and session_id), `now`, in seconds since 1970, and the functions.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub claims: BTreeMap<String, Cel>,
    /// Claims that are null.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub null_claims: Vec<String>,
    /// Claims whose values are written as these texts, JSON or not, behind all others.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub raw_claims: BTreeMap<String, Cel>,
    /// What the claim `sig` is the hash of, where it is not of the request as it is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sig_of: Option<SigOf>,
    /// The `alg` of the token's header: `none` in whatever letters (then there is no signature), `HS256`, `HS384` or
    /// `HS512` (then `key` is a secret), or anything else; the session's where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alg: Option<String>,
    /// Members of the token's header with other values; null is the value null.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub header: BTreeMap<String, serde_json::Value>,
    /// Members that the token's header lacks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub header_without: Vec<String>,
    /// Whether the token's header is JSON with white space.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub spaced_header: bool,
    /// What signs.
    #[serde(default)]
    pub key: SigningKey,
    /// Whether the header of the token carries the public key that belongs to `key`, as a JSON Web Key.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub key_in_header: bool,
    /// Whether the header of the token names, as `kid`, the session whose key signs.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub session_in_header: bool,
    /// Whether the token is one that was accepted before, with another request of the same kind.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub used_before: bool,
    /// What is done to the token when it is signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub damage: Option<Damage>,
    /// The values of the header field Authorization, in which `{token}` stands for the token; an empty list sends none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorization: Option<Vec<String>>,
}

/// The request that a token is bound to, where it is not the one it is sent with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SigOf {
    /// Another method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Another path, with its query.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Another body, as text; the expression sees `body`, the one that is sent, and `request`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Cel>,
}

/// What a token is signed with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SigningKey {
    /// The key of the caller's session.
    #[default]
    Own,
    /// A key that nobody knows, of the same kind.
    Other,
    /// The public key of the caller's session as a secret: its 32 bytes (Ed25519), or its PEM text (RSA).
    PublicBytes,
    /// The same as the text that it is kept as: hexadecimal digits (Ed25519), or its PEM text (RSA).
    PublicText,
    /// The same in Base64.
    PublicBase64,
    /// The same in Base64 for URLs, without padding.
    PublicBase64Url,
    /// The same as a SubjectPublicKeyInfo in DER.
    PublicDer,
    /// The same as a SubjectPublicKeyInfo in PEM.
    PublicPem,
    /// The same without the white space at its ends.
    PublicPemTrimmed,
    /// The caller's user_id as a secret.
    UserId,
    /// The id of the caller's session as a secret.
    SessionId,
    /// The word `secret` as one.
    Word,
    /// The empty secret.
    Empty,
}

/// What is done to a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Damage {
    /// One bit of the signature is flipped.
    FlippedBit,
    /// The last characters are cut off.
    Truncated,
    /// The signature is left out, with the dot before it.
    Unsigned,
    /// The signature is left out; the dot before it stays.
    Empty,
    /// Every byte of the signature is zero.
    Zeros,
    /// There are two bytes more behind the signature.
    Longer,
    /// Characters that are none of Base64 stand in the signature.
    ForeignCharacters,
    /// The claims are others than those that were signed: they have another `jti`.
    OtherClaims,
    /// Every letter of the token is in the other case.
    SwappedCase,
}

impl CredentialSpec {
    /// Whether it takes the caller's key to make it: a fixed token cannot be signed anew, and may have no signature.
    #[must_use]
    pub fn needs_key(&self) -> bool {
        let other_members = !self.header.is_empty() || !self.header_without.is_empty() || self.session_in_header;
        let other_header = other_members || self.spaced_header;
        let signed_otherwise = self.alg.is_some() || other_header || self.key != SigningKey::Own;
        let of_a_signature = !matches!(self.damage, None | Some(Damage::Truncated | Damage::SwappedCase));
        let other_claims = !self.claims.is_empty() || !self.null_claims.is_empty() || !self.raw_claims.is_empty();
        let claims = other_claims || self.used_before;
        claims || self.sig_of.is_some() || signed_otherwise || of_a_signature
    }

    /// What it is, in a few words.
    #[must_use]
    pub fn summary(&self) -> String {
        let mut parts: Vec<String> = self.claims.iter().map(|(claim, to)| format!("{claim} = {to}")).collect();
        parts.extend(self.raw_claims.iter().map(|(claim, text)| format!("{claim} is written as {text}")));
        if let Some(sig_of) = &self.sig_of {
            let other = [
                sig_of.method.as_ref().map(|method| format!("method {method}")),
                sig_of.path.as_ref().map(|path| format!("path {path}")),
                sig_of.body.as_ref().map(|body| format!("body {body}")),
            ];
            parts.push(format!("sig of {}", other.into_iter().flatten().collect::<Vec<_>>().join(", ")));
        }
        parts.extend(self.null_claims.iter().map(|claim| format!("{claim} = null")));
        parts.extend(self.alg.iter().map(|alg| format!("alg {}", if alg.is_empty() { "\"\"" } else { alg })));
        parts.extend(self.header.iter().map(|(member, to)| format!("{member} = {to} in its header")));
        parts.extend(self.header_without.iter().map(|member| format!("no {member} in its header")));
        if self.spaced_header {
            parts.push("white space in its header".into());
        }
        if self.key_in_header {
            parts.push("its key in its header".into());
        }
        if self.session_in_header {
            parts.push("its header names the session whose key signs".into());
        }
        if self.used_before {
            parts.push("the token of an earlier request".into());
        }
        match self.key {
            SigningKey::Own => {}
            SigningKey::Other => parts.push("signed with another key".into()),
            SigningKey::Empty => parts.push("signed with an empty secret".into()),
            SigningKey::UserId => parts.push("signed with the user_id as secret".into()),
            SigningKey::SessionId => parts.push("signed with the session_id as secret".into()),
            SigningKey::Word => parts.push("signed with the word secret as secret".into()),
            _ => parts.push("signed with the public key as secret".into()),
        }
        match self.damage {
            None => {}
            Some(Damage::FlippedBit) => parts.push("one bit flipped".into()),
            Some(Damage::Truncated) => parts.push("truncated".into()),
            Some(Damage::Unsigned) => parts.push("without its signature".into()),
            Some(Damage::Empty) => parts.push("with an empty signature".into()),
            Some(Damage::Zeros) => parts.push("with a signature of zeros".into()),
            Some(Damage::Longer) => parts.push("with two bytes behind its signature".into()),
            Some(Damage::ForeignCharacters) => {
                parts.push("with characters in its signature that are none of Base64".into())
            }
            Some(Damage::OtherClaims) => parts.push("with another jti than was signed".into()),
            Some(Damage::SwappedCase) => parts.push("each letter in the other case".into()),
        }
        match self.authorization.as_deref() {
            None => {}
            Some([]) => parts.push("no Authorization".into()),
            Some(values) => parts.push(format!("Authorization: {}", values.join(", "))),
        }
        parts.join("; ")
    }
}
