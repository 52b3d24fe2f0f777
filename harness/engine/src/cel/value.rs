//! CEL values: converted from and to JSON, and shared by many expressions.

use std::any::Any;
use std::collections::HashMap;
use std::sync::Arc;

use cel::Value as Cel;
use cel::common::traits::{
    Adder, Comparer, Container, Divider, Indexer, Iterable, Modder, Multiplier, Negator, Sizer, Subtractor, Zeroer,
};
use cel::common::types::{CelBool, CelInt, CelList, CelMap, CelMapKey, CelNull, CelString, DYN_TYPE, Type};
use cel::common::value::{Builtin, BuiltinRef, Val};
use cel::objects::{Key, Map};
use serde_json::Value;

/// A value that many scopes share. Giving it to a scope takes the same time however large it is, and so does each
/// element that a rule such as `list.all(x, …)` visits. The `cel` crate's own values are copied whole.
#[derive(Debug, Clone)]
pub struct Shared(Arc<dyn Val>);

impl Shared {
    fn of(value: impl Val + 'static) -> Self {
        Self(Arc::new(value))
    }

    /// `null`.
    #[must_use]
    pub fn null() -> Self {
        Self::of(CelNull)
    }

    /// A bool.
    #[must_use]
    pub fn bool(value: bool) -> Self {
        Self::of(CelBool::from(value))
    }

    /// An integer.
    #[must_use]
    pub fn int(value: i64) -> Self {
        Self::of(CelInt::from(value))
    }

    /// Text.
    #[must_use]
    pub fn text(value: &str) -> Self {
        Self::of(CelString::from(value.to_owned()))
    }

    /// A list.
    #[must_use]
    pub fn list(items: impl IntoIterator<Item = Self>) -> Self {
        Self::list_of(items.into_iter().map(|item| Box::new(item) as Box<dyn Val>))
    }

    /// A map; of equal names the last counts.
    #[must_use]
    pub fn map(members: impl IntoIterator<Item = (impl Into<String>, Self)>) -> Self {
        Self::map_of(members.into_iter().map(|(name, value)| (name.into(), Box::new(value) as Box<dyn Val>)))
    }

    /// A JSON value.
    #[must_use]
    pub fn json(value: &Value) -> Self {
        match value {
            Value::Array(items) => Self::list_of(items.iter().map(element)),
            Value::Object(members) => Self::map_of(members.iter().map(|(name, value)| (name.clone(), element(value)))),
            plain => Self(element(plain).into()),
        }
    }

    fn list_of(items: impl Iterator<Item = Box<dyn Val>>) -> Self {
        Self::of(CelList::from(items.collect::<Vec<_>>()))
    }

    fn map_of(members: impl Iterator<Item = (String, Box<dyn Val>)>) -> Self {
        let members = members.map(|(name, value)| (CelMapKey::String(name.into()), value));
        Self::of(CelMap::from(members.collect::<HashMap<_, _>>()))
    }
}

/// A JSON value inside another. Numbers and the like are as small as a shared pointer, so they are not shared.
fn element(value: &Value) -> Box<dyn Val> {
    match value {
        Value::String(text) => Box::new(Shared::text(text)),
        Value::Array(_) | Value::Object(_) => Box::new(Shared::json(value)),
        // The crate has a value for each of these.
        plain => <Box<dyn Val>>::try_from(to_cel(plain)).unwrap_or_else(|_| Box::new(CelNull)),
    }
}

/// Delegates every method to the shared value, including those that say which of the crate's own types it is.
impl Val for Shared {
    fn get_type(&self) -> &Type {
        self.0.get_type()
    }

    fn cel_type() -> &'static Type {
        &DYN_TYPE
    }

    fn as_adder<'b, 'v>(&'b self) -> Option<&'b (dyn Adder + 'v)>
    where
        Self: 'v,
    {
        self.0.as_adder()
    }

    fn as_comparer(&self) -> Option<&dyn Comparer> {
        self.0.as_comparer()
    }

    fn as_container(&self) -> Option<&dyn Container> {
        self.0.as_container()
    }

    fn as_divider<'b, 'v>(&'b self) -> Option<&'b (dyn Divider + 'v)>
    where
        Self: 'v,
    {
        self.0.as_divider()
    }

    fn as_indexer<'b, 'v>(&'b self) -> Option<&'b (dyn Indexer + 'v)>
    where
        Self: 'v,
    {
        self.0.as_indexer()
    }

    fn into_indexer<'v>(self: Box<Self>) -> Option<Box<dyn Indexer + 'v>>
    where
        Self: 'v,
    {
        self.0.clone_as_boxed().into_indexer()
    }

    fn as_iterable<'b, 'v>(&'b self) -> Option<&'b (dyn Iterable + 'v)>
    where
        Self: 'v,
    {
        self.0.as_iterable()
    }

    fn as_modder<'b, 'v>(&'b self) -> Option<&'b (dyn Modder + 'v)>
    where
        Self: 'v,
    {
        self.0.as_modder()
    }

    fn as_multiplier<'b, 'v>(&'b self) -> Option<&'b (dyn Multiplier + 'v)>
    where
        Self: 'v,
    {
        self.0.as_multiplier()
    }

    fn as_negator<'b, 'v>(&'b self) -> Option<&'b (dyn Negator + 'v)>
    where
        Self: 'v,
    {
        self.0.as_negator()
    }

    fn as_sizer(&self) -> Option<&dyn Sizer> {
        self.0.as_sizer()
    }

    fn as_subtractor<'b, 'v>(&'b self) -> Option<&'b (dyn Subtractor + 'v)>
    where
        Self: 'v,
    {
        self.0.as_subtractor()
    }

    fn as_zeroer(&self) -> Option<&dyn Zeroer> {
        self.0.as_zeroer()
    }

    fn equals(&self, other: &dyn Val) -> bool {
        self.0.equals(other)
    }

    fn clone_as_boxed<'v>(&self) -> Box<dyn Val + 'v>
    where
        Self: 'v,
    {
        Box::new(self.clone())
    }

    fn as_any(&self) -> Option<&dyn Any> {
        self.0.as_any()
    }

    fn as_builtin<'b, 'v>(&'b self) -> BuiltinRef<'b, 'v>
    where
        Self: 'v,
    {
        self.0.as_builtin()
    }

    fn into_builtin<'v>(self: Box<Self>) -> Option<Builtin<'v>>
    where
        Self: 'v,
    {
        self.0.clone_as_boxed().into_builtin()
    }
}

/// A JSON value as CEL has it.
#[must_use]
pub(super) fn to_cel(value: &Value) -> Cel {
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
pub(super) fn from_cel(value: &Cel) -> Option<Value> {
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

/// The text of a value, which is not copied; `None` for anything else.
pub(super) fn text_of<'a>(value: &'a (dyn Val + '_)) -> Option<&'a str> {
    value.downcast_ref::<CelString<'_>>().map(CelString::inner)
}

/// Text as CEL has it.
#[must_use]
pub(super) fn text(value: &str) -> Cel {
    Cel::String(Arc::new(value.to_owned()))
}

/// A list as CEL has it.
#[must_use]
pub(super) fn list(items: impl IntoIterator<Item = Cel>) -> Cel {
    Cel::List(Arc::new(items.into_iter().collect()))
}

/// A map as CEL has it.
fn map<'a>(members: impl IntoIterator<Item = (&'a str, Cel)>) -> Cel {
    let map: HashMap<Key, Cel> =
        members.into_iter().map(|(name, value)| (Key::String(Arc::new(name.to_owned())), value)).collect();
    Cel::Map(Map { map: Arc::new(map) })
}
