//! Evaluates `list.map(x, x.name)` and `list.map(x, lower(x.name))` by functions that visit the list themselves.
//!
//! CEL sets the variable anew for each element, and looks it up by its name. Most rules about participants read such a
//! list, and a group has up to 256 participants.

use cel::common::ast::{CallExpr, ComprehensionExpr, Expr, IdedExpr, LiteralValue, operators};
use cel::common::types::{CelList, CelString};
use cel::common::value::{CowVal, Val};
use cel::{Context, ExecutionError, FunctionContext};

use super::tree::parts;
use super::value::text_of;

/// The member of this name of each element; no expression can name the function.
const MEMBERS: &str = "@members";

/// Each text in lower case.
const LOWERS: &str = "@lowers";

/// A function that borrows its arguments.
type Native =
    Box<dyn for<'b, 'v> Fn(&mut FunctionContext<'b, 'v>) -> Result<CowVal<'b, 'v>, ExecutionError> + Send + Sync>;

/// One of the functions, with its second argument.
enum ListStep {
    Member(IdedExpr),
    Lower,
}

/// Turns each list that can be made by the functions into a call of them. Members have to be selected by index already.
pub(super) fn map_by_functions(tree: &mut IdedExpr) {
    parts(tree, &mut map_by_functions);
    let Expr::Comprehension(it) = &mut tree.expr else { return };
    let Some(steps) = appended(it).and_then(|element| steps(element, &it.iter_var)).filter(|steps| !steps.is_empty())
    else {
        return;
    };
    let mut list = std::mem::take(&mut it.iter_range);
    for step in steps {
        let (name, args) = match step {
            ListStep::Member(name) => (MEMBERS, vec![list, name]),
            ListStep::Lower => (LOWERS, vec![list]),
        };
        list = IdedExpr { id: 0, expr: Expr::Call(CallExpr { func_name: name.to_owned(), target: None, args }) };
    }
    *tree = list;
}

/// What a comprehension appends to its list for each element, if it is what `map` with two arguments expands to.
fn appended(it: &ComprehensionExpr) -> Option<&IdedExpr> {
    let is_list = |part: &IdedExpr| matches!(&part.expr, Expr::Ident(name) if *name == it.accu_var);
    let starts_empty = matches!(&it.accu_init.expr, Expr::List(list) if list.elements.is_empty());
    let takes_all = matches!(&it.loop_cond.expr, Expr::Literal(LiteralValue::Boolean(always)) if *always.inner());
    let Expr::Call(step) = &it.loop_step.expr else { return None };
    let [list, IdedExpr { expr: Expr::List(more), .. }] = &step.args[..] else { return None };
    let appends = step.func_name == operators::ADD && is_list(list);
    let [element] = &more.elements[..] else { return None };
    let is_map = it.iter_var2.is_none() && starts_empty && takes_all && appends && is_list(&it.result);
    is_map.then_some(element)
}

/// The functions that make this element of the variable's value, in their order.
fn steps(element: &IdedExpr, variable: &str) -> Option<Vec<ListStep>> {
    let call = match &element.expr {
        Expr::Ident(name) => return (name == variable).then(Vec::new),
        Expr::Call(call) if call.target.is_none() => call,
        _ => return None,
    };
    let (of, step) = match (call.func_name.as_str(), &call.args[..]) {
        (operators::INDEX, [of, name @ IdedExpr { expr: Expr::Literal(LiteralValue::String(_)), .. }]) => {
            (of, ListStep::Member(name.clone()))
        }
        ("lower", [of]) => (of, ListStep::Lower),
        _ => return None,
    };
    let mut steps = steps(of, variable)?;
    steps.push(step);
    Some(steps)
}

/// Registers the functions.
pub(super) fn add_columns(root: &mut Context<'static, 'static>) {
    let members: Native = Box::new(|ftx| {
        let [list, name] = &ftx.args[..] else { return Err(ftx.error("a list and a name are needed")) };
        each(ftx, list, |element| {
            let indexer = element.as_indexer().ok_or_else(|| ftx.error(format!("{element:?} has no members")))?;
            Ok(indexer.get(name.as_ref())?.into_owned())
        })
    });
    let lowers: Native = Box::new(|ftx| {
        let [list] = &ftx.args[..] else { return Err(ftx.error("a list is needed")) };
        each(ftx, list, |element| {
            let text = text_of(element).ok_or_else(|| ftx.error(format!("{element:?} is no text")))?;
            Ok(Box::new(CelString::from(text.to_lowercase())))
        })
    });
    for (name, function) in [(MEMBERS, members), (LOWERS, lowers)] {
        let added = root.add_function(name, function);
        debug_assert!(added.is_ok(), "{name} clashes with a function of CEL");
    }
}

/// The list of what is made of each element.
fn each<'b, 'v>(
    ftx: &FunctionContext<'b, 'v>,
    list: &CowVal<'b, 'v>,
    mut make: impl FnMut(&(dyn Val + 'v)) -> Result<Box<dyn Val + 'v>, ExecutionError>,
) -> Result<CowVal<'b, 'v>, ExecutionError> {
    let iterable = list.as_iterable().ok_or_else(|| ftx.error(format!("{list:?} is no list")))?;
    let mut made = Vec::new();
    let mut elements = iterable.iter();
    while let Some(element) = elements.next() {
        made.push(make(element)?);
    }
    Ok(CowVal::owned(CelList::from(made)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use cel::Value as Cel;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::super::{Expression, Vocabulary};
    use super::*;
    use crate::identity::derivation::Derivations;
    use crate::identity::users::Users;

    const MADE_BY_FUNCTIONS: [&str; 7] = [
        "list.map(p, p.user_id)",
        "list.map(p, lower(p.user_id))",
        "list.map(p, lower(lower(p['user_id'])))",
        "list.map(p, lower(p))",
        "list.map(p, p.user.user_id)",
        "list.map(p, p.list.map(q, q.user_id))",
        "list.filter(p, p.user_id != 'B').map(p, lower(p.user_id)) + [size(list.map(p, p.user_id))]",
    ];

    const OTHERS: [&str; 6] = [
        "list.map(p, p)",
        "list.map(p, true, p.user_id)",
        "list.map(p, q.user_id)",
        "list.map(p, p[list[0].user_id])",
        "list.map(p, has(p.user_id))",
        "list.filter(p, p.user_id == 'a')",
    ];

    /// Whether a tree calls one of the functions.
    fn calls(tree: &IdedExpr) -> bool {
        let mut tree = tree.clone();
        let mut found = matches!(&tree.expr, Expr::Call(call) if [MEMBERS, LOWERS].contains(&call.func_name.as_str()));
        parts(&mut tree, &mut |part| found |= calls(part));
        found
    }

    /// The value of an expression as it was written, and as it is evaluated.
    fn both(text: &str, list: &Value) -> [Option<Cel>; 2] {
        let vocabulary = Vocabulary::new(Arc::new(Derivations::new(BTreeMap::new())), Arc::new(Users::any_uuid()));
        let mut scope = vocabulary.scope();
        scope.set("list", list);
        scope.set("q", &json!({"user_id": "q"}));
        let expression = Expression::compile(text).expect("CEL");
        [expression.written(), expression.tree()].map(|tree| Cel::resolve(tree, scope.context()).ok())
    }

    #[test]
    fn lists_of_members_are_made_by_functions_and_no_others() {
        for (texts, by_functions) in [(&MADE_BY_FUNCTIONS[..], true), (&OTHERS[..], false)] {
            for text in texts {
                let expression = Expression::compile(text).expect("CEL");
                assert!(!calls(expression.written()), "{text}");
                assert_eq!(calls(expression.tree()), by_functions, "{text}");
            }
        }
        let list = json!([{"user_id": "Ä"}, {"user_id": "B", "role": 1}]);
        assert_eq!(
            both("list.map(p, lower(p.user_id)) == ['ä', 'b']", &list),
            [Some(Cel::Bool(true)), Some(Cel::Bool(true))]
        );
        assert_eq!(both("list.map(p, p.role)", &list), [None, None]);
    }

    /// A participant, or something else in its place.
    fn element() -> impl Strategy<Value = Value> {
        let id = prop_oneof![Just(json!("a")), Just(json!("B")), Just(json!(7)), Just(Value::Null)];
        prop_oneof![
            4 => id.clone().prop_map(|id| json!({"user_id": id})),
            1 => id.clone().prop_map(|id| json!({"user": {"user_id": id}, "list": [{"user_id": "c"}]})),
            1 => id.prop_map(|id| json!([id])),
            1 => Just(json!("Text")),
            1 => Just(json!({})),
        ]
    }

    proptest! {
        #[test]
        fn the_value_is_that_of_the_expression_as_it_was_written(
            list in prop_oneof![
                6 => proptest::collection::vec(element(), 0..4).prop_map(Value::Array),
                1 => Just(json!({})),
                1 => Just(json!({"Key": 1})),
                1 => Just(json!("no list")),
            ],
        ) {
            for text in MADE_BY_FUNCTIONS.iter().chain(&OTHERS) {
                let [written, evaluated] = both(text, &list);
                prop_assert_eq!(written, evaluated, "{}", text);
            }
        }
    }
}
