//! Expressions, the functions and variables that they see, and their values.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use cel::common::ast::IdedExpr;
use cel::common::value::Val;
use cel::{Context, Program, Value as Cel};
use serde_json::Value;

use super::columns::map_by_functions;
use super::functions::{ENV, Functions, IDS, add_functions};
use super::tree::select_by_index;
use super::value::{Shared, from_cel};
use crate::identity::derivation::Derivations;
use crate::identity::ids::CaseIds;
use crate::identity::users::Users;

/// An expression that was compiled.
#[derive(Debug, Clone)]
pub struct Expression(Arc<Compiled>);

/// An expression's text, and what is compiled from it.
#[derive(Debug)]
struct Compiled {
    source: String,
    /// As it was written.
    program: Program,
    /// As it is evaluated.
    tree: IdedExpr,
}

/// Why an expression has no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExpressionError {
    /// It is no CEL.
    #[error("`{source_text}` is not a CEL expression: {reason}")]
    Syntax {
        /// The expression.
        source_text: String,
        /// What the parser says.
        reason: String,
    },
    /// It reads a missing value, or applies an operation that the values do not support.
    #[error("`{source_text}` cannot be evaluated: {reason}")]
    Evaluation {
        /// The expression.
        source_text: String,
        /// What the evaluator says.
        reason: String,
    },
    /// It gives a value of another type than is needed here.
    #[error("`{source_text}` gives {found}, not {wanted}")]
    Type {
        /// The expression.
        source_text: String,
        /// What it gives.
        found: String,
        /// What is needed.
        wanted: &'static str,
    },
}

/// The compiled expressions, by their text. Most of them occur in each edition of a spec, and again in the next run of
/// the same process.
static COMPILED: LazyLock<RwLock<HashMap<String, Arc<Compiled>>>> = LazyLock::new(RwLock::default);

/// How many of them are kept: a spec has some hundreds.
const KEPT: usize = 10_000;

impl Expression {
    /// Compiles an expression.
    ///
    /// # Errors
    /// When the text is no CEL.
    pub fn compile(source: &str) -> Result<Self, ExpressionError> {
        if let Some(known) = COMPILED.read().unwrap_or_else(PoisonError::into_inner).get(source) {
            return Ok(Self(Arc::clone(known)));
        }
        let program = ENV
            .compile(source)
            .map_err(|error| ExpressionError::Syntax { source_text: source.to_owned(), reason: error.to_string() })?;
        let mut tree = program.expression().clone();
        select_by_index(&mut tree);
        map_by_functions(&mut tree);
        let compiled = Arc::new(Compiled { source: source.to_owned(), program, tree });
        let mut known = COMPILED.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() < KEPT {
            known.insert(source.to_owned(), Arc::clone(&compiled));
        }
        Ok(Self(compiled))
    }

    /// The expression's text.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.0.source
    }

    /// Whether it names this variable.
    pub(crate) fn names(&self, variable: &str) -> bool {
        self.0.program.references().has_variable(variable)
    }

    /// Its syntax tree as it was written, to explain it.
    pub(super) fn written(&self) -> &IdedExpr {
        self.0.program.expression()
    }

    /// Its syntax tree as it is evaluated.
    pub(super) fn tree(&self) -> &IdedExpr {
        &self.0.tree
    }
}

/// The functions that all expressions of a run share.
pub struct Vocabulary {
    root: Context<'static, 'static>,
}

impl std::fmt::Debug for Vocabulary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vocabulary")
    }
}

/// The variables that one evaluation sees.
pub struct Scope<'a> {
    context: Context<'a, 'static>,
}

impl Vocabulary {
    /// The functions over these derivations and users.
    #[must_use]
    pub fn new(derivations: Arc<Derivations>, users: Arc<Users>) -> Self {
        Self::calling(Arc::clone(&derivations) as _, derivations, users)
    }

    /// The same, where `functions` compute the derivations; near misses are still computed by the spec's own.
    #[must_use]
    pub fn calling(functions: Arc<dyn Functions>, derivations: Arc<Derivations>, users: Arc<Users>) -> Self {
        let mut root = Context::with_env(Arc::clone(&ENV));
        add_functions(&mut root, &functions, &derivations, users);
        Self { root }
    }

    /// A scope without variables.
    #[must_use]
    pub fn scope(&self) -> Scope<'_> {
        Scope { context: self.root.new_inner_scope() }
    }
}

impl Scope<'_> {
    /// Gives a variable a JSON value.
    pub fn set(&mut self, name: &str, value: &Value) {
        self.share(name, &Shared::json(value));
    }

    /// Gives a variable a value that other scopes share.
    pub fn share(&mut self, name: &str, value: &Shared) {
        self.context.add_variable_as_val(name, value.clone_as_boxed());
    }

    /// Lets `fresh_uuid` and `fresh_user` give this case's ids.
    pub fn set_ids(&mut self, ids: &CaseIds) {
        self.share(IDS, &Shared::text(ids.key()));
    }

    /// Evaluates an expression.
    ///
    /// # Errors
    /// When it cannot be evaluated.
    fn evaluate(&self, expression: &Expression) -> Result<Cel, ExpressionError> {
        Cel::resolve(&expression.0.tree, &self.context).map_err(|error| ExpressionError::Evaluation {
            source_text: expression.0.source.clone(),
            reason: error.to_string(),
        })
    }

    /// Evaluates an expression that gives a bool.
    ///
    /// # Errors
    /// When it cannot be evaluated, or gives something else.
    pub fn holds(&self, expression: &Expression) -> Result<bool, ExpressionError> {
        match self.evaluate(expression)? {
            Cel::Bool(holds) => Ok(holds),
            other => Err(wrong_type(expression, &other, "a bool")),
        }
    }

    /// Evaluates an expression that gives a JSON value.
    ///
    /// # Errors
    /// When it cannot be evaluated, or gives what JSON does not have.
    pub fn json(&self, expression: &Expression) -> Result<Value, ExpressionError> {
        let value = self.evaluate(expression)?;
        from_cel(&value).ok_or_else(|| wrong_type(expression, &value, "a JSON value"))
    }

    /// Evaluates an expression that gives text or bytes.
    ///
    /// # Errors
    /// When it cannot be evaluated, or gives something else.
    pub fn bytes(&self, expression: &Expression) -> Result<Vec<u8>, ExpressionError> {
        match self.evaluate(expression)? {
            Cel::String(text) => Ok(text.as_bytes().to_vec()),
            Cel::Bytes(bytes) => Ok(bytes.as_ref().clone()),
            other => Err(wrong_type(expression, &other, "text or bytes")),
        }
    }

    /// The CEL context, to explain a rule that does not hold.
    pub(super) fn context(&self) -> &Context<'_, 'static> {
        &self.context
    }
}

fn wrong_type(expression: &Expression, found: &Cel, wanted: &'static str) -> ExpressionError {
    let found = format!("a value of type {}", found.type_of());
    ExpressionError::Type { source_text: expression.0.source.clone(), found, wanted }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn vocabulary() -> Vocabulary {
        Vocabulary::new(Arc::new(Derivations::new(BTreeMap::new())), Arc::new(Users::any_uuid()))
    }

    fn value(text: &str) -> Result<Value, ExpressionError> {
        let vocabulary = vocabulary();
        let mut scope = vocabulary.scope();
        scope.set_ids(&CaseIds::from_key("k"));
        scope.json(&Expression::compile(text)?)
    }

    #[test]
    fn every_function_of_the_vocabulary_is_there_with_its_parameters() {
        for function in mixinspec_spec::vocabulary::FUNCTIONS {
            let arguments = vec!["{}"; function.parameters.len()].join(", ");
            let error = value(&format!("{}({arguments})", function.name));
            // Empty maps are wrong for most parameters; what matters is that the name is declared.
            if let Err(ExpressionError::Evaluation { reason, .. }) = error {
                assert!(!reason.contains("Undeclared reference"), "{}: {reason}", function.name);
                assert!(!reason.contains("argument count"), "{}: {reason}", function.name);
            }
        }
    }

    #[test]
    fn functions_give_what_the_vocabulary_says() {
        for (expression, expected) in [
            ("with_version('718dc74c-5dc9-3190-a0d4-3affdca2680a', 4)", "718dc74c-5dc9-4190-a0d4-3affdca2680a"),
            ("with_variant('718dc74c-5dc9-3190-a0d4-3affdca2680a', 'f')", "718dc74c-5dc9-3190-e0d4-3affdca2680a"),
            ("trim('  é ')", "é"),
            ("'xay'.matches('^x.y$') && !'y'.matches('x') ? 'yes' : 'no'", "yes"),
            ("without_controls('a\\u0000\\u009fb')", "ab"),
            ("repeat('ab', 2) + take('xyz', 2)", "ababxy"),
            ("utc_offset('2018-05-16T12:34:44.1+08:00')", "+08:00"),
            ("json({'a': [1, null, 'x']})", "{\"a\":[1,null,\"x\"]}"),
        ] {
            assert_eq!(value(expression), Ok(Value::from(expected)), "{expression}");
        }
        assert_eq!(value("fresh_uuid('a') == fresh_uuid('a')"), Ok(Value::Bool(true)));
        assert_eq!(value("fresh_uuid('a') == fresh_uuid('b')"), Ok(Value::Bool(false)));
        for holds in [
            "distinct([1, 2]) && !distinct([1, 1])",
            "subset(['a', 'a'], ['b', 'a']) && !subset(['a', 'c'], ['b', 'a']) && subset([], [])",
            "same_set(['a', 'b', 'a'], ['b', 'a']) && !same_set(['a'], ['b', 'a'])",
            "drop('éab', 1) == 'ab' && replaced('a-b-c', '-', '') == 'abc' && size(utf16('a')) == 2",
        ] {
            assert_eq!(value(holds), Ok(Value::Bool(true)), "{holds}");
        }
    }

    #[test]
    fn a_missing_member_is_an_error_and_no_verdict() {
        assert!(matches!(value("{'a': 1}.b"), Err(ExpressionError::Evaluation { .. })));
        assert!(matches!(Expression::compile("1 +"), Err(ExpressionError::Syntax { .. })));
    }
}
