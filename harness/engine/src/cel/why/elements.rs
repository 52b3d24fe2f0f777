//! Explains rules over the elements of a list: which element decides, and where it is.

use cel::Value as Cel;
use cel::common::ast::{ComprehensionExpr, Expr, IdedExpr, operators};
use serde_json::Value;

use super::{Explanation, Reader, gives};

impl Reader<'_> {
    /// `list.all(x, …)` and `list.exists(x, …)`: the first element that decides it.
    pub(super) fn over_elements(
        &self,
        expr: &IdedExpr,
        comprehension: &ComprehensionExpr,
        wanted: bool,
    ) -> Explanation {
        let element = self.deciding_element(comprehension, wanted);
        if let Some(explanation) = element {
            return explanation;
        }
        match (exists(comprehension), wanted, self.json(&comprehension.iter_range)) {
            (Some(predicate), true, Some(Value::Array(items))) => {
                let inner = self.words.with_element(&comprehension.iter_var);
                let list = self.words.of(&comprehension.iter_range);
                let values = self.excerpts.json(&Value::Array(items));
                if let Some(text) = contains_element(predicate, &comprehension.iter_var) {
                    let (text, found) = (self.words.of(text), self.shown(text));
                    let parts = match &comprehension.iter_range.expr {
                        Expr::List(_) => values,
                        _ => format!("{list} ({values})"),
                    };
                    return Explanation::new(format!("{text} contains one of {parts}"), format!("{text} is {found}"));
                }
                Explanation::new(
                    format!("{list} has an element: {}", inner.of(predicate)),
                    format!("it has none; {list} is {values}"),
                )
            }
            _ => self.as_it_is(expr, wanted),
        }
    }

    fn deciding_element(&self, comprehension: &ComprehensionExpr, wanted: bool) -> Option<Explanation> {
        let Expr::Call(step) = &comprehension.loop_step.expr else { return None };
        // The parser makes `accu && predicate` of `all`, and `accu || predicate` of `exists`.
        match (step.func_name.as_str(), wanted) {
            (operators::LOGICAL_AND, true) | (operators::LOGICAL_OR, false) => {}
            _ => return None,
        }
        let (predicate, range) = (step.args.get(1)?, &comprehension.iter_range);
        let Ok(Cel::List(items)) = self.context.resolve(range) else { return None };
        for (at, item) in items.iter().enumerate() {
            let mut context = self.context.new_inner_scope();
            context.add_variable_from_value(comprehension.iter_var.clone(), item.clone());
            if !gives(predicate, &context, !wanted) {
                continue;
            }
            // A literal list names its elements; `[value].all(name, …)` is how a rule gives a value a name.
            let written = match &range.expr {
                Expr::List(list) => list.elements.get(at).map(|element| (element, list.elements.len() == 1)),
                _ => None,
            };
            let name = &comprehension.iter_var;
            let (words, tells_where) = match written {
                Some((element, alone)) => {
                    let (words, known) = self.words.with_alias(name, element);
                    (words, known || alone)
                }
                None => match self.words.with_one_of(name, range) {
                    Some(words) => (words, true),
                    None => {
                        let place = self.words.place(range).map(|list| list.inside(&at.to_string()));
                        let known = place.is_some();
                        (self.words.with(name, place), known)
                    }
                },
            };
            let inside = Reader { context: &context, words, excerpts: self.excerpts }.explain(predicate, wanted);
            if tells_where {
                return Some(inside);
            }
            let (name, list) = (&comprehension.iter_var, self.words.of(range));
            return Some(Explanation::new(
                format!("for each {name} in {list}: {}", inside.expected),
                format!("{}, where {name} is {}", inside.actual, self.cel(item)),
            ));
        }
        None
    }
}

/// The text of `text.contains(x)`, where x is the element.
fn contains_element<'a>(predicate: &'a IdedExpr, name: &str) -> Option<&'a IdedExpr> {
    match &predicate.expr {
        Expr::Call(call) if call.func_name == "contains" => match &call.args[..] {
            [IdedExpr { expr: Expr::Ident(part), .. }] if part == name => call.target.as_deref(),
            _ => None,
        },
        _ => None,
    }
}

/// The predicate of `list.exists(x, …)`.
fn exists(comprehension: &ComprehensionExpr) -> Option<&IdedExpr> {
    match &comprehension.loop_step.expr {
        Expr::Call(step) if step.func_name == operators::LOGICAL_OR => step.args.get(1),
        _ => None,
    }
}
