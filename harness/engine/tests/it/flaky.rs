//! Failures that do not repeat: called flaky, with the rate; failures all the same, unless a file holds them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use insta::assert_snapshot;
use mixinspec_engine::catalog::Catalog;
use mixinspec_engine::gate::KnownFailures;
use mixinspec_engine::report::Report;
use mixinspec_engine::reporter::{Detail, junit};
use mixinspec_engine::status::ExitStatus;
use mixinspec_engine::verdict::Verdict;
use mixinspec_spec::Spec;

use crate::canned::{Run, correct, refused, server, show};

/// A report of a server that refuses requests with these numbers, and how many requests there were. The first request
/// finds out whether the server is there; then each try creates a GROUP and creates it again.
async fn refusing(which: fn(u64) -> bool) -> (Report, u64) {
    let count = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&count);
    let server = server(move |request| match which(counted.fetch_add(1, Ordering::Relaxed)) {
        true => refused(10002, "category"),
        false => correct(request),
    })
    .await;
    let report = Run::new(&server.uri()).only(&["create-again"]).with(|options| options.jobs = 1).report().await;
    (report, count.load(Ordering::Relaxed))
}

/// One that refuses to create again now and then.
async fn moody() -> Report {
    refusing(|number| number == 2 || (number > 2 && number % 10 == 0)).await.0
}

#[tokio::test]
async fn what_fails_now_and_then_is_flaky_and_a_failure() {
    let report = moody().await;
    let again = report.requirements.iter().find(|r| r.id == "create-again").expect("it is judged");
    let rate = again.flaky.expect("a rate");
    assert_eq!((again.verdict, rate.failed, rate.of), (Verdict::Fail, 5, 20));
    assert_eq!(ExitStatus::of(&report, false, false, |_| false), ExitStatus::Failed);
    assert!(show(&report, Detail::Usual).contains("flaky: the same case failed in 5 of 20 tries"), "{report:?}");
    assert!(junit::render(&report, false, None).expect("XML").contains("flaky (5 of 20): expected"));
}

#[tokio::test]
async fn what_always_fails_is_not_flaky_and_costs_three_tries() {
    let (right, requests) = refusing(|_| false).await;
    let (wrong, more) = refusing(|number| number > 0 && number % 2 == 0).await;
    assert!(right.requirements.iter().chain(&wrong.requirements).all(|r| r.flaky.is_none()));
    assert_eq!((right.counts.fail, wrong.counts.fail, more - requests), (0, 1, 3 * 2));
    assert_eq!(wrong.exchanges, more);
}

#[tokio::test]
async fn a_file_can_hold_what_is_flaky() {
    let now = moody().await;
    let (then, _) = refusing(|_| false).await;
    let spec = Spec::embedded().expect("the embedded spec is sound");
    let plan = Catalog::of(&spec, "2026", now.cases).expect("a catalog");
    let status = |text: &str, report: &Report| {
        let gate = KnownFailures::read("known.yaml", text).expect("a file that can be read").judge(report, &plan, 0);
        ExitStatus::of(report, false, !gate.broken.is_empty(), |id| gate.known.contains_key(id))
    };
    let written = KnownFailures::write(&now, false, None);
    assert_snapshot!(written);
    for report in [&now, &then] {
        assert_eq!(status(&written, report), ExitStatus::Success);
    }
    let steady = written.replace("  flaky: true", "  # ");
    assert_eq!(status(&steady, &now), ExitStatus::Success);
    assert_eq!(status(&steady, &then), ExitStatus::Failed);
    // What is written anew keeps what the older file says.
    let older = KnownFailures::read("known.yaml", &written).expect("a file that can be read");
    let (always, _) = refusing(|number| number > 0 && number % 2 == 0).await;
    assert!(KnownFailures::write(&always, false, Some(&older)).contains("  flaky: true\n"));
}
