//! Serves an HTTP/1 connection without hyper, so that it can write an answer in every way that RFC 9112 allows.
//!
//! It reads requests one after another, passes each to the router, and writes the answer. It does only what this needs:
//! no upgrades, no pipelining of answers, and a request that is not well-formed ends the connection.

use std::convert::Infallible;
use std::fmt::Write as _;
use std::io;
use std::time::{Duration, SystemTime};

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, header};
use bytes::{Buf, Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::service::Service;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use crate::patience::Patience;

use super::around::{LARGE, length, refused_for_size};
use super::wire::{BodyEnd, HeaderNames, Http1, TooLarge};

/// The maximum length of a request's head.
const HEAD: usize = 64 << 10;
/// The maximum length of a body; the router refuses shorter ones already.
const BODY: usize = 16 << 20;
/// How much of an answer's head, and of its body, is written in small pieces.
const PIECES: usize = 4 << 10;
/// How many chunks of an answer have extensions: clients limit the total length of extensions (RFC 9112, section
/// 7.1.1).
const EXTENDED: usize = 100;
/// How long a closed connection still reads what its client sends, so that the client sees the answer (RFC 9112,
/// section 9.6).
const LINGER: Duration = Duration::from_secs(5);

/// Serves a connection until it ends or the server stops.
pub(crate) async fn serve(
    stream: TcpStream,
    service: impl Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
    http1: Http1,
    patience: Patience,
    mut stopping: watch::Receiver<()>,
) {
    let mut connection = Connection { stream, read: BytesMut::new(), http1, answered: 0 };
    loop {
        let idle = connection.http1.idle.unwrap_or(patience.idle);
        let next = tokio::select! {
            arrived = timeout(idle, connection.arrives()) => arrived.unwrap_or(Ok(false)),
            _ = stopping.changed() => Ok(false),
        };
        if !matches!(next, Ok(true)) {
            return;
        }
        // An error of the connection is the client's affair.
        let Ok(Ok(Some(request))) = timeout(patience.body, connection.request()).await else { return };
        let is_head = request.method() == Method::HEAD;
        let unread = connection.http1.large_bodies_unread && length(request.headers()).is_some_and(|l| l > LARGE);
        let (request, closes) = if unread {
            (None, true)
        } else {
            let closes = request.headers().get(header::CONNECTION).is_some_and(|value| value == "close");
            let Ok(Ok(request)) = timeout(patience.body, connection.with_body(request)).await else { return };
            (Some(request), closes)
        };
        let response = match request {
            Some(request) => service.call(request).await.unwrap_or_else(|never| match never {}),
            None => refused_for_size(TooLarge::Proxy(413)),
        };
        match connection.answer(response, closes, is_head).await {
            Ok(true) => {}
            Ok(false) => return connection.linger().await,
            Err(_) => return,
        }
    }
}

struct Connection {
    stream: TcpStream,
    /// Bytes that were read, but not used yet.
    read: BytesMut,
    http1: Http1,
    answered: u32,
}

impl Connection {
    /// Waits for the first byte of a request; `false` at the end of the connection.
    async fn arrives(&mut self) -> io::Result<bool> {
        Ok(!self.read.is_empty() || self.stream.read_buf(&mut self.read).await? > 0)
    }

    async fn more(&mut self) -> io::Result<()> {
        if self.stream.read_buf(&mut self.read).await? == 0 { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
    }

    /// Reads up to the next `end`, and returns the bytes before it.
    async fn until(&mut self, end: &[u8], most: usize) -> io::Result<Bytes> {
        loop {
            if let Some(at) = self.read.windows(end.len()).position(|window| window == end) {
                let before = self.read.split_to(at).freeze();
                self.read.advance(end.len());
                return Ok(before);
            }
            if self.read.len() > most {
                return Err(io::ErrorKind::InvalidData.into());
            }
            self.more().await?;
        }
    }

    /// The head of a request; `None` where it is not well-formed.
    async fn request(&mut self) -> io::Result<Option<Request<()>>> {
        let mut text = self.until(b"\r\n\r\n", HEAD).await?.to_vec();
        text.extend(b"\r\n\r\n");
        let mut fields = [httparse::EMPTY_HEADER; 64];
        let mut head = httparse::Request::new(&mut fields);
        if !matches!(head.parse(&text), Ok(httparse::Status::Complete(_))) {
            return Ok(None);
        }
        let mut request = Request::builder().method(head.method.unwrap_or_default()).uri(head.path.unwrap_or_default());
        for field in head.headers.iter() {
            request = request.header(field.name, field.value);
        }
        Ok(request.body(()).ok())
    }

    async fn with_body(&mut self, request: Request<()>) -> io::Result<Request<Body>> {
        let (head, ()) = request.into_parts();
        if head.headers.contains_key(header::EXPECT) {
            self.stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
        }
        let body = if head.headers.contains_key(header::TRANSFER_ENCODING) {
            self.chunks().await?
        } else {
            let length = length(&head.headers).and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
            self.exactly(length).await?
        };
        Ok(Request::from_parts(head, Body::from(body)))
    }

    async fn exactly(&mut self, length: usize) -> io::Result<Bytes> {
        if length > BODY {
            return Err(io::ErrorKind::InvalidData.into());
        }
        while self.read.len() < length {
            self.more().await?;
        }
        Ok(self.read.split_to(length).freeze())
    }

    async fn chunks(&mut self) -> io::Result<Bytes> {
        let mut body = BytesMut::new();
        loop {
            let line = self.until(b"\r\n", HEAD).await?;
            let size = line.split(|byte| *byte == b';').next().unwrap_or_default();
            let size = std::str::from_utf8(size).ok().and_then(|size| usize::from_str_radix(size.trim(), 16).ok());
            let size = size.filter(|size| body.len() + size <= BODY).ok_or(io::ErrorKind::InvalidData)?;
            if size == 0 {
                // Skip the trailers and the empty line.
                while !self.until(b"\r\n", HEAD).await?.is_empty() {}
                return Ok(body.freeze());
            }
            body.extend_from_slice(&self.exactly(size).await?);
            self.until(b"\r\n", 2).await?;
        }
    }

    /// Writes an answer, and returns whether the connection stays open.
    async fn answer(&mut self, response: Response<Body>, closes: bool, is_head: bool) -> io::Result<bool> {
        let (head, body) = response.into_parts();
        // The body of an answer is in memory already.
        let body = body.collect().await.map(|all| all.to_bytes()).unwrap_or_default();
        self.answered += 1;
        let is_last = self.http1.answers.is_some_and(|most| self.answered >= most);
        let says_close = head.headers.get(header::CONNECTION).is_some_and(|value| value == "close");
        let framing = if self.http1.old && self.http1.framing != BodyEnd::Length {
            // HTTP/1.0 has no chunked coding.
            BodyEnd::Close
        } else {
            self.http1.framing
        };
        let stays = !(closes || is_last || says_close || self.http1.old || framing == BodyEnd::Close);

        let mut text = String::new();
        for &status in self.http1.interim {
            self.interim(&mut text, status);
        }
        self.status_line(&mut text, head.status);
        self.fields(&mut text, &head.headers);
        if !self.http1.without_date && !head.headers.contains_key(header::DATE) {
            self.field(&mut text, "date", &httpdate::fmt_http_date(SystemTime::now()));
        }
        match framing {
            BodyEnd::Length => self.field(&mut text, "content-length", &body.len().to_string()),
            BodyEnd::Chunks => self.field(&mut text, "transfer-encoding", "chunked"),
            BodyEnd::ChunksWithMore => {
                self.field(&mut text, "trailer", "x-checksum");
                self.field(&mut text, "transfer-encoding", "chunked");
            }
            BodyEnd::Close => {}
        }
        if !stays && !says_close {
            self.field(&mut text, "connection", "close");
        }
        text.push_str("\r\n");
        self.send(text.as_bytes()).await?;
        if let Some(pause) = self.http1.body_after {
            sleep(pause).await;
        }
        if !is_head {
            self.send(&framed(framing, &body)).await?;
        }
        Ok(stays)
    }

    fn interim(&self, text: &mut String, status: u16) {
        self.status_line(text, StatusCode::from_u16(status).unwrap_or(StatusCode::CONTINUE));
        if status == 103 {
            self.field(text, "link", "</style.css>; rel=preload; as=style");
        }
        text.push_str("\r\n");
    }

    fn status_line(&self, text: &mut String, status: StatusCode) {
        let version = if self.http1.old { "HTTP/1.0" } else { "HTTP/1.1" };
        let reason = if self.http1.without_reason { "" } else { status.canonical_reason().unwrap_or_default() };
        let _infallible = write!(text, "{version} {} {reason}\r\n", status.as_u16());
    }

    fn fields(&self, text: &mut String, headers: &HeaderMap) {
        for (name, value) in headers.iter().filter(|(name, _)| !is_framing(name)) {
            self.field(text, name.as_str(), &text_of(value));
        }
    }

    fn field(&self, text: &mut String, name: &str, value: &str) {
        let name = match self.http1.names {
            HeaderNames::Lower => name.to_owned(),
            HeaderNames::Upper => name.to_ascii_uppercase(),
            HeaderNames::Title => {
                let word = |word: &str| word[..1.min(word.len())].to_ascii_uppercase() + &word[1.min(word.len())..];
                name.split('-').map(word).collect::<Vec<_>>().join("-")
            }
        };
        let _infallible = match self.http1.spaced {
            true => write!(text, "{name}:\t  {value} \t\r\n"),
            false => write!(text, "{name}: {value}\r\n"),
        };
    }

    async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        let Some(piece) = self.http1.piece else { return self.stream.write_all(bytes).await };
        // A megabyte in small pieces would take longer than a client waits.
        let (first, rest) = bytes.split_at(bytes.len().min(PIECES));
        for piece in first.chunks(piece).chain(rest.chunks(PIECES)) {
            // Nagle's algorithm is off, so each piece is sent at once.
            self.stream.write_all(piece).await?;
        }
        Ok(())
    }

    /// Closes the sending side, and reads what the client still sends.
    async fn linger(mut self) {
        let _best_effort = self.stream.shutdown().await;
        let mut rest = vec![0; 1 << 16];
        let taking = async { while matches!(self.stream.read(&mut rest).await, Ok(1..)) {} };
        let _in_time = timeout(LINGER, taking).await;
    }
}

fn is_framing(name: &HeaderName) -> bool {
    *name == header::CONTENT_LENGTH || *name == header::TRANSFER_ENCODING
}

fn text_of(value: &HeaderValue) -> String {
    String::from_utf8_lossy(value.as_bytes()).into_owned()
}

/// The bytes of a body on the wire, after the head.
fn framed(framing: BodyEnd, body: &[u8]) -> Vec<u8> {
    let (extension, trailers) = match framing {
        BodyEnd::Length | BodyEnd::Close => return body.to_vec(),
        BodyEnd::Chunks => ("", ""),
        BodyEnd::ChunksWithMore => (";note=\"a; b\"", "X-Checksum: none\r\n"),
    };
    let mut text = Vec::new();
    for (at, chunk) in body.chunks(100).enumerate() {
        let extension = if at < EXTENDED { extension } else { "" };
        text.extend(format!("{:X}{extension}\r\n", chunk.len()).as_bytes());
        text.extend(chunk);
        text.extend(b"\r\n");
    }
    text.extend(format!("0\r\n{trailers}\r\n").as_bytes());
    text
}
