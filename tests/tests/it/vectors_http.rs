//! Sends every HTTP vector to the reference server, by two callers: valid requests are accepted, invalid ones refused,
//! and no id of the vector's own caller, users and conversations is left in the request.

use std::sync::{Arc, LazyLock};

use mixinspec_engine::http::client::{Limits, Sender};
use mixinspec_engine::http::envelope::Envelope;
use mixinspec_engine::http::outcome::Outcome;
use mixinspec_engine::identity::derivation::Derivations;
use mixinspec_engine::identity::ids::IdSpace;
use mixinspec_engine::request::make::{Cast, Made};
use mixinspec_engine::vectors::{DerivedId, ExpectedOutcome, HttpVector, embedded_cases};
use mixinspec_engine::{Options, Patterns, Route, Users, Verdict};
use mixinspec_server::{Edition, Policy};
use mixinspec_spec::Spec;
use mixinspec_token::Algorithm;
use serde_json::json;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use crate::callers::{USERS, callers};
use crate::conformance::{judge, options, serve};
use crate::shrinking::accepted;
use crate::vectors::read;

fn vectors(edition: &str) -> Vec<HttpVector> {
    let all = read::<HttpVector>("create-conversation").vectors;
    all.into_iter().filter(|vector| vector.edition == edition).collect()
}

/// The spec, cached: reading it takes longer than the tests.
static SPEC: LazyLock<Spec> = LazyLock::new(|| Spec::embedded().expect("the embedded spec is sound"));

static DERIVATIONS: LazyLock<Derivations> = LazyLock::new(|| Derivations::new(SPEC.document.derivations.clone()));

/// The vector as this caller sends it; each `number` gives fresh ids.
fn made(vector: &HttpVector, users: &Users, caller: usize, number: u32) -> Made {
    let ids = IdSpace { seed: 1, run_id: format!("run/{number}") }.case(&vector.id, 0);
    let cast = Cast { caller, caller_id: USERS[caller].to_owned(), first_user: None };
    let made = vector.for_subject(&DERIVATIONS, users, &ids, &cast);
    made.unwrap_or_else(|error| panic!("{}: {error}", vector.id))
}

async fn send_all(name: &str, edition: Edition) {
    let (url, running) = serve(edition, Policy::default()).await;
    let credentials = callers(Algorithm::EdDsa, 2).into_iter().map(|caller| caller.credential).collect();
    let base = format!("{url}/").parse().expect("a URL");
    let envelope = Arc::new(Envelope::of(&SPEC));
    let sender = Sender::new(base, credentials, Limits::default(), &Route::default(), envelope).expect("a client");
    let vectors = vectors(name);
    assert!(vectors.len() > 100);
    let mut wrong = Vec::new();
    for vector in &vectors {
        for (number, caller) in [(1, 0), (2, 1), (3, 0)] {
            let made = made(vector, &Users::any_uuid(), caller, number);
            let outcome = sender.outcome(&sender.send(&made.sent).await);
            let is_right = match (vector.expected.outcome, outcome) {
                (ExpectedOutcome::Accepted | ExpectedOutcome::Either, Outcome::Accepted) => true,
                (ExpectedOutcome::Refused, Outcome::Refused(Some(code))) => {
                    vector.expected.codes.is_empty() || vector.expected.codes.contains(&code)
                }
                (ExpectedOutcome::Refused | ExpectedOutcome::Either, Outcome::Refused(_)) => true,
                _ => false,
            };
            if !is_right {
                wrong.push(format!("{}: {:?} expected, {outcome:?} found", vector.id, vector.expected.outcome));
            }
        }
    }
    running.stop().await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reference_server_of_2018_does_what_the_vectors_say() {
    send_all("2018", Edition::E2018).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reference_server_of_2026_does_what_the_vectors_say() {
    send_all("2026", Edition::E2026).await;
}

#[test]
fn nothing_of_the_vectors_own_users_and_ids_is_sent() {
    let list: Vec<String> = {
        let ids = IdSpace { seed: 2, run_id: "users".into() }.case("list", 0);
        (0..1100).map(|at| ids.uuid(&at.to_string()).to_string()).collect()
    };
    let mut tried = 0;
    for vector in vectors("2018").iter().chain(&vectors("2026")) {
        let users = Users::listed(list.clone());
        // The second caller is itself a user in many vectors, so its id may be in the request.
        let made = made(vector, &users, 1, 1);
        let body = String::from_utf8_lossy(&made.sent.body).to_lowercase();
        let caller = &vector.caller.user_id;
        for old in vector.users.iter().chain([caller]).filter(|old| *old != USERS[1]) {
            assert!(!body.contains(old.as_str()), "{}: {old} is still in {body}", vector.id);
        }
        let new = made.document.get("participants").and_then(|list| list.get(0)?.get("user_id")?.as_str());
        if let (Some(new), DerivedId::Unique) = (new, vector.derived)
            && !vector.users.is_empty()
        {
            let sides = (vector.users[0] < *caller, new.to_lowercase().as_str() < USERS[1]);
            let is_user = uuid::Uuid::try_parse(new).is_ok();
            assert!(!is_user || sides.0 == sides.1, "{}: the peer sorts on the other side", vector.id);
            tried += usize::from(is_user);
        }
    }
    assert!(tried > 30);
}

#[test]
fn ids_are_fresh_each_time_and_the_same_again() {
    for vector in vectors("2026") {
        let users = Users::any_uuid();
        let [first, same, other] = [1, 1, 2].map(|number| made(&vector, &users, 0, number).sent);
        assert_eq!((&first.body, &first.headers), (&same.body, &same.headers), "{}", vector.id);
        if vector.derived != DerivedId::AsIs && !vector.users.is_empty() {
            assert_ne!(first.body, other.body, "{}", vector.id);
        }
    }
}

#[test]
fn a_run_sends_what_is_really_sent() {
    let spec = Spec::embedded().expect("the embedded spec is sound");
    let named = |edition: &str| -> Vec<String> {
        let cases = embedded_cases(&spec, edition).expect("cases");
        for case in &cases {
            assert!(spec.requirement(&case.requirement).is_some(), "{}", case.requirement);
        }
        cases.into_iter().map(|case| format!("{}/{}", case.requirement, case.name)).collect()
    };
    assert_eq!(named("2018"), ["group-any-id/vector-seed-curl-group"]);
    let cases = named("2026");
    assert!(cases.iter().any(|case| case == "group-accepted/vector-ios-app-group"), "{cases:?}");
    // The requests of SDKs whose groups have no random_id belong to readings.
    assert_eq!(cases.len(), 16, "{cases:?}");
}

/// A server that refuses requests whose first member is conversation_id.
struct FirstMember;

impl Respond for FirstMember {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        if request.body.starts_with(b"{\"conversation_id\"") {
            let error = json!({"status": 202, "code": 10002, "description": "The request data has invalid field."});
            return ResponseTemplate::new(202).set_body_json(json!({"error": error}));
        }
        accepted(&serde_json::from_slice(&request.body).unwrap_or_default())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_refuses_what_an_app_really_sends_fails() {
    let server = MockServer::start().await;
    Mock::given(method("POST")).and(path("/conversations")).respond_with(FirstMember).mount(&server).await;
    let only = Patterns::new(vec!["group-accepted".into()]);
    let report = judge(&server.uri(), 1, Options { only, cases: 0, ..options(Some("2026"), "a") }).await;
    let requirement = report.requirements.iter().find(|one| one.id == "group-accepted").expect("a verdict");
    assert_eq!(requirement.verdict, Verdict::Fail);
    let failing: Vec<&str> = requirement.failures.iter().map(|failure| failure.case.as_str()).collect();
    assert_eq!(failing, ["group-accepted/vector-ios-app-group"]);
}
