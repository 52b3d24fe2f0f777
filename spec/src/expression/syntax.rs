//! Syntax errors of expressions, with their positions.

use std::ops::Range;

use thiserror::Error;

/// Why a text is not an expression.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("read the expression: {reason}")]
pub struct SyntaxError {
    /// The reason.
    pub reason: String,
    /// Where in the expression, in bytes.
    pub span: Range<usize>,
}

/// Only the first error counts; later ones follow from it.
pub(super) fn syntax_error(source: &str, errors: &[cel::parser::ParseError]) -> SyntaxError {
    let Some(error) = errors.first() else {
        return SyntaxError { reason: "no expression".to_owned(), span: 0..source.len() };
    };
    let (line, column) = (usize::try_from(error.pos.0).unwrap_or(1), usize::try_from(error.pos.1).unwrap_or(1));
    let start: usize = source.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let rest = source.get(start..).unwrap_or_default();
    let start = start + rest.char_indices().nth(column.saturating_sub(1)).map_or(rest.len(), |(at, _)| at);
    let message = error.msg.strip_prefix("Syntax error: ").unwrap_or(&error.msg);
    // The parser's list of all tokens that it expected does not help.
    let message = message.split(" expecting ").next().unwrap_or(message);
    let quoted = |prefix: &str| message.strip_prefix(prefix).map(|rest| rest.trim_matches('\'').trim_end());
    let (reason, len) = match (quoted("mismatched input "), quoted("extraneous input ")) {
        (Some("<EOF>"), _) => ("it ends too early".to_owned(), 0),
        (Some(token), _) | (_, Some(token)) => (format!("`{token}` cannot stand here"), token.len()),
        _ => match quoted("token recognition error at: ") {
            Some(token) => {
                let token = token.split_whitespace().next().unwrap_or(token);
                (format!("`{token}` is no part of an expression"), token.len())
            }
            None => (message.to_owned(), 1),
        },
    };
    SyntaxError { reason, span: start..(start + len).min(source.len()) }
}
