//! Starting and stopping.

use std::time::Duration;

use mixinspec_server::{Edition, Patience};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use crate::support::{ALICE, BOB, Subject, contact, token};

/// Well below the ten seconds after which a stop breaks connections off.
const SOON: Duration = Duration::from_secs(5);

/// A connection on which the server waits for the body of a creation.
async fn asked_for_a_body(subject: &Subject, length: usize) -> TcpStream {
    let mut stream = TcpStream::connect(subject.url.trim_start_matches("http://")).await.expect("a connection");
    let head = format!(
        "POST /conversations HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\nExpect: 100-continue\r\nContent-Length: {length}\r\n\r\n",
        token(ALICE),
    );
    stream.write_all(head.as_bytes()).await.expect("sent");
    let mut asked = [0; 25];
    stream.read_exact(&mut asked).await.expect("the server waits for the body");
    assert_eq!(&asked, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream
}

#[tokio::test]
async fn a_stop_ends_idle_connections_and_frees_the_port() {
    let subject = Subject::start(Edition::E2026).await;
    subject.create(ALICE, &contact(ALICE, BOB)).await.data();
    timeout(SOON, subject.running.stop()).await.expect("idle connections do not hold it up");
    let address = subject.url.trim_start_matches("http://");
    assert!(TcpStream::connect(address).await.is_err(), "nobody listens");
}

#[tokio::test]
async fn a_stop_lets_a_request_finish() {
    let subject = Subject::start(Edition::E2026).await;
    let body = contact(ALICE, BOB).to_string();
    let mut stream = asked_for_a_body(&subject, body.len()).await;
    let stopped = tokio::spawn(subject.running.stop());
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!stopped.is_finished(), "it waits for the request");
    stream.write_all(body.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    timeout(SOON, stream.read_to_string(&mut answer)).await.expect("it closes").expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    timeout(SOON, stopped).await.expect("it stops").expect("without a panic");
}

#[tokio::test]
async fn a_drop_breaks_connections_off() {
    let subject = Subject::start(Edition::E2026).await;
    let mut stream = TcpStream::connect(subject.url.trim_start_matches("http://")).await.expect("a connection");
    stream
        .write_all(b"POST /conversations HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{")
        .await
        .expect("sent");
    tokio::time::sleep(Duration::from_millis(50)).await;
    drop(subject.running);
    let mut rest = Vec::new();
    let closed = timeout(SOON, stream.read_to_end(&mut rest)).await.expect("it closes");
    assert!(closed.is_err() || rest.is_empty(), "{rest:?}");
}

#[tokio::test]
async fn a_server_keeps_its_conversations_when_it_listens_again() {
    let mut subject = Subject::start(Edition::E2026).await;
    let created = subject.create(ALICE, &contact(ALICE, BOB)).await;
    let id = created.data()["conversation_id"].as_str().expect("a text");
    let (address, running) = subject.server.bind("127.0.0.1:0").await.expect("a free port");
    std::mem::replace(&mut subject.running, running).stop().await;
    subject.url = format!("http://{address}");
    assert_eq!(subject.get(ALICE, id).await, created);
}

/// A server with one time changed. The usual ones are far longer than a test waits, so that what happens is due to it.
async fn patient_for(change: impl FnOnce(&mut Patience)) -> Subject {
    let mut patience = Patience::default();
    change(&mut patience);
    Subject::start_as(Edition::E2026, |builder| builder.patience(patience)).await
}

/// Long enough to be told from nothing, and far less than any of the usual times.
const SHORT: Duration = Duration::from_millis(300);

#[tokio::test]
async fn a_stop_breaks_off_what_takes_too_long() {
    let subject = patient_for(|patience| patience.stop = SHORT).await;
    let mut stream = asked_for_a_body(&subject, 9).await;
    let start = Instant::now();
    timeout(SOON, subject.running.stop()).await.expect("it stops");
    assert!(start.elapsed() >= SHORT, "{:?}", start.elapsed());
    let mut rest = Vec::new();
    let closed = timeout(SOON, stream.read_to_end(&mut rest)).await.expect("it closes");
    assert!(closed.is_err() || rest.is_empty(), "{rest:?}");
}

#[tokio::test]
async fn a_body_that_does_not_come_is_refused() {
    let subject = patient_for(|patience| patience.body = SHORT).await;
    let start = Instant::now();
    let mut stream = asked_for_a_body(&subject, 9).await;
    let mut answer = String::new();
    timeout(SOON, stream.read_to_string(&mut answer)).await.expect("it closes").expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(start.elapsed() >= SHORT, "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_connection_that_says_nothing_is_closed() {
    let subject = patient_for(|patience| patience.idle = SHORT).await;
    let start = Instant::now();
    let mut stream = TcpStream::connect(subject.url.trim_start_matches("http://")).await.expect("a connection");
    stream.write_all(b"POST /conv").await.expect("sent");
    let mut answer = String::new();
    timeout(SOON, stream.read_to_string(&mut answer)).await.expect("it closes").expect("text");
    assert!(start.elapsed() >= SHORT, "{:?}", start.elapsed());
}

#[test]
fn a_server_waits_longer_than_clients_keep_idle_connections() {
    let Patience { idle, body, stop } = Patience::default();
    assert_eq!((idle.as_secs(), body.as_secs(), stop.as_secs()), (120, 30, 10));
}
