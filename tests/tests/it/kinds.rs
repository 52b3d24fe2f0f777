//! Tests that a default run sends each kind of request often enough to find a fault that shows in one of twenty
//! answers: if a kind is sent 135 times, less than one in a thousand runs misses it.

use std::sync::Arc;
use std::time::Instant;

use mixinspec_engine::{CASES, Options};
use mixinspec_server::Edition;

use crate::conformance::{judge, options};
use crate::moody::{Kind, Mood, Moody};

/// 0.95^135 is less than 0.001.
const ENOUGH: u64 = 135;

/// The number of musts and shoulds that a run finds broken, for a server with this mood.
async fn broken(edition: Edition, mood: &Arc<Mood>, run: &str) -> usize {
    let server = Moody::start(edition, Arc::clone(mood)).await;
    let report = judge(&server.url, 2, Options { cases: CASES, ..options(Some(edition.as_str()), run) }).await;
    server.stop().await;
    report.counts.fail + report.counts.warn
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_request_is_sent_often_enough() {
    for edition in Edition::ALL {
        let mood = Arc::new(Mood::right());
        assert_eq!(broken(edition, &mood, "kinds").await, 0);
        for kind in Kind::ALL {
            let count = mood.counts().get(&kind).copied().unwrap_or(0);
            assert!(count >= ENOUGH, "edition {edition}: {kind:?} is sent {count} times");
        }
    }
}

/// Measures how often a default run misses a server that is wrong at random, in one of `MOODY_ONE_IN` (20) answers to
/// one kind of request, with `MOODY_RUNS` (100) runs of each kind. For release builds, with `--ignored --nocapture`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement, which takes long"]
#[expect(clippy::print_stdout, reason = "the figures are for whoever measures")]
async fn what_shows_now_and_then_is_not_missed() {
    let number = |name: &str, default: u64| std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(default);
    let (runs, one_in) = (number("MOODY_RUNS", 100), number("MOODY_ONE_IN", 20));
    for edition in Edition::ALL {
        for kind in Kind::ALL {
            let began = Instant::now();
            let (mut missed, mut sent, mut spoiled, mut unlucky) = (0_u64, 0, 0, 0);
            for run in 0..runs {
                let mood = Arc::new(Mood::spoiling(kind, 1_000_000 / one_in, run + 1));
                let broken = broken(edition, &mood, &format!("moody-{run}")).await;
                missed += u64::from(broken == 0);
                unlucky += u64::from(mood.spoiled() == 0);
                sent += mood.counts().get(&kind).copied().unwrap_or(0);
                spoiled += mood.spoiled();
            }
            println!(
                "edition {edition}, {kind:?}: one in {one_in} wrong; {runs} runs, {} of the kind in each, {} wrong; \
                 missed {missed} runs ({unlucky} of them without a wrong answer), {:.1} s",
                sent / runs,
                spoiled / runs,
                began.elapsed().as_secs_f64()
            );
        }
    }
}
