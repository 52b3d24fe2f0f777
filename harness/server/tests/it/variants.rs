//! Each variant does what it says: what stands on the wire is looked at.

use std::time::Duration;

use mixinspec_server::{Edition, Server, Variant, Variation};
use mixinspec_types::unique_conversation_id;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{ALICE, BOB, CAROL, contact, named_group, uuid};

/// What comes back for some bytes, until the connection ends or nothing more comes.
async fn wire(edition: Edition, variants: &[&str], sent: &[u8]) -> Vec<u8> {
    let variants: Vec<&Variant> = variants.iter().map(|name| Variant::named(name).expect("a variant")).collect();
    let variation = Variation::combined(edition, &variants).expect("variants that go together");
    let server = Server::builder().edition(edition).no_auth(uuid(ALICE)).variation(variation).build();
    let (address, running) = server.bind("127.0.0.1:0").await.expect("a free port");
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream.write_all(sent).await.expect("a server that reads");
    let mut received = Vec::new();
    let reading = async { while stream.read_buf(&mut received).await.is_ok_and(|count| count > 0) {} };
    let _until_silent = tokio::time::timeout(Duration::from_millis(300), reading).await;
    drop(running);
    received
}

/// A creation as bytes, with these header fields.
fn creation(path: &str, fields: &str, body: &str) -> Vec<u8> {
    format!("POST {path} HTTP/1.1\r\nhost: x\r\n{fields}content-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

async fn created(edition: Edition, variants: &[&str], fields: &str) -> String {
    let body = contact(ALICE, BOB).to_string();
    let received = wire(edition, variants, &creation("/conversations", fields, &body)).await;
    String::from_utf8_lossy(&received).into_owned()
}

#[tokio::test]
async fn what_is_sent_shows_the_variant() {
    for (variant, shown) in [
        ("chunked", "\r\ntransfer-encoding: chunked\r\n\r\n64\r\n"),
        ("chunked-with-trailers", "\r\n0\r\nX-Checksum: none\r\n\r\n"),
        ("until-close", "\r\nconnection: close\r\n\r\n{\"data\""),
        ("http-1-0", "HTTP/1.0 200 OK\r\n"),
        ("names-in-upper-case", "\r\nCONTENT-TYPE: application/json\r\n"),
        ("names-in-title-case", "\r\nContent-Type: application/json\r\n"),
        ("values-spaced", "content-type:\t  application/json \t\r\n"),
        ("without-reason", "HTTP/1.1 200 \r\n"),
        (
            "early-hints",
            "HTTP/1.1 103 Early Hints\r\nlink: </style.css>; rel=preload; as=style\r\n\r\nHTTP/1.1 200 OK\r\n",
        ),
        ("processing", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\n"),
        ("closes-after-each", "\r\nconnection: close\r\n"),
        ("charset", "\r\ncontent-type: application/json; charset=utf-8\r\n"),
        ("charset-quoted", "\r\ncontent-type: APPLICATION/JSON;charset=\"UTF-8\"\r\n"),
        ("charset-spaced", "\r\ncontent-type: application/json ;\tcharset=UTF-8\r\n"),
        ("further-fields", "\r\nset-cookie: other=2; Path=/\r\n"),
        ("pretty-printed", "\n    \"category\": \"CONTACT\",\n"),
        ("everything-escaped", "{\"\\u0064\\u0061\\u0074\\u0061\":"),
        ("halves-of-pairs", r#""x_half":"a\ud83d""#),
        ("numbers-beyond-doubles", "\"x_far\":1e400"),
        ("times-in-picoseconds", "000Z\",\"creator_id\""),
        ("participants-described", "\"full_name\""),
        ("sessions-described", "\"platform\""),
        ("circles-described", "\"name\":\"Work\""),
        ("contact-named-after-the-peer", "\"name\":\"User e8e5\""),
        ("further-members", "\"x_note\":\"a further member\""),
        ("in-a-circle", "\"circle_id\""),
        ("expiring", "\"expire_in\":604800"),
        ("participants-later", ".999999999Z\""),
        ("contact-owned", "\"OWNER\""),
    ] {
        let received = created(Edition::E2026, &[variant], "").await;
        assert!(received.contains(shown), "{variant}: {received}");
        let usual = created(Edition::E2026, &[], "").await;
        assert!(!usual.contains(shown), "{variant} is what is usual: {usual}");
    }
    let received = created(Edition::E2026, &["slashes-escaped", "contact-code-given"], "").await;
    assert!(received.contains(r#""code_url":"https:\/\/mixin.one\/codes\/"#), "{received}");
    let received = created(Edition::E2026, &["without-date"], "").await;
    assert!(!received.contains("\r\ndate: "), "{received}");
}

#[tokio::test]
async fn nothing_is_compressed_for_who_does_not_ask() {
    for (fields, is_asked) in [
        ("", false),
        ("accept-encoding: identity\r\n", false),
        ("accept-encoding: gzip;q=0, br\r\n", false),
        ("accept-encoding: br, GZIP;q=0.5\r\n", true),
    ] {
        let received = created(Edition::E2026, &["gzip"], fields).await;
        assert_eq!(received.contains("content-encoding: gzip\r\n"), is_asked, "{fields}{received}");
        assert_eq!(received.contains("\"conversation_id\""), !is_asked, "{fields}{received}");
    }
}

#[tokio::test]
async fn a_prefix_is_part_of_every_path() {
    let body = contact(ALICE, BOB).to_string();
    for (path, status) in [("/gateway/v1/conversations", "200 OK"), ("/conversations", "404 Not Found")] {
        let received = wire(Edition::E2026, &["path-prefix"], &creation(path, "", &body)).await;
        assert!(received.starts_with(format!("HTTP/1.1 {status}").as_bytes()), "{path}");
    }
}

#[tokio::test]
async fn every_hundredth_request_is_throttled() {
    let request = creation("/conversations", "", &contact(ALICE, BOB).to_string());
    for (variant, shown) in [
        ("throttled", "HTTP/1.1 429 Too Many Requests\r\ncontent-type: text/plain\r\n"),
        ("throttled-for-seconds", "\r\nretry-after: 1\r\n"),
        ("throttled-until", " GMT\r\n"),
        ("throttled-in-the-envelope", "\"code\":429"),
    ] {
        let received = wire(Edition::E2026, &[variant], &request.repeat(101)).await;
        let text = String::from_utf8_lossy(&received);
        assert!(text.contains(shown), "{variant}: {text}");
        assert_eq!(text.matches("\"data\":").count(), 100, "{variant}");
    }
}

#[tokio::test]
async fn refusals_show_the_variant() {
    let other = contact(ALICE, BOB).to_string().replace(&*unique_conversation_id(ALICE, BOB).to_string(), CAROL);
    let large = named_group(ALICE, &"n".repeat(100_000), &[BOB]).to_string();
    for (edition, variant, body, shown) in [
        (Edition::E2026, "contact-id-forbidden", other.as_str(), "\"code\":403"),
        (Edition::E2018, "contact-id-forbidden", &other, "\"code\":403"),
        (Edition::E2026, "code-with-a-fraction", "{}", "\"code\":10002.0"),
        (Edition::E2026, "described-in-chinese", "{}", "请求无效"),
        (Edition::E2026, "extra-by-member", "{}", "\"extra\":{\"errors\":{\"category\":["),
        (Edition::E2026, "body-invalid", "[]", "\"code\":10002"),
        (Edition::E2018, "refused-422", "{}", "HTTP/1.1 422 "),
        (Edition::E2018, "refused-4xx", "{}", "HTTP/1.1 400 "),
        (Edition::E2018, "refused-4xx", "{}", "\"status\":400"),
        (Edition::E2018, "refused-without-a-word", "{}", "content-length: 0\r\n"),
        (Edition::E2018, "refused-in-html", "{}", "<h1>400 Bad Request</h1>"),
        (Edition::E2026, "large-bodies-413", &large, "HTTP/1.1 413 "),
        (Edition::E2026, "large-bodies-431", &large, "HTTP/1.1 431 "),
        (Edition::E2026, "large-bodies-unread", &large, "HTTP/1.1 413 "),
    ] {
        let received = wire(edition, &[variant], &creation("/conversations", "", body)).await;
        let text = String::from_utf8_lossy(&received);
        assert!(text.contains(shown), "{variant}: {text}");
        let usual = wire(edition, &[], &creation("/conversations", "", body)).await;
        assert!(!String::from_utf8_lossy(&usual).contains(shown), "{variant} is what is usual");
    }
}

#[tokio::test]
async fn a_chunked_request_can_be_sent_to_a_connection_served_by_hand() {
    let body = contact(ALICE, BOB).to_string();
    let (one, other) = body.split_at(10);
    let chunks = format!("{:x};ext=1\r\n{one}\r\n{:X}\r\n{other}\r\n0\r\nTrailer: x\r\n\r\n", one.len(), other.len());
    let head = "POST /conversations HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ntransfer-encoding: chunked\r\n\r\n";
    let received = wire(Edition::E2026, &["names-in-title-case"], format!("{head}{chunks}").as_bytes()).await;
    let text = String::from_utf8_lossy(&received);
    assert!(text.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"), "{text}");
}

#[tokio::test]
async fn what_is_no_request_ends_a_connection_served_by_hand() {
    for sent in
        ["nonsense\r\n\r\n", "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n", "GET / HTTP/9\r\n\r\n"]
    {
        assert!(wire(Edition::E2026, &["names-in-title-case"], sent.as_bytes()).await.is_empty(), "{sent}");
    }
}
