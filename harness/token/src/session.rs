//! A session as a server knows it: its user, its id and its public key.
//!
//! Sessions are listed in JSON, and the list holds no secret:
//!
//! ```json
//! [
//!   {
//!     "user_id": "8dcf823d-9eb3-4da2-8734-f0aad50c0da6",
//!     "session_id": "1384326d-1436-45b6-b74d-cfa63d436fdf",
//!     "algorithm": "EdDSA",
//!     "public_key": "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
//!   }
//! ]
//! ```
//!
//! `public_key` is hexadecimal or base64 of 32 bytes (EdDSA), or PEM (both); `algorithm` may be left out.

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::keystore::{Keystore, KeystoreError, the_one, uuid};
use crate::public_key::PublicKey;

/// A session whose tokens a server takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The user.
    pub user: Uuid,
    /// Its id.
    pub id: Uuid,
    /// The public key that verifies its tokens.
    pub key: PublicKey,
}

/// Why a list of sessions cannot be used. No value of it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SessionsError {
    /// It is neither a list nor a keystore.
    #[error(transparent)]
    Whole(KeystoreError),
    /// An entry of the list is wrong.
    #[error("entry {number}: {error}")]
    Entry {
        /// Which one, from 1.
        number: usize,
        /// What is wrong with it.
        error: KeystoreError,
    },
}

impl Session {
    /// Reads a list of sessions, or the one session of a keystore.
    ///
    /// # Errors
    ///
    /// When it is neither, or an entry is wrong.
    pub fn parse_all(bytes: &[u8]) -> Result<Vec<Self>, SessionsError> {
        // Anything but a list is read as a keystore, and errors say what is wrong with it as one.
        let Ok(Value::Array(entries)) = serde_json::from_slice(bytes) else {
            return Ok(vec![Keystore::parse(bytes).map_err(SessionsError::Whole)?.session()]);
        };
        let read = |(index, entry): (usize, &Value)| {
            let entry = entry.as_object().ok_or(KeystoreError::NotAnObject).and_then(Self::of_entry);
            entry.map_err(|error| SessionsError::Entry { number: index + 1, error })
        };
        entries.iter().enumerate().map(read).collect()
    }

    fn of_entry(entry: &Map<String, Value>) -> Result<Self, KeystoreError> {
        let user = the_one(entry, &["user_id"], uuid)?;
        let id = the_one(entry, &["session_id"], uuid)?;
        let key = the_one(entry, &["public_key"], |name, text| {
            let expected =
                "32 bytes in hexadecimal or base64 (EdDSA), or a public key in PEM (Ed25519 for EdDSA, RSA for RS512)";
            PublicKey::parse(text).map_err(|_| KeystoreError::Wrong { name, expected })
        })?;
        match entry.get("algorithm") {
            None => {}
            Some(Value::String(algorithm)) if algorithm == key.algorithm().name() => {}
            Some(_) => {
                let expected = "the algorithm of the public key: EdDSA or RS512";
                return Err(KeystoreError::Wrong { name: "algorithm", expected });
            }
        }
        Ok(Self { user, id, key })
    }
}
