//! What must be refused: each row of the table, in both editions where it is of both, and in 2026 with its code.
//!
//! Every refused request is an accepted one with one defect, and the accepted one is sent after it: what was refused
//! has left nothing behind.

use mixinspec_server::Edition;
use mixinspec_types::unique_conversation_id;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{ALICE, BOB, CAROL, Subject, contact, fresh, group, in_both_editions, named_group, send};

const INVALID_FIELD: u64 = 10002;

/// Sends a request with a member set at a pointer (to nothing: taken away), and then as it was.
async fn refuses(subject: &Subject, request: &Value, pointer: &str, value: Option<Value>) -> u64 {
    let mut broken = request.clone();
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
    let parent = broken.pointer_mut(parent).expect("a parent");
    match (parent, value) {
        (Value::Object(members), None) => {
            members.remove(name);
        }
        (Value::Object(members), Some(value)) => {
            members.insert(name.to_owned(), value);
        }
        (Value::Array(elements), Some(value)) => elements[name.parse::<usize>().expect("an index")] = value,
        (parent, value) => panic!("cannot set {value:?} in {parent}"),
    }
    let refused = subject.create(ALICE, &broken).await;
    let code = refused.code();
    if code == INVALID_FIELD {
        let field = refused.body["error"]["extra"]["field"].as_str().expect("a field");
        let named = pointer.trim_start_matches('/');
        let is_named =
            field == named || field.starts_with(&format!("{named}/")) || named.starts_with(&format!("{field}/"));
        // Which of two that do not fit each other is wrong cannot be known.
        assert!(is_named || field == "conversation_id", "{field} for {named}");
        assert!(refused.body["error"]["extra"]["reason"].is_string());
    }
    subject.create(ALICE, request).await.data();
    code
}

/// R1 to R5: members that are missing, null, of another type, or of another value.
#[tokio::test]
async fn members_of_the_wrong_shape() {
    let wrong_types = || [None, Some(json!(null)), Some(json!(7)), Some(json!(true)), Some(json!({}))];
    let text = |texts: &[&str]| texts.iter().map(|text| Some(json!(text))).collect::<Vec<_>>();
    let no_uuids = text(&["", "x", "8dcf823d9eb34da28734f0aad50c0da6", "{8dcf823d-9eb3-4da2-8734-f0aad50c0da6}"]);
    let mut rows: Vec<(&str, Option<Value>)> = Vec::new();
    let mut add = |pointer, values: Vec<Option<Value>>| rows.extend(values.into_iter().map(|value| (pointer, value)));
    add("/category", wrong_types().into());
    add("/category", text(&["", "group", "Group", "CHANNEL", "GROUP "]));
    add("/conversation_id", wrong_types().into());
    add("/conversation_id", no_uuids.clone());
    add("/participants", wrong_types().into());
    add("/participants", vec![Some(json!(BOB)), Some(json!([BOB])), Some(json!([7])), Some(json!([null]))]);
    add("/participants/0/user_id", wrong_types().into());
    add("/participants/0/user_id", no_uuids);
    add("/participants/0/role", vec![Some(json!(7)), Some(json!({}))]);
    add("/participants/0/role", text(&["OWNER", "admin", "MEMBER"]));
    add("/participants/0/action", text(&["REMOVE", "JOIN", "EXIT", "ROLE", "add", ""]));

    in_both_editions(async |subject| {
        for (pointer, value) in &rows {
            for request in [group(subject.edition, ALICE, &[BOB]), contact(ALICE, BOB)] {
                let code = refuses(&subject, &request, pointer, value.clone()).await;
                assert_eq!(code, INVALID_FIELD, "{pointer} {value:?}");
            }
        }
    })
    .await;
}

/// R6 and R7: ids that are not the derived one.
#[tokio::test]
async fn a_contact_with_another_id() {
    in_both_editions(async |subject| {
        let (peer, request) = (BOB, contact(ALICE, BOB));
        let derived = unique_conversation_id(ALICE, peer).to_string();
        let mut others = vec![
            fresh(),
            unique_conversation_id(ALICE, CAROL).to_string(),
            unique_conversation_id(BOB, CAROL).to_string(),
            unique_conversation_id(&ALICE.to_ascii_uppercase(), &BOB.to_ascii_uppercase()).to_string(),
            unique_conversation_id(ALICE, ALICE).to_string(),
        ];
        let with = |at: usize, digit: &str| format!("{}{digit}{}", &derived[..at], &derived[at + 1..]);
        others.extend("01245678f".chars().map(|version| with(14, &version.to_string())));
        others.extend("0123456789abcdef".chars().map(|variant| with(19, &variant.to_string())));
        others.retain(|other| *other != derived);
        assert_eq!(others.len(), 5 + 9 + 15);
        // Another pair's id is refused also where their conversation exists, and the caller is in it.
        subject.create(ALICE, &contact(ALICE, CAROL)).await.data();
        for other in others {
            let code = refuses(&subject, &request, "/conversation_id", Some(json!(other))).await;
            assert_eq!(code, INVALID_FIELD, "{other}");
        }
    })
    .await;
}

/// R8.
#[tokio::test]
async fn a_contact_that_is_not_of_two() {
    in_both_editions(async |subject| {
        let request = contact(ALICE, BOB);
        for users in [&[] as &[&str], &[BOB, CAROL], &[BOB, BOB], &[ALICE, BOB]] {
            let participants: Vec<_> = users.iter().map(|user| json!({"user_id": user})).collect();
            let code = refuses(&subject, &request, "/participants", Some(json!(participants))).await;
            assert_eq!(code, INVALID_FIELD, "{users:?}");
        }
        let oneself = subject.create(ALICE, &contact(ALICE, ALICE)).await;
        assert_eq!(oneself.code(), INVALID_FIELD);
    })
    .await;
}

/// R9.
#[tokio::test]
async fn a_group_that_is_too_large() {
    in_both_editions(async |subject| {
        let users: Vec<String> = (0..257).map(|_| fresh()).collect();
        let users: Vec<&str> = users.iter().map(String::as_str).collect();
        let refused = subject.create(ALICE, &group(subject.edition, ALICE, &users)).await;
        assert_eq!(refused.code(), 20116);
        subject.create(ALICE, &group(subject.edition, ALICE, &users[1..])).await.data();

        let mut request = contact(ALICE, BOB);
        request["participants"] = users.iter().map(|user| json!({"user_id": user})).collect();
        assert_eq!(subject.create(ALICE, &request).await.code(), INVALID_FIELD);
    })
    .await;
}

/// R10; and ids of groups that do not fit.
#[tokio::test]
async fn texts_and_ids_of_a_group_of_2026() {
    let subject = Subject::start(Edition::E2026).await;
    let request = group(Edition::E2026, ALICE, &[BOB, CAROL]);
    for (pointer, value) in [
        ("/name", json!("é".repeat(513))),
        ("/name", json!(7)),
        ("/name", json!("Mixin Stones")),
        ("/announcement", json!("é".repeat(1025))),
        ("/announcement", json!([])),
        ("/random_id", json!("x")),
        ("/random_id", json!(fresh().replace('-', ""))),
        ("/random_id", json!(fresh())),
        ("/random_id", json!(7)),
        ("/conversation_id", json!(fresh())),
        ("/participants/1/user_id", json!(fresh())),
    ] {
        // A request that exists already is refused for its shape only, so each has its own.
        let request = named_group(ALICE, request["name"].as_str().expect("a text"), &[BOB, CAROL]);
        let code = refuses(&subject, &request, pointer, Some(value.clone())).await;
        assert_eq!(code, INVALID_FIELD, "{pointer} {value}");
    }
    let longest = named_group(ALICE, &"é".repeat(513), &[BOB]);
    assert_eq!(subject.create(ALICE, &longest).await.code(), INVALID_FIELD);
}

/// R11.
#[tokio::test]
async fn bodies_that_are_no_json_object() {
    in_both_editions(async |subject| {
        let whole = contact(ALICE, BOB).to_string().into_bytes();
        let with = |bytes: &[u8]| [&whole[..whole.len() - 1], br#","x":""#, bytes, br#""}"#].concat();
        let mut bodies: Vec<Vec<u8>> = [
            "",
            " ",
            "x",
            "null",
            "7",
            "[]",
            "\"GROUP\"",
            "true",
            "{",
            "{}x",
            "{'a':1}",
            "{\"a\":1,}",
            "{\"a\":NaN}",
            "{\"a\":1e999}",
            "{\"a\":01}",
        ]
        .map(|text| text.as_bytes().to_vec())
        .into();
        bodies.extend((1..whole.len()).step_by(7).map(|length| whole[..length].to_vec()));
        bodies.push([&whole[..], b"{}"].concat());
        bodies.push([&b"\xef\xbb\xbf"[..], &whole].concat());
        bodies.push(with(b"\xff"));
        bodies.push(with(b"\xc0\x80"));
        bodies.push(with(b"\xed\xa0\x80"));
        bodies.push(with(br"\ud800"));
        bodies.push(with(br"\udc00\ud800"));
        bodies.push(with(b"\0"));
        bodies.push(
            String::from_utf8(whole.clone()).expect("a text").encode_utf16().flat_map(u16::to_le_bytes).collect(),
        );
        for body in bodies {
            let refused = subject.post(ALICE, body.clone()).await;
            assert_eq!(refused.code(), 400, "{:?}", String::from_utf8_lossy(&body));
        }
        subject.post(ALICE, with(b"")).await.data();
    })
    .await;
}

/// R13.
#[tokio::test]
async fn other_methods_and_paths() {
    in_both_editions(async |subject| {
        for (method, path) in [
            ("GET", "/conversations"),
            ("PUT", "/conversations"),
            ("DELETE", "/conversations"),
            ("OPTIONS", "/conversations"),
            ("NONSENSE", "/conversations"),
            ("POST", "/"),
            ("POST", "/conversations/"),
            ("POST", "/conversation"),
            ("POST", "/Conversations"),
            ("POST", "/conversations/928c5c40-769c-3e97-8387-fb1ae0645311"),
            ("GET", "/conversations/928c5c40-769c-3e97-8387-fb1ae0645311/"),
            ("GET", "/conversations/%ff"),
            ("GET", "/conversations/%00"),
        ] {
            let request = subject.request(ALICE, method.parse::<Method>().expect("a method"), path);
            let refused = send(request.body(contact(ALICE, BOB).to_string())).await;
            assert_eq!(refused.code(), 404, "{method} {path}");
        }
    })
    .await;
}

/// R14: the published misreading of the page's table.
#[tokio::test]
async fn one_flat_object() {
    in_both_editions(async |subject| {
        for request in [group(subject.edition, ALICE, &[BOB]), contact(ALICE, BOB)] {
            let flat = json!({
                "category": request["category"],
                "conversation_id": request["conversation_id"],
                "participants": BOB,
                "action": "ADD",
                "role": "",
                "user_id": BOB,
            });
            assert_eq!(subject.create(ALICE, &flat).await.code(), INVALID_FIELD);
            subject.create(ALICE, &request).await.data();
        }
    })
    .await;
}
