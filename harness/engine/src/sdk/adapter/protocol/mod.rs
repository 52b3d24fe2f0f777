//! What the harness and an adapter say to each other, a JSON object a line: `docs/sdk-protocol.md` as types.
//!
//! What is here is printed as `docs/sdk-protocol.schema.json`. A type is never the judge of what an SDK returns: the
//! results of calls are kept as JSON.

mod call;

use std::collections::{BTreeMap, BTreeSet};

use mixinspec_spec::Spec;
use mixinspec_spec::model::{KeyKind, LeftOut, Parameter, ParameterType};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

pub use self::call::{AdapterCall, Derive};
use super::NoReply;

/// The version of the protocol.
pub const VERSION: u32 = 1;

/// A line to the adapter: what it is to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Request {
    /// What the answer refers to; no two requests to one process have the same.
    pub id: u64,
    /// What is to be done.
    #[serde(flatten)]
    pub call: AdapterCall,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct HelloArguments {
    /// The version of the protocol that the harness speaks.
    pub protocol: u32,
    /// The harness and its version.
    pub harness: String,
}

/// A request that is to be signed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct SignArguments {
    /// Who signs.
    pub keystore: KeystoreText,
    /// The method.
    pub method: String,
    /// The path, with its query.
    pub path: String,
    /// The body; empty where there is none.
    pub body: String,
}

/// A conversation that is to be created. Members beside the first four are there only where the SDK takes them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct CreateArguments {
    /// The server's base URL, without a slash at its end.
    pub base_url: String,
    /// Who creates it.
    pub keystore: KeystoreText,
    /// `CONTACT` or `GROUP`.
    pub category: Category,
    /// The peer of a CONTACT; the members of a GROUP beside its creator.
    pub participants: Vec<Participant>,
    /// The name of a GROUP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The announcement of a GROUP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub announcement: Option<String>,
    /// The random id of a GROUP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub random_id: Option<String>,
    /// The conversation's id, for an SDK that leaves it to its user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<String>,
    /// How `name` and `announcement` are given to the SDK where they are declared, and not here; not at all where this
    /// is not here either.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_out: Option<LeftOut>,
}

/// A member of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Participant {
    /// The user id.
    pub user_id: String,
    /// The role, where the SDK takes one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
}

/// What a conversation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Category {
    /// Of two users.
    Contact,
    /// Of many.
    Group,
}

impl Category {
    /// Its name, as it is written.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Contact => "CONTACT",
            Self::Group => "GROUP",
        }
    }
}

/// A keystore as it is given to people today: all values are text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct KeystoreText {
    /// The user id of the bot.
    pub app_id: String,
    /// The session's id.
    pub session_id: String,
    /// The server's public key: 64 hexadecimal digits.
    pub server_public_key: String,
    /// The session's private key: 64 hexadecimal digits, the seed of an Ed25519 key; or an RSA key in PEM (PKCS #1), in
    /// edition 2018 and where the adapter declares `rsa` among its `keys`.
    pub session_private_key: String,
}

/// A line from the adapter. Exactly one of `result` and `error` is there, and not null.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("oneOf" = [
    {"required": ["result"], "properties": {"result": true}},
    {"required": ["error"], "properties": {"error": true}},
]))]
pub struct Answer {
    /// The id of the request that is answered.
    pub id: u64,
    /// What came of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Output")]
    pub result: Option<Value>,
    /// Why nothing came of it. An error is a value like any other: what it means depends on what was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "ErrorValue")]
    pub error: Option<ErrorValue>,
}

/// What can come of a call; only the schema needs it.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "it is printed, and never made")]
enum Output {
    /// Of `hello`.
    Hello(Hello),
    /// Of the functions, and of `sign`.
    Text(String),
    /// Of `create_conversation`: the members that the SDK's user can read, under the names that they have in the API.
    /// Times are RFC 3339 text.
    Conversation(BTreeMap<String, Value>),
}

/// Why nothing came of a call.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ErrorValue {
    /// What kind of error it is.
    pub kind: ErrorKind,
    /// The API's code, where the SDK's user can read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<i64>,
    /// The API's description where the SDK's user can read it, or what the SDK says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// The kinds of errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// The SDK does not take these arguments.
    Input,
    /// The server answered with an error.
    Api,
    /// There was no answer, or not all of it, or not in time.
    Transport,
    /// The answer could not be read.
    Decode,
    /// The adapter does not know the call.
    Unsupported,
    /// Anything else, or the SDK does not let its user tell.
    Other,
}

impl ErrorKind {
    /// The kind's name, as it is written.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Api => "api",
            Self::Transport => "transport",
            Self::Decode => "decode",
            Self::Unsupported => "unsupported",
            Self::Other => "other",
        }
    }
}

/// What an SDK can do: the result of `hello`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hello {
    /// The version of the protocol that the adapter speaks.
    pub protocol: u32,
    /// The SDK and its version, for reports.
    pub name: String,
    /// What it can do; what is declared must work.
    pub capabilities: Capabilities,
}

impl Hello {
    /// The same, if every function that it declares is one of the spec's.
    ///
    /// # Errors
    /// Names a declared function that is none, which may be a slip of the pen.
    pub(crate) fn known<'a>(self, derivations: impl Iterator<Item = &'a str>) -> Result<Self, NoReply> {
        let known: Vec<&str> = derivations.collect();
        match self.capabilities.derivations.keys().find(|name| !known.contains(&name.as_str())) {
            None => Ok(self),
            Some(unknown) => {
                let known: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
                let known = known.join(", ");
                let reason = format!(
                    "the adapter failed: it declares `{unknown}`, which is no capability; the spec's functions are {known}"
                );
                Err(NoReply { reason, call: None, last_line: None })
            }
        }
    }
}

/// What an SDK can do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Capabilities {
    /// The derivations of the spec, by name: whether it has the function.
    #[serde(flatten)]
    pub derivations: BTreeMap<String, bool>,
    /// It signs requests that are given to it.
    #[serde(default)]
    pub sign: bool,
    /// The kinds of private keys that it takes; in edition 2018 it is given an RSA key if it takes one.
    #[serde(default = "ed25519")]
    pub keys: BTreeSet<KeyKind>,
    /// It creates conversations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub create_conversation: Option<Creation>,
}

/// What an SDK's way to create conversations takes and gives.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Creation {
    /// The categories that it offers.
    #[serde(default = "both")]
    pub categories: BTreeSet<Category>,
    /// What its user can say beside category and participants. Nothing else is asked of the adapter.
    #[serde(default)]
    pub options: BTreeSet<CreateOption>,
    /// The ways in which its user can give an option that has no value, beside not giving it.
    #[serde(default)]
    pub left_out: BTreeSet<LeftOut>,
    /// The members of an answer's `data` that its user can read, as JSON pointers in which `*` stands for every element
    /// of a list: `/name`, `/participants/*/role`.
    #[serde(default)]
    pub members: BTreeSet<String>,
}

fn ed25519() -> BTreeSet<KeyKind> {
    [KeyKind::Ed25519].into()
}

fn both() -> BTreeSet<Category> {
    [Category::Contact, Category::Group].into()
}

/// What the user of an SDK can say of a conversation beside its category and participants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CreateOption {
    /// The name of a GROUP.
    Name,
    /// The announcement of a GROUP.
    Announcement,
    /// The random id of a GROUP.
    RandomId,
    /// The conversation's id.
    ConversationId,
    /// The role of a participant.
    Role,
}

impl CreateOption {
    /// All options.
    pub(crate) const ALL: [Self; 5] =
        [Self::Name, Self::Announcement, Self::RandomId, Self::ConversationId, Self::Role];

    /// The option's name, as it is written.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Announcement => "announcement",
            Self::RandomId => "random_id",
            Self::ConversationId => "conversation_id",
            Self::Role => "role",
        }
    }
}

/// The JSON Schema of a line, as it stands in `docs/sdk-protocol.schema.json`, with the derivations of a spec.
#[must_use]
pub fn schema(spec: &Spec) -> Value {
    let mut generator = schemars::generate::SchemaSettings::draft2020_12().into_generator();
    let [request, answer] = [generator.subschema_for::<Request>(), generator.subschema_for::<Answer>()];
    let mut definitions = generator.take_definitions(true);
    for (name, derivation) in &spec.document.derivations {
        let types: Map<String, Value> = derivation.parameters.iter().map(parameter_schema).collect();
        let names: Vec<&String> = types.keys().collect();
        let arguments = json!({"type": "object", "required": names, "properties": types});
        let call = json!({
            "description": format!("{}; the result is a string.", capitalized(&derivation.title)),
            "type": "object",
            "required": ["call", "arguments"],
            "properties": {"call": {"type": "string", "const": name}, "arguments": arguments},
        });
        if let Some(calls) = definitions.get_mut("Request").and_then(|it| it["oneOf"].as_array_mut()) {
            calls.push(call);
        }
        let capabilities = definitions.get_mut("Capabilities").and_then(Value::as_object_mut);
        for members in capabilities.into_iter().flat_map(|it| {
            it.insert("additionalProperties".into(), json!(false));
            it.get_mut("properties").and_then(Value::as_object_mut)
        }) {
            let capability = json!({"description": "It has the function.", "type": "boolean", "default": false});
            members.insert(name.clone(), capability);
        }
    }
    let mut schema = schemars::json_schema!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A line between mixinspec and an adapter",
        "description": "A request stands on the adapter's standard input, an answer on its standard output.",
        "oneOf": [request, answer],
        "$defs": definitions,
    });
    mixinspec_spec::without_rust_formats(&mut schema);
    schema.to_value()
}

fn parameter_schema(parameter: &Parameter) -> (String, Value) {
    let schema = match parameter.kind {
        ParameterType::User | ParameterType::Uuid | ParameterType::Text => json!({"type": "string"}),
        ParameterType::Users => json!({"type": "array", "items": {"type": "string"}}),
    };
    (parameter.name.clone(), schema)
}

fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().into_iter().flat_map(char::to_uppercase).chain(characters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_written_as_the_page_shows_them() {
        let arguments = [("user_id", "a"), ("other_user_id", "b")].map(|(name, value)| (name.to_owned(), value.into()));
        let call =
            AdapterCall::Derive(Derive { derivation: "unique_conversation_id".into(), arguments: arguments.into() });
        let line = serde_json::to_value(Request { id: 7, call }).expect("JSON");
        assert_eq!(
            line,
            json!({"id": 7, "call": "unique_conversation_id", "arguments": {"user_id": "a", "other_user_id": "b"}})
        );
    }

    #[test]
    fn a_capability_that_is_mistyped_is_found() {
        let hello = json!({"protocol": 1, "name": "x", "capabilities": {"unique_conversation_ID": true}});
        let hello: Hello = serde_json::from_value(hello).expect("a flag");
        let unknown =
            hello.known(["unique_conversation_id"].into_iter()).expect_err("it is known by another name").reason;
        assert!(
            unknown.contains("unique_conversation_ID") && unknown.contains("`unique_conversation_id`"),
            "{unknown}"
        );
        let hello = json!({"protocol": 1, "name": "x", "capabilities": {"sing": "yes"}});
        assert!(serde_json::from_value::<Hello>(hello).is_err());
    }
}
