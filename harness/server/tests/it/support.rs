//! A vocabulary for the tests: a server of an edition with two callers, and requests to it.

use std::sync::Once;

use mixinspec_server::{Builder, Edition, Running, Server, Uuid};
use mixinspec_types::{group_conversation_id, unique_conversation_id};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

/// The page's two users; Carol is somebody else.
pub(crate) const ALICE: &str = "8dcf823d-9eb3-4da2-8734-f0aad50c0da6";
pub(crate) const BOB: &str = "e8e5b807-fa8b-455a-8dfa-b189d28310ff";
pub(crate) const CAROL: &str = "01d21e2c-76f5-4940-8ea0-9b7f21728674";

/// A running server and a client of it.
pub(crate) struct Subject {
    pub(crate) edition: Edition,
    pub(crate) url: String,
    pub(crate) client: Client,
    pub(crate) server: Server,
    pub(crate) running: Running,
}

/// What came back.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) content_type: String,
    pub(crate) request_id: Option<String>,
    pub(crate) body: Value,
}

impl Subject {
    pub(crate) async fn start(edition: Edition) -> Self {
        Self::start_as(edition, |builder| builder).await
    }

    pub(crate) async fn start_as(edition: Edition, change: impl FnOnce(Builder) -> Builder) -> Self {
        static PROVIDER: Once = Once::new();
        PROVIDER.call_once(|| rustls::crypto::ring::default_provider().install_default().expect("no other provider"));
        let builder = [ALICE, BOB, CAROL]
            .into_iter()
            .fold(Server::builder().edition(edition), |builder, user| builder.bearer(token(user), uuid(user)));
        let server = change(builder).build();
        let (address, running) = server.bind("127.0.0.1:0").await.expect("a free port");
        let client = Client::builder().no_proxy().tls_certs_only([]).build().expect("a client");
        Self { edition, url: format!("http://{address}"), client, server, running }
    }

    pub(crate) fn request(&self, caller: &str, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.url)).bearer_auth(token(caller))
    }

    /// Creates with these bytes, as any client does.
    pub(crate) async fn post(&self, caller: &str, body: impl Into<reqwest::Body>) -> Answer {
        send(self.request(caller, Method::POST, "/conversations").header("Content-Type", "application/json").body(body))
            .await
    }

    pub(crate) async fn create(&self, caller: &str, body: &Value) -> Answer {
        self.post(caller, body.to_string()).await
    }

    pub(crate) async fn get(&self, caller: &str, id: &str) -> Answer {
        send(self.request(caller, Method::GET, &format!("/conversations/{id}"))).await
    }
}

/// Sends a request and reads the whole answer.
pub(crate) async fn send(request: RequestBuilder) -> Answer {
    let response = request.send().await.expect("an answer");
    let header = |name: &str| Some(response.headers().get(name)?.to_str().expect("ASCII").to_owned());
    let (status, content_type) = (response.status(), header("content-type").unwrap_or_default());
    let request_id = header("x-request-id");
    let text = response.text().await.expect("a whole answer");
    let body = serde_json::from_str(&text).unwrap_or_else(|error| panic!("not JSON, {error}: {text:?}"));
    Answer { status, content_type, request_id, body }
}

impl Answer {
    /// The conversation of an accepted request.
    #[track_caller]
    pub(crate) fn data(&self) -> &Value {
        assert_eq!((self.status.as_u16(), self.body.get("error")), (200, None), "refused: {:?}", self.body);
        assert_eq!(self.content_type, "application/json");
        &self.body["data"]
    }

    /// The code of a refused request.
    #[track_caller]
    pub(crate) fn code(&self) -> u64 {
        let error = &self.body["error"];
        assert!(error.is_object() && self.body.get("data").is_none(), "accepted: {:?}", self.body);
        assert_eq!(self.content_type, "application/json");
        assert_eq!(error["status"], self.status.as_u16());
        assert!(error["description"].as_str().is_some_and(|text| !text.is_empty()));
        assert_eq!(self.status, 202);
        error["code"].as_u64().expect("an integer")
    }
}

pub(crate) fn token(user: &str) -> String {
    format!("token-of-{user}")
}

pub(crate) fn uuid(text: &str) -> Uuid {
    text.parse().expect("a UUID")
}

/// A UUID that no test knows.
pub(crate) fn fresh() -> String {
    Uuid::new_v4().to_string()
}

/// The conversation of a caller with one user.
pub(crate) fn contact(caller: &str, peer: &str) -> Value {
    json!({
        "category": "CONTACT",
        "conversation_id": unique_conversation_id(caller, peer),
        "participants": [{"user_id": peer}],
    })
}

/// A group as each edition has it, with a fresh id.
pub(crate) fn group(edition: Edition, owner: &str, participants: &[&str]) -> Value {
    match edition {
        Edition::E2018 => json!({
            "category": "GROUP",
            "conversation_id": fresh(),
            "participants": participants
                .iter()
                .map(|user| json!({"action": "ADD", "role": "", "user_id": user}))
                .collect::<Vec<_>>(),
        }),
        Edition::E2026 => named_group(owner, "Mixin Rocks", participants),
    }
}

/// A group of 2026 with a name.
pub(crate) fn named_group(owner: &str, name: &str, participants: &[&str]) -> Value {
    let random = fresh();
    json!({
        "category": "GROUP",
        "conversation_id": group_conversation_id(owner, name, participants, &random).expect("a UUID"),
        "name": name,
        "random_id": random,
        "participants": participants.iter().map(|user| json!({"user_id": user})).collect::<Vec<_>>(),
    })
}

/// Runs a test in both editions.
pub(crate) async fn in_both_editions(test: impl AsyncFn(Subject)) {
    for edition in Edition::ALL {
        test(Subject::start(edition).await).await;
    }
}
