//! Faults that accept bodies that are not quite JSON, and members whose names are not quite right.

use axum::http::Method;
use serde_json::{Map, Value};

use crate::fault::Fault;
use crate::fault::edit::{crashed, participants};
use crate::fault::hook::Hook::{Body, Request, Response};
use crate::fault::hook::{BOTH, and};

pub(super) const FAULTS: &[Fault] = &[
    Fault::new(
        "body-of-any-type-crashes",
        "A body that is JSON but no object makes the server crash.",
        BOTH,
        "body-object",
        &[Response(|answer, context| {
            let other = serde_json::from_slice::<Value>(&context.body).is_ok_and(|body| !body.is_object());
            if other && context.head.method == Method::POST {
                crashed(answer);
            }
        })],
    )
    .also(&[and("no-server-error", "the crash is one"), and("body-bare", "one of its bodies is of another type")]),
    Fault::new(
        "body-cut-off-accepted",
        "A body that is cut off is read as far as it goes.",
        BOTH,
        "body-json",
        &[Body(|body| {
            if body.starts_with(b"{") && serde_json::from_slice::<Value>(body).is_err() {
                body.push(b'}');
            }
        })],
    ),
    Fault::new(
        "body-of-a-form-accepted",
        "A body that is a form creates a GROUP of the caller alone.",
        BOTH,
        "body-json",
        &[Body(|body| {
            if let Some(id) =
                std::str::from_utf8(body).ok().and_then(|text| text.strip_prefix("category=GROUP&conversation_id="))
            {
                *body = format!(r#"{{"category":"GROUP","conversation_id":"{id}","participants":[]}}"#).into_bytes();
            }
        })],
    ),
    // A request that is wrapped in something else.
    Fault::new(
        "list-of-one-accepted",
        "A list of one object is taken for the object.",
        BOTH,
        "body-bare",
        &[Body(|body| {
            if let Ok(Value::Array(list)) = serde_json::from_slice(body)
                && let [one @ Value::Object(_)] = list.as_slice()
            {
                *body = one.to_string().into_bytes();
            }
        })],
    ),
    Fault::new(
        "json-in-a-string-accepted",
        "A JSON string that holds an object is taken for the object.",
        BOTH,
        "body-bare",
        &[Body(|body| {
            if let Ok(Value::String(text)) = serde_json::from_slice(body) {
                *body = text.into_bytes();
            }
        })],
    ),
    // UTF-8.
    Fault::new(
        "body-not-utf8-accepted",
        "Bytes that are not UTF-8 are left out.",
        BOTH,
        "body-utf8",
        &[Body(|body| {
            if std::str::from_utf8(body).is_err() {
                *body = String::from_utf8_lossy(body).replace('\u{fffd}', "").into_bytes();
            }
        })],
    ),
    Fault::new(
        "body-with-replacements",
        "Bytes that are not UTF-8 become replacement characters.",
        BOTH,
        "body-utf8",
        &[Body(|body| replaced(body, |text| text))],
    ),
    Fault::new(
        "body-as-latin1",
        "A body that is not UTF-8 is read as Latin-1.",
        BOTH,
        "body-utf8",
        &[Body(|body| {
            if std::str::from_utf8(body).is_err() {
                *body = body.iter().copied().map(char::from).collect::<String>().into_bytes();
            }
        })],
    ),
    Fault::new(
        "body-as-utf16",
        "A body in UTF-16 is read as that.",
        BOTH,
        "body-utf8",
        &[Body(|body| {
            if body.get(1) == Some(&0) {
                let units: Vec<u16> = body
                    .chunks(2)
                    .map(|pair| u16::from_le_bytes([pair[0], pair.get(1).copied().unwrap_or(0)]))
                    .collect();
                *body = String::from_utf16_lossy(&units).into_bytes();
            } else if body.first() == Some(&0) {
                let units: Vec<u16> = body
                    .chunks(2)
                    .map(|pair| u16::from_be_bytes([pair[0], pair.get(1).copied().unwrap_or(0)]))
                    .collect();
                *body = String::from_utf16_lossy(&units).into_bytes();
            }
        })],
    ),
    Fault::new(
        "body-with-surrogates-in-utf8",
        "Surrogates that are written in UTF-8, as Java and MySQL write them, are read as pairs.",
        BOTH,
        "body-utf8",
        &[Body(|body| {
            for at in 0..body.len().saturating_sub(5) {
                if body[at] == 0xed && body[at + 1] >= 0xa0 && body[at + 3] == 0xed && body[at + 4] >= 0xb0 {
                    body.splice(at..at + 6, "😀".bytes());
                    break;
                }
            }
        })],
    ),
    Fault::new(
        "body-with-overlong-characters",
        "A slash that is written with two bytes is read as one.",
        BOTH,
        "body-utf8",
        &[Body(|body| {
            if let Some(at) = body.windows(2).position(|pair| pair == b"\xc0\xaf") {
                body.splice(at..at + 2, *b"/");
            }
        })],
    ),
    // Text that is almost JSON.
    Fault::new(
        "body-with-trailing-comma",
        "A comma before the end of an object is overlooked.",
        BOTH,
        "body-strict-json",
        &[Body(|body| mend(body, |text| text.replace(",}", "}")))],
    ),
    Fault::new(
        "body-with-comma-in-a-list",
        "A comma before the end of a list is overlooked.",
        BOTH,
        "body-strict-json",
        &[Body(|body| mend(body, |text| text.replace(",]", "]")))],
    ),
    Fault::new(
        "body-with-more-after",
        "What follows the JSON of a body is not looked at.",
        BOTH,
        "body-strict-json",
        &[Body(|body| mend(body, first_text))],
    ),
    Fault::new(
        "body-with-comments",
        "Comments in a body are skipped.",
        BOTH,
        "body-strict-json",
        &[Body(|body| mend(body, without_comments))],
    ),
    Fault::new(
        "body-with-nan",
        "NaN and Infinity are numbers, as in Python.",
        BOTH,
        "body-strict-json",
        &[Body(|body| {
            mend(body, |text| text.replace("NaN", "null").replace("-Infinity", "null").replace("Infinity", "null"))
        })],
    ),
    Fault::new(
        "body-with-leading-zeros",
        "A number may begin with zeros.",
        BOTH,
        "body-strict-json",
        &[Body(|body| mend(body, |text| text.replace(":007", ":7")))],
    ),
    Fault::new(
        "body-with-bare-names",
        "The name of a member needs no quotes.",
        BOTH,
        "body-strict-json",
        &[Body(|body| mend(body, |text| text.replace(",mixinspec_note:", ",\"mixinspec_note\":")))],
    ),
    Fault::new(
        "body-with-single-quotes",
        "Texts may stand in single quotes.",
        BOTH,
        "body-strict-json",
        &[Body(|body| mend(body, |text| text.replace('\'', "\"")))],
    ),
    Fault::new(
        "body-with-python-literals",
        "None, True and False are values, as in Python.",
        BOTH,
        "body-strict-json",
        &[Body(|body| {
            mend(body, |text| text.replace(":None", ":null").replace(":True", ":true").replace(":False", ":false"))
        })],
    ),
    Fault::new(
        "body-with-raw-control-characters",
        "Control characters may stand in a text as they are.",
        BOTH,
        "body-strict-json",
        &[Body(|body| mend(body, |text| text.replace('\n', "\\n").replace('\0', "\\u0000")))],
    ),
    Fault::new(
        "body-with-other-escapes",
        "A character may be escaped as in C.",
        BOTH,
        "body-strict-json",
        &[Body(|body| mend(body, |text| text.replace("\\x41", "A")))],
    ),
    // Names of members.
    Fault::new(
        "member-names-in-any-case",
        "The names of members may be written in any case.",
        BOTH,
        "member-names-exact",
        &[Request(|request, _| {
            renamed(request, |name| name.to_lowercase());
            Ok(())
        })],
    ),
    Fault::new(
        "member-names-in-camel-case",
        "The names of members may be written in camel case.",
        BOTH,
        "member-names-exact",
        &[Request(|request, _| {
            renamed(request, snake);
            Ok(())
        })],
    ),
    Fault::new(
        "category-name-in-any-case",
        "The name of the category may be written in any case.",
        BOTH,
        "member-names-exact",
        &[Request(|request, _| {
            renamed(request, |name| {
                if name.eq_ignore_ascii_case("category") { "category".to_owned() } else { name.to_owned() }
            });
            Ok(())
        })],
    ),
];

/// Replaces a body that is not JSON by the result of `change`, if that is JSON.
fn mend(body: &mut Vec<u8>, change: impl Fn(&str) -> String) {
    if serde_json::from_slice::<Value>(body).is_ok() {
        return;
    }
    if let Some(mended) = std::str::from_utf8(body).ok().map(change).filter(|text| is_json(text)) {
        *body = mended.into_bytes();
    }
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<Value>(text).is_ok()
}

/// Decodes a body that is not UTF-8 with replacement characters, and applies `change`.
fn replaced(body: &mut Vec<u8>, change: impl Fn(String) -> String) {
    if std::str::from_utf8(body).is_err() {
        *body = change(String::from_utf8_lossy(body).into_owned()).into_bytes();
    }
}

/// The first JSON text of several.
fn first_text(text: &str) -> String {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    match values.next() {
        Some(Ok(_)) => text[..values.byte_offset()].to_owned(),
        _ => text.to_owned(),
    }
}

fn without_comments(text: &str) -> String {
    let (before, rest) = match text.split_once("/*") {
        Some((before, rest)) => (before, rest.split_once("*/").map_or("", |(_, after)| after)),
        None => match text.split_once("//") {
            Some((before, rest)) => (before, rest.split_once('\n').map_or("", |(_, after)| after)),
            None => (text, ""),
        },
    };
    format!("{before}{rest}")
}

/// Renames the members of a request and of its participants.
fn renamed(request: &mut Map<String, Value>, name: impl Fn(&str) -> String) {
    let rename = |object: &mut Map<String, Value>| {
        *object = std::mem::take(object).into_iter().map(|(old, value)| (name(&old), value)).collect();
    };
    rename(request);
    participants(request).into_iter().flatten().filter_map(Value::as_object_mut).for_each(rename);
}

fn snake(name: &str) -> String {
    match name {
        "conversationId" => "conversation_id".to_owned(),
        "userId" => "user_id".to_owned(),
        other => other.to_owned(),
    }
}
