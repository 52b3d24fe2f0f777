//! Tests every form of keystores and public keys that is in use.

use mixinspec_token::{Algorithm, Keystore, PublicKey};
use serde_json::{Value, json};

use crate::support::{
    PKCS1, PKCS8, PUBLIC, RSA_PUBLIC, RSA_PUBLIC_PKCS1, SEED, SEED_AND_PUBLIC, SESSION, USER, older, read, today,
};

fn standard(text: &str) -> String {
    text.replace('-', "+").replace('_', "/")
}

fn with(mut keystore: Value, change: Value) -> Value {
    let (Some(members), Value::Object(change)) = (keystore.as_object_mut(), change) else { unreachable!("objects") };
    members.extend(change);
    keystore
}

#[test]
fn ed25519() {
    let both = format!("{SEED}{PUBLIC}");
    let seed = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";
    for keystore in [
        today(),
        with(today(), json!({"session_private_key": both})),
        with(today(), json!({"session_private_key": SEED.to_uppercase()})),
        json!({"user_id": USER.to_uppercase(), "session_id": SESSION.to_uppercase(), "session_private_key": SEED}),
        with(
            today(),
            json!({"client_id": USER, "user_id": "", "private_key": SEED_AND_PUBLIC, "spend_private_key": "x"}),
        ),
        older(SEED_AND_PUBLIC),
        older(&format!("{SEED_AND_PUBLIC}==")),
        older(&standard(SEED_AND_PUBLIC)),
        older(&format!("{}==\n", standard(SEED_AND_PUBLIC))),
        older(seed),
        older(SEED),
    ] {
        let keystore = read(&keystore);
        assert_eq!((keystore.user_id(), keystore.session_id()), (USER, SESSION));
        assert_eq!((keystore.algorithm(), keystore.public_key().to_text().as_str()), (Algorithm::EdDsa, PUBLIC));
    }
}

/// The key of RFC 8410, section 10.3, as OpenSSL writes it, and with its attributes and public key.
const ED25519_PKCS8: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";
const ED25519_PKCS8_V2: &str = "-----BEGIN PRIVATE KEY-----\n\
    MHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n\
    oB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2hhaXJzgSEAGb9ECWmEzf6FQbrB\n\
    Z9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PRIVATE KEY-----\n";
const ED25519_SPKI: &str = "-----BEGIN PUBLIC KEY-----\n\
    MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";
const ED25519_PUBLIC: &str = "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1";

#[test]
fn ed25519_in_pem() {
    let one_line = ED25519_PKCS8.trim().replace('\n', "");
    for key in [ED25519_PKCS8, ED25519_PKCS8_V2, &ED25519_PKCS8.replace('\n', "\\n"), &one_line] {
        for keystore in [older(key), with(today(), json!({"session_private_key": key}))] {
            let keystore = read(&keystore);
            assert_eq!(
                (keystore.algorithm(), keystore.public_key().to_text().as_str()),
                (Algorithm::EdDsa, ED25519_PUBLIC)
            );
        }
    }
    let public = PublicKey::parse(ED25519_SPKI).expect("a public key");
    assert_eq!((public.algorithm(), public.to_text().as_str()), (Algorithm::EdDsa, ED25519_PUBLIC));
    assert_eq!(PublicKey::parse(&public.to_pem()).as_ref(), Ok(&public));
}

#[test]
fn rsa() {
    let one_line = PKCS8.trim().replace('\n', "");
    for key in [PKCS1, PKCS8, PKCS1.trim(), &PKCS8.replace('\n', "\r\n"), &PKCS1.replace('\n', "\\n"), &one_line] {
        let keystore = read(&older(key));
        assert_eq!((keystore.algorithm(), keystore.public_key().to_text().as_str()), (Algorithm::Rs512, RSA_PUBLIC));
        assert_eq!((keystore.user_id(), keystore.session_id()), (USER, SESSION));
    }
}

#[test]
fn public_keys() {
    for text in [PUBLIC, &PUBLIC.to_uppercase(), "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwaaPJHURRo"] {
        assert_eq!(PublicKey::parse(text).map(|key| key.algorithm()), Ok(Algorithm::EdDsa), "{text}");
    }
    for text in [RSA_PUBLIC, RSA_PUBLIC_PKCS1] {
        assert_eq!(PublicKey::parse(text).map(|key| key.to_text()), Ok(RSA_PUBLIC.to_owned()));
    }
    for text in ["", "x", &PUBLIC[2..], PKCS1, "-----BEGIN PUBLIC KEY-----AAAA-----END PUBLIC KEY-----"] {
        assert!(PublicKey::parse(text).is_err(), "{text}");
    }
}

#[test]
fn a_generated_keystore_is_read_again() {
    let user = USER.parse().expect("a UUID");
    for algorithm in [Algorithm::EdDsa, Algorithm::Rs512] {
        let made = Keystore::generate(user, algorithm).expect("random bytes");
        let text = made.to_json();
        let again = Keystore::parse(text.as_bytes()).expect("a keystore");
        assert_eq!((again.user_id(), again.algorithm()), (USER, algorithm));
        assert_eq!((again.session_id(), again.public_key()), (made.session_id(), made.public_key()));
        let names: Vec<String> = serde_json::from_str::<Value>(&text)
            .ok()
            .and_then(|json| json.as_object().map(|members| members.keys().cloned().collect()))
            .expect("an object");
        let expected = match algorithm {
            Algorithm::EdDsa => "app_id server_public_key session_id session_private_key",
            Algorithm::Rs512 => "client_id pin pin_token private_key session_id",
        };
        assert_eq!(names.join(" "), expected);
        assert_eq!(PublicKey::parse(&made.public_key().to_text()).as_ref(), Ok(made.public_key()));

        let other = made.other_key().expect("random bytes");
        assert_eq!((other.user_id(), other.session_id()), (made.user_id(), made.session_id()));
        assert_eq!(other.algorithm(), algorithm);
        assert_ne!(other.public_key(), made.public_key());
    }
}
