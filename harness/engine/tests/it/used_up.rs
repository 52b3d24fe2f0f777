//! Tests a server that accepts each token once, and throttles some requests with valid tokens.

use std::collections::HashMap;
use std::sync::Mutex;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mixinspec_engine::{Report, Verdict};
use serde_json::Value;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use crate::canned::{Run, accepted, conversation, refused};

/// A server that remembers token ids, and throttles the first requests that it would accept, after it remembered the
/// id. Of two tokens whose id is that of the conversation, the first is forged and the second accepted.
struct NotesFirst {
    /// How often each token id was seen.
    seen: Mutex<HashMap<String, usize>>,
    /// The number of requests that it will still throttle.
    to_come_again: Mutex<usize>,
}

impl Respond for NotesFirst {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let id = token_id(request);
        if body["conversation_id"] != id.as_str() {
            return accepted(&conversation(&body));
        }
        let mut seen = self.seen.lock().expect("no panic");
        let times = seen.entry(id).or_default();
        *times += 1;
        if *times != 2 {
            return refused(401, "");
        }
        let mut to_come_again = self.to_come_again.lock().expect("no panic");
        match to_come_again.checked_sub(1) {
            Some(fewer) => {
                *to_come_again = fewer;
                ResponseTemplate::new(429)
            }
            None => accepted(&conversation(&body)),
        }
    }
}

fn token_id(request: &Request) -> String {
    let value = request.headers.get("authorization").expect("a token").to_str().expect("text");
    let claims = value.split('.').nth(1).expect("claims");
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).expect("base64url")).expect("JSON");
    claims["jti"].as_str().expect("text").to_owned()
}

async fn judged(to_come_again: usize) -> Report {
    let server = MockServer::start().await;
    let notes = NotesFirst { seen: Mutex::default(), to_come_again: Mutex::new(to_come_again) };
    Mock::given(any()).respond_with(notes).mount(&server).await;
    let run = Run::new(&server.uri()).signing().case("forged-uses-nothing-up/steps");
    run.with(|options| options.limits.patience = std::time::Duration::from_secs(5)).report().await
}

#[tokio::test]
async fn a_token_that_a_throttled_request_has_used_up_is_no_evidence() {
    for (to_come_again, verdict) in [(0, Verdict::Pass), (2, Verdict::Pass), (1000, Verdict::Inconclusive)] {
        let report = judged(to_come_again).await;
        let found = report.items().find(|item| item.id == "forged-uses-nothing-up").map(|item| item.verdict);
        assert_eq!(found, Some(verdict), "{to_come_again}");
    }
}
