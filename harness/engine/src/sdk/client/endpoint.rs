//! The server to which an SDK talks while it creates one conversation: records requests to the byte, and answers as it
//! is told. It judges nothing.
//!
//! Each call keeps its own port until the end of the run, so that even a late request can be assigned to it. A
//! connection is closed after one answer.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// How long a head may be, in bytes.
const HEAD: usize = 64 * 1024;
/// How long a body may be, in bytes.
const BODY: usize = 4 << 20;
/// How many requests are kept.
const KEPT: usize = 64;
/// How long a request may take to arrive.
const PATIENCE: Duration = Duration::from_secs(20);
/// The time after which an unfinished answer breaks off.
pub(crate) const SLOW: Duration = Duration::from_secs(2);

/// A request that arrived.
#[derive(Debug, Clone)]
pub(crate) struct Arrived {
    /// The method.
    pub(crate) method: String,
    /// The path with its query, as it stands in the request line.
    pub(crate) path: String,
    /// The header fields, names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    /// The body, to the byte.
    pub(crate) body: Bytes,
}

impl Arrived {
    /// The first field with this name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(have, _)| have == name).map(|(_, value)| value.as_str())
    }
}

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct HttpReply {
    /// The status.
    pub(crate) status: u16,
    /// The media type.
    pub(crate) content_type: String,
    /// The body.
    pub(crate) body: Bytes,
    /// How it ends.
    pub(crate) ending: mixinspec_spec::model::AnswerEnding,
    /// The pause, if its ending has one.
    pub(crate) pause: Duration,
}

/// A server for one call.
#[derive(Debug)]
pub(crate) struct Endpoint {
    /// Its base URL, without a slash at its end.
    pub(crate) url: String,
    arrived: Arc<Mutex<Vec<Arrived>>>,
    task: JoinHandle<()>,
}

impl Endpoint {
    /// Starts a server whose answers are made by a function of the request.
    pub(crate) async fn start(answer: impl Fn(&Arrived) -> HttpReply + Send + Sync + 'static) -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let arrived: Arc<Mutex<Vec<Arrived>>> = Arc::default();
        let (kept, answer) = (Arc::clone(&arrived), Arc::new(answer));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (kept, answer) = (Arc::clone(&kept), Arc::clone(&answer));
                // A failing connection is for the SDK to notice.
                tokio::spawn(async move {
                    let _ = tokio::time::timeout(PATIENCE, serve(stream, &kept, &*answer)).await;
                });
            }
        });
        Ok(Self { url, arrived, task })
    }

    /// The requests that have arrived so far.
    pub(crate) fn arrived(&self) -> Vec<Arrived> {
        self.arrived.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(
    mut stream: TcpStream,
    kept: &Mutex<Vec<Arrived>>,
    answer: &(dyn Fn(&Arrived) -> HttpReply + Send + Sync),
) -> std::io::Result<()> {
    let Some(request) = receive(&mut stream).await? else { return Ok(()) };
    let reply = answer(&request);
    {
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < KEPT {
            kept.push(request.clone());
        }
    }
    send(&mut stream, &request, &reply).await
}

/// Reads a request; `None` if it does not arrive whole.
async fn receive(stream: &mut TcpStream) -> std::io::Result<Option<Arrived>> {
    let mut data = Vec::new();
    let end = loop {
        if let Some(end) = find(&data, b"\r\n\r\n") {
            break end;
        }
        if data.len() > HEAD || stream.read_buf(&mut data).await? == 0 {
            return Ok(None);
        }
    };
    let head = String::from_utf8_lossy(&data[..end]).into_owned();
    let mut lines = head.split("\r\n");
    let mut words = lines.next().unwrap_or_default().split(' ');
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    // In the absolute form, which clients use for proxies, the request line has the whole URL.
    let path = path.strip_prefix("http://").map_or(path, |rest| rest.find('/').map_or("/", |at| &rest[at..]));
    let fields = lines.filter_map(|line| line.split_once(':'));
    let headers = fields.map(|(name, value)| (name.trim().to_lowercase(), value.trim().to_owned())).collect();
    let mut request = Arrived { method: method.to_owned(), path: path.to_owned(), headers, body: Bytes::new() };
    if request.header("expect").is_some_and(|value| value.eq_ignore_ascii_case("100-continue")) {
        stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
    }
    let mut data = data.split_off(end + 4);
    let chunked = request.header("transfer-encoding").is_some_and(|value| value.to_lowercase().contains("chunked"));
    let body = if chunked {
        loop {
            if let Some(body) = unchunked(&data) {
                break body;
            }
            if data.len() > 2 * BODY || stream.read_buf(&mut data).await? == 0 {
                return Ok(None);
            }
        }
    } else {
        let length = request.header("content-length").and_then(|value| value.parse::<usize>().ok()).unwrap_or(0);
        if length > BODY {
            return Ok(None);
        }
        while data.len() < length {
            if stream.read_buf(&mut data).await? == 0 {
                return Ok(None);
            }
        }
        data.truncate(length);
        data
    };
    request.body = body.into();
    Ok(Some(request))
}

/// The body of a chunked message, once all chunks are there.
fn unchunked(mut data: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = find(data, b"\r\n")?;
        let size = std::str::from_utf8(&data[..end]).ok()?.split(';').next()?.trim();
        let size = usize::from_str_radix(size, 16).ok()?;
        data = &data[end + 2..];
        if size == 0 {
            return find(data, b"\r\n").map(|_| body);
        }
        body.extend_from_slice(data.get(..size)?);
        data = data.get(size + 2..)?;
    }
}

fn find(data: &[u8], pattern: &[u8]) -> Option<usize> {
    data.windows(pattern.len()).position(|window| window == pattern)
}

async fn send(stream: &mut TcpStream, request: &Arrived, reply: &HttpReply) -> std::io::Result<()> {
    use mixinspec_spec::model::AnswerEnding;
    let echoed = request.header("x-request-id").map(|id| format!("x-request-id: {id}\r\n")).unwrap_or_default();
    let head = format!(
        "HTTP/1.1 {} Status\r\ncontent-type: {}\r\ncontent-length: {}\r\n{echoed}connection: close\r\n\r\n",
        reply.status,
        reply.content_type,
        reply.body.len(),
    );
    stream.write_all(head.as_bytes()).await?;
    let shown = match reply.ending {
        AnswerEnding::Whole => reply.body.len(),
        AnswerEnding::Cut | AnswerEnding::Slow => reply.body.len() / 2,
    };
    stream.write_all(&reply.body[..shown]).await?;
    stream.flush().await?;
    if reply.ending == AnswerEnding::Slow {
        tokio::time::sleep(reply.pause).await;
    }
    stream.shutdown().await?;
    // Wait until the other side closes: then it has read everything.
    let mut rest = [0; 1024];
    while stream.read(&mut rest).await? > 0 {}
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_put_together_once_all_are_there() {
        assert_eq!(unchunked(b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"), Some(b"abcde".to_vec()));
        assert_eq!(unchunked(b"3\r\nabc\r\n"), None);
        assert_eq!(unchunked(b"ffffffffffffffff\r\nabc"), None);
    }
}
