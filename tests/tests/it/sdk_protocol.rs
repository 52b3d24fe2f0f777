//! Tests the protocol of adapters: its schema file is fresh, and the lines that its page shows are valid.
//! `tests/languages/` tests the adapters that the page shows.

use mixinspec_engine::sdk::adapter::protocol;
use mixinspec_tests::pages::blocks;
use serde_json::{Value, json};

const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/sdk-protocol.schema.json");

#[test]
fn the_published_schema_is_fresh() {
    let mut printed = serde_json::to_string_pretty(&protocol::schema(&crate::conformance::spec())).expect("JSON");
    printed.push('\n');
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(SCHEMA, &printed).expect("a file that can be written");
    }
    let found = std::fs::read_to_string(SCHEMA).unwrap_or_default();
    assert_eq!(found, printed, "run: UPDATE_SCHEMA=1 cargo test -p mixinspec-tests --test it sdk_protocol");
}

#[test]
fn the_lines_of_the_page_are_valid_and_others_are_not() {
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(SCHEMA).expect("the schema")).expect("JSON");
    let validator = jsonschema::draft202012::new(&schema).expect("a schema");
    let text = blocks("docs/sdk-protocol.md", "json").concat();
    let lines: Vec<Value> =
        serde_json::Deserializer::from_str(&text).into_iter().collect::<Result<_, _>>().expect("lines of JSON");
    assert_eq!(lines.len(), 12);
    // One call that creates a conversation, with its result, and every kind of error.
    let creation = lines.iter().find(|line| line["call"] == "create_conversation").expect("a creation");
    assert!(lines.iter().any(|line| line["id"] == creation["id"] && line["result"].is_object()));
    let kinds: Vec<&Value> = lines.iter().map(|line| &line["error"]["kind"]).filter(|kind| !kind.is_null()).collect();
    assert_eq!(kinds, ["input", "api", "transport", "decode", "unsupported", "other"]);
    for line in &lines {
        let errors: Vec<String> = validator.iter_errors(line).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{line}: {errors:?}");
        assert!(
            serde_json::from_value::<protocol::Request>(line.clone()).is_ok()
                || serde_json::from_value::<protocol::Answer>(line.clone()).is_ok(),
            "{line}"
        );
    }
    for wrong in [json!({"id": 1}), json!({"id": 1, "call": "dance"}), json!({"id": 1, "error": {"kind": "odd"}})] {
        assert!(!validator.is_valid(&wrong), "{wrong}");
    }
}
