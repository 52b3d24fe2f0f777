//! Credentials: the callers' own, and the tokens that they sign.
//!
//! A token is signed when its request is sent, over the bytes that are sent.

use std::fmt;
use std::sync::{Arc, OnceLock};

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use mixinspec_spec::model::{CredentialSpec, Damage, SigningKey};
use mixinspec_token::{Claims, Keystore, NoRandomness, hmac, request_hash, unsigned};
use reqwest::header::HeaderValue;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::http::authorization::{Altered, Authorization};
use crate::http::message::Sent;
use crate::http::renewed::Renewed;

/// How long a token lives, in seconds. It is made for one request, which may wait for its turn.
const LIFE: i64 = 600;

/// A caller's credential.
#[derive(Clone)]
pub enum Credential {
    /// No Authorization field is sent.
    None,
    /// A fixed bearer token.
    Bearer(HeaderValue),
    /// A bearer token that is renewed while the run goes on.
    Renewed(Arc<Renewed>),
    /// A keystore, whose key signs each request.
    Keystore(Arc<Signer>),
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "Credential::None",
            Self::Bearer(_) => "Credential::Bearer(…)",
            Self::Renewed(_) => "Credential::Renewed(…)",
            Self::Keystore(_) => "Credential::Keystore(…)",
        })
    }
}

impl Credential {
    /// The credential of a keystore.
    #[must_use]
    pub fn keystore(keystore: Keystore) -> Self {
        Self::Keystore(Arc::new(Signer { keystore, other: OnceLock::new() }))
    }

    /// The session of a keystore.
    #[must_use]
    pub fn session_id(&self) -> Option<&str> {
        match self {
            Self::Keystore(signer) => Some(signer.keystore.session_id()),
            Self::None | Self::Bearer(_) | Self::Renewed(_) => None,
        }
    }
}

/// A keystore, and a second key that the server does not know.
#[derive(Debug)]
pub struct Signer {
    keystore: Keystore,
    other: OnceLock<Result<Keystore, NoRandomness>>,
}

impl Signer {
    /// The same session with another key. An RSA key takes a while to make, so there is one per run, made on first use.
    fn other(&self) -> Result<&Keystore, String> {
        self.other.get_or_init(|| self.keystore.other_key()).as_ref().map_err(ToString::to_string)
    }

    /// The claims of a token for a request, made `now`.
    fn claims(&self, method: &str, path: &str, body: &[u8], now: i64) -> Claims {
        let jti = Uuid::new_v4().to_string();
        self.keystore.claims(method, path, body, now, LIFE, &jti, Some("FULL"))
    }
}

impl Altered {
    /// Whether this equals the caller's own token for a request after all: every change happens to change nothing.
    #[must_use]
    pub fn is_right(&self, sent: &Sent) -> bool {
        let CredentialSpec { claims, null_claims, header, header_without, authorization, .. } = &self.spec;
        let CredentialSpec { alg, key, key_in_header, session_in_header, spaced_header, damage, .. } = &self.spec;
        let more_in_header = *key_in_header || *session_in_header || *spaced_header || !header.is_empty();
        let same_header = alg.is_none() && header_without.is_empty() && !more_in_header;
        let signed_alike = same_header && *key == SigningKey::Own && damage.is_none();
        let same_claims = claims.is_empty() && null_claims.is_empty() && self.raw_claims.is_empty();
        let says_the_same = same_claims && authorization.is_none();
        signed_alike && says_the_same && self.bound_to(sent) == request_hash(&sent.method, &sent.path, &sent.body)
    }

    /// The hash that the token is bound by.
    fn bound_to(&self, sent: &Sent) -> String {
        let sig_of = self.spec.sig_of.as_ref();
        let method = sig_of.and_then(|sig_of| sig_of.method.as_deref()).unwrap_or(&sent.method);
        let path = sig_of.and_then(|sig_of| sig_of.path.as_deref()).unwrap_or(&sent.path);
        request_hash(method, path, self.body.as_ref().unwrap_or(&sent.body))
    }

    fn values(&self, credential: &Credential, sent: &Sent, now: i64) -> Result<Vec<String>, String> {
        let token = match credential {
            Credential::None => String::new(),
            Credential::Bearer(value) => bare(value)?,
            Credential::Renewed(renewed) => bare(&renewed.value()?)?,
            Credential::Keystore(signer) => self.signed(signer, sent, now)?,
        };
        let token = self.spec.damage.map_or_else(|| token.clone(), |damage| damaged(&token, damage));
        Ok(self.templates().map(|value| value.replace("{token}", &token)).collect())
    }

    fn signed(&self, signer: &Signer, sent: &Sent, now: i64) -> Result<String, String> {
        let mut payload = signer.claims(&sent.method, &sent.path, &sent.body, now).to_json();
        if self.spec.sig_of.is_some() {
            payload["sig"] = json!(self.bound_to(sent));
        }
        let since = now - self.made;
        if let Some(claims) = payload.as_object_mut() {
            for claim in &self.claims {
                match claim.after(since) {
                    Value::Null => drop(claims.remove(&claim.name)),
                    value => drop(claims.insert(claim.name.clone(), value)),
                }
            }
            for name in &self.spec.null_claims {
                claims.insert(name.clone(), Value::Null);
            }
        }
        let (spec, public) = (&self.spec, signer.keystore.public_key());
        let keystore = if spec.key == SigningKey::Other { signer.other()? } else { &signer.keystore };
        let mut header = header(&signer.keystore, spec);
        if spec.key_in_header {
            header["jwk"] = keystore.public_key().to_jwk();
        }
        if spec.session_in_header {
            header["kid"] = json!(signer.keystore.session_id());
        }
        let payload = self.written(payload);
        let secret = match spec.key {
            SigningKey::Own | SigningKey::Other => None,
            SigningKey::PublicBytes => Some(public.to_bytes()),
            SigningKey::PublicText => Some(public.to_text().into_bytes()),
            SigningKey::PublicBase64 => Some(BASE64_STANDARD.encode(public.to_bytes()).into_bytes()),
            SigningKey::PublicBase64Url => Some(BASE64_URL_SAFE_NO_PAD.encode(public.to_bytes()).into_bytes()),
            SigningKey::PublicDer => Some(public.to_der()),
            SigningKey::PublicPem => Some(public.to_pem().into_bytes()),
            SigningKey::PublicPemTrimmed => Some(public.to_pem().trim().as_bytes().to_vec()),
            SigningKey::UserId => Some(signer.keystore.user_id().as_bytes().to_vec()),
            SigningKey::SessionId => Some(signer.keystore.session_id().as_bytes().to_vec()),
            SigningKey::Word => Some(b"secret".to_vec()),
            SigningKey::Empty => Some(Vec::new()),
        };
        Ok(match (spec.alg.as_deref(), secret) {
            (Some(alg), _) if alg.eq_ignore_ascii_case("none") => unsigned(alg, &payload),
            (alg, Some(secret)) => hmac(alg.unwrap_or("HS256"), &secret, &payload),
            (_, None) if spec.spaced_header => keystore.sign(&format!("{header:#}"), &payload),
            (_, None) => keystore.sign(&header, &payload),
        })
    }

    /// The payload as text; claims with a raw form come last, as they are written.
    fn written(&self, mut payload: Value) -> String {
        if let Some(claims) = payload.as_object_mut() {
            claims.retain(|name, _| !self.raw_claims.iter().any(|(raw, _)| raw == name));
        }
        let mut text = payload.to_string();
        for (name, raw) in &self.raw_claims {
            let end = text.pop();
            text.push_str(&format!(",{}:{raw}", json!(name)));
            text.extend(end);
        }
        text
    }
}

fn header(keystore: &Keystore, spec: &CredentialSpec) -> Value {
    let mut header = keystore.header();
    if let Some(alg) = &spec.alg {
        header["alg"] = json!(alg);
    }
    if let Some(members) = header.as_object_mut() {
        members.extend(spec.header.clone());
        members.retain(|name, _| !spec.header_without.contains(name));
    }
    header
}

/// The caller's own credential for a request, made `now`.
///
/// # Errors
/// When it cannot be put into a header field.
pub(crate) fn made(credential: &Credential, sent: &Sent, now: i64) -> Result<Authorization, String> {
    let own = Sent { authorization: Authorization::Own, ..sent.clone() };
    Ok(Authorization::Made(authorization(credential, &own, now)?.into()))
}

/// The values of the header field Authorization of a request that is sent `now`: in seconds since 1970, by the server's
/// clock.
///
/// # Errors
/// When a value cannot be put into a header field, or no key can be made.
pub(crate) fn authorization(credential: &Credential, sent: &Sent, now: i64) -> Result<Vec<HeaderValue>, String> {
    let values = match (&sent.authorization, credential) {
        (Authorization::None, _) | (Authorization::Own, Credential::None) => return Ok(Vec::new()),
        (Authorization::Made(values) | Authorization::UsedBefore(values), _) => return Ok(values.to_vec()),
        (Authorization::Own, Credential::Bearer(value)) => return Ok(vec![value.clone()]),
        (Authorization::Own, Credential::Renewed(renewed)) => return Ok(vec![renewed.value()?]),
        (Authorization::Own, Credential::Keystore(signer)) => {
            let claims = signer.claims(&sent.method, &sent.path, &sent.body, now);
            vec![format!("Bearer {}", signer.keystore.token(&claims))]
        }
        (Authorization::Altered(altered), credential) => altered.values(credential, sent, now)?,
    };
    let sensitive = |value: String| {
        let mut value = HeaderValue::try_from(value).map_err(|error| error.to_string())?;
        value.set_sensitive(true);
        Ok(value)
    };
    values.into_iter().map(sensitive).collect()
}

/// The token in a header field.
fn bare(value: &HeaderValue) -> Result<String, String> {
    Ok(value.to_str().map_err(|error| error.to_string())?.trim_start_matches("Bearer ").to_owned())
}

/// A damaged token, always different from the original.
fn damaged(token: &str, damage: Damage) -> String {
    let (signed, signature) = token.rsplit_once('.').unwrap_or(("", token));
    match damage {
        Damage::Truncated => token.chars().take(token.chars().count().saturating_sub(8)).collect(),
        Damage::Unsigned => signed.to_owned(),
        Damage::Empty => format!("{signed}."),
        Damage::Zeros => format!("{signed}.{}", "A".repeat(signature.len())),
        Damage::Longer => format!("{token}AA"),
        // Four, so that the length is still one of Base64.
        Damage::ForeignCharacters => format!("{signed}.!!!!{signature}"),
        Damage::OtherClaims => with_another_jti(signed, signature),
        Damage::SwappedCase => {
            let swapped: String = token
                .chars()
                .map(|c| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() })
                .collect();
            // Without letters the token would stay the same.
            if swapped == token { format!("{token}-") } else { swapped }
        }
        Damage::FlippedBit => {
            // Not every bit of the last characters counts; every bit of the first one does.
            let at = token.len() - signature.len();
            let flipped = signature.bytes().next().map_or('A', |first| {
                let place = BASE64_URL.iter().position(|character| *character == first);
                place.map_or('A', |place| char::from(BASE64_URL[place ^ 1]))
            });
            let rest: String = signature.chars().skip(1).collect();
            format!("{}{flipped}{rest}", &token[..at])
        }
    }
}

/// A token with the claim `jti` changed after it was signed.
fn with_another_jti(signed: &str, signature: &str) -> String {
    let (header, claims) = signed.split_once('.').unwrap_or((signed, ""));
    let claims = BASE64_URL_SAFE_NO_PAD.decode(claims).unwrap_or_default();
    let mut claims: Value = serde_json::from_slice(&claims).unwrap_or_else(|_| json!({}));
    claims["jti"] = json!(Uuid::new_v4());
    format!("{header}.{}.{signature}", BASE64_URL_SAFE_NO_PAD.encode(claims.to_string()))
}

/// The alphabet of a token's parts (RFC 4648, section 5).
const BASE64_URL: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

#[cfg(test)]
mod tests {
    use mixinspec_token::{Algorithm, unverified_claims};

    use super::*;
    use crate::cel::Vocabulary;
    use crate::identity::derivation::Derivations;
    use crate::identity::users::Users;
    use crate::request::credential::CompiledCredential;

    #[test]
    fn what_is_a_time_is_one_when_it_is_sent() {
        let spec: CredentialSpec =
            serde_json::from_value(json!({"claims": {"exp": "now + 60", "iat": "now - now % 10", "scp": "'FULL'"}}))
                .expect("a spec");
        let compiled = CompiledCredential::compile(&spec).expect("expressions");
        let vocabulary = Vocabulary::new(Arc::new(Derivations::new(Default::default())), Arc::new(Users::any_uuid()));
        let sent = Sent::get("/conversations");
        let altered = compiled.evaluate(&mut vocabulary.scope(), &sent, 1_007).expect("values");
        let keystore = Keystore::generate(Uuid::nil(), Algorithm::EdDsa).expect("randomness");
        let Credential::Keystore(signer) = Credential::keystore(keystore) else { unreachable!("it is one") };
        // As if the request had waited for its turn, or had been throttled.
        let token = altered.signed(&signer, &sent, 1_107).expect("a token");
        let claims = unverified_claims(&token).expect("claims").to_json();
        assert_eq!([&claims["exp"], &claims["iat"], &claims["scp"]], [&json!(1_167), &json!(1_000), &json!("FULL")]);
    }

    #[test]
    fn raw_claims_and_a_spaced_header_are_written_as_they_are_and_signed() {
        let spec: CredentialSpec =
            serde_json::from_value(json!({"raw_claims": {"exp": "'N' + 'aN'"}, "spaced_header": true}))
                .expect("a spec");
        let compiled = CompiledCredential::compile(&spec).expect("expressions");
        let vocabulary = Vocabulary::new(Arc::new(Derivations::new(Default::default())), Arc::new(Users::any_uuid()));
        let sent = Sent::get("/conversations");
        let altered = compiled.evaluate(&mut vocabulary.scope(), &sent, 1_000).expect("values");
        assert!(!altered.is_right(&sent));
        let keystore = Keystore::generate(Uuid::nil(), Algorithm::EdDsa).expect("randomness");
        let Credential::Keystore(signer) = Credential::keystore(keystore) else { unreachable!("it is one") };
        let token = altered.signed(&signer, &sent, 1_000).expect("a token");
        let parts: Vec<String> = token
            .split('.')
            .take(2)
            .map(|part| String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(part).expect("Base64")).expect("UTF-8"))
            .collect();
        assert!(parts[0].contains(": \"EdDSA\""), "{}", parts[0]);
        assert!(parts[1].ends_with(",\"exp\":NaN}") && parts[1].matches("exp").count() == 1, "{}", parts[1]);
    }

    #[test]
    fn other_claims_have_the_signature_of_those_that_were_signed() {
        let keystore = Keystore::generate(Uuid::nil(), Algorithm::EdDsa).expect("randomness");
        let Credential::Keystore(signer) = Credential::keystore(keystore) else { unreachable!("it is one") };
        let token = signer.keystore.token(&signer.claims("GET", "/", b"", 1_000));
        let moved = damaged(&token, Damage::OtherClaims);
        let [before, after] = [&token, &moved].map(|token| unverified_claims(token).expect("claims").to_json());
        assert_ne!(before["jti"], after["jti"]);
        assert_eq!((&before["uid"], &before["sig"]), (&after["uid"], &after["sig"]));
        let signature = |token: &str| token.rsplit('.').next().map(str::to_owned);
        assert_eq!(signature(&token), signature(&moved));
    }
}
