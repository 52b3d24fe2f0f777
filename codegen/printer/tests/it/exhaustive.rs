//! Tests that the generated modules for every form of schema are up to date. The package `tests`, whose library
//! contains them, shows that they compile and work: the printer does not depend on its own output.

use std::path::Path;
use std::{env, fs};

use mixinspec_codegen::render_edition;
use mixinspec_spec::model::OpenApi;
use serde_json::{Value, json};

/// Set it to print the modules again.
const UPDATE: &str = "UPDATE_EXHAUSTIVE";

/// The document with every form, in the request and moved to the answer.
pub(crate) fn document(direction: &str) -> OpenApi {
    let mut document: Value =
        mixinspec_spec::yaml::from_str(include_str!("../../../../tests/src/exhaustive/openapi.yaml")).unwrap();
    if direction == "answer" {
        for path in document["paths"].as_object_mut().unwrap().values_mut() {
            let mut body = path["post"].as_object_mut().unwrap().remove("requestBody").unwrap();
            body.as_object_mut().unwrap().remove("required");
            body["description"] = json!("What is answered.");
            path["post"]["responses"] = json!({"200": body});
        }
    }
    serde_json::from_value(document).unwrap()
}

#[test]
fn the_printed_modules_are_fresh() {
    for direction in ["request", "answer"] {
        let printed = render_edition("exhaustive", "openapi.yaml", &document(direction)).unwrap();
        let (_, text) = printed.iter().find(|(path, _)| path.as_str().ends_with(".rs")).unwrap();
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../tests/src/exhaustive/{direction}.rs"));
        if env::var_os(UPDATE).is_some() {
            fs::write(&file, text).unwrap();
        }
        let found = fs::read_to_string(&file).unwrap_or_default().replace("\r\n", "\n");
        let diff = similar::TextDiff::from_lines(found.as_str(), text).unified_diff().to_string();
        assert!(
            found == *text,
            "{} is stale:\n{diff}\nprint it again: {UPDATE}=1 cargo test -p mixinspec-codegen exhaustive",
            file.display()
        );
    }
}
