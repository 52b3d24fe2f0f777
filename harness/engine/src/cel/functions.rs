//! Implements the functions of the spec's vocabulary.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use cel::common::ast::{CallExpr, Expr};
use cel::common::types::CelList;
use cel::common::value::{CowVal, Val};
use cel::parser::Macro;
use cel::{Context, Env, ExecutionError, FunctionContext, Value as Cel};
use mixinspec_spec::vocabulary::NEAR_MISS;
use regex::Regex;

use super::columns::add_columns;
use super::value::{from_cel, list, text, text_of, to_cel};
use crate::identity::derivation::{Argument, Derivations};
use crate::identity::ids::CaseIds;
use crate::identity::users::Users;
use crate::text::{json, time};

/// CEL's own functions. CEL's `matches` compiles the pattern at every call, which costs more than the rest of a rule,
/// so the parser turns it into a call of [`MATCHES`].
pub(super) static ENV: LazyLock<Arc<Env>> = LazyLock::new(|| {
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
pub(super) const MATCHES: &str = "matches_pattern";

/// The variable that carries the key of the case's ids to `fresh_uuid` and `fresh_user`; no expression can name it.
pub(super) const IDS: &str = "@ids";

/// Computes the derivations that an expression calls: by the spec's records, or in a law by the subject.
pub trait Functions: Send + Sync {
    /// What a derivation gives for its arguments, in the order of its parameters.
    ///
    /// # Errors
    /// Why there is no id.
    fn derive(&self, derivation: &str, arguments: &[Argument]) -> Result<String, String>;
}

impl Functions for Derivations {
    fn derive(&self, derivation: &str, arguments: &[Argument]) -> Result<String, String> {
        self.derive(derivation, None, arguments).map_err(|error| error.to_string())
    }
}

type Out = Result<Cel, ExecutionError>;

fn given(value: impl Into<String>) -> Out {
    Ok(Cel::String(Arc::new(value.into())))
}

/// The text of an argument, or of an element of one.
fn borrowed<'a>(ftx: &FunctionContext<'_, '_>, value: &'a (dyn Val + '_)) -> Result<&'a str, ExecutionError> {
    text_of(value).ok_or_else(|| ftx.error(format!("a string is needed, not {}", value.get_type().name())))
}

/// The texts of a list.
fn texts<'a>(ftx: &FunctionContext<'_, '_>, value: &'a (dyn Val + '_)) -> Result<Vec<&'a str>, ExecutionError> {
    let list = value.downcast_ref::<CelList<'_>>();
    let list = list.ok_or_else(|| ftx.error(format!("a list is needed, not {}", value.get_type().name())))?;
    list.inner().iter().map(|item| borrowed(ftx, item.as_ref())).collect()
}

/// The arguments of a derivation.
fn arguments(ftx: &FunctionContext<'_, '_>, all: &[CowVal<'_, '_>]) -> Result<Vec<Argument>, ExecutionError> {
    let one = |value: &CowVal<'_, '_>| match value.downcast_ref::<CelList<'_>>() {
        Some(_) => Ok(Argument::List(texts(ftx, value.as_ref())?.into_iter().map(str::to_owned).collect())),
        None => Ok(Argument::Text(borrowed(ftx, value.as_ref())?.to_owned())),
    };
    all.iter().map(one).collect()
}

/// Registers a function. The names are those of the spec's vocabulary, which clash with none of CEL's own; a clash
/// would leave the name undeclared, which the vocabulary's own test finds.
macro_rules! function {
    ($root:expr, $name:expr, $body:expr) => {{
        let added = $root.add_function($name, $body);
        debug_assert!(added.is_ok(), "{} clashes with a function of CEL", $name);
    }};
}

/// Registers all functions of the vocabulary.
pub(super) fn add_functions(
    root: &mut Context<'static, 'static>,
    functions: &Arc<dyn Functions>,
    derivations: &Arc<Derivations>,
    users: Arc<Users>,
) {
    add_derivations(root, functions, derivations);
    add_fresh(root, users);
    add_text(root);
    add_sets(root);
    add_times(root);
    add_matches(root);
    add_columns(root);
}

fn add_derivations(
    root: &mut Context<'static, 'static>,
    functions: &Arc<dyn Functions>,
    derivations: &Arc<Derivations>,
) {
    for (name, _) in derivations.iter() {
        let (shared, derivation) = (Arc::clone(functions), name.clone());
        function!(root, name, move |ftx: &FunctionContext| -> Out {
            given(shared.derive(&derivation, &arguments(ftx, &ftx.args)?).map_err(|e| ftx.error(e))?)
        });
    }
    let shared = Arc::clone(derivations);
    function!(root, NEAR_MISS, move |ftx: &FunctionContext| -> Out {
        let [derivation, name, rest @ ..] = &ftx.args[..] else {
            return Err(ftx.error("the names of a derivation and of a near miss come first"));
        };
        let (derivation, name, arguments) =
            (borrowed(ftx, derivation.as_ref())?, borrowed(ftx, name.as_ref())?, arguments(ftx, rest)?);
        given(shared.derive(derivation, Some(name), &arguments).map_err(|e| ftx.error(e))?)
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
        // The digit's other two bits stay, since a server that ignores only the variant would notice a change of them.
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
        Ok(list(crate::text::pointer::values(&value, &pointer).into_iter().map(to_cel)))
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
    /// The two lists that a function compares.
    fn two<'a>(ftx: &'a FunctionContext<'_, '_>) -> Result<[HashSet<&'a str>; 2], ExecutionError> {
        let [a, b] = &ftx.args[..] else { return Err(ftx.error("two lists are needed")) };
        Ok([texts(ftx, a.as_ref())?.into_iter().collect(), texts(ftx, b.as_ref())?.into_iter().collect()])
    }
    function!(root, "distinct", |ftx: &FunctionContext| -> Out {
        let list = ftx.args.first().and_then(|list| list.downcast_ref::<CelList<'_>>());
        Ok(Cel::Bool(all_distinct(list.ok_or_else(|| ftx.error("a list is needed"))?.inner())))
    });
    function!(root, "subset", |ftx: &FunctionContext| -> Out {
        let [a, b] = two(ftx)?;
        Ok(Cel::Bool(a.is_subset(&b)))
    });
    function!(root, "same_set", |ftx: &FunctionContext| -> Out {
        let [a, b] = two(ftx)?;
        Ok(Cel::Bool(a == b))
    });
}

/// Whether no two elements are equal. This takes linear time for lists of strings, such as the ids that rules ask
/// about.
fn all_distinct(list: &[Box<dyn Val + '_>]) -> bool {
    let mut texts = HashSet::new();
    list.iter().enumerate().all(|(at, item)| match text_of(item.as_ref()) {
        Some(text) => texts.insert(text),
        None => !list[..at].contains(item),
    })
}

fn add_matches(root: &mut Context<'static, 'static>) {
    // The patterns are shared: a clone of a `Regex` would allocate new scratch memory for every text.
    let compiled: RwLock<HashMap<String, Arc<Regex>>> = RwLock::default();
    function!(root, MATCHES, move |ftx: &FunctionContext| -> Out {
        // An argument that a closure names is a copy, and the text may be a whole body.
        let [text, pattern] = &ftx.args[..] else { return Err(ftx.error("a text and a pattern are needed")) };
        let (text, pattern) = (borrowed(ftx, text.as_ref())?, borrowed(ftx, pattern.as_ref())?);
        // A map is whole after every statement, so that a panic elsewhere does not spoil it.
        let known = compiled.read().unwrap_or_else(PoisonError::into_inner).get(pattern).cloned();
        let regex = match known {
            Some(regex) => regex,
            None => {
                let regex = Arc::new(Regex::new(pattern).map_err(|error| ftx.error(error))?);
                let mut all = compiled.write().unwrap_or_else(PoisonError::into_inner);
                // Patterns are constants of the spec; one that is computed must not fill the memory.
                if all.len() < 1024 {
                    all.insert(pattern.to_owned(), Arc::clone(&regex));
                }
                regex
            }
        };
        Ok(Cel::Bool(regex.is_match(text)))
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
