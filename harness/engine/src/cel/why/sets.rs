//! Explains rules over lists as sets: which values are missing, too many or repeated.

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
        self.same_as_any(left, &[right])
    }

    /// Explains a list that has the same values as none of several others: what it lacks, and what it has besides,
    /// compared with the one that differs least.
    pub(super) fn same_as_any(&self, list: &IdedExpr, others: &[&IdedExpr]) -> Explanation {
        let values = self.texts(list);
        let name = self.words.of(list);
        let wishes: Vec<String> = others.iter().map(|other| self.words.of(other)).collect();
        let differences = others.iter().map(|other| {
            let wanted = self.texts(other);
            let lacks: Vec<String> = wanted.iter().filter(|value| !values.contains(value)).cloned().collect();
            let besides: Vec<String> = values.iter().filter(|value| !wanted.contains(value)).cloned().collect();
            (lacks, besides)
        });
        let nearest = differences.min_by_key(|(lacks, besides)| lacks.len() + besides.len());
        let (lacks, besides) = nearest.unwrap_or_default();
        let told = |values: &[String], how: fn(&str) -> String| {
            (!values.is_empty()).then(|| how(&listed(&values.iter().collect::<Vec<_>>())))
        };
        let lacks = told(&lacks, |values| format!("lacks {values}"));
        let besides = told(&besides, |values| format!("has {values} besides"));
        let facts: Vec<String> = lacks.into_iter().chain(besides).collect();
        Explanation::new(
            format!("{name} has the same values as {}", wishes.join(", or as ")),
            format!("{name} {}", facts.join(", and ")),
        )
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
