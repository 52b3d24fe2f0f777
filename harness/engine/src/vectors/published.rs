//! Results that published SDKs and apps have in their own tests, with where they stand.
//!
//! What was published is written here as it was; nothing of it is computed. The checks compute it.

use mixinspec_spec::Spec;
use serde_json::{Value, json};

use super::document::{PublishedFunction, PublishedVector, Verdict};
use super::flags;
use super::group::Group;
use super::inputs::is_user_id;

/// Pairs of users.
const PAIRS: &[(&str, [&str; 2], &str, &str)] = &[
    (
        "pair-01",
        ["965e5c6e-434c-3fa9-b780-c50f43cd955c", "d1e9ec7e-199d-4578-91a0-a69d9a7ba048"],
        "60478c27-1052-3df5-b938-b96a8b907e76",
        "MixinNetwork/bot-api-nodejs-client@b9024eb test/mixin/utils.test.ts:49",
    ),
    (
        "pair-01-swapped",
        ["d1e9ec7e-199d-4578-91a0-a69d9a7ba048", "965e5c6e-434c-3fa9-b780-c50f43cd955c"],
        "60478c27-1052-3df5-b938-b96a8b907e76",
        "MixinNetwork/bot-api-nodejs-client@b9024eb test/mixin/utils.test.ts:50",
    ),
    (
        "pair-02",
        ["80f5130e-a5f5-47e4-80a1-535563687709", "508c75a2-ddce-4858-9e66-cf6d58db15cf"],
        "a59c170e-02e6-3aa6-8ff1-6cb9350fa8fc",
        "MixinNetwork/flutter-app@f141ed94 test/uuid_test.dart:7-13",
    ),
    (
        "pair-02-swapped",
        ["508c75a2-ddce-4858-9e66-cf6d58db15cf", "80f5130e-a5f5-47e4-80a1-535563687709"],
        "a59c170e-02e6-3aa6-8ff1-6cb9350fa8fc",
        "MixinNetwork/flutter-app@f141ed94 test/uuid_test.dart:7-13 (swapped)",
    ),
    (
        "pair-03",
        ["67d46d1b-0a46-4821-bb05-71efb9f90335", "073153fb-a5a3-4724-8658-fc9073e5510c"],
        "42a76a3b-775f-3ee6-baeb-3f76224f8deb",
        "baizhiheizi/mixin_bot@18da721 test/mixin_bot/utils/test_crypto.rb:15",
    ),
    (
        "pair-03-swapped",
        ["073153fb-a5a3-4724-8658-fc9073e5510c", "67d46d1b-0a46-4821-bb05-71efb9f90335"],
        "42a76a3b-775f-3ee6-baeb-3f76224f8deb",
        "baizhiheizi/mixin_bot@18da721 test/mixin_bot/utils/test_crypto.rb:16",
    ),
    (
        "pair-04",
        ["test1", "test2"],
        "beff3fcb-a56f-3967-bc5d-52b843df365e",
        "LixvYang/mixin-sdk-rs@f18cd2b src/utils.rs:76-78 (non-UUID inputs)",
    ),
];

/// The one group that is published, and its id.
const GROUP_ID: &str = "5dac944e-2037-31b4-bbd9-e5fd3ffe571e";

/// Who published it.
const GROUP_ORIGINS: &[&str] = &[
    "MixinNetwork/bot-api-go-client@5161559 utils_test.go:9-22",
    "MixinNetwork/mixin_bot_sdk_dart@d70afde test/crypto_util_test.dart:191-211",
    "baizhiheizi/mixin_bot@18da721 test/mixin_bot/utils/test_crypto.rb:20-42",
    "boyan01/mixin-desktop@2100535 mixin-bot-sdk/src/util.rs:47-67",
    "MixinNetwork/android-app@7f6b9a6225 app/src/test/java/one/mixin/android/ui/group/GroupTest.kt:9-31",
    "MixinNetwork/ios-app@2c62c53f6 MixinTests/MixinTests.swift:150-169",
];

fn published_group() -> Group {
    let participants = [
        "f937ca18-d1ff-46f5-99e8-e23fbd6fd5f2",
        "0e0a20c8-31b8-4093-81b8-9cebd9bc8afc",
        "8391e472-cdbe-4704-be1f-7d184635b885",
        "831fdb67-13ed-4dc5-ac64-dda89aeda2bb",
        "f7ff9dde-18c2-4375-8097-b364068b120e",
        "088c1e3e-1f07-4065-85b5-6b49b4370d32",
    ];
    Group {
        owner: "c8cb0ac7-d456-4341-be66-0b143aa09922".into(),
        name: "Mixin Rocks".into(),
        participants: participants.map(str::to_owned).to_vec(),
        random: "01d21e2c-76f5-4940-8ea0-9b7f21728674".into(),
    }
}

/// The published pairs: name, users, origin.
pub(crate) fn pairs() -> Vec<(String, [String; 2], String)> {
    let owned = |(id, users, _, origin): &(&str, [&str; 2], &str, &str)| {
        (format!("published-{id}"), users.map(str::to_owned), (*origin).to_owned())
    };
    PAIRS.iter().map(owned).collect()
}

/// The published group, and its origins.
pub(crate) fn group() -> (Group, Vec<String>) {
    (published_group(), GROUP_ORIGINS.iter().map(|&origin| origin.to_owned()).collect())
}

/// Everything that was published.
pub(crate) fn vectors(spec: &Spec) -> Vec<PublishedVector> {
    let mut all = Vec::new();
    let mut add = |id: &str, comment: &str, function, arguments: Vec<Value>, expected: &str, origin: &str| {
        use PublishedFunction::{GroupConversationId, UniqueConversationId};
        let flag = match function {
            GroupConversationId => None,
            UniqueConversationId => {
                let inside = arguments.iter().all(|argument| argument.as_str().is_some_and(is_user_id));
                (!inside).then_some("OutsideDomain")
            }
            _ => Some("OtherFunction"),
        };
        let mut names = vec!["Published"];
        names.extend(flag);
        let value = match function {
            UniqueConversationId => Some("unique-id-value"),
            GroupConversationId => Some("group-id-value"),
            _ => None,
        };
        all.push(PublishedVector {
            id: id.to_owned(),
            comment: comment.to_owned(),
            requirements: value.map_or_else(Vec::new, |value| flags::requirements(spec, value, &[])),
            flags: names.into_iter().map(str::to_owned).collect(),
            result: if flag.is_none() { Verdict::Valid } else { Verdict::Acceptable },
            origin: origin.to_owned(),
            function,
            arguments,
            expected: expected.to_owned(),
        });
    };
    for (id, users, expected, origin) in PAIRS {
        let users = users.map(Value::from).to_vec();
        add(id, "Two users.", PublishedFunction::UniqueConversationId, users, expected, origin);
    }
    let group = published_group();
    for (at, origin) in GROUP_ORIGINS.iter().enumerate() {
        let arguments = vec![json!(group.owner), json!(group.name), json!(group.participants), json!(group.random)];
        let id = format!("group-{:02}", at + 1);
        let function = PublishedFunction::GroupConversationId;
        add(&id, "A group of six and its owner.", function, arguments, GROUP_ID, origin);
    }
    add(
        "other-01",
        "unique_conversation_id step by step over three users, who are not sorted: no group's id.",
        PublishedFunction::UniqueUuid,
        vec![
            json!("67d46d1b-0a46-4821-bb05-71efb9f90335"),
            json!("073153fb-a5a3-4724-8658-fc9073e5510c"),
            json!("5c749a9f-c45c-4f5c-a80e-09f3b3473cf7"),
        ],
        "f681e720-4981-3497-add1-4d90eabd7dce",
        "baizhiheizi/mixin_bot@18da721 test/mixin_bot/utils/test_crypto.rb:17",
    );
    add(
        "other-02",
        "Texts joined as they stand, hashed and stamped.",
        PublishedFunction::UniqueObjectId,
        vec![json!("test"), json!("test")],
        "05a671c6-6aef-3a12-8cc0-8b76ea6d30bb",
        "LixvYang/mixin-sdk-rs@f18cd2b src/utils.rs:71",
    );
    add(
        "other-03",
        "One text hashed and stamped.",
        PublishedFunction::NameUuidFromBytes,
        vec![json!("test")],
        "098f6bcd-4621-3373-8ade-4e832627b4f6",
        "MixinNetwork/flutter-app@f141ed94 test/uuid_test.dart:16-19",
    );
    all
}
