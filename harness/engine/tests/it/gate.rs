//! Tests the gate of known failures with real reports.

use std::collections::BTreeSet;

use mixinspec_engine::{CaseId, Catalog, End, ExitStatus, Gate, KnownFailures, Report, Verdict};
use mixinspec_spec::Spec;
use serde_json::json;
use wiremock::ResponseTemplate;

use crate::canned::{Run, accepted, conversation, refused, server};

/// 2026-11-23.
const TODAY: i64 = 1_795_392_000_000_000;

/// A report in which `category-enum` fails in all four cases, and `group-owner` and `group-accepted` pass.
async fn report(only: &[&str]) -> Report {
    let server = server(|request| accepted(&conversation(request))).await;
    Run::new(&server.uri()).only(only).report().await
}

/// As [`report`], but marked as complete.
async fn whole_report() -> Report {
    Report { filtered: false, ..report(&["category-enum", "group-accepted"]).await }
}

fn judge(file: &str, report: &Report) -> Gate {
    let known = KnownFailures::read("known.yaml", file).expect("a file that can be read");
    known.judge(report, &plan(report), TODAY)
}

fn plan(report: &Report) -> Catalog {
    let spec = Spec::embedded().expect("the embedded spec is sound");
    Catalog::of(&spec, "2026", report.cases).expect("a catalog")
}

fn status(report: &Report, gate: &Gate) -> ExitStatus {
    ExitStatus::of(report, false, !gate.broken.is_empty(), |id| gate.excuses(id))
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
    let cases: BTreeSet<&CaseId> = failing.failing_cases.iter().collect();
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
    let first = KnownFailures::write(&report, false, None, TODAY);
    insta::assert_snapshot!(first);
    assert_eq!(status(&report, &judge(&first, &report)), ExitStatus::Success);
    // Edits of the file are kept.
    let edited = first.replace("\"failed when this file was written\"", "'the \"new\" parser: #8'");
    assert_ne!(edited, first);
    let older = KnownFailures::read("known.yaml", &edited).expect("a file that can be read");
    let plan = plan(&report);
    let written = |older: &KnownFailures| KnownFailures::write(&report, false, Some((older, &plan)), TODAY);
    let again = written(&older);
    assert!(again.contains(r#"reason: "the \"new\" parser: #8""#), "{again}");
    assert_eq!(written(&KnownFailures::read("", &again).expect("a file that can be read")), again);
    // An expired date is removed: rewriting the file accepts its entries again.
    let over = again.replace("  reason: ", "  expires: 2026-11-22\n  reason: ");
    let older = KnownFailures::read("known.yaml", &over).expect("a file that can be read");
    assert_eq!(status(&report, &judge(&over, &report)), ExitStatus::Failed);
    assert_eq!(status(&report, &judge(&written(&older), &report)), ExitStatus::Success);
}

#[tokio::test]
async fn what_is_written_anew_loses_no_entry_that_the_run_says_nothing_of() {
    let report = report(&["category-enum"]).await;
    let text = "- {requirement: group-accepted, reason: not asked now}\n\
                - {requirement: category-enum, reason: later}\n\
                - {case: name-echoed/group-name-in-arabic, reason: nothing of it}\n\
                - {requirement: no-such, reason: names nothing}\n";
    let older = KnownFailures::read("known.yaml", text).expect("a file that can be read");
    let written = KnownFailures::write(&report, false, Some((&older, &plan(&report))), TODAY);
    let kept = |id: &str| written.contains(&format!(": {id}\n"));
    assert!(kept("group-accepted") && kept("category-enum") && !kept("no-such"), "{written}");
}

#[tokio::test]
async fn what_is_undecided_because_of_known_failures_alone_does_not_open_the_gate() {
    let server = server(|request| {
        let mut body = conversation(request);
        body["data"].as_object_mut().expect("an object").remove("participants");
        accepted(&body)
    })
    .await;
    let only = ["answer-participants", "participant-*", "group-owner", "group-accepted"];
    let report = Run::new(&server.uri()).only(&only).report().await;
    let undecided = report.requirements.iter().find(|r| r.id == "group-owner").expect("it is judged");
    assert_eq!(undecided.verdict, Verdict::Inconclusive);
    assert!(undecided.because.contains(&"answer-participants".to_owned()), "{:?}", undecided.because);
    let written = KnownFailures::write(&report, false, None, TODAY);
    assert!(!written.contains("group-owner"), "{written}");
    let gate = judge(&written, &report);
    assert!(gate.undecided.contains_key("group-owner"), "{gate:?}");
    assert_eq!(status(&report, &gate), ExitStatus::Success);
    // Without the entry, both results break the gate.
    assert!(judge("", &report).undecided.is_empty());
}

#[tokio::test]
async fn what_is_undecided_for_another_reason_opens_the_gate() {
    // Some requests show nothing, besides a known failure.
    let server = server(|request| match request["category"].as_str() {
        Some("CONTACT") => ResponseTemplate::new(429),
        _ => accepted(&conversation(request)),
    })
    .await;
    let report = Run::new(&server.uri()).only(&["category-enum", "contact-accepted"]).report().await;
    let gate = judge(&KnownFailures::write(&report, false, None, TODAY), &report);
    assert!(!gate.excuses("contact-accepted"), "{gate:?}");
    assert_eq!(status(&report, &gate), ExitStatus::Inconclusive);
}

#[tokio::test]
async fn a_valid_request_that_is_turned_away_is_why_its_refusals_are_undecided() {
    let server = server(|_| refused(10002, "category")).await;
    let report = Run::new(&server.uri()).only(&["category-enum", "group-accepted", "contact-accepted"]).report().await;
    let undecided = report.requirements.iter().find(|r| r.id == "category-enum").expect("it is judged");
    assert_eq!(undecided.verdict, Verdict::Inconclusive);
    let gate = judge(&KnownFailures::write(&report, false, None, TODAY), &report);
    assert_eq!(status(&report, &gate), ExitStatus::Success, "{gate:?}");
}

#[tokio::test]
async fn a_run_that_is_not_whole_takes_no_entry_for_out_of_date() {
    let file = "- {requirement: group-accepted, reason: now and then}\n";
    let mut report = whole_report().await;
    assert_eq!(messages(&judge(file, &report)).len(), 1);
    report.replayed = Some("group-accepted/plain".into());
    assert_eq!(messages(&judge(file, &report)), [""; 0]);
    report.replayed = None;
    for end in [End::Stopped, End::GivenUp, End::FailFast, End::MaxRequests] {
        report.conclusion.end = end;
        assert_eq!(messages(&judge(file, &report)), [""; 0], "{end:?}");
    }
}

#[tokio::test]
async fn what_passes_is_taken_out_and_the_rest_stays_to_the_letter() {
    let report = whole_report().await;
    let pruned = |text: &str| {
        let known = KnownFailures::read("known.yaml", text).expect("a file that can be read");
        known.pruned(text, &known.judge(&report, &plan(&report), TODAY))
    };
    let text = "# Ours.\n\n- requirement: group-accepted # passes\n  reason: >\n    over\n    two lines\n\n\
                # The parser is to be replaced.\n- {requirement: category-enum, reason: 'later'}\n";
    let rest = "# Ours.\n\n\n# The parser is to be replaced.\n- {requirement: category-enum, reason: 'later'}\n";
    assert_eq!(pruned(text), rest);
    assert_eq!(pruned(rest), rest);
    // If the entries are in one line, the file is rewritten.
    let json = r#"[{"requirement": "group-accepted", "reason": "x"}, {"requirement": "category-enum", "reason": "y"}]"#;
    assert_eq!(pruned(json), "- requirement: category-enum\n  reason: \"y\"\n");
    assert_eq!(pruned("# Ours.\n- {requirement: group-accepted, reason: x}\n"), "# Ours.\n[]\n");
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
