//! Describes credentials that differ from the caller's own.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Cel;

/// A credential that differs from the caller's own: other claims, another signature, another header field.
///
/// The caller's own is a JSON Web Token (RFC 7519) with the claims uid, sid, iat, exp, jti, scp and sig, signed with
/// the key of the caller's session and sent as `Authorization: Bearer TOKEN`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CredentialSpec {
    /// The claims with other values; null omits a claim. Expressions see `caller` and `peer`, the second caller (each
    /// with user_id and session_id), `now`, the time in seconds since 1970, and the functions. `now` is the same in all
    /// steps of a case; a value that grows with it is that of the moment in which the request is sent.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub claims: BTreeMap<String, Cel>,
    /// The claims whose value is null.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub null_claims: Vec<String>,
    /// The claims whose values are written as these texts, JSON or not, after all other claims.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub raw_claims: BTreeMap<String, Cel>,
    /// The request that the claim `sig` is the hash of, if it is not the request that is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sig_of: Option<SigOf>,
    /// The `alg` of the token's header: `none` in any letter case (then there is no signature), `HS256`, `HS384` or
    /// `HS512` (then `key` is a secret), or anything else; that of the session's key if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alg: Option<String>,
    /// The members of the token's header with other values; null sets the value null.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub header: BTreeMap<String, serde_json::Value>,
    /// The members that are omitted from the token's header.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub header_without: Vec<String>,
    /// Whether the JSON of the token's header contains white space.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub spaced_header: bool,
    /// The key or secret that signs.
    #[serde(default)]
    pub key: SigningKey,
    /// Whether the token's header contains the public key of `key`, as a JSON Web Key.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub key_in_header: bool,
    /// Whether the token's header names the session whose key signs, as `kid`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub session_in_header: bool,
    /// Whether the token was accepted before, with another request of the same kind.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub used_before: bool,
    /// The damage that is done to the signed token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub damage: Option<Damage>,
    /// The values of the header field Authorization, in which `{token}` stands for the token; an empty list sends no
    /// such field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorization: Option<Vec<String>>,
}

/// The request that a token is bound to, if it is not the request that it is sent with. What is absent is that of the
/// request.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SigOf {
    /// Another method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Another path, with the query.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Another body, as text. The expression sees `body`, the body that is sent, and `request`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Cel>,
}

/// The key or secret that a token is signed with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SigningKey {
    /// The key of the caller's session.
    #[default]
    Own,
    /// A new key of the same kind, unknown to the server.
    Other,
    /// The public key of the caller's session, used as a secret: its 32 bytes (Ed25519), or its PEM text (RSA).
    PublicBytes,
    /// That public key as text, used as a secret: hexadecimal digits (Ed25519), or PEM (RSA).
    PublicText,
    /// That public key in Base64, used as a secret.
    PublicBase64,
    /// That public key in base64url without padding, used as a secret.
    PublicBase64Url,
    /// That public key as a SubjectPublicKeyInfo in DER, used as a secret.
    PublicDer,
    /// That public key as a SubjectPublicKeyInfo in PEM, used as a secret.
    PublicPem,
    /// That PEM text without leading and trailing white space, used as a secret.
    PublicPemTrimmed,
    /// The caller's user_id, used as a secret.
    UserId,
    /// The id of the caller's session, used as a secret.
    SessionId,
    /// The word `secret`, used as a secret.
    Word,
    /// The empty secret.
    Empty,
}

/// A way to damage a signed token.
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
    /// Two bytes are appended to the signature.
    Longer,
    /// The signature contains characters that are not in the Base64 alphabet.
    ForeignCharacters,
    /// The claims differ from those that were signed: they have another `jti`.
    OtherClaims,
    /// The case of every letter of the token is swapped.
    SwappedCase,
}

impl CredentialSpec {
    /// Whether building it needs the caller's key: a fixed token cannot be signed again, and may have no signature.
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

    /// A description in a few words.
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
