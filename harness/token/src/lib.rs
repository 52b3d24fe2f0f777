//! Keystores and tokens of the Mixin API: reads keystores, signs tokens, verifies them.
//!
//! A keystore is a file with a user's id, a session's id and the session's private key. Each request carries a token (a
//! JWT, RFC 7519) that this key signs, and whose claim `sig` binds it to the request: see [`request_hash`].
//!
//! ```
//! use mixinspec_token::{Algorithm, Keystore};
//!
//! let user = "8dcf823d-9eb3-4da2-8734-f0aad50c0da6".parse()?;
//! let keystore = Keystore::generate(user, Algorithm::EdDsa)?;
//! let claims = keystore.claims("POST", "/conversations", b"{}", 1_784_000_000, 600, "a-jti", Some("FULL"));
//! let token = keystore.token(&claims);
//! assert_eq!(keystore.public_key().verify(&token), Ok(claims));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`Keystore::sign`], [`hmac`] and [`unsigned`] accept any content, so that a judge can forge tokens.
//!
//! # What it does not do
//!
//! It knows no HTTP, no clock and no users: the reader of [`Claims`] must check that a token is in time, fits its
//! request and names the right user. It reads no files, and shows no secrets: neither `Debug` nor an error contains any
//! part of a key or a token.

mod claims;
mod keystore;
mod pem;
mod private_key;
mod public_key;
mod random;
mod session;
mod token;

pub use claims::{Claims, request_hash};
pub use keystore::{Keystore, KeystoreError};
pub use public_key::{PublicKey, PublicKeyError};
pub use random::NoRandomness;
pub use session::{Session, SessionsError};
pub use token::{Token, TokenError, has_sig, hmac, unsigned, unverified_claims};

use std::fmt;

/// How tokens are signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// Ed25519 (RFC 8037): every keystore of today.
    EdDsa,
    /// RSA with SHA-512 and the padding of PKCS #1 v1.5 (RFC 7518): the keystores of 2018.
    Rs512,
}

impl Algorithm {
    /// Its name in a token's header.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::EdDsa => "EdDSA",
            Self::Rs512 => "RS512",
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
