//! The table of hostile servers. Each function serves one connection.

use std::io;
use std::time::Duration;

use super::server::Link;
use super::{Expected, Fixture};

/// Some musts could not be decided, or nothing could; nothing failed.
const fn open(says: &'static str) -> Expected {
    Expected { status: 3, says, seconds: 60 }
}

/// A must failed.
const fn fails(says: &'static str) -> Expected {
    Expected { status: 1, says, seconds: 60 }
}

macro_rules! fixture {
    ($serve:ident, $always:expr, $later:expr) => {
        Fixture { name: stringify!($serve), serve: $serve, always: $always, later: $later }
    };
}

const LATE: &str = "no complete answer within 1s";
const CUT_SHORT: &str = "The run was cut short: the server answered none of";
const LONG: &str = "the answer's body is longer than 2097152 bytes";

/// Every fixture, with what comes of it.
pub(super) const FIXTURES: &[Fixture] = &[
    fixture!(endless_body, open(LONG), open(LONG)),
    fixture!(gigabyte_announced, open(LONG), open(LONG)),
    fixture!(deep_json, open("nested deeper than 100 levels"), open("nested deeper than 100 levels")),
    fixture!(slow_head, open(LATE), open(CUT_SHORT)),
    fixture!(slow_body, open(LATE), open(CUT_SHORT)),
    fixture!(never_answering, open(LATE), open(CUT_SHORT)),
    fixture!(never_reading, open(LATE), open(CUT_SHORT)),
    fixture!(
        close_after_accept,
        open("connection closed before message completed"),
        fails("none: the connection failed")
    ),
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
