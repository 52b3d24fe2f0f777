//! Starting and stopping.

use std::time::Duration;

use mixinspec_server::Edition;
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

/// The clock jumps from here on: nobody waits for what takes seconds.
#[tokio::test]
async fn a_stop_breaks_off_what_takes_too_long() {
    let subject = Subject::start(Edition::E2026).await;
    let mut stream = asked_for_a_body(&subject, 9).await;
    tokio::time::pause();
    let start = Instant::now();
    subject.running.stop().await;
    assert!((10..11).contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
    let mut rest = Vec::new();
    let closed = stream.read_to_end(&mut rest).await;
    assert!(closed.is_err() || rest.is_empty(), "{rest:?}");
}

#[tokio::test]
async fn a_body_that_does_not_come_is_refused() {
    for edition in Edition::ALL {
        let subject = Subject::start(edition).await;
        let mut stream = asked_for_a_body(&subject, 9).await;
        tokio::time::pause();
        let start = Instant::now();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
        assert!((30..31).contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
        tokio::time::resume();
    }
}

#[tokio::test]
async fn a_connection_that_says_nothing_is_closed() {
    let subject = Subject::start(Edition::E2026).await;
    let mut stream = TcpStream::connect(subject.url.trim_start_matches("http://")).await.expect("a connection");
    stream.write_all(b"POST /conv").await.expect("sent");
    tokio::time::sleep(Duration::from_millis(50)).await;
    tokio::time::pause();
    let start = Instant::now();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("it closes");
    assert!((119..121).contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
}
