//! The part of an answer that a failure is about.

use serde_json::Value;

use super::layout::{Style, cut, visible, wrap};
use crate::record::ExchangeRecord;

/// How many characters of a body are shown.
const SHOWN: usize = 600;

/// How many characters of a member's value are shown.
const VALUE: usize = 72;

/// How many members or elements beside the telling one are shown.
const MEMBERS: usize = 16;

/// The status line and the part of the body at `place`, or its beginning.
pub(crate) fn lines(record: &ExchangeRecord, place: Option<&str>, style: Style, width: usize) -> Vec<String> {
    if let Some(error) = &record.transport_error {
        return wrap(&format!("none: {}", visible(error)), width);
    }
    let mut lines = head(record, style);
    let body = &record.response_body;
    if body.is_empty() {
        lines.push("(an empty body)".into());
        return lines;
    }
    let parsed: Option<Value> = serde_json::from_str(body).ok();
    match (parsed, place) {
        (Some(json), Some(place)) if !style.is_verbose() => lines.extend(around(&json, place)),
        _ => {
            let most = if style.is_verbose() { usize::MAX } else { SHOWN };
            let shown = cut(body, most);
            lines.extend(wrap(&visible(&shown), width));
            if shown.chars().count() < body.chars().count() || body.len() < record.response_bytes {
                lines.push(format!("({} bytes in all)", record.response_bytes));
            }
        }
    }
    lines
}

fn head(record: &ExchangeRecord, style: Style) -> Vec<String> {
    let status = format!("HTTP {}", record.status.unwrap_or(0));
    let fields = &record.response_headers;
    let shown = |(name, value): &(String, String)| visible(&format!("{name}: {value}")).into_owned();
    if style.is_verbose() {
        return std::iter::once(status).chain(fields.iter().map(shown)).collect();
    }
    match fields.iter().find(|(name, _)| name == "content-type") {
        Some(field) => vec![format!("{status}, {}", shown(field))],
        None => vec![format!("{status}, without a content-type")],
    }
}

/// The object or array that holds a place, a member a line, with the telling one marked.
fn around(json: &Value, place: &str) -> Vec<String> {
    let (mut holder, mut member) = place.rsplit_once('/').unwrap_or(("", place));
    // What holds the place may be missing itself; then the nearest thing that is there holds the gap.
    while json.pointer(holder).is_none() {
        (holder, member) = holder.rsplit_once('/').unwrap_or(("", ""));
    }
    let value = json.pointer(holder).unwrap_or(json);
    let mut lines = Vec::new();
    if !holder.is_empty() {
        lines.push(format!("at {}:", visible(holder)));
    }
    let member = member.replace("~1", "/").replace("~0", "~");
    let items: Vec<(String, &Value, bool)> = match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (format!("{}: ", Value::from(name.as_str())), value, *name == member))
            .collect(),
        Value::Array(items) => {
            items.iter().enumerate().map(|(at, value)| (String::new(), value, at.to_string() == member)).collect()
        }
        scalar => return vec![short(scalar)],
    };
    let (open, close) = if value.is_object() { ("{", "}") } else { ("[", "]") };
    lines.push(open.into());
    let total = items.len();
    let telling = items.iter().position(|(_, _, telling)| *telling).unwrap_or(0);
    let first = telling.saturating_sub(MEMBERS / 2).min(total.saturating_sub(MEMBERS));
    if first > 0 {
        lines.push(format!("  … {first} before"));
    }
    for (at, (name, value, telling)) in items.iter().enumerate().skip(first).take(MEMBERS) {
        let comma = if at + 1 < total { "," } else { "" };
        let mark = if *telling { "   <-- here" } else { "" };
        lines.push(format!("  {}{}{comma}{mark}", visible(name), short(value)));
    }
    if total > first + MEMBERS {
        lines.push(format!("  … {} more", total - first - MEMBERS));
    }
    lines.push(close.into());
    lines
}

fn short(value: &Value) -> String {
    let text = value.to_string();
    visible(&cut(&text, VALUE)).into_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_telling_member_is_marked() {
        let body = json!({"data": {"list": [{"role": "X", "id": 1}, {"role": "Y"}]}});
        assert_eq!(
            around(&body, "/data/list/0/role").join("\n"),
            "at /data/list/0:\n{\n  \"id\": 1,\n  \"role\": \"X\"   <-- here\n}"
        );
        assert_eq!(
            around(&body, "/data/gone/deep"),
            ["at /data:", "{", "  \"list\": [{\"id\":1,\"role\":\"X\"},{\"role\":\"Y\"}]", "}"]
        );
    }

    #[test]
    fn a_long_list_is_shown_around_the_telling_element() {
        let body = json!((0..300).collect::<Vec<_>>());
        let lines = around(&body, "/200");
        assert_eq!(lines.len(), MEMBERS + 4);
        assert!(lines.contains(&"  200,   <-- here".into()) && lines.contains(&"  … 192 before".into()), "{lines:?}");
    }
}
