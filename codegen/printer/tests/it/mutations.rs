//! Tests that no constraint gets lost: deleting or changing any of them changes the printed types, or printing fails.
//!
//! Every keyword of every schema is mutated in memory, one at a time. Only the Rust modules are compared: the JSON
//! Schemas copy the document, so they change anyway.

use mixinspec_codegen::render_edition;
use mixinspec_spec::Spec;
use mixinspec_spec::keywords::{self, FORMATS, KeywordRole, TYPES};
use mixinspec_spec::model::OpenApi;
use serde_json::{Value, json};

use crate::exhaustive;

/// A document with one change.
struct Mutant {
    what: String,
    document: Value,
}

#[test]
fn every_changed_constraint_of_2018_is_seen() {
    every_changed_constraint_is_seen(&edition("2018"));
}

#[test]
fn every_changed_constraint_of_2026_is_seen() {
    every_changed_constraint_is_seen(&edition("2026"));
}

#[test]
fn every_changed_constraint_of_every_form_is_seen() {
    every_changed_constraint_is_seen(&exhaustive::document("request"));
}

fn edition(name: &str) -> OpenApi {
    Spec::embedded().expect("the spec holds").openapi[name].clone()
}

fn every_changed_constraint_is_seen(openapi: &OpenApi) {
    let print = |openapi: &OpenApi| {
        let outputs = render_edition("mutant", "mutant/openapi.yaml", openapi)?;
        let module = outputs.into_iter().find(|(path, _)| path.as_str().ends_with(".rs"));
        Ok::<_, mixinspec_codegen::PrintError>(module.expect("a module is printed").1)
    };
    let original = print(openapi).expect("the document can be printed");
    let mutants = mutants(&serde_json::to_value(openapi).unwrap());
    let mut seen = (0, 0);
    for Mutant { what, document } in mutants {
        // The model refuses some mutants before they are printed.
        match serde_json::from_value(document).map(|openapi| print(&openapi)) {
            Ok(Ok(printed)) => {
                assert!(printed != original, "{what}, and the same is printed");
                seen.0 += 1;
            }
            Ok(Err(error)) => {
                assert!(!error.reason.is_empty() && !error.reason.contains("does not parse"), "{what}: {error}");
                seen.1 += 1;
            }
            Err(_) => seen.1 += 1,
        }
    }
    let (changed, refused) = seen;
    assert!(changed > 50 && refused > 50, "{changed} mutants changed, {refused} refused");
}

/// All documents with one constraint deleted or changed.
fn mutants(document: &Value) -> Vec<Mutant> {
    let mut mutants = Mutants { document, components: Vec::new(), made: Vec::new() };
    let components = document["components"]["schemas"].as_object().unwrap();
    mutants.components = components.keys().cloned().collect();
    for name in components.keys() {
        mutants.schema(&format!("/components/schemas/{name}"));
    }
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let at = format!("/paths/{}/{method}", path.replace('/', "~1"));
            for index in 0..operation["parameters"].as_array().map_or(0, Vec::len) {
                mutants.schema(&format!("{at}/parameters/{index}/schema"));
                mutants.change(&format!("{at}/parameters/{index}/required"), json!(false));
                mutants.change(&format!("{at}/parameters/{index}/in"), json!("query"));
            }
            if operation.get("requestBody").is_some() {
                mutants.change(&format!("{at}/requestBody/required"), json!(false));
                mutants.delete(&format!("{at}/requestBody/required"));
                mutants.schema(&format!("{at}/requestBody/content/application~1json/schema"));
            }
        }
    }
    mutants.made
}

struct Mutants<'a> {
    document: &'a Value,
    components: Vec<String>,
    made: Vec<Mutant>,
}

impl Mutants<'_> {
    /// Changes each keyword of a schema, and of those in it.
    fn schema(&mut self, at: &str) {
        let schema = self.document.pointer(at).and_then(Value::as_object).expect("a schema");
        self.change(&format!("{at}/notAKeyword"), json!(1));
        for (keyword, value) in schema.clone() {
            let here = format!("{at}/{keyword}");
            match keyword.as_str() {
                "properties" => {
                    for name in value.as_object().unwrap().keys() {
                        self.schema(&format!("{here}/{name}"));
                        self.delete(&format!("{here}/{name}"));
                    }
                    self.change(&format!("{here}/further"), json!({"type": "string", "description": "New."}));
                }
                "items" => {
                    self.schema(&here);
                    self.delete(&here);
                }
                "$ref" => {
                    let other = |name: &&String| value != format!("#/components/schemas/{name}");
                    if let Some(name) = self.components.clone().iter().find(other) {
                        self.change(&here, json!(format!("#/components/schemas/{name}")));
                    }
                    self.change(&here, json!("#/components/schemas/Nowhere"));
                    self.change(&here, json!("other.yaml"));
                    self.delete(&here);
                }
                "type" => {
                    let types: Vec<&str> = match &value {
                        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
                        name => name.as_str().into_iter().collect(),
                    };
                    let own = types.iter().find(|name| **name != "null").expect("a type beside null");
                    let nullable = if types.len() == 1 { json!([own, "null"]) } else { json!(own) };
                    self.change(&here, nullable);
                    // Printing takes time: two other types for each schema suffice, since all of them occur for some
                    // schema.
                    let others = TYPES.iter().cycle().skip_while(|name| *name != own).skip(1).take(2);
                    others.for_each(|name| self.change(&here, json!(name)));
                    self.delete(&here);
                }
                "format" => {
                    for name in FORMATS.iter().filter(|name| value != **name) {
                        self.change(&here, json!(name));
                    }
                    self.change(&here, json!("email"));
                    self.delete(&here);
                }
                _ if keywords::keyword(&keyword).is_some_and(|known| known.role == KeywordRole::Annotation) => {}
                _ => {
                    self.delete(&here);
                    self.values(&here, &value);
                }
            }
        }
    }

    /// Changes a value to its neighbours.
    fn values(&mut self, at: &str, value: &Value) {
        match value {
            Value::Bool(flag) => self.change(at, json!(!flag)),
            Value::Number(number) => {
                let number = number.as_i64().unwrap();
                self.change(at, json!(number + 1));
                self.change(at, json!(number - 1));
                self.change(at, json!(number.to_string()));
            }
            Value::String(text) => {
                self.change(at, json!(format!("{text}x")));
                self.change(at, json!(format!("x{text}")));
                // Every character of a pattern counts, but printing takes time: changing some of them suffices.
                let within = text.char_indices().filter(|(_, character)| character.is_alphanumeric()).step_by(5);
                for (index, character) in within {
                    let other = if character == '7' { "8" } else { "7" };
                    let mut changed = text.clone();
                    changed.replace_range(index..index + character.len_utf8(), other);
                    self.change(at, json!(changed));
                }
                self.change(at, json!(7));
            }
            Value::Array(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    self.delete(&format!("{at}/{index}"));
                    self.values(&format!("{at}/{index}"), element);
                }
                let with = |value: Value| elements.iter().cloned().chain([value]).collect::<Value>();
                self.change(at, with(json!("one-more")));
                self.change(at, with(json!(4711)));
            }
            Value::Null => self.change(at, json!("null")),
            Value::Object(_) => panic!("no keyword has an object for its value: {at}"),
        }
    }

    fn delete(&mut self, at: &str) {
        let mut document = self.document.clone();
        let (parent, token) = at.rsplit_once('/').unwrap();
        match document.pointer_mut(parent).unwrap() {
            Value::Object(members) => assert!(members.remove(token).is_some(), "{at}"),
            Value::Array(elements) => _ = elements.remove(token.parse().unwrap()),
            other => panic!("{at}: {other}"),
        }
        self.made.push(Mutant { what: format!("{at} is deleted"), document });
    }

    fn change(&mut self, at: &str, value: Value) {
        let mut document = self.document.clone();
        let (parent, token) = at.rsplit_once('/').unwrap();
        let what = format!("{at} is now {value}");
        let place = document.pointer_mut(parent).unwrap();
        let changed = match place {
            Value::Array(elements) => &mut elements[token.parse::<usize>().unwrap()],
            other => &mut other[token],
        };
        // A change to the same value would show nothing.
        assert_ne!(*changed, value, "{at}");
        *changed = value;
        self.made.push(Mutant { what, document });
    }
}
