//! Composes a tree from a YAML text. The library finds the structure; this module resolves plain scalars and aliases.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use granit_parser::{Event, Options, Parser, ScalarStyle, ScanError, Span, StructureStyle, Tag};

use super::core_schema;
use super::{Key, Node, Value, YamlError, YamlErrorKind};

/// The greatest depth of nested lists and maps: types are deserialized by recursion.
const DEEPEST: usize = 128;

/// How many values a document may have. Aliases of aliases of aliases would have billions.
const MOST: usize = 500_000;

pub(super) fn compose(text: &str) -> Result<Node, YamlError> {
    let mut options = Options::default();
    (options.flow_nesting_limit, options.block_nesting_limit) = (DEEPEST, DEEPEST);
    let mut composer = Composer { open: Vec::new(), root: None, anchors: HashMap::new(), values: 0 };
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = event.map_err(|error| syntax(text, &error))?;
        composer.event(event, &span)?;
    }
    Ok(composer.root.unwrap_or(Node { value: Value::Null, span: 0..0 }))
}

struct Composer {
    /// The lists and maps that are not at their end, from the outermost.
    open: Vec<Open>,
    root: Option<Node>,
    /// The nodes to which aliases refer.
    anchors: HashMap<usize, Node>,
    values: usize,
}

/// A list or a map that is not at its end.
struct Open {
    value: Value,
    span: Range<usize>,
    /// Whether it has a bracket, which is its place; else that of its first element or key is.
    is_bracketed: bool,
    anchor: usize,
    /// The key whose value comes next.
    key: Option<Key>,
    keys: HashSet<String>,
}

impl Composer {
    fn event(&mut self, event: Event<'_>, span: &Span) -> Result<(), YamlError> {
        let span = span.byte_range().unwrap_or_default();
        match event {
            Event::DocumentStart(..) if self.root.is_some() => {
                Err(wrong("a second document begins; a file holds one", span))
            }
            Event::Scalar(text, style, anchor, tag) => {
                // A key is a text, whatever type it would have as a value.
                let value = if self.takes_key() {
                    Ok(Value::Text(text.into_owned()))
                } else {
                    scalar(&text, style, tag.as_deref())
                };
                let value = value.map_err(|reason| wrong(&reason, span.clone()))?;
                self.add(Node { value, span }, anchor)
            }
            Event::Alias(anchor) => {
                let Some(node) = self.anchors.get(&anchor) else {
                    return Err(wrong("an alias stands inside of what it stands for", span));
                };
                let node = Node { span, value: node.value.clone() };
                self.values += values(&node.value) - 1;
                self.add(node, 0)
            }
            Event::SequenceStart(style, anchor, tag) => {
                check(tag.as_deref(), "seq", &span)?;
                self.open(Value::List(Vec::new()), style, anchor, span)
            }
            Event::MappingStart(style, anchor, tag) => {
                check(tag.as_deref(), "map", &span)?;
                self.open(Value::Map(Vec::new()), style, anchor, span)
            }
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(Open { value, span, anchor, .. }) => self.add(Node { value, span }, anchor),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    /// Whether the next value is the key of a member.
    fn takes_key(&self) -> bool {
        self.open.last().is_some_and(|open| matches!(open.value, Value::Map(_)) && open.key.is_none())
    }

    fn open(
        &mut self,
        value: Value,
        style: StructureStyle,
        anchor: usize,
        span: Range<usize>,
    ) -> Result<(), YamlError> {
        if self.takes_key() {
            return Err(wrong("a key is a text", span));
        }
        let is_bracketed = style == StructureStyle::Flow;
        self.open.push(Open { value, span, is_bracketed, anchor, key: None, keys: HashSet::new() });
        Ok(())
    }

    fn add(&mut self, node: Node, anchor: usize) -> Result<(), YamlError> {
        self.values += 1;
        if self.values > MOST {
            return Err(wrong(&format!("there are more than {MOST} values"), node.span));
        }
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
            self.values += values(&node.value);
        }
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        match &mut open.value {
            Value::List(items) => {
                if items.is_empty() && !open.is_bracketed {
                    open.span = node.span.clone();
                }
                items.push(node);
            }
            Value::Map(members) => match open.key.take() {
                Some(key) => members.push((key, node)),
                None => {
                    let Value::Text(name) = node.value else { return Err(wrong("a key is a text", node.span)) };
                    if !open.keys.insert(name.clone()) {
                        return Err(YamlError::new(YamlErrorKind::DuplicateKey(name), node.span));
                    }
                    if members.is_empty() && !open.is_bracketed {
                        open.span = node.span.clone();
                    }
                    open.key = Some(Key { name, span: node.span });
                }
            },
            _ => {}
        }
        Ok(())
    }
}

/// The value of a scalar, or why it has none.
fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<Value, String> {
    let no_such = || format!("JSON has no such number: {text}");
    let Some(tag) = tag else {
        return match style {
            ScalarStyle::Plain => core_schema::resolve(text).ok_or_else(no_such),
            _ => Ok(Value::Text(text.to_owned())),
        };
    };
    if is_non_specific(tag) {
        return Ok(Value::Text(text.to_owned()));
    }
    let value = match tag.core_suffix() {
        Some("str") => Some(Value::Text(text.to_owned())),
        Some("null") => core_schema::is_null(text).then_some(Value::Null),
        Some("bool") => core_schema::bool(text).map(Value::Bool),
        Some("int") if core_schema::is_integer(text) => Some(core_schema::number(text).ok_or_else(no_such)?),
        Some("float") if core_schema::is_float(text) => Some(core_schema::number(text).ok_or_else(no_such)?),
        Some("int" | "float" | "seq" | "map") => None,
        _ => return Err(unknown(tag)),
    };
    value.ok_or_else(|| format!("`{text}` is no {}", tag.original()))
}

/// Whether a list or a map has no tag, or its own.
fn check(tag: Option<&Tag>, own: &str, span: &Range<usize>) -> Result<(), YamlError> {
    match tag {
        Some(tag) if !is_non_specific(tag) && tag.core_suffix() != Some(own) => Err(wrong(&unknown(tag), span.clone())),
        _ => Ok(()),
    }
}

/// Whether a tag is `!`: it marks a text, a list or a map, and its content is not resolved.
fn is_non_specific(tag: &Tag) -> bool {
    tag.parts() == ("", "!") || tag.parts() == ("!", "")
}

fn unknown(tag: &Tag) -> String {
    format!("the tag {} does not fit: !!str, !!int, !!float, !!bool, !!null, !!seq and !!map are known", tag.original())
}

/// The number of values in a value, including itself.
fn values(value: &Value) -> usize {
    match value {
        Value::List(items) => 1 + items.iter().map(|item| values(&item.value)).sum::<usize>(),
        Value::Map(members) => 1 + members.iter().map(|(_, value)| values(&value.value)).sum::<usize>(),
        _ => 1,
    }
}

fn wrong(reason: &str, span: Range<usize>) -> YamlError {
    YamlError::new(YamlErrorKind::Syntax(reason.to_owned()), span)
}

fn syntax(text: &str, error: &ScanError) -> YamlError {
    let at = error.marker().byte_offset().unwrap_or(text.len()).min(text.len());
    let end = text.get(at..).and_then(|rest| rest.chars().next()).map_or(at, |next| at + next.len_utf8());
    wrong(&error.info(), at..end)
}
