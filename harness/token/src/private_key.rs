//! A session's private key: reading, generating, signing.

use std::fmt;
use std::sync::Arc;

use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA512, RsaKeyPair};
use rsa::pkcs1::{DecodeRsaPrivateKey as _, EncodeRsaPrivateKey as _};
use rsa::pkcs8::{DecodePrivateKey as _, EncodePublicKey as _, LineEnding, ObjectIdentifier, PrivateKeyInfoRef};
use rsa::sha2::Sha512;
use rsa::traits::PublicKeyParts as _;
use zeroize::Zeroizing;

use crate::public_key::PublicKey;
use crate::random::{self, NoRandomness, RsaRandom};
use crate::{Algorithm, pem};

/// How long the RSA keys are that are made here.
const RSA_BITS: usize = 2048;

/// The algorithm of an Ed25519 key in PKCS #8 (RFC 8410, section 3).
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// The bytes of an Ed25519 private key.
pub(crate) type Seed = Zeroizing<[u8; 32]>;

#[derive(Clone)]
pub(crate) enum PrivateKey {
    Ed25519(Ed25519Key),
    // Boxed, for it is many times the size of a seed.
    Rsa(Box<RsaKey>),
}

/// A seed, and the key pair for signing, which is built once.
#[derive(Clone)]
pub(crate) struct Ed25519Key {
    seed: Seed,
    pair: Arc<Ed25519KeyPair>,
}

impl Ed25519Key {
    fn new(seed: Seed) -> Self {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.as_ref()).expect("any 32 bytes are a seed");
        Self { seed, pair: Arc::new(pair) }
    }

    fn public_half(&self) -> [u8; 32] {
        self.pair.public_key().as_ref().try_into().expect("a public key of 32 bytes")
    }
}

/// An RSA key, and the key pair for signing, which is built once.
#[derive(Clone)]
pub(crate) struct RsaKey {
    key: rsa::PrivateKey,
    /// ring's key pair, which signs in a quarter of the time. `None` if ring rejects the key, for example below 2048
    /// bits.
    pair: Option<Arc<RsaKeyPair>>,
}

impl RsaKey {
    fn new(key: rsa::PrivateKey) -> Self {
        let der = key.to_pkcs1_der().ok();
        let pair = der.and_then(|der| RsaKeyPair::from_der(der.as_bytes()).ok()).map(Arc::new);
        Self { key, pair }
    }

    /// A PKCS #1 v1.5 signature is deterministic: both libraries give the same one.
    fn sign(&self, message: &[u8]) -> Vec<u8> {
        if let Some(pair) = &self.pair {
            let mut signature = vec![0; pair.public().modulus_len()];
            if pair.sign(&RSA_PKCS1_SHA512, &SystemRandom::new(), message, &mut signature).is_ok() {
                return signature;
            }
        }
        // Keys have at least 1024 bits, so every hash fits, and were validated when they were read.
        let signed = self.key.pkcs1v15_sign_with_rng::<Sha512, _>(&mut RsaRandom, message);
        signed.expect("a sound key, and an operating system that gives random bytes")
    }
}

/// Why a private key is wrong: what was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Expected(pub(crate) &'static str);

/// The accepted forms of a private key.
const EXPECTED: Expected = Expected(
    "an Ed25519 key (32 bytes of seed, or these and the 32 of its public key, in hexadecimal or base64; or PEM) or an RSA \
     key (PEM)",
);

impl PrivateKey {
    pub(crate) fn generate(algorithm: Algorithm) -> Result<Self, NoRandomness> {
        Ok(match algorithm {
            Algorithm::EdDsa => Self::Ed25519(Ed25519Key::new(random::bytes()?)),
            Algorithm::Rs512 => {
                let key = rsa::PrivateKey::new(&mut RsaRandom, RSA_BITS).map_err(|_| NoRandomness)?;
                Self::Rsa(Box::new(RsaKey::new(key)))
            }
        })
    }

    pub(crate) fn parse(text: &str) -> Result<Self, Expected> {
        let text = text.trim();
        if text.starts_with("-----") {
            return Self::of_pem(text);
        }
        // The length decides between the two: 64 or 128 hexadecimal digits are not base64 of an Ed25519 key.
        let bytes = match text.len() {
            64 | 128 => pem::hex(text),
            _ => pem::base64(text),
        };
        ed25519_key(&bytes.ok_or(EXPECTED)?).map(Self::Ed25519)
    }

    fn of_pem(text: &str) -> Result<Self, Expected> {
        let (label, der) = pem::read(text).ok_or(Expected("a whole PEM block, from its BEGIN to its END"))?;
        let rsa = match label {
            "RSA PRIVATE KEY" => rsa::PrivateKey::from_pkcs1_der(&der).ok(),
            "PRIVATE KEY" => match PrivateKeyInfoRef::try_from(der.as_slice()) {
                Ok(info) if info.algorithm.oid == ED25519 => return ed25519_info(&info).map(Self::Ed25519),
                _ => rsa::PrivateKey::from_pkcs8_der(&der).ok(),
            },
            "ENCRYPTED PRIVATE KEY" => return Err(Expected("a PEM block that is not encrypted")),
            _ => return Err(Expected("a PEM block called RSA PRIVATE KEY or PRIVATE KEY")),
        };
        let rsa = rsa.filter(|key| (1024..=8192).contains(&key.n().bit_width())).ok_or(Expected(
            "an Ed25519 key (PKCS #8), or an RSA private key of 1024 to 8192 bits (PKCS #1 or PKCS #8)",
        ))?;
        Ok(Self::Rsa(Box::new(RsaKey::new(rsa))))
    }

    pub(crate) fn algorithm(&self) -> Algorithm {
        match self {
            Self::Ed25519(_) => Algorithm::EdDsa,
            Self::Rsa(_) => Algorithm::Rs512,
        }
    }

    pub(crate) fn public_key(&self) -> PublicKey {
        match self {
            Self::Ed25519(key) => PublicKey::ed25519(key.public_half()),
            Self::Rsa(key) => {
                let key = &key.key;
                let pem = key.as_public_key().to_public_key_pem(LineEnding::LF);
                PublicKey::rsa(&key.n_bytes(), &key.e_bytes(), pem.expect("a public key that was encoded before"))
            }
        }
    }

    /// The signature of a message.
    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Ed25519(key) => key.pair.sign(message).as_ref().to_vec(),
            Self::Rsa(key) => key.sign(message),
        }
    }

    /// The key as text, as the keystores of its algorithm have it: hexadecimal, or PEM (PKCS #1).
    pub(crate) fn to_text(&self) -> Zeroizing<String> {
        match self {
            Self::Ed25519(key) => Zeroizing::new(pem::to_hex(key.seed.as_ref())),
            Self::Rsa(key) => key.key.to_pkcs1_pem(LineEnding::LF).expect("a sound key"),
        }
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[hidden]")
    }
}

fn ed25519_key(bytes: &[u8]) -> Result<Ed25519Key, Expected> {
    let (seed, public) = match bytes.len() {
        32 => (bytes, None),
        64 => (&bytes[..32], Some(&bytes[32..])),
        _ => return Err(EXPECTED),
    };
    let mut copy = Seed::default();
    copy.copy_from_slice(seed);
    let key = Ed25519Key::new(copy);
    match public {
        Some(public) if public != key.public_half() => {
            Err(Expected("an Ed25519 key whose second 32 bytes are the public key of the first"))
        }
        _ => Ok(key),
    }
}

/// The key in PKCS #8: an octet string of 32 bytes in another, and the public key where the version has it.
fn ed25519_info(info: &PrivateKeyInfoRef<'_>) -> Result<Ed25519Key, Expected> {
    let seed = info.private_key.as_bytes().strip_prefix(&[4, 32]).filter(|seed| seed.len() == 32).ok_or(EXPECTED)?;
    let public = info.public_key.as_ref().map(|bits| bits.raw_bytes()).unwrap_or_default();
    ed25519_key(&Zeroizing::new([seed, public].concat()))
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::prelude::BASE64_URL_SAFE_NO_PAD;

    use super::*;

    /// RFC 8037, appendix A.4. It is tested here because its payload is not claims.
    #[test]
    fn the_rfc_agrees_about_eddsa() {
        let key = PrivateKey::parse("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A").expect("a seed");
        let signature = key.sign(b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc");
        assert_eq!(
            BASE64_URL_SAFE_NO_PAD.encode(signature),
            "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
        );
    }

    #[test]
    fn both_signers_of_rsa_agree() {
        let PrivateKey::Rsa(key) = PrivateKey::generate(Algorithm::Rs512).expect("randomness") else { unreachable!() };
        assert!(key.pair.is_some(), "ring takes the keys that are made here");
        let slow = RsaKey { key: key.key.clone(), pair: None };
        assert_eq!(key.sign(b"a message"), slow.sign(b"a message"));
    }
}
