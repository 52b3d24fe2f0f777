//! Why none of several parts holds, of which any would do.

use cel::common::ast::{Expr, IdedExpr, operators};
use serde_json::Value;

use super::{Explanation, Reader, dotted};

impl Reader<'_> {
    /// Any of the parts would do, and none does. Parts that only say when there is nothing to ask for are left out: of
    /// `not a or b`, which means that b follows from a, the reader wants to know of b (of `a != 1 or b`, of b first, and
    /// that a is 1); and where two lists need not be equal, what differs counts only by what the other parts say.
    pub(super) fn any_of(&self, operator: &str, parts: &[IdedExpr], wanted: bool) -> Explanation {
        let mut all = Vec::new();
        parts.iter().for_each(|part| operands(operator, part, &mut all));
        let (differing, rest): (Vec<&IdedExpr>, Vec<&IdedExpr>) =
            all.iter().copied().partition(|part| wanted && is_inequality(part));
        let telling: Vec<&IdedExpr> =
            rest.into_iter().filter(|part| !wanted || !(is_precondition(part) || self.are_equal_lists(part))).collect();
        let (telling, given) = match (telling.is_empty(), differing.is_empty()) {
            (false, _) => (telling, differing),
            (true, false) => (differing, Vec::new()),
            (true, true) => (all, Vec::new()),
        };
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

    /// Whether a part asks that two lists be equal as they are.
    fn are_equal_lists(&self, part: &IdedExpr) -> bool {
        let Expr::Call(call) = &part.expr else { return false };
        call.func_name == operators::EQUALS
            && call.args.iter().all(|side| matches!(self.json(side), Some(Value::Array(_))))
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

/// Whether a part of `a or b` says when there is nothing to ask for: that something is not so, or that the body is such
/// that nothing can be read in it. That a member is not there is a wish of its own.
fn is_precondition(expr: &IdedExpr) -> bool {
    let Expr::Call(call) = &expr.expr else { return false };
    match (call.func_name.as_str(), &call.args[..]) {
        (operators::LOGICAL_NOT, [inner]) => !matches!(&inner.expr, Expr::Select(select) if select.test),
        (operators::IN, [_, container]) => dotted(container).is_some_and(|path| path.ends_with("http.json_faults")),
        _ => false,
    }
}

fn is_inequality(expr: &IdedExpr) -> bool {
    matches!(&expr.expr, Expr::Call(call) if call.func_name == operators::NOT_EQUALS)
}
