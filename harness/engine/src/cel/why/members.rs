//! Explains what is present or absent: members of an answer, header fields, faults of its JSON.

use cel::common::ast::{Expr, IdedExpr, LiteralValue, SelectExpr};
use serde_json::Value;

use super::{Explanation, Reader, dotted};
use crate::text::excerpt;
use crate::text::json::JsonFault;

impl Reader<'_> {
    /// `element in container`: a name in a map, a value in a list.
    pub(super) fn contained(&self, element: &IdedExpr, container: &IdedExpr, wanted: bool) -> Explanation {
        let place = dotted(container);
        if let (Expr::Literal(LiteralValue::String(name)), Some(place)) = (&element.expr, place.as_deref()) {
            let name = name.inner();
            let prefix = place.rsplit_once("http.").map(|(prefix, _)| prefix);
            match (place.rsplit('.').next(), prefix) {
                (Some("json_faults"), Some(prefix)) => return self.json_fault(name, prefix, wanted),
                (Some("objects"), Some(prefix)) => {
                    let body = |member: &str| self.value(&format!("{prefix}{member}")).filter(|value| !value.is_null());
                    // A body that is not JSON is shown as text.
                    let answer = body("response").or_else(|| body("http.text")).unwrap_or(Value::Null);
                    return self.in_answer(name, &answer, wanted);
                }
                (Some("headers" | "request_headers"), Some(_)) => return self.header(name, container, wanted),
                _ => {}
            }
        }
        if let Some(told) = self.outcome_compared(element, container, if wanted { "is" } else { "is not" }) {
            return told;
        }
        let is = if wanted { "is one of" } else { "is none of" };
        let list = match &container.expr {
            Expr::List(_) => self.shown(container),
            _ => format!("{} ({})", self.words.of(container), self.shown(container)),
        };
        let name = self.words.of(element);
        Explanation::new(format!("{name} {is} {list}"), format!("{name} is {}", self.shown(element)))
    }

    fn json_fault(&self, name: &str, prefix: &str, wanted: bool) -> Explanation {
        let (right, wrong) =
            JsonFault::named(name).map_or(("the body is as it should be", "it is not"), JsonFault::in_words);
        // A duplicate member or trailing text is best seen in the whole answer, which is shown too.
        let body = match self.value(&format!("{prefix}http.text")) {
            Some(Value::String(text)) if name == JsonFault::NotJson.name() && text.is_empty() => ": it is empty".into(),
            Some(Value::String(text)) if name == JsonFault::NotJson.name() => {
                format!(": {}", self.excerpts.text(&text))
            }
            _ => String::new(),
        };
        match wanted {
            true => Explanation::new(wrong, right),
            false => Explanation::new(right, format!("{wrong}{body}")),
        }
    }

    fn header(&self, name: &str, fields: &IdedExpr, wanted: bool) -> Explanation {
        let known = self.json(fields);
        match (wanted, known.as_ref().and_then(Value::as_object)) {
            (true, Some(fields)) if !fields.is_empty() => {
                let names: Vec<&str> = fields.keys().map(String::as_str).collect();
                Explanation::new(format!("a header field {name}"), format!("there is none, only {}", names.join(", ")))
            }
            (true, _) => Explanation::new(format!("a header field {name}"), "there is none"),
            (false, fields) => {
                let value = fields.and_then(|fields| fields.get(name)).map(|value| self.excerpts.json(value));
                Explanation::new(format!("no header field {name}"), format!("it is {}", value.unwrap_or_default()))
            }
        }
    }

    /// `has(a.b)`.
    pub(super) fn member(&self, select: &SelectExpr, wanted: bool) -> Explanation {
        let (of, name) = (self.words.of(&select.operand), &select.field);
        match (wanted, self.json(&select.operand)) {
            (true, Some(Value::Object(members))) => Explanation::new(
                format!("{of} has a member {name:?}"),
                format!("there is none: {of} has {}", excerpt::names(&members)),
            ),
            (true, Some(other)) => Explanation::new(
                format!("{of} has a member {name:?}"),
                format!("{of} is {}, which has no members", self.excerpts.json(&other)),
            ),
            (false, Some(Value::Object(members))) => {
                let value = members.get(name).map(|value| self.excerpts.json(value)).unwrap_or_default();
                Explanation::new(format!("{of} has no member {name:?}"), format!("its {name:?} is {value}"))
            }
            (true, None) => Explanation::new(format!("{of} has a member {name:?}"), format!("{of} is not there")),
            // A value that is not an object has no member, so this cannot be false.
            (false, _) => Explanation::new(format!("{of} has no member {name:?}"), format!("it has {name:?}")),
        }
    }

    /// An object of the answer that should be there or not.
    fn in_answer(&self, name: &str, answer: &Value, wanted: bool) -> Explanation {
        let shown = |value: &Value| self.excerpts.json(value);
        match (wanted, answer) {
            (true, Value::Object(members)) => match members.get(name) {
                Some(value) => {
                    Explanation::new(format!("the answer's {name:?} is an object"), format!("it is {}", shown(value)))
                }
                None => Explanation::new(
                    format!("the answer has a member {name:?}"),
                    format!("there is none: it has {}", excerpt::names(members)),
                ),
            },
            (true, other) => Explanation::new(
                format!("the answer is an object with a member {name:?}"),
                format!("it is {}", shown(other)),
            ),
            (false, other) => Explanation::new(
                format!("the answer has no member {name:?}"),
                format!("it has: {}", other.get(name).map_or_else(String::new, shown)),
            ),
        }
    }
}
