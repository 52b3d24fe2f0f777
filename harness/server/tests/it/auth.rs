//! Who the caller is.

use std::collections::HashSet;

use mixinspec_server::{Edition, KnownUsers, Server};
use reqwest::Method;
use serde_json::json;

use crate::support::{ALICE, BOB, CAROL, Subject, contact, in_both_editions, send, token, uuid};

#[tokio::test]
async fn without_a_known_token_nothing_is_done() {
    in_both_editions(async |subject| {
        let known = token(ALICE);
        for credential in [
            None,
            Some(String::new()),
            Some("Bearer".into()),
            Some("Bearer ".into()),
            Some("Bearer garbage".into()),
            Some(format!("Bearer {}", &known[..known.len() - 1])),
            Some(format!("Bearer {known}x")),
            Some(format!("Basic {known}")),
            Some(known.clone()),
        ] {
            for (method, path) in [(Method::POST, "/conversations"), (Method::GET, "/conversations/x")] {
                let mut request = subject.client.request(method, format!("{}{path}", subject.url));
                if let Some(credential) = &credential {
                    request = request.header("Authorization", credential);
                }
                let refused = send(request.body(contact(ALICE, BOB).to_string())).await;
                assert_eq!(refused.code(), 401, "{credential:?}");
            }
        }
        let url = format!("{}/conversations", subject.url);
        let twice = subject.client.post(&url).bearer_auth(token(ALICE)).bearer_auth(token(BOB));
        assert_eq!(send(twice.body(contact(ALICE, BOB).to_string())).await.code(), 401);
        let lower = subject.client.post(url).header("Authorization", format!("bearer  {known}"));
        send(lower.body(contact(ALICE, BOB).to_string())).await.data();
    })
    .await;
}

/// U5.
#[tokio::test]
async fn nothing_in_the_body_makes_another_caller() {
    in_both_editions(async |subject| {
        let mut request = contact(ALICE, BOB);
        request["creator_id"] = json!(CAROL);
        request["user_id"] = json!(CAROL);
        assert_eq!(subject.create(ALICE, &request).await.data()["creator_id"], ALICE);
    })
    .await;
}

#[tokio::test]
async fn without_authentication_every_request_is_the_same_callers() {
    let subject = Subject::start_as(Edition::E2026, |builder| builder.no_auth(uuid(ALICE))).await;
    let url = format!("{}/conversations", subject.url);
    let answer = send(subject.client.post(url).body(contact(ALICE, BOB).to_string())).await;
    assert_eq!(answer.data()["creator_id"], ALICE);
    assert_eq!(subject.create(BOB, &contact(ALICE, BOB)).await, answer);
}

#[tokio::test]
async fn a_closed_list_of_users() {
    for edition in Edition::ALL {
        let known = HashSet::from([uuid(BOB)]);
        let subject = Subject::start_as(edition, |builder| builder.users(KnownUsers::Only(known))).await;
        subject.create(ALICE, &contact(ALICE, BOB)).await.data();
        let refused = subject.create(ALICE, &contact(ALICE, CAROL)).await;
        assert_eq!(refused.code(), 10002);
        assert_eq!(refused.body["error"]["extra"]["field"], "participants/0/user_id");
    }
}

#[test]
fn tokens_are_not_shown() {
    let builder = Server::builder().bearer("very-secret", uuid(ALICE));
    assert!(!format!("{builder:?} {:?}", builder.clone().build()).contains("very-secret"));
}
