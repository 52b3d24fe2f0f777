//! Servers with canned answers, and reproducible runs against them.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use mixinspec_engine::reporter::terminal::render;
use mixinspec_engine::reporter::{Detail, Ending, Style};
use mixinspec_engine::{
    Caller, Credential, ExitStatus, Limits, Options, Patterns, Report, Route, RunError, Runner, Silent, Target, Users,
};
use mixinspec_spec::Spec;
use mixinspec_token::{Algorithm, Keystore};
use serde_json::{Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

/// The caller.
pub(crate) const CALLER: &str = "8dcf823d-9eb3-4da2-8734-f0aad50c0da6";

/// The caller's token, a JWT that no output may contain.
pub(crate) const TOKEN: &str = "eyJhbGciOiJFZERTQSJ9.eyJjYW5hcnkiOiJjYWxsZXIifQ.c2lnbmF0dXJlLWNhbmFyeQ";

static SPEC: OnceLock<Arc<Spec>> = OnceLock::new();

/// A run against one server.
#[derive(Debug)]
pub(crate) struct Run {
    url: String,
    options: Options,
    signs: bool,
}

impl Run {
    /// A run of edition 2026, without generated cases.
    pub(crate) fn new(url: &str) -> Self {
        let options = Options {
            edition: Some("2026".into()),
            cases: 0,
            run_id: "snapshot".into(),
            jobs: 4,
            limits: Limits {
                timeout: Duration::from_millis(500),
                patience: Duration::from_millis(100),
                ..Limits::default()
            },
            ..Options::default()
        };
        Self { url: url.to_owned(), options, signs: false }
    }

    /// Selects these requirements or readings.
    pub(crate) fn only(mut self, patterns: &[&str]) -> Self {
        self.options.only = Patterns::new(patterns.iter().map(|&pattern| pattern.to_owned()).collect());
        self
    }

    /// Uses a keystore instead of a fixed token.
    pub(crate) fn signing(mut self) -> Self {
        self.signs = true;
        self
    }

    /// Selects this case.
    pub(crate) fn case(mut self, case: &str) -> Self {
        self.options.replay = Some(case.into());
        self
    }

    /// Changes other options.
    pub(crate) fn with(mut self, change: impl FnOnce(&mut Options)) -> Self {
        change(&mut self.options);
        self
    }

    /// Runs it; returns the report.
    pub(crate) async fn report(self) -> Report {
        self.result().await.expect("a report")
    }

    /// Runs it; returns the report or the error.
    pub(crate) async fn result(self) -> Result<Report, RunError> {
        let credential = if self.signs {
            let keystore = Keystore::generate(CALLER.parse().expect("a UUID"), Algorithm::EdDsa);
            Credential::keystore(keystore.expect("randomness"))
        } else {
            Credential::Bearer(format!("Bearer {TOKEN}").parse().expect("a header value"))
        };
        let target = Target {
            base: self.url.parse().expect("a URL"),
            callers: vec![Caller { user_id: CALLER.into(), credential }],
            users: Users::any_uuid(),
            route: Route::default(),
            secrets: vec![TOKEN.into()],
        };
        let spec = SPEC.get_or_init(|| Arc::new(Spec::embedded().expect("the embedded spec is sound")));
        let runner = Runner::new(Arc::clone(spec), target, self.options, Arc::new(Silent)).expect("a runner");
        runner.run().await
    }

    /// Runs it; returns the report as text, without the server's port and the numbers that grow with the spec.
    pub(crate) async fn shown(self) -> String {
        let at = self.url.clone();
        let report = self.report().await;
        let shown = show(&report, Detail::Usual).replace(at.trim_end_matches('/'), "http://127.0.0.1:PORT");
        let lines = shown.lines().map(|line| match line.split_once(' ') {
            Some((_, rest)) if rest.starts_with("exchanges, ") => format!("N {rest}"),
            _ if line.starts_with("  holds ") => "  holds     N times elsewhere".to_owned(),
            _ => line.to_owned(),
        });
        // The number of repetitions of a throttled request depends on the response times.
        let waited = |text: &str| match text.split_once("waited for ") {
            Some((before, rest)) => {
                let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
                format!("{before}waited for N{rest}")
            }
            None => text.to_owned(),
        };
        lines.map(|line| waited(&line)).collect::<Vec<_>>().join("\n")
    }
}

/// A report as text, without colours.
pub(crate) fn show(report: &Report, detail: Detail) -> String {
    let ending = Ending {
        status: ExitStatus::of(report, false, false, |_| false),
        elapsed: None,
        gate: None,
        replay: "mixinspec run URL --edition 2026 --seed 1",
    };
    render(report, &ending, Style { colors: false, width: 100, detail, all: false })
}

/// A server that answers creations with the result of `answer`, which gets the request's JSON.
pub(crate) async fn server<F>(answer: F) -> MockServer
where
    F: Fn(&Value) -> ResponseTemplate + Send + Sync + 'static,
{
    struct Answering<F>(F);
    impl<F: Fn(&Value) -> ResponseTemplate + Send + Sync> Respond for Answering<F> {
        fn respond(&self, request: &Request) -> ResponseTemplate {
            let json = serde_json::from_slice(&request.body).unwrap_or_default();
            (self.0)(&json)
        }
    }
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(Answering(answer)).mount(&server).await;
    server
}

/// The body of a correct server's answer to a valid request.
pub(crate) fn conversation(request: &Value) -> Value {
    const WHEN: &str = "2026-11-23T12:00:00.000000001Z";
    let participant =
        |user: &Value, role: &str| json!({"type": "participant", "user_id": user, "role": role, "created_at": WHEN});
    let asked = request["participants"].as_array().cloned().unwrap_or_default();
    let mut participants = vec![participant(&json!(CALLER), "OWNER")];
    participants.extend(asked.iter().map(|asked| participant(&asked["user_id"], asked["role"].as_str().unwrap_or(""))));
    let code = "d8244b92-30e9-44b5-bfb0-ce597c788125";
    json!({"data": {
        "type": "conversation",
        "conversation_id": request["conversation_id"],
        "creator_id": CALLER,
        "category": request["category"],
        "name": request["name"].as_str().unwrap_or(""),
        "icon_url": "",
        "announcement": request["announcement"].as_str().unwrap_or(""),
        "created_at": WHEN,
        "code_id": code,
        "code_url": format!("https://mixin.one/codes/{code}"),
        "mute_until": "0001-01-01T00:00:00Z",
        "expire_in": 0,
        "circles": [],
        "participant_sessions": [],
        "participants": participants,
    }})
}

/// The answer to an accepted request.
pub(crate) fn accepted(body: &Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(body)
}

/// A refusal in the form of edition 2026.
pub(crate) fn refused(code: i64, field: &str) -> ResponseTemplate {
    ResponseTemplate::new(202).set_body_json(refusal(code, field))
}

/// The body of such an answer.
pub(crate) fn refusal(code: i64, field: &str) -> Value {
    json!({"error": {
        "status": 202, "code": code, "description": "Invalid request data.", "extra": {"field": field},
    }})
}

/// Whether the two members that most wrong requests change are valid.
pub(crate) fn is_valid(request: &Value) -> bool {
    matches!(request["category"].as_str(), Some("GROUP" | "CONTACT"))
        && request["participants"].as_array().is_some_and(|participants| !participants.is_empty())
}

/// The answer of a correct server, as far as these tests need it.
pub(crate) fn correct(request: &Value) -> ResponseTemplate {
    if is_valid(request) { accepted(&conversation(request)) } else { refused(10002, "category") }
}
