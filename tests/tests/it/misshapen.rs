//! Tests that an answer that breaks its schema is the subject's failure, never an error of mixinspec: every rule copes
//! with it.

use std::fs;
use std::sync::Arc;

use mixinspec_engine::{Options, Patterns, Verdict};
use mixinspec_spec::Spec;
use serde_json::{Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use crate::conformance::{exceptions, judge, judge_by, one_of_many, options};
use crate::shrinking::answer;
use crate::spec_folder::copy;

/// A server that accepts everything, and spoils one member of each answer.
struct Spoils {
    member: &'static str,
    with: Option<Value>,
}

impl Respond for Spoils {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let mut body = answer(&serde_json::from_slice(&request.body).unwrap_or_default());
        if let Some(data) = body["data"].as_object_mut() {
            match &self.with {
                None => drop(data.remove(self.member)),
                Some(value) => drop(data.insert(self.member.to_owned(), value.clone())),
            }
        }
        ResponseTemplate::new(200).set_body_json(body)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_rule_stumbles_over_a_wrong_shape() {
    for member in
        ["conversation_id", "creator_id", "category", "name", "created_at", "code_id", "code_url", "participants"]
    {
        for with in [None, Some(Value::Null), Some(json!([7]))] {
            let server = MockServer::start().await;
            let shown = format!("{member}: {with:?}");
            Mock::given(any()).respond_with(Spoils { member, with }).mount(&server).await;
            let options = Options { cases: 0, skip: one_of_many(), ..options(Some("2026"), "a") };
            let report = judge(&server.uri(), 2, options).await;
            assert_eq!(report.counts.error, 0, "{shown}\n{}", exceptions(&report));
            let owner = format!("answer-{}", member.replace('_', "-"));
            let broken = report.requirements.iter().filter(|r| r.verdict == Verdict::Fail);
            assert!(
                broken.clone().any(|r| r.id == owner || r.id == "ids-lower-case" || r.id.starts_with("times-")),
                "{shown}"
            );
        }
    }
}

/// A server that refuses everything with this error.
struct Refuses(Value);

impl Respond for Refuses {
    fn respond(&self, _: &Request) -> ResponseTemplate {
        ResponseTemplate::new(202).set_body_json(json!({"error": self.0}))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_rule_stumbles_over_a_wrong_error() {
    for edition in ["2018", "2026"] {
        for member in ["status", "code", "description"] {
            for with in [None, Some(Value::Null), Some(json!([7])), Some(json!({}))] {
                let mut error = json!({"status": 202, "code": 10002, "description": "Invalid."});
                let shown = format!("edition {edition}, {member}: {with:?}");
                match with {
                    None => drop(error.as_object_mut().map(|error| error.remove(member))),
                    Some(value) => error[member] = value,
                }
                let server = MockServer::start().await;
                Mock::given(any()).respond_with(Refuses(error)).mount(&server).await;
                let options = Options { cases: 0, skip: one_of_many(), ..options(Some(edition), "a") };
                let report = judge(&server.uri(), 2, options).await;
                assert_eq!(report.counts.error, 0, "{shown}\n{}", exceptions(&report));
                let seen = report.requirements.iter().find(|r| r.id == "error-members").map(|r| r.verdict);
                assert!(matches!(seen, Some(Verdict::Fail | Verdict::Warn)), "{shown}: {seen:?}");
            }
        }
    }
}

const WITH_A_RULE: &str = r#"
  - id: name-back
    row: Q5
    area: requests
    level: must
    editions: ["2026"]
    statement: A name comes back.
    source: [{document: docs, quote: "Group name, valid when category is 'GROUP', 512 characters at most"}]
    accepts:
      requests: [group]
      cases: [{name: other, patch: [{op: replace, path: /name, value: Other}]}]
      rule: response.data.name == request.name
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_of_an_accepted_request_waits_for_the_shape() {
    let folder = copy("spec-with-a-rule");
    let path = folder.join("requirements.yaml");
    let text = fs::read_to_string(&path).expect("the document");
    fs::write(&path, text + WITH_A_RULE).expect("a folder that can be written to");
    let spec = Arc::new(Spec::load(&folder).expect("a sound spec"));
    for (with, verdict) in
        [(None, Verdict::Inconclusive), (Some(json!("x")), Verdict::Fail), (Some(json!("Other")), Verdict::Pass)]
    {
        let server = MockServer::start().await;
        Mock::given(any()).respond_with(Spoils { member: "name", with }).mount(&server).await;
        let only = Patterns::new(vec!["name-back".into()]);
        let options = Options { only, cases: 0, ..options(Some("2026"), "a") };
        let report = judge_by(Arc::clone(&spec), &server.uri(), options).await;
        assert_eq!(report.requirements.first().map(|r| r.verdict), Some(verdict), "{}", exceptions(&report));
    }
}
