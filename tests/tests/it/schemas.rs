//! Tests the generated JSON Schemas as a user of only the files would: each is self-contained, is a valid schema of
//! draft 2020-12, and accepts right messages and rejects wrong ones.

use std::fs;
use std::path::Path;

use jsonschema::Validator;
use jsonschema::canonical::Containment;
use mixinspec_spec::Spec;
use serde_json::{Value, json};

use crate::documents::{Components, canonical, validator};

/// The messages by edition and component.
const MESSAGES: [(&str, &str, &str); 6] = [
    ("2018", "conversation-response", "ConversationResponse"),
    ("2018", "create-conversation-request", "CreateConversationRequest"),
    ("2018", "error-response", "ErrorResponse"),
    ("2026", "conversation-response", "ConversationResponse"),
    ("2026", "create-conversation-request", "CreateConversationRequest"),
    ("2026", "error-response", "ErrorResponse"),
];

fn schema(edition: &str, message: &str) -> Value {
    let file = format!("../spec/schemas/{edition}/{message}.schema.json");
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn each_is_a_schema_that_stands_alone() {
    for (edition, message, component) in MESSAGES {
        let schema = schema(edition, message);
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert_eq!(schema["$id"], format!("urn:mixinspec:{edition}:{message}"));
        jsonschema::meta::validate(&schema).unwrap_or_else(|error| panic!("{edition} {message}: {error}"));
        let (printed, spec) = (canonical(&schema), canonical(&Components::of_edition(edition).schema(component)));
        for (wide, narrow) in [(&printed, &spec), (&spec, &printed)] {
            assert!(matches!(wide.covers(narrow), Ok(Containment::Yes)), "{edition} {message}");
        }
    }
}

#[test]
fn every_example_of_the_documents_is_valid() {
    let spec = Spec::embedded().expect("the spec holds");
    let mut tried = Vec::new();
    for (edition, openapi) in &spec.openapi {
        let document = serde_json::to_value(openapi).unwrap();
        let mut examples = Vec::new();
        collect(&document, &mut examples);
        for (component, name, value) in examples {
            let (_, message, _) = MESSAGES.iter().find(|(e, _, c)| e == edition && *c == component).unwrap();
            if let Err(error) = validator(&schema(edition, message)).validate(&value) {
                panic!("{edition}: example {name} of {component}: {error} at {}", error.instance_path());
            }
            tried.push(format!("{edition} {message} {name}"));
        }
    }
    for (edition, message, _) in MESSAGES {
        let with = format!("{edition} {message} ");
        assert!(tried.iter().any(|tried| tried.starts_with(&with)), "no example of {with}in {tried:?}");
    }
}

/// The examples under each `content`, with the component that they are examples of.
fn collect(value: &Value, into: &mut Vec<(String, String, Value)>) {
    match value {
        Value::Object(members) => {
            let reference = value.pointer("/schema/$ref").and_then(Value::as_str);
            if let (Some(reference), Some(Value::Object(examples))) = (reference, members.get("examples")) {
                let component = reference.trim_start_matches("#/components/schemas/");
                for (name, example) in examples {
                    into.push((component.to_owned(), name.clone(), example["value"].clone()));
                }
            }
            members.values().for_each(|member| collect(member, into));
        }
        Value::Array(elements) => elements.iter().for_each(|element| collect(element, into)),
        _ => {}
    }
}

#[test]
fn broken_messages_are_not_valid() {
    let user = json!({"user_id": "e8e5b807-fa8b-455a-8dfa-b189d28310ff"});
    let request = json!({
        "category": "CONTACT",
        "conversation_id": "718dc74c-5dc9-3190-a0d4-3affdca2680a",
        "participants": [user],
    });
    let requests = validator(&schema("2026", "create-conversation-request"));
    judge(
        &requests,
        &request,
        &[
            ("/category", json!("CONTACT"), true),
            ("/category", json!("contact"), false),
            ("/category", json!(null), false),
            ("/conversation_id", json!("718DC74C-5DC9-3190-A0D4-3AFFDCA2680A"), true),
            ("/conversation_id", json!("718dc74c5dc93190a0d43affdca2680a"), false),
            ("/name", json!("é".repeat(512)), true),
            ("/name", json!("é".repeat(513)), false),
            ("/name", json!(null), true),
            ("/random_id", json!(""), true),
            ("/random_id", json!("x"), false),
            ("/participants", json!(vec![user.clone(); 256]), true),
            ("/participants", json!(vec![user.clone(); 257]), false),
            ("/participants", user, false),
            ("/participants/0/role", json!("OWNER"), false),
            ("/participants/0", json!({}), false),
            ("/not-documented", json!(7), true),
        ],
    );
    let refusal =
        json!({"error": {"status": 202, "code": 10002, "description": "The request data has invalid field."}});
    judge(
        &validator(&schema("2026", "error-response")),
        &refusal,
        &[
            ("/error/extra", json!({"field": "name"}), true),
            ("/error/status", json!("202"), false),
            ("/error/code", json!("10002"), false),
            ("/error", json!("no"), false),
        ],
    );
}

/// Sets one member of a valid message, and checks whether it is still valid.
fn judge(validator: &Validator, message: &Value, cases: &[(&str, Value, bool)]) {
    assert!(validator.is_valid(message));
    for (pointer, value, valid) in cases {
        let mut changed = message.clone();
        let (parent, token) = pointer.rsplit_once('/').unwrap();
        match changed.pointer_mut(parent).unwrap() {
            Value::Array(elements) => elements[token.parse::<usize>().unwrap()] = value.clone(),
            other => other[token] = value.clone(),
        }
        assert_eq!(validator.is_valid(&changed), *valid, "{pointer}: {value}");
    }
}
