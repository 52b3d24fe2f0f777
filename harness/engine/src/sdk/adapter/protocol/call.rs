//! The calls of the adapter protocol.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::Error as _;
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value, json};

use super::{CreateArguments, HelloArguments, SignArguments};
use crate::identity::derivation::Argument;

/// A call to an adapter. In JSON it is an object with `call`, its name, and `arguments`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum AdapterCall {
    /// Sent first to every process; the result says what the SDK can do.
    Hello(HelloArguments),
    /// Compute a derivation of the spec; the result is a string.
    Derive(Derive),
    /// Sign a request; the result is a string: the token that follows `Bearer`.
    Sign(SignArguments),
    /// Create a conversation on the server at `base_url`; the result is what the SDK returns to its user.
    CreateConversation(Box<CreateArguments>),
}

/// A derivation to compute. The call is named after the derivation, the arguments after its parameters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Derive {
    /// The derivation.
    pub derivation: String,
    /// The arguments, in the order of the parameters, each with its name.
    pub arguments: Vec<(String, Argument)>,
}

/// The calls other than derivations, as they are written in JSON.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(tag = "call", content = "arguments", rename_all = "snake_case")]
enum Fixed {
    /// Sent first to every process; the result says what the SDK can do.
    Hello(HelloArguments),
    /// Sign a request; the result is a string: the token that follows `Bearer`.
    Sign(SignArguments),
    /// Create a conversation on the server at `base_url`; the result is what the SDK returns to its user.
    CreateConversation(Box<CreateArguments>),
}

impl AdapterCall {
    /// The call's name in JSON.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Hello(_) => "hello",
            Self::Derive(derive) => &derive.derivation,
            Self::Sign(_) => "sign",
            Self::CreateConversation(_) => "create_conversation",
        }
    }

    /// The call with its arguments, without the keystore, for people.
    pub(crate) fn without_keystore(&self) -> String {
        let mut call = json!(self);
        let mut arguments = call["arguments"].take();
        if let Some(members) = arguments.as_object_mut() {
            members.remove("keystore");
        }
        format!("{} {arguments}", self.name())
    }
}

impl Serialize for AdapterCall {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct SerializedArguments<'a>(&'a [(String, Argument)]);
        impl Serialize for SerializedArguments<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
            }
        }
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("call", self.name())?;
        match self {
            Self::Hello(arguments) => map.serialize_entry("arguments", arguments)?,
            Self::Derive(derive) => map.serialize_entry("arguments", &SerializedArguments(&derive.arguments))?,
            Self::Sign(arguments) => map.serialize_entry("arguments", arguments)?,
            Self::CreateConversation(arguments) => map.serialize_entry("arguments", arguments)?,
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for AdapterCall {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Written {
            call: String,
            arguments: Value,
        }
        let Written { call, arguments } = Written::deserialize(deserializer)?;
        if !["hello", "sign", "create_conversation"].contains(&call.as_str()) {
            let named: BTreeMap<String, Argument> = serde_json::from_value(arguments).map_err(D::Error::custom)?;
            return Ok(Self::Derive(Derive { derivation: call, arguments: named.into_iter().collect() }));
        }
        let fixed = json!({"call": call, "arguments": arguments});
        Ok(match serde_json::from_value(fixed).map_err(D::Error::custom)? {
            Fixed::Hello(arguments) => Self::Hello(arguments),
            Fixed::Sign(arguments) => Self::Sign(arguments),
            Fixed::CreateConversation(arguments) => Self::CreateConversation(arguments),
        })
    }
}

impl JsonSchema for AdapterCall {
    fn schema_name() -> Cow<'static, str> {
        "Call".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        // The calls of derivations depend on the spec; `schema` adds them.
        Fixed::json_schema(generator)
    }
}
