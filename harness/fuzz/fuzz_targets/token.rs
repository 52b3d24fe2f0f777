//! Tokens, keystores, public keys and lists of sessions: no bytes make their readers panic, nothing that is not signed
//! by a key is verified by it, and what is written is read again.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use mixinspec_token::{Algorithm, Keystore, PublicKey, Session, Token, has_sig, unverified_claims};

fn keystore() -> &'static Keystore {
    static KEYSTORE: OnceLock<Keystore> = OnceLock::new();
    KEYSTORE.get_or_init(|| {
        let user = "8dcf823d-9eb3-4da2-8734-f0aad50c0da6".parse().expect("a UUID");
        Keystore::generate(user, Algorithm::EdDsa).expect("randomness")
    })
}

fuzz_target!(|data: &[u8]| {
    if let Ok(keystore) = Keystore::parse(data) {
        let again = Keystore::parse(keystore.to_json().as_bytes()).expect("what is written can be read");
        assert_eq!(again.user_id(), keystore.user_id());
        assert_eq!(again.public_key().to_text(), keystore.public_key().to_text());
    }
    let _sessions = Session::parse_all(data);
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(key) = PublicKey::parse(text) {
        assert_eq!(PublicKey::parse(&key.to_text()).map(|key| key.to_text()).ok(), Some(key.to_text()));
    }
    if let Ok(token) = Token::parse(text) {
        let _claims = (token.claims(), token.algorithm(), token.is_hmac(data));
    }
    let _claims = (unverified_claims(text), has_sig(text));
    assert!(keystore().public_key().verify(text).is_err(), "nobody has this key");
});
