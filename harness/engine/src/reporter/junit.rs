//! The report for CI systems: JUnit's XML, a test case for each requirement and reading.

use mixinspec_spec::model::Level;
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::area;
use super::failure::level;
use crate::flaky::Rate;
use crate::gate::Gate;
use crate::record::Failure;
use crate::report::Report;
use crate::verdict::Verdict;

/// One requirement or reading as a test.
struct Test<'a> {
    suite: &'static str,
    id: &'a str,
    verdict: Verdict,
    level: Level,
    statement: &'a str,
    reason: Option<&'a str>,
    flaky: Option<Rate>,
    failures: &'a [Failure],
}

/// The report as XML. Known failures are skipped; warnings fail only a strict run.
///
/// # Errors
/// When the XML cannot be written, which would be a mistake of ours.
pub fn render(report: &Report, strict: bool, gate: Option<&Gate>) -> Result<String, quick_junit::SerializeError> {
    let mut suites: Vec<TestSuite> = Vec::new();
    for test in tests(report) {
        let known = gate.and_then(|gate| gate.known.get(test.id)).map(String::as_str);
        let mut case = TestCase::new(test.id, status(&test, strict, known));
        case.set_classname(format!("mixinspec.{}", test.suite));
        case.add_property(("level", level(test.level)));
        case.add_property(("verdict", test.verdict.word()));
        case.add_property(("statement", test.statement));
        match suites.iter_mut().find(|suite| suite.name.as_str() == test.suite) {
            Some(suite) => suite.add_test_case(case),
            None => {
                let mut suite = TestSuite::new(test.suite);
                suite.add_test_case(case);
                suites.push(suite);
                continue;
            }
        };
    }
    if let Some(gate) = gate.filter(|gate| !gate.broken.is_empty()) {
        let mut suite = TestSuite::new("known failures");
        for broken in &gate.broken {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_type("out of date").set_message(broken.to_string());
            let mut case = TestCase::new(broken.names.clone(), status);
            case.set_classname(format!("mixinspec.{}", gate.file));
            suite.add_test_case(case);
        }
        suites.push(suite);
    }
    let stopped = report.stopped.then_some("the run was stopped before its end");
    if let Some(reason) = stopped.or(report.given_up.as_deref()) {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_type("incomplete").set_message(reason);
        let mut suite = TestSuite::new("run");
        let mut case = TestCase::new("complete", status);
        case.set_classname("mixinspec.run");
        suite.add_test_case(case);
        suites.push(suite);
    }
    let mut xml = quick_junit::Report::new(format!("mixinspec {} edition {}", report.subject, report.edition));
    xml.add_test_suites(suites);
    xml.to_string()
}

fn tests(report: &Report) -> impl Iterator<Item = Test<'_>> {
    let requirements = report.requirements.iter().map(|r| Test {
        suite: area(r.area),
        id: &r.id,
        verdict: r.verdict,
        level: r.level,
        statement: &r.statement,
        reason: r.reason.as_deref(),
        flaky: r.flaky,
        failures: &r.failures,
    });
    let readings = report.readings.iter().map(|r| Test {
        suite: "readings",
        id: &r.id,
        verdict: r.verdict,
        level: Level::Must,
        statement: &r.question,
        reason: r.reason.as_deref(),
        flaky: r.flaky,
        failures: &r.failures,
    });
    requirements.chain(readings)
}

fn status(test: &Test<'_>, strict: bool, known: Option<&str>) -> TestCaseStatus {
    let reason = test.reason.unwrap_or_default();
    let fails = matches!(test.verdict, Verdict::Fail) || (strict && test.verdict == Verdict::Warn);
    match test.verdict {
        Verdict::Pass => TestCaseStatus::success(),
        Verdict::Fail | Verdict::Warn if fails && known.is_none() => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_type(level(test.level));
            if let Some(failure) = test.failures.first() {
                let flaky = test.flaky.map(|rate| format!("flaky ({rate}): ")).unwrap_or_default();
                status.set_message(format!("{flaky}expected {}; found {}", failure.expected, failure.actual));
                status.set_description(description(test, failure));
            }
            status
        }
        Verdict::Error => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_type("error").set_message(reason);
            status
        }
        Verdict::Fail | Verdict::Warn => skipped(&match known {
            Some(reason) => format!("known failure: {reason}"),
            None => "warning: a should is broken".to_owned(),
        }),
        // What could not be decided is no success; JUnit has no better word for it.
        Verdict::Inconclusive | Verdict::NotApplicable => skipped(&format!("{}: {reason}", test.verdict.word())),
    }
}

fn skipped(message: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::skipped();
    status.set_message(message);
    status
}

fn description(test: &Test<'_>, failure: &Failure) -> String {
    let mut text = format!("{}\n\ncase: {}\n", test.statement, failure.case);
    for call in &failure.calls {
        text.push_str(&format!("\n{}\n=> {}\n", call.request, call.answer.as_deref().unwrap_or("no answer")));
    }
    for exchange in &failure.exchanges {
        let answer = match (&exchange.transport_error, exchange.status) {
            (Some(error), _) => error.clone(),
            (None, status) => format!("HTTP {} {}", status.unwrap_or(0), exchange.response_body),
        };
        text.push_str(&format!("\n{}\n=> {answer}\n", exchange.curl()));
    }
    text.push_str(&format!("\nexpected: {}\nactual:   {}\n", failure.expected, failure.actual));
    text
}
