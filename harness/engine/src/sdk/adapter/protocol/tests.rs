//! Tests of the lines of the protocol.

use super::*;

#[test]
fn requests_are_written_as_the_page_shows_them() {
    let arguments = [("user_id", "a"), ("other_user_id", "b")].map(|(name, value)| (name.to_owned(), value.into()));
    let call = AdapterCall::Derive(Derive { derivation: "unique_conversation_id".into(), arguments: arguments.into() });
    let line = serde_json::to_value(Request { id: 7, call }).expect("JSON");
    assert_eq!(
        line,
        json!({"id": 7, "call": "unique_conversation_id", "arguments": {"user_id": "a", "other_user_id": "b"}})
    );
}

#[test]
fn a_capability_that_is_mistyped_is_found() {
    let hello = json!({"protocol": 1, "name": "x", "capabilities": {"unique_conversation_ID": true}});
    let hello: Hello = serde_json::from_value(hello).expect("a flag");
    let unknown = hello.known(["unique_conversation_id"].into_iter()).expect_err("it is known by another name").reason;
    assert!(unknown.contains("unique_conversation_ID") && unknown.contains("`unique_conversation_id`"), "{unknown}");
    let hello = json!({"protocol": 1, "name": "x", "capabilities": {"sing": "yes"}});
    assert!(serde_json::from_value::<Hello>(hello).is_err());
}
