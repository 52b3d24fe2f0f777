//! The adapter protocol as types, one JSON object per line: see `docs/sdk-protocol.md`.
//!
//! `docs/sdk-protocol.schema.json` is generated from these types. The results of calls stay JSON, because laws and
//! rules judge what an SDK returns, not a deserializer.

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

/// A line to the adapter: a call that it has to make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Request {
    /// The id that the answer repeats; unique among the requests to one process.
    pub id: u64,
    /// The call to make.
    #[serde(flatten)]
    pub call: AdapterCall,
}

/// The arguments of `hello`: the harness introduces itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct HelloArguments {
    /// The version of the protocol that the harness speaks.
    pub protocol: u32,
    /// The harness and its version.
    pub harness: String,
}

/// The arguments of `sign`: the HTTP request to sign.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct SignArguments {
    /// The keystore of the bot that signs.
    pub keystore: KeystoreText,
    /// The HTTP method.
    pub method: String,
    /// The path, with the query.
    pub path: String,
    /// The body; empty if there is none.
    pub body: String,
}

/// The arguments of `create_conversation`: the conversation to create. The optional members are present only if the SDK
/// takes them.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct CreateArguments {
    /// The base URL of the server, without a trailing slash.
    pub base_url: String,
    /// The keystore of the bot that creates it.
    pub keystore: KeystoreText,
    /// `CONTACT` or `GROUP`.
    pub category: Category,
    /// The peer of a CONTACT; the members of a GROUP without its creator.
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
    /// The id of the conversation, for an SDK whose user chooses it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<String>,
    /// What to pass to the SDK for `name` and `announcement` if it takes them and they are absent here. If this is
    /// absent too, pass nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_out: Option<LeftOut>,
}

/// A member of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Participant {
    /// The user id.
    pub user_id: String,
    /// The role, if the SDK takes one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
}

/// The category of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Category {
    /// A conversation of two users.
    Contact,
    /// A conversation of any number of users.
    Group,
}

impl Category {
    /// The category's name in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Contact => "CONTACT",
            Self::Group => "GROUP",
        }
    }
}

/// A keystore in the form in which it is issued to bots today: all values are text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct KeystoreText {
    /// The user id of the bot.
    pub app_id: String,
    /// The id of the session.
    pub session_id: String,
    /// The public key of the server: 64 hexadecimal digits.
    pub server_public_key: String,
    /// The private key of the session: 64 hexadecimal digits, the seed of an Ed25519 key; or, in edition 2018 and if
    /// the adapter declares `rsa` among its `keys`, an RSA key in PEM (PKCS #1).
    pub session_private_key: String,
}

/// A line from the adapter. It has exactly one of `result` and `error`, and that one is not null.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("oneOf" = [
    {"required": ["result"], "properties": {"result": true}},
    {"required": ["error"], "properties": {"error": true}},
]))]
pub struct Answer {
    /// The id of the request that it answers.
    pub id: u64,
    /// The result of the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Output")]
    pub result: Option<Value>,
    /// The error of the call. An error is a value like any other: its meaning depends on the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "ErrorValue")]
    pub error: Option<ErrorValue>,
}

/// The result of a call. Only the schema needs this type.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "it is printed, and never made")]
enum Output {
    /// The result of `hello`.
    Hello(Hello),
    /// The result of a function, or of `sign`.
    Text(String),
    /// The result of `create_conversation`: the members that the SDK's user can read, under their names in the API.
    /// Times are RFC 3339 text.
    Conversation(BTreeMap<String, Value>),
}

/// The error of a call that has no result.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ErrorValue {
    /// The kind of the error.
    pub kind: ErrorKind,
    /// The error code of the API, if the SDK's user can read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<i64>,
    /// The API's description of the error, if the SDK's user can read it; else the SDK's own message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// The kinds of errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// The SDK rejects the arguments.
    Input,
    /// The server answered with an error.
    Api,
    /// The answer was missing, incomplete or late.
    Transport,
    /// The SDK could not parse the answer.
    Decode,
    /// The adapter does not know the call.
    Unsupported,
    /// Any other error, or one whose kind the SDK's user cannot tell.
    Other,
}

impl ErrorKind {
    /// The kind's name in JSON.
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

/// The result of `hello`: what the SDK is and can do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hello {
    /// The version of the protocol that the adapter speaks.
    pub protocol: u32,
    /// The SDK and its version, for reports.
    pub name: String,
    /// What the SDK can do. What is declared here must work.
    pub capabilities: Capabilities,
}

impl Hello {
    /// Returns this, if the spec has every function that it declares.
    ///
    /// # Errors
    /// Names a declared function that the spec does not have, which may be a typo.
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
    /// Whether the SDK has the function, for each derivation of the spec, by name.
    #[serde(flatten)]
    pub derivations: BTreeMap<String, bool>,
    /// Whether the SDK signs given requests.
    #[serde(default)]
    pub sign: bool,
    /// The kinds of private keys that the SDK takes. In edition 2018 it is given an RSA key if it takes one.
    #[serde(default = "ed25519")]
    pub keys: BTreeSet<KeyKind>,
    /// How the SDK creates conversations; absent if it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub create_conversation: Option<Creation>,
}

/// What the SDK takes to create a conversation, and what it returns.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Creation {
    /// The categories of conversations that the SDK can create.
    #[serde(default = "both")]
    pub categories: BTreeSet<Category>,
    /// What the SDK's user can set besides category and participants. The adapter is given no other options.
    #[serde(default)]
    pub options: BTreeSet<CreateOption>,
    /// The ways in which the SDK's user can pass an option that has no value, besides leaving it out.
    #[serde(default)]
    pub left_out: BTreeSet<LeftOut>,
    /// The members of an answer's `data` that the SDK's user can read, as JSON Pointers in which `*` stands for every
    /// element of a list: `/name`, `/participants/*/role`.
    #[serde(default)]
    pub members: BTreeSet<String>,
}

fn ed25519() -> BTreeSet<KeyKind> {
    [KeyKind::Ed25519].into()
}

fn both() -> BTreeSet<Category> {
    [Category::Contact, Category::Group].into()
}

/// An option that the SDK's user can set for a new conversation, besides category and participants.
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

    /// The option's name in JSON.
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

/// The JSON Schema of a line, as published in `docs/sdk-protocol.schema.json`, with the derivations of a spec.
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
mod tests;
