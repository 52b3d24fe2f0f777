//! Tests that the reference server passes its own suite, in both editions, with every requirement judged. `variants.rs`
//! tests its legal variants.

use std::sync::{Arc, OnceLock};

use mixinspec_engine::{
    Caller, Credential, ExitStatus, Options, Patterns, Report, Route, RunError, Runner, Silent, Target, Users, Verdict,
};
use mixinspec_server::{Edition, Policy, Running, Server};
use mixinspec_spec::Spec;
use mixinspec_spec::model::Area;
use mixinspec_token::Algorithm;

use crate::callers::{USERS, callers, known};

/// The embedded spec, cached: in a debug build, reading it takes longer than a run.
pub(crate) fn spec() -> Arc<Spec> {
    static SPEC: OnceLock<Arc<Spec>> = OnceLock::new();
    Arc::clone(SPEC.get_or_init(|| Arc::new(Spec::embedded().expect("the embedded spec is sound"))))
}

/// A reference server with two callers.
pub(crate) async fn serve(edition: Edition, policy: Policy) -> (String, Running) {
    serve_to(edition, policy, Algorithm::EdDsa).await
}

async fn serve_to(edition: Edition, policy: Policy, algorithm: Algorithm) -> (String, Running) {
    let server = known(Server::builder().edition(edition).policy(policy), algorithm);
    let (address, running) = server.build().bind("127.0.0.1:0").await.expect("a free port");
    (format!("http://{address}"), running)
}

pub(crate) fn options(edition: Option<&str>, run_id: &str) -> Options {
    Options { edition: edition.map(str::to_owned), cases: 4, run_id: run_id.to_owned(), ..Options::default() }
}

/// The cases that are one of many similar ones: a GROUP of each size.
pub(crate) fn one_of_many() -> Patterns {
    Patterns::new(vec!["group-*size".to_owned()])
}

pub(crate) async fn judge(url: &str, callers: usize, options: Options) -> Report {
    judge_with(url, callers, Users::any_uuid(), options).await
}

/// Judges a server that knows only certain users.
pub(crate) async fn judge_with(url: &str, count: usize, users: Users, options: Options) -> Report {
    judge_as(spec(), url, callers(Algorithm::EdDsa, count), users, options).await
}

/// Judges by another spec.
pub(crate) async fn judge_by(spec: Arc<Spec>, url: &str, options: Options) -> Report {
    judge_as(spec, url, callers(Algorithm::EdDsa, 2), Users::any_uuid(), options).await
}

/// Judges by another spec, with other callers.
pub(crate) async fn judge_as(
    spec: Arc<Spec>,
    url: &str,
    callers: Vec<Caller>,
    users: Users,
    options: Options,
) -> Report {
    run_as(spec, url, callers, users, options).await.expect("a report")
}

/// As `judge_as`, for a run that may fail.
pub(crate) async fn run_as(
    spec: Arc<Spec>,
    url: &str,
    callers: Vec<Caller>,
    users: Users,
    options: Options,
) -> Result<Report, RunError> {
    let base = url.parse().expect("a URL");
    let target = Target { base, callers, users, route: Route::default(), secrets: Vec::new() };
    let runner = Runner::new(spec, target, options, Arc::new(Silent)).expect("a runner");
    runner.run().await
}

/// Every result that is not a pass, one per line, with its reason or its first failure.
pub(crate) fn exceptions(report: &Report) -> String {
    let requirements = report.requirements.iter().map(|r| (&r.id, r.verdict, &r.reason, r.failures.first()));
    let readings = report.readings.iter().map(|r| (&r.id, r.verdict, &r.reason, r.failures.first()));
    let mut lines = Vec::new();
    for (id, verdict, reason, failure) in requirements.chain(readings).filter(|(_, v, ..)| *v != Verdict::Pass) {
        let detail = match (reason, failure) {
            (Some(reason), _) => reason.clone(),
            (None, Some(failure)) => {
                format!("{}: expected {}, found {}", failure.case, failure.expected, failure.actual)
            }
            (None, None) => String::new(),
        };
        lines.push(format!("{id}: {}: {detail}", verdict.word()));
    }
    lines.join("\n")
}

/// Every verdict, one per line.
fn verdicts(report: &Report) -> Vec<String> {
    let requirements = report.requirements.iter().map(|r| format!("{} {} {}", r.id, r.verdict.word(), r.evidence));
    let readings = report.readings.iter().map(|r| format!("{} {:?}", r.id, r.observed.keys()));
    requirements.chain(readings).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reference_server_passes_with_nothing_left_out() {
    for (edition, name) in [(Edition::E2018, "2018"), (Edition::E2026, "2026")] {
        let (url, running) = serve(edition, Policy::default()).await;
        let report = judge(&url, 2, options(Some(name), "a")).await;
        running.stop().await;
        assert_eq!(exceptions(&report), "", "edition {name}");
        assert_eq!(ExitStatus::of(&report, true, false, |_| false), ExitStatus::Success);
        let known = spec();
        let judged = known.requirements(name).filter(|r| r.subject == mixinspec_spec::model::Subject::Server).count();
        assert_eq!(report.requirements.len(), judged, "edition {name}");
        assert_eq!(report.readings.len(), known.readings(name).count(), "edition {name}");
    }
}

/// Uses the keys of 2018, which are slow in a debug build.
#[tokio::test(flavor = "multi_thread")]
async fn tokens_of_2018_are_taken_and_refused_alike() {
    let (url, running) = serve_to(Edition::E2018, Policy::default(), Algorithm::Rs512).await;
    let only = Patterns::new(vec!["token-*".into(), "sig-*".into(), "credential-*".into(), "caller-from-token".into()]);
    let options = Options { only, ..options(Some("2018"), "a") };
    let report = judge_as(spec(), &url, callers(Algorithm::Rs512, 2), Users::any_uuid(), options).await;
    running.stop().await;
    let judged = report.requirements.iter().filter(|r| r.area == Area::Authentication);
    let wrong: Vec<_> = judged.clone().filter(|r| r.verdict != Verdict::Pass).map(|r| (&r.id, &r.reason)).collect();
    assert!(wrong.is_empty() && judged.count() > 20, "{wrong:?}");
}

/// A server for which every request is the caller's, whatever its credential.
async fn serve_anybody() -> (String, Running) {
    let server = Server::builder().edition(Edition::E2026).no_auth(USERS[0].parse().expect("a UUID"));
    let (address, running) = server.build().bind("127.0.0.1:0").await.expect("a free port");
    (format!("http://{address}"), running)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_checks_no_credentials_is_judged_without_this() {
    let (url, running) = serve_anybody().await;
    let nobody = vec![Caller { user_id: USERS[0].into(), credential: Credential::None }];
    let report = judge_as(spec(), &url, nobody, Users::any_uuid(), options(Some("2026"), "a")).await;
    running.stop().await;
    let authentication = report.requirements.iter().filter(|r| r.area == Area::Authentication);
    assert!(authentication.clone().all(|r| r.verdict == Verdict::NotApplicable) && authentication.count() > 20);
    assert_eq!(ExitStatus::of(&report, true, false, |_| false), ExitStatus::Success, "{}", exceptions(&report));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_claims_to_check_credentials_and_does_not_fails() {
    let (url, running) = serve_anybody().await;
    let options = options(Some("2026"), "a");
    let report = judge_as(spec(), &url, callers(Algorithm::EdDsa, 1), Users::any_uuid(), options).await;
    running.stop().await;
    let of = |verdict| {
        let ids = report.requirements.iter().filter(move |r| r.verdict == verdict).map(|r| r.id.as_str());
        ids.collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!(
        "no-credential-is-checked",
        format!("FAIL\n{}\n\nWARN\n{}", of(Verdict::Fail), of(Verdict::Warn))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_needs_a_second_caller_does_not_apply_to_one() {
    let (url, running) = serve(Edition::E2026, Policy::default()).await;
    let report = judge(&url, 1, options(Some("2026"), "a")).await;
    running.stop().await;
    insta::assert_snapshot!("one-caller", exceptions(&report));
    assert_eq!(ExitStatus::of(&report, true, false, |_| false), ExitStatus::Success);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_edition_is_the_newest_that_the_subject_conforms_to() {
    for (edition, name, also) in [(Edition::E2018, "2018", 1), (Edition::E2026, "2026", 0)] {
        let (url, running) = serve(edition, Policy::default()).await;
        let report = judge(&url, 2, options(None, "a")).await;
        running.stop().await;
        assert_eq!(report.edition, name);
        assert_eq!(report.also_judged.len(), also);
        assert!(report.also_judged.iter().all(|other| !other.failed.is_empty()));
        assert_eq!(ExitStatus::of(&report, false, false, |_| false), ExitStatus::Success);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_living_server_is_judged_the_same_twice() {
    let (url, running) = serve(Edition::E2026, Policy::default()).await;
    let first = judge(&url, 2, options(Some("2026"), "first")).await;
    let second = judge(&url, 2, options(Some("2026"), "second")).await;
    running.stop().await;
    assert_eq!(verdicts(&first), verdicts(&second));
    assert_eq!(first.exchanges, second.exchanges);
}

/// `unsorted` gives the right id if the caller sorts first, and `upper` if no id has a letter: the server may accept
/// these.
#[tokio::test(flavor = "multi_thread")]
async fn a_near_miss_that_hits_is_no_reason_for_blame() {
    for (token, user) in [("t", "00000000-0000-4000-8000-000000000000"), ("t", "ffffffff-ffff-4fff-bfff-ffffffffffff")]
    {
        let server = Server::builder().bearer(token, user.parse().expect("a UUID"));
        let (address, running) = server.build().bind("127.0.0.1:0").await.expect("a free port");
        // Users without a letter in their ids.
        let peers = (0..300).map(|at| format!("{:08}-0000-4000-8000-{at:012}", at % 100 * 1_000_000)).collect();
        let target = Target {
            base: format!("http://{address}").parse().expect("a URL"),
            callers: vec![Caller {
                user_id: user.to_owned(),
                credential: Credential::Bearer(format!("Bearer {token}").parse().expect("a header value")),
            }],
            users: Users::listed(peers),
            route: Route::default(),
            secrets: Vec::new(),
        };
        let runner = Runner::new(spec(), target, options(Some("2026"), "a"), Arc::new(Silent)).expect("a runner");
        let report = runner.run().await.expect("a report");
        running.stop().await;
        assert_eq!(report.counts.fail + report.counts.warn + report.counts.error, 0, "{}", exceptions(&report));
    }
}
