//! Tests adapters that crash, hang or flood their output: only the request that causes it is lost, within limits of
//! time and memory.

use std::ffi::OsString;
use std::time::{Duration, Instant};

use futures::future::join_all;
use mixinspec_engine::sdk::adapter::protocol::{AdapterCall, Derive};
use mixinspec_engine::sdk::adapter::{NoReply, Reply};
use mixinspec_engine::{Adapter, AdapterLimits as Limits};
use mixinspec_types::unique_conversation_id;
use serde_json::json;

const GOOD: &str = "8dcf823d-9eb3-4da2-8734-f0aad50c0da6";

/// The command of our own adapter with a fault.
pub(crate) fn command(fault: &str) -> Vec<OsString> {
    vec![env!("CARGO_BIN_EXE_sdk-adapter").into(), fault.into()]
}

fn limits() -> Limits {
    Limits { timeout: Duration::from_millis(700), start: Duration::from_secs(10), ..Limits::default() }
}

fn call(user_id: &str) -> AdapterCall {
    let arguments = [("user_id", user_id), ("other_user_id", GOOD)];
    let arguments = arguments.map(|(name, value)| (name.to_owned(), value.into())).into();
    AdapterCall::Derive(Derive { derivation: "unique_conversation_id".into(), arguments })
}

/// Sends forty requests at the same time; the one with this number triggers the fault.
async fn forty(adapter: &Adapter, bad: usize) -> Vec<Result<Reply, NoReply>> {
    let users = (0..40).map(|at| if at == bad { "bad".to_owned() } else { format!("{at}") });
    join_all(users.map(|user| async move { adapter.call(call(&user)).await })).await
}

fn right(user: &str) -> Result<Reply, NoReply> {
    Ok(Ok(json!(unique_conversation_id(user, GOOD).to_string())))
}

#[tokio::test]
async fn what_a_program_fails_at_has_a_reason_and_the_rest_an_answer() {
    for (fault, reason, last_line) in [
        ("crash", "it ended with exit status 3", "\"result\""),
        ("hang", "it said nothing for 700ms (--timeout)", "\"result\""),
        ("garbage", "it wrote a line that is no answer of the protocol", "DEBUG: hashing"),
        ("not-utf-8", "it wrote a line that is no answer of the protocol", "\u{fffd}"),
        ("deep", "it wrote a line that is no answer of the protocol", "[[[["),
        ("endless-line", "it wrote a line of more than 1048576 bytes", "xxxx"),
        ("flood", "it answered request", "\"result\":\"x\""),
        ("neither", "it wrote an answer with neither a result nor an error", "{\"id\":"),
        ("both", "it wrote an answer with both a result and an error", "\"other\""),
        ("unknown-id", "it answered request 4711, which was not asked", "4711"),
    ] {
        let adapter = Adapter::start(&command(fault), limits()).expect("the adapter");
        let began = Instant::now();
        for (at, answer) in forty(&adapter, 23).await.into_iter().enumerate() {
            if at != 23 {
                assert_eq!(answer, right(&at.to_string()), "{fault}: {at}");
            } else if fault == "flood" {
                // The first line of the flood is an answer to the request; the others are not.
                assert_eq!(answer, Ok(Ok(json!("x"))), "{fault}");
            } else {
                let silence = answer.expect_err(fault);
                assert!(silence.reason.contains(reason), "{fault}: {silence}");
                assert!(silence.last_line.is_some_and(|line| line.contains(last_line)), "{fault}");
            }
        }
        assert!((1..=5).contains(&adapter.restarts()), "{fault}: {} restarts", adapter.restarts());
        assert!(began.elapsed() < Duration::from_secs(20), "{fault}: {:?}", began.elapsed());
    }
}

#[tokio::test]
async fn answers_come_in_any_order() {
    let adapter = Adapter::start(&command("out-of-order"), limits()).expect("the adapter");
    let answers = join_all((0..39).map(|at| {
        let adapter = &adapter;
        async move { adapter.call(call(&at.to_string())).await }
    }))
    .await;
    for (at, answer) in answers.into_iter().enumerate() {
        assert_eq!(answer, right(&at.to_string()));
    }
    assert_eq!(adapter.restarts(), 0);
}

#[tokio::test]
async fn a_program_that_fails_again_and_again_is_given_up() {
    let limits = Limits { restarts: 2, ..limits() };
    let adapter = Adapter::start(&command("crash"), limits).expect("the adapter");
    let answers = join_all((0..10).map(|_| adapter.call(call("bad")))).await;
    assert!(answers.iter().all(Result::is_err));
    let last = answers.last().and_then(|answer| answer.as_ref().err()).expect("a reason");
    assert!(last.reason.contains("given up after 2 restarts"), "{last}");
    assert_eq!(adapter.restarts(), 2);
    assert!(adapter.call(call(GOOD)).await.is_err());
}

/// Calls outside of the domain stop after a number of failures of the program; all other calls follow.
#[tokio::test]
async fn what_fails_outside_of_the_domain_takes_nothing_from_the_rest() {
    for fault in ["crash", "neither", "garbage"] {
        let limits = Limits { restarts: 2, ..limits() };
        let adapter = Adapter::start(&command(fault), limits).expect("the adapter");
        for nth in 0..6 {
            let silence = adapter.call_outside(call("bad")).await.expect_err("no answer");
            if nth < 2 {
                let asked = format!("unique_conversation_id {{\"other_user_id\":\"{GOOD}\",\"user_id\":\"bad\"}}");
                assert_eq!(silence.call, Some(asked), "{fault}");
            } else {
                assert!(silence.reason.contains("was not asked, since it has failed 2 times"), "{fault}: {silence}");
            }
            assert_eq!(adapter.call(call(GOOD)).await, right(GOOD), "{fault}");
        }
        assert!(adapter.call_outside(call(GOOD)).await.is_err(), "{fault}");
    }
}

#[tokio::test]
async fn a_program_that_does_not_greet_is_not_started_again() {
    for (command, reason) in [
        (command("crash-at-start"), "it ended with exit status 7"),
        (command("silent"), "it did not answer `hello` within"),
        (command("another-version"), "it speaks version 2 of the protocol, and this is version 1"),
        (vec!["/usr/bin/true".into()], "it ended with exit status 0"),
        (vec!["/usr/bin/yes".into()], "it wrote a line that is no answer of the protocol"),
        (vec!["/usr/bin/cat".into()], "it wrote a line that is no answer of the protocol"),
    ] {
        let limits = Limits { start: Duration::from_secs(2), ..limits() };
        let adapter = Adapter::start(&command, limits).expect("the adapter");
        let silence = adapter.hello().await.expect_err("no handshake");
        assert!(silence.reason.contains(reason), "{command:?}: {silence}");
        assert!(adapter.call(call(GOOD)).await.is_err());
        assert_eq!(adapter.restarts(), 0);
    }
    assert!(Adapter::start(&["/there/is/no/such/program".into()], limits()).is_err());
}

#[tokio::test]
async fn time_is_bounded_in_all_and_a_run_can_be_stopped() {
    let limits = Limits { timeout: Duration::from_secs(60), total: Duration::from_secs(4), ..limits() };
    let adapter = Adapter::start(&command("hang"), limits.clone()).expect("the adapter");
    let silence = adapter.call(call("bad")).await.expect_err("no answer");
    assert!(silence.reason.contains("time of 4s is over"), "{silence}");
    let adapter =
        Adapter::start(&command("hang"), Limits { total: Duration::from_secs(60), ..limits }).expect("the adapter");
    let (answer, ()) = tokio::join!(adapter.call(call("bad")), async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        adapter.stop();
    });
    assert!(answer.expect_err("no answer").reason.contains("stopped"));
}

/// A process that a wrapper such as `sh -c` or `npx` starts does not outlive the run.
#[cfg(unix)]
#[tokio::test]
async fn what_a_program_starts_ends_with_it() {
    let script =
        format!("PATH=/usr/bin:/bin; sleep 600 & echo \"$!\" > \"$0\"; exec {}", env!("CARGO_BIN_EXE_sdk-adapter"));
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("pid-of-sleep");
    let adapter = Adapter::start(&["/bin/sh".into(), "-c".into(), script.into(), file.clone().into()], limits())
        .expect("the adapter");
    assert!(adapter.hello().await.is_ok());
    drop(adapter);
    let pid = std::fs::read_to_string(&file).expect("a number");
    let gone =
        || std::fs::read_to_string(format!("/proc/{}/stat", pid.trim())).map_or(true, |stat| stat.contains(") Z "));
    let began = Instant::now();
    while !gone() && began.elapsed() < Duration::from_secs(10) {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(gone(), "process {pid} is still there");
}
