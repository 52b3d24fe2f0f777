//! Expressions: the only place that knows which implementation of CEL evaluates them.
//!
//! The functions of the spec's vocabulary get their meaning here; the variables come from whoever evaluates.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use cel::common::ast::{CallExpr, Expr};
use cel::objects::{Key, Map};
use cel::parser::Macro;
use cel::{Context, Env, ExecutionError, FunctionContext, Program, Value as Cel};
use regex::Regex;
use serde_json::Value;

use crate::derivation::Derivations;
use crate::ids::CaseIds;
use crate::json;
use crate::time;
use crate::users::Users;

/// The variable that carries the key of the case's ids to `fresh_uuid` and `fresh_user`; no expression can name it.
const IDS: &str = "@ids";

/// CEL's own functions. Its `matches` compiles the pattern at every call, which costs more than all else that a rule
/// does, so that the parser turns it into a call of [`MATCHES`].
static ENV: LazyLock<Arc<Env>> = LazyLock::new(|| {
    let mut env = Env::stdlib();
    let added = env.add_macro(Macro::receiver("matches", 1, |helper, target, arguments| {
        let (Some(text), Some(pattern)) = (target.take(), arguments.pop()) else { return Ok(None) };
        let call = CallExpr { func_name: MATCHES.to_owned(), target: None, args: vec![text, pattern] };
        Ok(Some(helper.next_expr(Expr::Call(call))))
    }));
    debug_assert!(added.is_ok(), "CEL has a macro `matches` of its own");
    Arc::new(env)
});

/// `matches` with patterns that are compiled once.
pub(crate) const MATCHES: &str = "matches_pattern";

/// An expression that was compiled.
#[derive(Debug)]
pub struct Expression {
    source: String,
    program: Program,
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
    /// It reads what is not there, or does what the values do not allow.
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

impl Expression {
    /// Compiles an expression.
    ///
    /// # Errors
    /// When the text is no CEL.
    pub fn compile(source: &str) -> Result<Self, ExpressionError> {
        let program = ENV
            .compile(source)
            .map_err(|error| ExpressionError::Syntax { source_text: source.to_owned(), reason: error.to_string() })?;
        Ok(Self { source: source.to_owned(), program })
    }

    /// The expression's text.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The compiled program.
    pub(crate) fn program(&self) -> &Program {
        &self.program
    }
}

/// What all expressions of a run share: the functions.
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

/// Who computes the derivations that an expression calls: the spec's records, or in a law the subject.
pub trait Functions: Send + Sync {
    /// `unique_conversation_id`.
    ///
    /// # Errors
    /// Why there is no id.
    fn unique(&self, a: &str, b: &str) -> Result<String, String>;

    /// `group_conversation_id`.
    ///
    /// # Errors
    /// Why there is no id.
    fn group(&self, owner: &str, name: &str, participants: &[String], random: &str) -> Result<String, String>;
}

impl Functions for Derivations {
    fn unique(&self, a: &str, b: &str) -> Result<String, String> {
        self.unique(None, a, b).map_err(|error| error.to_string())
    }

    fn group(&self, owner: &str, name: &str, participants: &[String], random: &str) -> Result<String, String> {
        self.group(None, owner, name, participants, random).map_err(|error| error.to_string())
    }
}

impl Vocabulary {
    /// The functions over these derivations and users.
    #[must_use]
    pub fn new(derivations: Arc<Derivations>, users: Arc<Users>) -> Self {
        Self::calling(Arc::clone(&derivations) as _, derivations, users)
    }

    /// The same, where somebody else computes the derivations; near misses are the spec's all the same.
    #[must_use]
    pub fn calling(functions: Arc<dyn Functions>, derivations: Arc<Derivations>, users: Arc<Users>) -> Self {
        let mut root = Context::with_env(Arc::clone(&ENV));
        add_derivations(&mut root, &functions, &derivations);
        add_fresh(&mut root, users);
        add_text(&mut root);
        add_sets(&mut root);
        add_times(&mut root);
        add_matches(&mut root);
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
        self.context.add_variable_from_value(name, to_cel(value));
    }

    /// Gives a variable a value that was converted before.
    pub fn set_cel(&mut self, name: &str, value: Cel) {
        self.context.add_variable_from_value(name, value);
    }

    /// Lets `fresh_uuid` and `fresh_user` give this case's ids.
    pub fn set_ids(&mut self, ids: &CaseIds) {
        self.context.add_variable_from_value(IDS, Cel::String(Arc::new(ids.key().to_owned())));
    }

    /// Evaluates an expression.
    ///
    /// # Errors
    /// When it cannot be evaluated.
    pub fn evaluate(&self, expression: &Expression) -> Result<Cel, ExpressionError> {
        expression.program.execute(&self.context).map_err(|error| ExpressionError::Evaluation {
            source_text: expression.source.clone(),
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

    /// The context, for a closer look at a rule that does not hold.
    pub(crate) fn context(&self) -> &Context<'_, 'static> {
        &self.context
    }
}

fn wrong_type(expression: &Expression, found: &Cel, wanted: &'static str) -> ExpressionError {
    let found = format!("a value of type {}", found.type_of());
    ExpressionError::Type { source_text: expression.source.clone(), found, wanted }
}

/// A JSON value as CEL has it.
#[must_use]
pub fn to_cel(value: &Value) -> Cel {
    match value {
        Value::Null => Cel::Null,
        Value::Bool(value) => Cel::Bool(*value),
        Value::Number(number) => {
            if let Some(value) = number.as_i64() {
                Cel::Int(value)
            } else if let Some(value) = number.as_u64() {
                Cel::UInt(value)
            } else {
                Cel::Float(number.as_f64().unwrap_or(f64::NAN))
            }
        }
        Value::String(text) => Cel::String(Arc::new(text.clone())),
        Value::Array(items) => list(items.iter().map(to_cel)),
        Value::Object(members) => map(members.iter().map(|(name, value)| (name.as_str(), to_cel(value)))),
    }
}

/// A CEL value as JSON has it; `None` for bytes and other things that JSON lacks.
#[must_use]
pub fn from_cel(value: &Cel) -> Option<Value> {
    Some(match value {
        Cel::Null => Value::Null,
        Cel::Bool(value) => Value::Bool(*value),
        Cel::Int(value) => Value::from(*value),
        Cel::UInt(value) => Value::from(*value),
        Cel::Float(value) => Value::from(*value),
        Cel::String(text) => Value::String(text.as_ref().clone()),
        Cel::List(items) => Value::Array(items.iter().map(from_cel).collect::<Option<_>>()?),
        Cel::Map(map) => {
            let mut object = serde_json::Map::new();
            for (key, value) in map.map.iter() {
                let name = match key {
                    Key::String(name) => name.as_ref().clone(),
                    Key::Int(number) => number.to_string(),
                    Key::Uint(number) => number.to_string(),
                    Key::Bool(value) => value.to_string(),
                };
                object.insert(name, from_cel(value)?);
            }
            Value::Object(object)
        }
        _ => return None,
    })
}

/// Text as CEL has it.
#[must_use]
pub fn text(value: &str) -> Cel {
    Cel::String(Arc::new(value.to_owned()))
}

/// A list as CEL has it.
#[must_use]
pub fn list(items: impl IntoIterator<Item = Cel>) -> Cel {
    Cel::List(Arc::new(items.into_iter().collect()))
}

/// A map as CEL has it; of equal names the last counts.
#[must_use]
pub fn map<'a>(members: impl IntoIterator<Item = (&'a str, Cel)>) -> Cel {
    let map: HashMap<Key, Cel> =
        members.into_iter().map(|(name, value)| (Key::String(Arc::new(name.to_owned())), value)).collect();
    Cel::Map(Map { map: Arc::new(map) })
}

type Out = Result<Cel, ExecutionError>;

fn given(value: impl Into<String>) -> Out {
    Ok(Cel::String(Arc::new(value.into())))
}

fn strings(ftx: &FunctionContext<'_, '_>, list: &[Cel]) -> Result<Vec<String>, ExecutionError> {
    list.iter()
        .map(|item| match item {
            Cel::String(text) => Ok(text.as_ref().clone()),
            other => Err(ftx.error(format!("a list of strings is needed, and it holds {}", other.type_of()))),
        })
        .collect()
}

/// Registers a function. The names are those of the spec's vocabulary, which clash with none of CEL's own; a clash
/// would leave the name undeclared, which the vocabulary's own test finds.
macro_rules! function {
    ($root:expr, $name:expr, $body:expr) => {{
        let added = $root.add_function($name, $body);
        debug_assert!(added.is_ok(), "{} clashes with a function of CEL", $name);
    }};
}

fn add_derivations(
    root: &mut Context<'static, 'static>,
    functions: &Arc<dyn Functions>,
    derivations: &Arc<Derivations>,
) {
    let shared = Arc::clone(functions);
    function!(root, "unique_conversation_id", move |ftx: &FunctionContext, a: Arc<String>, b: Arc<String>| -> Out {
        given(shared.unique(&a, &b).map_err(|e| ftx.error(e))?)
    });
    let shared = Arc::clone(derivations);
    function!(root, "near_miss", move |ftx: &FunctionContext,
                                       name: Arc<String>,
                                       a: Arc<String>,
                                       b: Arc<String>|
          -> Out {
        given(shared.unique(Some(&name), &a, &b).map_err(|e| ftx.error(e))?)
    });
    let shared = Arc::clone(functions);
    function!(root, "group_conversation_id", move |ftx: &FunctionContext,
                                                   owner: Arc<String>,
                                                   name: Arc<String>,
                                                   participants: Arc<Vec<Cel>>,
                                                   random: Arc<String>|
          -> Out {
        let participants = strings(ftx, &participants)?;
        given(shared.group(&owner, &name, &participants, &random).map_err(|e| ftx.error(e))?)
    });
    let shared = Arc::clone(derivations);
    function!(root, "group_near_miss", move |ftx: &FunctionContext,
                                             name: Arc<String>,
                                             owner: Arc<String>,
                                             group: Arc<String>,
                                             participants: Arc<Vec<Cel>>,
                                             random: Arc<String>|
          -> Out {
        let participants = strings(ftx, &participants)?;
        given(shared.group(Some(&name), &owner, &group, &participants, &random).map_err(|e| ftx.error(e))?)
    });
    let shared = Arc::clone(derivations);
    function!(root, "near_misses", move |ftx: &FunctionContext, derivation: Arc<String>| -> Out {
        let names = shared.near_misses(&derivation).map_err(|e| ftx.error(e))?;
        Ok(list(names.iter().map(|name| text(name))))
    });
}

fn add_fresh(root: &mut Context<'static, 'static>, users: Arc<Users>) {
    fn ids(ftx: &FunctionContext<'_, '_>) -> Result<CaseIds, ExecutionError> {
        let key = ftx.ptx.get_variable(IDS).ok_or_else(|| ftx.error("no ids are at hand here"))?;
        match Cel::try_from(key.as_ref()) {
            Ok(Cel::String(key)) => Ok(CaseIds::from_key(&key)),
            _ => Err(ftx.error("no ids are at hand here")),
        }
    }
    function!(root, "fresh_uuid", |ftx: &FunctionContext, label: Arc<String>| -> Out {
        given(ids(ftx)?.uuid(&format!("label/{label}")).to_string())
    });
    function!(root, "fresh_user", move |ftx: &FunctionContext, label: Arc<String>| -> Out {
        given(users.any(&ids(ftx)?, &format!("label/{label}")))
    });
    fn with_nibble(ftx: &FunctionContext<'_, '_>, uuid: &str, at: usize, nibble: &Cel) -> Out {
        let nibble = match nibble {
            Cel::String(text) if text.len() == 1 => text.as_ref().clone(),
            Cel::Int(number) if (0..16).contains(number) => format!("{number:x}"),
            _ => return Err(ftx.error("one hexadecimal digit is needed")),
        };
        if uuid.len() != 36 || !uuid.is_ascii() {
            return Err(ftx.error(format!("`{uuid}` is not a UUID")));
        }
        given(format!("{}{nibble}{}", &uuid[..at], &uuid[at + 1..]))
    }
    function!(root, "with_version", |ftx: &FunctionContext, uuid: Arc<String>, version: Cel| -> Out {
        with_nibble(ftx, &uuid, 14, &version)
    });
    function!(root, "with_variant", |ftx: &FunctionContext, uuid: Arc<String>, nibble: Cel| -> Out {
        // The other two bits of the digit stay: a server that ignores the variant alone would miss them.
        let digit = |text: Option<&str>| text.and_then(|text| u8::from_str_radix(text, 16).ok());
        let (old, new) = match &nibble {
            Cel::String(text) => (digit(uuid.get(19..20)), digit(Some(text))),
            _ => (None, None),
        };
        let nibble = old.zip(new).map_or(nibble, |(old, new)| Cel::from(format!("{:x}", new & 0xc | old & 0x3)));
        with_nibble(ftx, &uuid, 19, &nibble)
    });
}

fn add_text(root: &mut Context<'static, 'static>) {
    function!(root, "json", |ftx: &FunctionContext, value: Cel| -> Out {
        let value = from_cel(&value).ok_or_else(|| ftx.error("this is no JSON value"))?;
        given(value.to_string())
    });
    function!(root, "repeat", |ftx: &FunctionContext, what: Arc<String>, count: i64| -> Out {
        // Expressions come from the spec, not from a subject, but a slip of the pen should not take all memory.
        let count = usize::try_from(count).ok().filter(|count| count.saturating_mul(what.len()) <= 64 << 20);
        given(what.repeat(count.ok_or_else(|| ftx.error("this is more than 64 MiB of text"))?))
    });
    function!(root, "take", |what: Arc<String>, count: i64| -> Out {
        given(what.chars().take(usize::try_from(count).unwrap_or(0)).collect::<String>())
    });
    function!(root, "drop", |what: Arc<String>, count: i64| -> Out {
        given(what.chars().skip(usize::try_from(count).unwrap_or(0)).collect::<String>())
    });
    function!(root, "replaced", |what: Arc<String>, from: Arc<String>, to: Arc<String>| -> Out {
        given(what.replace(from.as_str(), &to))
    });
    function!(root, "utf16", |what: Arc<String>| -> Out {
        Ok(Cel::Bytes(Arc::new(what.encode_utf16().flat_map(u16::to_le_bytes).collect())))
    });
    function!(root, "trim", |what: Arc<String>| -> Out { given(what.trim()) });
    function!(root, "upper", |what: Arc<String>| -> Out { given(what.to_uppercase()) });
    function!(root, "lower", |what: Arc<String>| -> Out { given(what.to_lowercase()) });
    function!(root, "without_controls", |what: Arc<String>| -> Out {
        given(what.chars().filter(|c| !c.is_control()).collect::<String>())
    });
    function!(root, "values_at", |ftx: &FunctionContext, value: Cel, pointer: Arc<String>| -> Out {
        let value = from_cel(&value).ok_or_else(|| ftx.error("this is no JSON value"))?;
        Ok(list(crate::pointer::values(&value, &pointer).into_iter().map(to_cel)))
    });
    function!(root, "request_hash", |method: Arc<String>, path: Arc<String>, body: Arc<String>| -> Out {
        given(mixinspec_token::request_hash(&method, &path, body.as_bytes()))
    });
    function!(root, "alike", |a: Cel, b: Cel| -> Out {
        Ok(Cel::Bool(match (from_cel(&a), from_cel(&b)) {
            (Some(a), Some(b)) => json::alike(&a, &b),
            _ => false,
        }))
    });
}

fn add_sets(root: &mut Context<'static, 'static>) {
    fn texts<'a>(ftx: &FunctionContext<'_, '_>, list: &'a [Cel]) -> Result<HashSet<&'a str>, ExecutionError> {
        list.iter()
            .map(|item| match item {
                Cel::String(text) => Ok(text.as_str()),
                other => Err(ftx.error(format!("a list of strings is needed, and it holds {}", other.type_of()))),
            })
            .collect()
    }
    function!(root, "distinct", |list: Arc<Vec<Cel>>| -> Out { Ok(Cel::Bool(all_distinct(&list))) });
    function!(root, "subset", |ftx: &FunctionContext, a: Arc<Vec<Cel>>, b: Arc<Vec<Cel>>| -> Out {
        Ok(Cel::Bool(texts(ftx, &a)?.is_subset(&texts(ftx, &b)?)))
    });
    function!(root, "same_set", |ftx: &FunctionContext, a: Arc<Vec<Cel>>, b: Arc<Vec<Cel>>| -> Out {
        Ok(Cel::Bool(texts(ftx, &a)? == texts(ftx, &b)?))
    });
}

/// Whether no two elements are equal; lists of ids, which are what rules ask about, take no longer than they are.
fn all_distinct(list: &[Cel]) -> bool {
    let mut texts = HashSet::new();
    list.iter().enumerate().all(|(at, item)| match item {
        Cel::String(text) => texts.insert(text.as_str()),
        other => !list[..at].contains(other),
    })
}

fn add_matches(root: &mut Context<'static, 'static>) {
    // A clone of a pattern would have scratch memory of its own, and make it again for every text.
    let compiled: RwLock<HashMap<String, Arc<Regex>>> = RwLock::default();
    function!(root, MATCHES, move |ftx: &FunctionContext, text: Arc<String>, pattern: Arc<String>| -> Out {
        // A map is whole after every statement, so that a panic elsewhere does not spoil it.
        let known = compiled.read().unwrap_or_else(PoisonError::into_inner).get(pattern.as_str()).cloned();
        let regex = match known {
            Some(regex) => regex,
            None => {
                let regex = Arc::new(Regex::new(&pattern).map_err(|error| ftx.error(error))?);
                let mut all = compiled.write().unwrap_or_else(PoisonError::into_inner);
                // Patterns are constants of the spec; one that is computed must not fill the memory.
                if all.len() < 1024 {
                    all.insert(pattern.as_ref().clone(), Arc::clone(&regex));
                }
                regex
            }
        };
        Ok(Cel::Bool(regex.is_match(&text)))
    });
}

fn add_times(root: &mut Context<'static, 'static>) {
    function!(root, "micros", |ftx: &FunctionContext, when: Arc<String>| -> Out {
        time::micros(&when).map(Cel::Int).ok_or_else(|| ftx.error(format!("`{when}` is not an RFC 3339 time")))
    });
    function!(root, "same_time", |ftx: &FunctionContext, a: Arc<String>, b: Arc<String>| -> Out {
        let read = |text: &str| {
            time::Instant::parse(text).ok_or_else(|| ftx.error(format!("`{text}` is not an RFC 3339 time")))
        };
        Ok(Cel::Bool(read(&a)?.is_same(read(&b)?)))
    });
    function!(root, "utc_offset", |ftx: &FunctionContext, when: Arc<String>| -> Out {
        let offset = time::offset(&when).ok_or_else(|| ftx.error(format!("`{when}` is not an RFC 3339 time")))?;
        given(offset)
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary() -> Vocabulary {
        let spec: std::collections::BTreeMap<_, _> = std::collections::BTreeMap::new();
        Vocabulary::new(Arc::new(Derivations::new(spec)), Arc::new(Users::any_uuid()))
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
