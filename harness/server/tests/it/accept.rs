//! What must be accepted.

use mixinspec_server::Edition;
use mixinspec_types::{group_conversation_id, unique_conversation_id};
use serde_json::{Value, json};

use crate::support::{ALICE, Answer, BOB, CAROL, Subject, contact, fresh, group, in_both_editions, named_group, send};

/// The members and roles of an accepted answer.
#[track_caller]
fn members(answer: &Answer) -> Vec<(&str, &str)> {
    let participants = answer.data()["participants"].as_array().expect("an array");
    participants
        .iter()
        .map(|participant| {
            (participant["user_id"].as_str().expect("a text"), participant["role"].as_str().expect("a text"))
        })
        .collect()
}

/// What published SDKs send, each with its name, for a group with this id and these members.
fn groups_of_sdks(name: &str, id: &str, random: &str) -> Vec<(&'static str, Value)> {
    let users = [BOB, CAROL];
    let plain = json!(users.map(|user| json!({"user_id": user})));
    let with = |more: Value| {
        Value::from_iter(users.map(|user| {
            let mut participant = more.clone();
            participant["user_id"] = json!(user);
            participant
        }))
    };
    let never = "0001-01-01T00:00:00Z";
    vec![
        (
            "bot-api-go-client",
            json!({"announcement": "", "category": "GROUP", "conversation_id": id, "name": name, "random_id": random,
                "participants": with(json!({"role": "", "created_at": never}))}),
        ),
        (
            "mixin-sdk-go",
            json!({"category": "GROUP", "conversation_id": id, "name": name, "announcement": "Hear!", "random_id": random,
                "participants": with(json!({"created_at": never}))}),
        ),
        ("mixin-node-sdk", json!({"category": "GROUP", "conversation_id": id, "name": name, "participants": plain})),
        (
            "mixin-sdk-rs",
            json!({"category": "GROUP", "conversation_id": id, "name": name, "announcement": "", "random_id": random,
                "participants": plain}),
        ),
        (
            "Android",
            json!({"conversation_id": id, "category": "GROUP", "name": name, "icon_base64": "aWNvbg==",
                "announcement": "Hear!", "random_id": random, "participants": with(json!({"role": ""}))}),
        ),
        (
            "iOS",
            json!({"conversation_id": id, "category": "GROUP", "name": name, "random_id": random,
                "participants": with(json!({"role": ""}))}),
        ),
        (
            "Dart",
            json!({"conversation_id": id, "category": "GROUP", "name": name, "icon_base64": null, "announcement": null,
                "duration": null, "random_id": random, "participants": with(json!({"role": "", "created_at": null}))}),
        ),
        (
            "Kotlin",
            json!({"conversation_id": id, "category": "GROUP", "name": name, "icon_base64": null, "announcement": null,
                "duration": 86400, "participants": with(json!({"role": ""}))}),
        ),
    ]
}

fn contacts_of_sdks(id: &str) -> Vec<(&'static str, Value)> {
    let never = "0001-01-01T00:00:00Z";
    vec![
        (
            "bot-api-go-client",
            json!({"announcement": "", "category": "CONTACT", "conversation_id": id, "name": "", "random_id": "",
                "participants": [{"user_id": BOB, "role": "", "created_at": never}]}),
        ),
        (
            "mixin-sdk-go",
            json!({"category": "CONTACT", "conversation_id": id,
                "participants": [{"user_id": BOB, "created_at": never}]}),
        ),
        ("mixin-node-sdk", json!({"category": "CONTACT", "conversation_id": id, "participants": [{"user_id": BOB}]})),
        (
            "Android",
            json!({"conversation_id": id, "category": "CONTACT", "participants": [{"user_id": BOB, "role": ""}]}),
        ),
        (
            "Dart",
            json!({"conversation_id": id, "category": "CONTACT", "name": null, "icon_base64": null,
                "announcement": null, "duration": null, "random_id": null,
                "participants": [{"user_id": BOB, "role": "", "created_at": null}]}),
        ),
    ]
}

#[tokio::test]
async fn what_sdks_send() {
    let (name, random) = ("Mixin Rocks", fresh());
    let group = group_conversation_id(ALICE, name, &[BOB, CAROL], &random).expect("a UUID").to_string();
    let contact = unique_conversation_id(ALICE, BOB).to_string();
    for (sdk, request) in groups_of_sdks(name, &group, &random) {
        let subject = Subject::start(Edition::E2026).await;
        let answer = subject.create(ALICE, &request).await;
        assert_eq!(members(&answer), [(ALICE, "OWNER"), (BOB, ""), (CAROL, "")], "{sdk}");
        assert_eq!(answer.data()["name"], name, "{sdk}");
        assert_eq!(answer.data()["announcement"], request["announcement"].as_str().unwrap_or_default(), "{sdk}");
    }
    for (sdk, request) in contacts_of_sdks(&contact) {
        let subject = Subject::start(Edition::E2026).await;
        let answer = subject.create(ALICE, &request).await;
        assert_eq!(members(&answer), [(ALICE, ""), (BOB, "")], "{sdk}");
        assert_eq!(answer.data()["name"], "", "{sdk}");
    }
}

/// The id is the same whichever of caller and peer sorts first.
#[tokio::test]
async fn a_contact_from_either_side() {
    in_both_editions(async |subject| {
        for (caller, peer) in [(ALICE, BOB), (BOB, CAROL), (CAROL, ALICE), (ALICE, CAROL)] {
            let id = unique_conversation_id(caller, peer).to_string();
            assert_eq!(subject.create(caller, &contact(caller, peer)).await.data()["conversation_id"], id);
        }
    })
    .await;
}

#[tokio::test]
async fn roles_that_are_asked_for() {
    in_both_editions(async |subject| {
        let mut request = group(subject.edition, ALICE, &[BOB, CAROL]);
        request["participants"][0]["role"] = json!("ADMIN");
        let answer = subject.create(ALICE, &request).await;
        assert_eq!(members(&answer), [(ALICE, "OWNER"), (BOB, "ADMIN"), (CAROL, "")]);

        let mut request = contact(ALICE, BOB);
        request["participants"][0]["role"] = json!("ADMIN");
        assert_eq!(members(&subject.create(ALICE, &request).await), [(ALICE, ""), (BOB, "ADMIN")]);
    })
    .await;
}

#[tokio::test]
async fn action_and_role_may_be_left_out() {
    in_both_editions(async |subject| {
        for participant in [
            json!({"user_id": BOB}),
            json!({"user_id": BOB, "action": "ADD"}),
            json!({"user_id": BOB, "role": ""}),
            json!({"user_id": BOB, "action": "ADD", "role": ""}),
        ] {
            let mut request = group(subject.edition, ALICE, &[BOB]);
            request["participants"][0] = participant;
            assert_eq!(members(&subject.create(ALICE, &request).await), [(ALICE, "OWNER"), (BOB, "")]);
        }
    })
    .await;
}

/// Any UUID is a group's id in 2018.
#[tokio::test]
async fn any_uuid_is_a_group_of_2018() {
    let subject = Subject::start(Edition::E2018).await;
    let derived = unique_conversation_id(ALICE, BOB).to_string();
    for id in [
        "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "928c5c40-769c-3e97-8387-fb1ae0645311",
        derived.as_str(),
    ] {
        let mut request = group(Edition::E2018, ALICE, &[BOB]);
        request["conversation_id"] = json!(id);
        assert_eq!(subject.create(ALICE, &request).await.data()["conversation_id"], id);
    }
}

#[tokio::test]
async fn texts_up_to_their_limits_come_back_unchanged() {
    let subject = Subject::start(Edition::E2026).await;
    for name in
        ["é".repeat(512), "😀".repeat(512), "a\u{0301}".repeat(256), " \u{0}\u{7f}\u{200f}שלום\u{202e}\t\n".into()]
    {
        let mut request = named_group(ALICE, &name, &[BOB]);
        request["announcement"] = json!("é".repeat(1024));
        let answer = subject.create(ALICE, &request).await;
        assert_eq!(answer.data()["name"], name);
        assert_eq!(answer.data()["announcement"], "é".repeat(1024));
    }
}

#[tokio::test]
async fn up_to_256_participants() {
    in_both_editions(async |subject| {
        for count in [0, 1, 255, 256] {
            let users: Vec<String> = (0..count).map(|_| fresh()).collect();
            let users: Vec<&str> = users.iter().map(String::as_str).collect();
            let answer = subject.create(ALICE, &group(subject.edition, ALICE, &users)).await;
            let expected: Vec<_> = [(ALICE, "OWNER")].into_iter().chain(users.iter().map(|user| (*user, ""))).collect();
            assert_eq!(members(&answer), expected);
        }
    })
    .await;
}

/// White space, order, escapes, unknown members, Content-Type and transfer coding.
#[tokio::test]
async fn how_it_is_written_makes_no_difference() {
    in_both_editions(async |subject| {
        let request = contact(ALICE, BOB);
        let id = request["conversation_id"].as_str().expect("a text");
        let expected = subject.create(ALICE, &request).await;
        for body in [
            serde_json::to_string_pretty(&request).expect("JSON").replace('\n', "\r\n\t"),
            format!(
                r#" {{"participants" : [ {{"user_id": "{BOB}"}} ] , "conversation_id":"{id}","category":"CONTACT"}} "#
            ),
            request.to_string().replace("CONTACT", r"\u0043ONT\u0041CT").replace("user_id", r"user\u005fid"),
            request.to_string().replacen(
                '{',
                r#"{"unknown":[{"deep":[null,1e3,-0.0,99999999999999999999]}],"x":"","#,
                1,
            ),
            request.to_string().replacen(r#"{"user_id""#, r#"{"unknown":{},"user_id""#, 1),
        ] {
            assert_eq!(subject.post(ALICE, body.clone()).await, expected, "{body}");
        }

        let post = || subject.request(ALICE, reqwest::Method::POST, "/conversations");
        let text = request.to_string();
        for kind in ["application/json; charset=utf-8", "text/plain", "application/x-www-form-urlencoded", "nonsense"] {
            assert_eq!(send(post().header("Content-Type", kind).body(text.clone())).await, expected, "{kind}");
        }
        assert_eq!(send(post().body(text.clone())).await, expected, "no Content-Type");
        let pieces: Vec<_> = text.chars().map(|piece| Ok::<_, std::io::Error>(piece.to_string())).collect();
        let chunked = reqwest::Body::wrap_stream(futures::stream::iter(pieces));
        assert_eq!(send(post().body(chunked)).await, expected, "chunked");
    })
    .await;
}

#[tokio::test]
async fn the_request_id_is_echoed() {
    in_both_editions(async |subject| {
        let id = fresh();
        for (method, path) in [("POST", "/conversations"), ("GET", "/conversations/x"), ("GET", "/nowhere")] {
            let method = method.parse().expect("a method");
            let request = subject.request(ALICE, method, path).header("X-Request-Id", &id);
            assert_eq!(send(request.body(contact(ALICE, BOB).to_string())).await.request_id.as_ref(), Some(&id));
        }
        assert_eq!(subject.create(ALICE, &contact(ALICE, BOB)).await.request_id, None);
    })
    .await;
}
