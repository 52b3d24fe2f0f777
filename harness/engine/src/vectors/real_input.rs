//! What published SDKs and apps, and the documentation's own example, really send.
//!
//! Each body has the members and the values that its sender gives it; `$CONVERSATION`, `$USER`, `$RANDOM` stand for ids.

use mixinspec_spec::Spec;
use mixinspec_spec::model::Level;

use super::document::{Derived, Expected, ExpectedOutcome, HttpVector, Request, User, Verdict};
use super::inputs::{Draw, SEED_USERS};
use crate::identity::derivation::{Derivations, DeriveError};

/// The conversation of the documentation's example: a GROUP whose id nobody can derive.
const SEED_GROUP: &str = "928c5c40-769c-3e97-8387-fb1ae0645311";

/// The smallest picture: a PNG of one pixel, in Base64.
const ICON: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/// The name of the groups.
const NAME: &str = "Caf\u{e9} \u{1f600}";

/// One form of a request.
struct RealInput {
    /// Its name in vector ids, after the sender.
    name: &'static str,
    /// Who sends it.
    sender: &'static str,
    /// The editions in which it is sent.
    editions: &'static [&'static str],
    /// The requirements that say that it is accepted, the closest first; or the reading that leaves it open.
    about: &'static [&'static str],
    /// The members of a participant, with `$USER` for the id.
    participant: &'static str,
    /// The body, with `$PARTICIPANTS` for the list.
    body: &'static str,
    /// What stands between two participants.
    comma: &'static str,
}

/// What a GROUP without random_id is about.
const WITHOUT_RANDOM_ID: &[&str] = &["group-without-random-id"];

impl RealInput {
    fn is_group(&self) -> bool {
        self.name.ends_with("-group")
    }

    fn vector(
        &self,
        spec: &Spec,
        derivations: &Derivations,
        edition: &str,
        draw: &Draw,
    ) -> Result<HttpVector, DeriveError> {
        let caller = SEED_USERS[0];
        let mut users = vec![SEED_USERS[1].to_owned()];
        let is_sample = self.participant.contains("action");
        if self.is_group() && !is_sample {
            users.extend(draw.ids(self.name, 1, "participant", 2));
            // In plain order: that any order is accepted has a requirement of its own.
            users.sort_unstable();
        }
        let random = draw.id(self.name, 1, "random");
        let derived = match () {
            () if !self.is_group() => Derived::Unique,
            () if self.body.contains("$RANDOM") => Derived::Group,
            () => Derived::Any,
        };
        let conversation = match derived {
            Derived::Unique => derivations.unique(None, caller, SEED_USERS[1])?,
            Derived::Group => derivations.group(None, caller, NAME, &users, &random)?,
            _ if is_sample => SEED_GROUP.to_owned(),
            _ => draw.id(self.name, 1, "conversation"),
        };
        let participants: Vec<String> = users.iter().map(|user| self.participant.replace("$USER", user)).collect();
        let mut body = self.body.replace("$PARTICIPANTS", &participants.join(self.comma));
        for (place, value) in
            [("$CONVERSATION", conversation.as_str()), ("$NAME", NAME), ("$ICON", ICON), ("$RANDOM", &random)]
        {
            body = body.replace(place, value);
        }
        let is_open = self.about == WITHOUT_RANDOM_ID;
        let readings = self.about.iter().filter_map(|id| spec.reading(id));
        let requirements = self.about.iter().filter_map(|id| spec.requirement(id));
        let level = requirements.clone().find_map(|requirement| spec.level(requirement, edition));
        let about = requirements.map(|one| &one.id).chain(readings.clone().map(|one| &one.id));
        let mut flags = vec!["RealInput".to_owned()];
        flags.extend(is_open.then(|| "Reading".to_owned()));
        Ok(HttpVector {
            id: format!("{edition}/real-input/{}", self.name),
            edition: edition.to_owned(),
            comment: format!("What is sent by: {}.", self.sender),
            flags,
            result: if is_open { Verdict::Acceptable } else { Verdict::Valid },
            level: level.unwrap_or(Level::Must),
            requirements: about.cloned().collect(),
            caller: User { user_id: caller.to_owned() },
            users,
            derived,
            altered: None,
            request: Request {
                method: "POST".into(),
                path: "/conversations".into(),
                headers: [("content-type".to_owned(), "application/json".to_owned())].into(),
                body: Some(body),
                body_base64: None,
            },
            expected: Expected {
                outcome: if is_open { ExpectedOutcome::Either } else { ExpectedOutcome::Accepted },
                codes: Vec::new(),
                readings: readings.flat_map(|reading| &reading.observe).map(|one| one.name.clone()).collect(),
            },
        })
    }
}

/// The vectors of an edition.
///
/// # Errors
/// When the spec lacks a derivation.
pub(crate) fn vectors(
    spec: &Spec,
    derivations: &Derivations,
    edition: &str,
    seed: u64,
) -> Result<Vec<HttpVector>, DeriveError> {
    let draw = Draw::new(seed, "create-conversation");
    let sent = REAL_INPUTS.iter().filter(|input| input.editions.contains(&edition));
    sent.map(|input| input.vector(spec, derivations, edition, &draw)).collect()
}

/// A request of 2026.
const fn form(
    name: &'static str,
    sender: &'static str,
    about: &'static [&'static str],
    participant: &'static str,
    body: &'static str,
) -> RealInput {
    RealInput { name, sender, editions: &["2026"], about, participant, body, comma: "," }
}

/// All forms.
const REAL_INPUTS: &[RealInput] = &[
    RealInput {
        editions: &["2018"],
        ..form(
            "seed-curl-group",
            "the documentation's own curl example",
            &["group-any-id"],
            r#"{"action":"ADD","role":"","user_id":"$USER"}"#,
            r#"{"category":"GROUP","conversation_id":"$CONVERSATION","participants":[$PARTICIPANTS]}"#,
        )
    },
    form(
        "seed-curl-group",
        "the documentation's own curl example, of 2018",
        WITHOUT_RANDOM_ID,
        r#"{"action":"ADD","role":"","user_id":"$USER"}"#,
        r#"{"category":"GROUP","conversation_id":"$CONVERSATION","participants":[$PARTICIPANTS]}"#,
    ),
    form(
        "bot-api-go-client-contact",
        "MixinNetwork/bot-api-go-client",
        &["contact-empty-members-ignored", "participant-created-at-ignored", "contact-accepted"],
        r#"{"user_id":"$USER","role":"","created_at":"0001-01-01T00:00:00Z"}"#,
        r#"{"announcement":"","category":"CONTACT","conversation_id":"$CONVERSATION","name":"","participants":[$PARTICIPANTS],"random_id":""}"#,
    ),
    form(
        "bot-api-go-client-group",
        "MixinNetwork/bot-api-go-client",
        &["group-empty-announcement-ignored", "participant-created-at-ignored", "group-accepted"],
        r#"{"user_id":"$USER","role":"","created_at":"0001-01-01T00:00:00Z"}"#,
        r#"{"announcement":"","category":"GROUP","conversation_id":"$CONVERSATION","name":"$NAME","participants":[$PARTICIPANTS],"random_id":"$RANDOM"}"#,
    ),
    form(
        "fox-one-mixin-sdk-go-contact",
        "fox-one/mixin-sdk-go",
        &["participant-created-at-ignored", "contact-accepted"],
        r#"{"user_id":"$USER","created_at":"0001-01-01T00:00:00Z"}"#,
        r#"{"category":"CONTACT","conversation_id":"$CONVERSATION","participants":[$PARTICIPANTS]}"#,
    ),
    form(
        "fox-one-mixin-sdk-go-group",
        "fox-one/mixin-sdk-go",
        &["participant-created-at-ignored", "group-empty-announcement-ignored", "group-accepted"],
        r#"{"user_id":"$USER","created_at":"0001-01-01T00:00:00Z"}"#,
        r#"{"category":"GROUP","conversation_id":"$CONVERSATION","participants":[$PARTICIPANTS],"name":"$NAME","announcement":"","random_id":"$RANDOM"}"#,
    ),
    form(
        "mixin-node-sdk-contact",
        "@mixin.dev/mixin-node-sdk",
        &["contact-accepted"],
        r#"{"user_id":"$USER"}"#,
        r#"{"category":"CONTACT","conversation_id":"$CONVERSATION","participants":[$PARTICIPANTS]}"#,
    ),
    form(
        "mixin-node-sdk-group",
        "@mixin.dev/mixin-node-sdk",
        WITHOUT_RANDOM_ID,
        r#"{"user_id":"$USER"}"#,
        r#"{"category":"GROUP","conversation_id":"$CONVERSATION","participants":[$PARTICIPANTS],"name":"$NAME"}"#,
    ),
    form(
        "mixin-sdk-rs-contact",
        "mixin-sdk-rs, the crate",
        &["contact-accepted"],
        r#"{"user_id":"$USER"}"#,
        r#"{"category":"CONTACT","conversation_id":"$CONVERSATION","participants":[$PARTICIPANTS]}"#,
    ),
    form(
        "mixin-sdk-rs-group",
        "mixin-sdk-rs, the crate",
        &["group-empty-announcement-ignored", "group-accepted"],
        r#"{"user_id":"$USER"}"#,
        r#"{"category":"GROUP","conversation_id":"$CONVERSATION","participants":[$PARTICIPANTS],"name":"$NAME","announcement":"","random_id":"$RANDOM"}"#,
    ),
    form(
        "android-app-contact",
        "the Android app",
        &["contact-accepted"],
        r#"{"user_id":"$USER","role":""}"#,
        r#"{"conversation_id":"$CONVERSATION","category":"CONTACT","participants":[$PARTICIPANTS]}"#,
    ),
    form(
        "android-app-group",
        "the Android app",
        &["group-empty-announcement-ignored", "group-accepted"],
        r#"{"user_id":"$USER","role":""}"#,
        r#"{"conversation_id":"$CONVERSATION","category":"GROUP","participants":[$PARTICIPANTS],"name":"$NAME","icon_base64":"$ICON","announcement":"","random_id":"$RANDOM"}"#,
    ),
    form(
        "ios-app-contact",
        "the iOS app",
        &["contact-accepted"],
        r#"{"user_id":"$USER","role":""}"#,
        r#"{"conversation_id":"$CONVERSATION","category":"CONTACT","participants":[$PARTICIPANTS]}"#,
    ),
    form(
        "ios-app-group",
        "the iOS app",
        &["group-accepted"],
        r#"{"user_id":"$USER","role":""}"#,
        r#"{"conversation_id":"$CONVERSATION","category":"GROUP","participants":[$PARTICIPANTS],"name":"$NAME","random_id":"$RANDOM"}"#,
    ),
    form(
        "dart-sdk-contact",
        "the Dart SDK, which sends every unset member as null",
        &["null-members-ignored", "participant-created-at-ignored", "contact-accepted"],
        r#"{"user_id":"$USER","role":"","created_at":null}"#,
        r#"{"conversation_id":"$CONVERSATION","category":"CONTACT","participants":[$PARTICIPANTS],"name":null,"icon_base64":null,"announcement":null,"duration":null,"random_id":null}"#,
    ),
    form(
        "dart-sdk-group",
        "the Dart SDK, which sends every unset member as null",
        &["null-members-ignored", "participant-created-at-ignored", "group-accepted"],
        r#"{"user_id":"$USER","role":"","created_at":null}"#,
        r#"{"conversation_id":"$CONVERSATION","category":"GROUP","participants":[$PARTICIPANTS],"name":"$NAME","icon_base64":null,"announcement":null,"duration":null,"random_id":"$RANDOM"}"#,
    ),
    form(
        "kotlin-sdk-contact",
        "the Kotlin SDK",
        &["contact-accepted"],
        r#"{"user_id":"$USER","role":""}"#,
        r#"{"conversation_id":"$CONVERSATION","category":"CONTACT","participants":[$PARTICIPANTS]}"#,
    ),
    form(
        "kotlin-sdk-group",
        "the Kotlin SDK",
        WITHOUT_RANDOM_ID,
        r#"{"user_id":"$USER","role":""}"#,
        r#"{"conversation_id":"$CONVERSATION","category":"GROUP","participants":[$PARTICIPANTS],"name":"$NAME","icon_base64":"$ICON","announcement":"","duration":0}"#,
    ),
    RealInput {
        comma: ", ",
        ..form(
            "python-writing-contact",
            "Python SDKs, whose JSON has a space after colon and comma",
            &["json-writing-ignored"],
            r#"{"user_id": "$USER"}"#,
            r#"{"category": "CONTACT", "conversation_id": "$CONVERSATION", "participants": [$PARTICIPANTS]}"#,
        )
    },
    RealInput {
        comma: ", ",
        ..form(
            "python-writing-group",
            "Python SDKs, whose JSON escapes what is not ASCII",
            &["json-writing-ignored"],
            r#"{"user_id": "$USER"}"#,
            r#"{"category": "GROUP", "conversation_id": "$CONVERSATION", "participants": [$PARTICIPANTS], "name": "Caf\u00e9 \ud83d\ude00", "random_id": "$RANDOM"}"#,
        )
    },
];
