//! Tests the report formats for programs.

use std::collections::BTreeSet;
use std::time::Duration;

use mixinspec_engine::report::gate::{Broken, Stale};
use mixinspec_engine::reporter::{json, junit};
use mixinspec_engine::{End, ExitStatus, Gate, Report};
use mixinspec_spec::model::Subject;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
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

const REPLAY: &str = "mixinspec run URL --edition 2026 --seed 1";

#[tokio::test]
async fn junit_tells_failures_from_what_was_skipped() {
    let mut report = report().await;
    report.conclude(|_| None, ExitStatus::Failed, 1_795_392_000_000_000, Duration::from_millis(1250));
    report.requirements.iter_mut().for_each(|requirement| requirement.duration_seconds = 0.125);
    report.readings.iter_mut().for_each(|reading| reading.duration_seconds = 0.0);
    let at = report.subject.clone();
    report.conclusion.command = REPLAY.into();
    let mut shown = |strict| {
        report.conclusion.strict = strict;
        let xml = junit::render(&report).expect("XML");
        assert!(!xml.contains(TOKEN) && !xml.contains('\u{1b}'), "{xml}");
        xml.replace(at.trim_end_matches('/'), "http://127.0.0.1:PORT")
    };
    insta::assert_snapshot!(shown(false));
    let (warns, failures) = (shown(false).matches("<failure").count(), shown(true).matches("<failure").count());
    assert_eq!(failures, warns + 1, "a broken should fails a strict run");
}

/// The content model of an element: required attributes, optional attributes, child elements, and whether it may have
/// text.
type Rule = (&'static [&'static str], &'static [&'static str], &'static [&'static str], bool);

/// The rules of `junit-10.xsd`, by which the xunit plugin of Jenkins validates reports
/// (github.com/jenkinsci/xunit-plugin, src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd). Its choices
/// have no order. GitLab reads `classname`, `name` and `time` of a test case, and its `failure`, `error` and `skipped`
/// (docs.gitlab.com/ci/testing/unit_test_reports). Of test cases with the same `classname` and `name` it takes only the
/// first.
fn rule(element: &str) -> Option<Rule> {
    Some(match element {
        "testsuites" => (&[], &["name", "time", "tests", "failures", "errors"], &["testsuite"], false),
        "testsuite" => (
            &["name", "tests", "failures", "errors"],
            &["group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url"],
            &["testsuite", "properties", "testcase", "system-out", "system-err"],
            false,
        ),
        "properties" => (&[], &[], &["property"], false),
        "property" => (&["name", "value"], &[], &[], false),
        "testcase" => (
            // The schema does not require the last two, but GitLab needs them.
            &["name", "classname", "time"],
            &["group"],
            &["skipped", "error", "failure", "system-out", "system-err"],
            false,
        ),
        "skipped" | "error" | "failure" => (&[], &["type", "message"], &[], true),
        "system-out" | "system-err" => (&[], &[], &[], true),
        _ => return None,
    })
}

fn attributes(element: &BytesStart<'_>) -> Vec<(String, String)> {
    let attributes = element.attributes().map(|attribute| attribute.expect("an attribute"));
    let read = attributes.map(|it| {
        let value = it.normalized_value(XmlVersion::Explicit1_0).expect("text").into_owned();
        (String::from_utf8_lossy(it.key.as_ref()).into_owned(), value)
    });
    read.collect()
}

/// The rules that a report breaks.
fn broken_rules(xml: &str) -> Vec<String> {
    let (mut broken, mut open, mut names) = (Vec::new(), Vec::<String>::new(), BTreeSet::new());
    let mut counts: Vec<[usize; 4]> = Vec::new();
    let mut reader = Reader::from_str(xml);
    let mut begin = |element: &BytesStart<'_>, open: &[String], broken: &mut Vec<String>| {
        let name = String::from_utf8_lossy(element.name().as_ref()).into_owned();
        let Some((required, optional, ..)) = rule(&name) else {
            broken.push(format!("there is no element {name}"));
            return name;
        };
        let attributes = attributes(element);
        let value = |name: &str| attributes.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone());
        broken.extend(required.iter().filter(|it| value(it).is_none()).map(|it| format!("{name} without {it}")));
        let allowed = |it: &str| required.contains(&it) || optional.contains(&it);
        broken.extend(attributes.iter().filter(|(it, _)| !allowed(it)).map(|(it, _)| format!("{name} with {it}")));
        let seconds =
            |time: &String| time.split('.').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
        broken.extend(value("time").filter(|time| !seconds(time)).map(|time| format!("{name} takes {time}")));
        match (open.last(), rule(open.last().map_or("", String::as_str))) {
            (None, _) if name == "testsuites" => {}
            (Some(_), Some((_, _, children, _))) if children.contains(&name.as_str()) => {}
            (parent, _) => broken.push(format!("{name} in {parent:?}")),
        }
        match name.as_str() {
            "testsuite" => {
                let number = |it| value(it).and_then(|number| number.parse().ok()).unwrap_or(usize::MAX);
                counts.push(["tests", "failures", "errors", "skipped"].map(number));
            }
            "testcase" if !names.insert((value("classname"), value("name"))) => {
                broken.push(format!("two test cases {:?}", value("name")));
            }
            _ => {}
        }
        let kinds = ["testcase", "failure", "error", "skipped"];
        if let (Some(counts), Some(kind)) = (counts.last_mut(), kinds.iter().position(|kind| *kind == name)) {
            counts[kind] = counts[kind].wrapping_sub(1);
        }
        name
    };
    loop {
        match reader.read_event().expect("XML that is well formed") {
            Event::Start(element) => {
                let name = begin(&element, &open, &mut broken);
                open.push(name);
            }
            Event::Empty(element) => drop(begin(&element, &open, &mut broken)),
            Event::End(_) => drop(open.pop()),
            Event::Text(text) if !text.iter().all(u8::is_ascii_whitespace) => {
                let holds_text = open.last().and_then(|name| rule(name)).is_some_and(|(.., text)| text);
                broken.extend((!holds_text).then(|| format!("text in {open:?}")));
            }
            Event::Eof => break,
            _ => {}
        }
    }
    broken.extend(counts.iter().filter(|left| **left != [0; 4]).map(|left| format!("a count is wrong by {left:?}")));
    broken
}

#[tokio::test]
async fn junit_fits_the_schemas_of_its_readers() {
    let mut report = report().await;
    let broken = Broken {
        names: "requirement group-accepted".into(),
        line: 7,
        issue: None,
        edition: "2026".into(),
        why: Stale::Passes,
    };
    let gate = Gate { file: "known \u{1}\u{ffff}.yaml".into(), broken: vec![broken], ..Gate::default() };
    for (end, status) in [(End::Complete, ExitStatus::Failed), (End::GivenUp, ExitStatus::Inconclusive)] {
        report.conclusion.end = end;
        report.conclude(|id| gate.reason(id), status, 0, Duration::from_secs(86_400));
        report.conclusion.out_of_date = gate.out_of_date();
        for strict in [false, true] {
            report.conclusion.strict = strict;
            let xml = junit::render(&report).expect("XML");
            assert_eq!(broken_rules(&xml), [""; 0], "{xml}");
        }
    }
    assert_eq!(broken_rules("<testsuites skipped='1'/>"), ["testsuites with skipped"]);
}

#[tokio::test]
async fn junit_is_green_where_the_exit_status_is_and_nowhere_else() {
    let xml = |report: &Report| junit::render(report).expect("XML");
    let is_green = |xml: &str| !xml.contains("<failure") && !xml.contains("<error");
    let mut report = report().await;
    // An undecided requirement is an error, unless it is accepted.
    report.requirements.retain(|requirement| requirement.id == "contact-id-version");
    report.conclude(|_| None, ExitStatus::Inconclusive, 0, Duration::ZERO);
    assert!(
        xml(&report).contains("<error type=\"inconclusive\" message=\"the server was still throttling (429); --rate N")
    );
    let known = [("contact-id-version".to_owned(), "later".to_owned())].into();
    let gate = Gate { known, ..Gate::default() };
    report.conclude(|id| gate.reason(id), ExitStatus::Success, 0, Duration::ZERO);
    assert!(is_green(&xml(&report)), "{}", xml(&report));
    // Nothing was judged.
    report.requirements.clear();
    report.readings.clear();
    report.conclude(|_| None, ExitStatus::Inconclusive, 0, Duration::ZERO);
    assert!(!is_green(&xml(&report)));
    let error = Report::of_error(Subject::Server, "URL".into(), "2026".into(), "failed to reach it".into());
    assert!(xml(&error).contains("<error type=\"error\" message=\"failed to reach it\"/>"), "{}", xml(&error));
}

#[tokio::test]
async fn json_tells_a_machine_how_the_run_went() {
    let mut report = report().await;
    let known = [("group-owner".to_owned(), "later".to_owned())].into();
    let gate = Gate { known, ..Gate::default() };
    report.conclude(|id| gate.reason(id), ExitStatus::Inconclusive, 1_795_392_000_123_456, Duration::from_millis(1250));
    let value: Value = serde_json::from_str(&json::render(&report).expect("JSON")).expect("JSON");
    assert_eq!(value["started"], "2026-11-23T00:00:00.123Z");
    assert_eq!((&value["duration_seconds"], &value["exit_status"]), (&json!(1.25), &json!(3)));
    assert_eq!((&value["end"], &value["end_reason"]), (&json!("complete"), &Value::Null));
    for requirement in value["requirements"].as_array().expect("a list") {
        assert_eq!(requirement["known"], requirement["id"] == "group-owner", "{requirement}");
    }
    assert!(value["readings"].as_array().expect("a list").iter().all(|reading| reading["known"] == false));
    let error = Report::of_error(Subject::Server, "URL".into(), "2026".into(), "failed to reach it".into());
    let value = serde_json::to_value(&error).expect("JSON");
    assert_eq!((&value["end"], &value["end_reason"]), (&json!("error"), &json!("failed to reach it")));
}
