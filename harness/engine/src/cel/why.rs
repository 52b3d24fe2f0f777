//! Says why a rule does not hold: finds the part that is false, and the values on both of its sides.

use cel::common::ast::{CallExpr, ComprehensionExpr, Expr, IdedExpr, LiteralValue, operators};
use cel::{Context, Value as Cel};
use serde_json::Value;

use super::expression::{Expression, Scope};
use super::functions::MATCHES;
use super::value::from_cel;

/// The part of a rule that is false.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// What the rule wants.
    pub expected: String,
    /// What there is instead.
    pub actual: String,
}

/// Why an expression that gives false in this scope does.
#[must_use]
pub fn why_false(expression: &Expression, scope: &Scope<'_>) -> Explanation {
    explain(expression.written(), scope.context())
}

fn explain(expr: &IdedExpr, context: &Context<'_, '_>) -> Explanation {
    if let Expr::Call(call) = &expr.expr {
        match call.func_name.as_str() {
            operators::LOGICAL_AND => {
                if let Some(part) = call.args.iter().find(|part| is_false(part, context)) {
                    return explain(part, context);
                }
            }
            operators::CONDITIONAL if call.args.len() == 3 => {
                let branch = if is_false(&call.args[0], context) { &call.args[2] } else { &call.args[1] };
                return explain(branch, context);
            }
            operators::EQUALS
            | operators::NOT_EQUALS
            | operators::GREATER
            | operators::GREATER_EQUALS
            | operators::LESS
            | operators::LESS_EQUALS
            | operators::IN
                if call.args.len() == 2 =>
            {
                return compared(call, context);
            }
            _ => {}
        }
    }
    if let Some(explanation) = first_element(expr, context) {
        return explanation;
    }
    Explanation { expected: print(expr), actual: actual_of(expr, context) }
}

/// A comparison: what it wants on the right, what there is on the left; constants stand on the wanted side.
fn compared(call: &CallExpr, context: &Context<'_, '_>) -> Explanation {
    let [left, right] = [&call.args[0], &call.args[1]];
    let sign = match call.func_name.as_str() {
        operators::EQUALS => "is",
        operators::NOT_EQUALS => "is not",
        operators::GREATER => ">",
        operators::GREATER_EQUALS => ">=",
        operators::LESS => "<",
        operators::LESS_EQUALS => "<=",
        _ => "is one of",
    };
    let wanted = shown(right, context);
    let wanted = if matches!(right.expr, Expr::Literal(_) | Expr::List(_)) {
        wanted
    } else {
        format!("{wanted} ({})", print(right))
    };
    Explanation {
        expected: format!("{} {sign} {wanted}", print(left)),
        actual: format!("{} is {}", print(left), shown(left, context)),
    }
}

/// For `list.all(x, …)`: the first element for which it does not hold.
fn first_element(expr: &IdedExpr, context: &Context<'_, '_>) -> Option<Explanation> {
    let Expr::Comprehension(comprehension) = &expr.expr else { return None };
    let Expr::Call(step) = &comprehension.loop_step.expr else { return None };
    // `all` is printed by the parser's macro as `accu && predicate`.
    if step.func_name != operators::LOGICAL_AND {
        return None;
    }
    let predicate = step.args.get(1)?;
    let Ok(Cel::List(items)) = context.resolve(&comprehension.iter_range) else { return None };
    for item in items.iter() {
        let mut inner = context.new_inner_scope();
        inner.add_variable_from_value(comprehension.iter_var.clone(), item.clone());
        if is_false(predicate, &inner) {
            let inside = explain(predicate, &inner);
            // `[value].all(name, …)` is how a rule gives a value a name; there is no element to tell of.
            if matches!(&comprehension.iter_range.expr, Expr::List(list) if list.elements.len() == 1) {
                return Some(inside);
            }
            let element = json_text(item);
            return Some(Explanation {
                expected: format!(
                    "for each {} in {}: {}",
                    comprehension.iter_var,
                    print(&comprehension.iter_range),
                    inside.expected
                ),
                actual: format!("{}, where {} is {element}", inside.actual, comprehension.iter_var),
            });
        }
    }
    None
}

fn is_false(expr: &IdedExpr, context: &Context<'_, '_>) -> bool {
    matches!(context.resolve(expr), Ok(Cel::Bool(false)))
}

/// What the paths that an expression reads hold.
fn actual_of(expr: &IdedExpr, context: &Context<'_, '_>) -> String {
    let mut paths = Vec::new();
    collect_paths(expr, &mut paths);
    let mut parts: Vec<String> = Vec::new();
    for path in paths {
        let text = print(path);
        if let Ok(value) = context.resolve(path) {
            let part = format!("{text} is {}", json_text(&value));
            if !parts.contains(&part) {
                parts.push(part);
            }
        }
    }
    if parts.is_empty() { "it does not hold".into() } else { parts.join("; ") }
}

fn collect_paths<'a>(expr: &'a IdedExpr, found: &mut Vec<&'a IdedExpr>) {
    match &expr.expr {
        Expr::Select(select) if root(expr).is_some() && !select.test => found.push(expr),
        Expr::Select(select) => collect_paths(&select.operand, found),
        Expr::Call(call) => {
            call.target.iter().for_each(|target| collect_paths(target, found));
            call.args.iter().for_each(|argument| collect_paths(argument, found));
        }
        Expr::Comprehension(comprehension) => collect_paths(&comprehension.iter_range, found),
        Expr::List(list) => list.elements.iter().for_each(|element| collect_paths(element, found)),
        Expr::Ident(name) if name == "outcome" || name == "code" => found.push(expr),
        _ => {}
    }
}

fn root(expr: &IdedExpr) -> Option<&str> {
    match &expr.expr {
        Expr::Ident(name) => Some(name),
        Expr::Select(select) => root(&select.operand),
        _ => None,
    }
}

fn shown(expr: &IdedExpr, context: &Context<'_, '_>) -> String {
    context.resolve(expr).map_or_else(|error| format!("an error ({error})"), |value| json_text(&value))
}

/// A value as JSON, cut where it is long.
fn json_text(value: &Cel) -> String {
    const LONGEST: usize = 200;
    let text = from_cel(value)
        .map_or_else(|| format!("a value of type {}", value.type_of()), |value: Value| value.to_string());
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}… ({} characters)", &text[..at], text.chars().count()),
        None => text,
    }
}

/// An expression as text, near to how it was written.
fn print(expr: &IdedExpr) -> String {
    match &expr.expr {
        Expr::Ident(name) => name.clone(),
        Expr::Literal(literal) => match literal {
            LiteralValue::Boolean(value) => value.inner().to_string(),
            LiteralValue::Int(value) => value.inner().to_string(),
            LiteralValue::UInt(value) => value.inner().to_string(),
            LiteralValue::Double(value) => value.inner().to_string(),
            LiteralValue::String(value) => Value::from(value.inner()).to_string(),
            LiteralValue::Bytes(_) => "bytes".into(),
            LiteralValue::Null => "null".into(),
        },
        Expr::Select(select) if select.test => format!("has({}.{})", print(&select.operand), select.field),
        Expr::Select(select) => format!("{}.{}", print(&select.operand), select.field),
        Expr::List(list) => format!("[{}]", list.elements.iter().map(print).collect::<Vec<_>>().join(", ")),
        Expr::Call(call) => print_call(call),
        Expr::Comprehension(comprehension) => print_macro(comprehension),
        Expr::Map(_) | Expr::Struct(_) => "{…}".into(),
        Expr::Unspecified => String::new(),
    }
}

/// A comprehension as the macro that it was written as; what each macro becomes is fixed by the language.
fn print_macro(comprehension: &ComprehensionExpr) -> String {
    let (list, name) = (print(&comprehension.iter_range), &comprehension.iter_var);
    let other = || format!("a rule over each {name} in {list}");
    let Expr::Call(step) = &comprehension.loop_step.expr else { return other() };
    let argument = |at: usize| step.args.get(at).map(print).unwrap_or_default();
    // `accu + [x]` collects x; `accu + 1` counts.
    let collected = |expr: Option<&IdedExpr>| match expr.map(|expr| &expr.expr) {
        Some(Expr::Call(add)) if add.func_name == operators::ADD => match add.args.get(1).map(|added| &added.expr) {
            Some(Expr::List(added)) => added.elements.first().map(print),
            _ => None,
        },
        _ => None,
    };
    match step.func_name.as_str() {
        operators::LOGICAL_AND => format!("{list}.all({name}, {})", argument(1)),
        operators::LOGICAL_OR => format!("{list}.exists({name}, {})", argument(1)),
        operators::CONDITIONAL => match collected(step.args.get(1)) {
            Some(value) if value == *name => format!("{list}.filter({name}, {})", argument(0)),
            Some(value) => format!("{list}.map({name}, {}, {value})", argument(0)),
            None => format!("{list}.exists_one({name}, {})", argument(0)),
        },
        operators::ADD => match collected(Some(&comprehension.loop_step)) {
            Some(value) => format!("{list}.map({name}, {value})"),
            None => other(),
        },
        _ => other(),
    }
}

fn print_call(call: &CallExpr) -> String {
    let arguments: Vec<String> = call.args.iter().map(print).collect();
    let infix = |sign: &str| arguments.join(sign);
    match call.func_name.as_str() {
        operators::LOGICAL_AND => infix(" && "),
        operators::LOGICAL_OR => infix(" || "),
        operators::LOGICAL_NOT => format!("not {}", arguments.concat()),
        operators::EQUALS => infix(" == "),
        operators::NOT_EQUALS => infix(" != "),
        operators::GREATER => infix(" > "),
        operators::GREATER_EQUALS => infix(" >= "),
        operators::LESS => infix(" < "),
        operators::LESS_EQUALS => infix(" <= "),
        operators::ADD => infix(" + "),
        operators::SUBSTRACT => infix(" - "),
        operators::IN => infix(" in "),
        operators::INDEX => format!("{}[{}]", arguments.first().map_or("", |a| a), arguments.get(1).map_or("", |a| a)),
        operators::CONDITIONAL => format!(
            "({} ? {} : {})",
            arguments.first().map_or("", |a| a),
            arguments.get(1).map_or("", |a| a),
            arguments.get(2).map_or("", |a| a)
        ),
        MATCHES => format!("{}.matches({})", arguments.first().map_or("", |a| a), arguments.get(1).map_or("", |a| a)),
        name => match &call.target {
            Some(target) => format!("{}.{name}({})", print(target), arguments.join(", ")),
            None => format!("{name}({})", arguments.join(", ")),
        },
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::cel::Vocabulary;
    use crate::identity::derivation::Derivations;
    use crate::identity::users::Users;

    fn why(rule: &str) -> (String, String) {
        let vocabulary = Vocabulary::new(Arc::new(Derivations::new(Default::default())), Arc::new(Users::any_uuid()));
        let mut scope = vocabulary.scope();
        scope.set("response", &json!({"data": {"role": "x", "list": [{"r": 1}, {"r": 2}]}}));
        scope.set("request", &json!({"role": "y"}));
        let rule = Expression::compile(rule).expect("a rule");
        assert_eq!(scope.holds(&rule), Ok(false));
        let found = why_false(&rule, &scope);
        (found.expected, found.actual)
    }

    #[test]
    fn the_false_part_is_shown_with_both_sides() {
        assert_eq!(
            why("1 == 1 && response.data.role == request.role"),
            ("response.data.role is \"y\" (request.role)".into(), "response.data.role is \"x\"".into())
        );
        assert_eq!(
            why("response.data.list.all(p, p.r == 1)"),
            ("for each p in response.data.list: p.r is 1".into(), "p.r is 2, where p is {\"r\":2}".into())
        );
        assert_eq!(
            why("response.data.role.matches('^z')"),
            ("response.data.role.matches(\"^z\")".into(), "response.data.role is \"x\"".into())
        );
        assert_eq!(
            why("[response.data.list].all(named, named.all(p, p.r == 1))"),
            ("for each p in named: p.r is 1".into(), "p.r is 2, where p is {\"r\":2}".into())
        );
        assert_eq!(why("has(response.data.nope)").0, "has(response.data.nope)");
        for rule in [
            "response.data.list.exists(p, p.r == 3)",
            "response.data.list.exists_one(p, p.r > 0)",
            "response.data.list.filter(p, p.r == 1).exists(p, p.r == 2)",
            "response.data.list.map(p, p.r).exists(p, p == 3)",
            "response.data.list.map(p, p.r > 1, p.r).exists(p, p == 1)",
        ] {
            assert_eq!(why(rule).0, rule);
        }
    }
}
