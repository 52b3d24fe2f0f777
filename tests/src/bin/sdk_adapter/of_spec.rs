//! An adapter for the derivations of any spec, by their own names: `of-spec FOLDER [DERIVATION NEAR-MISS]`.

use std::io::BufRead;
use std::path::Path;

use mixinspec_engine::identity::derivation::{Argument, Derivations};
use mixinspec_spec::Spec;
use serde_json::{Map, Value, json};

pub(super) fn serve(mut arguments: impl Iterator<Item = String>) {
    let folder = arguments.next().unwrap_or_default();
    let wrong = arguments.next().zip(arguments.next());
    let Ok(spec) = Spec::load(Path::new(&folder)) else { std::process::exit(2) };
    let derivations = Derivations::new(spec.document.derivations);
    for line in std::io::stdin().lock().lines() {
        let Ok(line) = line else { return };
        let Ok(request) = serde_json::from_str::<Value>(&line) else { return };
        let outcome = match request["call"].as_str() {
            Some("hello") => Ok(hello(&derivations)),
            Some(name) => derive(&derivations, name, &request["arguments"], wrong.as_ref()),
            None => Err(json!({"kind": "unsupported"})),
        };
        super::say(&match outcome {
            Ok(result) => json!({"id": request["id"], "result": result}),
            Err(error) => json!({"id": request["id"], "error": error}),
        });
    }
}

fn hello(derivations: &Derivations) -> Value {
    let capabilities: Map<String, Value> = derivations.iter().map(|(name, _)| (name.clone(), json!(true))).collect();
    json!({"protocol": 1, "name": "the derivations of a spec", "capabilities": capabilities})
}

fn derive(
    derivations: &Derivations,
    name: &str,
    arguments: &Value,
    wrong: Option<&(String, String)>,
) -> Result<Value, Value> {
    let parameters = derivations.get(name).map(|derivation| &derivation.parameters).into_iter().flatten();
    let values: Vec<Argument> =
        parameters.filter_map(|parameter| serde_json::from_value(arguments[&parameter.name].clone()).ok()).collect();
    let near_miss = wrong.filter(|(of, _)| of == name).map(|(_, near_miss)| near_miss.as_str());
    derivations.derive(name, near_miss, &values).map(|id| json!(id)).map_err(|error| super::failed(&error))
}
