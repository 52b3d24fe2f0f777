//! Syntax trees, changed in place.

use cel::common::ast::{CallExpr, EntryExpr, Expr, IdedEntryExpr, IdedExpr, LiteralValue, operators};
use cel::common::types::CelString;

/// Turns `a.b.c` into `a["b"]["c"]`, which means the same here and is evaluated faster: a name with dots could be one
/// variable, so CEL looks up each of `a.b.c`, `a.b` and `a`.
pub(super) fn select_by_index(tree: &mut IdedExpr) {
    parts(tree, &mut select_by_index);
    if let Expr::Select(select) = &mut tree.expr
        && !select.test
    {
        let name = LiteralValue::String(CelString::from(std::mem::take(&mut select.field)));
        let operand = std::mem::take(&mut *select.operand);
        let name = IdedExpr { id: 0, expr: Expr::Literal(name) };
        tree.expr =
            Expr::Call(CallExpr { func_name: operators::INDEX.to_owned(), target: None, args: vec![operand, name] });
    }
}

/// Sets the ids of all parts to 0, so that equal expressions compare as equal.
pub(super) fn forget_ids(tree: &mut IdedExpr) {
    tree.id = 0;
    parts(tree, &mut forget_ids);
}

/// Calls `each` on every part of an expression.
pub(super) fn parts(tree: &mut IdedExpr, each: &mut dyn FnMut(&mut IdedExpr)) {
    match &mut tree.expr {
        Expr::Unspecified | Expr::Ident(_) | Expr::Literal(_) => {}
        Expr::Call(call) => {
            call.target.iter_mut().for_each(|target| each(target));
            call.args.iter_mut().for_each(each);
        }
        Expr::Select(select) => each(&mut select.operand),
        Expr::List(list) => list.elements.iter_mut().for_each(each),
        Expr::Comprehension(it) => {
            for part in [&mut it.iter_range, &mut it.accu_init, &mut it.loop_cond, &mut it.loop_step, &mut it.result] {
                each(part);
            }
        }
        Expr::Map(map) => entries(&mut map.entries, each),
        Expr::Struct(of) => entries(&mut of.entries, each),
    }
}

fn entries(entries: &mut [IdedEntryExpr], each: &mut dyn FnMut(&mut IdedExpr)) {
    for entry in entries {
        entry.id = 0;
        match &mut entry.expr {
            EntryExpr::StructField(field) => each(&mut field.value),
            EntryExpr::MapEntry(entry) => {
                each(&mut entry.key);
                each(&mut entry.value);
            }
        }
    }
}
