//! The conditions under which rules apply. Many rules share one, which is then evaluated once.

use std::cell::Cell;

use cel::Value as Cel;
use cel::common::ast::{Expr, IdedExpr, operators};
use cel::common::types::CelBool;

use super::expression::{Expression, ExpressionError, Scope};
use super::tree::forget_ids;

/// The distinct conditions of a set of rules.
#[derive(Debug, Default)]
pub(crate) struct Conditions(Vec<IdedExpr>);

/// When a rule applies: where all of these conditions hold.
#[derive(Debug, Default)]
pub(crate) struct When(Vec<usize>);

/// The conditions in one scope, each evaluated when it is first needed.
pub(crate) struct Decided<'a> {
    conditions: &'a Conditions,
    scope: &'a Scope<'a>,
    known: Vec<Cell<Option<bool>>>,
}

impl Conditions {
    /// Adds the conditions of an expression. `a && b` is two conditions, each evaluated alone, since an error counts as
    /// not true.
    ///
    /// # Errors
    /// When the text is no CEL.
    pub(crate) fn add(&mut self, source: Option<&str>) -> Result<When, ExpressionError> {
        let Some(source) = source else { return Ok(When::default()) };
        let expression = Expression::compile(source)?;
        let mut parts = Vec::new();
        parts_of(expression.tree(), &mut parts);
        Ok(When(parts.into_iter().map(|part| self.place(part)).collect()))
    }

    fn place(&mut self, part: &IdedExpr) -> usize {
        let mut part = part.clone();
        forget_ids(&mut part);
        self.0.iter().position(|known| *known == part).unwrap_or_else(|| {
            self.0.push(part);
            self.0.len() - 1
        })
    }

    /// The conditions in a scope.
    pub(crate) fn within<'a>(&'a self, scope: &'a Scope<'a>) -> Decided<'a> {
        Decided { conditions: self, scope, known: vec![Cell::new(None); self.0.len()] }
    }
}

impl Decided<'_> {
    /// Whether all conditions hold. One that cannot be evaluated does not.
    pub(crate) fn hold(&self, when: &When) -> bool {
        when.0.iter().all(|&at| {
            self.known[at].get().unwrap_or_else(|| {
                let value = Cel::resolve_val(&self.conditions.0[at], self.scope.context());
                let holds = value.is_ok_and(|value| value.downcast_ref::<CelBool>().is_some_and(|it| *it.inner()));
                self.known[at].set(Some(holds));
                holds
            })
        })
    }
}

fn parts_of<'a>(expression: &'a IdedExpr, parts: &mut Vec<&'a IdedExpr>) {
    match &expression.expr {
        Expr::Call(call) if call.func_name == operators::LOGICAL_AND => {
            call.args.iter().for_each(|part| parts_of(part, parts));
        }
        _ => parts.push(expression),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::cel::Vocabulary;
    use crate::identity::derivation::Derivations;
    use crate::identity::users::Users;

    #[test]
    fn what_several_rules_ask_is_one_condition() {
        let mut conditions = Conditions::default();
        let both = conditions.add(Some("a == 1 && [b].all(x, x == 2)")).unwrap();
        let one = conditions.add(Some("[b].all(x, x == 2)")).unwrap();
        let other = conditions.add(Some("b == 2 && (a == 2 || c)")).unwrap();
        let always = conditions.add(None).unwrap();
        assert_eq!(conditions.0.len(), 4);

        let vocabulary = Vocabulary::new(Arc::new(Derivations::new(BTreeMap::new())), Arc::new(Users::any_uuid()));
        let mut scope = vocabulary.scope();
        scope.set("a", &json!(1));
        scope.set("b", &json!(2));
        let decided = conditions.within(&scope);
        assert!(decided.hold(&both) && decided.hold(&one) && decided.hold(&always));
        assert!(!decided.hold(&other), "`c` is nothing that has a value");
        assert!(!decided.hold(&other), "nor is it the second time");
    }
}
