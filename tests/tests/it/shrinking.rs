//! Tests that a failing generated request is shrunk as far as the same requirement still fails.

use mixinspec_engine::{Options, Patterns, Verdict};
use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use crate::callers::USERS;
use crate::conformance::{judge, options};

const TIME: &str = "2018-05-16T12:34:44.134238105Z";
const CODE: &str = "d8244b92-30e9-44b5-bfb0-ce597c788125";

/// A server that accepts every group, but fails on names with a character beyond the Basic Multilingual Plane.
struct NoAstral;

impl Respond for NoAstral {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let name = body["name"].as_str().unwrap_or_default();
        if name.chars().any(|c| u32::from(c) > 0xffff) {
            return ResponseTemplate::new(500);
        }
        accepted(&body)
    }
}

/// The answer to a request that is accepted.
pub(crate) fn accepted(body: &Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(answer(body))
}

/// The body of that answer.
pub(crate) fn answer(body: &Value) -> Value {
    let name = body["name"].as_str().unwrap_or_default();
    let member =
        |id: &Value, role: &str| json!({"type": "participant", "user_id": id, "role": role, "created_at": TIME});
    let caller = json!(USERS[0]);
    let mut members = vec![member(&caller, "OWNER")];
    members.extend(body["participants"].as_array().into_iter().flatten().map(|p| member(&p["user_id"], "")));
    json!({"data": {
        "type": "conversation", "conversation_id": body["conversation_id"], "creator_id": caller,
        "category": body["category"], "name": name, "icon_url": "", "announcement": "", "created_at": TIME,
        "code_id": CODE, "code_url": format!("https://mixin.one/codes/{CODE}"), "mute_until": TIME,
        "expire_in": 0, "circles": [], "participant_sessions": [], "participants": members,
    }})
}

#[tokio::test(flavor = "multi_thread")]
async fn the_smallest_request_that_fails_is_shown() {
    let server = MockServer::start().await;
    Mock::given(method("POST")).and(path("/conversations")).respond_with(NoAstral).mount(&server).await;
    let only = Patterns::new(vec!["group-size".into()]);
    let report = judge(&server.uri(), 1, Options { only, cases: 64, ..options(Some("2026"), "a") }).await;
    let requirement = report.requirements.iter().find(|r| r.id == "group-size").expect("a verdict");
    assert_eq!(requirement.verdict, Verdict::Fail);
    let failure = requirement.failures.first().expect("a failure");
    assert!(failure.shrunk.is_some_and(|steps| steps > 0), "{failure:?}");
    let request: Value = serde_json::from_str(&failure.exchanges[0].request_body).expect("a JSON body");
    let name = request["name"].as_str().expect("a name");
    assert_eq!(name.chars().filter(|c| u32::from(*c) > 0xffff).count(), 1, "{name}");
    assert!(name.chars().count() <= 5, "{name}");
    assert_eq!(request["participants"].as_array().map(Vec::len), Some(1));
    let members: Vec<&String> = request.as_object().expect("an object").keys().collect();
    assert_eq!(members, ["category", "conversation_id", "name", "participants", "random_id"]);
    // The request was repeated with fresh ids each time.
    let sent = server.received_requests().await.unwrap_or_default();
    let ids: Vec<Value> = sent
        .iter()
        .filter_map(|r| serde_json::from_slice::<Value>(&r.body).ok())
        .map(|b| b["conversation_id"].clone())
        .collect();
    let mut distinct: Vec<&str> = ids.iter().filter_map(Value::as_str).collect();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), ids.len());
}
