//! Servers that say what they like, byte for byte. The first connections can be answered rightly, by the reference
//! server behind, so that a run is under way when the hostility begins.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::program::Server;

/// How a fixture serves one connection; an error means that the other side has gone.
pub(crate) type Serve = fn(&mut Link) -> io::Result<()>;

/// The longest that a connection is held open by a fixture that says nothing.
const SILENCE: Duration = Duration::from_secs(120);

/// A server on the loopback interface, as long as it lives.
#[derive(Debug)]
pub(crate) struct Hostile {
    pub(crate) port: u16,
    stop: Arc<AtomicBool>,
    accepting: Option<JoinHandle<()>>,
    _behind: Arc<Server>,
}

impl Hostile {
    /// Starts one; so many connections are spared, each for one request.
    pub(crate) fn start(serve: Serve, spared: usize) -> Self {
        Self::before("", serve, spared)
    }

    /// Starts one before a reference server with these arguments.
    pub(crate) fn before(arguments: &str, serve: Serve, spared: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let stop = Arc::new(AtomicBool::new(false));
        let behind = Arc::new(Server::start(arguments));
        let (stopping, counting, server) = (Arc::clone(&stop), AtomicUsize::new(0), Arc::clone(&behind));
        let accepting = thread::spawn(move || {
            for stream in listener.incoming() {
                if stopping.load(Ordering::Relaxed) {
                    break;
                }
                let Ok(stream) = stream else { continue };
                let number = counting.fetch_add(1, Ordering::Relaxed);
                let mut link = Link { stream, behind: server.url.clone(), stop: Arc::clone(&stopping) };
                // A thread that nobody waits for: its connection ends with the program that is judged.
                thread::spawn(move || {
                    let _ = if number < spared { right(&mut link) } else { serve(&mut link) };
                });
            }
        });
        Self { port, stop, accepting: Some(accepting), _behind: behind }
    }
}

impl Drop for Hostile {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // Wakes the thread that accepts.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        if let Some(accepting) = self.accepting.take() {
            let _ = accepting.join();
        }
    }
}

/// One connection.
#[derive(Debug)]
pub(crate) struct Link {
    stream: TcpStream,
    behind: String,
    stop: Arc<AtomicBool>,
}

/// A request as it came.
#[derive(Debug)]
pub(crate) struct Request {
    /// Request line and header fields.
    pub(crate) head: String,
    /// The body, without what its transfer added.
    pub(crate) body: Vec<u8>,
}

/// An answer in its parts.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The status line, without its end.
    pub(crate) status: String,
    /// The header fields but those of connection and length.
    pub(crate) fields: Vec<String>,
    /// The body.
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// Status line and header fields with these beside them, up to the body.
    pub(crate) fn head(&self, fields: &[&str]) -> Vec<u8> {
        let mut text = format!("{}\r\n", self.status);
        for field in self.fields.iter().map(String::as_str).chain(fields.iter().copied()) {
            text.push_str(field);
            text.push_str("\r\n");
        }
        text.push_str("\r\n");
        text.into_bytes()
    }

    /// The whole answer, with its length.
    pub(crate) fn whole(&self, fields: &[&str]) -> Vec<u8> {
        let length = format!("content-length: {}", self.body.len());
        let fields: Vec<&str> = fields.iter().copied().chain([length.as_str(), "connection: close"]).collect();
        let mut bytes = self.head(&fields);
        bytes.extend_from_slice(&self.body);
        bytes
    }
}

impl Answer {
    /// The answer in two chunks.
    pub(crate) fn chunked(&self, fields: &[&str], trailers: &str) -> Vec<u8> {
        let fields: Vec<&str> =
            fields.iter().copied().chain(["transfer-encoding: chunked", "connection: close"]).collect();
        let mut bytes = self.head(&fields);
        let (one, other) = self.body.split_at(self.body.len() / 2);
        for chunk in [one, other] {
            bytes.extend(format!("{:x}\r\n", chunk.len()).into_bytes());
            bytes.extend(chunk);
            bytes.extend(b"\r\n");
        }
        bytes.extend(format!("0\r\n{trailers}\r\n").into_bytes());
        bytes
    }
}

impl Link {
    /// Sends bytes.
    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        self.stream.write_all(bytes.as_ref())
    }

    /// Waits a little between bytes; an error once the test is over.
    pub(crate) fn pause(&self, time: Duration) -> io::Result<()> {
        thread::sleep(time);
        if self.stop.load(Ordering::Relaxed) { Err(io::ErrorKind::ConnectionAborted.into()) } else { Ok(()) }
    }

    /// Says nothing, and does not close the connection.
    pub(crate) fn be_silent(&self) -> io::Result<()> {
        for _ in 0..SILENCE.as_millis() / 20 {
            self.pause(Duration::from_millis(20))?;
        }
        Ok(())
    }

    /// Says no more, and listens on.
    pub(crate) fn close_half(&mut self) -> io::Result<()> {
        self.stream.shutdown(Shutdown::Write)
    }

    /// Reads request line and header fields.
    pub(crate) fn head(&mut self) -> io::Result<String> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.byte()?);
        }
        Ok(String::from_utf8_lossy(&head).into_owned())
    }

    /// Reads a request.
    pub(crate) fn request(&mut self) -> io::Result<Request> {
        let head = self.head()?;
        let field =
            |name: &str| head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).map(str::to_owned);
        let mut body = Vec::new();
        if field("transfer-encoding").is_some() {
            loop {
                let mut line = Vec::new();
                while !line.ends_with(b"\r\n") {
                    line.push(self.byte()?);
                }
                let text = String::from_utf8_lossy(&line);
                let size = usize::from_str_radix(text.trim(), 16).map_err(|_| io::ErrorKind::InvalidData)?;
                let mut chunk = vec![0; size + 2];
                self.stream.read_exact(&mut chunk)?;
                body.extend_from_slice(&chunk[..size]);
                if size == 0 {
                    break;
                }
            }
        } else if let Some(length) = field("content-length").and_then(|text| text.parse().ok()) {
            body = vec![0; length];
            self.stream.read_exact(&mut body)?;
        }
        Ok(Request { head, body })
    }

    fn byte(&mut self) -> io::Result<u8> {
        let mut byte = [0];
        self.stream.read_exact(&mut byte)?;
        Ok(byte[0])
    }

    /// What the reference server says to a request.
    pub(crate) fn ask(&self, request: &Request) -> io::Result<Answer> {
        let address = self.behind.trim_start_matches("http://").trim_end_matches('/');
        let mut stream = TcpStream::connect(address)?;
        let mut head = String::new();
        for line in request.head.lines().filter(|line| !line.is_empty()) {
            let name = line.split(':').next().unwrap_or_default();
            if !["transfer-encoding", "content-length", "connection"].contains(&name) {
                head.push_str(line);
                head.push_str("\r\n");
            }
        }
        head.push_str(&format!("content-length: {}\r\nconnection: close\r\n\r\n", request.body.len()));
        stream.write_all(head.as_bytes())?;
        stream.write_all(&request.body)?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").ok_or(io::ErrorKind::InvalidData)?;
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let mut lines = head.lines().map(str::to_owned);
        let status = lines.next().unwrap_or_default();
        let own = |line: &String| !line.starts_with("content-length") && !line.starts_with("connection");
        Ok(Answer { status, fields: lines.filter(own).collect(), body: bytes[end + 4..].to_vec() })
    }
}

/// Answers one request as the reference server does.
pub(crate) fn right(link: &mut Link) -> io::Result<()> {
    let request = link.request()?;
    let answer = link.ask(&request)?;
    link.send(answer.whole(&[]))
}
