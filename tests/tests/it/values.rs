//! Generates values that a schema nearly allows: most members are right, some are wrong, and bounds are often hit.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::documents::{Components, validator};

/// Values that the schema of a component allows or nearly allows.
pub(crate) fn near(components: &Components, name: &str) -> BoxedStrategy<Value> {
    of_schema(components, components.get(name))
}

fn of_schema(components: &Components, schema: &Value) -> BoxedStrategy<Value> {
    if let Some(target) = schema["$ref"].as_str() {
        return near(components, target.trim_start_matches("#/components/schemas/"));
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(name) => vec![name],
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        _ => return any_value(),
    };
    let right = types.into_iter().map(|name| match name {
        "string" => texts(schema),
        "integer" => numbers(schema),
        "boolean" => any::<bool>().prop_map(Value::from).boxed(),
        "null" => Just(Value::Null).boxed(),
        "array" => arrays(components, schema),
        "object" => objects(components, schema),
        other => panic!("no values for the type {other}"),
    });
    let right = proptest::strategy::Union::new(right.collect::<Vec<_>>());
    prop_oneof![100 => right, 1 => any_value()].boxed()
}

/// Mostly values of the pool that the schema allows, because one wrong member makes an object wrong.
fn mostly_right(schema: &Value, pool: Vec<Value>) -> BoxedStrategy<Value> {
    let validator = validator(schema);
    let (right, wrong): (Vec<_>, Vec<_>) = pool.into_iter().partition(|value| validator.is_valid(value));
    match (right.is_empty(), wrong.is_empty()) {
        (false, false) => prop_oneof![30 => prop::sample::select(right), 1 => prop::sample::select(wrong)].boxed(),
        (false, true) => prop::sample::select(right).boxed(),
        (true, _) => prop::sample::select(wrong).boxed(),
    }
}

fn any_value() -> BoxedStrategy<Value> {
    let pool =
        [json!(null), json!(true), json!(0), json!(1.0), json!(1.5), json!(""), json!("a"), json!([]), json!({})];
    prop::sample::select(pool.to_vec()).boxed()
}

fn texts(schema: &Value) -> BoxedStrategy<Value> {
    let mut pool: Vec<String> = [
        "",
        "a",
        "ab",
        "é",
        "xé",
        "8dcf823d-9eb3-4da2-8734-f0aad50c0da6",
        "0dcf823d-9eb3-4da2-8734-f0aad50c0da6",
        "8DCF823D-9EB3-4DA2-8734-F0AAD50C0DA6",
        "{8dcf823d-9eb3-4da2-8734-f0aad50c0da6}",
        "8dcf823d9eb34da28734f0aad50c0da6",
        "8dcf823d-9eb3-4da2-8734-f0aad50c0dag",
        "8dcf823d-9eb3-4da2-8734-f0aad50c0da6\n",
        "2018-05-16T12:34:44.134238105Z",
        "2018-05-16T12:34:44.1342381050Z",
        "2018-05-16t12:34:44z",
        "2018-05-16 12:34:44Z",
        "2018-05-16T12:34:44+00:00",
        "2018-05-16T12:34:44",
        "2016-12-31T23:59:60Z",
        "2016-12-31T22:59:60Z",
        "2019-02-29T00:00:00Z",
        "0001-01-01T00:00:00Z",
    ]
    .map(str::to_owned)
    .to_vec();
    for value in schema["enum"].as_array().into_iter().flatten().chain(schema.get("const")) {
        let text = value.as_str().unwrap_or_default();
        pool.extend([text.to_owned(), text.to_lowercase(), format!("{text} ")]);
    }
    for bound in ["minLength", "maxLength"].iter().filter_map(|keyword| schema[*keyword].as_u64()) {
        for length in bound.saturating_sub(1)..=bound + 1 {
            // One, two and four bytes in UTF-8; the last is two units in UTF-16.
            pool.extend(["a", "é", "🜚"].map(|character| character.repeat(length as usize)));
        }
    }
    let pool = mostly_right(schema, pool.into_iter().map(Value::from).collect());
    match schema["pattern"].as_str() {
        Some(pattern) => {
            // In the spec, `\w` and `\d` have the meaning of ECMA-262; in proptest they include all of Unicode.
            let pattern = pattern.replace(r"\w", "0-9A-Za-z_").replace(r"\d", "[0-9]");
            let pattern = pattern.trim_start_matches('^').trim_end_matches('$');
            let matching = prop::string::string_regex(pattern).expect("proptest reads the pattern").boxed();
            let cut = (matching.clone(), any::<prop::sample::Index>(), any::<Option<char>>()).prop_map(
                |(text, index, character)| {
                    let mut characters: Vec<char> = text.chars().collect();
                    let at = index.index(characters.len() + 1);
                    match character {
                        Some(character) => characters.insert(at, character),
                        None => characters.truncate(at),
                    }
                    characters.into_iter().collect()
                },
            );
            let alone = ["format", "minLength", "maxLength"].iter().all(|keyword| schema[*keyword].is_null());
            let matching = if alone { matching.prop_map(Value::from).boxed() } else { pool.clone() };
            prop_oneof![60 => pool, 30 => matching, 1 => cut.prop_map(|text: String| text.into())].boxed()
        }
        None => prop_oneof![60 => pool, 1 => any::<String>().prop_map(Value::from)].boxed(),
    }
}

fn numbers(schema: &Value) -> BoxedStrategy<Value> {
    let mut pool =
        vec![json!(0), json!(1), json!(-1), json!(2.0), json!(-0.0), json!(0.5), json!(i64::MIN), json!(i64::MAX)];
    let listed = schema["enum"].as_array().into_iter().flatten().chain(schema.get("const"));
    let bounds = ["minimum", "maximum"].iter().filter_map(|keyword| schema.get(*keyword));
    for number in listed.chain(bounds).filter_map(Value::as_i64) {
        pool.extend((number - 1..=number + 1).map(Value::from));
        pool.push(json!(number as f64));
    }
    mostly_right(schema, pool)
}

fn arrays(components: &Components, schema: &Value) -> BoxedStrategy<Value> {
    let mut sizes = vec![0, 1, 2];
    for bound in ["minItems", "maxItems"].iter().filter_map(|keyword| schema[*keyword].as_u64()) {
        sizes.extend(bound.saturating_sub(1)..=bound + 1);
    }
    let of_nulls = |size: u64| Value::from(vec![Value::Null; size as usize]);
    let bounds = json!({"minItems": schema["minItems"].as_u64().unwrap_or(0), "maxItems": schema["maxItems"].as_u64().unwrap_or(u64::MAX)});
    let sizes = mostly_right(&bounds, sizes.into_iter().map(of_nulls).collect());
    let sizes = sizes.prop_map(|nulls| nulls.as_array().map_or(0, Vec::len));
    let element = of_schema(components, &schema["items"]);
    (sizes, prop::collection::vec(element, 4), prop::bool::weighted(0.05))
        .prop_map(|(size, some, same)| {
            // A few different elements, repeated: generating hundreds would be slow.
            let elements = (0..size).map(|index| some[if same { 0 } else { index % some.len() }].clone());
            elements.collect()
        })
        .boxed()
}

fn objects(components: &Components, schema: &Value) -> BoxedStrategy<Value> {
    let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let members = schema["properties"].as_object().into_iter().flatten().map(|(name, property)| {
        let present = if required.contains(&name.as_str()) { 0.995 } else { 0.3 };
        let value = prop::option::weighted(present, of_schema(components, property));
        let name = name.clone();
        value.prop_map(move |value| value.map(|value| (name.clone(), value))).boxed()
    });
    let further = prop::option::weighted(0.1, any_value().prop_map(|value| ("not-documented".to_owned(), value)));
    (members.collect::<Vec<_>>(), further)
        .prop_map(|(members, further)| members.into_iter().flatten().chain(further).collect::<Map<_, _>>().into())
        .boxed()
}
