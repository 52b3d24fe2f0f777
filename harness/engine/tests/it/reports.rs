//! The reports for programs.

use mixinspec_engine::report::Report;
use mixinspec_engine::reporter::{json, junit};
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use crate::canned::{Run, TOKEN, accepted, conversation, correct, server};

/// A report with a failure, a warning, a pass, something undecided and readings.
async fn report() -> Report {
    let server = server(|request| {
        if request["category"] == "GROUP" && request["name"] == "Mixin Rocks" {
            let mut body = conversation(request);
            body["data"]["participants"][0]["role"] = json!("\u{1b}]]>");
            body["data"]["code_url"] = json!("/codes/d8244b92-30e9-44b5-bfb0-ce597c788125");
            body["data"]["name"] = json!(TOKEN);
            return accepted(&body);
        }
        if request["category"] == "CONTACT" { ResponseTemplate::new(429) } else { correct(request) }
    })
    .await;
    let only = ["group-owner", "group-code-url*", "category-*", "contact-id-version", "group-accepted", "utc-offset"];
    Run::new(&server.uri()).only(&only).report().await
}

const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/report.schema.json");

#[test]
fn the_published_schema_is_fresh() {
    let mut printed = serde_json::to_string_pretty(&json::schema()).expect("JSON");
    printed.push('\n');
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(SCHEMA, &printed).expect("a file that can be written");
    }
    let found = std::fs::read_to_string(SCHEMA).unwrap_or_default();
    assert!(found == printed, "run: UPDATE_SCHEMA=1 cargo test -p mixinspec-engine --test it schema");
}

#[tokio::test]
async fn a_report_is_valid_against_its_schema_and_reads_back() {
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(SCHEMA).expect("the schema")).expect("JSON");
    let validator = jsonschema::draft202012::new(&schema).expect("a schema");
    let report = report().await;
    let text = json::render(&report).expect("JSON");
    let value: Value = serde_json::from_str(&text).expect("JSON");
    let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    assert!(!validator.is_valid(&json!({})));
    let mut wrong = value.clone();
    wrong["requirements"][0]["verdict"] = json!("maybe");
    assert!(!validator.is_valid(&wrong));
    let back: Report = serde_json::from_str(&text).expect("a report");
    assert_eq!(json::render(&back).expect("JSON"), text);
    assert!(!text.contains(TOKEN), "a secret stands in the report");
}

#[tokio::test]
async fn junit_tells_failures_from_what_was_skipped() {
    let report = report().await;
    let at = report.subject.clone();
    let shown = |strict| {
        let xml = junit::render(&report, strict, None).expect("XML");
        assert!(!xml.contains(TOKEN) && !xml.contains('\u{1b}'), "{xml}");
        xml.replace(at.trim_end_matches('/'), "http://127.0.0.1:PORT")
    };
    insta::assert_snapshot!(shown(false));
    let (warns, failures) = (shown(false).matches("<failure").count(), shown(true).matches("<failure").count());
    assert_eq!(failures, warns + 1, "a broken should fails a strict run");
}
