//! The variables of one exchange, as expressions see them.

use cel::Value as Cel;
use serde_json::Value;

use crate::exchange::{Exchange, Outcome};
use crate::expression::{Scope, list, map, text, to_cel};

/// Gives a scope the variables of one exchange.
pub fn bind(scope: &mut Scope<'_>, exchange: &Exchange, case: &str) {
    for (name, value) in members(exchange) {
        scope.set_cel(name, value);
    }
    let (requirement, name) = case.split_once('/').unwrap_or((case, ""));
    scope.set_cel("codes", list(exchange.codes.iter().map(|code| Cel::Int(*code))));
    scope.set_cel("case", map([("requirement", text(requirement)), ("name", text(name))]));
}

/// The variables of one exchange as one value, as a scenario's step has them.
#[must_use]
pub fn variables(exchange: &Exchange) -> Cel {
    map(members(exchange))
}

fn members(exchange: &Exchange) -> [(&'static str, Cel); 8] {
    let code = match exchange.outcome {
        Outcome::Refused(Some(code)) => code,
        Outcome::Unauthorized => 401,
        Outcome::Throttled => 429,
        _ => 0,
    };
    let json = |value: Option<&Value>| value.map_or(Cel::Null, to_cel);
    [
        ("caller", map([("user_id", text(&exchange.caller_id))])),
        ("peer", map([("user_id", exchange.peer_id.as_deref().map_or(Cel::Null, text))])),
        ("request", json(exchange.sent.json.as_ref())),
        ("response", json(exchange.response())),
        ("outcome", text(exchange.outcome.name())),
        ("code", Cel::Int(code)),
        ("fresh", Cel::Bool(exchange.fresh)),
        ("http", http(exchange)),
    ]
}

fn http(exchange: &Exchange) -> Cel {
    let sent = &exchange.sent;
    // Of fields that come twice, the first counts.
    let fields = |list: &[(String, String)]| map(list.iter().rev().map(|(name, value)| (name.as_str(), text(value))));
    let received = exchange.answer.as_ref().ok();
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
    ])
}
