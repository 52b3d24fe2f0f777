//! The variables of one exchange, as expressions see them: converted once, when the exchange is made.

use std::sync::Arc;

use serde_json::Value;

use crate::cel::{Scope, Shared};
use crate::edition::operation::CompiledOperation;
use crate::http::message::{NoAnswer, Received, Sent};
use crate::http::outcome::Outcome;

/// Facts about a request that its content does not show.
#[derive(Debug, Clone, Default)]
pub struct RequestFacts {
    /// Whether the thing that it asks for cannot have existed before.
    pub fresh: bool,
    /// The caller's user id.
    pub caller_id: String,
    /// The first user that the request was made with, if it was made with any.
    pub peer_id: Option<String>,
    /// The codes that are right in a refusal of this request; empty if any code is right, or no refusal is expected.
    pub codes: Vec<i64>,
    /// The names of the members that are wrong on purpose.
    pub wrong: Vec<String>,
}

/// The variables that an exchange gives a value.
#[derive(Clone)]
pub struct Variables(Arc<[(&'static str, Shared)]>);

impl std::fmt::Debug for Variables {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Variables")
    }
}

/// What the variables come from.
#[derive(Debug, Clone, Copy)]
pub struct VariableSources<'a> {
    /// The request.
    pub sent: &'a Sent,
    /// The answer.
    pub answer: &'a Result<Received, NoAnswer>,
    /// The outcome of the answer, and the code that stands for it.
    pub meaning: (Outcome, i64),
    /// What is known of the request.
    pub about: &'a RequestFacts,
    /// The operation that was asked for.
    pub operation: Option<&'a CompiledOperation>,
}

impl Variables {
    /// The variables of one exchange.
    #[must_use]
    pub fn of(parts: VariableSources<'_>) -> Self {
        let VariableSources { sent, answer, meaning: (outcome, code), about, operation } = parts;
        let json = |value: Option<&Value>| value.map_or_else(Shared::null, Shared::json);
        let response = answer.as_ref().ok().and_then(|received| received.json.as_ref());
        Self(Arc::new([
            ("caller", Shared::map([("user_id", Shared::text(&about.caller_id))])),
            ("peer", Shared::map([("user_id", about.peer_id.as_deref().map_or_else(Shared::null, Shared::text))])),
            ("request", json(sent.json.as_ref())),
            ("response", json(response)),
            ("outcome", Shared::text(outcome.name())),
            ("code", Shared::int(code)),
            ("fresh", Shared::bool(about.fresh)),
            ("operation", Shared::text(operation.map_or("", |operation| &operation.id))),
            ("http", http(sent, answer.as_ref().ok())),
        ]))
    }

    /// Gives a scope these variables.
    pub(crate) fn bind(&self, scope: &mut Scope<'_>) {
        for (name, value) in self.0.iter() {
            scope.share(name, value);
        }
    }

    /// All variables as one map, as expressions see a step of a scenario.
    #[must_use]
    pub fn as_one(&self) -> Shared {
        Shared::map(self.0.iter().map(|(name, value)| (*name, value.clone())))
    }

    /// All variables and some more as one map.
    #[must_use]
    pub fn as_one_with<'a>(&'a self, more: impl IntoIterator<Item = (&'a str, Shared)>) -> Shared {
        Shared::map(self.0.iter().map(|(name, value)| (*name, value.clone())).chain(more))
    }
}

fn http(sent: &Sent, received: Option<&Received>) -> Shared {
    // Of fields that come twice, the first counts.
    let fields = |list: &[(String, String)]| {
        Shared::map(list.iter().rev().map(|(name, value)| (name.as_str(), Shared::text(value))))
    };
    let now = received.map_or(0, |received| received.now);
    let time = received.and_then(|r| r.header("date")).and_then(crate::text::time::http_date).unwrap_or(now);
    let faults = received.map_or(&[][..], |received| &received.faults);
    let members = received.and_then(|received| received.json.as_ref()?.as_object()).into_iter().flatten();
    let objects = members.filter(|(_, value)| value.is_object());
    Shared::map([
        ("method", Shared::text(&sent.method)),
        ("path", Shared::text(&sent.path)),
        ("request_headers", fields(&sent.headers)),
        ("status", Shared::int(received.map_or(0, |received| i64::from(received.status)))),
        ("headers", fields(received.map_or(&[][..], |received| &received.headers))),
        ("head", Shared::text(&received.map_or_else(String::new, |received| head(&received.headers)))),
        ("text", Shared::text(&received.map_or_else(Default::default, |r| String::from_utf8_lossy(&r.body)))),
        ("now", Shared::int(now)),
        ("time", Shared::int(time)),
        ("json_faults", Shared::list(faults.iter().map(|fault| Shared::text(fault.name())))),
        ("objects", Shared::list(objects.map(|(name, _)| Shared::text(name)))),
        ("shows_token", Shared::bool(received.is_some_and(|received| received.shows_token))),
    ])
}

/// A header section as text, a line for each field.
fn head(fields: &[(String, String)]) -> String {
    fields.iter().map(|(name, value)| format!("{name}: {value}\n")).collect()
}
