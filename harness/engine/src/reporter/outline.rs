//! Outlines JSON in a few lines: the relevant members, and `…` for the rest.

use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use crate::text::visible::{cut, visible};

/// How many characters of a string or number are shown.
const SCALAR: usize = 72;

/// How many members or elements of one object or array are shown.
const MEMBERS: usize = 12;

/// The mark beside the relevant member.
const MARK: &str = "   <-- here";

/// Outlines a value: the places that the pointers lead to (`*` is every element), or everything if there are no
/// pointers.
pub(super) fn of(json: &Value, pointers: &[String], width: usize) -> Vec<String> {
    let paths: Vec<Vec<&str>> = pointers.iter().map(|pointer| pointer.split('/').skip(1).collect()).collect();
    let paths: Vec<&[&str]> = paths.iter().map(Vec::as_slice).collect();
    let mut lines = Vec::new();
    node(json, &paths).print("", "", 0, width, &mut lines);
    lines
}

/// Outlines the object or array that contains a place, with the place marked.
pub(super) fn around(json: &Value, place: &str, width: usize) -> Vec<String> {
    let (mut holder, mut member) = place.rsplit_once('/').unwrap_or(("", place));
    // The container may be missing too; then show the nearest ancestor that exists.
    while json.pointer(holder).is_none() {
        (holder, member) = holder.rsplit_once('/').unwrap_or(("", ""));
    }
    let value = json.pointer(holder).unwrap_or(json);
    let member = member.replace("~1", "/").replace("~0", "~");
    let mut lines = Vec::new();
    if !holder.is_empty() {
        lines.push(format!("at {}:", visible(holder)));
    }
    let mut shown = node(value, &[]);
    if let OutlineNode::Group { items, .. } = &mut shown {
        let telling = match value {
            Value::Object(members) => members.keys().position(|name| *name == member),
            _ => member.parse().ok(),
        };
        *items = children(value, &[], telling);
    }
    shown.print("", "", 0, width, &mut lines);
    lines
}

enum OutlineNode {
    Leaf(String),
    Group { open: char, close: char, items: Vec<Child> },
}

struct Child {
    name: String,
    node: Option<OutlineNode>,
    marked: bool,
}

fn node(value: &Value, paths: &[&[&str]]) -> OutlineNode {
    match value {
        Value::Object(members) if !members.is_empty() => {
            OutlineNode::Group { open: '{', close: '}', items: children(value, paths, None) }
        }
        Value::Array(items) if !items.is_empty() => {
            OutlineNode::Group { open: '[', close: ']', items: children(value, paths, None) }
        }
        scalar => OutlineNode::Leaf(visible(&cut(&scalar.to_string(), SCALAR)).into_owned()),
    }
}

/// The members or elements that the paths lead to, or all; of many, those around the marked one.
fn children(value: &Value, paths: &[&[&str]], telling: Option<usize>) -> Vec<Child> {
    // A path that ends here asks for all of it.
    let all = paths.is_empty() || paths.iter().any(|path| path.is_empty());
    let named: Vec<(String, &str, &Value)> = match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (format!("{}: ", Value::from(name.as_str())), name.as_str(), value))
            .collect(),
        Value::Array(items) => items.iter().map(|value| (String::new(), "*", value)).collect(),
        _ => Vec::new(),
    };
    let wanted = |segment: &str| -> Option<Vec<&[&str]>> {
        if all {
            return Some(Vec::new());
        }
        let rest: Vec<&[&str]> = paths
            .iter()
            .filter_map(|path| path.split_first())
            .filter(|(first, _)| unescaped(first) == segment)
            .map(|(_, rest)| rest)
            .collect();
        (!rest.is_empty()).then_some(rest)
    };
    let shown: Vec<(usize, Child)> = named
        .iter()
        .enumerate()
        .filter_map(|(at, (name, segment, value))| {
            let rest = wanted(segment)?;
            let marked = telling == Some(at);
            Some((at, Child { name: visible(name).into_owned(), node: Some(node(value, &rest)), marked }))
        })
        .collect();
    let first = telling.map_or(0, |at| at.saturating_sub(MEMBERS / 2).min(shown.len().saturating_sub(MEMBERS)));
    let left_out = named.len() - shown.len();
    let after = shown.len().saturating_sub(first + MEMBERS);
    let gap = |text: String| Child { name: text, node: None, marked: false };
    let mut items = Vec::new();
    if first > 0 {
        items.push(gap(format!("… {first} before")));
    }
    items.extend(shown.into_iter().skip(first).take(MEMBERS).map(|(_, item)| item));
    if after > 0 {
        items.push(gap(format!("… {after} more")));
    } else if left_out > 0 {
        items.push(gap("…".to_owned()));
    }
    items
}

fn unescaped(segment: &str) -> String {
    segment.replace("~1", "/").replace("~0", "~")
}

impl OutlineNode {
    /// The node on one line; `None` if it contains a marked member, which needs its own line.
    fn flat(&self) -> Option<String> {
        match self {
            Self::Leaf(text) => Some(text.clone()),
            Self::Group { open, close, items } => {
                let mut parts = Vec::new();
                for Child { name, node, marked } in items {
                    if *marked {
                        return None;
                    }
                    let value = node.as_ref().map_or(Some(String::new()), Self::flat)?;
                    parts.push(format!("{name}{value}"));
                }
                Some(format!("{open}{}{close}", parts.join(", ")))
            }
        }
    }

    fn print(&self, before: &str, after: &str, indent: usize, width: usize, lines: &mut Vec<String>) {
        let flat = self.flat().map(|flat| format!("{:indent$}{before}{flat}{after}", ""));
        match (self, flat) {
            (_, Some(line)) if line.width() <= width => lines.push(line),
            (Self::Leaf(text), _) => lines.push(format!("{:indent$}{before}{text}{after}", "")),
            (Self::Group { open, close, items }, _) => {
                lines.push(format!("{:indent$}{before}{open}", ""));
                for (at, Child { name, node, marked }) in items.iter().enumerate() {
                    // The `…` for omitted members has no value, and no comma.
                    let goes_on = items.get(at + 1).is_some_and(|next| next.node.is_some()) && node.is_some();
                    let after = format!("{}{}", if goes_on { "," } else { "" }, if *marked { MARK } else { "" });
                    match node {
                        Some(node) => node.print(name, &after, indent + 2, width, lines),
                        None => lines.push(format!("{:width$}{name}", "", width = indent + 2)),
                    }
                }
                lines.push(format!("{:indent$}{close}{after}", ""));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn pointers(list: &[&str]) -> Vec<String> {
        list.iter().map(|&pointer| pointer.to_owned()).collect()
    }

    #[test]
    fn what_a_rule_reads_is_shown_and_the_rest_is_left_out() {
        let body = json!({"data": {"a": 1, "list": [{"role": "X", "id": 1}, {"role": "Y", "id": 2}], "b": [1, 2]}});
        assert_eq!(of(&body, &pointers(&["/data/a"]), 80), [r#"{"data": {"a": 1, …}}"#]);
        assert_eq!(
            of(&body, &pointers(&["/data/list/*/role", "/data/b"]), 40),
            [
                "{",
                "  \"data\": {",
                "    \"b\": [1, 2],",
                "    \"list\": [",
                "      {\"role\": \"X\", …},",
                "      {\"role\": \"Y\", …}",
                "    ]",
                "    …",
                "  }",
                "}"
            ]
        );
        assert_eq!(of(&json!([]), &[], 80), ["[]"]);
    }

    #[test]
    fn the_telling_member_is_marked() {
        let body = json!({"data": {"list": [{"role": "X", "id": 1}, {"role": "Y"}]}});
        assert_eq!(
            around(&body, "/data/list/0/role", 80),
            ["at /data/list/0:", "{", "  \"id\": 1,", "  \"role\": \"X\"   <-- here", "}"]
        );
        assert_eq!(
            around(&body, "/data/gone/deep", 80),
            ["at /data:", r#"{"list": [{"id": 1, "role": "X"}, {"role": "Y"}]}"#]
        );
    }

    #[test]
    fn a_long_list_is_shown_around_the_telling_element() {
        let lines = around(&json!((0..300).collect::<Vec<_>>()), "/200", 80);
        assert_eq!(lines.len(), MEMBERS + 4);
        assert!(lines.contains(&"  200,   <-- here".into()), "{lines:?}");
        assert!(lines.contains(&"  … 194 before".into()) && lines.contains(&"  … 94 more".into()), "{lines:?}");
    }

    #[test]
    fn nothing_a_terminal_obeys_passes() {
        assert_eq!(of(&json!({"\u{202e}": "\u{9b}"}), &[], 80), [r#"{"\u{202e}": "\u{9b}"}"#]);
    }
}
