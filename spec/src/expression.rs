//! Analyses CEL expressions: the paths into variables, the functions, and the comparisons with texts.
//!
//! It looks only at the syntax tree and evaluates nothing. The parser expands `has`, `all`, `exists`, `map` and the
//! like; their variables are resolved to what they range over, so that `p.role` in
//! `response.data.participants.all(p, p.role == '')` is `response.data.participants.*.role`.

mod syntax;
mod types;

use std::ops::Range;

use cel::Program;
use cel::common::ast::{CallExpr, ComprehensionExpr, EntryExpr, Expr, IdedExpr, LiteralValue, SelectExpr, operators};

pub use self::syntax::SyntaxError;
use self::syntax::syntax_error;
pub(crate) use self::types::{Type, Typed};

/// A path into a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Path {
    /// The variable, or `steps`.
    pub(crate) root: String,
    /// The position of the variable in the expression.
    pub(crate) span: Range<usize>,
    /// The members that follow.
    pub(crate) members: Vec<PathMember>,
}

/// One member of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PathMember {
    /// Its name; `*` for an element of a list.
    pub(crate) name: String,
    /// Its position in the expression.
    pub(crate) span: Range<usize>,
}

/// The name of a member that stands for every element of a list.
pub(crate) const EACH: &str = "*";

impl Path {
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.members.iter().map(|member| member.name.as_str())
    }

    fn then(&self, name: &str, span: Range<usize>) -> Self {
        let mut path = self.clone();
        path.members.push(PathMember { name: name.to_owned(), span });
        path
    }
}

/// A path whose value is read or whose presence is tested.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Use {
    pub(crate) path: Path,
    /// Whether it is only an argument of `has`.
    pub(crate) tested: bool,
}

/// A call of a function other than an operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FunctionCall {
    pub(crate) name: String,
    pub(crate) span: Range<usize>,
    /// Whether it is a method call: `value.name(…)`.
    pub(crate) on_value: bool,
    /// How many arguments there are, the value before the dot not counted.
    pub(crate) arguments: usize,
    /// For each argument its text and position, if it is a text literal.
    pub(crate) texts: Vec<Option<(String, Range<usize>)>>,
}

/// A path that is compared with a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Comparison {
    pub(crate) path: Path,
    pub(crate) text: String,
    pub(crate) span: Range<usize>,
}

/// The result of analysing an expression.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Analysis {
    pub(crate) uses: Vec<Use>,
    pub(crate) calls: Vec<FunctionCall>,
    pub(crate) comparisons: Vec<Comparison>,
}

impl Analysis {
    /// Reads an expression.
    pub(crate) fn of(source: &str) -> Result<Self, SyntaxError> {
        let program = Program::compile(source).map_err(|errors| syntax_error(source, &errors.errors))?;
        let mut walk = ExpressionWalk { source, program: &program, locals: Vec::new(), found: Self::default() };
        let whole = walk.origin(program.expression());
        walk.read(whole);
        Ok(walk.found)
    }
}

/// The paths that a part of an expression may stand for; empty where we do not track them.
#[derive(Debug, Clone, Default)]
struct Origin(Vec<PathSource>);

#[derive(Debug, Clone)]
enum PathSource {
    Path(Path),
    /// A list whose elements stand for this.
    ListOf(Origin),
}

impl Origin {
    fn path(path: Path) -> Self {
        Self(vec![PathSource::Path(path)])
    }

    fn or(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// The origin of an element.
    fn element(self, span: &Range<usize>) -> Self {
        let elements = self.0.into_iter().flat_map(|source| match source {
            PathSource::Path(path) => vec![PathSource::Path(path.then(EACH, span.clone()))],
            PathSource::ListOf(elements) => elements.0,
        });
        Self(elements.collect())
    }

    /// The origin of a member.
    fn member(self, name: &str, span: &Range<usize>) -> Self {
        let members = self.0.into_iter().filter_map(|source| match source {
            PathSource::Path(path) => Some(PathSource::Path(path.then(name, span.clone()))),
            PathSource::ListOf(_) => None,
        });
        Self(members.collect())
    }
}

/// A variable of `all`, `exists`, `map` and the like.
struct Local {
    name: String,
    stands_for: Origin,
    used: bool,
}

struct ExpressionWalk<'a> {
    source: &'a str,
    program: &'a Program,
    locals: Vec<Local>,
    found: Analysis,
}

impl ExpressionWalk<'_> {
    /// The origin of an expression. A caller that uses the value also calls [`ExpressionWalk::read`] on it.
    fn origin(&mut self, expr: &IdedExpr) -> Origin {
        match &expr.expr {
            Expr::Ident(name) => self.ident(name, expr.id),
            Expr::Select(select) => self.select(select, expr.id),
            Expr::Call(call) => self.call(call, expr.id),
            Expr::Comprehension(comprehension) => self.comprehension(comprehension, expr.id),
            Expr::List(list) => {
                let elements: Vec<Origin> = list.elements.iter().map(|element| self.origin(element)).collect();
                Origin(vec![PathSource::ListOf(elements.into_iter().fold(Origin::default(), Origin::or))])
            }
            Expr::Map(map) => {
                for entry in &map.entries {
                    if let EntryExpr::MapEntry(entry) = &entry.expr {
                        self.value(&entry.key);
                        self.value(&entry.value);
                    }
                }
                Origin::default()
            }
            Expr::Struct(made) => {
                for entry in &made.entries {
                    if let EntryExpr::StructField(field) = &entry.expr {
                        self.value(&field.value);
                    }
                }
                Origin::default()
            }
            Expr::Literal(_) | Expr::Unspecified => Origin::default(),
        }
    }

    /// Visits an expression whose value is used as it is.
    fn value(&mut self, expr: &IdedExpr) {
        let origin = self.origin(expr);
        self.read(origin);
    }

    fn read(&mut self, origin: Origin) {
        for source in origin.0 {
            match source {
                PathSource::Path(path) => self.found.uses.push(Use { path, tested: false }),
                PathSource::ListOf(elements) => self.read(elements),
            }
        }
    }

    fn ident(&mut self, name: &str, id: u64) -> Origin {
        if let Some(local) = self.locals.iter_mut().rev().find(|local| local.name == name) {
            local.used = true;
            return local.stands_for.clone();
        }
        // A name from the parser's own expansion.
        if name.starts_with('@') {
            return Origin::default();
        }
        let start = self.start(id);
        Origin::path(Path { root: name.to_owned(), span: start..start + name.len(), members: Vec::new() })
    }

    fn select(&mut self, select: &SelectExpr, id: u64) -> Origin {
        // The position of a selection is its dot, but inside `has` it is the bracket of `has`; then the operand's
        // position is closer, and the member follows it.
        let from = match &select.operand.expr {
            _ if !select.test => self.start(id),
            Expr::Select(operand) => self.find_after(self.start(select.operand.id), &operand.field).end,
            Expr::Ident(name) => self.start(select.operand.id) + name.len(),
            _ => self.start(select.operand.id),
        };
        let span = self.find_after(from, &select.field);
        let member = self.origin(&select.operand).member(&select.field, &span);
        if !select.test {
            return member;
        }
        for source in member.0 {
            if let PathSource::Path(path) = source {
                self.found.uses.push(Use { path, tested: true });
            }
        }
        Origin::default()
    }

    fn call(&mut self, call: &CallExpr, id: u64) -> Origin {
        match (call.func_name.as_str(), call.args.as_slice()) {
            (operators::INDEX, [list, index]) => {
                let list = self.origin(list);
                let span = self.span(index.id);
                if let Some(name) = text(index) {
                    return list.member(&name, &span);
                }
                self.value(index);
                list.element(&span)
            }
            (operators::CONDITIONAL, [condition, yes, no]) => {
                self.value(condition);
                self.origin(yes).or(self.origin(no))
            }
            (operators::EQUALS | operators::NOT_EQUALS, [left, right]) => {
                for (side, other) in [(left, right), (right, left)] {
                    if let Some(text) = text(other) {
                        self.compare(side, vec![(text, self.span(other.id))]);
                    }
                }
                self.value(left);
                self.value(right);
                Origin::default()
            }
            (operators::IN, [item, list]) => {
                if let Expr::List(list) = &list.expr {
                    let texts = list.elements.iter().filter_map(|e| Some((text(e)?, self.span(e.id)))).collect();
                    self.compare(item, texts);
                }
                self.value(item);
                self.value(list);
                Origin::default()
            }
            (name, arguments) => {
                if !is_operator(name) {
                    self.named_call(call, id);
                }
                for argument in call.target.iter().map(|target| &**target).chain(arguments) {
                    let origin = self.origin(argument);
                    if name == "size" { self.count(origin) } else { self.read(origin) }
                }
                Origin::default()
            }
        }
    }

    fn named_call(&mut self, call: &CallExpr, id: u64) {
        // A call is placed at its bracket.
        let bracket = self.start(id);
        let end = self.source.get(..bracket).map_or(0, |before| before.trim_end().len());
        let texts = call.args.iter().map(|argument| Some((text(argument)?, self.span(argument.id)))).collect();
        self.found.calls.push(FunctionCall {
            name: call.func_name.clone(),
            span: end.saturating_sub(call.func_name.len())..end,
            on_value: call.target.is_some(),
            arguments: call.args.len(),
            texts,
        });
    }

    /// `size` reads no elements: those that `filter` kept are not recorded as read.
    fn count(&mut self, origin: Origin) {
        for source in origin.0 {
            match source {
                PathSource::Path(path) => self.read(Origin::path(path)),
                PathSource::ListOf(elements) => {
                    let read = elements.0.into_iter().filter(|element| match element {
                        PathSource::Path(path) => path.names().last() != Some(EACH),
                        PathSource::ListOf(_) => true,
                    });
                    self.read(Origin(read.collect()));
                }
            }
        }
    }

    /// Records comparisons of `side` with texts, without recording reads: the caller does that.
    fn compare(&mut self, side: &IdedExpr, texts: Vec<(String, Range<usize>)>) {
        let before = (self.found.uses.len(), self.found.calls.len(), self.found.comparisons.len());
        let origin = self.origin(side);
        self.found.uses.truncate(before.0);
        self.found.calls.truncate(before.1);
        self.found.comparisons.truncate(before.2);
        for source in origin.0 {
            let PathSource::Path(path) = source else { continue };
            for (text, span) in &texts {
                self.found.comparisons.push(Comparison { path: path.clone(), text: text.clone(), span: span.clone() });
            }
        }
    }

    fn comprehension(&mut self, of: &ComprehensionExpr, id: u64) -> Origin {
        let range = self.origin(&of.iter_range);
        let start = self.start(id);
        let element = range.clone().element(&(start..start + 1));
        self.locals.push(Local { name: of.iter_var.clone(), stands_for: element, used: false });
        // `map` and `filter` collect a list; the others fold into a bool or a number.
        let result = if matches!(of.accu_init.expr, Expr::List(_)) {
            Origin(vec![PathSource::ListOf(self.collected(&of.loop_step))])
        } else {
            self.value(&of.loop_step);
            Origin::default()
        };
        if self.locals.pop().is_some_and(|local| !local.used) {
            self.read(range);
        }
        result
    }

    /// The origin of the elements that a step of `map` or `filter` adds: `@result + [x]`, or `c ? that : @result`.
    fn collected(&mut self, step: &IdedExpr) -> Origin {
        match &step.expr {
            Expr::Call(call) => match (call.func_name.as_str(), call.args.as_slice()) {
                (operators::CONDITIONAL, [condition, step, _]) => {
                    self.value(condition);
                    self.collected(step)
                }
                (operators::ADD, [_, added]) => match &added.expr {
                    Expr::List(list) => list.elements.first().map(|first| self.origin(first)).unwrap_or_default(),
                    _ => self.origin(added),
                },
                _ => self.origin(step),
            },
            _ => self.origin(step),
        }
    }

    fn span(&self, id: u64) -> Range<usize> {
        let (start, last) = self.program.source_info().offset_for(id).unwrap_or_default();
        start as usize..last as usize + 1
    }

    fn start(&self, id: u64) -> usize {
        self.span(id).start
    }

    fn find_after(&self, from: usize, name: &str) -> Range<usize> {
        let at = self.source.get(from..).and_then(|rest| rest.find(name)).map_or(from, |at| from + at);
        at..(at + name.len()).min(self.source.len())
    }
}

fn text(expr: &IdedExpr) -> Option<String> {
    match &expr.expr {
        Expr::Literal(LiteralValue::String(text)) => Some(text.inner().to_owned()),
        _ => None,
    }
}

/// The names of operators are not identifiers: `_+_`, `!_`, `@in`.
fn is_operator(name: &str) -> bool {
    name.contains(|c: char| !c.is_ascii_alphanumeric() && c != '_')
}

#[cfg(test)]
mod tests;
