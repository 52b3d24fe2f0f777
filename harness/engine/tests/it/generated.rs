//! Tests that generated requests satisfy the schema that they are generated from, whatever its keywords: a correct
//! server would refuse any other.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use mixinspec_engine::edition::CompiledEdition;
use mixinspec_engine::request::generate::Generator;
use mixinspec_spec::Spec;
use serde_json::Value;

const SPECS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/specs/bookmarks");

/// The API of bookmarks with an additional member in requests.
fn with_member(name: &str, schema: &str) -> Spec {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("generated-{name}"));
    fs::create_dir_all(&folder).expect("a folder");
    for file in ["openapi.yaml", "requirements.yaml", "source.md"] {
        let mut text = fs::read_to_string(Path::new(SPECS).join(file)).expect("a document");
        if file == "openapi.yaml" {
            let at = text.find("        tags:\n          description: What it is for.").expect("a member");
            text.insert_str(at, &format!("        more: {{description: More., {schema}}}\n"));
        } else if file == "requirements.yaml" {
            let own = "        - /components/schemas/NewBookmark/properties/url\n";
            let at = text.find(own).expect("a constraint");
            text.insert_str(at, "        - /components/schemas/NewBookmark/properties/more\n");
            text = text.replace("    fixed: [/title, /url, /tags]", "    always_present: {\"1\": [/more]}");
        }
        fs::write(folder.join(file), text).expect("a file");
    }
    Spec::load(&folder).unwrap_or_else(|errors| panic!("{name}: {errors:?}"))
}

fn edition(spec: &Spec) -> CompiledEdition {
    CompiledEdition::of(spec, "1").expect("an edition")
}

/// The first 200 generated documents.
fn documents(spec: &Spec) -> Vec<Value> {
    let family = &spec.document.requests["bookmark"];
    let generator = Generator::new("bookmark", family, "1", &edition(spec).schemas).expect("a generator");
    (0..200).map(|number| generator.tree(1, number).expect("a document").current()).collect()
}

/// How many of 200 generated documents satisfy the schema.
fn fitting(spec: &Spec) -> usize {
    let edition = edition(spec);
    let request = edition.operations.named("addBookmark").and_then(|operation| operation.request).expect("a schema");
    documents(spec).iter().filter(|document| edition.schemas.violations(request, document).is_empty()).count()
}

#[test]
fn every_third_text_is_there_and_not_null() {
    let spec = with_member("optional", r#"type: [string, "null"], maxLength: 512"#);
    let third: Vec<Value> = documents(&spec).into_iter().step_by(3).collect();
    let words: HashSet<&str> = third.iter().filter_map(|document| document["more"].as_str()).collect();
    assert!(third.iter().all(|document| document["more"].is_string()));
    assert!(words.contains("true") && words.contains("123") && words.len() > 50, "{words:?}");
}

#[test]
fn each_keyword_is_kept_to() {
    for (name, schema) in [
        ("anchored", r#"type: string, pattern: "^[a-f]{2,9}$""#),
        ("unanchored", r#"type: string, pattern: "a[0-9]+""#),
        ("half-anchored", r#"type: string, pattern: "^x""#),
        ("choice", r#"type: string, pattern: "^(on|off)$""#),
        ("text", "type: string, minLength: 3, maxLength: 5"),
        ("time", "type: string, format: date-time"),
        ("id", "type: string, format: uuid"),
        ("number", "type: number, minimum: 3, maximum: 7"),
        ("distinct", "type: array, maxItems: 3, uniqueItems: true, items: {type: string, enum: [a, b, c]}"),
        ("some", "type: array, minItems: 2, items: {type: boolean}"),
        ("nullable", r#"type: [string, "null"], maxLength: 4"#),
    ] {
        assert_eq!(fitting(&with_member(name, schema)), 200, "{name}");
    }
}

#[test]
fn what_cannot_be_made_is_not_taken_for_right() {
    // Neither the base request nor the pattern gives a text of this length.
    assert_eq!(fitting(&with_member("too-long", r#"type: string, minLength: 9, pattern: "^[a-f]{2}$""#)), 0);
}
