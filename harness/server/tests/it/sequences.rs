//! Over several requests.

use std::collections::HashSet;

use mixinspec_server::Edition;
use serde_json::{Value, json};

use crate::support::{ALICE, BOB, CAROL, Subject, contact, fresh, group, in_both_editions};

/// S1 and S3: creating again, whoever of the members does it and with whatever list, changes nothing.
#[tokio::test]
async fn creating_again_changes_nothing() {
    in_both_editions(async |subject| {
        for request in [group(subject.edition, ALICE, &[BOB, CAROL]), contact(ALICE, BOB)] {
            let first = subject.create(ALICE, &request).await;
            first.data();
            assert_eq!(subject.create(ALICE, &request).await, first);
        }

        let request = group(subject.edition, ALICE, &[BOB]);
        let first = subject.create(ALICE, &request).await;
        for participants in [
            json!([]),
            json!([{"user_id": BOB, "role": "ADMIN"}]),
            json!([{"user_id": CAROL}]),
            json!([{"user_id": ALICE}, {"user_id": BOB}, {"user_id": fresh()}]),
        ] {
            let mut again = request.clone();
            again["participants"] = participants;
            for caller in [ALICE, BOB] {
                assert_eq!(subject.create(caller, &again).await, first, "{caller} {again}");
            }
        }
        let id = request["conversation_id"].as_str().expect("a text");
        assert_eq!(subject.get(ALICE, id).await, first);
    })
    .await;
}

/// S2.
#[tokio::test]
async fn a_contact_is_the_same_from_the_other_side() {
    in_both_editions(async |subject| {
        let first = subject.create(ALICE, &contact(ALICE, BOB)).await;
        first.data();
        assert_eq!(subject.create(BOB, &contact(BOB, ALICE)).await, first);
    })
    .await;
}

/// S4.
#[tokio::test]
async fn who_is_not_in_a_group_does_not_get_in() {
    in_both_editions(async |subject| {
        let request = group(subject.edition, ALICE, &[BOB]);
        let first = subject.create(ALICE, &request).await;
        let mut mine = request.clone();
        mine["participants"] = json!([{"user_id": ALICE}, {"user_id": BOB}, {"user_id": CAROL}]);
        for attempt in [&request, &mine] {
            let refused = subject.create(CAROL, attempt).await;
            assert_eq!(refused.code(), 403);
            assert_eq!(refused.body["error"].get("extra"), None);
        }
        let id = request["conversation_id"].as_str().expect("a text");
        assert_eq!(subject.get(CAROL, id).await.code(), 404);
        assert_eq!(subject.create(ALICE, &request).await, first);
    })
    .await;
}

/// What exists as one category is not handed out as the other.
#[tokio::test]
async fn a_conversation_keeps_its_category() {
    let subject = Subject::start(Edition::E2018).await;
    let request = contact(ALICE, BOB);
    let mut squatted = request.clone();
    squatted["category"] = json!("GROUP");
    subject.create(ALICE, &squatted).await.data();
    let refused = subject.create(ALICE, &request).await;
    assert_eq!(refused.code(), 10002);
    assert_eq!(refused.body["error"]["extra"]["field"], "category");
}

/// S5.
#[tokio::test]
async fn conversations_do_not_leak_into_each_other() {
    in_both_editions(async |subject| {
        let mut codes = HashSet::new();
        for peer in [BOB, CAROL].into_iter().cycle().take(20) {
            let answer = subject.create(ALICE, &group(subject.edition, ALICE, &[peer])).await;
            let participants = answer.data()["participants"].as_array().expect("an array");
            let users: Vec<_> = participants.iter().map(|participant| &participant["user_id"]).collect();
            assert_eq!(users, [ALICE, peer]);
            assert!(codes.insert(answer.data()["code_id"].to_string()));
        }
    })
    .await;
}

/// Sends all requests at once.
async fn at_once(subject: &Subject, requests: impl IntoIterator<Item = (&'static str, Value)>) -> Vec<Value> {
    let requests = requests.into_iter().map(async |(caller, request)| subject.create(caller, &request).await.body);
    futures::future::join_all(requests).await
}

/// S6, on threads that really run at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn simultaneous_creates_give_one_conversation() {
    in_both_editions(async |subject| {
        for _ in 0..20 {
            let request = group(subject.edition, ALICE, &[BOB, CAROL]);
            let answers = at_once(&subject, (0..32).map(|_| (ALICE, request.clone()))).await;
            assert!(answers[0]["data"].is_object(), "{}", answers[0]);
            assert!(answers.iter().all(|answer| *answer == answers[0]));
        }
        let sides = (0..32).map(|n| if n % 2 == 0 { (ALICE, contact(ALICE, BOB)) } else { (BOB, contact(BOB, ALICE)) });
        let answers = at_once(&subject, sides).await;
        assert!(answers[0]["data"].is_object(), "{}", answers[0]);
        assert!(answers.iter().all(|answer| *answer == answers[0]));
    })
    .await;
}

/// Of two strangers who use one id at once, one creates it, and the other learns nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_strangers_one_gets_the_id() {
    let subject = Subject::start(Edition::E2018).await;
    for _ in 0..20 {
        let request = group(Edition::E2018, ALICE, &[]);
        let callers = (0..32).map(|n| ([ALICE, CAROL][n % 2], request.clone()));
        let answers = at_once(&subject, callers).await;
        let (mine, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer["data"].is_object());
        assert_eq!((mine.len(), refused.len()), (16, 16));
        assert!(mine.iter().all(|answer| *answer == mine[0]));
        assert!(refused.iter().all(|answer| answer["error"]["code"] == 403));
    }
}
