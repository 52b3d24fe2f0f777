//! A small constant report: one requirement of each verdict, and a server that sends hostile text.

use std::time::Duration;

use mixinspec_engine::findings::latency::{Latency, LatencySlot, OperationLatency};
use mixinspec_engine::findings::record::{ExchangeRecord, Failure};
use mixinspec_engine::findings::spread::{RequestKind, Share};
use mixinspec_engine::findings::verdict::Rate;
use mixinspec_engine::report::{EditionSummary, Observed, OutOfDate, ReadingReport, RequirementReport, count};
use mixinspec_engine::{CaseId, ExitStatus, Report, Verdict};
use mixinspec_spec::model::{Area, Level, SourceRef, Subject};

/// The name in a hostile server's answer.
pub(crate) const HOSTILE: &str =
    "</pre><script>alert(1)</script><img src=x onerror='alert(2)'> {{ 7 * 7 }} `@you`\n::error::| *\u{202e}\u{1b}[2J";

/// The command that repeats the run.
pub(crate) const COMMAND: &str = "mixinspec run http://127.0.0.1:8080 --edition 2026 --seed 1";

/// The report.
pub(crate) fn report() -> Report {
    let mut report = Report::of_error(Subject::Server, "http://127.0.0.1:8080/".into(), "2026".into(), String::new());
    report.conclusion = Default::default();
    report.mixinspec = "0.0.0".into();
    report.spec_hash = "0123456789abcdef".into();
    (report.seed, report.run_id, report.cases, report.exchanges, report.throttled) = (1, "cafe0001".into(), 4, 321, 2);
    report.requirements = vec![
        requirement("name-echoed", Area::Answer, Level::Must, Verdict::Fail),
        requirement("type-known", Area::Answer, Level::Must, Verdict::Pass),
        requirement("url-absolute", Area::Answer, Level::Should, Verdict::Warn),
        requirement("size-limit", Area::Refusals, Level::Must, Verdict::Fail),
        requirement("read-again", Area::Sequences, Level::Must, Verdict::Inconclusive),
        requirement("token-expired", Area::Authentication, Level::Must, Verdict::NotApplicable),
        requirement("error-code", Area::Errors, Level::Must, Verdict::Error),
    ];
    report.requirements[0].flaky = Some(Rate { failed: 3, of: 20 });
    report.readings = vec![
        reading("empty-name", Verdict::Pass, &[("accepted", 3)]),
        reading("two-minds", Verdict::Pass, &[("accepted", 3), ("refused", 1)]),
        reading("unseen", Verdict::Inconclusive, &[]),
    ];
    report.latency = Some(Latency { slot_seconds: 0.4, operations: vec![latency("create"), latency("<read>")] });
    report.notes = vec!["The server's clock is 3 s ahead.".into()];
    report.edition_was_chosen = true;
    let failed = ["a", "b", "c", "d", "e", "f", "g"].map(str::to_owned).to_vec();
    report.also_judged = vec![EditionSummary { edition: "2018".into(), counts: report.counts, failed }];
    concluded(report, &["size-limit"])
}

/// Response times in three slots of a run, the second without answers.
fn latency(operation: &str) -> OperationLatency {
    let slot = |answers, mean_ms| LatencySlot { answers, mean_ms };
    let timeline = vec![slot(200, 4.0), slot(0, 0.0), slot(50, 16.0)];
    OperationLatency { operation: operation.into(), answers: 250, p50_ms: 4.25, p95_ms: 15.5, max_ms: 120.0, timeline }
}

/// Concludes the report, with these failures accepted.
pub(crate) fn concluded(mut report: Report, known: &[&str]) -> Report {
    report.counts = count(report.items().map(|item| item.verdict));
    let excused = |id: &str| known.contains(&id);
    let status = ExitStatus::of(&report, false, false, excused);
    let reason = |id: &str| excused(id).then(|| "waits for <b>the new parser</b>".to_owned());
    report.conclude(reason, status, 1_795_392_000_000_000, Duration::from_millis(1250));
    report.conclusion.command = COMMAND.into();
    report
}

/// An entry of a file of known failures that is out of date.
pub(crate) fn out_of_date() -> OutOfDate {
    let reason = "line 7: requirement type-known passes now; take the entry out".into();
    OutOfDate { file: "known.yaml".into(), names: "requirement type-known".into(), reason }
}

/// A requirement with the fields that its verdict implies.
pub(crate) fn requirement(id: &str, area: Area, level: Level, verdict: Verdict) -> RequirementReport {
    let is_broken = matches!(verdict, Verdict::Fail | Verdict::Warn);
    let is_open = matches!(verdict, Verdict::Inconclusive | Verdict::NotApplicable | Verdict::Error);
    RequirementReport {
        id: id.to_owned(),
        row: "A1".into(),
        area,
        level,
        verdict,
        duration_seconds: 0.125,
        evidence: if is_open { 0 } else { 3 },
        broken: u64::from(is_broken),
        reason: is_open.then(|| format!("the server said {HOSTILE}")),
        because: Vec::new(),
        known: false,
        known_reason: None,
        statement: format!("What {id} says, with <em>marks</em> & *stars*."),
        source: vec![SourceRef { document: "docs".into(), quote: "as \"it\" stands <there>".into() }],
        follows: None,
        plain: false,
        help: None,
        breaks: vec!["the Node SDK".into(), "the Dart SDK".into()],
        failing_cases: if is_broken { vec![CaseId::new(id, "plain"), CaseId::new(id, "empty")] } else { Vec::new() },
        more_cases: false,
        flaky: None,
        // Other verdicts have none, like requirements on whole cases.
        spread: if verdict == Verdict::Fail { spread() } else { Vec::new() },
        failures: if is_broken { vec![failure(id)] } else { Vec::new() },
    }
}

fn spread() -> Vec<Share> {
    let share = |operation: &str, requests, broken, of| Share { operation: operation.into(), requests, broken, of };
    vec![
        share("createThing", RequestKind::Wrong, 1, 12),
        share("createThing", RequestKind::Other, 0, 30),
        share("readThing", RequestKind::Other, 0, 7),
    ]
}

fn failure(id: &str) -> Failure {
    let exchange = |body: &str| ExchangeRecord {
        method: "POST".into(),
        url: "http://127.0.0.1:8080/things".into(),
        request_headers: vec![("content-type".into(), "application/json".into())],
        request_body: "{\"name\":\"it's <b>\"}".into(),
        request_body_is_exact: true,
        status: Some(200),
        response_headers: vec![("x-evil".into(), HOSTILE.into())],
        response_body: body.to_owned(),
        response_bytes: body.len() + 10,
        outcome: "accepted".into(),
        ..ExchangeRecord::default()
    };
    let silence = ExchangeRecord {
        transport_error: Some(format!("the connection said {HOSTILE}")),
        status: None,
        ..exchange("")
    };
    Failure {
        case: CaseId::new(id, "plain"),
        what: "a plain one".into(),
        expected: "response.name is \"x\"".into(),
        actual: format!("response.name is \"{HOSTILE}\""),
        exchanges: vec![silence, exchange(&format!("{{\"name\": \"{HOSTILE}\"}}"))],
        shrunk: Some(4),
        ..Failure::default()
    }
}

/// A reading with these observed interpretations.
pub(crate) fn reading(id: &str, verdict: Verdict, observed: &[(&str, u64)]) -> ReadingReport {
    let seen =
        |(name, cases): &(&str, u64)| ((*name).to_owned(), Observed { cases: *cases, case: CaseId::new(id, name) });
    ReadingReport {
        id: id.to_owned(),
        row: "R1".into(),
        question: format!("What is meant by {id}?"),
        verdict,
        duration_seconds: 0.0,
        observed: observed.iter().map(seen).collect(),
        reason: observed.is_empty().then(|| "no case shows it".to_owned()),
        because: Vec::new(),
        known: false,
        known_reason: None,
        follows: None,
        source: vec![SourceRef { document: "docs".into(), quote: "it may".into() }],
        failing_cases: Vec::new(),
        more_cases: false,
        flaky: None,
        failures: Vec::new(),
    }
}
