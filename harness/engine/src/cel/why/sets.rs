//! Lists that should hold the same, or each value once: which values make the difference.

use cel::common::ast::IdedExpr;
use serde_json::Value;

use super::{Explanation, Reader};

/// How many values are named.
const NAMED: usize = 3;

impl Reader<'_> {
    pub(super) fn subset(&self, part: &IdedExpr, whole: &IdedExpr) -> Explanation {
        let (inner, outer) = (self.texts(part), self.texts(whole));
        let whole = self.words.of(whole);
        let lost: Vec<&String> = inner.iter().filter(|value| !outer.contains(value)).collect();
        Explanation::new(
            format!("each of {} is in {whole}", self.words.of(part)),
            format!("{} {} not in {whole}", listed(&lost), are(&lost)),
        )
    }

    pub(super) fn same_set(&self, left: &IdedExpr, right: &IdedExpr) -> Explanation {
        let (lefts, rights) = (self.texts(left), self.texts(right));
        let (left, right) = (self.words.of(left), self.words.of(right));
        let only = |these: &[String], those: &[String], name: &str| {
            let own: Vec<&String> = these.iter().filter(|value| !those.contains(value)).collect();
            (!own.is_empty()).then(|| format!("{} {} only in {name}", listed(&own), are(&own)))
        };
        let facts: Vec<String> =
            [only(&lefts, &rights, &left), only(&rights, &lefts, &right)].into_iter().flatten().collect();
        Explanation::new(format!("{left} and {right} are the same values"), facts.join("; "))
    }

    pub(super) fn distinct(&self, list: &IdedExpr) -> Explanation {
        let name = self.words.of(list);
        let values = self.json(list).and_then(|list| list.as_array().cloned()).unwrap_or_default();
        let twice = values.iter().enumerate().find(|(at, value)| values[..*at].contains(value));
        let twice = twice.map_or_else(String::new, |(_, value)| self.excerpts.json(value));
        Explanation::new(format!("each of {name} is there once"), format!("{twice} is there more than once"))
    }

    fn texts(&self, expr: &IdedExpr) -> Vec<String> {
        let list = self.json(expr).and_then(|list| list.as_array().cloned()).unwrap_or_default();
        list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
    }
}

fn are(values: &[&String]) -> &'static str {
    if values.len() == 1 { "is" } else { "are" }
}

fn listed(values: &[&String]) -> String {
    let names: Vec<String> = values.iter().take(NAMED).map(|value| format!("{value:?}")).collect();
    let more = if values.len() > NAMED { format!(" and {} more", values.len() - NAMED) } else { String::new() };
    format!("{}{more}", names.join(", "))
}
