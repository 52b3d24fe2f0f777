//! Tests that a server that implements nothing does not pass the run, and that nothing passes without evidence. A
//! snapshot lists every single pass that such a server gets, so that a person can check that it is justified.

use std::sync::Arc;

use mixinspec_engine::{
    Caller, Credential, ExitStatus, Options, Report, Route, Runner, Silent, Target, Users, Verdict,
};
use mixinspec_server::Server;
use mixinspec_spec::model::{Area, Level};
use mixinspec_token::Algorithm;
use serde_json::{Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use crate::callers::{USERS, callers};
use crate::conformance::{options, spec};

/// The answer of a dummy to a request.
type Answer = fn(&Request) -> ResponseTemplate;

#[derive(Clone, Copy)]
struct Dummy(Answer);

impl Respond for Dummy {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        (self.0)(request)
    }
}

const DUMMIES: [(&str, Answer); 5] = [
    ("the same success", |_| ResponseTemplate::new(200).set_body_json(json!({"data": conversation()}))),
    ("the same refusal", |_| ResponseTemplate::new(202).set_body_json(refusal())),
    ("the same 400", |_| ResponseTemplate::new(400).set_body_json(refusal())),
    ("echo", |request| ResponseTemplate::new(200).set_body_bytes(request.body.clone())),
    ("empty 200", |_| ResponseTemplate::new(200)),
];

/// A conversation as the API's documents show it, with all members of an answer.
fn conversation() -> Value {
    const WHEN: &str = "2018-05-16T12:34:44.134238105Z";
    let participant =
        |user: &str, role: &str| json!({"type": "participant", "user_id": user, "role": role, "created_at": WHEN});
    json!({
        "type": "conversation",
        "conversation_id": "928c5c40-769c-3e97-8387-fb1ae0645311",
        "creator_id": USERS[0],
        "category": "GROUP",
        "name": "",
        "icon_url": "",
        "announcement": "",
        "created_at": WHEN,
        "code_id": "d8244b92-30e9-44b5-bfb0-ce597c788125",
        "code_url": "https://mixin.one/codes/d8244b92-30e9-44b5-bfb0-ce597c788125",
        "mute_until": "2018-05-16T12:34:44.143010035Z",
        "participants": [participant(USERS[0], "OWNER"), participant(USERS[1], "")],
        "participant_sessions": [],
        "circles": [],
        "expire_in": 0,
    })
}

fn refusal() -> Value {
    let extra = json!({"field": "category", "reason": "is not one of those that are known"});
    json!({"error": {"status": 202, "code": 10002, "description": "Invalid request data.", "extra": extra}})
}

/// The ways to call a server: the name, and the callers.
fn credentials() -> Vec<(&'static str, Vec<Caller>)> {
    let caller = |user: &str, credential| Caller { user_id: user.to_owned(), credential };
    let bearer = |user: &str| Credential::Bearer(format!("Bearer token-of-{user}").parse().expect("a header value"));
    vec![
        ("no-auth", vec![caller(USERS[0], Credential::None)]),
        ("bearer", USERS.map(|user| caller(user, bearer(user))).into()),
        ("keystore", callers(Algorithm::EdDsa, 2)),
    ]
}

async fn judged(url: &str, callers: Vec<Caller>, edition: Option<&str>) -> Report {
    let target = Target {
        base: url.parse().expect("a URL"),
        callers,
        users: Users::any_uuid(),
        route: Route::default(),
        secrets: Vec::new(),
    };
    // As a default run, but with few generated requests: a dummy answers all of them alike.
    let options = Options { cases: 2, ..options(edition, "a") };
    Runner::new(spec(), target, options, Arc::new(Silent)).expect("a runner").run().await.expect("a report")
}

/// Every pass, and every reading that was observed.
fn passes(report: &Report) -> String {
    let passed = report.requirements.iter().filter(|r| r.verdict == Verdict::Pass);
    let mut lines: Vec<String> = passed.map(|r| r.id.clone()).collect();
    for reading in report.readings.iter().filter(|r| r.verdict == Verdict::Pass) {
        let names: Vec<&str> = reading.observed.keys().map(String::as_str).collect();
        lines.push(format!("reading {}: {}", reading.id, names.join(", ")));
    }
    lines.join("\n")
}

/// One run against a dummy: whether it gets the exit status 0, and what passes.
async fn run(dummy: Dummy, callers: Vec<Caller>, edition: Option<&'static str>) -> (ExitStatus, Report) {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(dummy).mount(&server).await;
    let report = judged(&server.uri(), callers, edition).await;
    (ExitStatus::of(&report, false, false, |_| false), report)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_implements_nothing_passes_nothing_that_it_does_not_show() {
    let mut runs = Vec::new();
    for (name, answer) in DUMMIES {
        for (how, callers) in credentials() {
            for edition in [Some("2018"), Some("2026"), None] {
                // In 2026 a 400 is not a refusal, so this dummy is like the other ones; `auto` chooses one of the two
                // editions.
                if (name == "the same 400" && edition != Some("2018")) || (how != "bearer" && edition.is_none()) {
                    continue;
                }
                runs.push((name, how, edition, tokio::spawn(run(Dummy(answer), callers.clone(), edition))));
            }
        }
    }
    let mut all = String::new();
    for (name, how, edition, run) in runs {
        let (status, report) = run.await.expect("a report");
        let title = format!("{name}, {how}, edition {}", edition.unwrap_or("auto"));
        assert_ne!(status, ExitStatus::Success, "{title}");
        if edition.is_some() {
            all.push_str(&format!("## {title}: {status:?}\n{}\n\n", passes(&report)));
        }
        if name == "the same refusal" {
            says_nothing_of_what_it_accepts(&report);
        }
    }
    insta::assert_snapshot!("passes", all);
}

/// Checks that rules about accepted requests are inconclusive if no request is accepted.
fn says_nothing_of_what_it_accepts(report: &Report) {
    let spec = spec();
    let about_accepted = |id: &str| {
        let requirement = spec.requirement(id).expect("a requirement");
        let when = requirement.when.as_ref().map(|when| when.as_str());
        let shows_itself = requirement.always.is_some() && !requirement.may_be_unseen;
        shows_itself && when.is_some_and(|when| when.starts_with("outcome == 'accepted'"))
    };
    let mut seen = 0;
    for requirement in report.requirements.iter().filter(|requirement| about_accepted(&requirement.id)) {
        seen += 1;
        assert_eq!(requirement.verdict, Verdict::Inconclusive, "{}", requirement.id);
        assert_eq!(requirement.reason.as_deref(), Some("no exchange of this run shows it"), "{}", requirement.id);
    }
    assert!(seen > 10);
}

/// The server is correct otherwise, but every request counts as the caller's, whatever its token.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_given_keystores_and_checks_nothing_fails() {
    let server = Server::builder().no_auth(USERS[0].parse().expect("a UUID")).build();
    let (address, running) = server.bind("127.0.0.1:0").await.expect("a free port");
    let report = judged(&format!("http://{address}"), callers(Algorithm::EdDsa, 1), Some("2026")).await;
    running.stop().await;
    assert_eq!(ExitStatus::of(&report, false, false, |_| false), ExitStatus::Failed);
    let spec = spec();
    let mut unchecked = Vec::new();
    for requirement in &report.requirements {
        let about_credentials = spec.requirement(&requirement.id).is_some_and(|r| r.area == Area::Authentication);
        let is_broken = matches!(requirement.verdict, Verdict::Fail | Verdict::Warn);
        assert!(about_credentials || !is_broken, "{}", requirement.id);
        if about_credentials && requirement.level == Level::Must && !is_broken {
            unchecked.push(format!("{}: {}", requirement.id, requirement.verdict.word()));
        }
    }
    // The requirements that such a server satisfies: it accepts valid tokens, and takes the caller from nowhere else.
    insta::assert_snapshot!("nothing-checked", unchecked.join("\n"));
}
