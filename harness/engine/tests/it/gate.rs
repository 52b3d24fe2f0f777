//! The gate of known failures over real reports.

use std::collections::BTreeSet;

use mixinspec_engine::catalog::Catalog;
use mixinspec_engine::gate::{Gate, KnownFailures};
use mixinspec_engine::report::Report;
use mixinspec_engine::status::ExitStatus;
use mixinspec_engine::verdict::Verdict;
use mixinspec_spec::Spec;
use serde_json::json;

use crate::canned::{Run, accepted, conversation, server};

/// 2026-11-23.
const TODAY: i64 = 1_795_392_000_000_000;

/// A report in which `category-enum` fails in all four cases, and `group-owner` and `group-accepted` pass.
async fn report(only: &[&str]) -> Report {
    let server = server(|request| accepted(&conversation(request))).await;
    Run::new(&server.uri()).only(only).report().await
}

/// As [`report`], and as if nothing had been left out.
async fn whole_report() -> Report {
    Report { filtered: false, ..report(&["category-enum", "group-accepted"]).await }
}

fn judge(file: &str, report: &Report) -> Gate {
    let spec = Spec::embedded().expect("the embedded spec is sound");
    let plan = Catalog::of(&spec, "2026", report.cases).expect("a catalog");
    KnownFailures::read("known.yaml", file).expect("a file that can be read").judge(report, &plan, TODAY)
}

fn status(report: &Report, gate: &Gate) -> ExitStatus {
    ExitStatus::of(report, false, !gate.broken.is_empty(), |id| gate.known.contains_key(id))
}

fn messages(gate: &Gate) -> Vec<String> {
    gate.broken.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn what_is_listed_and_fails_is_no_failure() {
    let report = whole_report().await;
    assert_eq!(status(&report, &judge("", &report)), ExitStatus::Failed);
    let file = "- {requirement: category-enum, reason: later, issue: '#7', expires: 2026-11-23}\n";
    let gate = judge(file, &report);
    assert_eq!(messages(&gate), [""; 0]);
    assert_eq!(status(&report, &gate), ExitStatus::Success);
}

#[tokio::test]
async fn what_is_listed_and_undecided_keeps_nobody_waiting() {
    let mut report = whole_report().await;
    let failing = report.requirements.iter_mut().find(|r| r.id == "category-enum").expect("it is judged");
    failing.verdict = Verdict::Inconclusive;
    failing.failing_cases.clear();
    assert_eq!(status(&report, &judge("", &report)), ExitStatus::Inconclusive);
    let gate = judge("- {requirement: category-enum, reason: nothing comes of its twin}\n", &report);
    assert_eq!(messages(&gate), [""; 0]);
    assert_eq!(status(&report, &gate), ExitStatus::Success);
}

#[tokio::test]
async fn cases_excuse_a_requirement_where_they_are_all_that_fail() {
    let report = whole_report().await;
    let failing = report.requirements.iter().find(|r| r.id == "category-enum").expect("it is judged");
    let cases: BTreeSet<&String> = failing.failing_cases.iter().collect();
    assert!(cases.len() > 1, "{cases:?}");
    let entries: Vec<String> = cases.iter().map(|case| format!("- {{case: {case}, reason: later}}\n")).collect();
    assert_eq!(status(&report, &judge(&entries.concat(), &report)), ExitStatus::Success);
    assert_eq!(status(&report, &judge(&entries[1..].concat(), &report)), ExitStatus::Failed);
}

#[tokio::test]
async fn what_is_out_of_date_breaks_the_gate_and_says_why() {
    let report = whole_report().await;
    let gate = judge(
        "- {requirement: category-enum, reason: later, expires: 2026-11-22, issue: 'https://bugs.example/7'}\n\
         - {requirement: group-accepted, reason: later}\n\
         - {case: group-accepted/plain, reason: later}\n\
         - {requirement: group-accepted-mistyped, reason: later}\n\
         - {reading: category-enum, reason: later}\n\
         - {case: category-enum/no-such, reason: later}\n\
         - {case: group-size/group-generated-0, reason: none are generated}\n",
        &report,
    );
    insta::assert_snapshot!(messages(&gate).join("\n"));
    assert_eq!(status(&report, &gate), ExitStatus::Failed);
    assert!(!gate.known.contains_key("category-enum"), "an entry that is over its date excuses nothing");
}

#[tokio::test]
async fn a_part_of_a_run_says_nothing_of_the_rest() {
    let report = report(&["group-accepted"]).await;
    let file =
        "- {requirement: category-enum, reason: later}\n- {case: category-enum/group-category-is-empty, reason: x}\n";
    let gate = judge(file, &report);
    assert_eq!(messages(&gate), [""; 0]);
    assert_eq!(status(&report, &gate), ExitStatus::Success);
}

#[tokio::test]
async fn what_is_written_is_read_again_and_lets_the_run_pass() {
    let report = whole_report().await;
    let first = KnownFailures::write(&report, false, None);
    insta::assert_snapshot!(first);
    assert_eq!(status(&report, &judge(&first, &report)), ExitStatus::Success);
    // What somebody wrote into the file stays there.
    let edited = first.replace("\"failed when this file was written\"", "'the \"new\" parser: #8'");
    assert_ne!(edited, first);
    let older = KnownFailures::read("known.yaml", &edited).expect("a file that can be read");
    let again = KnownFailures::write(&report, false, Some(&older));
    assert!(again.contains(r#"reason: "the \"new\" parser: #8""#), "{again}");
    assert_eq!(KnownFailures::write(&report, false, KnownFailures::read("", &again).ok().as_ref()), again);
}

#[test]
fn mistakes_have_a_place_and_a_reason() {
    let wrong = |text: &str| match KnownFailures::read("known.yaml", text) {
        Ok(_) => panic!("it was read: {text}"),
        Err(error) => error.to_string(),
    };
    let files = [
        "- {requirement: a}\n",
        "- {requirement: a, reason: ''}\n",
        "- {requirement: a, reason: x, until: 2027-01-01}\n",
        "- requirement: a\n  reason: x\n  expires: tomorrow\n",
        "- {requirement: a, case: b, reason: x}\n",
        "- {reason: x}\n",
        "- {requirement: a, reason: x}\n- {requirement: a, reason: y}\n",
        "requirement: a\n",
        "- [\n",
    ];
    insta::assert_snapshot!(files.map(wrong).join("\n"));
    assert!(KnownFailures::read("known.yaml", "# nothing\n").is_ok());
    assert!(KnownFailures::read("known.yaml", &json!([]).to_string()).is_ok());
}

#[test]
fn a_file_is_read_as_yaml_1_2() {
    let read = |text: &str| KnownFailures::read("known.yaml", text).map_err(|error| error.to_string());
    for text in
        ["", "# nothing\n", "[]\n", "- {case: a/010, reason: no}\n", "- requirement: a\n  reason: yes\n  flaky: true\n"]
    {
        assert!(read(text).is_ok(), "{text}");
    }
    for (text, expected) in [
        ("- {case: a, reason: b, flaky: yes}\n", "line 1, column 31: true or false is needed here"),
        ("- {case: a, reason: b, flaky: 'true'}\n", "line 1, column 31: true or false is needed here"),
        ("- {case: a,\n   reason: 010}\n", "line 2, column 12: a text is needed here"),
        ("- {case: a, reason: b, issue: 12}\n", "line 1, column 31: a text is needed here"),
        ("- {case: a, raeson: b}\n", "line 1, column 13: unknown member `raeson`"),
        ("- {case: a}\n", "line 1, column 3: the member `reason` is missing"),
        ("case: a\n", "line 1, column 1: a list of entries is needed here"),
    ] {
        let error = read(text).expect_err(text);
        assert!(error.contains(expected), "{text}: {error}");
    }
}
