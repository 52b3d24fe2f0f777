//! Speaks mixinspec's protocol for mixin-sdk-rs.

use std::error::Error as _;
use std::io::Write;

use mixin_sdk_rs::Client;
use mixin_sdk_rs::auth::sign_authentication_token;
use mixin_sdk_rs::conversation::{Conversation, Participant};
use mixin_sdk_rs::error::Error;
use mixin_sdk_rs::request::set_base_uri;
use mixin_sdk_rs::safe::SafeUser;
use mixin_sdk_rs::utils::{group_conversation_id, unique_conversation_id};
use serde_json::{Value, json};

/// The version that the lock file has.
const LOCK: &str = include_str!("../Cargo.lock");

type Outcome = Result<Value, Value>;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    for line in std::io::stdin().lines() {
        let request: Value = serde_json::from_str(&line?)?;
        let arguments = &request["arguments"];
        let outcome = match request["call"].as_str() {
            Some("hello") => Ok(hello()),
            Some("unique_conversation_id") => {
                Ok(json!(unique_conversation_id(text(arguments, "user_id"), text(arguments, "other_user_id"))))
            }
            Some("group_conversation_id") => Ok(json!(group_conversation_id(
                text(arguments, "owner"),
                text(arguments, "name"),
                &list(arguments, |id| id.as_str().unwrap_or_default().to_owned()),
                text(arguments, "random"),
            ))),
            Some("sign") => sign(arguments),
            Some("create_conversation") => runtime.block_on(create(arguments)),
            _ => Err(json!({"kind": "unsupported"})),
        };
        let answer = match outcome {
            Ok(result) => json!({"id": request["id"], "result": result}),
            Err(error) => json!({"id": request["id"], "error": error}),
        };
        let mut out = std::io::stdout().lock();
        writeln!(out, "{answer}")?;
        out.flush()?;
    }
    Ok(())
}

fn hello() -> Value {
    let mut lines = LOCK.lines().skip_while(|line| *line != r#"name = "mixin-sdk-rs""#);
    let version = lines.nth(1).and_then(|line| line.split('"').nth(1)).unwrap_or("of an unknown version");
    json!({
        "protocol": 1,
        "name": format!("mixin-sdk-rs {version}"),
        "capabilities": {
            "unique_conversation_id": true,
            "group_conversation_id": true,
            "sign": true,
            "create_conversation": {
                "categories": ["CONTACT", "GROUP"],
                // Of the function for groups, which makes random_id and conversation_id itself; there is another one
                // below it that takes them, too.
                "options": ["name", "announcement", "role"],
                // They are text; what is not said is empty.
                "left_out": ["empty"],
                "members": [
                    "/conversation_id", "/creator_id", "/category", "/name", "/icon_url", "/announcement",
                    "/created_at", "/code_url",
                    "/participants/*/user_id", "/participants/*/role", "/participants/*/created_at",
                    "/participant_sessions/*/type", "/participant_sessions/*/user_id",
                    "/participant_sessions/*/session_id", "/participant_sessions/*/public_key",
                ],
            },
        },
    })
}

fn sign(arguments: &Value) -> Outcome {
    let user = user(&arguments["keystore"]);
    sign_authentication_token(text(arguments, "method"), text(arguments, "path"), text(arguments, "body"), &user)
        .map(|token| json!(token))
        .map_err(|error| error_of(Error::Auth(error)))
}

async fn create(arguments: &Value) -> Outcome {
    set_base_uri(text(arguments, "base_url").to_owned());
    let client = Client::new(user(&arguments["keystore"]));
    let participants = list(arguments, |participant| Participant {
        user_id: text(participant, "user_id").to_owned(),
        role: participant["role"].as_str().map(str::to_owned),
        created_at: None,
    });
    let created = if arguments["category"] == "CONTACT" {
        client.create_contact_conversation(participants.first().map_or("", |peer| &peer.user_id)).await
    } else {
        // Name and announcement can be empty, and cannot be left out.
        let (name, announcement) = (text(arguments, "name"), text(arguments, "announcement"));
        client.create_group_conversation(name, announcement, participants).await
    };
    created.map(read).map_err(error_of)
}

/// What stands in its type; a member that was not there is not here either.
fn read(conversation: Conversation) -> Value {
    let mut value = json!(conversation);
    if let Some(members) = value.as_object_mut() {
        members.retain(|_, member| !member.is_null());
    }
    value
}

fn error_of(error: Error) -> Value {
    let description = error.to_string();
    match error {
        Error::Api(error) => json!({"kind": "api", "code": error.code, "description": error.description}),
        Error::Input(_) => json!({"kind": "input", "description": description}),
        Error::Json(_) | Error::DataNotFound(_) => json!({"kind": "decode", "description": description}),
        Error::Request(error) => {
            let source = error.source().map(|source| format!(": {source}")).unwrap_or_default();
            json!({"kind": "transport", "description": format!("{description}{source}")})
        }
        _ => json!({"kind": "other", "description": description}),
    }
}

fn user(keystore: &Value) -> SafeUser {
    let member = |name| text(keystore, name).to_owned();
    // The last one is for payments.
    SafeUser::new(
        member("app_id"),
        member("session_id"),
        member("session_private_key"),
        member("server_public_key"),
        String::new(),
    )
}

fn text<'a>(object: &'a Value, name: &str) -> &'a str {
    object[name].as_str().unwrap_or_default()
}

fn list<T>(arguments: &Value, each: impl Fn(&Value) -> T) -> Vec<T> {
    arguments["participants"].as_array().into_iter().flatten().map(each).collect()
}
