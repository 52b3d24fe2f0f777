//! Tests the errors about unusable keystores, and that they show no part of a keystore.

use mixinspec_token::Keystore;
use serde_json::{Value, json};

use crate::support::{PKCS1, PUBLIC, SEED, SEED_AND_PUBLIC, older, today};

fn broken() -> Vec<(&'static str, String)> {
    let with = |name: &str, value: Value| {
        let mut keystore = today();
        keystore[name] = value;
        keystore.to_string()
    };
    let without = |name: &str| {
        let mut keystore = today();
        keystore.as_object_mut().map(|members| members.remove(name));
        keystore.to_string()
    };
    let other = "6c1e1b1c-7e8f-4a5e-9a55-6a7b1e1c1d1e";
    let half = &PKCS1[..PKCS1.len() / 2];
    vec![
        ("not JSON", format!("{{\"session_private_key\": \"{SEED}\",\n \"app_id\": {SEED}}}")),
        ("cut", today().to_string()[..100].to_owned()),
        ("text after it", format!("{}{SEED}", today())),
        ("a string", json!(SEED).to_string()),
        ("a list", json!([today()]).to_string()),
        ("empty", String::new()),
        ("too long", with("more", json!(SEED.repeat(2000)))),
        ("no user", without("app_id")),
        ("no session", without("session_id")),
        ("no key", without("session_private_key")),
        ("key is null", with("session_private_key", Value::Null)),
        ("the key as user", with("app_id", json!(SEED))),
        ("the user as a number", with("app_id", json!(7))),
        ("a session without hyphens", with("session_id", json!("1384326d143645b6b74dcfa63d436fdf"))),
        ("the key in an object", with("session_private_key", json!({"key": SEED}))),
        ("a short key", with("session_private_key", json!(&SEED[2..]))),
        ("a key that is no hexadecimal", with("session_private_key", json!(SEED.replace('9', "x")))),
        ("halves of two keys", with("session_private_key", json!(format!("{SEED}{SEED}")))),
        ("two users", with("client_id", json!(other))),
        ("two keys", with("private_key", json!(PUBLIC))),
        ("half a PEM block", older(half).to_string()),
        ("another PEM block", older(&PKCS1.replace("RSA PRIVATE", "EC PRIVATE")).to_string()),
        ("an encrypted PEM block", older(&PKCS1.replace("RSA PRIVATE", "ENCRYPTED PRIVATE")).to_string()),
        ("PKCS #1 under the name of PKCS #8", older(&PKCS1.replace("RSA PRIVATE", "PRIVATE")).to_string()),
        ("a short RSA key", older(include_str!("../fixtures/rsa-512.pem")).to_string()),
    ]
}

#[test]
fn an_error_says_which_member_is_wrong_and_what_is_expected() {
    let said: Vec<String> = broken()
        .into_iter()
        .map(|(what, text)| {
            let error = Keystore::parse(text.as_bytes()).expect_err(what);
            format!("{what}: {error}")
        })
        .collect();
    insta::assert_snapshot!(said.join("\n"));
}

/// It searches for any eight consecutive characters of a key.
#[test]
fn no_error_and_no_debug_shows_a_key() {
    let keys = [SEED, SEED_AND_PUBLIC, PKCS1.lines().nth(3).expect("a line"), &SEED.to_uppercase()];
    let pieces: Vec<&str> = keys.iter().flat_map(|key| (0..key.len() - 8).map(|at| &key[at..at + 8])).collect();
    let shown = broken().into_iter().map(|(_, text)| {
        let error = Keystore::parse(text.as_bytes()).expect_err("broken");
        format!("{error} {error:?}")
    });
    let whole = [today(), older(SEED_AND_PUBLIC), older(PKCS1)].map(|keystore| {
        let keystore = Keystore::parse(keystore.to_string().as_bytes()).expect("a keystore");
        let claims = keystore.claims("GET", "/", b"", 0, 60, "jti", None);
        let token = keystore.token(&claims);
        let token = mixinspec_token::Token::parse(&token).expect("a token");
        format!("{keystore:?} {keystore:#?} {token:?}")
    });
    for text in shown.chain(whole) {
        assert!(!pieces.iter().any(|piece| text.contains(piece)), "{text}");
    }
}
