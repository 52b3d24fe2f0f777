//! A server that gives away what it was sent: the credential comes back in every part of its answers, in many guises.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::{Value, json};

pub(crate) use crate::guises::base64;
use crate::guises::{FRAMES, GUISES, WINDOW, parts};

/// One that listens as long as the tests run.
pub(crate) struct Echo {
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Echo {
    pub(crate) fn start() -> Self {
        Self::saying(said)
    }

    /// One that answers with every part of a token in every guise in turn.
    pub(crate) fn in_guises() -> Self {
        Self::saying(said_in_a_guise)
    }

    fn saying(say: Say) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let all = Arc::clone(&seen);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let seen = Arc::clone(&all);
                // A client that goes away ends its connection, and nothing else.
                thread::spawn(move || while answer(&stream, &seen, say).is_some() {});
            }
        });
        Self { url, seen }
    }

    /// The tokens that came.
    pub(crate) fn seen(&self) -> Vec<String> {
        self.seen.lock().expect("no test panics with it").clone()
    }
}

/// The status and the body of an answer, by its number, what the credential was, and its token.
type Say = fn(usize, &str, &str) -> (String, Vec<u8>);

fn answer(stream: &TcpStream, seen: &Mutex<Vec<String>>, say: Say) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let (mut length, mut credential, mut chunked) = (0, String::new(), false);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        let lower = line.to_ascii_lowercase();
        if let Some(value) = lower.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        } else if lower.starts_with("authorization:") {
            credential = line["authorization:".len()..].trim().to_owned();
        } else if lower.starts_with("transfer-encoding:") {
            chunked = true;
        } else if line == "\r\n" {
            break;
        }
    }
    if !chunked {
        reader.read_exact(&mut vec![0; length]).ok()?;
    }
    while chunked {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        length = usize::from_str_radix(line.trim(), 16).ok()?;
        reader.read_exact(&mut vec![0; length + 2]).ok()?;
        chunked = length > 0;
    }
    let token = credential.split_once(' ').map_or(credential.as_str(), |(_, token)| token).to_owned();
    let turn = {
        let mut seen = seen.lock().ok()?;
        seen.push(token.clone());
        seen.len()
    };
    let (status, body) = say(turn, &credential, &token);
    // The name of a field has fewer characters than a token may have.
    let is_name = token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
    let field = if is_name { token.as_str() } else { "none" };
    write!(
        &mut &*stream,
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\nx-token: {token}\r\nx-{field}: 1\r\nset-cookie: t={}\r\n\
         content-length: {}\r\n\r\n",
        base64(credential.as_bytes()),
        body.len()
    )
    .ok()?;
    (&mut &*stream).write_all(&body).ok()
}

/// A conversation and an error made of nothing else, and answers that are neither.
fn said(turn: usize, credential: &str, token: &str) -> (String, Vec<u8>) {
    let encoded = base64(credential.as_bytes());
    let percent: String = credential.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let hexadecimal: String = token.bytes().map(|byte| format!("{byte:02x}")).collect();
    let body = match turn % 6 {
        0 => json!({"error": {
            "status": 202, "code": token, "description": format!("no {credential}!"), "extra": {token: encoded}
        }}),
        1 => json!({"error": {"status": 202, "code": 10002, "description": credential, "extra": percent}}),
        2 | 3 => json!({"data": {
            "type": token, "conversation_id": token, "creator_id": encoded, "category": hexadecimal, "name": credential,
            "icon_url": percent, "announcement": format!("{{\"token\":\"{token}\"}}"), "created_at": token,
            "code_id": token, "code_url": format!("https://x.example/codes/{token}"), "mute_until": base64(token.as_bytes()),
            "participants": [{"type": token, "user_id": token, "role": token, "created_at": token}],
            token: {credential: [token]}
        }}),
        4 => return ("500 Internal Server Error".into(), stack_trace(token)),
        // The token lies across the end of what is kept of a body.
        _ => {
            let filler = "x".repeat(4096 - 20);
            return ("200 OK".into(), format!("{filler}{credential}").into_bytes());
        }
    };
    (if turn.is_multiple_of(2) { "200 OK".into() } else { format!("202 {token}") }, body.to_string().into_bytes())
}

/// A refusal that says a part of the token in a guise, as JSON has it or as it is.
fn said_in_a_guise(turn: usize, _: &str, token: &str) -> (String, Vec<u8>) {
    let (_, write) = GUISES[turn % GUISES.len()];
    let parts = if token.len() > 3 * WINDOW { parts(token) } else { vec![token] };
    let turn = turn / GUISES.len();
    let part = write(parts[turn % parts.len()]);
    let text = FRAMES[turn / parts.len() % FRAMES.len()](&part);
    let body = if turn.is_multiple_of(2) {
        json!({"error": {"status": 202, "code": 10002, "description": text}}).to_string()
    } else {
        format!("{{\"error\":{{\"status\":202,\"code\":10002,\"description\":\"{text}\"}}}}")
    };
    ("202 Accepted".into(), body.into_bytes())
}

fn stack_trace(token: &str) -> Vec<u8> {
    [b"at verify(" as &[u8], token.as_bytes(), b") \xff\n in /srv/", base64(token.as_bytes()).as_bytes()].concat()
}

/// The members of a keystore's JSON.
pub(crate) fn members(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}
