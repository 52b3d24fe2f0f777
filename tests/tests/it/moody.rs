//! A server that now and then answers one kind of request wrongly: a proxy in front of the reference server.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::sync::{Arc, Mutex};

use mixinspec_server::{Edition, Policy, Running};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::conformance::serve;

/// A kind of request, by its meaning to the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    /// The first creation of a GROUP.
    Group,
    /// The first creation of a CONTACT.
    Contact,
    /// A GROUP, created again by its creator.
    GroupAgain,
    /// A GROUP, created again by another member.
    GroupByMember,
    /// A GROUP, created again by an outsider.
    GroupFromOutside,
    /// A CONTACT, created again by its creator.
    ContactAgain,
    /// A CONTACT, created by its other side, too.
    ContactFromOther,
    /// A request that is refused for its content.
    Refused,
    /// A request that is refused for its credential.
    Unauthorized,
    /// A conversation, read by a member.
    Read,
    /// A conversation, read by an outsider.
    ReadFromOutside,
}

impl Kind {
    /// All kinds.
    pub(crate) const ALL: [Self; 11] = [
        Self::Group,
        Self::Contact,
        Self::GroupAgain,
        Self::GroupByMember,
        Self::GroupFromOutside,
        Self::ContactAgain,
        Self::ContactFromOther,
        Self::Refused,
        Self::Unauthorized,
        Self::Read,
        Self::ReadFromOutside,
    ];

    /// Spoils the right answer to such a request, in a way that only this kind of request shows.
    fn spoil(self, body: &mut Value) {
        let data = &mut body["data"];
        let other = json!("11111111-1111-4111-8111-111111111111");
        match self {
            Self::Group => {
                for participant in data["participants"].as_array_mut().into_iter().flatten() {
                    participant["role"] = json!("");
                }
            }
            Self::Contact => data["participants"] = json!([data["participants"][0]]),
            Self::GroupAgain | Self::GroupByMember => {
                data["code_url"] = json!("https://mixin.one/codes/11111111-1111-4111-8111-111111111111");
                data["code_id"] = other;
            }
            Self::ContactAgain | Self::ContactFromOther | Self::Read => data["creator_id"] = other,
            Self::Unauthorized | Self::ReadFromOutside | Self::GroupFromOutside => {
                *body = json!({"data": {"conversation_id": other}})
            }
            Self::Refused => *body = json!({"error": {"status": 500, "code": 500, "description": "Oops."}}),
        }
    }
}

/// Decides which answers are spoiled, and counts the requests of each kind.
#[derive(Debug)]
pub(crate) struct Mood {
    kind: Option<Kind>,
    /// How many answers in a million are spoiled.
    chance: u64,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    random: u64,
    /// The creator of each conversation.
    creators: HashMap<String, String>,
    counts: BTreeMap<Kind, u64>,
    spoiled: u64,
}

impl Mood {
    /// A mood that spoils no answer.
    pub(crate) fn right() -> Self {
        Self { kind: None, chance: 0, state: Mutex::default() }
    }

    /// A mood that spoils this many in a million answers to this kind of request, at random.
    pub(crate) fn spoiling(kind: Kind, chance: u64, seed: u64) -> Self {
        let state = State { random: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1, ..State::default() };
        Self { kind: Some(kind), chance, state: Mutex::new(state) }
    }

    /// The number of requests of each kind.
    pub(crate) fn counts(&self) -> BTreeMap<Kind, u64> {
        self.state.lock().expect("a lock").counts.clone()
    }

    /// The number of spoiled answers.
    pub(crate) fn spoiled(&self) -> u64 {
        self.state.lock().expect("a lock").spoiled
    }

    fn answer(&self, head: &str, request: &[u8], answer_head: &mut String, body: &mut Vec<u8>) {
        let is_reading = head.starts_with("GET /conversations/");
        if !is_reading && !head.starts_with("POST /conversations") {
            return;
        }
        let Ok(mut answer) = serde_json::from_slice::<Value>(body) else { return };
        let mut state = self.state.lock().expect("a lock");
        let Some(kind) = state.kind(is_reading, head, request, &answer) else { return };
        *state.counts.entry(kind).or_default() += 1;
        if self.kind == Some(kind) && state.draw() % 1_000_000 < self.chance {
            state.spoiled += 1;
            kind.spoil(&mut answer);
            if matches!(kind, Kind::Unauthorized | Kind::ReadFromOutside | Kind::GroupFromOutside) {
                let rest = answer_head.split_once("\r\n").map(|(_, rest)| rest.to_owned()).unwrap_or_default();
                *answer_head = format!("HTTP/1.1 200 OK\r\n{rest}");
            }
            *body = answer.to_string().into_bytes();
        }
    }
}

impl State {
    fn kind(&mut self, is_reading: bool, head: &str, request: &[u8], answer: &Value) -> Option<Kind> {
        let is_refused = answer.get("error").is_some();
        if answer["error"]["code"] == 401 {
            return Some(Kind::Unauthorized);
        }
        if is_reading {
            return Some(if is_refused { Kind::ReadFromOutside } else { Kind::Read });
        }
        let request: Value = serde_json::from_slice(request).unwrap_or_default();
        if is_refused {
            let is_there = request["conversation_id"].as_str().is_some_and(|id| self.creators.contains_key(id));
            let is_from_outside = is_there && request["category"] == "GROUP" && answer["error"]["code"] == 403;
            return Some(if is_from_outside { Kind::GroupFromOutside } else { Kind::Refused });
        }
        let group = answer["data"]["category"] == "GROUP";
        let id = answer["data"]["conversation_id"].as_str()?.to_owned();
        let caller = caller(head)?;
        match self.creators.get(&id) {
            None => {
                // A creation whose category serde_json cannot read belongs to no kind.
                self.creators.insert(id, caller);
                request.get("category")?;
                Some(if group { Kind::Group } else { Kind::Contact })
            }
            Some(creator) if *creator == caller => Some(if group { Kind::GroupAgain } else { Kind::ContactAgain }),
            Some(_) => Some(if group { Kind::GroupByMember } else { Kind::ContactFromOther }),
        }
    }

    /// The next random number (xorshift64*).
    fn draw(&mut self) -> u64 {
        self.random ^= self.random >> 12;
        self.random ^= self.random << 25;
        self.random ^= self.random >> 27;
        self.random.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 20
    }
}

/// The `uid` claim of a request's token.
fn caller(head: &str) -> Option<String> {
    let token = head.lines().find_map(|line| line.strip_prefix("authorization: Bearer "))?;
    let claims = base64_of(token.split('.').nth(1)?)?;
    let claims: Value = serde_json::from_slice(&claims).ok()?;
    Some(claims["uid"].as_str()?.to_owned())
}

fn base64_of(text: &str) -> Option<Vec<u8>> {
    let digit =
        |c: u8| b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".iter().position(|d| *d == c);
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_usize, 0);
    for character in text.bytes() {
        bits = bits << 6 | digit(character)?;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).ok()?);
        }
    }
    Some(bytes)
}

/// A running moody server.
#[derive(Debug)]
pub(crate) struct Moody {
    pub(crate) url: String,
    accepting: JoinHandle<()>,
    behind: Running,
}

impl Moody {
    pub(crate) async fn start(edition: Edition, mood: Arc<Mood>) -> Self {
        let (upstream, behind) = serve(edition, Policy::default()).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let upstream = upstream.trim_start_matches("http://").to_owned();
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(connection(stream, upstream.clone(), Arc::clone(&mood)));
            }
        });
        Self { url, accepting, behind }
    }

    pub(crate) async fn stop(self) {
        self.accepting.abort();
        self.behind.stop().await;
    }
}

async fn connection(mut down: TcpStream, upstream: String, mood: Arc<Mood>) -> io::Result<()> {
    let mut up = TcpStream::connect(upstream).await?;
    down.set_nodelay(true)?;
    up.set_nodelay(true)?;
    let (down_reader, mut down_writer) = down.split();
    let (up_reader, mut up_writer) = up.split();
    let (mut down_reader, mut up_reader) = (BufReader::new(down_reader), BufReader::new(up_reader));
    loop {
        let (head, request) = message(&mut down_reader).await?;
        up_writer.write_all(&[rewritten(&head, request.len()).as_bytes(), &request[..]].concat()).await?;
        let (mut answer_head, mut body) = message(&mut up_reader).await?;
        mood.answer(&head, &request, &mut answer_head, &mut body);
        down_writer.write_all(&[rewritten(&answer_head, body.len()).as_bytes(), &body[..]].concat()).await?;
    }
}

/// A head with the Content-Length set to this length.
pub(crate) fn rewritten(head: &str, length: usize) -> String {
    let own = |line: &&str| !line.starts_with("content-length") && !line.starts_with("transfer-encoding");
    let lines: Vec<&str> = head.lines().filter(own).filter(|line| !line.is_empty()).collect();
    format!("{}\r\ncontent-length: {length}\r\n\r\n", lines.join("\r\n"))
}

/// Reads the head and the body of a request or an answer.
pub(crate) async fn message<R: tokio::io::AsyncRead + Unpin>(
    reader: &mut BufReader<R>,
) -> io::Result<(String, Vec<u8>)> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(reader.read_u8().await?);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let mut body = Vec::new();
    if head.contains("transfer-encoding: chunked") {
        loop {
            let mut line = Vec::new();
            while !line.ends_with(b"\r\n") {
                line.push(reader.read_u8().await?);
            }
            let size = usize::from_str_radix(String::from_utf8_lossy(&line).trim(), 16);
            let mut chunk = vec![0; size.map_err(|_| io::ErrorKind::InvalidData)? + 2];
            reader.read_exact(&mut chunk).await?;
            body.extend_from_slice(&chunk[..chunk.len() - 2]);
            if chunk.len() == 2 {
                break;
            }
        }
    } else if let Some(length) = head.lines().find_map(|line| line.strip_prefix("content-length: ")) {
        body = vec![0; length.parse().map_err(|_| io::ErrorKind::InvalidData)?];
        reader.read_exact(&mut body).await?;
    }
    Ok((head, body))
}
