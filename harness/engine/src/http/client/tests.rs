//! What the client sends, waits for and limits, tested against canned answers.

use std::time::Instant;

use bytes::Bytes;
use serde_json::json;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::*;
use crate::http::envelope::embedded as envelope;
use crate::http::framing::Framing;
use crate::http::route::Route;

fn request() -> Sent {
    Sent {
        method: "POST".into(),
        path: "/conversations".into(),
        headers: vec![("content-type".into(), "application/json".into())],
        body: Bytes::from_static(b"{}"),
        json: Some(json!({})),
        framing: Framing::Whole,
        caller: 0,
        authorization: Authorization::Own,
    }
}

fn sender(server: &MockServer, limits: Limits) -> Sender {
    let base = server.uri().parse().expect("a URL");
    Sender::new(base, vec![Credential::None], limits, &Route::default(), envelope()).expect("a sender")
}

async fn throttling(times: u64, answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(answer).up_to_n_times(times).with_priority(1).mount(&server).await;
    let accepted = ResponseTemplate::new(200).set_body_json(json!({"data": {}}));
    Mock::given(any()).respond_with(accepted).with_priority(2).mount(&server).await;
    server
}

#[tokio::test]
async fn throttling_is_waited_for_in_every_form() {
    let throttled = json!({"error": {"status": 202, "code": 429, "description": "Too Many Requests."}});
    for answer in [
        ResponseTemplate::new(429),
        ResponseTemplate::new(429).insert_header("retry-after", "0"),
        ResponseTemplate::new(429).insert_header("retry-after", "Thu, 01 Jan 1970 00:00:00 GMT"),
        ResponseTemplate::new(429).insert_header("retry-after", "soon"),
        ResponseTemplate::new(503).insert_header("retry-after", "0"),
        ResponseTemplate::new(202).set_body_json(&throttled),
    ] {
        let server = throttling(2, answer).await;
        let sender = sender(&server, Limits::default());
        let answer = sender.send(&request()).await;
        assert_eq!(envelope().outcome(&answer), Outcome::Accepted);
        assert_eq!((sender.sent(), sender.throttled()), (3, 2));
        assert!(answer.expect("an answer").came_again);
        assert!(!sender.send(&request()).await.expect("an answer").came_again);
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_yet_is_waited_for() {
    let soon = throttling(2, ResponseTemplate::new(503)).await;
    let sender_to = |server| sender(server, Limits::default());
    assert_eq!(sender_to(&soon).wait_until_reachable(Duration::from_secs(20)).await, Ok(()));
    let never = throttling(u64::MAX, ResponseTemplate::new(502)).await;
    assert_eq!(sender_to(&never).wait_until_reachable(Duration::ZERO).await, Err(NoAnswer::NotYet(502)));
}

#[tokio::test]
async fn patience_has_an_end() {
    let answer = ResponseTemplate::new(429).insert_header("retry-after", "3600");
    let server = throttling(u64::MAX, answer).await;
    let sender = sender(&server, Limits { patience: Duration::from_secs(1), ..Limits::default() });
    let start = Instant::now();
    assert_eq!(envelope().outcome(&sender.send(&request()).await), Outcome::Throttled);
    assert!(start.elapsed() < Duration::from_secs(30));
}

#[tokio::test]
async fn limits_hold() {
    let server = MockServer::start().await;
    let long = ResponseTemplate::new(200).set_body_string("x".repeat(100));
    Mock::given(any()).respond_with(long).mount(&server).await;
    let short = sender(&server, Limits { body: 99, requests: 2, ..Limits::default() });
    assert_eq!(short.send(&request()).await.err(), Some(NoAnswer::TooLong(99)));
    let whole = sender(&server, Limits { body: 100, requests: 2, ..Limits::default() });
    assert!(whole.send(&request()).await.is_ok());
    assert!(whole.send(&request()).await.is_ok());
    assert_eq!(whole.send(&request()).await.err(), Some(NoAnswer::Budget(2)));
    whole.stop();
    assert_eq!(whole.send(&request()).await.err(), Some(NoAnswer::Stopped));
}

#[tokio::test]
async fn redirects_are_not_followed_and_silence_ends() {
    let server = MockServer::start().await;
    let redirect = ResponseTemplate::new(307).insert_header("location", "/elsewhere");
    Mock::given(any()).respond_with(redirect).expect(1).mount(&server).await;
    let answer = sender(&server, Limits::default()).send(&request()).await;
    assert_eq!(answer.map(|answer| answer.status), Ok(307));
    let slow = MockServer::start().await;
    let late = ResponseTemplate::new(200).set_delay(Duration::from_secs(60));
    Mock::given(any()).respond_with(late).mount(&slow).await;
    let limits = Limits { timeout: Duration::from_secs(1), ..Limits::default() };
    assert_eq!(sender(&slow, limits).send(&request()).await.err(), Some(NoAnswer::Timeout(Duration::from_secs(1))));
}

#[test]
fn a_path_prefix_is_kept() {
    let sender = |base: &str| {
        Sender::new(base.parse().expect("a URL"), vec![], Limits::default(), &Route::default(), envelope())
            .expect("a sender")
    };
    assert_eq!(sender("http://x/").url("/conversations"), "http://x/conversations");
    assert_eq!(sender("http://x/a/b").url("/conversations"), "http://x/a/b/conversations");
    assert_eq!(sender("http://x/a/b/").url("/conversations"), "http://x/a/b/conversations");
}

#[tokio::test]
async fn a_body_arrives_whole_however_it_is_sent() {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(200)).mount(&server).await;
    let sender = sender(&server, Limits::default());
    for framing in [Framing::Whole, Framing::InParts, Framing::Chunked] {
        sender.send(&Sent { framing, ..request() }).await.expect("an answer");
    }
    let received = server.received_requests().await.expect("they are kept");
    let lengths: Vec<Option<&str>> =
        received.iter().map(|one| one.headers.get("content-length").and_then(|value| value.to_str().ok())).collect();
    assert_eq!(lengths, [Some("2"), Some("2"), None]);
    assert!(received.iter().all(|one| one.body == b"{}"));
}
