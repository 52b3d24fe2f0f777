//! Each reading that the sources leave open, beside the one that is chosen by default.

use mixinspec_server::{
    AcceptOrRefuse, ActionLeftOut, ContactCode, ContactRoles, Controls, Edition, GiveOrNot, LengthUnit, OtherActions,
    Others, OuterSpace, Policy, ReadOrNot, RefuseOrAccept, RefuseOrIgnore, RefuseOrListOnce, RefuseOrLower, UtcOffset,
};
use serde_json::{Value, json};

use crate::support::{ALICE, Answer, BOB, CAROL, Subject, contact, fresh, group, named_group};

const INVALID_FIELD: u64 = 10002;

/// A server of an edition with another policy.
async fn start(edition: Edition, change: impl FnOnce(&mut Policy)) -> Subject {
    let mut policy = Policy::default();
    change(&mut policy);
    Subject::start_as(edition, |builder| builder.policy(policy)).await
}

/// Two servers of each edition, the first as it is by default.
async fn in_both_editions(change: impl Fn(&mut Policy), test: impl AsyncFn(Subject, Subject)) {
    for edition in Edition::ALL {
        test(start(edition, |_| {}).await, start(edition, &change).await).await;
    }
}

fn with(mut request: Value, pointer: &str, value: Value) -> Value {
    *request.pointer_mut(pointer).expect("a member") = value;
    request
}

#[track_caller]
fn users(answer: &Answer) -> Vec<&str> {
    let participants = answer.data()["participants"].as_array().expect("an array");
    participants.iter().map(|participant| participant["user_id"].as_str().expect("a text")).collect()
}

#[track_caller]
fn roles(answer: &Answer) -> Vec<&str> {
    let participants = answer.data()["participants"].as_array().expect("an array");
    participants.iter().map(|participant| participant["role"].as_str().expect("a text")).collect()
}

/// The code of a refusal and the field that it names.
#[track_caller]
fn refused(answer: &Answer) -> (u64, &str) {
    (answer.code(), answer.body["error"]["extra"]["field"].as_str().unwrap_or_default())
}

#[tokio::test]
async fn x1_a_group_without_random_id() {
    let default = start(Edition::E2026, |_| {}).await;
    let other = start(Edition::E2026, |policy| policy.group_without_random_id = AcceptOrRefuse::Refused).await;
    for absent in [json!(null), json!("")] {
        let request = with(group(Edition::E2026, ALICE, &[BOB]), "/random_id", absent);
        default.create(ALICE, &request).await.data();
        assert_eq!(refused(&other.create(ALICE, &request).await), (INVALID_FIELD, "random_id"));
    }
}

#[tokio::test]
async fn x2_a_group_id_that_does_not_fit() {
    let default = start(Edition::E2026, |_| {}).await;
    let other = start(Edition::E2026, |policy| policy.group_id_does_not_fit = RefuseOrAccept::Accepted).await;
    let request = with(group(Edition::E2026, ALICE, &[BOB]), "/conversation_id", json!(fresh()));
    assert_eq!(refused(&default.create(ALICE, &request).await), (INVALID_FIELD, "conversation_id"));
    other.create(ALICE, &request).await.data();
}

#[tokio::test]
async fn x3_the_role_owner() {
    in_both_editions(
        |policy| policy.role_owner = RefuseOrIgnore::Ignored,
        async |default, other| {
            let mut request = group(default.edition, ALICE, &[BOB]);
            request["participants"][0]["role"] = json!("OWNER");
            let answer = default.create(ALICE, &request).await;
            assert_eq!(refused(&answer), (INVALID_FIELD, "participants/0/role"));
            assert_eq!(roles(&other.create(ALICE, &request).await), ["OWNER", ""]);
        },
    )
    .await;
}

#[tokio::test]
async fn x4_upper_case_ids() {
    in_both_editions(
        |policy| policy.upper_case = RefuseOrLower::Refused,
        async |default, other| {
            let upper = |request: &Value, pointer| {
                let text = request.pointer(pointer).and_then(Value::as_str).expect("a text").to_ascii_uppercase();
                with(request.clone(), pointer, json!(text))
            };
            for request in [group(default.edition, ALICE, &[BOB]), contact(ALICE, BOB)] {
                for pointer in ["/conversation_id", "/participants/0/user_id"] {
                    let request = upper(&request, pointer);
                    let answer = other.create(ALICE, &request).await;
                    assert_eq!(refused(&answer), (INVALID_FIELD, &pointer[1..]));
                    assert_eq!(users(&default.create(ALICE, &request).await), [ALICE, BOB]);
                }
                other.create(ALICE, &request).await.data();
            }
        },
    )
    .await;
}

#[tokio::test]
async fn x5_other_actions() {
    in_both_editions(
        |policy| policy.other_actions = OtherActions::Ignored,
        async |default, other| {
            for action in ["REMOVE", "JOIN", "EXIT", "ROLE", "NONSENSE"] {
                let mut request = group(default.edition, ALICE, &[BOB, CAROL]);
                request["participants"][0]["action"] = json!(action);
                let answer = default.create(ALICE, &request).await;
                assert_eq!(refused(&answer), (INVALID_FIELD, "participants/0/action"));
                assert_eq!(users(&other.create(ALICE, &request).await), [ALICE, BOB, CAROL]);
            }
            let mut request = group(default.edition, ALICE, &[BOB]);
            request["participants"][0]["action"] = json!(7);
            assert_eq!(other.create(ALICE, &request).await.code(), INVALID_FIELD);
        },
    )
    .await;
    for (other_actions, ignored) in [(OtherActions::UnknownRefused, "REMOVE"), (OtherActions::KnownRefused, "DANCE")] {
        let subject = start(Edition::E2026, |policy| policy.other_actions = other_actions).await;
        for action in ["REMOVE", "DANCE"] {
            let mut request = group(Edition::E2026, ALICE, &[BOB, CAROL]);
            request["participants"][1]["action"] = json!(action);
            let answer = subject.create(ALICE, &request).await;
            if action == ignored {
                assert_eq!(users(&answer), [ALICE, BOB, CAROL]);
            } else {
                assert_eq!(refused(&answer), (INVALID_FIELD, "participants/1/action"));
            }
        }
    }
}

#[tokio::test]
async fn x6_a_participant_named_twice() {
    in_both_editions(
        |policy| policy.named_twice = RefuseOrListOnce::Refused,
        async |default, other| {
            let mut request = group(default.edition, ALICE, &[BOB, CAROL, BOB]);
            request["participants"][0]["role"] = json!("ADMIN");
            let answer = default.create(ALICE, &request).await;
            assert_eq!((users(&answer), roles(&answer)), (vec![ALICE, BOB, CAROL], vec!["OWNER", "ADMIN", ""]));
            let answer = other.create(ALICE, &request).await;
            assert_eq!(refused(&answer), (INVALID_FIELD, "participants/2/user_id"));
        },
    )
    .await;
}

#[tokio::test]
async fn x7_the_caller_named_as_participant() {
    in_both_editions(
        |policy| policy.caller_named = RefuseOrListOnce::Refused,
        async |default, other| {
            let request = group(default.edition, ALICE, &[BOB, ALICE]);
            let answer = default.create(ALICE, &request).await;
            assert_eq!((users(&answer), roles(&answer)), (vec![ALICE, BOB], vec!["OWNER", ""]));
            let answer = other.create(ALICE, &request).await;
            assert_eq!(refused(&answer), (INVALID_FIELD, "participants/1/user_id"));
        },
    )
    .await;
}

#[tokio::test]
async fn x8_a_group_with_no_participants() {
    in_both_editions(
        |policy| policy.group_without_participants = AcceptOrRefuse::Refused,
        async |default, other| {
            let request = group(default.edition, ALICE, &[]);
            assert_eq!(users(&default.create(ALICE, &request).await), [ALICE]);
            let answer = other.create(ALICE, &request).await;
            assert_eq!(refused(&answer), (INVALID_FIELD, "participants"));
        },
    )
    .await;
}

#[tokio::test]
async fn x9_a_group_of_257() {
    in_both_editions(
        |policy| policy.full_group = AcceptOrRefuse::Refused,
        async |default, other| {
            let users: Vec<String> = (0..256).map(|_| fresh()).collect();
            let users: Vec<&str> = users.iter().map(String::as_str).collect();
            let request = group(default.edition, ALICE, &users);
            default.create(ALICE, &request).await.data();
            assert_eq!(other.create(ALICE, &request).await.code(), 20116);
            other.create(ALICE, &group(other.edition, ALICE, &users[1..])).await.data();
        },
    )
    .await;
}

#[tokio::test]
async fn x10_what_a_length_counts() {
    let default = start(Edition::E2026, |_| {}).await;
    let other = start(Edition::E2026, |policy| policy.length_unit = LengthUnit::Utf16Units).await;
    for (name, is_accepted) in [("é".repeat(512), true), ("😀".repeat(256), true), ("😀".repeat(256) + "a", false)]
    {
        let request = named_group(ALICE, &name, &[BOB]);
        default.create(ALICE, &request).await.data();
        let answer = other.create(ALICE, &request).await;
        if is_accepted {
            assert_eq!(answer.data()["name"], name);
        } else {
            assert_eq!(refused(&answer), (INVALID_FIELD, "name"));
        }
    }
}

#[tokio::test]
async fn x11_control_characters() {
    let name = "a\u{0}\u{1f}b\u{7f}\u{9f}\nc";
    for edition in Edition::ALL {
        for (controls, expected) in [
            (Controls::Echoed, Some(name)),
            (Controls::Removed, Some("abc")),
            (Controls::Refused, None),
            (Controls::NulRefused, None),
        ] {
            let subject = start(edition, |policy| policy.controls = controls).await;
            let mut request = named_group(ALICE, name, &[BOB]);
            if edition == Edition::E2018 {
                request["random_id"] = json!(null);
            }
            let answer = subject.create(ALICE, &request).await;
            match expected {
                Some(expected) => assert_eq!(answer.data()["name"], expected),
                None => assert_eq!(refused(&answer), (INVALID_FIELD, "name")),
            }
        }
    }
}

#[tokio::test]
async fn x12_outer_white_space() {
    let name = " \u{3000}a b\t";
    for (outer_space, expected) in [
        (OuterSpace::Echoed, name),
        (OuterSpace::Trimmed, "a b"),
        (OuterSpace::TrimmedBefore, "a b\t"),
        (OuterSpace::TrimmedAfter, " \u{3000}a b"),
    ] {
        let subject = start(Edition::E2026, |policy| policy.outer_space = outer_space).await;
        assert_eq!(subject.create(ALICE, &named_group(ALICE, name, &[BOB])).await.data()["name"], expected);
    }
    let subject = start(Edition::E2026, |policy| policy.outer_space = OuterSpace::Refused).await;
    assert_eq!(refused(&subject.create(ALICE, &named_group(ALICE, name, &[BOB])).await), (INVALID_FIELD, "name"));
    subject.create(ALICE, &named_group(ALICE, "a b", &[BOB])).await.data();
}

#[tokio::test]
async fn x13_the_code_of_a_contact() {
    in_both_editions(
        |policy| policy.contact_code = ContactCode::Given,
        async |default, other| {
            let answer = default.create(ALICE, &contact(ALICE, BOB)).await;
            assert_eq!((&answer.data()["code_id"], &answer.data()["code_url"]), (&json!(""), &json!("")));
            let answer = other.create(ALICE, &contact(ALICE, BOB)).await;
            let code = answer.data()["code_id"].as_str().expect("a text");
            assert_eq!(code.len(), 36);
            assert_eq!(answer.data()["code_url"], format!("https://mixin.one/codes/{code}"));
        },
    )
    .await;
}

#[tokio::test]
async fn x14_the_roles_in_a_contact() {
    in_both_editions(
        |policy| policy.contact_roles = ContactRoles::CreatorOwner,
        async |default, other| {
            assert_eq!(roles(&default.create(ALICE, &contact(ALICE, BOB)).await), ["", ""]);
            let answer = other.create(ALICE, &contact(ALICE, BOB)).await;
            assert_eq!(roles(&answer), ["OWNER", ""]);
            // Created again by the peer it has no other owner.
            assert_eq!(other.create(BOB, &contact(BOB, ALICE)).await, answer);
        },
    )
    .await;
}

#[tokio::test]
async fn x15_the_offset_of_times() {
    for (offset, suffix) in [(UtcOffset::Z, "Z"), (UtcOffset::Zero, "+00:00"), (UtcOffset::EightHours, "+08:00")] {
        let subject = start(Edition::E2026, |policy| policy.utc_offset = offset).await;
        let answer = subject.create(ALICE, &contact(ALICE, BOB)).await;
        for pointer in ["/created_at", "/mute_until", "/participants/1/created_at"] {
            let time = answer.data().pointer(pointer).and_then(Value::as_str).expect("a text");
            assert_eq!(&time[29..], suffix);
        }
    }
}

#[tokio::test]
async fn x16_get_after_post() {
    in_both_editions(
        |policy| policy.read = ReadOrNot::NotFound,
        async |default, other| {
            let request = contact(ALICE, BOB);
            let id = request["conversation_id"].as_str().expect("a text");
            default.create(ALICE, &request).await.data();
            other.create(ALICE, &request).await.data();
            default.get(ALICE, id).await.data();
            assert_eq!(other.get(ALICE, id).await.code(), 404);
        },
    )
    .await;
}

#[tokio::test]
async fn x17_a_participant_without_an_action_or_a_role() {
    for (action_left_out, listed) in
        [(ActionLeftOut::Added, Some(2)), (ActionLeftOut::LeftOut, Some(1)), (ActionLeftOut::Refused, None)]
    {
        let subject = start(Edition::E2018, |policy| policy.action_left_out = action_left_out).await;
        let mut request = group(Edition::E2018, ALICE, &[BOB]);
        request["participants"][0].as_object_mut().expect("an object").remove("action");
        let answer = subject.create(ALICE, &request).await;
        match listed {
            Some(count) => assert_eq!(users(&answer), [ALICE, BOB][..count]),
            None => assert_eq!(refused(&answer), (INVALID_FIELD, "participants/0/action")),
        }
    }
    let default = start(Edition::E2018, |_| {}).await;
    let other = start(Edition::E2018, |policy| policy.role_left_out = AcceptOrRefuse::Refused).await;
    let mut request = group(Edition::E2018, ALICE, &[BOB]);
    request["participants"][0].as_object_mut().expect("an object").remove("role");
    assert_eq!(roles(&default.create(ALICE, &request).await), ["OWNER", ""]);
    assert_eq!(refused(&other.create(ALICE, &request).await), (INVALID_FIELD, "participants/0/role"));
}

#[tokio::test]
async fn x18_the_role_admin_in_a_contact() {
    let mut request = contact(ALICE, BOB);
    request["participants"][0]["role"] = json!("ADMIN");
    for edition in Edition::ALL {
        for (contact_admin, expected) in
            [(GiveOrNot::Given, Some("ADMIN")), (GiveOrNot::Ignored, Some("")), (GiveOrNot::Refused, None)]
        {
            let subject = start(edition, |policy| policy.contact_admin = contact_admin).await;
            let answer = subject.create(ALICE, &request).await;
            match expected {
                Some(role) => assert_eq!(roles(&answer), ["", role]),
                None => assert_eq!(refused(&answer), (INVALID_FIELD, "participants/0/role")),
            }
            let mut group = group(edition, ALICE, &[BOB]);
            group["participants"][0]["role"] = json!("ADMIN");
            assert_eq!(roles(&subject.create(ALICE, &group).await), ["OWNER", "ADMIN"]);
        }
    }
}

#[tokio::test]
async fn x19_a_name_in_a_contact() {
    let mut request = contact(ALICE, BOB);
    request["name"] = json!("Mixin Rocks");
    for (contact_name, expected) in
        [(GiveOrNot::Given, Some("Mixin Rocks")), (GiveOrNot::Ignored, Some("")), (GiveOrNot::Refused, None)]
    {
        let subject = start(Edition::E2026, |policy| policy.contact_name = contact_name).await;
        let answer = subject.create(ALICE, &request).await;
        match expected {
            Some(name) => assert_eq!(answer.data()["name"], name),
            None => assert_eq!(refused(&answer), (INVALID_FIELD, "name")),
        }
        let mut nameless = contact(ALICE, CAROL);
        nameless["name"] = json!("");
        assert_eq!(subject.create(ALICE, &nameless).await.data()["name"], "");
    }
}

#[tokio::test]
async fn x20_other_participants_by_the_creator() {
    for edition in Edition::ALL {
        for others in [Others::Unchanged, Others::Refused, Others::Added, Others::Replaced] {
            let subject = start(edition, |policy| policy.others = others).await;
            let request = group(edition, ALICE, &[BOB]);
            let id = request["conversation_id"].as_str().expect("a text");
            let first = subject.create(ALICE, &request).await;
            assert_eq!(subject.create(ALICE, &request).await, first);
            let with_others = with(request.clone(), "/participants/0/user_id", json!(CAROL));
            // A member's other list changes nothing.
            assert_eq!(subject.create(BOB, &with_others).await, first);
            let answer = subject.create(ALICE, &with_others).await;
            let expected: &[&str] = match others {
                Others::Refused => {
                    assert_eq!(refused(&answer), (INVALID_FIELD, "participants"));
                    &[ALICE, BOB]
                }
                Others::Added => &[ALICE, BOB, CAROL],
                Others::Replaced => &[ALICE, CAROL],
                _ => &[ALICE, BOB],
            };
            let read = subject.get(ALICE, id).await;
            assert_eq!(users(&read), expected);
            let new = read.data()["participants"].as_array().expect("an array").last().expect("a member").clone();
            let came_later = new["created_at"] != read.data()["created_at"];
            assert_eq!(came_later, matches!(others, Others::Added | Others::Replaced));
        }
    }
}
