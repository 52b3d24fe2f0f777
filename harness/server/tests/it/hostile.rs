//! R12 and what is below HTTP: whatever comes is answered cleanly, and the next request is served.

use std::time::Duration;

use mixinspec_server::Edition;
use reqwest::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::support::{ALICE, BOB, CAROL, Subject, contact, in_both_editions, named_group, token};

const MIB: usize = 1 << 20;

#[tokio::test]
async fn hostile_bodies() {
    in_both_editions(async |subject| {
        let with = |member: &str| contact(ALICE, BOB).to_string().replacen('{', &format!("{{{member},"), 1);
        let refused = [
            (with(&format!(r#""x":{}{}"#, "[".repeat(10_000), "]".repeat(10_000))), 400),
            (with(&format!(r#""x":{}1{}"#, r#"{"a":"#.repeat(10_000), "}".repeat(10_000))), 400),
            ("[".repeat(MIB), 400),
            (with(&format!(r#""name":"{}""#, "a".repeat(MIB))), 10002),
            (with(r#""participants":[],"participants":7"#).replacen("participants\":[{", "x\":[{", 1), 10002),
        ];
        for (body, code) in refused {
            let start: String = body.chars().take(80).collect();
            assert_eq!(subject.post(ALICE, body).await.code(), code, "{start}");
        }
        for body in [
            with(r#""x":123456789012345678901234567890"#),
            with(r#""x":-1e308"#),
            with(r#""duration":18446744073709551616"#),
            with(r#""duration":"long""#),
            with(r#""name":"\u0000""#),
            // Of two members with one name the last counts.
            with(r#""category":"GROUP""#),
            with(r#""conversation_id":7"#),
            with(&format!(r#""x":"{}""#, "a".repeat(MIB))),
            with(&format!(r#""x":{}{}"#, "[".repeat(100), "]".repeat(100))),
        ] {
            subject.post(ALICE, body).await.data();
        }
    })
    .await;
}

/// A body that is larger than what is read is refused, and the refusal reaches whoever is still sending.
#[tokio::test]
async fn bodies_are_bounded() {
    in_both_editions(async |subject| {
        let padded = |size: usize| {
            let body = contact(ALICE, BOB).to_string();
            format!("{body}{}", " ".repeat(size - body.len()))
        };
        subject.post(ALICE, padded(2 * MIB)).await.data();
        for (path, status) in [("/conversations", 413), ("/nowhere", 202)] {
            for size in [2 * MIB + 1, 8 * MIB] {
                let pieces = |body: String| {
                    let pieces: Vec<_> = body.into_bytes().chunks(MIB / 2).map(<[u8]>::to_vec).collect();
                    futures::stream::iter(pieces.into_iter().map(Ok::<_, std::io::Error>))
                };
                let post = || subject.request(ALICE, Method::POST, path);
                let whole = post().body(padded(size)).send().await.expect("an answer");
                assert_eq!(whole.status(), status, "{path} {size}");
                let chunked = post().body(reqwest::Body::wrap_stream(pieces(padded(size)))).send().await;
                assert_eq!(chunked.expect("an answer").status(), status, "{path} {size} in chunks");
            }
        }
        subject.create(ALICE, &contact(ALICE, BOB)).await.data();
    })
    .await;
}

/// Sends bytes, ends sending, and reads all that comes until the server closes.
async fn raw(subject: &Subject, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(subject.url.trim_start_matches("http://")).await.expect("a connection");
    stream.write_all(bytes).await.expect("sent");
    stream.shutdown().await.expect("ended");
    let mut answer = Vec::new();
    let read = timeout(Duration::from_secs(5), stream.read_to_end(&mut answer)).await;
    read.expect("the server closes").expect("an answer");
    String::from_utf8(answer).expect("a text")
}

#[tokio::test]
async fn requests_that_are_not_http() {
    in_both_editions(async |subject| {
        let head = format!("POST /conversations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n", token(ALICE));
        let with = |rest: &str| format!("{head}{rest}");
        for (request, status) in [
            ("nonsense\r\n\r\n".to_owned(), "400"),
            (with("Content-Length: x\r\n\r\n"), "400"),
            (with("no colon\r\n\r\n"), "400"),
            (with(&"x: y\r\n".repeat(1000)), "431"),
            (format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(100_000)), "414"),
        ] {
            let answer = raw(&subject, request.as_bytes()).await;
            let start: String = request.chars().take(200).collect();
            assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{start:?}: {answer:?}");
        }
        for request in [
            with("Transfer-Encoding: chunked\r\n\r\nzz\r\n"),
            with("Transfer-Encoding: chunked\r\n\r\n4\r\n{\"a\"\r\n"),
        ] {
            let answer = raw(&subject, request.as_bytes()).await;
            assert!(answer.starts_with("HTTP/1.1 202 "), "{request:?}: {answer:?}");
        }
        let star = raw(&subject, b"OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
        let connect = raw(&subject, b"CONNECT a:1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
        for answer in [star, connect] {
            assert!(answer.starts_with("HTTP/1.1 202 "), "{answer:?}");
        }
        subject.create(ALICE, &contact(ALICE, BOB)).await.data();
    })
    .await;
}

/// A client that asks before it sends is told at once, and need not send.
#[tokio::test]
async fn a_large_body_is_refused_before_it_is_sent() {
    let subject = Subject::start(Edition::E2026).await;
    let mut stream = TcpStream::connect(subject.url.trim_start_matches("http://")).await.expect("a connection");
    let head = format!(
        "POST /conversations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        token(ALICE),
        2 * MIB + 1
    );
    stream.write_all(head.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    timeout(Duration::from_secs(5), stream.read_to_string(&mut answer)).await.expect("it closes").expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}

/// A server that is full refuses new conversations, and keeps those it has.
#[tokio::test]
async fn conversations_are_bounded() {
    for edition in Edition::ALL {
        let subject = Subject::start_as(edition, |builder| builder.max_conversations(2)).await;
        let kept = [contact(ALICE, BOB), contact(ALICE, CAROL)];
        for request in &kept {
            subject.create(ALICE, request).await.data();
        }
        let more = subject.create(ALICE, &named_group(ALICE, "more", &[BOB])).await;
        assert_eq!(more.code(), 429);
        for request in &kept {
            subject.create(ALICE, request).await.data();
        }
    }
}

/// A server keeps so many bytes of conversations, however few they are.
#[tokio::test]
async fn conversations_are_bounded_in_bytes() {
    let subject = Subject::start_as(Edition::E2026, |builder| builder.max_bytes(8 << 10)).await;
    let named = |at: usize| named_group(ALICE, &format!("{at:0>200}"), &[BOB, CAROL]);
    let first = named(0);
    subject.create(ALICE, &first).await.data();
    let mut kept = 1;
    let refused = loop {
        let answer = subject.create(ALICE, &named(kept)).await;
        if answer.body.get("error").is_some() {
            break answer;
        }
        kept += 1;
        assert!(kept < 100, "8 KiB do not hold {kept} conversations");
    };
    assert_eq!(refused.code(), 429);
    assert!(kept > 2, "{kept}");
    subject.create(ALICE, &first).await.data();
}

/// Connections that nobody uses make room for others; those in use stay.
#[tokio::test]
async fn connections_are_bounded() {
    let subject = Subject::start_as(Edition::E2026, |builder| builder.max_connections(3)).await;
    let mut idle = Vec::new();
    for _ in 0..20 {
        idle.push(TcpStream::connect(subject.url.trim_start_matches("http://")).await.expect("a connection"));
    }
    let created = timeout(Duration::from_secs(20), subject.create(ALICE, &contact(ALICE, BOB))).await;
    created.expect("a place").data();
    let mut closed = 0;
    for mut stream in idle {
        let read = timeout(Duration::from_millis(100), stream.read(&mut [0; 1])).await;
        closed += usize::from(matches!(read, Ok(Ok(0) | Err(_))));
    }
    assert!(closed >= 18, "{closed} of 20 were closed");
}
