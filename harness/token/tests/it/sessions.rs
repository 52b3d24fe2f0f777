//! Tests reading lists of sessions.

use mixinspec_token::{Keystore, Session};
use serde_json::{Value, json};

use crate::support::{KEYSTORES, PKCS1, PUBLIC, RSA_PUBLIC, SEED, SESSION, USER, older, today};

fn entry(change: impl FnOnce(&mut Value)) -> Value {
    let mut entry = json!({"user_id": USER, "session_id": SESSION, "algorithm": "EdDSA", "public_key": PUBLIC});
    change(&mut entry);
    entry
}

#[test]
fn a_list_of_sessions_or_a_keystore() {
    let rsa = json!({"user_id": USER, "session_id": SESSION, "public_key": RSA_PUBLIC});
    let read = |json: Value| Session::parse_all(json.to_string().as_bytes()).expect("sessions");
    let both: Vec<Session> = KEYSTORES.iter().map(Keystore::session).collect();
    assert_eq!(read(json!([entry(|_| {}), rsa])), both);
    assert_eq!(read(json!([])), []);
    assert_eq!(read(today()), both[..1]);
    assert_eq!(read(older(PKCS1)), both[1..]);
}

#[test]
fn an_error_says_which_entry_is_wrong() {
    let said: Vec<String> = [
        json!([entry(|_| {}), 7]),
        json!([entry(|_| {}), entry(|entry| entry["user_id"] = json!(SEED))]),
        json!([entry(|entry| entry["public_key"] = json!(&PUBLIC[2..]))]),
        json!([entry(|entry| entry["algorithm"] = json!("RS512"))]),
        json!([entry(|entry| entry["algorithm"] = json!(null))]),
        json!([{"user_id": USER, "session_id": SESSION}]),
        json!([today()]),
        json!(SEED),
        json!({}),
    ]
    .iter()
    .map(|json| Session::parse_all(json.to_string().as_bytes()).expect_err("wrong").to_string())
    .collect();
    assert!(!said.iter().any(|text| text.contains(&SEED[..8])));
    insta::assert_snapshot!(said.join("\n"));
}
