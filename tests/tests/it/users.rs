//! Tests that a server that knows only certain users is judged with these.

use mixinspec_engine::{Options, Users};
use mixinspec_server::{Edition, Server};
use mixinspec_token::Algorithm;

use crate::callers::{USERS, known as known_callers};
use crate::conformance::{exceptions, judge, judge_with, options};

/// This many users, none of them a caller.
fn known(count: usize) -> Vec<String> {
    // The first digits are spread, so that some peers sort before any caller and some after it.
    (0..count).map(|at| format!("{:08x}-0000-4000-8000-{at:012x}", (at as u32).wrapping_mul(0x9e37_79b9))).collect()
}

async fn serve(users: &[String]) -> (String, mixinspec_server::Running) {
    let all = users.iter().map(String::as_str).chain(USERS);
    let all = all.map(|user| user.parse().expect("a UUID")).collect();
    let server = Server::builder().edition(Edition::E2026).users(mixinspec_server::KnownUsers::Only(all));
    let server = known_callers(server, Algorithm::EdDsa);
    let (address, running) = server.build().bind("127.0.0.1:0").await.expect("a free port");
    (format!("http://{address}"), running)
}

/// The exceptions of a run against a server that knows so many users beside the callers.
async fn exceptions_with(count: usize) -> String {
    let users = known(count);
    let (url, running) = serve(&users).await;
    let report = judge_with(&url, 2, Users::listed(users), options(Some("2026"), "a")).await;
    running.stop().await;
    exceptions(&report)
}

#[tokio::test(flavor = "multi_thread")]
async fn enough_users_are_as_good_as_any() {
    assert_eq!(exceptions_with(600).await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_needs_more_users_than_there_are_does_not_apply() {
    let users = known(40);
    let (url, running) = serve(&users).await;
    let options = Options { jobs: 1, ..options(Some("2026"), "a") };
    let report = judge_with(&url, 2, Users::listed(users), options).await;
    running.stop().await;
    assert_eq!(report.counts.fail + report.counts.warn + report.counts.error, 0, "{}", exceptions(&report));
    insta::assert_snapshot!("forty-users", exceptions(&report));
}

/// The help of `--users` promises it.
#[tokio::test(flavor = "multi_thread")]
async fn three_hundred_users_are_enough_for_the_groups() {
    let told = exceptions_with(300).await;
    assert!(told.lines().all(|line| line.contains("uses that user up")), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_users_are_named_as_the_reason() {
    let (url, running) = serve(&known(3)).await;
    let report = judge(&url, 2, options(Some("2026"), "a")).await;
    running.stop().await;
    let reason = report.requirements.iter().find(|r| r.id == "category-enum").and_then(|r| r.reason.clone());
    let reason = reason.expect("a reason");
    assert!(reason.contains("--users"), "{reason}");
}
