//! A session's public key, with which a server verifies its tokens.

use std::fmt;

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use ring::signature::{
    ED25519, RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY, RsaPublicKeyComponents, UnparsedPublicKey,
};
use rsa::pkcs1::DecodeRsaPublicKey as _;
use rsa::pkcs8::{DecodePublicKey as _, EncodePublicKey as _, LineEnding};
use rsa::traits::PublicKeyParts as _;
use serde_json::{Value, json};

use crate::claims::Claims;
use crate::token::{Token, TokenError};
use crate::{Algorithm, pem};

/// A public key, and with it the one algorithm that its tokens may have.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey(KeyForm);

#[derive(Clone, PartialEq, Eq)]
enum KeyForm {
    Ed25519([u8; 32]),
    Rsa { modulus: Vec<u8>, exponent: Vec<u8>, pem: String },
}

/// The bytes before an Ed25519 key in a SubjectPublicKeyInfo.
const ED25519_INFO: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// The text is not a public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a public key: expected 32 bytes in hexadecimal or base64 (Ed25519), or a PEM block called PUBLIC KEY (Ed25519, or \
     RSA of 1024 to 8192 bits) or RSA PUBLIC KEY"
)]
pub struct PublicKeyError;

impl PublicKey {
    pub(crate) fn ed25519(bytes: [u8; 32]) -> Self {
        Self(KeyForm::Ed25519(bytes))
    }

    pub(crate) fn rsa(modulus: &[u8], exponent: &[u8], pem: String) -> Self {
        Self(KeyForm::Rsa { modulus: modulus.to_vec(), exponent: exponent.to_vec(), pem })
    }

    /// Reads a key: an Ed25519 key in hexadecimal, base64 or PEM, or an RSA key in PEM.
    ///
    /// # Errors
    ///
    /// When it is none of these.
    pub fn parse(text: &str) -> Result<Self, PublicKeyError> {
        let text = text.trim();
        if !text.starts_with("-----") {
            let bytes = if text.len() == 64 { pem::hex(text) } else { pem::base64(text) };
            let bytes = bytes.ok_or(PublicKeyError)?;
            return bytes.as_slice().try_into().map(Self::ed25519).map_err(|_| PublicKeyError);
        }
        let (label, der) = pem::read(text).ok_or(PublicKeyError)?;
        let key = match label {
            "PUBLIC KEY" if der.len() == ED25519_INFO.len() + 32 && der.starts_with(&ED25519_INFO) => {
                let bytes = der[ED25519_INFO.len()..].try_into();
                return bytes.map(Self::ed25519).map_err(|_| PublicKeyError);
            }
            "PUBLIC KEY" => rsa::PublicKey::from_public_key_der(&der).ok(),
            "RSA PUBLIC KEY" => rsa::PublicKey::from_pkcs1_der(&der).ok(),
            _ => None,
        };
        let key = key.filter(|key| (1024..=8192).contains(&key.n().bit_width())).ok_or(PublicKeyError)?;
        let pem = key.to_public_key_pem(LineEnding::LF).map_err(|_| PublicKeyError)?;
        Ok(Self::rsa(&key.n_bytes(), &key.e_bytes(), pem))
    }

    /// The key as text that [`PublicKey::parse`] reads: hexadecimal (Ed25519) or PEM (RSA).
    #[must_use]
    pub fn to_text(&self) -> String {
        match &self.0 {
            KeyForm::Ed25519(bytes) => pem::to_hex(bytes),
            KeyForm::Rsa { pem, .. } => pem.clone(),
        }
    }

    /// The bytes that a verifier with algorithm confusion takes for the secret of HS256: the 32 bytes of an Ed25519
    /// key, the PEM text of an RSA key.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        match &self.0 {
            KeyForm::Ed25519(bytes) => bytes.to_vec(),
            KeyForm::Rsa { pem, .. } => pem.clone().into_bytes(),
        }
    }

    /// The key as a SubjectPublicKeyInfo (RFC 5280) in DER.
    #[must_use]
    pub fn to_der(&self) -> Vec<u8> {
        match &self.0 {
            // RFC 8410, section 4: the algorithm, and a bit string of 32 bytes.
            KeyForm::Ed25519(bytes) => [&ED25519_INFO[..], &bytes[..]].concat(),
            KeyForm::Rsa { pem, .. } => pem::read(pem).map(|(_, der)| der.to_vec()).unwrap_or_default(),
        }
    }

    /// The SubjectPublicKeyInfo in PEM.
    #[must_use]
    pub fn to_pem(&self) -> String {
        match &self.0 {
            KeyForm::Ed25519(_) => {
                format!(
                    "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
                    BASE64_STANDARD.encode(self.to_der())
                )
            }
            KeyForm::Rsa { pem, .. } => pem.clone(),
        }
    }

    /// The key as a JSON Web Key (RFC 7517, RFC 8037).
    #[must_use]
    pub fn to_jwk(&self) -> Value {
        let text = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        match &self.0 {
            KeyForm::Ed25519(bytes) => json!({"kty": "OKP", "crv": "Ed25519", "x": text(bytes)}),
            KeyForm::Rsa { modulus, exponent, .. } => json!({"kty": "RSA", "n": text(modulus), "e": text(exponent)}),
        }
    }

    /// The key of a JSON Web Key, as [`PublicKey::to_jwk`] writes it.
    ///
    /// # Errors
    ///
    /// When it is not such a key.
    pub fn of_jwk(jwk: &Value) -> Result<Self, PublicKeyError> {
        let bytes = |name: &str| {
            let text = jwk.get(name).and_then(Value::as_str).ok_or(PublicKeyError)?;
            BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| PublicKeyError)
        };
        match jwk.get("kty").and_then(Value::as_str) {
            Some("OKP") => bytes("x")?.as_slice().try_into().map(Self::ed25519).map_err(|_| PublicKeyError),
            Some("RSA") => {
                let [n, e] =
                    ["n", "e"].map(|name| bytes(name).map(|bytes| rsa::BoxedUint::from_be_slice_vartime(&bytes)));
                let key = rsa::PublicKey::new(n?, e?).map_err(|_| PublicKeyError)?;
                Self::parse(&key.to_public_key_pem(LineEnding::LF).map_err(|_| PublicKeyError)?)
            }
            _ => Err(PublicKeyError),
        }
    }

    /// How many bytes its signatures have.
    #[must_use]
    pub fn signature_length(&self) -> usize {
        match &self.0 {
            KeyForm::Ed25519(_) => 64,
            KeyForm::Rsa { modulus, .. } => modulus.len(),
        }
    }

    /// The algorithm of its tokens.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        match self.0 {
            KeyForm::Ed25519(_) => Algorithm::EdDsa,
            KeyForm::Rsa { .. } => Algorithm::Rs512,
        }
    }

    /// The claims of a token that this key has signed. The claims themselves are not checked.
    ///
    /// # Errors
    ///
    /// When it is not a token, has another algorithm than the key, or was not signed by this key.
    pub fn verify(&self, token: &str) -> Result<Claims, TokenError> {
        let token = Token::parse(token)?;
        token.has_algorithm(self.algorithm())?;
        self.has_signed(&token)?;
        Ok(token.claims())
    }

    /// Whether this key has signed a token, whatever its header says.
    ///
    /// # Errors
    ///
    /// When it has not.
    pub fn has_signed(&self, token: &Token<'_>) -> Result<(), TokenError> {
        let (message, signature) = (token.signed_part(), token.signature());
        match &self.0 {
            KeyForm::Ed25519(bytes) => UnparsedPublicKey::new(&ED25519, bytes).verify(message, signature),
            KeyForm::Rsa { modulus, exponent, .. } => RsaPublicKeyComponents { n: modulus, e: exponent }.verify(
                // Keystores of 2018 have keys of 1024 bits.
                &RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY,
                message,
                signature,
            ),
        }
        .map_err(|_| TokenError::Signature)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            KeyForm::Ed25519(bytes) => write!(f, "Ed25519({})", pem::to_hex(bytes)),
            KeyForm::Rsa { modulus, .. } => write!(f, "Rsa({} bytes)", modulus.len()),
        }
    }
}
