//! Says why a rule does not hold: finds the part that decides it, and puts into words what it wants and what there is.

mod elements;
mod members;
mod parts;
mod sets;

use cel::common::ast::{CallExpr, Expr, IdedExpr, operators};
use cel::{Context, Value as Cel};
use regex::Regex;
use serde_json::Value;

use super::expression::{Expression, Scope};
use super::functions::MATCHES;
use super::value::from_cel;
use super::words::Words;
use crate::text::excerpt::{self, Excerpts};
use crate::text::redact::Redactor;

/// How many names or values are listed.
const LISTED: usize = 12;

/// The part of a rule that is false.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// What the rule wants.
    pub expected: String,
    /// What there is instead.
    pub actual: String,
}

impl Explanation {
    fn new(expected: impl Into<String>, actual: impl Into<String>) -> Self {
        Self { expected: expected.into(), actual: actual.into() }
    }
}

/// Explains why an expression is false in this scope. The redactor takes secrets out of values that are cut.
#[must_use]
pub fn why_false(expression: &Expression, scope: &Scope<'_>, redactor: &Redactor) -> Explanation {
    let reader = Reader { context: scope.context(), words: Words::default(), excerpts: Excerpts(redactor) };
    reader.explain(expression.written(), true)
}

/// Explains the parts of a rule by their values in a scope.
struct Reader<'a> {
    context: &'a Context<'a, 'a>,
    words: Words,
    excerpts: Excerpts<'a>,
}

impl Reader<'_> {
    /// Explains why an expression is not `wanted` but its opposite.
    fn explain(&self, expr: &IdedExpr, wanted: bool) -> Explanation {
        match &expr.expr {
            Expr::Call(call) => self.call(expr, call, wanted),
            Expr::Select(select) if select.test => self.member(select, wanted),
            Expr::Comprehension(comprehension) => self.over_elements(expr, comprehension, wanted),
            _ => self.as_it_is(expr, wanted),
        }
    }

    fn call(&self, expr: &IdedExpr, call: &CallExpr, wanted: bool) -> Explanation {
        let args = &call.args[..];
        match (call.func_name.as_str(), args) {
            (operators::LOGICAL_NOT, [inner]) => self.explain(inner, !wanted),
            // One part is enough to make `&&` false, or `||` true.
            (operators::LOGICAL_AND, _) if wanted => {
                self.first_part(args, true).unwrap_or_else(|| self.as_it_is(expr, true))
            }
            (operators::LOGICAL_OR, _) if !wanted => {
                self.first_part(args, false).unwrap_or_else(|| self.as_it_is(expr, false))
            }
            (operator @ (operators::LOGICAL_AND | operators::LOGICAL_OR), _) => self.any_of(operator, args, wanted),
            (operators::CONDITIONAL, [condition, yes, no]) => {
                self.explain(if self.gives(condition, true) { yes } else { no }, wanted)
            }
            (operators::IN, [element, container]) => self.contained(element, container, wanted),
            (sign, [left, right]) if sign_of(sign, wanted).is_some() => {
                self.compared(left, right, sign_of(sign, wanted).unwrap_or_default())
            }
            (MATCHES, [text, pattern]) => self.matched(text, pattern, wanted),
            ("subset", [part, whole]) if wanted => self.subset(part, whole),
            ("same_set", [left, right]) if wanted => self.same_set(left, right),
            ("distinct", [list]) if wanted => self.distinct(list),
            (name @ ("startsWith" | "endsWith" | "contains"), [part]) => match &call.target {
                Some(text) => self.has_part(text, part, name, wanted),
                None => self.as_it_is(expr, wanted),
            },
            _ => self.as_it_is(expr, wanted),
        }
    }

    /// The first part that does not give what is wanted.
    fn first_part(&self, parts: &[IdedExpr], wanted: bool) -> Option<Explanation> {
        parts.iter().find(|part| self.gives(part, !wanted)).map(|part| self.explain(part, wanted))
    }

    /// Explains a comparison: the right side is expected, the left side is found. Constants need no name.
    fn compared(&self, left: &IdedExpr, right: &IdedExpr, sign: &str) -> Explanation {
        // A constant goes to the right, whichever way the comparison was written.
        let (left, right) = match (&left.expr, sign) {
            (Expr::Literal(_), "is" | "is not") => (right, left),
            _ => (left, right),
        };
        if let Some(told) = self.outcome_compared(left, right, sign) {
            return told;
        }
        let (name, wanted) = (self.words.of(left), self.shown(right));
        let wanted = match &right.expr {
            Expr::Literal(_) | Expr::List(_) => wanted,
            _ => format!("{wanted} ({})", self.words.of(right)),
        };
        Explanation::new(format!("{name} {sign} {wanted}"), format!("{name} is {}", self.shown(left)))
    }

    /// Explains a comparison of an outcome with an expected one, or with several alternatives:
    /// `this answer is refused`, and with which code.
    fn outcome_compared(&self, left: &IdedExpr, right: &IdedExpr, sign: &str) -> Option<Explanation> {
        let path = dotted(left)?;
        let of = path.strip_suffix("outcome")?;
        let wanted = match self.json(right)? {
            Value::String(one) => in_words(&one).to_owned(),
            Value::Array(several) => {
                several.iter().filter_map(Value::as_str).map(in_words).collect::<Vec<_>>().join(" or ")
            }
            _ => return None,
        };
        let found = self.json(left)?;
        let found = found.as_str()?;
        let name = self.words.of(left);
        let name = name.strip_prefix("the outcome of ").unwrap_or("the answer");
        let more = match found {
            "malformed" => self.what_came(left).unwrap_or_default(),
            "server_error" => {
                let status = self.value(&format!("{of}http.status"));
                status.map_or_else(String::new, |status| format!(" (HTTP {status})"))
            }
            "refused" | "unauthorized" => {
                let code = self.value(&format!("{of}code"));
                code.filter(|code| *code != 0).map_or_else(String::new, |code| format!(" with code {code}"))
            }
            _ => String::new(),
        };
        Some(Explanation::new(format!("{name} {sign} {wanted}"), format!("{name} is {}{more}", in_words(found))))
    }

    /// Describes an answer that is neither an acceptance nor a refusal: its status and its body.
    fn what_came(&self, outcome: &IdedExpr) -> Option<String> {
        let path = dotted(outcome)?;
        let prefix = path.strip_suffix("outcome")?;
        let status = self.value(&format!("{prefix}http.status"))?;
        let what = match self.value(&format!("{prefix}response"))? {
            Value::Null => "its body is no JSON".to_owned(),
            Value::Object(members) => format!("it has {}", excerpt::names(&members)),
            other => format!("it is {}", self.excerpts.json(&other)),
        };
        Some(format!(", neither an acceptance nor a refusal: HTTP {status}, and {what}"))
    }

    fn matched(&self, text: &IdedExpr, pattern: &IdedExpr, wanted: bool) -> Explanation {
        let (name, found) = (self.words.of(text), self.json(text));
        let pattern = self.json(pattern).and_then(|pattern| pattern.as_str().map(str::to_owned)).unwrap_or_default();
        if wanted {
            return Explanation::new(format!("{name} matches {pattern}"), format!("{name} is {}", self.shown(text)));
        }
        let part = found.as_ref().and_then(Value::as_str).and_then(|text| Regex::new(&pattern).ok()?.find(text));
        let part = part.map(|part| Value::from(self.excerpts.text(part.as_str())).to_string());
        Explanation::new(
            format!("nothing in {name} matches {pattern}"),
            format!("{name} has {}", part.unwrap_or_else(|| self.shown(text))),
        )
    }

    fn has_part(&self, text: &IdedExpr, part: &IdedExpr, function: &str, wanted: bool) -> Explanation {
        let verb = match (function, wanted) {
            ("startsWith", true) => "begins with",
            ("startsWith", false) => "does not begin with",
            ("endsWith", true) => "ends with",
            ("endsWith", false) => "does not end with",
            (_, true) => "contains",
            (_, false) => "does not contain",
        };
        self.compared(text, part, verb)
    }

    /// Explains an expression that has no words of its own: shows it, and the values of the places that it reads.
    fn as_it_is(&self, expr: &IdedExpr, wanted: bool) -> Explanation {
        let name = self.words.of(expr);
        if dotted(expr).is_some_and(|path| path.ends_with("http.shows_token")) {
            let (shown, hidden) = ("the answer shows the token that was sent", "the answer does not show the token");
            return if wanted { Explanation::new(shown, hidden) } else { Explanation::new(hidden, shown) };
        }
        if self.words.place(expr).is_some() {
            return Explanation::new(format!("{name} is {wanted}"), format!("{name} is {}", !wanted));
        }
        let mut places = Vec::new();
        collect_places(expr, &self.words, &mut places);
        let mut facts: Vec<String> = Vec::new();
        for place in places.into_iter().filter(|place| self.json(place).is_some()).take(LISTED) {
            let fact = format!("{} is {}", self.words.of(place), self.shown(place));
            if !facts.contains(&fact) {
                facts.push(fact);
            }
        }
        let facts = if facts.is_empty() { "it does not hold".to_owned() } else { facts.join("; ") };
        Explanation::new(if wanted { name } else { format!("not {name}") }, facts)
    }

    fn gives(&self, expr: &IdedExpr, wanted: bool) -> bool {
        gives(expr, self.context, wanted)
    }

    fn json(&self, expr: &IdedExpr) -> Option<Value> {
        self.context.resolve(expr).ok().as_ref().and_then(from_cel)
    }

    /// The value of an expression that is given as text.
    fn value(&self, path: &str) -> Option<Value> {
        self.json(Expression::compile(path).ok()?.written())
    }

    /// A value as JSON, cut where it is long.
    fn cel(&self, value: &Cel) -> String {
        let json = from_cel(value).map(|value| self.excerpts.json(&value));
        json.unwrap_or_else(|| format!("a value of type {}", value.type_of()))
    }

    fn shown(&self, expr: &IdedExpr) -> String {
        self.context.resolve(expr).map_or_else(|error| format!("an error ({error})"), |value| self.cel(&value))
    }
}

/// An outcome, as a sentence has it after `is`.
fn in_words(outcome: &str) -> &str {
    match outcome {
        "server_error" => "a server error",
        "no_answer" => "missing (none came, or not in time)",
        plain => plain,
    }
}

/// The words for a comparison that should hold (`wanted`), or should not.
fn sign_of(operator: &str, wanted: bool) -> Option<&'static str> {
    Some(match (operator, wanted) {
        (operators::EQUALS, true) | (operators::NOT_EQUALS, false) => "is",
        (operators::EQUALS, false) | (operators::NOT_EQUALS, true) => "is not",
        (operators::GREATER, true) | (operators::LESS_EQUALS, false) => "is more than",
        (operators::GREATER_EQUALS, true) | (operators::LESS, false) => "is at least",
        (operators::LESS, true) | (operators::GREATER_EQUALS, false) => "is less than",
        (operators::LESS_EQUALS, true) | (operators::GREATER, false) => "is at most",
        _ => return None,
    })
}

fn gives(expr: &IdedExpr, context: &Context<'_, '_>, wanted: bool) -> bool {
    matches!(context.resolve(expr), Ok(Cel::Bool(found)) if found == wanted)
}

/// The path `a.b.c`, if the expression is one.
fn dotted(expr: &IdedExpr) -> Option<String> {
    match &expr.expr {
        Expr::Ident(name) => Some(name.clone()),
        Expr::Select(select) if !select.test => Some(format!("{}.{}", dotted(&select.operand)?, select.field)),
        _ => None,
    }
}

/// The places that an expression reads.
fn collect_places<'a>(expr: &'a IdedExpr, words: &Words, found: &mut Vec<&'a IdedExpr>) {
    if words.place(expr).is_some() || matches!(&expr.expr, Expr::Select(_) if dotted(expr).is_some()) {
        found.push(expr);
        return;
    }
    match &expr.expr {
        Expr::Select(select) => collect_places(&select.operand, words, found),
        Expr::Call(call) => {
            let target = call.target.iter().map(|target| &**target);
            target.chain(&call.args).for_each(|part| collect_places(part, words, found));
        }
        Expr::Comprehension(comprehension) => collect_places(&comprehension.iter_range, words, found),
        Expr::List(list) => list.elements.iter().for_each(|element| collect_places(element, words, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests;
