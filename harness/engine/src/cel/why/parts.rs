//! Explains why none of several alternatives holds.

use cel::common::ast::{Expr, IdedExpr, operators};
use serde_json::Value;

use super::{Explanation, Reader, dotted};

impl Reader<'_> {
    /// Explains alternatives of which none holds. Those that only state a precondition are left out: `!a || b` means
    /// that b follows from a, so the explanation is about b. For `a != 1 || b` it is about b first, and then says that
    /// a is 1. An alternative that two lists are equal is left out too: the others say which difference counts.
    pub(super) fn any_of(&self, operator: &str, parts: &[IdedExpr], wanted: bool) -> Explanation {
        let mut all = Vec::new();
        parts.iter().for_each(|part| operands(operator, part, &mut all));
        let (differing, rest): (Vec<&IdedExpr>, Vec<&IdedExpr>) =
            all.iter().copied().partition(|part| wanted && is_inequality(part));
        let asks = |part: &IdedExpr| {
            !wanted || !(is_precondition(part) || is_read_by_another(part, &all) || self.are_equal_lists(part))
        };
        let telling: Vec<&IdedExpr> = rest.into_iter().filter(|part| asks(part)).collect();
        let (telling, given) = match (telling.is_empty(), differing.is_empty()) {
            (false, _) => (telling, differing),
            (true, false) => (differing, Vec::new()),
            (true, true) => (all, Vec::new()),
        };
        if wanted && let Some(told) = self.same_as_one_of(&telling) {
            return told;
        }
        let telling: Vec<Explanation> = telling.into_iter().map(|part| self.explain(part, wanted)).collect();
        let given: Vec<Explanation> = given.into_iter().map(|part| self.explain(part, wanted)).collect();
        let mut facts: Vec<&str> = Vec::new();
        for Explanation { actual, .. } in telling.iter().chain(&given) {
            if !facts.contains(&actual.as_str()) {
                facts.push(actual);
            }
        }
        let mut wishes: Vec<String> = Vec::new();
        for explanation in &telling {
            // `a is 1 or a is 2` names a once.
            let subject = explanation.expected.split_once(" is ");
            match (subject, wishes.last_mut()) {
                (Some((name, value)), Some(last))
                    if last.split_once(" is ").is_some_and(|(known, _)| known == name) =>
                {
                    last.push_str(" or ");
                    last.push_str(value);
                }
                _ => wishes.push(explanation.expected.clone()),
            }
        }
        Explanation::new(wishes.join(", or "), facts.join("; "))
    }

    /// The explanation of parts that all compare one list with another by `same_set`.
    fn same_as_one_of(&self, parts: &[&IdedExpr]) -> Option<Explanation> {
        let sides: Vec<(&IdedExpr, &IdedExpr)> = parts.iter().map(|part| same_set(part)).collect::<Option<_>>()?;
        let (list, _) = *sides.first()?;
        let name = self.words.of(list);
        let others: Vec<&IdedExpr> = sides.iter().map(|(_, other)| *other).collect();
        sides.iter().all(|(left, _)| self.words.of(left) == name).then(|| self.same_as_any(list, &others))
    }

    /// Whether a part compares two lists by `==`.
    fn are_equal_lists(&self, part: &IdedExpr) -> bool {
        let Expr::Call(call) = &part.expr else { return false };
        call.func_name == operators::EQUALS
            && call.args.iter().all(|side| matches!(self.json(side), Some(Value::Array(_))))
    }
}

/// The two sides of `same_set(a, b)`.
fn same_set(part: &IdedExpr) -> Option<(&IdedExpr, &IdedExpr)> {
    match &part.expr {
        Expr::Call(call) if call.func_name == "same_set" => match &call.args[..] {
            [left, right] => Some((left, right)),
            _ => None,
        },
        _ => None,
    }
}

/// The parts of `a or b or c`, however they are grouped.
fn operands<'a>(operator: &str, expr: &'a IdedExpr, found: &mut Vec<&'a IdedExpr>) {
    match &expr.expr {
        Expr::Call(call) if call.func_name == operator => {
            call.args.iter().for_each(|part| operands(operator, part, found));
        }
        _ => found.push(expr),
    }
}

/// Whether a part of `a || b` only states a precondition: a negation, or a fault of the body's JSON that leaves nothing
/// to read. `!has(a.b)` is an expectation of its own, unless another part reads the member.
fn is_precondition(expr: &IdedExpr) -> bool {
    let Expr::Call(call) = &expr.expr else { return false };
    match (call.func_name.as_str(), &call.args[..]) {
        (operators::LOGICAL_NOT, [inner]) => !matches!(&inner.expr, Expr::Select(select) if select.test),
        (operators::IN, [_, container]) => dotted(container).is_some_and(|path| path.ends_with("http.json_faults")),
        _ => false,
    }
}

/// Whether a part is `!has(a.b)`, and another part compares `a.b`.
fn is_read_by_another(part: &IdedExpr, parts: &[&IdedExpr]) -> bool {
    let Some(member) = absent(part) else { return false };
    let others = parts.iter().filter(|other| absent(other).is_none());
    others.flat_map(|other| paths(other)).any(|path| path == member)
}

/// The path of the member that `!has(a.b)` says is not there.
fn absent(part: &IdedExpr) -> Option<String> {
    match &part.expr {
        Expr::Call(call) if call.func_name == operators::LOGICAL_NOT => match &call.args.first()?.expr {
            Expr::Select(select) if select.test => Some(format!("{}.{}", dotted(&select.operand)?, select.field)),
            _ => None,
        },
        _ => None,
    }
}

/// Those sides of a comparison that are paths.
fn paths(part: &IdedExpr) -> Vec<String> {
    match &part.expr {
        Expr::Call(call) => call.args.iter().filter_map(dotted).collect(),
        _ => Vec::new(),
    }
}

fn is_inequality(expr: &IdedExpr) -> bool {
    matches!(&expr.expr, Expr::Call(call) if call.func_name == operators::NOT_EQUALS)
}
