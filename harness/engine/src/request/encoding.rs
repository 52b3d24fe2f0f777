//! Ways to write the same JSON text.

use mixinspec_spec::model::BodyEncoding;
use serde_json::Value;

/// A document as bytes, in one of the ways to write the same JSON text.
#[must_use]
pub fn written(document: &Value, encoding: Option<BodyEncoding>) -> Vec<u8> {
    match encoding {
        None | Some(BodyEncoding::Chunked | BodyEncoding::InParts) => document.to_string().into_bytes(),
        Some(encoding) => {
            let mut out = String::new();
            write(document, encoding, &mut out);
            out.into_bytes()
        }
    }
}

fn write(value: &Value, encoding: BodyEncoding, out: &mut String) {
    let space = if encoding == BodyEncoding::Spaced { " \r\n\t" } else { "" };
    match value {
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at > 0 { "," } else { "" });
                out.push_str(space);
                write(item, encoding, out);
                out.push_str(space);
            }
            out.push(']');
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            if encoding == BodyEncoding::Reordered {
                members.reverse();
            }
            out.push('{');
            for (at, (name, value)) in members.into_iter().enumerate() {
                out.push_str(if at > 0 { "," } else { "" });
                out.push_str(space);
                write_text(name, encoding, out);
                out.push_str(space);
                out.push(':');
                out.push_str(space);
                write(value, encoding, out);
                out.push_str(space);
            }
            out.push('}');
        }
        Value::String(text) => write_text(text, encoding, out),
        other => out.push_str(&other.to_string()),
    }
}

fn write_text(text: &str, encoding: BodyEncoding, out: &mut String) {
    if encoding == BodyEncoding::Escaped {
        out.push('"');
        for unit in text.encode_utf16() {
            out.push_str(&format!("\\u{unit:04x}"));
        }
        out.push('"');
    } else {
        out.push_str(&Value::from(text).to_string());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_writing_is_the_same_json() {
        let document = json!({"b": [1, {"x": "é😀\"\u{0}"}, null], "a": {}});
        for encoding in [BodyEncoding::Spaced, BodyEncoding::Reordered, BodyEncoding::Escaped, BodyEncoding::Chunked] {
            let bytes = written(&document, Some(encoding));
            assert_eq!(serde_json::from_slice::<Value>(&bytes).ok(), Some(document.clone()), "{encoding:?}");
        }
        let plain = written(&document, None);
        assert_ne!(written(&document, Some(BodyEncoding::Reordered)), plain);
        assert_ne!(written(&document, Some(BodyEncoding::Escaped)), plain);
    }
}
