//! The table of hostile servers. Each function serves one connection.

use std::io;
use std::sync::OnceLock;
use std::time::Duration;

use super::server::{Answer, Link};
use super::{Expected, Fixture};

/// An answer before its request is taken for nothing, or is in the way of the next: either may be all that is told in full.
const AT_ONCE: &str = "the connection failed | no complete answer within";

/// How long a run takes at the most that waits for nothing, in seconds, on a machine that does much else.
const RUN: u64 = 150;
/// How many answers a run waits for in vain at the most, one after another.
const WAITS: u64 = 10;

/// A run that does not wait long for an answer: some come late, or never.
const fn impatient(status: &'static [i32], says: &'static str) -> Expected {
    let timeout = 2;
    Expected { status, says, seconds: RUN + WAITS * timeout, timeout }
}

/// A run against a server that always answers, however long a machine that does much else takes for it.
const fn patient(status: &'static [i32], says: &'static str) -> Expected {
    Expected { status, says, seconds: RUN, timeout: 20 }
}

/// Some musts could not be decided, or nothing could; nothing failed.
const fn open(says: &'static str) -> Expected {
    impatient(&[3], says)
}

/// A must failed.
const fn fails(says: &'static str) -> Expected {
    impatient(&[1], says)
}

/// Every must that applies holds.
const fn passes() -> Expected {
    patient(&[0], "PASS")
}

/// As `open`, where judging takes so long that what comes later must be waited for.
const fn patiently(says: &'static str) -> Expected {
    patient(&[3], says)
}

/// Not well, in the one way or the other: it depends on what comes first.
const fn either(says: &'static str) -> Expected {
    impatient(&[1, 3], says)
}

macro_rules! fixture {
    ($serve:ident, $always:expr, $later:expr) => {
        Fixture { name: stringify!($serve), serve: $serve, always: $always, later: $later }
    };
}

const LATE: &str = "no complete answer within 2s";
const CUT_SHORT: &str = "The run was cut short: the server answered none of";
const EXTENSIONS: &str = "chunk extensions are more, or longer, than mixinspec reads";
// A run ends by whichever of two limits is met first: so many requests in all, or so many in a row. Timing decides.
const SELDOM: &str = "requests were not answered in time | The run was cut short: the server answered none of";
const BROKEN: &str = "the connection failed";
const DEEP: &str = "nested deeper than 100 levels";
const HEAD: &str = "header fields are more, or longer, than mixinspec reads";
const MUCH: &str = "the answers that come at once are longer than 4194304 bytes in all";
const ANOTHERS: &str = "The answer's conversation_id is the request's.";
const LONG: &str = "the answer's body is longer than 2097152 bytes";

/// Every fixture, with what comes of it.
pub(super) const FIXTURES: &[Fixture] = &[
    // Too much.
    fixture!(endless_body, open(LONG), open(LONG)),
    fixture!(gigabyte_announced, open(LONG), open(LONG)),
    fixture!(body_of_one_byte_too_many, open(LONG), open(LONG)),
    fixture!(bodies_of_just_not_too_many, patiently(MUCH), patiently(MUCH)),
    fixture!(long_bodies, passes(), passes()),
    fixture!(deep_json, open(DEEP), open(DEEP)),
    fixture!(json_of_many_values, open("more than 100000 values"), open("more than 100000 values")),
    fixture!(gzip_bomb, fails("content-encoding: gzip"), fails("content-encoding: gzip")),
    fixture!(header_flood, open(HEAD), open(HEAD)),
    fixture!(endless_header_flood, open(HEAD), open(HEAD)),
    fixture!(huge_header, open(HEAD), open(HEAD)),
    fixture!(chunk_extensions, open(EXTENSIONS), open(EXTENSIONS)),
    fixture!(informational_flood, open(LATE), open(CUT_SHORT)),
    // Too slow.
    fixture!(slow_head, open(LATE), open(CUT_SHORT)),
    fixture!(slow_body, open(LATE), open(CUT_SHORT)),
    fixture!(never_answering, open(LATE), open(CUT_SHORT)),
    fixture!(answering_once_a_connection, fails(SELDOM), fails(SELDOM)),
    fixture!(never_reading, open(LATE), open(CUT_SHORT)),
    fixture!(half_closed_before_the_answer, open(BROKEN), fails(BROKEN)),
    // Not HTTP.
    fixture!(close_after_accept, open(BROKEN), fails(BROKEN)),
    fixture!(reset_in_the_body, open(BROKEN), fails(BROKEN)),
    fixture!(length_too_long, open(BROKEN), fails(BROKEN)),
    fixture!(length_negative, open(BROKEN), fails(BROKEN)),
    fixture!(length_twice, open(BROKEN), fails(BROKEN)),
    fixture!(bad_chunk_size, open(BROKEN), fails(BROKEN)),
    fixture!(chunk_cut_short, open(BROKEN), fails(BROKEN)),
    fixture!(nul_in_a_header, open(BROKEN), fails(BROKEN)),
    fixture!(http_0_9, open(BROKEN), fails(BROKEN)),
    // HTTP, and not what was asked for.
    fixture!(length_too_short, fails("the body is no JSON"), fails("the body is no JSON")),
    fixture!(invalid_utf8, fails("no UTF-8"), fails("no UTF-8")),
    fixture!(redirect_loop, fails("HTTP 307"), fails("HTTP 307")),
    fixture!(upgrade, fails("HTTP 101"), fails("HTTP 101")),
    fixture!(answered_before_the_request, either(AT_ONCE), either(AT_ONCE)),
    fixture!(two_answers, passes(), passes()),
    // What nobody asked for and is there already ends the connection; what comes later is taken for the next answer.
    fixture!(two_answers_at_once_kept_alive, passes(), passes()),
    fixture!(two_answers_kept_alive, fails(ANOTHERS), fails(ANOTHERS)),
    fixture!(length_too_short_kept_alive, fails("the body is no JSON"), fails("the body is no JSON")),
    fixture!(more_than_the_length_later, fails(BROKEN), fails(BROKEN)),
    fixture!(length_and_chunks, passes(), passes()),
    // Legal.
    fixture!(duplicate_headers, passes(), passes()),
    fixture!(trailers, passes(), passes()),
    fixture!(informational, passes(), passes()),
    fixture!(half_closed_after_the_answer, passes(), passes()),
];

fn endless_body(link: &mut Link) -> io::Result<()> {
    link.request()?;
    link.send("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{\"data\":{\"name\":\"")?;
    loop {
        link.send([b'x'; 1 << 16])?;
    }
}

fn slow_head(link: &mut Link) -> io::Result<()> {
    link.request()?;
    link.send("HTTP/1.1 200 OK\r\nx-slow: ")?;
    loop {
        link.send("x")?;
        link.pause(Duration::from_millis(50))?;
    }
}

fn slow_body(link: &mut Link) -> io::Result<()> {
    link.request()?;
    link.send("HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")?;
    loop {
        link.send(" ")?;
        link.pause(Duration::from_millis(50))?;
    }
}

fn never_answering(link: &mut Link) -> io::Result<()> {
    link.request()?;
    link.be_silent()
}

fn never_reading(link: &mut Link) -> io::Result<()> {
    link.be_silent()
}

fn close_after_accept(_: &mut Link) -> io::Result<()> {
    Ok(())
}

fn deep_json(link: &mut Link) -> io::Result<()> {
    link.request()?;
    let body = format!("{{\"data\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    link.send(format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len()))
}

fn gigabyte_announced(link: &mut Link) -> io::Result<()> {
    link.request()?;
    link.send("HTTP/1.1 200 OK\r\ncontent-length: 1073741824\r\n\r\n{\"data\":")?;
    link.be_silent()
}

/// The most that is read of a body.
const READ: usize = 2 << 20;

/// Sends the right answer with an additional member that makes it so long.
fn body_of(link: &mut Link, length: usize) -> io::Result<()> {
    let request = link.request()?;
    let mut answer = link.ask(&request)?;
    let start = b"{\"mixinspec_padding\":\"";
    let padding = length - answer.body.len() - start.len() - 1;
    let rest = answer.body.split_off(1);
    answer.body = [start, &b"x".repeat(padding)[..], b"\",", &rest].concat();
    link.send(answer.whole(&[]))
}

fn body_of_one_byte_too_many(link: &mut Link) -> io::Result<()> {
    body_of(link, READ + 1)
}

fn bodies_of_just_not_too_many(link: &mut Link) -> io::Result<()> {
    body_of(link, READ)
}

fn long_bodies(link: &mut Link) -> io::Result<()> {
    body_of(link, 80 << 10)
}

fn json_of_many_values(link: &mut Link) -> io::Result<()> {
    link.request()?;
    let body = format!("{{\"data\":{{\"circles\":[{}0]}}}}", "0,".repeat(200_000));
    link.send(format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len()))
}

/// A mebibyte that inflates to 160 of spaces. The checksum is wrong, which one learns when it is all inflated.
fn bomb() -> Vec<u8> {
    let mut bits: Vec<bool> = Vec::new();
    let mut code = |text: &str, times: usize| {
        bits.extend(text.bytes().map(|bit| bit == b'1').collect::<Vec<_>>().repeat(times));
    };
    // The last block, of the fixed code (RFC 1951, 3.2.6): a space, then matches of 258 bytes at distance 1, the end.
    code("110", 1);
    code("01010000", 1);
    code("1100010100000", (8 << 20) / 13);
    code("0000000", 1);
    let bytes = bits.chunks(8).map(|byte| byte.iter().rev().fold(0, |byte, bit| byte << 1 | u8::from(*bit)));
    [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255].into_iter().chain(bytes).chain([0; 8]).collect()
}

fn gzip_bomb(link: &mut Link) -> io::Result<()> {
    static BOMB: OnceLock<Vec<u8>> = OnceLock::new();
    link.request()?;
    let body = BOMB.get_or_init(bomb);
    let fields = "content-type: application/json\r\ncontent-encoding: gzip\r\nconnection: close";
    link.send(format!("HTTP/1.1 200 OK\r\n{fields}\r\ncontent-length: {}\r\n\r\n", body.len()))?;
    link.send(body)
}

fn header_flood(link: &mut Link) -> io::Result<()> {
    let request = link.request()?;
    let answer = link.ask(&request)?;
    let flood: Vec<String> = (0..1000).map(|number| format!("x-flood-{number}: {}", "x".repeat(100))).collect();
    link.send(answer.whole(&flood.iter().map(String::as_str).collect::<Vec<_>>()))
}

fn endless_header_flood(link: &mut Link) -> io::Result<()> {
    link.request()?;
    link.send("HTTP/1.1 200 OK\r\n")?;
    loop {
        link.send("x-flood: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n".repeat(100))?;
    }
}

fn huge_header(link: &mut Link) -> io::Result<()> {
    let request = link.request()?;
    let answer = link.ask(&request)?;
    link.send(answer.whole(&[&format!("x-huge: {}", "x".repeat(1 << 20))]))
}

fn informational_flood(link: &mut Link) -> io::Result<()> {
    link.request()?;
    loop {
        link.send("HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n".repeat(100))?;
    }
}

fn half_closed_before_the_answer(link: &mut Link) -> io::Result<()> {
    link.request()?;
    link.close_half()?;
    link.be_silent()
}

fn half_closed_after_the_answer(link: &mut Link) -> io::Result<()> {
    let request = link.request()?;
    let answer = link.ask(&request)?;
    link.send(answer.whole(&[]))?;
    link.close_half()?;
    link.be_silent()
}

fn reset_in_the_body(link: &mut Link) -> io::Result<()> {
    // The request is not read to its end, so that closing resets the connection.
    link.head()?;
    link.send("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"data\":")
}

fn length_too_long(link: &mut Link) -> io::Result<()> {
    let request = link.request()?;
    let answer = link.ask(&request)?;
    let mut bytes = answer.head(&[&format!("content-length: {}", answer.body.len() + 10), "connection: close"]);
    bytes.extend(&answer.body);
    link.send(bytes)
}

fn length_too_short(link: &mut Link) -> io::Result<()> {
    let request = link.request()?;
    let answer = link.ask(&request)?;
    let mut bytes = answer.head(&[&format!("content-length: {}", answer.body.len() - 10), "connection: close"]);
    bytes.extend(&answer.body);
    link.send(bytes)
}

/// The right answer with these fields of length and transfer in place of the right ones.
fn framed(link: &mut Link, fields: &[&str]) -> io::Result<()> {
    let request = link.request()?;
    let answer = link.ask(&request)?;
    let mut bytes = answer.head(fields);
    bytes.extend(&answer.body);
    link.send(bytes)
}

fn length_negative(link: &mut Link) -> io::Result<()> {
    framed(link, &["content-length: -1", "connection: close"])
}

fn length_twice(link: &mut Link) -> io::Result<()> {
    framed(link, &["content-length: 10", "content-length: 20", "connection: close"])
}

fn bad_chunk_size(link: &mut Link) -> io::Result<()> {
    framed(link, &["transfer-encoding: chunked"])
}

fn chunk_cut_short(link: &mut Link) -> io::Result<()> {
    link.request()?;
    link.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n100\r\n{\"data\":")
}

fn nul_in_a_header(link: &mut Link) -> io::Result<()> {
    let request = link.request()?;
    let answer = link.ask(&request)?;
    link.send(answer.whole(&["x-nul: a\0b"]))
}

fn http_0_9(link: &mut Link) -> io::Result<()> {
    let request = link.request()?;
    let answer = link.ask(&request)?;
    link.send(answer.body)
}

fn chunk_extensions(link: &mut Link) -> io::Result<()> {
    let request = link.request()?;
    let answer = link.ask(&request)?;
    let mut bytes = answer.head(&["transfer-encoding: chunked", "connection: close"]);
    for byte in answer.body {
        bytes.extend(format!("1;note={:0100}\r\n{}\r\n", 0, char::from(byte)).into_bytes());
    }
    bytes.extend(b"0\r\n\r\n");
    link.send(bytes)
}

fn invalid_utf8(link: &mut Link) -> io::Result<()> {
    let request = link.request()?;
    let mut answer = link.ask(&request)?;
    answer.body.splice(1..1, *b"\"mixinspec_note\":\"\xff\xfe\",");
    link.send(answer.whole(&[]))
}

fn redirect_loop(link: &mut Link) -> io::Result<()> {
    link.request()?;
    let fields = "location: /conversations\r\ncontent-length: 0\r\nconnection: close";
    link.send(format!("HTTP/1.1 307 Temporary Redirect\r\n{fields}\r\n\r\n"))
}

fn upgrade(link: &mut Link) -> io::Result<()> {
    link.request()?;
    link.send(b"HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n\x81\x05hello")
}

fn answered_before_the_request(link: &mut Link) -> io::Result<()> {
    link.send("HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\n{\"data\":{}}")?;
    link.request()?;
    link.be_silent()
}

/// An answer after which the connection stays open, with a length that is so many bytes short.
fn kept_alive(answer: &Answer, short: usize) -> Vec<u8> {
    let length = format!("content-length: {}", answer.body.len() - short);
    [answer.head(&[&length]), answer.body.clone()].concat()
}

fn answering_once_a_connection(link: &mut Link) -> io::Result<()> {
    let request = link.request()?;
    let answer = link.ask(&request)?;
    link.send(kept_alive(&answer, 0))?;
    link.request()?;
    link.be_silent()
}

fn two_answers(link: &mut Link) -> io::Result<()> {
    let request = link.request()?;
    let answer = link.ask(&request)?;
    link.send([answer.whole(&[]), answer.whole(&[])].concat())
}

fn two_answers_at_once_kept_alive(link: &mut Link) -> io::Result<()> {
    loop {
        let request = link.request()?;
        let answer = kept_alive(&link.ask(&request)?, 0);
        link.send([&answer[..], &answer[..]].concat())?;
    }
}

/// The second one comes when the next request may be on its way: it looks like the answer to that.
fn two_answers_kept_alive(link: &mut Link) -> io::Result<()> {
    loop {
        let request = link.request()?;
        let answer = kept_alive(&link.ask(&request)?, 0);
        link.send(&answer)?;
        link.pause(Duration::from_millis(2))?;
        link.send(&answer)?;
    }
}

/// What is left of the body stands where the next answer should begin.
fn length_too_short_kept_alive(link: &mut Link) -> io::Result<()> {
    loop {
        let request = link.request()?;
        let answer = link.ask(&request)?;
        link.send(kept_alive(&answer, 10))?;
    }
}

/// The answer is right, and what follows it comes when the next request may be on its way.
fn more_than_the_length_later(link: &mut Link) -> io::Result<()> {
    loop {
        let request = link.request()?;
        let answer = link.ask(&request)?;
        link.send(kept_alive(&answer, 0))?;
        link.pause(Duration::from_millis(2))?;
        link.send("}}}}}}}}}}")?;
    }
}

fn length_and_chunks(link: &mut Link) -> io::Result<()> {
    let request = link.request()?;
    let answer = link.ask(&request)?;
    // RFC 9112, 6.3: the transfer encoding overrides the length.
    link.send(answer.chunked(&["content-length: 3"], ""))
}

fn duplicate_headers(link: &mut Link) -> io::Result<()> {
    let request = link.request()?;
    let answer = link.ask(&request)?;
    link.send(answer.whole(&["vary: origin", "vary: accept", "x-twice: 1", "x-twice: 1"]))
}

fn trailers(link: &mut Link) -> io::Result<()> {
    let request = link.request()?;
    let answer = link.ask(&request)?;
    link.send(answer.chunked(&["trailer: x-checksum"], "x-checksum: 1\r\n"))
}

fn informational(link: &mut Link) -> io::Result<()> {
    let request = link.request()?;
    link.send("HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n".repeat(10))?;
    let answer = link.ask(&request)?;
    link.send(answer.whole(&[]))
}
