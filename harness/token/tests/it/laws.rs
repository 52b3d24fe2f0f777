//! Tests laws that hold for all keys, tokens and bytes.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use mixinspec_token::{Algorithm, Keystore, Token, TokenError, hmac, unsigned, unverified_claims};
use proptest::prelude::*;
use serde_json::json;

use crate::support::{KEYSTORES, keystore, older, today};

const BOTH: [Algorithm; 2] = [Algorithm::EdDsa, Algorithm::Rs512];

fn algorithm() -> impl Strategy<Value = Algorithm> {
    prop::sample::select(BOTH.to_vec())
}

proptest! {
    #[test]
    fn what_is_signed_is_verified(
        algorithm in algorithm(),
        (method, path, jti) in ("[A-Z]{1,7}", "/[ -~]{0,40}", ".{0,20}"),
        body in prop::collection::vec(any::<u8>(), 0..200),
        (iat, life) in (any::<i64>(), any::<i64>()),
        full in any::<bool>(),
    ) {
        let keystore = keystore(algorithm);
        let claims = keystore.claims(&method, &path, &body, iat, life, &jti, full.then_some("FULL"));
        let token = keystore.token(&claims);
        prop_assert_eq!(keystore.public_key().verify(&token), Ok(claims.clone()));
        prop_assert_eq!(unverified_claims(&token), Some(claims));
    }

    /// A bit of any part, or of a dot between the parts.
    #[test]
    fn a_flipped_bit_is_refused(algorithm in algorithm(), at in any::<prop::sample::Index>(), bit in 0_u8..7) {
        let keystore = keystore(algorithm);
        let token = keystore.token(&keystore.claims("POST", "/conversations", b"{}", 1, 60, "jti", None));
        let mut bytes = token.into_bytes();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        let flipped = String::from_utf8(bytes).expect("seven bits are ASCII");
        prop_assert!(keystore.public_key().verify(&flipped).is_err());
    }

    /// It flips a bit of the decoded bytes, because different base64 characters may decode to the same bytes.
    #[test]
    fn a_flipped_bit_of_the_signature_is_refused(algorithm in algorithm(), at in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let keystore = keystore(algorithm);
        let token = keystore.token(&keystore.claims("POST", "/conversations", b"{}", 1, 60, "jti", None));
        let (signed, signature) = token.rsplit_once('.').expect("three parts");
        let mut bytes = BASE64_URL_SAFE_NO_PAD.decode(signature).expect("base64");
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        let flipped = format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(bytes));
        prop_assert_eq!(keystore.public_key().verify(&flipped), Err(TokenError::Signature));
    }

    #[test]
    fn nothing_shorter_or_longer_is_a_token(algorithm in algorithm(), at in any::<prop::sample::Index>(), more in "[A-Za-z0-9_.=-]{1,9}") {
        let keystore = keystore(algorithm);
        let token = keystore.token(&keystore.claims("POST", "/conversations", b"{}", 1, 60, "jti", None));
        prop_assert!(keystore.public_key().verify(&token[..at.index(token.len())]).is_err());
        for longer in [token.clone() + &more, more + &token] {
            prop_assert!(keystore.public_key().verify(&longer).is_err());
        }
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in ".{0,300}", parts in prop::collection::vec("[A-Za-z0-9_=.-]{0,60}", 0..5)) {
        let _any = (Token::parse(&text).is_ok(), unverified_claims(&text));
        let _parts = Token::parse(&parts.join(".")).is_ok();
    }

    /// JSON of every kind in both parts.
    #[test]
    fn no_json_makes_the_parser_panic(header in "[\\[{\"\\]}:,a-z0-9 ]{0,40}", payload in ".{0,80}") {
        let part = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
        let token = format!("{}.{}.", part(&header), part(&payload));
        for keystore in KEYSTORES.iter() {
            prop_assert!(keystore.public_key().verify(&token).is_err());
        }
    }

    #[test]
    fn no_bytes_make_the_keystore_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(Keystore::parse(&bytes).is_err());
    }

    /// Changes bytes in the middle of a valid keystore, where its key and its names are.
    #[test]
    fn no_changed_byte_makes_the_keystore_reader_panic(rsa in any::<bool>(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let keystore = if rsa { older(crate::support::PKCS8) } else { today() };
        let mut bytes = keystore.to_string().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let _read = Keystore::parse(&bytes).is_ok();
    }
}

/// A verifier that takes the algorithm from the header would accept these.
#[test]
fn the_algorithm_is_the_keys() {
    for keystore in KEYSTORES.iter() {
        let key = keystore.public_key();
        let claims = keystore.claims("GET", "/", b"", 0, 60, "jti", None).to_json();
        let refused = TokenError::Algorithm(key.algorithm());
        assert_eq!(key.verify(&unsigned("none", &claims)), Err(refused));
        assert_eq!(key.verify(&hmac("HS256", &key.to_bytes(), &claims)), Err(refused));
        let other = keystore_of_another_algorithm(key.algorithm());
        assert_eq!(key.verify(&other.sign(&other.header(), &claims)), Err(refused));
        assert_eq!(key.verify(&other.sign(&keystore.header(), &claims)), Err(TokenError::Signature));
        for name in ["none", "None", "HS256", "RS256", "Ed25519", "eddsa", "rs512", ""] {
            assert_eq!(key.verify(&keystore.sign(&json!({"alg": name}), &claims)), Err(refused), "{name}");
        }
        for header in [json!({}), json!({"alg": null}), json!({"alg": ["EdDSA", "RS512"]})] {
            assert_eq!(key.verify(&keystore.sign(&header, &claims)), Err(refused), "{header}");
        }
        let mut header = keystore.header();
        header["kid"] = json!("anything");
        assert!(key.verify(&keystore.sign(&header, &claims)).is_ok());
        header["crit"] = json!(["exp"]);
        assert_eq!(key.verify(&keystore.sign(&header, &claims)), Err(TokenError::Extension));
    }
}

fn keystore_of_another_algorithm(algorithm: Algorithm) -> &'static Keystore {
    keystore(if algorithm == Algorithm::EdDsa { Algorithm::Rs512 } else { Algorithm::EdDsa })
}

#[test]
fn another_key_has_not_signed_it() {
    for keystore in KEYSTORES.iter() {
        let other = keystore.other_key().expect("random bytes");
        let token = other.token(&keystore.claims("GET", "/", b"", 0, 60, "jti", None));
        assert_eq!(keystore.public_key().verify(&token), Err(TokenError::Signature));
    }
}

#[test]
fn a_token_has_one_form_and_a_size() {
    let keystore = keystore(Algorithm::EdDsa);
    let token = keystore.token(&keystore.claims("GET", "/", b"", 0, 60, "jti", None));
    let parts: Vec<&str> = token.split('.').collect();
    let verify = |text: &str| keystore.public_key().verify(text).map(|_| ());
    assert_eq!(verify(&token), Ok(()));
    for text in ["", "a", "a.b", "a.b.c.d", &token.replace('.', ""), &format!("{token}."), &format!(".{token}")] {
        assert_eq!(verify(text), Err(TokenError::Parts), "{text}");
    }
    for text in
        [format!("{token}="), format!("{token} "), format!("{token}\n"), format!(" {token}"), token.replace('.', " . ")]
    {
        assert!(matches!(verify(&text), Err(TokenError::Base64(_))), "{text}");
    }
    let signed = |header: &str, payload: &str| {
        let part = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
        format!("{}.{}.{}", part(header), part(payload), parts[2])
    };
    for text in [signed("[]", "{}"), signed("{}", "7"), signed("", "{}"), signed("{}", "{} {}")] {
        assert!(matches!(verify(&text), Err(TokenError::Json(_))), "{text}");
    }
    let long = keystore.sign(&keystore.header(), &json!({"jti": "x".repeat(8192)}));
    assert_eq!(verify(&long), Err(TokenError::TooLong));
    // Nested as deep as the length allows: it must be refused, and not overflow the stack.
    let deep = signed("{\"alg\":\"EdDSA\"}", &format!("{{\"a\":{}", "[".repeat(5000)));
    assert!(matches!(verify(&deep), Err(TokenError::Json(_))));
}
