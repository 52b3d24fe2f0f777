//! Tests the whole report on a terminal: its sections, widths, colours, and three levels of detail.

use std::collections::BTreeMap;
use std::time::Duration;

use insta::assert_snapshot;
use mixinspec_engine::report::gate::{Broken, Stale};
use mixinspec_engine::reporter::terminal::{Beginning, header, render};
use mixinspec_engine::reporter::{Detail, Ending, Style};
use mixinspec_engine::{End, ExitStatus, Gate, Report};
use serde_json::json;
use wiremock::ResponseTemplate;

use crate::canned::{Run, accepted, conversation, correct, server};

/// A report with one of each: pass, failure, known failure, warning, undecided, not applicable, readings of every kind.
async fn report() -> Report {
    let server = server(|request| match request["name"].as_str() {
        Some("Mixin Rocks") => {
            let mut body = conversation(request);
            body["data"]["code_url"] = json!("/codes/d8244b92-30e9-44b5-bfb0-ce597c788125");
            body["data"].as_object_mut().expect("an object").remove("icon_url");
            accepted(&body)
        }
        _ if request["category"] == "CONTACT" => ResponseTemplate::new(429),
        _ => correct(request),
    })
    .await;
    let only = [
        "answer-icon-url",
        "category-enum",
        "contact-accepted",
        "contact-code",
        "create-again-no-takeover",
        "group-accepted",
        "group-code-url-absolute",
        "group-without-participants",
    ];
    let report = Run::new(&server.uri()).only(&only).report().await;
    let text = serde_json::to_string(&report).expect("JSON").replace(&server.uri(), "http://127.0.0.1:PORT");
    let mut report: Report = serde_json::from_str(&text).expect("a report");
    // Fix the numbers that depend on the clock, or grow with the spec.
    (report.exchanges, report.throttled) = (321, 2);
    for requirement in &mut report.requirements {
        requirement.evidence = requirement.evidence.min(3);
        requirement.failing_cases.truncate(7);
        requirement.more_cases = false;
        for exchange in requirement.failures.iter_mut().flat_map(|failure| &mut failure.exchanges) {
            exchange.response_headers.retain(|(name, _)| name != "date");
        }
    }
    report
}

fn gate() -> Gate {
    let known = BTreeMap::from([("category-enum".to_owned(), "waits for the new parser".to_owned())]);
    let broken = Broken {
        names: "requirement group-accepted".into(),
        line: 7,
        issue: Some("https://bugs.example/7".into()),
        edition: "2026".into(),
        why: Stale::Passes,
    };
    Gate { file: "known.yaml".into(), known, broken: vec![broken], ..Gate::default() }
}

fn shown(report: &Report, style: Style, gate: Option<&Gate>) -> String {
    let known = |id: &str| gate.is_some_and(|gate| gate.excuses(id));
    let ending = Ending {
        status: ExitStatus::of(report, false, gate.is_some_and(|gate| !gate.broken.is_empty()), known),
        elapsed: Some(Duration::from_millis(1250)),
        gate,
        replay: "mixinspec run http://127.0.0.1:PORT --edition 2026 --seed 1 --no-auth",
    };
    render(report, &ending, style)
}

const PLAIN: Style = Style { colors: false, width: 80, detail: Detail::Usual, all: false };

#[tokio::test]
async fn the_whole_at_eighty_columns() {
    let report = report().await;
    assert_snapshot!("usual", shown(&report, PLAIN, None));
    let mut stopped = report.clone();
    stopped.conclusion.end = End::Stopped;
    assert_snapshot!("gate", shown(&stopped, PLAIN, Some(&gate())));
    assert_snapshot!("quiet", shown(&report, Style { detail: Detail::Quiet, ..PLAIN }, Some(&gate())));
    assert_snapshot!("verbose", shown(&report, Style { detail: Detail::Verbose, ..PLAIN }, None));

    // With colours, only the colours differ.
    let colored = shown(&report, Style { colors: true, ..PLAIN }, None);
    let mut stripped = String::new();
    let mut rest = colored.as_str();
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        stripped.push_str(before);
        rest = after.split_once('m').expect("the end of a colour").1;
    }
    stripped.push_str(rest);
    assert_ne!(colored, stripped);
    let lines = |text: &str| text.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>();
    assert_eq!(lines(&stripped), lines(&shown(&report, PLAIN, None)));

    // Only text that users copy may exceed the width.
    for width in [80, 100, 120] {
        let text = shown(&report, Style { width, ..PLAIN }, None);
        let long = text.lines().filter(|line| line.chars().count() > width);
        let copied = |line: &&str| line.contains("  replay ") || line.trim_start().starts_with(['-', '\'']);
        let others: Vec<&str> = long.filter(|line| !copied(line)).collect();
        assert!(others.is_empty(), "{width}: {others:#?}");
    }
}

#[test]
fn the_lines_before_a_run() {
    let beginning = Beginning {
        version: "1.2.3",
        subject: "http://127.0.0.1:8080/",
        edition: "2026",
        auto: true,
        seed: 1,
        run_id: "0f1e2d3c",
        checks: 157,
        cases: 288,
        things: 319,
        thing: "conversation",
    };
    assert_snapshot!("header", header(&beginning, PLAIN));
}
