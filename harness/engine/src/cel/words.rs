//! Puts expressions into words for the reader of a failure: places in the answer and the request, the HTTP status, a
//! header. An expression without words stays as it is written in the spec.

use cel::common::ast::{CallExpr, ComprehensionExpr, Expr, IdedExpr, LiteralValue, operators};
use serde_json::Value;

use super::functions::MATCHES;

/// The meanings of the names that `list.all(name, …)` and the like introduce.
#[derive(Debug, Clone, Default)]
pub(super) struct Words(Vec<(String, Meaning)>);

/// What a name stands for.
#[derive(Debug, Clone)]
enum Meaning {
    Noun(Noun),
    /// `a.b`, which has no word of its own.
    Path(Vec<String>),
}

/// A thing with a word of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Noun {
    /// A JSON pointer into a body, or other words for the thing; empty for the whole body.
    what: String,
    /// The message that it belongs to; empty for the judged answer, which goes without saying.
    of: String,
}

impl Noun {
    /// A place inside this one.
    pub(super) fn inside(&self, part: &str) -> Self {
        let separator = if self.what == ELEMENT { " " } else { "/" };
        Self { what: format!("{}{separator}{part}", self.what), of: self.of.clone() }
    }

    pub(super) fn text(&self) -> String {
        match (self.what.as_str(), self.of.as_str()) {
            ("", "") => "the answer".to_owned(),
            (ELEMENT, _) => "it".to_owned(),
            ("", of) => of.to_owned(),
            (what, "") => what.to_owned(),
            (what, of) => format!("{what} of {of}"),
        }
    }
}

/// The word for the list element that a rule is about.
const ELEMENT: &str = "its";

/// The part of a path that stands for any of several exchanges.
const ONE: &str = "*";

/// The parts of `a.b["c"][0]`, where it is such a path.
fn path(expr: &IdedExpr) -> Option<Vec<String>> {
    match &expr.expr {
        Expr::Ident(name) => Some(vec![name.clone()]),
        Expr::Select(select) if !select.test => {
            let mut parts = path(&select.operand)?;
            parts.push(select.field.clone());
            Some(parts)
        }
        Expr::Call(call) if call.func_name == operators::INDEX => {
            let part = match &call.args.get(1)?.expr {
                Expr::Literal(LiteralValue::String(name)) => name.inner().to_owned(),
                Expr::Literal(LiteralValue::Int(at)) => at.inner().to_string(),
                _ => return None,
            };
            let mut parts = path(call.args.first()?)?;
            parts.push(part);
            Some(parts)
        }
        _ => None,
    }
}

/// The noun for a path into one exchange; `answer` and `request` are the words for its two messages.
fn of_exchange(parts: &[&str], [answer, request]: [&str; 2]) -> Option<Noun> {
    let place = |what: &str, of: &str| Some(Noun { what: what.to_owned(), of: of.to_owned() });
    let pointer = |parts: &[&str]| parts.iter().map(|part| format!("/{part}")).collect::<String>();
    match parts {
        ["response", rest @ ..] => place(&pointer(rest), answer),
        ["request", rest @ ..] => place(&pointer(rest), request),
        ["http", "status"] => place("the HTTP status", answer),
        ["http", "text"] => place("the body", answer),
        ["http", "head"] => place("the header section", answer),
        ["http", "time"] => place("the header field date in µs", answer),
        ["http", "headers"] => place("the header fields", answer),
        ["http", "headers", name] => place(&format!("the header field {name}"), answer),
        ["http", "request_headers", name] => place(&format!("the header field {name}"), request),
        ["outcome"] => place("the outcome", answer),
        ["code"] => place("the code", answer),
        ["wrong"] => place("the wrong members", request),
        _ => None,
    }
}

impl Words {
    /// The same, where a name stands for this place.
    pub(super) fn with(&self, name: &str, place: Option<Noun>) -> Self {
        let mut all = self.clone();
        all.0.retain(|(known, _)| known != name);
        all.0.extend(place.map(|place| (name.to_owned(), Meaning::Noun(place))));
        all
    }

    /// The same, where a name stands for an expression, if that has words or is a path; and whether it does.
    pub(super) fn with_alias(&self, name: &str, of: &IdedExpr) -> (Self, bool) {
        let place = self.place(of).or_else(|| self.places(of));
        let mut all = self.with(name, place.clone());
        if place.is_none()
            && let Some(parts) = path(of).or_else(|| self.several(of))
        {
            all.0.push((name.to_owned(), Meaning::Path(parts)));
        }
        let known = all.0.iter().any(|(known, _)| known == name);
        (all, known)
    }

    /// The places that `list.map(p, p.a)` collects.
    fn places(&self, expr: &IdedExpr) -> Option<Noun> {
        let Expr::Comprehension(comprehension) = &expr.expr else { return None };
        let value = collected(&comprehension.loop_step)?;
        let elements = self.place(&comprehension.iter_range)?.inside("*");
        self.with(&comprehension.iter_var, Some(elements)).place(value)
    }

    /// The exchanges of a step that sends several at once, or some of them: `steps.all`, `steps.all.filter(…)`.
    fn several(&self, expr: &IdedExpr) -> Option<Vec<String>> {
        if let Expr::Comprehension(comprehension) = &expr.expr {
            let Expr::Call(step) = &comprehension.loop_step.expr else { return None };
            let kept = step.args.get(1).and_then(collected);
            let filters = step.func_name == operators::CONDITIONAL;
            let filters = filters && kept.is_some_and(|kept| is_named(kept, &comprehension.iter_var));
            return if filters { self.several(&comprehension.iter_range) } else { None };
        }
        let parts = path(expr)?;
        let parts = match self.named(parts.first()?) {
            Some(Meaning::Path(known)) => known.iter().cloned().chain(parts.into_iter().skip(1)).collect(),
            _ => parts,
        };
        (parts.len() == 2 && parts[0] == "steps").then_some(parts)
    }

    /// The same, where a name stands for one of the exchanges of a step, if the list is of these.
    pub(super) fn with_one_of(&self, name: &str, list: &IdedExpr) -> Option<Self> {
        let mut parts = self.several(list)?;
        parts.push(ONE.to_owned());
        let mut all = self.with(name, None);
        all.0.push((name.to_owned(), Meaning::Path(parts)));
        Some(all)
    }

    /// The same, where a name stands for any element of a list.
    pub(super) fn with_element(&self, name: &str) -> Self {
        self.with(name, Some(Noun { what: ELEMENT.to_owned(), of: String::new() }))
    }

    /// The place that an expression names, if it names one.
    pub(super) fn place(&self, expr: &IdedExpr) -> Option<Noun> {
        let parts = path(expr)?;
        self.place_of(&parts.iter().map(String::as_str).collect::<Vec<_>>())
    }

    fn place_of(&self, parts: &[&str]) -> Option<Noun> {
        let (root, rest) = parts.split_first()?;
        match self.named(root) {
            Some(Meaning::Noun(known)) => {
                return Some(rest.iter().fold(known.clone(), |place, part| place.inside(part)));
            }
            Some(Meaning::Path(known)) => {
                let whole: Vec<&str> = known.iter().map(String::as_str).chain(rest.iter().copied()).collect();
                return Self::default().place_of(&whole);
            }
            None => {}
        }
        match (*root, rest) {
            ("this", rest) => of_exchange(rest, ["this answer", "this request"]),
            ("first", rest) => of_exchange(rest, ["the first answer", "the first request"]),
            ("before", rest) => of_exchange(rest, ["the earlier answer", "the earlier request"]),
            ("steps", [step, at, rest @ ..]) if *at == ONE || at.parse::<usize>().is_ok() => {
                let which = if *at == ONE { "one" } else { "another" };
                let whose = |what: &str| format!("{which} of the {step} step's {what}");
                of_exchange(rest, [&whose("answers"), &whose("requests")])
            }
            ("steps", [step, rest @ ..]) => {
                of_exchange(rest, [&format!("the {step} step's answer"), &format!("the {step} step's request")])
            }
            _ => of_exchange(parts, ["", "the request"]),
        }
    }

    fn named(&self, name: &str) -> Option<&Meaning> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, named)| named)
    }

    /// An expression in words.
    pub(super) fn of(&self, expr: &IdedExpr) -> String {
        if let Some(place) = self.place(expr) {
            return place.text();
        }
        match &expr.expr {
            Expr::Ident(name) => match self.named(name) {
                Some(Meaning::Path(path)) => path.join("."),
                _ => name.clone(),
            },
            Expr::Literal(literal) => match literal {
                LiteralValue::Boolean(value) => value.inner().to_string(),
                LiteralValue::Int(value) => value.inner().to_string(),
                LiteralValue::UInt(value) => value.inner().to_string(),
                LiteralValue::Double(value) => value.inner().to_string(),
                LiteralValue::String(value) => Value::from(value.inner()).to_string(),
                LiteralValue::Bytes(_) => "bytes".into(),
                LiteralValue::Null => "null".into(),
            },
            Expr::Select(select) if select.test => format!("{} has {:?}", self.of(&select.operand), select.field),
            Expr::Select(select) => format!("{}.{}", self.of(&select.operand), select.field),
            Expr::List(list) => {
                format!("[{}]", list.elements.iter().map(|element| self.of(element)).collect::<Vec<_>>().join(", "))
            }
            Expr::Call(call) => self.call(call),
            Expr::Comprehension(comprehension) => self.macro_of(comprehension),
            Expr::Map(_) | Expr::Struct(_) => "{…}".into(),
            Expr::Unspecified => String::new(),
        }
    }

    /// A comprehension as the macro that it was written as; what each macro becomes is fixed by the language.
    fn macro_of(&self, comprehension: &ComprehensionExpr) -> String {
        let (list, name) = (self.of(&comprehension.iter_range), &comprehension.iter_var);
        let other = || format!("a rule over each {name} in {list}");
        let Expr::Call(step) = &comprehension.loop_step.expr else { return other() };
        let inner = self.with_element(name);
        let argument = |at: usize| step.args.get(at).map(|argument| inner.of(argument)).unwrap_or_default();
        match step.func_name.as_str() {
            operators::LOGICAL_AND => format!("each element of {list}: {}", argument(1)),
            operators::LOGICAL_OR => format!("an element of {list}: {}", argument(1)),
            operators::CONDITIONAL => match step.args.get(1).and_then(collected) {
                Some(value) if is_named(value, name) => format!("the elements of {list} where {}", argument(0)),
                Some(value) => format!("{} of the elements of {list} where {}", inner.of(value), argument(0)),
                None => format!("one element of {list} alone: {}", argument(0)),
            },
            operators::ADD => match collected(&comprehension.loop_step) {
                Some(value) => {
                    self.each(comprehension, value).unwrap_or_else(|| format!("{} of each of {list}", inner.of(value)))
                }
                None => other(),
            },
            _ => other(),
        }
    }

    /// `list.map(p, p.a)` as the places that it collects: `/list/*/a`.
    fn each(&self, comprehension: &ComprehensionExpr, value: &IdedExpr) -> Option<String> {
        let elements = self.place(&comprehension.iter_range)?.inside("*");
        Some(self.with(&comprehension.iter_var, Some(elements)).of(value))
    }

    fn call(&self, call: &CallExpr) -> String {
        let arguments: Vec<String> = call.args.iter().map(|argument| self.of(argument)).collect();
        let infix = |sign: &str| arguments.join(sign);
        let argument = |at: usize| arguments.get(at).map_or("", String::as_str);
        match call.func_name.as_str() {
            operators::LOGICAL_AND => infix(" and "),
            operators::LOGICAL_OR => infix(" or "),
            operators::LOGICAL_NOT => format!("not {}", arguments.concat()),
            operators::EQUALS => infix(" is "),
            operators::NOT_EQUALS => infix(" is not "),
            operators::GREATER => infix(" > "),
            operators::GREATER_EQUALS => infix(" >= "),
            operators::LESS => infix(" < "),
            operators::LESS_EQUALS => infix(" <= "),
            operators::ADD => infix(" + "),
            operators::SUBSTRACT => infix(" - "),
            operators::IN => infix(" in "),
            operators::INDEX => format!("{}[{}]", argument(0), argument(1)),
            operators::CONDITIONAL => format!("({} ? {} : {})", argument(0), argument(1), argument(2)),
            MATCHES => format!("{} matches {}", argument(0), argument(1)),
            "json" => format!("{} as JSON", argument(0)),
            "lower" => format!("{} in lower case", argument(0)),
            "upper" => format!("{} in upper case", argument(0)),
            "trim" => format!("{} without outer white space", argument(0)),
            "size" => format!("the number of {}", argument(0)),
            "micros" => format!("{} in µs", argument(0)),
            "utc_offset" => format!("the offset of {}", argument(0)),
            name => match &call.target {
                Some(target) => format!("{}.{name}({})", self.of(target), arguments.join(", ")),
                None => format!("{name}({})", arguments.join(", ")),
            },
        }
    }
}

/// What `accu + [x]` collects: x; `accu + 1` counts, and collects nothing.
fn collected(step: &IdedExpr) -> Option<&IdedExpr> {
    match &step.expr {
        Expr::Call(add) if add.func_name == operators::ADD => match &add.args.get(1)?.expr {
            Expr::List(added) => added.elements.first(),
            _ => None,
        },
        _ => None,
    }
}

fn is_named(expr: &IdedExpr, name: &str) -> bool {
    matches!(&expr.expr, Expr::Ident(ident) if ident == name)
}
