//! Infers the types of CEL expressions as far as the text tells them, and finds parts with a wrong type.
//!
//! The caller provides the types of paths. A member of an answer has its schema's type, since rules are not evaluated
//! where an answer breaks its schema.

use std::fmt;
use std::ops::Range;

use cel::Program;
use cel::common::ast::{CallExpr, ComprehensionExpr, EntryExpr, Expr, IdedExpr, LiteralValue, operators};

use super::EACH;

/// A type of CEL; the two kinds of numbers are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Type {
    Any,
    Bool,
    Bytes,
    List,
    Map,
    Null,
    Number,
    Text,
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Any => "any value",
            Self::Bool => "true or false",
            Self::Bytes => "bytes",
            Self::List => "a list",
            Self::Map => "a map",
            Self::Null => "null",
            Self::Number => "a number",
            Self::Text => "a text",
        })
    }
}

/// The type of an expression, and its type errors.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Typed {
    pub(crate) gives: Type,
    pub(crate) errors: Vec<(String, Range<usize>)>,
}

impl Typed {
    /// Infers the type of an expression; `at` gives the type of a path, which begins with a variable. `None` if the
    /// source does not parse.
    pub(crate) fn of(source: &str, at: &dyn Fn(&[&str]) -> Type) -> Option<Self> {
        let program = Program::compile(source).ok()?;
        let mut walk = TypeWalk { source, program: &program, at, elements: Vec::new(), errors: Vec::new() };
        let gives = walk.expression(program.expression());
        Some(Self { gives, errors: walk.errors })
    }
}

struct TypeWalk<'a> {
    source: &'a str,
    program: &'a Program,
    at: &'a dyn Fn(&[&str]) -> Type,
    /// The variables of `all`, `exists`, `map` and the like, each with the path of which it is an element, if there is
    /// one.
    elements: Vec<(&'a str, Option<Vec<&'a str>>)>,
    errors: Vec<(String, Range<usize>)>,
}

impl<'a> TypeWalk<'a> {
    fn expression(&mut self, expr: &'a IdedExpr) -> Type {
        match &expr.expr {
            Expr::Literal(literal) => match literal {
                LiteralValue::Boolean(_) => Type::Bool,
                LiteralValue::Bytes(_) => Type::Bytes,
                LiteralValue::Double(_) | LiteralValue::Int(_) | LiteralValue::UInt(_) => Type::Number,
                LiteralValue::Null => Type::Null,
                LiteralValue::String(_) => Type::Text,
            },
            Expr::List(list) => {
                for element in &list.elements {
                    self.expression(element);
                }
                Type::List
            }
            Expr::Map(map) => {
                for entry in &map.entries {
                    if let EntryExpr::MapEntry(entry) = &entry.expr {
                        self.expression(&entry.key);
                        self.expression(&entry.value);
                    }
                }
                Type::Map
            }
            Expr::Select(select) => {
                let from = self.expression(&select.operand);
                if !matches!(from, Type::Any | Type::Map) {
                    self.wrong(&select.operand, format!("{from} has no member `{}`", select.field));
                }
                if select.test { Type::Bool } else { self.found_at(expr) }
            }
            Expr::Call(call) => match self.call(call) {
                Type::Any => self.found_at(expr),
                known => known,
            },
            Expr::Comprehension(comprehension) => self.comprehension(comprehension),
            Expr::Ident(_) => self.found_at(expr),
            Expr::Struct(_) | Expr::Unspecified => Type::Any,
        }
    }

    /// The type of the value at a path.
    fn found_at(&self, expr: &'a IdedExpr) -> Type {
        self.path(expr).map_or(Type::Any, |path| (self.at)(&path))
    }

    fn path(&self, expr: &'a IdedExpr) -> Option<Vec<&'a str>> {
        let then = |from: &'a IdedExpr, name: &'a str| {
            let mut path = self.path(from)?;
            path.push(name);
            Some(path)
        };
        match &expr.expr {
            Expr::Ident(name) => match self.elements.iter().rev().find(|(element, _)| element == name) {
                Some((_, path)) => path.clone(),
                None => Some(vec![name]),
            },
            Expr::Select(select) if !select.test => then(&select.operand, &select.field),
            Expr::Call(call) if call.func_name == operators::INDEX => match call.args.as_slice() {
                [from, IdedExpr { expr: Expr::Literal(LiteralValue::String(name)), .. }] => then(from, name.inner()),
                [from, _] => then(from, EACH),
                _ => None,
            },
            _ => None,
        }
    }

    fn call(&mut self, call: &'a CallExpr) -> Type {
        match (call.func_name.as_str(), call.args.as_slice()) {
            (operators::LOGICAL_AND | operators::LOGICAL_OR | operators::LOGICAL_NOT, arguments) => {
                for argument in arguments {
                    self.needs(argument, &[Type::Bool]);
                }
                Type::Bool
            }
            (operators::CONDITIONAL, [condition, yes, no]) => {
                self.needs(condition, &[Type::Bool]);
                let (yes, no) = (self.expression(yes), self.expression(no));
                if yes == no { yes } else { Type::Any }
            }
            (operators::EQUALS | operators::NOT_EQUALS, [left, right]) => {
                let types = (self.expression(left), self.expression(right));
                // A comparison with null tests whether a value is there.
                if types.0 != Type::Null && types.1 != Type::Null {
                    self.alike(types, right, "is never equal to");
                }
                Type::Bool
            }
            (
                operators::LESS | operators::LESS_EQUALS | operators::GREATER | operators::GREATER_EQUALS,
                [left, right],
            ) => {
                let ordered = [Type::Number, Type::Text, Type::Bytes, Type::Bool];
                let types = (self.needs(left, &ordered), self.needs(right, &ordered));
                self.alike(types, right, "is neither less nor more than");
                Type::Bool
            }
            (operators::ADD, [left, right]) => {
                let added = [Type::Number, Type::Text, Type::Bytes, Type::List];
                let types = (self.needs(left, &added), self.needs(right, &added));
                self.alike(types, right, "cannot be added to")
            }
            (
                operators::SUBSTRACT | operators::MULTIPLY | operators::DIVIDE | operators::MODULO | operators::NEGATE,
                arguments,
            ) => {
                for argument in arguments {
                    self.needs(argument, &[Type::Number]);
                }
                Type::Number
            }
            (operators::IN, [item, list]) => {
                self.expression(item);
                self.needs(list, &[Type::List, Type::Map]);
                Type::Bool
            }
            (operators::INDEX, [list, index]) => {
                self.needs(list, &[Type::List, Type::Map]);
                self.expression(index);
                Type::Any
            }
            (name, _) => self.function(name, call),
        }
    }

    fn function(&mut self, name: &str, call: &'a CallExpr) -> Type {
        let (first, gives) = signature(name);
        let mut arguments = call.target.iter().map(|target| &**target).chain(&call.args);
        if let Some(argument) = arguments.next() {
            self.needs(argument, first);
        }
        for argument in arguments {
            self.expression(argument);
        }
        gives
    }

    /// `map` and `filter` collect a list; the others fold into true or false, `exists_one` by counting.
    fn comprehension(&mut self, of: &'a ComprehensionExpr) -> Type {
        self.needs(&of.iter_range, &[Type::List, Type::Map]);
        let element = self.path(&of.iter_range).map(|mut path| {
            path.push(EACH);
            path
        });
        self.elements.push((&of.iter_var, element));
        self.elements.push((&of.accu_var, None));
        self.expression(&of.loop_step);
        self.elements.truncate(self.elements.len() - 2);
        match &of.accu_init.expr {
            Expr::List(_) => Type::List,
            _ => Type::Bool,
        }
    }

    /// Checks that an expression gives one of these types; an empty list allows any. Returns its type, or `Any` after
    /// an error.
    fn needs(&mut self, expr: &'a IdedExpr, types: &[Type]) -> Type {
        let given = self.expression(expr);
        if given == Type::Any || types.is_empty() || types.contains(&given) {
            return given;
        }
        let needed: Vec<String> = types.iter().map(ToString::to_string).collect();
        self.wrong(expr, format!("{} is needed here, and this is {given}", needed.join(" or ")));
        Type::Any
    }

    /// Checks that two values have one type; returns it, if known.
    fn alike(&mut self, types: (Type, Type), right: &IdedExpr, never: &str) -> Type {
        match types {
            (Type::Any, known) | (known, Type::Any) => known,
            (one, other) if one == other => one,
            (one, other) => {
                self.wrong(right, format!("{one} {never} {other}"));
                Type::Any
            }
        }
    }

    fn wrong(&mut self, expr: &IdedExpr, reason: String) {
        let (start, last) = self.program.source_info().offset_for(expr.id).unwrap_or_default();
        let end = (last as usize + 1).min(self.source.len());
        self.errors.push((reason, (start as usize).min(end)..end));
    }
}

/// The type of a function's first argument (empty: any), and of its result.
fn signature(name: &str) -> (&'static [Type], Type) {
    match name {
        "contains" | "startsWith" | "endsWith" | "matches" => (&[Type::Text], Type::Bool),
        "size" => (&[Type::Text, Type::Bytes, Type::List, Type::Map], Type::Number),
        "int" => (&[], Type::Number),
        "string" | "json" => (&[], Type::Text),
        "bytes" => (&[], Type::Bytes),
        "drop" | "lower" | "repeat" | "replaced" | "take" | "trim" | "upper" | "without_controls" => {
            (&[Type::Text], Type::Text)
        }
        "utf16" => (&[Type::Text], Type::Bytes),
        "values_at" => (&[], Type::List),
        "near_misses" => (&[Type::Text], Type::List),
        "same_time" | "alike" => (&[], Type::Bool),
        "subset" | "same_set" | "distinct" => (&[Type::List], Type::Bool),
        "request_hash" => (&[Type::Text], Type::Text),
        _ => (&[], Type::Any),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(path: &[&str]) -> Type {
        match path {
            ["answer", "name"] | ["answer", "list", EACH, "id"] | ["fields", _] => Type::Text,
            ["answer", "list"] => Type::List,
            _ => Type::Any,
        }
    }

    #[track_caller]
    fn gives(source: &str, expected: Type) {
        assert_eq!(Typed::of(source, &at), Some(Typed { gives: expected, errors: Vec::new() }), "{source}");
    }

    #[track_caller]
    fn wrong(source: &str, expected: &str) {
        let typed = Typed::of(source, &at).expect("an expression");
        let reasons: Vec<&str> = typed.errors.iter().map(|(reason, _)| reason.as_str()).collect();
        assert_eq!(reasons, [expected], "{source}");
    }

    #[test]
    fn a_type_is_told_where_the_text_tells_it() {
        gives("a.b == 'x' && !c.d", Type::Bool);
        gives("list.all(x, x.y == 1)", Type::Bool);
        gives("list.exists_one(x, x > 1)", Type::Bool);
        gives("list.filter(x, x != null).map(x, x.id)", Type::List);
        gives("has(a.b) ? a.b : null", Type::Any);
        gives("'a' + b.c", Type::Text);
        gives("size(a) * 2", Type::Number);
        gives("response.data.name", Type::Any);
        gives("{'a': 1}.a", Type::Any);
        gives("a == null || null != b", Type::Bool);
        gives("upper(a).startsWith('X')", Type::Bool);
        gives("answer.name", Type::Text);
        gives("answer['name'] == null", Type::Bool);
        gives("answer.list.all(x, x.id == 'a' && x.more == 1)", Type::Bool);
        gives("answer.list.map(answer, answer.name > 1)", Type::List);
    }

    #[test]
    fn what_cannot_have_the_type_is_wrong() {
        wrong("a && 'x'", "true or false is needed here, and this is a text");
        wrong("!size(a)", "true or false is needed here, and this is a number");
        wrong("size(a) == 'x'", "a number is never equal to a text");
        wrong("'a' + 1", "a text cannot be added to a number");
        wrong("'a' - b", "a number is needed here, and this is a text");
        wrong("size(1)", "a text or bytes or a list or a map is needed here, and this is a number");
        wrong("a in 'text'", "a list or a map is needed here, and this is a text");
        wrong("'a' < 1", "a text is neither less nor more than a number");
        wrong("1.contains('x')", "a text is needed here, and this is a number");
        wrong("list.all(x, 1)", "true or false is needed here, and this is a number");
        wrong("size(a).b == 1", "a number has no member `b`");
        wrong("answer.name > 3", "a text is neither less nor more than a number");
        wrong("answer.list.all(x, x.id)", "true or false is needed here, and this is a text");
        wrong("answer.list[0].id == 1", "a text is never equal to a number");
        wrong("fields['a-b'] == 200", "a text is never equal to a number");
        wrong("answer.name.first == 'a'", "a text has no member `first`");
        wrong("size(1) == 2", "a text or bytes or a list or a map is needed here, and this is a number");
    }
}
