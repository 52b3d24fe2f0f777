//! Vectors of any derivation: random arguments of its parameters' types.

use std::collections::BTreeMap;

use mixinspec_spec::Spec;
use mixinspec_spec::model::ParameterType;
use serde_json::{Map, Value, json};

use super::document::{DerivedVector, VectorResult};
use super::drawn::{ArgumentGenerator, Signature};
use super::flags::Requirements;
use crate::identity::derivation::{Derivations, DeriveError};

/// Generates `count` vectors of a derivation.
///
/// # Errors
/// When the spec lacks the derivation.
pub(crate) fn vectors(
    spec: &Spec,
    derivations: &Derivations,
    name: &str,
    seed: u64,
    count: usize,
) -> Result<Vec<DerivedVector>, DeriveError> {
    let signature = Signature::of(derivations, name).ok_or_else(|| DeriveError::Unknown(name.to_owned()))?;
    let near_misses = derivations.near_misses(name)?;
    let names: Vec<String> = signature.parameters.iter().map(|parameter| parameter.name.clone()).collect();
    let (generator, requirements) = (ArgumentGenerator::of(signature), Requirements::of(spec, name).with(&[]));
    let mut all = Vec::new();
    for number in 0..count as u64 {
        let Some(values) = generator.arguments(seed, number) else { continue };
        let expected = derivations.derive(name, None, &values)?;
        let mut wrong = BTreeMap::new();
        for near_miss in &near_misses {
            let id = derivations.derive(name, Some(near_miss), &values)?;
            if id != expected {
                wrong.insert(near_miss.clone(), id);
            }
        }
        all.push(DerivedVector {
            id: format!("drawn-{number:04}"),
            comment: "Drawn at random from the domain.".into(),
            result: VectorResult::Valid,
            requirements: requirements.clone(),
            arguments: names.iter().cloned().zip(values).collect(),
            expected,
            near_misses: wrong,
        });
    }
    Ok(all)
}

/// The derivation of a file of vectors, by the file's name.
pub(crate) fn derivation(file: &str) -> String {
    file.replace('-', "_")
}

/// The JSON Schema of a derivation's file of vectors.
pub(crate) fn schema(spec: &Spec, name: &str) -> Value {
    let uuid = json!({"type": "string", "format": "uuid"});
    let parameters = spec.document.derivations.get(name).map_or(&[][..], |derivation| &derivation.parameters);
    let of_type = |kind: ParameterType| match kind {
        ParameterType::User | ParameterType::Uuid => uuid.clone(),
        ParameterType::Text => json!({"type": "string"}),
        ParameterType::Users => json!({"type": "array", "items": uuid}),
    };
    let types: Map<String, Value> = parameters.iter().map(|it| (it.name.clone(), of_type(it.kind))).collect();
    let closed = |members: Value, required: Vec<&str>| json!({"type": "object", "additionalProperties": false, "required": required, "properties": members});
    let text = json!({"type": "string"});
    let texts = json!({"type": "object", "additionalProperties": {"type": "string"}});
    let names: Vec<&str> = types.keys().map(String::as_str).collect();
    let arguments = closed(Value::Object(types.clone()), names);
    let vector = closed(
        json!({
            "id": text, "comment": text, "result": {"enum": ["valid", "invalid", "acceptable"]},
            "requirements": {"type": "array", "items": text}, "arguments": arguments, "expected": uuid,
            "near_misses": texts,
        }),
        vec!["id", "comment", "result", "requirements", "arguments", "expected", "near_misses"],
    );
    let mut schema = closed(
        json!({
            "$schema": text, "version": {"const": super::VERSION}, "description": text,
            "generator": {"type": "object"}, "editions": {"type": "array", "items": text},
            "count": {"type": "integer", "minimum": 0}, "near_misses": texts,
            "vectors": {"type": "array", "items": vector},
        }),
        vec!["$schema", "version", "description", "editions", "count", "vectors"],
    );
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["title"] = json!(format!("Vectors of {name}"));
    schema
}
