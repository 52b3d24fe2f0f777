//! Tests the conclusions from the first answers: the server has another API, fails every time, or its clock differs.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use mixinspec_engine::{ExitStatus, Report, RunError, Verdict};
use mixinspec_token::unverified_claims;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use crate::canned::{Run, correct, refused, server};

const PLAIN: &str = "group-accepted/plain";

fn failed(report: &Report) -> Vec<&str> {
    report.requirements.iter().filter(|r| r.verdict == Verdict::Fail).map(|r| r.id.as_str()).collect()
}

#[tokio::test]
async fn nothing_is_at_the_path() {
    let page = |status: u16| ResponseTemplate::new(status).set_body_raw("<html>", "text/html");
    for (said, answer) in [
        ("nothing is there (HTTP 404)", page(404)),
        ("the method is not allowed (HTTP 405)", page(405)),
        ("nothing is there (HTTP 202, code 404)", refused(404, "")),
    ] {
        let server = server(move |_| answer.clone()).await;
        let error = Run::new(&server.uri()).result().await.expect_err("no report");
        let RunError::NotHere { method, path, answer, .. } = &error else { panic!("{error}") };
        assert_eq!((method.as_str(), path.as_str(), answer.as_str()), ("POST", "/conversations", said));
        // Nothing else is sent.
        assert_eq!(server.received_requests().await.map(|requests| requests.len()), Some(1));
    }
    // A server that answers with an error of the API is one of this API.
    let server = server(|_| ResponseTemplate::new(404).set_body_json(json!({"error": {"code": 10404}}))).await;
    assert!(Run::new(&server.uri()).case(PLAIN).result().await.is_ok());
}

#[tokio::test]
async fn the_server_is_to_be_asked_by_tls() {
    let leading = |to: &'static str| move |_: &_| ResponseTemplate::new(301).insert_header("location", to);
    let server = server(leading("https://api.example/conversations")).await;
    let error = Run::new(&server.uri()).result().await.expect_err("no report");
    let RunError::Redirected { path, to, status, .. } = &error else { panic!("{error}") };
    assert_eq!((path.as_str(), to.as_str(), *status), ("/conversations", "https://api.example/conversations", 301));
    // Any other redirect is an answer that does not accept.
    let server = crate::canned::server(leading("http://api.example/conversations")).await;
    assert_eq!(failed(&Run::new(&server.uri()).case(PLAIN).report().await), ["answer-envelope"]);
}

#[tokio::test]
async fn every_creation_ends_in_a_server_error() {
    let server = server(|_| ResponseTemplate::new(500)).await;
    let report = Run::new(&server.uri()).report().await;
    assert_eq!((failed(&report), report.exchanges), (vec!["no-server-error"], 9));
    let given_up = report.conclusion.end_reason.as_deref().unwrap_or_default();
    assert!(
        given_up.starts_with("a plain request to") && given_up.contains("(HTTP 500); if the server knows"),
        "{given_up}"
    );
    assert_eq!(ExitStatus::of(&report, false, false, |_| false), ExitStatus::Failed);
    assert_eq!(failed(&Run::new(&server.uri()).case(PLAIN).report().await), ["group-accepted", "no-server-error"]);
    // A single such answer must not end the run.
    let count = AtomicUsize::new(0);
    let moody = crate::canned::server(move |request| match count.fetch_add(1, Ordering::Relaxed) {
        0 => ResponseTemplate::new(500),
        _ => correct(request),
    })
    .await;
    assert!(!failed(&Run::new(&moody.uri()).case(PLAIN).report().await).contains(&"no-server-error"));
}

/// A server that accepts only tokens of the last minute, by its clock, which is `clock` seconds ahead of ours. Its Date
/// is `date` seconds ahead.
#[derive(Clone, Copy)]
struct Ahead {
    clock: i64,
    date: i64,
}

impl Respond for Ahead {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let ours = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("a time after 1970").as_secs();
        let by = |ahead: i64| ours.checked_add_signed(ahead).expect("a time");
        let token = request.headers.get("authorization").and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        let made = token.and_then(|token| unverified_claims(token)?.to_json()["iat"].as_u64());
        let is_fresh = made.is_some_and(|made| made.abs_diff(by(self.clock)) < 60);
        let json = serde_json::from_slice(&request.body).unwrap_or_default();
        let answer = if is_fresh { correct(&json) } else { refused(401, "") };
        let date = SystemTime::UNIX_EPOCH + Duration::from_secs(by(self.date));
        let id = request.headers.get("x-request-id").and_then(|value| value.to_str().ok()).unwrap_or_default();
        answer.insert_header("date", httpdate::fmt_http_date(date)).insert_header("x-request-id", id)
    }
}

async fn judged(server: Ahead) -> Result<Vec<String>, RunError> {
    let mock = MockServer::start().await;
    Mock::given(any()).respond_with(server).mount(&mock).await;
    let report = Run::new(&mock.uri()).signing().case(PLAIN).result().await?;
    assert_eq!(failed(&report), [""; 0]);
    Ok(report.notes)
}

#[tokio::test]
async fn tokens_are_signed_by_the_servers_clock() {
    for (clock, said) in
        [(180, None), (-180, None), (600, Some("10 minutes ahead of")), (-7300, Some("2 hours behind"))]
    {
        let notes = judged(Ahead { clock, date: clock }).await.expect("a report");
        match said {
            None => assert!(notes.is_empty(), "{notes:?}"),
            Some(said) => assert!(notes.len() == 1 && notes[0].contains(said), "{notes:?}"),
        }
    }
    // A Date that differs from the clock by which tokens are accepted is ignored.
    assert!(judged(Ahead { clock: 0, date: -40_000 }).await.expect("a report").is_empty());
    let Err(RunError::Unauthorized { clock, .. }) = judged(Ahead { clock: 9_000, date: 600 }).await else {
        panic!("it is let in")
    };
    assert_eq!(clock.as_deref(), Some("10 minutes ahead of"));
}

#[tokio::test]
async fn a_server_that_takes_few_connections_at_once() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let open = std::sync::Arc::new(AtomicUsize::new(0));
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            if open.fetch_add(1, Ordering::SeqCst) >= 2 {
                open.fetch_sub(1, Ordering::SeqCst);
                continue;
            }
            let open = std::sync::Arc::clone(&open);
            tokio::spawn(async move {
                let _read = stream.read(&mut [0; 8192]).await;
                tokio::time::sleep(Duration::from_millis(20)).await;
                let answer = "HTTP/1.1 202 Accepted\r\ncontent-length: 24\r\nconnection: close\r\n\r\n{\"error\":{\"code\":10002}}";
                let _written = stream.write_all(answer.as_bytes()).await;
                open.fetch_sub(1, Ordering::SeqCst);
            });
        }
    });
    let notes = Run::new(&url).only(&["category-enum"]).report().await.notes;
    assert!(notes.len() == 1 && notes[0].ends_with("try -j 2, or -j 1"), "{notes:?}");
}
