//! Reads the header fields of every request, from the files that the command line names or from a variable.
//!
//! Their values are secrets, and no message shows them.

use std::path::PathBuf;

use mixinspec_spec::files;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use crate::problem::CommandProblem;

/// A variable with the fields, one per line, for CI systems that keep secrets in variables.
const CONTENT: &str = "MIXINSPEC_HEADERS";

/// How many bytes of a file are read at most.
const LONGEST: u64 = 1 << 20;

/// The minimum length of a value that is redacted: a shorter one occurs in other text by chance.
const TELLING: usize = 8;

/// The fields that requests have already, and why they cannot be set.
const OWN: [(&[&str], &str); 4] = [
    (&["authorization"], "it is the credential: give it with --keystore, --bearer-file or --token-command"),
    (
        &["content-type", "content-length", "transfer-encoding", "accept-encoding"],
        "it says what the body of a request is",
    ),
    (&["host", "connection", "keep-alive", "te", "trailer", "upgrade", "expect"], "it is the connection's"),
    (&["x-request-id"], "each request has one of its own"),
];

/// The fields of the files, in order, or else those of the variable.
pub(crate) fn read(files: &[PathBuf]) -> Result<HeaderMap, Box<CommandProblem>> {
    let mut fields = HeaderMap::new();
    for file in files {
        let text = files::read_to_string(file, LONGEST)
            .map_err(|error| CommandProblem::unreadable_secret("--header-file", CONTENT, file, &error))?;
        parse(&file.display().to_string(), &text, &mut fields)?;
    }
    if files.is_empty() {
        parse(&format!("${CONTENT}"), &std::env::var(CONTENT).unwrap_or_default(), &mut fields)?;
    }
    Ok(fields)
}

/// The values of fields that must not be shown.
pub(crate) fn secrets(fields: &HeaderMap) -> impl Iterator<Item = String> {
    let texts = fields.values().filter_map(|value| value.to_str().ok());
    texts.filter(|text| text.len() >= TELLING).map(str::to_owned)
}

fn parse(from: &str, text: &str, fields: &mut HeaderMap) -> Result<(), Box<CommandProblem>> {
    for (line, number) in text.lines().zip(1..) {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let bad = |reason: String| Box::new(CommandProblem::BadHeader { from: from.to_owned(), line: number, reason });
        let (name, value) = line.split_once(':').ok_or_else(|| bad("there is no colon in it".to_owned()))?;
        let name = HeaderName::try_from(name).map_err(|_| bad("what stands before the colon is no name".to_owned()))?;
        if let Some((_, why)) = OWN.iter().find(|(names, _)| names.contains(&name.as_str())) {
            return Err(bad(format!("mixinspec sets {name} itself: {why}")));
        }
        let value = HeaderValue::try_from(value.trim()).ok().filter(|value| value.to_str().is_ok());
        let mut value =
            value.ok_or_else(|| bad(format!("the value of {name} holds characters that a field cannot")))?;
        value.set_sensitive(true);
        fields.append(name, value);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_stands_in_each_line() {
        let mut fields = HeaderMap::new();
        parse("f", "# ours\nX-Key: a:b c \r\n\nx-key:second-value\n", &mut fields).expect("fields");
        let values: Vec<_> = fields.get_all("x-key").iter().map(|value| value.to_str().expect("text")).collect();
        assert_eq!(values, ["a:b c", "second-value"]);
        assert_eq!(secrets(&fields).collect::<Vec<_>>(), ["second-value"]);
    }

    #[test]
    fn what_is_no_field_is_told_by_its_line_alone() {
        for wrong in
            ["canary", "can ary: x", "Authorization: canary", "x-request-id: canary", "x: canary\u{7}", ": canary"]
        {
            let problem = parse("f", &format!("x: y\n{wrong}"), &mut HeaderMap::new()).expect_err(wrong).to_string();
            assert!(problem.contains("line 2 of f") && !problem.contains("canary"), "{problem}");
        }
    }
}
