//! Variants in how answers are sent.

use std::time::Duration;

use super::{BOTH, ONLY_2018, ONLY_2026};
use crate::variant::Variant;
use crate::variant::VariantSource::{Requirement, Rfc, Sentence};
use crate::variant::wire::{BodyEnd, HeaderNames, Throttling, TooLarge};

pub(super) const VARIANTS: &[Variant] = &[
    Variant::new("chunked", "bodies are sent in chunks", BOTH, Rfc(9112, "7.1"), |v| {
        v.wire.http1.framing = BodyEnd::Chunks
    }),
    Variant::new(
        "chunked-with-trailers",
        "bodies are sent in chunks with extensions, and trailers follow the last",
        BOTH,
        Rfc(9112, "7.1.1"),
        |v| v.wire.http1.framing = BodyEnd::ChunksWithMore,
    ),
    Variant::new("until-close", "a body ends where the connection ends", BOTH, Rfc(9112, "6.3"), |v| {
        v.wire.http1.framing = BodyEnd::Close
    }),
    Variant::new("http-1-0", "answers are of HTTP/1.0", BOTH, Rfc(9110, "2.5"), |v| v.wire.http1.old = true),
    Variant::new("http-2", "HTTP/2 is spoken from the first byte, and nothing else", BOTH, Rfc(9113, "3.3"), |v| {
        v.wire.http2 = true
    }),
    Variant::new("names-in-upper-case", "the names of header fields are in upper case", BOTH, Rfc(9110, "5.1"), |v| {
        v.wire.http1.names = HeaderNames::Upper
    }),
    Variant::new(
        "names-in-title-case",
        "the names of header fields are written Like-This",
        BOTH,
        Rfc(9110, "5.1"),
        |v| v.wire.http1.names = HeaderNames::Title,
    ),
    Variant::new(
        "values-spaced",
        "white space stands around the values of header fields",
        BOTH,
        Rfc(9112, "5.1"),
        |v| v.wire.http1.spaced = true,
    ),
    Variant::new("without-reason", "the status line has no reason phrase", BOTH, Rfc(9112, "4"), |v| {
        v.wire.http1.without_reason = true
    }),
    Variant::new("without-date", "answers have no Date", BOTH, Rfc(9110, "6.6.1"), |v| {
        v.wire.http1.without_date = true
    }),
    Variant::new("early-hints", "a 103 comes before every answer", BOTH, Rfc(8297, "2"), |v| {
        v.wire.http1.interim = &[103]
    }),
    Variant::new(
        "processing",
        "a 100 and a 102 come before every answer, though nobody asked",
        BOTH,
        Rfc(9110, "15.2"),
        |v| v.wire.http1.interim = &[100, 102],
    ),
    Variant::new(
        "small-writes",
        "the first kilobytes of an answer are written seven bytes at a time",
        BOTH,
        Rfc(9112, "2.2"),
        |v| v.wire.http1.piece = Some(7),
    ),
    Variant::new("body-later", "a body comes some milliseconds after its header", BOTH, Rfc(9112, "2.2"), |v| {
        v.wire.http1.body_after = Some(Duration::from_millis(3))
    }),
    Variant::new("closes-after-each", "a connection is closed after one answer", BOTH, Rfc(9112, "9.3"), |v| {
        v.wire.http1.answers = Some(1)
    }),
    Variant::new("closes-after-ten", "a connection is closed after ten answers", BOTH, Rfc(9112, "9.3"), |v| {
        v.wire.http1.answers = Some(10)
    }),
    Variant::new("closes-idle", "a connection is closed when it was idle for a second", BOTH, Rfc(9112, "9.5"), |v| {
        v.wire.http1.idle = Some(Duration::from_secs(1))
    }),
    Variant::new("slow", "every answer takes 10 milliseconds longer", BOTH, Requirement("answer-envelope"), |v| {
        v.wire.around.latency = Some(Duration::from_millis(10))
    }),
    Variant::new("path-prefix", "everything is below /gateway/v1", BOTH, Rfc(3986, "3.3"), |v| {
        v.wire.around.prefix = "/gateway/v1"
    }),
    Variant::new("gzip", "answers are compressed for clients that ask for it", BOTH, Rfc(9110, "12.5.3"), |v| {
        v.wire.around.gzip = true
    }),
    Variant::new("throttled", "every hundredth request is answered with 429", BOTH, Rfc(6585, "4"), |v| {
        v.wire.around.throttling = Some(Throttling::Plain)
    }),
    Variant::new(
        "throttled-for-seconds",
        "every hundredth request is answered with 429 and a Retry-After of one second",
        BOTH,
        Rfc(9110, "10.2.3"),
        |v| v.wire.around.throttling = Some(Throttling::Seconds),
    ),
    Variant::new(
        "throttled-until",
        "every hundredth request is answered with 429 and a Retry-After with a date",
        BOTH,
        Rfc(9110, "10.2.3"),
        |v| v.wire.around.throttling = Some(Throttling::Date),
    ),
    Variant::new(
        "throttled-in-the-envelope",
        "every hundredth request is answered with 202 and the code 429",
        ONLY_2026,
        Sentence("docs", "| 202    | 429   | Too Many Requests."),
        |v| v.wire.around.throttling = Some(Throttling::Envelope),
    ),
    Variant::new(
        "large-bodies-413",
        "a proxy refuses bodies of more than 64 KiB with 413, in HTML, and closes the connection",
        BOTH,
        Rfc(9110, "15.5.14"),
        |v| v.wire.around.large_bodies = Some(TooLarge::Proxy(413)),
    ),
    Variant::new(
        "large-bodies-413-in-the-envelope",
        "bodies of more than 64 KiB are refused with the API's error, and 413 for the status of HTTP and of the error",
        BOTH,
        Requirement("error-status"),
        |v| v.wire.around.large_bodies = Some(TooLarge::Envelope(413)),
    ),
    Variant::new(
        "large-bodies-431",
        "a proxy refuses bodies of more than 64 KiB with 431, in HTML, and closes the connection",
        BOTH,
        Requirement("hostile-size"),
        |v| v.wire.around.large_bodies = Some(TooLarge::Proxy(431)),
    ),
    Variant::new(
        "large-bodies-unread",
        "bodies of more than 64 KiB are refused with 413 before they are read",
        BOTH,
        Rfc(9112, "9.6"),
        |v| v.wire.http1.large_bodies_unread = true,
    ),
    Variant::new("charset", "Content-Type has the parameter charset=utf-8", BOTH, Rfc(9110, "8.3.1"), |v| {
        v.wire.around.content_type = Some("application/json; charset=utf-8")
    }),
    Variant::new(
        "charset-quoted",
        "Content-Type is written in upper case, with a charset in quotes and no space",
        BOTH,
        Rfc(9110, "8.3.1"),
        |v| v.wire.around.content_type = Some("APPLICATION/JSON;charset=\"UTF-8\""),
    ),
    Variant::new(
        "charset-spaced",
        "Content-Type has white space before its parameter",
        BOTH,
        Rfc(9110, "5.6.6"),
        |v| v.wire.around.content_type = Some("application/json ;\tcharset=UTF-8"),
    ),
    Variant::new(
        "further-fields",
        "answers have header fields that any server or proxy adds, some of them twice",
        BOTH,
        Rfc(9110, "5.1"),
        |v| v.wire.around.headers = FURTHER,
    ),
    Variant::new(
        "request-id-dropped",
        "answers have no X-Request-Id",
        ONLY_2018,
        Requirement("request-id-echoed"),
        |v| v.wire.around.without_request_id = true,
    ),
];

/// Header fields of servers, proxies and browser security; some are lists that are split into several fields.
const FURTHER: &[(&str, &str)] = &[
    ("server", "nginx/1.27 (example)"),
    ("server-timing", "db;dur=53.2, app;desc=\"create\";dur=7"),
    ("set-cookie", "session=1; Path=/; HttpOnly"),
    ("set-cookie", "other=2; Path=/"),
    ("vary", "Origin"),
    ("vary", "Authorization"),
    ("cache-control", "no-store"),
    ("etag", "W/\"1\""),
    ("alt-svc", "h3=\":443\"; ma=86400"),
    ("keep-alive", "timeout=60"),
    ("strict-transport-security", "max-age=31536000"),
    ("x-ratelimit-remaining", "41"),
    ("x-empty", ""),
];
