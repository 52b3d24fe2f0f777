//! An API that has nothing to do with the one that this project is about, judged by the same program: its spec is
//! tests/specs/bookmarks/, its server is here.

use std::collections::HashMap;
use std::sync::Mutex;

use serde_json::{Value, json};
use uuid::Uuid;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use crate::program::{CALLER, Done, Folder, run};

const SPEC: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/specs/bookmarks");

/// What a server of bookmarks does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    AnswersWith200,
    LosesTheTime,
    CutsTitles,
    KeepsLongTitles,
    ForgetsTags,
    FindsEverything,
}

/// Each fault, with the requirement that it breaks.
const FAULTS: [(Fault, &str); 6] = [
    (Fault::AnswersWith200, "answer-status"),
    (Fault::LosesTheTime, "answer-shape"),
    (Fault::CutsTitles, "answer-as-given"),
    (Fault::KeepsLongTitles, "title-length"),
    (Fault::ForgetsTags, "same-when-read"),
    (Fault::FindsEverything, "unknown-not-found"),
];

struct Bookmarks {
    fault: Fault,
    kept: Mutex<HashMap<String, Value>>,
}

impl Respond for Bookmarks {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let mut kept = self.kept.lock().expect("no test panics with it");
        let path = request.url.path();
        match (request.method.as_str(), path.strip_prefix("/bookmarks/")) {
            ("POST", None) if path == "/bookmarks" => self.keep(&mut kept, &request.body),
            ("GET", Some(key)) => match kept.get(key) {
                Some(bookmark) if self.fault == Fault::ForgetsTags => {
                    let mut bookmark = bookmark.clone();
                    bookmark["tags"] = json!([]);
                    ResponseTemplate::new(200).set_body_json(bookmark)
                }
                Some(bookmark) => ResponseTemplate::new(200).set_body_json(bookmark),
                None if self.fault == Fault::FindsEverything => {
                    let fields = json!({"key": key, "url": "https://www.example/", "title": "It", "tags": []});
                    ResponseTemplate::new(200).set_body_json(with_time(fields))
                }
                None => problem(404, "no such bookmark"),
            },
            _ => problem(404, "nothing is here"),
        }
    }
}

impl Bookmarks {
    fn keep(&self, kept: &mut HashMap<String, Value>, body: &[u8]) -> ResponseTemplate {
        let longest = if self.fault == Fault::KeepsLongTitles { 100 } else { 80 };
        let Some(mut bookmark) = serde_json::from_slice(body).ok().filter(|body| is_fit(body, longest)) else {
            return problem(422, "not fit to be kept");
        };
        if bookmark.get("tags").is_none() {
            bookmark["tags"] = json!([]);
        }
        if self.fault == Fault::CutsTitles {
            let title: String = bookmark["title"].as_str().unwrap_or_default().chars().take(40).collect();
            bookmark["title"] = json!(title);
        }
        let fields = ["key", "url", "title", "tags"].map(|name| (name.to_owned(), bookmark[name].clone()));
        let mut bookmark = with_time(Value::Object(fields.into_iter().collect()));
        if self.fault == Fault::LosesTheTime {
            bookmark["kept_at"] = json!("lately");
        }
        kept.insert(bookmark["key"].as_str().unwrap_or_default().to_owned(), bookmark.clone());
        let status = if self.fault == Fault::AnswersWith200 { 200 } else { 201 };
        ResponseTemplate::new(status).set_body_json(bookmark)
    }
}

fn with_time(mut bookmark: Value) -> Value {
    bookmark["kept_at"] = json!("2026-11-29T03:27:13Z");
    bookmark
}

fn problem(status: u16, title: &str) -> ResponseTemplate {
    let body = json!({"title": title}).to_string();
    ResponseTemplate::new(status).set_body_raw(body, "application/problem+json")
}

fn is_fit(body: &Value, longest: usize) -> bool {
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let letters = |text: &str| text.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_url = |url: &str| {
        let rest = url.strip_prefix("https://").and_then(|rest| rest.split_once(".example/"));
        rest.is_some_and(|(host, path)| !host.is_empty() && letters(host) && letters(path))
    };
    let is_key = |key: &str| key.len() == 36 && Uuid::try_parse(key).is_ok();
    let is_tag = |tag: &Value| tag.as_str().is_some_and(|tag| ["to-read", "read", "shared"].contains(&tag));
    let tags = body
        .get("tags")
        .is_none_or(|tags| tags.as_array().is_some_and(|tags| tags.len() <= 4 && tags.iter().all(is_tag)));
    let title = text("title").is_some_and(|title| (1..=longest).contains(&title.chars().count()));
    text("key").is_some_and(is_key) && text("url").is_some_and(is_url) && title && tags
}

async fn judged(fault: Fault) -> Done {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(Bookmarks { fault, kept: Mutex::default() }).mount(&server).await;
    let line = format!("--spec {SPEC} run {} --no-auth --caller {CALLER} --run-id it --color never", server.uri());
    tokio::task::spawn_blocking(move || run(&line)).await.expect("no panic")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_server_passes_with_nothing_left_undecided() {
    let done = judged(Fault::None).await;
    assert_eq!(done.status, 0, "{}{}", done.stdout, done.stderr);
    assert!(!done.stdout.contains("OPEN"), "{}", done.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_fault_breaks_its_requirement_and_no_other() {
    for (fault, requirement) in FAULTS {
        let done = judged(fault).await;
        assert_eq!((done.status, &done.failing()[..]), (1, &[requirement][..]), "{fault:?}: {}", done.stdout);
    }
}

#[test]
fn its_types_and_schemas_are_printed() {
    let folder = Folder::new("other-api");
    let done = run(&format!("--spec {SPEC} codegen --out {}", folder.name("")));
    assert_eq!(done.status, 0, "{}{}", done.stdout, done.stderr);
}
