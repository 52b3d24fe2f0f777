//! A small SDK of our own for `sign` and `create_conversation`, correct except for one fault.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use mixinspec_token::{Keystore, request_hash};
use mixinspec_types::{group_conversation_id, unique_conversation_id};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// The members of an answer that the SDK's user can read.
pub(crate) const MEMBERS: &[&str] = &[
    "/type",
    "/conversation_id",
    "/creator_id",
    "/category",
    "/name",
    "/icon_url",
    "/announcement",
    "/created_at",
    "/code_id",
    "/code_url",
    "/mute_until",
    "/participants/*/user_id",
    "/participants/*/role",
    "/participants/*/created_at",
];

/// An SDK with a fault.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Client<'a> {
    pub(crate) fault: &'a str,
}

impl Client<'_> {
    fn has(self, fault: &str) -> bool {
        self.fault == fault
    }

    /// The token of a request.
    pub(crate) fn sign(self, arguments: &Value) -> Result<Value, Value> {
        let text = |name: &str| arguments[name].as_str().unwrap_or_default();
        self.token(&arguments["keystore"], text("method"), text("path"), text("body")).map(Value::from)
    }

    fn token(self, keystore: &Value, method: &str, path: &str, body: &str) -> Result<String, Value> {
        let read = |keystore: &Value| Keystore::parse(keystore.to_string().as_bytes()).map_err(|error| other(&error));
        let keystore = read(keystore)?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let now = i64::try_from(now).unwrap_or_default();
        let jti = Uuid::new_v4().to_string();
        let mut claims = keystore.claims(method, path, body.as_bytes(), now, 3600, &jti, Some("FULL"));
        match self.fault {
            "sig-without-query" => {
                let path = path.split('?').next().unwrap_or_default();
                claims.sig = Some(request_hash(method, path, body.as_bytes()));
            }
            "sig-of-latin1" => {
                let bytes: Vec<u8> = body.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect();
                claims.sig = Some(request_hash(method, path, &bytes));
            }
            "sid-is-uid" => claims.sid.clone_from(&claims.uid),
            "expired-token" => claims.exp = Some(now - 10),
            "no-jti" => claims.jti = None,
            "no-scope" => claims.scp = None,
            _ => {}
        }
        if self.has("another-key") {
            return Ok(keystore.other_key().map_err(|error| other(&error))?.token(&claims));
        }
        if self.has("algorithm-name") {
            let header = json!({"alg": "Ed25519", "typ": "JWT"});
            return Ok(keystore.sign(&header, &claims.to_json()));
        }
        if self.has("another-type") {
            let header = json!({"alg": keystore.algorithm().name(), "typ": "JOSE"});
            return Ok(keystore.sign(&header, &claims.to_json()));
        }
        Ok(keystore.token(&claims))
    }

    /// Creates a conversation.
    pub(crate) fn create(self, asked: &Value) -> Result<Value, Value> {
        let mut body = self.body(asked);
        if self.has("needs-a-name") && asked["category"] == "GROUP" && asked.get("name").is_none() {
            return Err(json!({"kind": "input", "description": "a GROUP needs a name"}));
        }
        if self.has("announcement-lost") {
            body.as_object_mut().map(|members| members.remove("announcement"));
        }
        let mut text = body.to_string();
        if self.has("member-twice") {
            text = text.replacen('{', "{\"category\":\"GROUP\",", 1);
        }
        let path = if self.has("singular-path") { "/conversation" } else { "/conversations" };
        let mut signed = text.clone();
        if self.has("signs-undefined") && asked["left_out"] == "undefined" {
            signed = signed.replacen('{', "{\"name\":null,", 1);
        }
        let token = self.token(&asked["keystore"], "POST", path, &signed)?;
        let base = asked["base_url"].as_str().unwrap_or_default();
        let send = || self.exchange(base, path, &token, &text);
        let (mut status, mut answer) = send()?;
        if self.has("resends") && String::from_utf8_lossy(&answer).contains("\"error\"") {
            (status, answer) = send()?;
        }
        if self.has("resends-later") && String::from_utf8_lossy(&answer).contains("\"error\"") {
            let (base, path) = (base.to_owned(), path.to_owned());
            std::thread::spawn(move || {
                std::thread::sleep(Duration::from_millis(300));
                // Nobody waits for the result.
                let _ = Client { fault: "" }.exchange(&base, &path, &token, &text);
            });
        }
        self.read(status, &answer)
    }

    /// The request.
    fn body(self, asked: &Value) -> Value {
        let text = |name: &str| asked[name].as_str().unwrap_or_default();
        let own = asked["keystore"]["app_id"].as_str().unwrap_or_default();
        let mut participants: Vec<Value> = asked["participants"].as_array().cloned().unwrap_or_default();
        let users: Vec<String> =
            participants.iter().map(|one| one["user_id"].as_str().unwrap_or_default().to_owned()).collect();
        let group = text("category") == "GROUP";
        let mut name = text("name").to_owned();
        match self.fault {
            "escapes-name" => name = name.replace('<', "&lt;"),
            "participants-cut" => participants.truncate(100),
            "role-lost" => participants.iter_mut().for_each(|one| {
                one.as_object_mut().map(|members| members.remove("role"));
            }),
            "upper-case-sent" => participants.iter_mut().for_each(|one| {
                one["user_id"] = json!(one["user_id"].as_str().unwrap_or_default().to_uppercase());
            }),
            "ids-as-numbers" => participants.iter_mut().for_each(|one| one["role"] = json!(0)),
            _ => {}
        }
        let random = asked["random_id"].as_str().map_or_else(|| Uuid::new_v4().to_string(), str::to_owned);
        let id = match (group, self.fault) {
            (false, "contact-v4") | (true, "group-v4") => Uuid::new_v4(),
            (false, _) => unique_conversation_id(own, users.first().map_or("", String::as_str)),
            (true, _) => group_conversation_id(own, &name, &users, &random).unwrap_or_default(),
        };
        let mut body = Map::new();
        let category = if self.has("always-group") { "GROUP" } else { text("category") };
        body.insert("category".into(), json!(category));
        body.insert("conversation_id".into(), json!(id));
        body.insert("participants".into(), json!(participants));
        let left_out = match asked["left_out"].as_str() {
            Some("null") => Some(Value::Null),
            Some("empty") => Some(json!("")),
            _ => None,
        };
        if group {
            if asked.get("name").is_some() {
                body.insert("name".into(), json!(name));
            } else if self.has("unset-name") {
                body.insert("name".into(), json!("undefined"));
            } else if let Some(left_out) = left_out.clone() {
                body.insert("name".into(), left_out);
            }
            if let Some(announcement) = asked.get("announcement") {
                body.insert("announcement".into(), announcement.clone());
            } else if let Some(left_out) = left_out {
                body.insert("announcement".into(), left_out);
            }
            let untold = self.has("few-options") && asked.get("random_id").is_none();
            if !self.has("no-random-id") && !untold {
                body.insert("random_id".into(), json!(random));
            }
        }
        Value::Object(body)
    }

    /// Sends a request, and reads the answer as far as it arrives.
    fn exchange(self, base: &str, path: &str, token: &str, body: &str) -> Result<(u16, Vec<u8>), Value> {
        let host = base.trim_start_matches("http://");
        let scheme = if self.has("no-bearer") { "" } else { "Bearer " };
        let media = if self.has("text-plain") { "text/plain" } else { "application/json" };
        let request_id = match self.fault {
            "no-request-id" => String::new(),
            "counted-request-id" => "x-request-id: 1\r\n".to_owned(),
            _ => format!("x-request-id: {}\r\n", Uuid::new_v4()),
        };
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: {media}\r\nauthorization: {scheme}{token}\r\n\
             {request_id}content-length: {}\r\n\r\n",
            body.len()
        );
        let failed = |error: std::io::Error| json!({"kind": "transport", "description": error.to_string()});
        let mut stream = TcpStream::connect(host).map_err(failed)?;
        stream.set_read_timeout(Some(Duration::from_secs(30))).map_err(failed)?;
        stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes())).map_err(failed)?;
        let mut answer = Vec::new();
        let ended = stream.read_to_end(&mut answer);
        let partial_is_fine = self.has("half-is-enough");
        if !partial_is_fine {
            ended.map_err(failed)?;
        }
        let text = String::from_utf8_lossy(&answer).into_owned();
        let (head, _) = text.split_once("\r\n\r\n").ok_or_else(|| json!({"kind": "transport"}))?;
        let start = head.len() + 4;
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
        let body = answer.split_off(start.min(answer.len()));
        if length != Some(body.len()) && !partial_is_fine {
            return Err(json!({"kind": "transport", "description": "the answer broke off"}));
        }
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        Ok((status, body))
    }

    /// The result that the SDK's user gets.
    fn read(self, status: u16, answer: &[u8]) -> Result<Value, Value> {
        let parsed: Result<Value, _> = serde_json::from_slice(answer);
        if status >= 500 && !self.has("ignores-5xx") {
            return Err(json!({"kind": "api", "code": i64::from(status), "description": "the server failed"}));
        }
        let body = match parsed {
            Ok(body) => body,
            Err(_) if self.has("html-is-fine") && !answer.starts_with(b"{") => return Ok(json!({})),
            Err(_) if self.has("half-is-enough") || (self.has("ignores-5xx") && status >= 500) => return Ok(json!({})),
            Err(error) => return Err(json!({"kind": "decode", "description": error.to_string()})),
        };
        if let Some(error) = body.get("error").filter(|_| !(self.has("ignores-5xx") && status >= 500)) {
            let code = if self.has("status-for-code") { json!(status) } else { error["code"].clone() };
            let mut description = error["description"].clone();
            if self.has("own-description") {
                description = json!("request failed");
            }
            if self.has("202-is-success") {
                return Ok(json!({}));
            }
            return Err(json!({"kind": "api", "code": code, "description": description}));
        }
        let data = &body["data"];
        let members = |value: &Value| value.as_object().map(|members| members.keys().cloned().collect::<Vec<_>>());
        let text = |name: &str| data[name].as_str().unwrap_or_default();
        let fails = match self.fault {
            "strict-members" => members(data).is_some_and(|names| names.iter().any(|name| name == "from_the_future")),
            "needs-a-fraction" => !text("created_at").contains('.'),
            "needs-z" => !text("created_at").ends_with('Z'),
            "needs-a-code" => text("code_id").is_empty(),
            "closed-roles" => data["participants"].to_string().contains("MODERATOR"),
            "ascii-only" => !answer.is_ascii() && !text("announcement").is_empty(),
            "needs-circles" => data["circles"].as_array().is_none_or(Vec::is_empty),
            _ => false,
        };
        if fails {
            return Err(json!({"kind": "decode", "description": "this cannot be read"}));
        }
        let mut data = data.clone();
        match self.fault {
            "trims-names" => data["icon_url"] = json!(null),
            "cuts-times" => {
                let seconds: String = text("created_at").chars().take(19).collect();
                data["created_at"] = json!(format!("{seconds}Z"));
            }
            _ => {}
        }
        Ok(data)
    }
}

fn other(error: &impl std::fmt::Display) -> Value {
    json!({"kind": "other", "description": error.to_string()})
}
