//! The kill matrix of SDKs: tests that every requirement on an SDK has a fault that breaks it, and that no fault breaks
//! anything else.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures::StreamExt;
use mixinspec_engine::reporter::terminal::render;
use mixinspec_engine::reporter::{Detail, Ending, Style, differential};
use mixinspec_engine::{
    Adapter, AdapterLimits as Limits, CaseId, Differential, ExitStatus, Patterns, Report, SdkOptions, SdkRunner,
    Silent, Verdict,
};
use mixinspec_spec::model::Subject;
use mixinspec_tests::sdk_faults::{SDK_FAULTS, SdkFault};

use crate::conformance::spec;
use crate::sdk_hostile::command;

pub(crate) fn options() -> SdkOptions {
    SdkOptions {
        edition: Some("2026".into()),
        cases: 60,
        seed: 1,
        run_id: "test".into(),
        only: Patterns::default(),
        skip: Patterns::default(),
        fail_fast: false,
        replay: None,
    }
}

/// Judges our own adapter with a fault.
pub(crate) async fn judged(fault: &str, options: SdkOptions) -> Report {
    let adapter = Arc::new(Adapter::start(&command(fault), Limits::default()).expect("the adapter"));
    let runner = SdkRunner::new(spec(), adapter, "sdk-adapter".into(), options, Arc::new(Silent));
    runner.run().await.expect("a report")
}

/// The requirements that a fault breaks: a must fails, a should warns.
pub(crate) async fn broken(fault: &SdkFault) -> BTreeSet<String> {
    // A fault of an id shows in laws, one of a client in calls. To save time, only that half runs.
    let of_client = fault.requirement.starts_with("client-");
    let skip = if of_client { ["unique-*", "group-*"].as_slice() } else { ["client-*"].as_slice() };
    let skip = Patterns::new(skip.iter().map(|pattern| (*pattern).to_owned()).collect());
    let report = judged(fault.name, SdkOptions { skip, ..options() }).await;
    let is_broken = |verdict| matches!(verdict, Verdict::Fail | Verdict::Warn);
    report.requirements.into_iter().filter(|r| is_broken(r.verdict)).map(|r| r.id).collect()
}

/// The rows of the matrix: a fault, and the requirements that it breaks.
pub(crate) async fn rows() -> Vec<(SdkFault, BTreeSet<String>)> {
    // Run them in parallel: much of the time is waiting for answers that break off, and the rest can use every core.
    let row = |fault: &'static SdkFault| tokio::spawn(async move { (*fault, broken(fault).await) });
    let rows = futures::stream::iter(SDK_FAULTS).map(|fault| async move { row(fault).await.expect("a row") });
    rows.buffered(16).collect().await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_breaks_its_requirement_and_nothing_else() {
    let mut wrong = Vec::new();
    for (fault, broken) in rows().await {
        if !broken.contains(fault.requirement) {
            wrong.push(format!("{} does not break {}", fault.name, fault.requirement));
        }
        let allowed = |id: &String| id == fault.requirement || fault.consequences.iter().any(|(also, _)| also == id);
        wrong.extend(broken.iter().filter(|id| !allowed(id)).map(|id| format!("{} breaks {id} too", fault.name)));
        let never = fault.consequences.iter().filter(|(also, _)| !broken.contains(*also));
        wrong.extend(never.map(|(also, _)| format!("{} does not break {also}, as it says", fault.name)));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_requirement_on_an_sdk_has_a_fault_of_its_own() {
    let spec = spec();
    let requirements = spec.document.requirements.iter().filter(|requirement| requirement.subject == Subject::Sdk);
    let without: Vec<&str> = requirements
        .map(|requirement| requirement.id.as_str())
        .filter(|id| !SDK_FAULTS.iter().any(|fault| fault.requirement == *id))
        .collect();
    assert!(without.is_empty(), "{without:?}");
    let names: BTreeSet<&str> = SDK_FAULTS.iter().map(|fault| fault.name).collect();
    assert_eq!(names.len(), SDK_FAULTS.len());
}

#[tokio::test]
async fn our_own_functions_conform() {
    let older = judged("", SdkOptions { edition: Some("2018".into()), ..options() }).await;
    assert!(older.requirements.iter().all(|r| r.verdict == Verdict::Pass), "{:?}", older.counts);
    let report = judged("", options()).await;
    let other: Vec<String> = report
        .requirements
        .iter()
        .filter(|r| r.verdict != Verdict::Pass)
        .map(|r| format!("{}: {:?}", r.id, r.reason))
        .collect();
    assert!(other.is_empty(), "{other:#?}");
    assert!(report.requirements.iter().all(|r| r.evidence > 0));
    assert_eq!(report.notes, Vec::<String>::new());
}

#[tokio::test]
async fn an_adapter_that_never_greets_decides_nothing() {
    let report = judged("crash-at-start", options()).await;
    assert!(report.requirements.iter().all(|r| r.verdict == Verdict::Inconclusive));
    assert_eq!(ExitStatus::of(&report, false, false, |_| false), ExitStatus::Inconclusive);
}

/// If nothing was decided, the SDK conforms to no edition, even with `auto`.
#[tokio::test]
async fn nothing_decided_conforms_to_nothing() {
    let report = judged("crash-at-start", SdkOptions { edition: None, ..options() }).await;
    let ending = Ending { status: ExitStatus::Inconclusive, elapsed: None, gate: None, replay: "" };
    let style = Style { colors: false, width: 100, detail: Detail::Usual, all: false };
    let text = render(&report, &ending, style);
    assert!(text.contains("Nothing was decided, so that no edition is one that the SDK conforms to."), "{text}");
    // Everything that was decided passes, but not every must was decided.
    let report = judged(
        "202-is-success",
        SdkOptions { edition: None, skip: Patterns::new(vec!["client-error".into()]), ..options() },
    )
    .await;
    let text = render(&report, &ending, style);
    assert!(text.contains("Nothing that was decided speaks against edition 2026, the newest,"), "{text}");
}

/// An adapter that crashes on everything that is not a UUID is still judged completely in the domain, and the report
/// shows the call that crashes it.
#[tokio::test]
async fn what_an_adapter_dies_of_outside_of_the_domain_costs_nothing_inside() {
    let report = judged("uuids-only", options()).await;
    for requirement in report.requirements.iter().filter(|r| r.id != "group-id-random-invalid") {
        assert_eq!(requirement.verdict, Verdict::Pass, "{}: {:?}", requirement.id, requirement.reason);
    }
    // The crash does not show whether the SDK gives an error for a random_id that is not a UUID.
    let (invalid, reason) = verdict(&report, "group-id-random-invalid");
    assert_eq!(invalid, Verdict::Inconclusive, "{reason}");
    assert!(reason.contains("it ended with exit status 1; it was asked: group_conversation_id {"), "{reason}");
    let outside = report.notes.iter().find(|note| note.contains("unique_conversation_id has no answer"));
    let outside = outside.unwrap_or_else(|| panic!("{:?}", report.notes));
    assert!(outside.starts_with("Outside of the domain, unique_conversation_id has no answer to "), "{outside}");
}

/// The report of a difference shows the smallest inputs, and the mistake.
#[tokio::test]
async fn a_difference_is_small_and_explained() {
    for (fault, name) in [("latin1-name", "latin1"), ("upper", "upper"), ("not-with-oneself", "oneself")] {
        let skip = Patterns::new(vec!["client-*".to_owned()]);
        let report = judged(fault, SdkOptions { skip, ..options() }).await;
        let ending = Ending {
            status: ExitStatus::of(&report, false, false, |_| false),
            elapsed: None,
            gate: None,
            replay: "mixinspec sdk --edition 2026 --seed 1 -- sdk-adapter",
        };
        let style = Style { colors: false, width: 100, detail: Detail::Usual, all: false };
        insta::assert_snapshot!(name, render(&report, &ending, style));
    }
}

/// The report of a wrong request shows its bytes.
#[tokio::test]
async fn a_wrong_request_is_shown_to_the_byte() {
    let replay = Some("client-name/group-script".to_owned());
    let report = judged("escapes-name", SdkOptions { replay, ..options() }).await;
    let failure = report.requirements.iter().flat_map(|r| &r.failures).next().expect("a failure");
    let exchange = failure.exchanges.first().expect("a request");
    assert!(exchange.request_body.contains("\"name\":\"&lt;/script>&lt;!--\""), "{}", exchange.request_body);
    assert!(exchange.request_body_is_exact);
    assert_eq!((exchange.status, report.requirements.len()), (Some(200), 1));
    assert!(failure.calls[0].request.contains("\"session_private_key\":\"[redacted]\""));
    assert!(failure.actual.contains("/name of the request is \"&lt;/script>&lt;!--\""), "{}", failure.actual);
}

/// The verdict and the reason of a requirement.
fn verdict<'a>(report: &'a Report, id: &str) -> (Verdict, &'a str) {
    let requirement = report.requirements.iter().find(|r| r.id == id).unwrap_or_else(|| panic!("no {id}"));
    (requirement.verdict, requirement.reason.as_deref().unwrap_or_default())
}

#[tokio::test]
async fn what_is_not_offered_is_not_applicable_and_what_never_came_about_is_undecided() {
    let of_client = || SdkOptions { only: Patterns::new(vec!["client-*".into()]), ..options() };
    let (few, contacts, no_errors, no_random) = tokio::join!(
        judged("few-options", of_client()),
        judged("contacts-only", of_client()),
        judged("202-is-success", of_client()),
        judged("no-random-id", of_client()),
    );
    for (report, id, expected, reason) in [
        (&few, "client-role", Verdict::NotApplicable, "the adapter does not offer role"),
        (&few, "client-announcement", Verdict::NotApplicable, "the adapter does not offer announcement"),
        (&few, "client-group-id", Verdict::NotApplicable, "the adapter does not offer random_id"),
        (&few, "client-name", Verdict::Pass, ""),
        (&contacts, "client-name", Verdict::NotApplicable, "the adapter does not offer GROUP"),
        (&contacts, "client-group-random-id", Verdict::NotApplicable, "the adapter does not offer GROUP"),
        (
            &no_errors,
            "client-error-code",
            Verdict::Inconclusive,
            "no call triggered this rule: in group-answered-code-400, error is null",
        ),
        (
            &no_random,
            "client-group-id",
            Verdict::Inconclusive,
            "no call triggered this rule: in group, No such key: random_id",
        ),
    ] {
        assert_eq!(verdict(report, id), (expected, reason), "{id}");
    }
    // A call that needs an option that the SDK does not offer is not made.
    assert!(
        few.requirements.iter().all(|r| r.failing_cases.iter().all(|case| !case.as_str().ends_with("group-roles")))
    );
}

/// In edition 2018 all keys were RSA keys, and the tokens show which key the SDK got.
#[tokio::test]
async fn an_sdk_that_takes_rsa_keys_is_given_one_in_2018() {
    let signed = |fault: &'static str, edition: &str| {
        let replay = Some("client-token-sig/group-announced".to_owned());
        judged(fault, SdkOptions { edition: Some(edition.into()), replay, ..options() })
    };
    let header = |report: &Report| {
        let failure = report.requirements.iter().flat_map(|r| &r.failures).next().expect("a failure");
        let call = &failure.calls[0].request;
        let kind = if call.contains("BEGIN RSA PRIVATE KEY") { "pem" } else { "no pem" };
        // The report shows no line of the key.
        let long =
            call.split(|c: char| !c.is_ascii_alphanumeric() && c != '+' && c != '/').filter(|run| run.len() > 40);
        assert!(long.filter(|run| run.len() != 64).count() == 0 && call.contains("[redacted]"), "{call}");
        kind
    };
    assert_eq!(header(&signed("sig-of-latin1", "2018").await), "pem");
    assert_eq!(header(&signed("sig-of-latin1", "2026").await), "no pem");
}

#[tokio::test]
async fn a_request_that_comes_late_belongs_to_its_call() {
    let replay = Some("client-no-resend/contact-answered-code-10002".to_owned());
    let report = judged("resends-later", SdkOptions { replay, ..options() }).await;
    assert_eq!(verdict(&report, "client-no-resend").0, Verdict::Warn);
    let failure = &report.requirements[0].failures[0];
    assert_eq!(failure.case, "client-no-resend/contact-answered-code-10002");
    assert_eq!(failure.exchanges.len(), 2);
    assert!(failure.actual.contains("requests is 2"), "{}", failure.actual);
}

#[tokio::test]
async fn a_case_is_judged_again_alone() {
    let report = judged("upper", options()).await;
    let case = report.requirements.iter().flat_map(|r| &r.failing_cases).find(|case| case.numbered().is_some());
    let case = case.expect("a generated case").clone();
    let again = judged("upper", SdkOptions { replay: Some(case.to_string()), ..options() }).await;
    let failing: Vec<CaseId> = again.requirements.into_iter().flat_map(|r| r.failing_cases).collect();
    assert_eq!(failing, [case]);
    let nothing = SdkOptions { replay: Some("unique-id-value/nothing".into()), ..options() };
    let adapter = Arc::new(Adapter::start(&command(""), Limits::default()).expect("the adapter"));
    let runner = SdkRunner::new(spec(), adapter, "sdk-adapter".into(), nothing, Arc::new(Silent));
    assert!(runner.run().await.is_err());
}

#[tokio::test]
async fn two_adapters_are_compared_on_the_same_arguments() {
    let start = |fault| Arc::new(Adapter::start(&command(fault), Limits::default()).expect("the adapter"));
    let spec = spec();
    let compared = |first, second| {
        let differential = Differential::new(&spec, "2026", start(first), start(second)).expect("a sound spec");
        async move { differential.compare(1, 40).await.expect("two adapters that greet") }
    };
    let same = compared("latin1-name", "latin1-name").await;
    assert!(same.iter().all(|one| one.asked > 500 && one.different == 0));
    assert_eq!(ExitStatus::of_comparison(&same), ExitStatus::Success);
    let other = compared("", "latin1-name").await;
    assert_eq!(ExitStatus::of_comparison(&other), ExitStatus::Failed);
    let style = Style { colors: false, width: 100, detail: Detail::Usual, all: false };
    insta::assert_snapshot!("differential", differential::render(&other, ["right", "wrong"], style));
}
