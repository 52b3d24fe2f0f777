//! Tests failures that do not repeat every time: they are reported as flaky, with the rate, and still count as
//! failures, unless the file of known failures lists them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use insta::assert_snapshot;
use mixinspec_engine::reporter::{Detail, junit};
use mixinspec_engine::{Catalog, ExitStatus, KnownFailures, Options, Patterns, Report, Verdict};
use mixinspec_spec::Spec;

use crate::canned::{Run, accepted, conversation, server, show};

/// The number of requests in a try: it creates a GROUP, another one, the first one again, and one with its random_id.
const REQUESTS: u64 = 4;
/// The index of the request that creates the first one again, modulo `REQUESTS`.
const AGAIN: u64 = 3;

/// Judges a server that forgets the name of a GROUP when it is created again, in these tries; returns the report and
/// the number of requests. The first request only checks that the server answers.
async fn forgetting(which: fn(u64) -> bool) -> (Report, u64) {
    forgetting_in(which, |_| {}).await
}

/// As [`forgetting`], with other options.
async fn forgetting_in(which: fn(u64) -> bool, change: fn(&mut Options)) -> (Report, u64) {
    let count = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&count);
    let server = server(move |request| {
        let number = counted.fetch_add(1, Ordering::Relaxed);
        let mut body = conversation(request);
        if number % REQUESTS == AGAIN && which(number / REQUESTS + 1) {
            body["data"]["name"] = "".into();
        }
        accepted(&body)
    })
    .await;
    let run = Run::new(&server.uri()).only(&["groups-own-name"]).with(|options| options.jobs = 1).with(change);
    let report = run.report().await;
    (report, count.load(Ordering::Relaxed))
}

/// The report of a server that forgets the name in the first try, and in every fifth.
async fn moody() -> Report {
    forgetting(|number| number == 1 || number % 5 == 0).await.0
}

#[tokio::test]
async fn what_fails_now_and_then_is_flaky_and_a_failure() {
    let report = moody().await;
    let again = report.requirements.iter().find(|r| r.id == "groups-own-name").expect("it is judged");
    let rate = again.flaky.expect("a rate");
    assert_eq!((again.verdict, rate.failed, rate.of), (Verdict::Fail, 5, 20));
    assert_eq!(ExitStatus::of(&report, false, false, |_| false), ExitStatus::Failed);
    assert!(show(&report, Detail::Usual).contains("flaky: the same case failed in 5 of 20 tries"), "{report:?}");
    assert!(junit::render(&report).expect("XML").contains("flaky: the same case failed in 5 of 20 tries"));
}

#[tokio::test]
async fn what_always_fails_is_not_flaky_and_costs_three_tries() {
    let (right, requests) = forgetting(|_| false).await;
    let (wrong, more) = forgetting(|_| true).await;
    assert!(right.requirements.iter().chain(&wrong.requirements).all(|r| r.flaky.is_none()));
    assert_eq!((right.counts.fail, wrong.counts.fail, more - requests), (0, 1, 3 * REQUESTS));
    assert_eq!(wrong.exchanges, more);
}

#[tokio::test]
async fn a_file_can_hold_what_is_flaky() {
    let now = moody().await;
    let (then, _) = forgetting(|_| false).await;
    let spec = Spec::embedded().expect("the embedded spec is sound");
    let plan = Catalog::of(&spec, "2026", now.cases).expect("a catalog");
    let status = |text: &str, report: &Report| {
        let gate = KnownFailures::read("known.yaml", text).expect("a file that can be read").judge(report, &plan, 0);
        ExitStatus::of(report, false, !gate.broken.is_empty(), |id| gate.known.contains_key(id))
    };
    let written = KnownFailures::write(&now, false, None, 0);
    assert_snapshot!(written);
    for report in [&now, &then] {
        assert_eq!(status(&written, report), ExitStatus::Success);
    }
    let steady = written.replace("  flaky: true", "  # ");
    assert_eq!(status(&steady, &now), ExitStatus::Success);
    assert_eq!(status(&steady, &then), ExitStatus::Failed);
    // A rewritten file keeps the entries of the older one.
    let older = KnownFailures::read("known.yaml", &written).expect("a file that can be read");
    let (always, _) = forgetting(|_| true).await;
    assert!(KnownFailures::write(&always, false, Some((&older, &plan)), 0).contains("  flaky: true\n"));
}

/// Repeats one case until it fails, at most twenty times.
fn repeated(options: &mut Options) {
    options.only = Patterns::default();
    options.replay = Some("groups-own-name/steps".into());
    options.repeat = 20;
}

#[tokio::test]
async fn a_replayed_case_is_repeated_until_it_fails() {
    let seventh = |number| number == 7;
    let (report, requests) = forgetting_in(seventh, repeated).await;
    let judged = |report: &Report| report.requirements.iter().find(|r| r.id == "groups-own-name").cloned();
    let again = judged(&report).expect("it is judged");
    let rate = again.flaky.expect("a rate");
    assert_eq!((again.verdict, rate.failed, rate.of, requests), (Verdict::Fail, 1, 7, 1 + 7 * REQUESTS));
    assert!(show(&report, Detail::Usual).contains("flaky: the same case failed in 1 of 7 tries"), "{report:?}");

    let (once, requests) = forgetting_in(|_| true, repeated).await;
    assert_eq!((judged(&once).expect("it is judged").verdict, requests), (Verdict::Fail, 1 + REQUESTS));
    assert!(once.requirements.iter().all(|r| r.flaky.is_none()));

    let (never, requests) = forgetting_in(|_| false, repeated).await;
    assert_eq!((judged(&never).expect("it is judged").verdict, requests), (Verdict::Pass, 1 + 20 * REQUESTS));
}
