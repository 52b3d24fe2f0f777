//! The variables of one exchange, as expressions see them: converted once, when the exchange is made.

use std::sync::Arc;

use cel::Value as Cel;
use serde_json::Value;

use crate::exchange::{About, Exchange, NoAnswer, Outcome, Received, Sent};
use crate::expression::{Scope, list, map, text, to_cel};
use crate::operation::Operation;

/// The variables that an exchange gives a value.
#[derive(Clone)]
pub struct Variables(Arc<[(&'static str, Cel)]>);

impl std::fmt::Debug for Variables {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Variables")
    }
}

/// What the variables come from.
#[derive(Debug, Clone, Copy)]
pub struct Parts<'a> {
    /// The request.
    pub sent: &'a Sent,
    /// The answer.
    pub answer: &'a Result<Received, NoAnswer>,
    /// What it means.
    pub outcome: Outcome,
    /// What is known of the request.
    pub about: &'a About,
    /// The operation that was asked for.
    pub operation: Option<&'a Operation>,
}

impl Variables {
    /// The variables of one exchange.
    #[must_use]
    pub fn of(parts: Parts<'_>) -> Self {
        let Parts { sent, answer, outcome, about, operation } = parts;
        let code = match outcome {
            Outcome::Refused(Some(code)) => code,
            Outcome::Unauthorized => 401,
            Outcome::Throttled => 429,
            _ => 0,
        };
        let json = |value: Option<&Value>| value.map_or(Cel::Null, to_cel);
        let response = answer.as_ref().ok().and_then(|received| received.json.as_ref());
        Self(Arc::new([
            ("caller", map([("user_id", text(&about.caller_id))])),
            ("peer", map([("user_id", about.peer_id.as_deref().map_or(Cel::Null, text))])),
            ("request", json(sent.json.as_ref())),
            ("response", json(response)),
            ("outcome", text(outcome.name())),
            ("code", Cel::Int(code)),
            ("fresh", Cel::Bool(about.fresh)),
            ("operation", text(operation.map_or("", |operation| &operation.id))),
            ("http", http(sent, answer.as_ref().ok())),
        ]))
    }

    /// All of them as one value, as a scenario's step has them.
    #[must_use]
    pub fn as_one(&self) -> Cel {
        map(self.0.iter().map(|(name, value)| (*name, value.clone())))
    }

    /// All of them and some more as one value.
    #[must_use]
    pub fn as_one_with<'a>(&'a self, more: impl IntoIterator<Item = (&'a str, Cel)>) -> Cel {
        map(self.0.iter().map(|(name, value)| (*name, value.clone())).chain(more))
    }
}

/// Gives a scope the variables of one exchange.
pub fn bind(scope: &mut Scope<'_>, exchange: &Exchange, case: &str) {
    for (name, value) in exchange.variables.0.iter() {
        scope.set_cel(name, value.clone());
    }
    let (requirement, name) = case.split_once('/').unwrap_or((case, ""));
    scope.set_cel("codes", list(exchange.about.codes.iter().map(|code| Cel::Int(*code))));
    scope.set_cel("wrong", list(exchange.about.wrong.iter().map(|name| text(name))));
    scope.set_cel("case", map([("requirement", text(requirement)), ("name", text(name))]));
}

fn http(sent: &Sent, received: Option<&Received>) -> Cel {
    // Of fields that come twice, the first counts.
    let fields = |list: &[(String, String)]| map(list.iter().rev().map(|(name, value)| (name.as_str(), text(value))));
    let now = received.map_or(0, |received| received.now);
    let time = received.and_then(|r| r.header("date")).and_then(crate::time::http_date).unwrap_or(now);
    let faults = received.map_or(&[][..], |received| &received.faults);
    let members = received.and_then(|received| received.json.as_ref()?.as_object()).into_iter().flatten();
    let objects = members.filter(|(_, value)| value.is_object());
    map([
        ("method", text(&sent.method)),
        ("path", text(&sent.path)),
        ("request_headers", fields(&sent.headers)),
        ("status", Cel::Int(received.map_or(0, |received| i64::from(received.status)))),
        ("headers", fields(received.map_or(&[][..], |received| &received.headers))),
        ("text", text(&received.map_or_else(Default::default, |r| String::from_utf8_lossy(&r.body)))),
        ("now", Cel::Int(now)),
        ("time", Cel::Int(time)),
        ("json_faults", list(faults.iter().map(|fault| text(fault.name())))),
        ("objects", list(objects.map(|(name, _)| text(name)))),
        ("shows_token", Cel::Bool(received.is_some_and(|received| received.shows_token))),
    ])
}
