//! Tests that the printer refuses what it has no form for, with its place and without a panic.

use mixinspec_codegen::render_edition;
use serde_json::{Value, json};

use crate::exhaustive;

/// In the document with every form, the member at each pointer is set to a value.
#[test]
fn what_has_no_form_is_refused_with_its_place() {
    let thing = "/components/schemas/Thing";
    let member = |name: &str| format!("{thing}/properties/{name}");
    let text = |more: Value| {
        let mut schema = json!({"type": "string", "description": "New."});
        schema.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        schema
    };
    #[rustfmt::skip]
    let cases = [
        (member("text") + "/maxLenght", json!(3), "", "unknown keyword `maxLenght`"),
        (member("text") + "/if", json!({}), "", "unknown keyword `if`"),
        (member("text") + "/maxItems", json!(3), "", "`maxItems` has no use for this string"),
        (member("anything") + "/maxLength", json!(3), "", "`maxLength` needs a `type` beside it, and stands beside no `$ref`"),
        (member("closed") + "/maxLength", json!(3), "", "`maxLength` needs a `type` beside it, and stands beside no `$ref`"),
        (member("closed") + "/type", json!("object"), "", "a reference stands alone; its target has the type"),
        (member("text") + "/type", json!("number"), "", "no form for the type `number`"),
        (member("text") + "/type", json!(["string", "integer"]), "", "no form for several types but one and \"null\""),
        (member("text") + "/type", json!(7), "", "expected the name of a type, or a list of names"),
        (member("text") + "/format", json!("email"), "", "no form for the format `email`"),
        (member("text") + "/maxLength", json!(-1), "", "expected a number from 0 to 4294967295"),
        (member("bounded") + "/maximum", json!(1.5), "", "expected an integer of 64 bits"),
        (member("text"), json!("string"), "", "expected a schema, an object"),
        (member("text"), json!({"type": "string"}), "", "needs a `description`: it becomes the documentation of the type"),
        (member("many") + "/enum", json!([]), "", "expected a list of values"),
        (member("many") + "/enum", json!(["a", 1]), "/1", "expected a string, as `type` has it"),
        (member("many") + "/enum", json!(["a", "a"]), "/1", "listed before"),
        (member("many") + "/enum", json!(["aB", "a b"]), "/..", "\"aB\" and \"a b\" would both be the variant `AB`"),
        (member("many") + "/enum", json!(["unknown"]), "/..", "no name in Rust for the value \"unknown\""),
        (member("many") + "/enum", json!(["!"]), "/..", "no name in Rust for the value \"!\""),
        (member("many") + "/const", json!("UPPER"), "/../enum", "`const` says it already"),
        (member("manyOrNull") + "/enum", json!(["a"]), "", "the type allows null, and null and another value are not both listed"),
        (member("number") + "/enum", json!([9_223_372_036_854_775_808_u64]), "/0", "expected an integer, as `type` has it"),
        (member("texts") + "/items", json!(null), "", "expected a schema, an object"),
        (member("grid") + "/items", json!({"description": "New.", "type": "object", "properties": {}}), "", "an object within another: give it a component of its own"),
        (member("camel_case"), text(json!({})), "", "another field of `Thing` is called `camel_case`"),
        (member("other"), text(json!({})), "", "another field of `Thing` is called `other`"),
        (member("self"), text(json!({})), "", "no name in Rust for the member `self`"),
        (member("7up"), text(json!({})), "", "no name in Rust for the member `7up`"),
        (member("closed") + "/$ref", json!("#/components/responses/Closed"), "", "a reference leads to #/components/schemas/NAME"),
        (member("closed") + "/$ref", json!("#/components/schemas/Nowhere"), "/..", "there is no component `Nowhere`"),
        (member("closed") + "/$ref", json!("#/components/schemas/Thing"), "/..", "`Thing` contains itself"),
        (format!("{thing}/required"), json!(["text", "nothing"]), "/1", "`nothing` is not one of the properties"),
        (format!("{thing}/required"), json!("text"), "", "expected a list of strings"),
        (format!("{thing}/properties"), json!([]), "", "an object needs `properties`"),
        (format!("{thing}/additionalProperties"), text(json!({})), "", "expected true or false"),
        ("/components/schemas/Plain/type".to_owned(), json!(["string", "null"]), "/..", "null is for members and elements, not for a component"),
        ("/components/schemas/Lonely".to_owned(), text(json!({})), "", "no operation has it in its request or answer"),
        ("/components/schemas/ThingText".to_owned(), text(json!({})), "", "no operation has it in its request or answer"),
    ];
    for (pointer, value, more, reason) in cases {
        let error = refusal(|document| *set(document, &pointer) = value.clone(), &pointer);
        assert_eq!(error.document, "openapi.yaml");
        assert_eq!((error.pointer, &*error.reason), (resolved(&pointer, more), reason), "{pointer}: {value}");
    }
}

#[test]
fn patterns_that_would_not_be_matched_are_refused() {
    for (pattern, reason) in [
        ("(?=a)", "no form for look-around and named groups"),
        ("(?<name>a)", "no form for look-around and named groups"),
        (r"\1", "no form for `\\1`"),
        (r"\s", "no form for `\\s`"),
        (r"\p{L}", "no form for `\\p`"),
        ("a+?", "no form for lazy or doubled repetition"),
        ("a**", "no form for lazy or doubled repetition"),
        ("^*", "no form for a repeated anchor"),
        ("*a", "nothing before `*` to repeat"),
        ("(a", "expected `)`"),
        ("a)", "a `)` without its `(`"),
        ("[a", "a `[` without its `]`"),
        ("[z-a]", "a range of characters from a larger to a smaller one, or to a class"),
        (r"[a-\d]", "a range of characters from a larger to a smaller one, or to a class"),
        ("a{2,1}", "a repetition's bounds are in the wrong order"),
        ("a{x}", "expected a number in `{…}`"),
        ("a{2", "expected `}`"),
        ("a{99999}", "more than 10000 repetitions"),
        ("a}", "write `\\}` for the character"),
        ("a\\", "something is missing after the last `\\`"),
    ] {
        let pointer = "/components/schemas/Name/pattern";
        let error = refusal(|document| *set(document, pointer) = json!(pattern), pattern);
        assert_eq!((&*error.pointer, &*error.reason), (pointer, reason), "{pattern}");
    }
}

#[test]
fn what_an_operation_cannot_say_is_refused() {
    let post = "/paths/~1things~1{thing_id}~1{kind}/post";
    let content = "/requestBody/content";
    let schema = "/requestBody/content/application~1json/schema";
    let parameter = "/parameters/0";
    for (pointer, value, more, reason) in [
        (content, json!({"text/plain": {}}), "/text~1plain", "no form for another media type than JSON"),
        (schema, json!({"type": "string"}), "/..", "unknown field `type`, expected `$ref`"),
        (schema, json!({"$ref": "#/components/schemas/Nowhere"}), "", "there is no component `Nowhere`"),
        (schema, json!({"$ref": "Thing"}), "", "a message is a component: #/components/schemas/NAME"),
        ("/requestBody/required", json!(false), "", "no form for a body that may be left out"),
        (
            "/responses/200",
            json!({"description": "It.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Plain"}}}}),
            "/content/application~1json/schema",
            "`Plain` is part of a request and of an answer; requests are read strictly and answers are not, so each needs \
             a component of its own",
        ),
        ("/responses/200", json!({"$ref": "other.yaml"}), "", "a reference leads to #/components/responses/NAME"),
        (
            parameter,
            json!({"name": "n", "in": "query", "required": true, "schema": {}}),
            "",
            "unknown variant `query`, expected `path`",
        ),
        (
            "/parameters/0/schema",
            json!({"description": "New.", "type": "integer"}),
            "",
            "a parameter of the path is a string",
        ),
        ("/parameters/0/name", json!("kind"), "/../../1", "another parameter of this operation is called `kind`"),
    ] {
        let pointer = format!("{post}{pointer}");
        let error = refusal(|document| *set(document, &pointer) = value.clone(), &pointer);
        assert_eq!((error.pointer, &*error.reason), (resolved(&pointer, more), reason), "{pointer}");
    }
}

#[test]
fn types_of_the_same_name_are_refused() {
    let error = refusal(
        |document| {
            *set(document, "/components/schemas/ThingText") = json!({"type": "string", "description": "New."});
            *set(document, "/components/schemas/Thing/properties/more") =
                json!({"$ref": "#/components/schemas/ThingText"});
        },
        "ThingText",
    );
    assert_eq!(error.pointer, "/components/schemas/ThingText");
    assert_eq!(
        error.reason,
        "its type would be called `ThingText`, like that of /components/schemas/Thing/properties/text"
    );
    assert_eq!(error.to_string(), format!("print openapi.yaml#{}: {}", error.pointer, error.reason));
}

fn refusal(change: impl Fn(&mut Value), what: &str) -> mixinspec_codegen::PrintError {
    let mut document = serde_json::to_value(exhaustive::document("request")).unwrap();
    change(&mut document);
    let openapi = serde_json::from_value(document).unwrap();
    match render_edition("broken", "openapi.yaml", &openapi) {
        Err(error) => error,
        Ok(_) => panic!("{what}: was printed"),
    }
}

/// The value at a pointer, whose last member need not exist yet.
fn set<'a>(document: &'a mut Value, pointer: &str) -> &'a mut Value {
    let (parent, token) = pointer.rsplit_once('/').unwrap();
    let parent = document.pointer_mut(parent).unwrap_or_else(|| panic!("no {parent}"));
    match parent {
        Value::Array(elements) => &mut elements[token.parse::<usize>().unwrap()],
        other => &mut other[token],
    }
}

/// A pointer extended by the rest of a path, in which `..` leads back.
fn resolved(pointer: &str, more: &str) -> String {
    let mut tokens: Vec<&str> = pointer.split('/').collect();
    for token in more.split('/').skip(1) {
        if token == ".." {
            tokens.pop();
        } else {
            tokens.push(token);
        }
    }
    tokens.join("/")
}
