//! The report for CI systems in JUnit's XML: one test case per requirement or reading.
//!
//! JUnit's XML has no single schema. This output fits the one that Jenkins publishes (`junit-10.xsd` of its xunit
//! plugin) and what GitLab documents of its parser; a test states their rules. Libraries write more than these allow.

use std::io;

use mixinspec_spec::model::Level;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::failure::{level, replayed};
use crate::findings::verdict::Verdict;
use crate::report::item::Item;
use crate::report::{OutOfDate, Report};
use crate::text::visible::visible;

/// The result of a test; `told` is `None` for a success.
struct TestCase {
    name: String,
    class: String,
    seconds: f64,
    told: Option<CaseOutcome>,
}

struct CaseOutcome {
    element: &'static str,
    kind: String,
    message: String,
    text: String,
}

impl CaseOutcome {
    fn new(element: &'static str, kind: &str, message: impl Into<String>) -> Self {
        Self { element, kind: kind.to_owned(), message: message.into(), text: String::new() }
    }
}

struct Suite {
    name: &'static str,
    cases: Vec<TestCase>,
}

impl Suite {
    fn count(&self, element: &str) -> usize {
        self.cases.iter().filter(|case| case.told.as_ref().is_some_and(|told| told.element == element)).count()
    }

    fn seconds(&self) -> f64 {
        self.cases.iter().map(|case| case.seconds).sum()
    }
}

/// The report as XML. Known failures are skipped; a warning is a failure only with `--strict`; an undecided must is an
/// error. Every exit status other than 0 shows as a failure or an error.
///
/// # Errors
/// When the XML cannot be written, which would be a mistake of ours.
pub fn render(report: &Report) -> io::Result<String> {
    let mut suites: Vec<Suite> = Vec::new();
    for test in report.items() {
        let case = TestCase {
            name: test.id.to_owned(),
            class: format!("mixinspec.{}", test.area),
            seconds: test.seconds,
            told: told(&test, report),
        };
        match suites.iter_mut().find(|suite| suite.name == test.area) {
            Some(suite) => suite.cases.push(case),
            None => suites.push(Suite { name: test.area, cases: vec![case] }),
        }
    }
    let out_of_date = &report.conclusion.out_of_date;
    if !out_of_date.is_empty() {
        let case = |entry: &OutOfDate| TestCase {
            name: entry.names.clone(),
            class: format!("mixinspec.{}", entry.file),
            seconds: 0.0,
            told: Some(CaseOutcome::new("failure", "out of date", &entry.reason)),
        };
        suites.push(Suite { name: "known failures", cases: out_of_date.iter().map(case).collect() });
    }
    if let Some(told) = incomplete(report, &suites) {
        let case = TestCase { name: "complete".into(), class: "mixinspec.run".into(), seconds: 0.0, told: Some(told) };
        suites.push(Suite { name: "run", cases: vec![case] });
    }
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    write(&mut writer, report, &suites)?;
    let mut text = String::from_utf8(writer.into_inner()).map_err(io::Error::other)?;
    text.push('\n');
    Ok(text)
}

/// The error for a run that ended early, or whose exit status no other failure explains.
fn incomplete(report: &Report, suites: &[Suite]) -> Option<CaseOutcome> {
    let conclusion = &report.conclusion;
    if conclusion.end.is_early() {
        let reason = conclusion.end_reason.as_deref().unwrap_or_default();
        return Some(CaseOutcome::new("error", conclusion.end.word(), reason));
    }
    let is_green = suites.iter().all(|suite| suite.count("failure") + suite.count("error") == 0);
    let status = conclusion.exit_status;
    (is_green && status != 0)
        .then(|| CaseOutcome::new("error", "exit status", format!("the run ended with exit status {status}")))
}

fn told(test: &Item<'_>, report: &Report) -> Option<CaseOutcome> {
    let reason = test.reason.unwrap_or_default();
    let skipped = |message: String| CaseOutcome::new("skipped", test.verdict.word(), message);
    Some(match (test.verdict, test.known) {
        (Verdict::Pass, _) => return None,
        (Verdict::Error, _) => CaseOutcome { text: context(test), ..CaseOutcome::new("error", "error", reason) },
        (Verdict::Fail | Verdict::Warn | Verdict::Inconclusive, Some(known)) => {
            skipped(format!("known failure: {known}"))
        }
        (Verdict::Warn, None) if !report.conclusion.strict => {
            skipped(format!("a should is broken: {}", test.statement))
        }
        (Verdict::Fail | Verdict::Warn, None) => CaseOutcome {
            text: description(test, &report.conclusion.command),
            ..CaseOutcome::new("failure", level(test.level), test.statement)
        },
        // An unobserved reading is not an undecided must.
        (Verdict::Inconclusive, None) if test.level == Level::Must && !test.is_reading => {
            CaseOutcome { text: context(test), ..CaseOutcome::new("error", test.verdict.word(), reason) }
        }
        (Verdict::Inconclusive | Verdict::NotApplicable, _) => skipped(format!("{}: {reason}", test.verdict.word())),
    })
}

/// The statement, its sources, and the SDKs and apps that a violation breaks.
fn context(test: &Item<'_>) -> String {
    let mut text = format!("{}\n", test.statement);
    for source in test.source {
        text.push_str(&format!("source: {}: “{}”\n", source.document, source.quote));
    }
    if !test.breaks.is_empty() {
        text.push_str(&format!("breaks: {}\n", test.breaks.join(", ")));
    }
    text
}

fn description(test: &Item<'_>, command: &str) -> String {
    let mut text = context(test);
    if let Some(rate) = test.flaky {
        text.push_str(&format!("flaky: the same case failed in {rate} tries\n"));
    }
    let Some(failure) = test.failures.first() else { return text };
    text.push_str(&format!("case: {}\n", failure.case));
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
    text.push_str(&format!("\nexpected: {}\nactual: {}\n", failure.expected, failure.actual));
    if let Some(command) = replayed(command, &failure.case, test.flaky.is_some()) {
        text.push_str(&format!("replay: {command}\n"));
    }
    text
}

fn write(writer: &mut Writer<Vec<u8>>, report: &Report, suites: &[Suite]) -> io::Result<()> {
    let sum = |element: &str| suites.iter().map(|suite| suite.count(element)).sum::<usize>().to_string();
    let name = line(&format!("mixinspec {} edition {}", report.subject, report.edition));
    let tests = suites.iter().map(|suite| suite.cases.len()).sum::<usize>().to_string();
    let (failures, errors) = (sum("failure"), sum("error"));
    let time = seconds(report.conclusion.duration_seconds);
    let attributes =
        [("name", &name), ("tests", &tests), ("failures", &failures), ("errors", &errors), ("time", &time)];
    let all = writer.create_element("testsuites");
    all.with_attributes(attributes.map(|(name, value)| (name, value.as_str())))
        .write_inner_content(|writer| suites.iter().try_for_each(|suite| write_suite(writer, report, suite)))?;
    Ok(())
}

fn write_suite(writer: &mut Writer<Vec<u8>>, report: &Report, suite: &Suite) -> io::Result<()> {
    let count = |element: &str| suite.count(element).to_string();
    let attributes = [
        ("name", suite.name.to_owned()),
        ("tests", suite.cases.len().to_string()),
        ("failures", count("failure")),
        ("errors", count("error")),
        ("skipped", count("skipped")),
        ("time", seconds(suite.seconds())),
        ("timestamp", report.conclusion.started.clone()),
    ];
    let properties = [
        ("mixinspec", report.mixinspec.clone()),
        ("edition", report.edition.clone()),
        ("seed", report.seed.to_string()),
        ("run_id", line(&report.run_id)),
    ];
    let element = writer.create_element("testsuite");
    element.with_attributes(attributes.iter().map(|(name, value)| (*name, value.as_str()))).write_inner_content(
        |writer| {
            writer.create_element("properties").write_inner_content(|writer| {
                properties.iter().try_for_each(|(name, value)| {
                    let property = writer.create_element("property");
                    property.with_attributes([("name", *name), ("value", value.as_str())]).write_empty().map(drop)
                })
            })?;
            suite.cases.iter().try_for_each(|case| write_case(writer, case))
        },
    )?;
    Ok(())
}

fn write_case(writer: &mut Writer<Vec<u8>>, case: &TestCase) -> io::Result<()> {
    let attributes = [("name", line(&case.name)), ("classname", line(&case.class)), ("time", seconds(case.seconds))];
    let element = writer.create_element("testcase");
    let element = element.with_attributes(attributes.iter().map(|(name, value)| (*name, value.as_str())));
    let Some(told) = &case.told else { return element.write_empty().map(drop) };
    element.write_inner_content(|writer| {
        let (kind, message, text) = (line(&told.kind), line(&told.message), allowed(&told.text));
        let element = writer.create_element(told.element);
        let element = element.with_attributes([("type", kind.as_str()), ("message", message.as_str())]);
        if text.is_empty() {
            return element.write_empty().map(drop);
        }
        element.write_text_content(BytesText::new(&text)).map(drop)
    })?;
    Ok(())
}

/// Seconds in the form that Maven's Surefire and Jenkins have for them.
fn seconds(seconds: f64) -> String {
    format!("{seconds:.3}")
}

/// Text without the characters that XML 1.0 cannot hold or that a terminal would obey.
fn allowed(text: &str) -> String {
    visible(text).chars().filter(|character| !matches!(character, '\u{fffe}' | '\u{ffff}')).collect()
}

/// Allowed text on one line.
fn line(text: &str) -> String {
    allowed(text).replace('\n', " ")
}
