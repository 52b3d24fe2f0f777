//! The form of an answer.

use mixinspec_server::Edition;
use mixinspec_types::{Checked, FromJson, edition_2018, edition_2026};
use serde_json::{Value, json};

use crate::support::{ALICE, BOB, CAROL, Subject, contact, group, in_both_editions};

/// Whether an answer is one that the edition's schema allows.
#[track_caller]
fn assert_valid(edition: Edition, body: &Value) {
    let checked = match edition {
        Edition::E2018 => edition_2018::ConversationResponse::from_json(body.clone()).and_then(|value| value.check()),
        Edition::E2026 => edition_2026::ConversationResponse::from_json(body.clone()).and_then(|value| value.check()),
    };
    assert_eq!(checked, Ok(()), "{body}");
}

#[tokio::test]
async fn answers_satisfy_the_schema() {
    in_both_editions(async |subject| {
        for request in [group(subject.edition, ALICE, &[BOB, CAROL]), contact(ALICE, BOB)] {
            let answer = subject.create(ALICE, &request).await;
            let data = answer.data();
            assert_valid(subject.edition, &answer.body);
            assert_eq!(data["conversation_id"], request["conversation_id"]);
            assert_eq!(data["category"], request["category"]);
            assert_eq!(data["creator_id"], ALICE);
        }
    })
    .await;
}

#[tokio::test]
async fn what_was_created_can_be_read_by_its_members_alone() {
    in_both_editions(async |subject| {
        for request in [group(subject.edition, ALICE, &[BOB]), contact(ALICE, BOB)] {
            let created = subject.create(ALICE, &request).await;
            let id = created.data()["conversation_id"].as_str().expect("a text");
            assert_eq!(subject.get(ALICE, id).await, created);
            assert_eq!(subject.get(BOB, id).await, created);
            assert_eq!(subject.get(BOB, &id.to_ascii_uppercase()).await, created);
            assert_eq!(subject.get(CAROL, id).await.code(), 404);
        }
        let nowhere = subject.get(CAROL, "928c5c40-769c-3e97-8387-fb1ae0645311").await;
        assert_eq!(nowhere.code(), 404);
        assert_eq!(subject.get(CAROL, "not-an-id").await, nowhere);
    })
    .await;
}

/// The request of the page, and the form of its answer: the members, in their JSON types, and no others.
#[tokio::test]
async fn the_page_gets_its_answer() {
    let subject = Subject::start(Edition::E2018).await;
    let request = r#"{"category":"GROUP","conversation_id":"928c5c40-769c-3e97-8387-fb1ae0645311","participants":[{"action":"ADD","role":"","user_id":"e8e5b807-fa8b-455a-8dfa-b189d28310ff"}]}"#;
    let mut answer = subject.post(ALICE, request).await;
    answer.data();

    // What only this server can know takes the page's value, once it has proved to be of its kind.
    let page = json!({
        "type": "conversation",
        "conversation_id": "928c5c40-769c-3e97-8387-fb1ae0645311",
        "creator_id": "8dcf823d-9eb3-4da2-8734-f0aad50c0da6",
        "category": "GROUP",
        "name": "",
        "icon_url": "",
        "announcement": "",
        "created_at": "2018-05-16T12:34:44.134238105Z",
        "code_id": "d8244b92-30e9-44b5-bfb0-ce597c788125",
        "code_url": "https://mixin.one/codes/d8244b92-30e9-44b5-bfb0-ce597c788125",
        "mute_until": "2018-05-16T12:34:44.143010035Z",
        "participants": [
            {"type": "participant", "user_id": ALICE, "role": "OWNER", "created_at": "2018-05-16T12:34:44.134238105Z"},
            {"type": "participant", "user_id": BOB, "role": "", "created_at": "2018-05-16T12:34:44.149277666Z"},
        ],
    });
    assert_valid(Edition::E2018, &answer.body);
    let data = &mut answer.body["data"];
    let code = data["code_id"].as_str().expect("a text").to_owned();
    assert_eq!(code.parse::<mixinspec_server::Uuid>().expect("a UUID").get_version_num(), 4);
    assert_eq!(data["code_url"], format!("https://mixin.one/codes/{code}"));
    for name in ["code_id", "code_url"] {
        data[name] = page[name].clone();
    }
    for pointer in ["/created_at", "/mute_until", "/participants/0/created_at", "/participants/1/created_at"] {
        let time = data.pointer_mut(pointer).expect("a time");
        let form = |text: &Value| text.as_str().expect("a text").replace(|c: char| c.is_ascii_digit(), "0");
        assert_eq!(form(time), "0000-00-00T00:00:00.000000000Z");
        *time = page.pointer(pointer).expect("a time").clone();
    }
    assert_eq!(*data, page);
}

#[tokio::test]
async fn an_answer_of_2026_has_what_clients_need() {
    let subject = Subject::start(Edition::E2026).await;
    let answer = subject.create(ALICE, &group(Edition::E2026, ALICE, &[BOB])).await;
    let data = answer.data();
    assert_eq!(data["expire_in"], 0);
    assert_eq!(data["circles"], json!([]));
    assert_eq!(data["name"], "Mixin Rocks");
    let sessions = data["participant_sessions"].as_array().expect("an array");
    let users: Vec<_> = sessions.iter().map(|session| &session["user_id"]).collect();
    assert_eq!(users, [ALICE, BOB]);
    assert_ne!(sessions[0]["session_id"], sessions[1]["session_id"]);
}
