//! Varies what an answer says about the people in a conversation: their sessions and circles, and members that no
//! document names.

use serde_json::{Map, Value, json};
use uuid::Uuid;

/// How answers differ from the usual ones in what they say about people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct People {
    /// Whether participants have members that no document names, some of which differ with each answer.
    pub(crate) participants_described: bool,
    /// The same for sessions.
    pub(crate) sessions_described: bool,
    /// The same for circles.
    pub(crate) circles_described: bool,
    pub(crate) sessions: SessionCount,
    pub(crate) circles: Circles,
    /// Whether the name of a CONTACT is that of the caller's peer.
    pub(crate) contact_named_after_the_peer: bool,
}

/// How many sessions a user has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum SessionCount {
    #[default]
    One,
    None,
    Two,
    /// None to three, chosen for each user in each answer: people sign in and out.
    AnyNumber,
}

/// Which conversations the caller has put in a circle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Circles {
    #[default]
    None,
    All,
    /// Half of them, by the last digit of their id.
    Some,
}

impl People {
    /// Changes the conversation in an answer to this caller.
    pub(crate) fn apply(&self, data: &mut Map<String, Value>, caller: Option<Uuid>) {
        if let Some(sessions) = data.get_mut("participant_sessions").and_then(Value::as_array_mut) {
            self.sessions(sessions);
        }
        if data.contains_key("circles") {
            let circles = self.circles(data);
            data.insert("circles".into(), circles);
        }
        if self.participants_described {
            described(data, "participants", || {
                json!({
                    "full_name": "Ann \u{2603} O\u{2019}Neil",
                    "identity_number": (Uuid::new_v4().as_u128() % 100_000).to_string(),
                    "avatar_url": null,
                    "online": Uuid::new_v4().as_u128().is_multiple_of(2),
                    "relationship": {"type": "FRIEND", "created_at": "yesterday"},
                })
            });
        }
        if self.sessions_described {
            described(
                data,
                "participant_sessions",
                || json!({"platform": "Mobile", "signed_pre_key": Uuid::new_v4().to_string(), "version": 7}),
            );
        }
        if self.circles_described {
            described(data, "circles", || json!({"name": "Work", "count": Uuid::new_v4().as_u128() % 9, "icon": null}));
        }
        if self.contact_named_after_the_peer && data.get("category").is_some_and(|category| category == "CONTACT") {
            let caller = caller.unwrap_or_default().to_string();
            let users = data.get("participants").and_then(Value::as_array).into_iter().flatten();
            let mut users = users.filter_map(|one| one.get("user_id")?.as_str());
            let name = users.find(|user| *user != caller).map(|peer| format!("User {}", &peer[..peer.len().min(4)]));
            data.insert("name".into(), name.unwrap_or_default().into());
        }
    }

    fn sessions(&self, sessions: &mut Vec<Value>) {
        let times = || match self.sessions {
            SessionCount::One => 1,
            SessionCount::None => 0,
            SessionCount::Two => 2,
            SessionCount::AnyNumber => Uuid::new_v4().as_u128() % 4,
        };
        *sessions = sessions
            .drain(..)
            .flat_map(|session| {
                (0..times()).map(move |nth| {
                    let mut session = session.clone();
                    if nth > 0 {
                        session["session_id"] = Uuid::new_v4().to_string().into();
                        session["public_key"] = format!("key-{nth}").into();
                    }
                    session
                })
            })
            .collect();
    }

    fn circles(&self, data: &Map<String, Value>) -> Value {
        let id = data.get("conversation_id").and_then(Value::as_str).unwrap_or_default();
        let is_in_one = match self.circles {
            Circles::None => false,
            Circles::All => true,
            Circles::Some => id.ends_with(|digit: char| digit.to_digit(16).is_some_and(|digit| digit < 8)),
        };
        if !is_in_one {
            return json!([]);
        }
        json!([{
            "type": "circle",
            "circle_id": "5e4a2ff3-2d2b-4f4f-9b0e-5f0a1f3a0c11",
            "conversation_id": id,
            "user_id": "",
            "created_at": data.get("created_at"),
        }])
    }
}

/// Adds these members to every object of a list.
fn described(data: &mut Map<String, Value>, list: &str, members: impl Fn() -> Value) {
    for object in data.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
        if let (Value::Object(object), Value::Object(members)) = (object, members()) {
            object.extend(members);
        }
    }
}
