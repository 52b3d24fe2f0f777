//! Tests that a server that stops answering during a run does not pass it, however late it stops.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use mixinspec_engine::{CASES, Event, ExitStatus, Limits, Listener, Options, Report, Route, Runner, Target, Users};
use mixinspec_server::{Edition, Policy};
use mixinspec_token::Algorithm;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::callers::callers;
use crate::conformance::{one_of_many, options, serve, spec};

/// The health of a server.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Health {
    Well,
    /// It accepts requests, but does not answer.
    Silent,
    /// It does not listen any more, and its connections are reset.
    Dead,
}

/// A proxy that forwards everything to a server while it is well.
async fn way_to(server: SocketAddr, health: watch::Receiver<Health>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let mut ending = health.clone();
    tokio::spawn(async move {
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                _ = ending.wait_for(|health| *health == Health::Dead) => break,
                accepted = listener.accept() => {
                    let (client, _) = accepted.expect("a connection");
                    connections.spawn(through(client, server, health.clone()));
                }
            }
        }
    });
    format!("http://{address}")
}

async fn through(client: TcpStream, server: SocketAddr, health: watch::Receiver<Health>) {
    let server = TcpStream::connect(server).await.expect("a server that is well");
    let (mut requests, mut to_client) = client.into_split();
    let (mut answers, mut to_server) = server.into_split();
    let sending = async move { copy(&mut requests, &mut to_server).await.map(drop) };
    let answering = async move {
        let mut bytes = vec![0; 1 << 16];
        loop {
            let count = answers.read(&mut bytes).await?;
            if *health.borrow() != Health::Well {
                std::future::pending::<()>().await;
            }
            if count == 0 {
                return Ok(());
            }
            to_client.write_all(&bytes[..count]).await?;
        }
    };
    // Errors are expected here: the test causes them.
    let _broken: Result<(), std::io::Error> = tokio::select! { done = sending => done, done = answering => done };
}

/// Changes a server's health after this many exchanges.
#[derive(Debug)]
struct Doom {
    after: u64,
    seen: AtomicU64,
    health: watch::Sender<Health>,
    then: Health,
}

impl Listener for Doom {
    fn event(&self, event: &Event<'_>) {
        if matches!(event, Event::Exchange { .. }) && self.seen.fetch_add(1, Ordering::Relaxed) + 1 == self.after {
            self.health.send_replace(self.then);
        }
    }

    fn wants_exchanges(&self) -> bool {
        true
    }
}

/// The options of a run with one case at a time, so that the last exchange begins when all others are over.
fn in_order(edition: Edition) -> Options {
    Options { cases: 1, skip: one_of_many(), jobs: 1, ..options(Some(edition.as_str()), "a") }
}

/// The options of a default run.
fn by_default(edition: Edition) -> Options {
    Options { cases: CASES, ..options(Some(edition.as_str()), "a") }
}

/// Runs against a server whose health changes after this many exchanges; returns the report and the number of
/// exchanges.
async fn run(edition: Edition, options: Options, after: u64, then: Health) -> (Report, u64) {
    let (url, running) = serve(edition, Policy::default()).await;
    let address = url.strip_prefix("http://").and_then(|at| at.parse().ok()).expect("an address");
    let (health, seen) = watch::channel(Health::Well);
    let target = Target {
        base: way_to(address, seen).await.parse().expect("a URL"),
        callers: callers(Algorithm::EdDsa, 2),
        users: Users::any_uuid(),
        route: Route::default(),
        secrets: Vec::new(),
    };
    let options = match then {
        Health::Well => options,
        _ => Options { limits: Limits { timeout: Duration::from_secs(1), ..Limits::default() }, ..options },
    };
    let doom = Arc::new(Doom { after, seen: AtomicU64::new(0), health, then });
    let report = Runner::new(spec(), target, options, Arc::clone(&doom) as _).expect("a runner").run().await;
    running.stop().await;
    (report.expect("a report"), doom.seen.load(Ordering::Relaxed))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_ends_half_way_is_not_green() {
    for edition in Edition::ALL {
        let (report, all) = run(edition, in_order(edition), u64::MAX, Health::Well).await;
        assert_eq!(ExitStatus::of(&report, false, false, |_| false), ExitStatus::Success);
        let mut runs = JoinSet::new();
        for (after, then) in [
            (1, Health::Dead),
            (all / 4, Health::Dead),
            (all / 2, Health::Dead),
            (all - 1, Health::Dead),
            (all / 2, Health::Silent),
            (all - 1, Health::Silent),
        ] {
            runs.spawn(async move { (after, then, run(edition, in_order(edition), after, then).await.0) });
        }
        while let Some(done) = runs.join_next().await {
            let (after, then, report) = done.expect("a report");
            let status = ExitStatus::of(&report, false, false, |_| false);
            assert_ne!(status, ExitStatus::Success, "edition {edition}, {then:?} after {after} of {all}");
            // A server that cannot be reached is not blamed for missing answers. In the last exchange the connection
            // itself may be cut.
            if then == Health::Dead && after + 1 < all {
                assert_eq!(status, ExitStatus::Inconclusive, "edition {edition}, after {after} of {all}");
            }
        }
    }
}

/// With parallel cases, some are in progress when the server ends; generated cases come after the others.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_ends_late_in_a_default_run_is_not_green() {
    let edition = Edition::E2026;
    let (report, all) = run(edition, by_default(edition), u64::MAX, Health::Well).await;
    assert_eq!(ExitStatus::of(&report, false, false, |_| false), ExitStatus::Success);
    for then in [Health::Dead, Health::Silent] {
        let after = all * 9 / 10;
        let report = run(edition, by_default(edition), after, then).await.0;
        let status = ExitStatus::of(&report, false, false, |_| false);
        assert_ne!(status, ExitStatus::Success, "{then:?} after {after} of {all}");
        assert!(report.counts.inconclusive > 0, "{then:?} after {after} of {all}");
    }
}
