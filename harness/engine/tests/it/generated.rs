//! What is generated fits the schema that it is generated from, whatever that asks for: a right server would refuse
//! anything else.

use std::fs;
use std::path::{Path, PathBuf};

use mixinspec_engine::edition::Edition;
use mixinspec_engine::request::generate::Generator;
use mixinspec_spec::Spec;

const SPECS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/specs/bookmarks");

/// The API of bookmarks with another member in what is sent.
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

/// How many of 200 generated documents fit.
fn fitting(spec: &Spec) -> usize {
    let edition = Edition::of(spec, "1").expect("an edition");
    let family = &spec.document.requests["bookmark"];
    let generator = Generator::new("bookmark", family, "1", &edition.schemas).expect("a generator");
    let request = edition.operations.named("addBookmark").and_then(|operation| operation.request).expect("a schema");
    let fits = |number: &u64| {
        let document = generator.tree(1, *number).expect("a document").current();
        edition.schemas.violations(request, &document).is_empty()
    };
    (0..200).filter(fits).count()
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
    // Neither the plain request nor the pattern gives a text that is so long.
    assert_eq!(fitting(&with_member("too-long", r#"type: string, minLength: 9, pattern: "^[a-f]{2}$""#)), 0);
}
