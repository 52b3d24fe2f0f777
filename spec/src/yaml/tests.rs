//! The core schema, row by row, and what a document may hold.

use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::{YamlError, from_str};

#[track_caller]
fn reads(text: &str, expected: &Json) {
    assert_eq!(from_str::<Json>(text).as_ref(), Ok(expected), "{text}");
}

#[track_caller]
fn refuses(text: &str, reason: &str) {
    let error = from_str::<Json>(text).expect_err(text);
    assert!(error.to_string().contains(reason), "{text}: {error}");
}

#[test]
fn plain_text_has_the_types_of_the_core_schema() {
    for (text, expected) in [
        // Booleans of YAML 1.1 are texts.
        ("no", json!("no")),
        ("No", json!("No")),
        ("yes", json!("yes")),
        ("on", json!("on")),
        ("off", json!("off")),
        ("y", json!("y")),
        ("n", json!("n")),
        ("true", json!(true)),
        ("False", json!(false)),
        ("TRUE", json!(true)),
        ("tRUE", json!("tRUE")),
        ("~", Json::Null),
        ("null", Json::Null),
        ("nULL", json!("nULL")),
        ("", Json::Null),
        // Numbers of YAML 1.1 are texts, and a leading zero is no octal number.
        ("1_000", json!("1_000")),
        ("0b10", json!("0b10")),
        ("1:30", json!("1:30")),
        ("+0x10", json!("+0x10")),
        ("0X1F", json!("0X1F")),
        ("0O10", json!("0O10")),
        ("010", json!(10)),
        ("-010", json!(-10)),
        ("08", json!(8)),
        ("0o10", json!(8)),
        ("0o8", json!("0o8")),
        ("0x1F", json!(31)),
        ("+1", json!(1)),
        ("-0", json!(0)),
        ("18446744073709551615", json!(18_446_744_073_709_551_615_u64)),
        ("-9223372036854775808", json!(-9_223_372_036_854_775_808_i64)),
        ("18446744073709551616", json!(18_446_744_073_709_551_616.0)),
        (".5", json!(0.5)),
        ("5.", json!(5.0)),
        ("-.5e3", json!(-500.0)),
        ("1e3", json!(1000.0)),
        ("1E-1", json!(0.1)),
        ("1e", json!("1e")),
        (".", json!(".")),
        ("+", json!("+")),
        ("nan", json!("nan")),
        ("infinity", json!("infinity")),
        ("+.nan", json!("+.nan")),
        ("2026-11-28", json!("2026-11-28")),
        // Quotes make a text of everything.
        ("'10'", json!("10")),
        ("\"true\"", json!("true")),
        ("|\n  010\n", json!("010\n")),
        ("!!str 10", json!("10")),
        ("! 10", json!("10")),
        ("!!int '10'", json!(10)),
        ("!!float 1", json!(1)),
        ("<<: 1", json!({"<<": 1})),
        ("{200: x, no: y, ~: z}", json!({"200": "x", "no": "y", "~": "z"})),
        ("a: &it [1, {b: no}]\nc: *it", json!({"a": [1, {"b": "no"}], "c": [1, {"b": "no"}]})),
    ] {
        reads(text, &expected);
    }
}

#[test]
fn what_json_has_not_is_an_error() {
    refuses(".inf", "JSON has no such number");
    refuses("-.INF", "JSON has no such number");
    refuses(".nan", "JSON has no such number");
    refuses("1e999", "JSON has no such number");
    refuses("!!int x", "`x` is no !!int");
    refuses("!binary x", "the tag !binary");
    refuses("? [a]\n: b", "a key is a text");
    refuses("a: 1\na: 2", "`a` stands twice");
    refuses("--- a\n--- b", "a second document");
    refuses("a: &x [*x]", "alias");
    refuses(&"[".repeat(1000), "");
}

#[test]
fn aliases_of_aliases_end() {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for nth in 1..12 {
        let before = format!("*a{}, ", nth - 1).repeat(10);
        text.push_str(&format!("a{nth}: &a{nth} [{before}]\n"));
    }
    refuses(&text, "more than 500000 values");
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct Typed {
    text: Option<String>,
    number: Option<u64>,
    flag: Option<bool>,
    kind: Option<Kind>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Plain,
    Held(u64),
}

#[test]
fn no_type_is_taken_for_another() {
    let read = |text: &str| from_str::<Typed>(text);
    let typed = read("text: no\nnumber: 010\nflag: true\nkind: plain").expect("all of the types");
    assert_eq!(typed, Typed { text: Some("no".into()), number: Some(10), flag: Some(true), kind: Some(Kind::Plain) });
    assert_eq!(read("kind: {held: 1}").expect("a map of one").kind, Some(Kind::Held(1)));
    let wrong = |text: &str| -> (String, std::ops::Range<usize>) {
        let error: YamlError = read(text).expect_err(text);
        (error.to_string(), error.span())
    };
    assert_eq!(wrong("text: 10"), ("a text is needed here".into(), 6..8));
    assert_eq!(wrong("text: true"), ("a text is needed here".into(), 6..10));
    assert_eq!(wrong("number: '10'"), ("a whole number is needed here".into(), 8..12));
    assert_eq!(wrong("number: 1_000"), ("a whole number is needed here".into(), 8..13));
    assert_eq!(wrong("flag: no"), ("true or false is needed here".into(), 6..8));
    assert_eq!(wrong("flag: 'true'"), ("true or false is needed here".into(), 6..12));
    assert_eq!(wrong("kind: plane"), ("unknown value `plane`; there are: plain, held".into(), 6..11));
    assert_eq!(wrong("txt: a").1, 0..3);
    assert_eq!(wrong("[a]").0, "a map is needed here");
}
