//! An adapter for our own functions, correct unless it is started with a fault: the tests of SDK judging run it.
#![expect(clippy::print_stdout, clippy::exit, reason = "an adapter talks through its output, and some crash")]

mod client;
mod of_spec;

use std::collections::HashSet;
use std::io::{BufRead, Write};
use std::time::Duration;

use client::{Client, MEMBERS};
use mixinspec_engine::identity::derivation::Derivations;
use mixinspec_engine::vectors::{GROUP, UNIQUE};
use mixinspec_spec::Spec;
use mixinspec_types::{group_conversation_id, unique_conversation_id};
use serde_json::{Value, json};
use uuid::Uuid;

fn main() {
    let fault = std::env::args().nth(1).unwrap_or_default();
    let fault = fault.as_str();
    if fault == "of-spec" {
        return of_spec::serve(std::env::args().skip(2));
    }
    if fault == "silent" {
        std::thread::sleep(Duration::from_secs(3600));
    }
    if fault == "crash-at-start" {
        std::process::exit(7);
    }
    let stdin = std::io::stdin();
    let mut held: Vec<Value> = Vec::new();
    let mut ids = Ids::new(fault);
    let client = Client { fault };
    for line in stdin.lock().lines() {
        let Ok(line) = line else { return };
        let Ok(request) = serde_json::from_str::<Value>(&line) else { return };
        let arguments = &request["arguments"];
        let text = |name: &str| arguments[name].as_str().unwrap_or_default().to_owned();
        let outcome = match request["call"].as_str() {
            Some("hello") => Ok(hello(fault)),
            Some("unique_conversation_id") => {
                if fault == "uuids-only" {
                    uuids_only([text("user_id"), text("other_user_id")].iter());
                }
                misbehave(fault, &text("user_id"), &request["id"]);
                ids.unique(&text("user_id"), &text("other_user_id"))
            }
            Some("group_conversation_id") => {
                if fault == "uuids-only" {
                    let participants = arguments["participants"].as_array().into_iter().flatten();
                    let participants = participants.filter_map(Value::as_str).map(str::to_owned);
                    let ids: Vec<String> = participants.chain([text("owner"), text("random")]).collect();
                    uuids_only(ids.iter());
                }
                ids.group(arguments)
            }
            Some("sign") => client.sign(arguments),
            Some("create_conversation") => client.create(arguments),
            _ => Err(json!({"kind": "unsupported"})),
        };
        let answer = match outcome {
            Ok(result) => json!({"id": request["id"], "result": result}),
            Err(error) => json!({"id": request["id"], "error": error}),
        };
        if fault == "out-of-order" && request["call"] != "hello" {
            // Answers in threes, the last one first; remaining answers are written when the input ends.
            held.push(answer);
            if held.len() == 3 {
                held.drain(..).rev().for_each(|answer| say(&answer));
            }
            continue;
        }
        say(&answer);
    }
    held.drain(..).rev().for_each(|answer| say(&answer));
}

fn say(answer: &Value) {
    let mut out = std::io::stdout().lock();
    // The reader is gone.
    if writeln!(out, "{answer}").and_then(|()| out.flush()).is_err() {
        std::process::exit(0);
    }
}

fn hello(fault: &str) -> Value {
    let protocol = if fault == "another-version" { 2 } else { 1 };
    let options: &[&str] = match fault {
        "few-options" => &["name"],
        _ => &["name", "announcement", "random_id", "role"],
    };
    let categories: &[&str] = if fault == "contacts-only" { &["CONTACT"] } else { &["CONTACT", "GROUP"] };
    let capabilities = json!({
        "unique_conversation_id": true,
        "group_conversation_id": true,
        "sign": true,
        "keys": if fault == "ed25519-only" { json!(["ed25519"]) } else { json!(["ed25519", "rsa"]) },
        "create_conversation": {
            "categories": categories,
            "options": options,
            "left_out": if fault == "few-options" { json!([]) } else { json!(["undefined", "null", "empty"]) },
            "members": MEMBERS,
        },
    });
    json!({"protocol": protocol, "name": "mixinspec's own functions", "capabilities": capabilities})
}

/// Exits on any text that is not a UUID, like a program without error handling.
fn uuids_only<'a>(mut ids: impl Iterator<Item = &'a String>) {
    if ids.any(|id| Uuid::try_parse(id).is_err()) {
        std::process::exit(1);
    }
}

/// Misbehaves without giving a proper answer. A user id that begins with `bad` triggers it, as real bugs need a certain
/// input.
fn misbehave(fault: &str, user_id: &str, id: &Value) {
    if !user_id.starts_with("bad") {
        return;
    }
    match fault {
        "crash" => std::process::exit(3),
        "hang" => std::thread::sleep(Duration::from_secs(3600)),
        "garbage" => println!("DEBUG: hashing"),
        "not-utf-8" => {
            let _ = std::io::stdout().write_all(b"\xff\xfe\n");
        }
        "deep" => println!("{}", "[".repeat(100_000)),
        "endless-line" => {
            let piece = [b'x'; 65536];
            while std::io::stdout().write_all(&piece).is_ok() {}
        }
        "flood" => while writeln!(std::io::stdout(), "{{\"id\":{id},\"result\":\"x\"}}").is_ok() {},
        "neither" => println!("{{\"id\":{id}}}"),
        "unknown-id" => println!("{{\"id\":4711,\"result\":\"x\"}}"),
        "both" => println!("{{\"id\":{id},\"result\":\"x\",\"error\":{{\"kind\":\"other\"}}}}"),
        _ => {}
    }
}

/// The faults that are near misses of the spec, by their names there.
const NEAR_MISSES: [&str; 10] = [
    "sha1",
    "unsorted",
    "version-4",
    "no-variant",
    "upper",
    "latin1-name",
    "unsorted-participants",
    "random-as-given",
    "distinct-participants",
    "any-random",
];

/// The two functions, with a fault.
struct Ids<'a> {
    fault: &'a str,
    records: Derivations,
    seen: HashSet<(String, String)>,
}

impl<'a> Ids<'a> {
    fn new(fault: &'a str) -> Self {
        // Reading the spec takes longer than everything else, and only near misses need it.
        let records = if NEAR_MISSES.contains(&fault) { Spec::embedded().ok() } else { None };
        let records = Derivations::new(records.map(|spec| spec.document.derivations).unwrap_or_default());
        Self { fault, records, seen: HashSet::new() }
    }

    fn unique(&mut self, a: &str, b: &str) -> Result<Value, Value> {
        let right = || unique_conversation_id(a, b).to_string();
        Ok(json!(match self.fault {
            "sha1" | "unsorted" | "version-4" | "no-variant" | "upper" => {
                self.records.derive(UNIQUE, Some(self.fault), &[a.into(), b.into()]).map_err(|error| failed(&error))?
            }
            "upper-case-output" => right().to_uppercase(),
            "now-and-then" if !self.seen.insert((a.to_owned(), b.to_owned())) => format!("{} again", right()),
            "not-with-oneself" if a == b => return Err(failed(&"the two users are the same")),
            "smaller-only" => unique_conversation_id(a.min(b), "").to_string(),
            _ => right(),
        }))
    }

    fn group(&self, arguments: &Value) -> Result<Value, Value> {
        let text = |name: &str| arguments[name].as_str().unwrap_or_default();
        let (owner, name, random) = (text("owner"), text("name"), text("random"));
        let listed = arguments["participants"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let mut participants: Vec<String> = listed.map(str::to_owned).collect();
        let mut named = name.to_owned();
        let mut near_miss = None;
        match self.fault {
            // A text that is not a UUID is refused, also with the fault that takes random_id as it is given.
            "latin1-name" | "unsorted-participants" | "random-as-given" | "distinct-participants"
                if Uuid::try_parse(random).is_ok() =>
            {
                near_miss = Some(self.fault);
            }
            "owner-added-once" if !participants.iter().any(|id| id == owner) => participants.push(owner.to_owned()),
            "normalises-name" => named = name.replace("e\u{301}", "é").replace("u\u{308}", "ü"),
            "any-random" if Uuid::try_parse(random).is_err() => near_miss = Some("random-as-given"),
            _ => {}
        }
        let id = match near_miss {
            Some(_) => self
                .records
                .derive(GROUP, near_miss, &[owner.into(), (*named).into(), participants[..].into(), random.into()])
                .map_err(|error| failed(&error))?,
            None => {
                group_conversation_id(owner, &named, &participants, random).map_err(|error| failed(&error))?.to_string()
            }
        };
        Ok(json!(id))
    }
}

fn failed(error: &impl std::fmt::Display) -> Value {
    json!({"kind": "input", "description": error.to_string()})
}
