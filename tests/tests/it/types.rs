//! Tests that the generated types agree with the spec: their schemas equal its schemas, and they accept what those
//! allow.

use std::cell::Cell;

use jsonschema::canonical::Containment;
use mixinspec_types::{Checked, FromJson, Invalid};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestError, TestRunner};
use serde_json::Value;

use crate::documents::{Components, canonical, validator};
use crate::values;

/// The number of values that each type is tested with.
const CASES: u32 = 400;

/// A generated type.
struct Typed {
    name: &'static str,
    /// Its schema, as schemars has it.
    schema: fn() -> Value,
    /// Reads a value, writes it again, and checks it by the type.
    read: fn(Value) -> Result<Read, Invalid>,
    strict: bool,
}

/// A value that a type has read.
struct Read {
    written: Value,
    check: Result<(), Invalid>,
}

macro_rules! typed {
    (requests in $module:path { $($name:ident)* }) => {{
        use $module::*;
        vec![$(Typed {
            name: stringify!($name),
            schema: || schemars::schema_for!($name).to_value(),
            read: |value| {
                let read = $name::from_json(value)?;
                Ok(Read { written: serde_json::to_value(read).unwrap(), check: Ok(()) })
            },
            strict: true,
        }),*]
    }};
    (answers in $module:path { $($name:ident)* }) => {{
        use $module::*;
        vec![$(Typed {
            name: stringify!($name),
            schema: || schemars::schema_for!($name).to_value(),
            read: |value| {
                let read = $name::from_json(value)?;
                let check = read.check();
                assert_eq!(read.is_valid(), check.is_ok());
                Ok(Read { written: serde_json::to_value(read).unwrap(), check })
            },
            strict: false,
        }),*]
    }};
}

/// All types, with the components that they are generated from.
fn all() -> Vec<(&'static str, Components, Vec<Typed>)> {
    let mut edition_2018 = typed!(requests in mixinspec_types::edition_2018 {
        ConversationCategory CreateConversationRequest ParticipantAction ParticipantRequest
    });
    edition_2018.extend(typed!(answers in mixinspec_types::edition_2018 {
        Conversation ConversationResponse Error ErrorCode ErrorResponse Id Participant Timestamp
    }));
    let mut edition_2026 = typed!(requests in mixinspec_types::edition_2026 {
        ConversationCategory CreateConversationRequest ParticipantAction ParticipantRequest
    });
    edition_2026.extend(typed!(answers in mixinspec_types::edition_2026 {
        Circle Conversation ConversationResponse Error ErrorCode ErrorResponse Id Participant ParticipantSession
        Timestamp
    }));
    let request = typed!(requests in mixinspec_tests::exhaustive::request {
        Alias Closed Count Free List Name Patterns Plain Switch Thing
    });
    let answer = typed!(answers in mixinspec_tests::exhaustive::answer {
        Alias Closed Count Free List Name Patterns Plain Switch Thing
    });
    vec![
        ("2018", Components::of_edition("2018"), edition_2018),
        ("2026", Components::of_edition("2026"), edition_2026),
        ("every form, as a request", Components::exhaustive(), request),
        ("every form, as an answer", Components::exhaustive(), answer),
    ]
}

#[test]
fn every_component_has_a_type() {
    for (title, components, types) in all() {
        let mut names: Vec<&str> = types.iter().map(|typed| typed.name).collect();
        names.sort_unstable();
        assert_eq!(names, components.names(), "{title}");
    }
}

#[test]
fn the_schemas_of_the_types_are_those_of_the_spec() {
    for (title, components, types) in all() {
        for typed in types {
            let (of_type, of_spec) = (canonical(&(typed.schema)()), canonical(&components.schema(typed.name)));
            for (wide, narrow, less) in
                [(&of_type, &of_spec, "the type refuses"), (&of_spec, &of_type, "the type takes")]
            {
                let covers = wide.covers(narrow);
                let difference = || narrow.subtract(wide).map(|schema| format!("{:#}", schema.to_json_schema()));
                let name = typed.name;
                assert!(
                    matches!(covers, Ok(Containment::Yes)),
                    "{title}: {name}: {covers:?}; {less}, against the spec: {:?}",
                    difference()
                );
            }
        }
    }
}

/// A strict type accepts exactly what the schema allows. A lenient one accepts every value with the right types and
/// required members, and can then check it against the schema. Both write what they have read.
#[test]
fn the_types_take_what_the_schemas_allow() {
    for (title, components, types) in all() {
        let relaxed = components.relaxed();
        for typed in types {
            let allowed = validator(&components.schema(typed.name));
            let readable = validator(&relaxed.schema(typed.name));
            let (takes, refuses) = (Cell::new(0), Cell::new(0));
            let law = |value: Value| {
                let allowed = allowed.is_valid(&value);
                let seen = if allowed { &takes } else { &refuses };
                seen.set(seen.get() + 1);
                let readable = if typed.strict { allowed } else { readable.is_valid(&value) };
                match (typed.read)(value.clone()) {
                    Ok(Read { written, check }) => {
                        prop_assert!(readable, "was read, and should not have been");
                        prop_assert_eq!(check.is_ok(), allowed, "{:?}", check);
                        prop_assert!(same(&written, &value), "was written as {}", written);
                    }
                    Err(invalid) => {
                        prop_assert!(!readable, "was not read: {}", invalid);
                        let place = value.pointer(invalid.pointer());
                        let missing = invalid.to_string().ends_with("missing");
                        prop_assert_eq!(place.is_none(), missing, "no such place: {}", invalid);
                    }
                }
                Ok(())
            };
            let config =
                Config { cases: CASES, failure_persistence: None, rng_seed: RngSeed::Fixed(2026), ..Config::default() };
            match TestRunner::new(config).run(&values::near(&components, typed.name), law) {
                Ok(()) => {}
                Err(TestError::Fail(reason, value)) => panic!("{title}: {}: {reason}\n{value:#}", typed.name),
                Err(abort) => panic!("{title}: {}: {abort}", typed.name),
            }
            // A law over values that are all valid or all invalid would show nothing.
            let anything = components.get(typed.name)["type"].is_null() && components.get(typed.name)["$ref"].is_null();
            let enough = CASES / 20;
            assert!(
                takes.get() >= enough && (refuses.get() > 0 || anything),
                "{title}: {}: of {CASES} values {} are allowed, {} are not",
                typed.name,
                takes.get(),
                refuses.get()
            );
        }
    }
}

/// Whether two values are equal; 2 equals 2.0, because an integer is written as 2.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|((a, x), (b, y))| a == b && same(x, y))
        }
        _ => a == b,
    }
}
