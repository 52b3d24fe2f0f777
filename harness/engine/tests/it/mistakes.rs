//! Tests the texts of failures for the most frequent mistakes of servers: the cause must be clear from the text alone.

use insta::assert_snapshot;
use mixinspec_engine::Verdict;
use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use crate::canned::{Run, accepted, conversation, correct, is_valid, server};

const PLAIN: &str = "group-accepted/plain";

/// The failure of one requirement, if the answers to valid requests are changed in this way.
async fn words(only: &str, case: Option<&str>, change: impl Fn(&mut Value) + Send + Sync + 'static) -> String {
    let server = server(move |request| {
        let mut body = conversation(request);
        change(&mut body);
        accepted(&body)
    })
    .await;
    of(&server.uri(), only, case).await
}

async fn of(url: &str, only: &str, case: Option<&str>) -> String {
    let mut run = Run::new(url).only(&[only]);
    if let Some(case) = case {
        run = run.case(case);
    }
    let report = run.report().await;
    let broken = |verdict| matches!(verdict, Verdict::Fail | Verdict::Warn);
    let requirements = report.requirements.iter().filter(|one| broken(one.verdict)).map(|one| (&one.id, &one.failures));
    let readings = report.readings.iter().filter(|one| broken(one.verdict)).map(|one| (&one.id, &one.failures));
    let told = requirements.chain(readings).filter_map(|(id, failures)| {
        let failure = failures.first()?;
        Some(format!("{id}\n  expected  {}\n  actual    {}\n", failure.expected, failure.actual))
    });
    told.collect()
}

fn data(body: &mut Value) -> &mut Value {
    &mut body["data"]
}

/// Mistakes in an answer, and the texts about them.
#[tokio::test]
async fn in_answers() {
    type Mistake = (&'static str, fn(&mut Value));
    let mistakes: [Mistake; 16] = [
        ("answer-envelope", |body| *body = data(body).clone()),
        ("answer-envelope", |body| *body = json!([])),
        ("answer-type", |body| data(body)["type"] = json!("group")),
        ("answer-name", |body| data(body)["name"] = Value::Null),
        ("answer-participants", |body| data(body)["participants"] = json!({"user_id": "x"})),
        ("times-rfc3339", |body| data(body)["created_at"] = json!("2026-11-29T08:06:38.808452")),
        ("times-rfc3339", |body| data(body)["created_at"] = json!("29.11.2026")),
        ("times-are-text", |body| data(body)["mute_until"] = Value::Null),
        ("times-utc", |body| data(body)["created_at"] = json!("2026-11-29T08:06:38+08:00")),
        ("answer-same-id", |body| data(body)["conversation_id"] = json!("00000000-0000-4000-8000-000000000001")),
        ("group-sole-owner", |body| data(body)["participants"][1]["role"] = json!("OWNER")),
        ("participants-listed", |body| data(body)["participants"] = json!([data(body)["participants"][0].clone()])),
        ("participants-once", |body| {
            let first = data(body)["participants"][0].clone();
            data(body)["participants"].as_array_mut().expect("a list").push(first);
        }),
        ("participants-nobody-else", |body| {
            let stranger = json!({"type": "participant", "user_id": "00000000-0000-4000-8000-000000000001", "role": "",
                "created_at": data(body)["created_at"]});
            data(body)["participants"].as_array_mut().expect("a list").push(stranger);
        }),
        ("group-code-url", |body| data(body)["code_url"] = json!("https://mixin.one/codes/1")),
        ("answer-without-error", |body| body["error"] = Value::Null),
    ];
    let mut told = String::new();
    for (only, change) in mistakes {
        let found = words(only, Some(PLAIN), change).await;
        assert!(!found.is_empty(), "{only}");
        told.push_str(&found);
    }
    assert_snapshot!(told);
}

/// Mistakes in refusals, header fields and readings, and the texts about them.
#[tokio::test]
async fn elsewhere() {
    let mut told = String::new();
    let mut note = |found: String| {
        assert!(!found.is_empty(), "nothing after:\n{told}");
        told.push_str(&found);
    };
    let of_validation = server(|request| match is_valid(request) {
        true => correct(request),
        false => ResponseTemplate::new(422).set_body_json(json!({"detail": [{"loc": ["body", "category"]}]})),
    })
    .await;
    note(of(&of_validation.uri(), "refusal-envelope", Some("category-required/group-category-missing")).await);
    let of_text = server(|request| match is_valid(request) {
        true => correct(request),
        false => ResponseTemplate::new(400).set_body_json(json!({"error": "category"})),
    })
    .await;
    note(of(&of_text.uri(), "refusal-envelope", Some("category-required/group-category-missing")).await);
    let bare = server(|request| ResponseTemplate::new(200).set_body_json(conversation(request))).await;
    note(of(&bare.uri(), "request-id-echoed", Some(PLAIN)).await);
    let traces = server(|request| match is_valid(request) {
        true => correct(request),
        false => ResponseTemplate::new(202).set_body_json(json!({"error": {"status": 202, "code": 10002,
            "description": "Traceback (most recent call last):\n  File \"/srv/app.py\", line 3, in create"}})),
    })
    .await;
    note(of(&traces.uri(), "refusal-without-internals", Some("category-required/group-category-missing")).await);
    let all = server(|request| accepted(&conversation(request))).await;
    note(of(&all.uri(), "contact-id-version", None).await);
    note(of(&all.uri(), "participant-twice", None).await);
    assert_snapshot!(told);
}

/// A beginner's server: consequences of a mistake are listed under it.
#[tokio::test]
async fn of_a_server_that_checks_no_id() {
    let all = server(|request| accepted(&conversation(request))).await;
    assert_snapshot!(Run::new(&all.uri()).only(&["contact-id-*"]).shown().await);
}
