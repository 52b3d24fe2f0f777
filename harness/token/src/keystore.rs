//! Keystores: a user, a session and its private key, in all forms that are in use.
//!
//! | form | user | key |
//! |---|---|---|
//! | today's | `app_id` | `session_private_key`: hexadecimal of the seed, or an Ed25519 key in PEM (PKCS #8) |
//! | older | `client_id` or `user_id` | `private_key`: base64 of seed and public key, or an RSA key in PEM |
//!
//! All of them have `session_id`. In practice the names mix, so each is looked up by itself. Other members (`pin`,
//! `pin_token`, `server_public_key`, `spend_private_key`, …) are for other endpoints and are ignored.

use std::fmt;

use serde_json::{Map, Value, json};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::private_key::PrivateKey;
use crate::public_key::PublicKey;
use crate::random::NoRandomness;
use crate::session::Session;
use crate::{Algorithm, Claims, pem, random, request_hash, token};

/// The longest keystore that is read, in bytes; with the longest RSA key one has about 7,000.
const LONGEST: usize = 65536;

/// The names of the user, the session and the key; the first name is today's.
const USER: &[&str] = &["app_id", "client_id", "user_id"];
const SESSION: &[&str] = &["session_id"];
const KEY: &[&str] = &["session_private_key", "private_key"];

/// The user, the session and its private key.
#[derive(Debug, Clone)]
pub struct Keystore {
    user_id: String,
    session_id: String,
    key: PrivateKey,
    session: Session,
}

/// Why a keystore cannot be used. No value of it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeystoreError {
    /// It is too long.
    #[error("longer than {LONGEST} bytes: not a keystore")]
    TooLong,
    /// It is not JSON.
    #[error("not JSON: line {line}, column {column}")]
    NotJson {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// It is JSON, but not an object.
    #[error("not a JSON object")]
    NotAnObject,
    /// A member is missing.
    #[error("`{name}` is missing{}", older(others))]
    Missing {
        /// Its name today.
        name: &'static str,
        /// Its older names.
        others: &'static [&'static str],
    },
    /// A member has a wrong value.
    #[error("`{name}` is wrong: expected {expected}")]
    Wrong {
        /// Its name.
        name: &'static str,
        /// What was expected.
        expected: &'static str,
    },
    /// Two members differ that should be equal.
    #[error("`{name}` and `{other}` differ: expected one of them, or twice the same")]
    Differ {
        /// One of them.
        name: &'static str,
        /// The other.
        other: &'static str,
    },
}

fn older(names: &[&str]) -> String {
    if names.is_empty() { String::new() } else { format!(" (older keystores: `{}`)", names.join("`, `")) }
}

impl Keystore {
    /// Reads a keystore, in any of its forms.
    ///
    /// # Errors
    ///
    /// When it lacks the user, the session or the key, or one of them is not what it should be.
    pub fn parse(bytes: &[u8]) -> Result<Self, KeystoreError> {
        if bytes.len() > LONGEST {
            return Err(KeystoreError::TooLong);
        }
        let json: Value = serde_json::from_slice(bytes)
            .map_err(|error| KeystoreError::NotJson { line: error.line(), column: error.column() })?;
        let Value::Object(members) = json else { return Err(KeystoreError::NotAnObject) };
        let user = the_one(&members, USER, uuid)?;
        let session = the_one(&members, SESSION, uuid)?;
        let key = the_one(&members, KEY, |name, text| {
            let key = PrivateKey::parse(text);
            key.map(Same).map_err(|expected| KeystoreError::Wrong { name, expected: expected.0 })
        })?;
        Ok(Self::new(user, session, key.0))
    }

    fn new(user: Uuid, id: Uuid, key: PrivateKey) -> Self {
        let session = Session { user, id, key: key.public_key() };
        Self { user_id: user.to_string(), session_id: id.to_string(), key, session }
    }

    /// A new session of a user, with a new key.
    ///
    /// # Errors
    ///
    /// When the operating system gives no random bytes.
    pub fn generate(user: Uuid, algorithm: Algorithm) -> Result<Self, NoRandomness> {
        let session = uuid::Builder::from_random_bytes(*random::bytes()?).into_uuid();
        Ok(Self::new(user, session, PrivateKey::generate(algorithm)?))
    }

    /// The same user and session with a new key of the same algorithm: one that no server knows.
    ///
    /// # Errors
    ///
    /// When the operating system gives no random bytes.
    pub fn other_key(&self) -> Result<Self, NoRandomness> {
        Ok(Self::new(self.session.user, self.session.id, PrivateKey::generate(self.algorithm())?))
    }

    /// The user: a hyphenated UUID in lower case.
    #[must_use]
    pub fn user_id(&self) -> &str {
        &self.user_id
    }

    /// The session: a hyphenated UUID in lower case.
    #[must_use]
    pub fn session_id(&self) -> &str {
        &self.session_id
    }

    /// How its tokens are signed.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.key.algorithm()
    }

    /// The public half of its key.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        &self.session.key
    }

    /// The public part, with which a server verifies its tokens.
    #[must_use]
    pub fn session(&self) -> Session {
        self.session.clone()
    }

    /// The keystore as JSON text, including the private key: in today's form for EdDSA, in the older one for RS512.
    ///
    /// Members that SDKs require and this API does not use have made-up values.
    #[must_use]
    pub fn to_json(&self) -> Zeroizing<String> {
        let key = self.key.to_text();
        // Any public key will do: it is for encrypting PINs.
        let server = self.session.key.to_bytes();
        let json = match self.algorithm() {
            Algorithm::EdDsa => json!({
                "app_id": self.user_id,
                "session_id": self.session_id,
                "server_public_key": pem::to_hex(&server),
                "session_private_key": *key,
            }),
            Algorithm::Rs512 => json!({
                "client_id": self.user_id,
                "session_id": self.session_id,
                "pin": "",
                "pin_token": "",
                "private_key": *key,
            }),
        };
        Zeroizing::new(format!("{json:#}\n"))
    }

    /// The claims of a token for a request.
    ///
    /// `iat` is in seconds since 1970, `life` in seconds; `scp` is "FULL" today, and was absent in 2018.
    #[must_use]
    #[expect(clippy::too_many_arguments, reason = "a request has three parts, and a token four of its own")]
    pub fn claims(
        &self,
        method: &str,
        path_and_query: &str,
        body: &[u8],
        iat: i64,
        life: i64,
        jti: &str,
        scp: Option<&str>,
    ) -> Claims {
        Claims {
            uid: Some(self.user_id.clone()),
            sid: Some(self.session_id.clone()),
            iat: Some(iat),
            exp: Some(iat.saturating_add(life)),
            jti: Some(jti.to_owned()),
            sig: Some(request_hash(method, path_and_query, body)),
            scp: scp.map(str::to_owned),
        }
    }

    /// The header of its tokens.
    #[must_use]
    pub fn header(&self) -> Value {
        token::header(self.algorithm().name())
    }

    /// A token with these claims.
    #[must_use]
    pub fn token(&self, claims: &Claims) -> String {
        self.sign(&self.header(), &claims.to_json())
    }

    /// A token with this header and this payload, whatever they say, signed with the keystore's key.
    #[must_use]
    pub fn sign(&self, header: &impl fmt::Display, payload: &impl fmt::Display) -> String {
        token::token(header, payload, |message| self.key.sign(message))
    }
}

pub(crate) fn uuid(name: &'static str, text: &str) -> Result<Uuid, KeystoreError> {
    let uuid = Uuid::try_parse(text).ok().filter(|_| text.len() == uuid::fmt::Hyphenated::LENGTH);
    uuid.ok_or(KeystoreError::Wrong { name, expected: "a hyphenated UUID" })
}

/// A key that is compared by its public half.
struct Same(PrivateKey);

impl PartialEq for Same {
    fn eq(&self, other: &Self) -> bool {
        self.0.public_key() == other.0.public_key()
    }
}

/// The value of the member with one of these names. Null and empty values are skipped; several values must be equal.
pub(crate) fn the_one<T: PartialEq>(
    members: &Map<String, Value>,
    names: &'static [&'static str],
    read: impl Fn(&'static str, &str) -> Result<T, KeystoreError>,
) -> Result<T, KeystoreError> {
    let mut found: Option<(&'static str, T)> = None;
    for &name in names {
        let text = match members.get(name) {
            None | Some(Value::Null) => continue,
            Some(Value::String(text)) if text.is_empty() => continue,
            Some(Value::String(text)) => text,
            Some(_) => return Err(KeystoreError::Wrong { name, expected: "a string" }),
        };
        let value = read(name, text)?;
        match &found {
            Some((other, first)) if *first != value => return Err(KeystoreError::Differ { name: other, other: name }),
            Some(_) => {}
            None => found = Some((name, value)),
        }
    }
    match found {
        Some((_, value)) => Ok(value),
        None => Err(KeystoreError::Missing { name: names[0], others: &names[1..] }),
    }
}
