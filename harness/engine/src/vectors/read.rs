//! Reads files of vectors, and reports problems with their places.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::Value;

use super::SCHEMAS;
use super::answer::AnswerVector;
use super::document::VectorDocument;
use crate::cel::Expression;

/// How many findings of one file are reported: a schema that does not fit breaks every vector.
pub(crate) const MOST: usize = 50;

/// A problem of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct VectorFinding {
    /// The file, in the folder.
    pub file: String,
    /// The line, where it is known.
    pub line: Option<usize>,
    /// The vector, or a JSON pointer; empty for the file as a whole.
    pub place: String,
    /// What is wrong there.
    pub problem: String,
}

impl VectorFinding {
    /// A problem with a file as a whole.
    pub(crate) fn of_file(file: &str, problem: String) -> Self {
        Self { file: file.to_owned(), line: None, place: String::new(), problem }
    }
}

impl fmt::Display for VectorFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if !self.place.is_empty() {
            write!(f, ": {}", self.place)?;
        }
        write!(f, ": {}", self.problem)
    }
}

/// Reads the answers of a file; `file` is only used in messages.
///
/// # Errors
/// The problems of the file, each with its place.
pub fn read_answers(file: &str, text: &str) -> Result<Vec<AnswerVector>, Vec<VectorFinding>> {
    let value: Value = serde_json::from_str(text).map_err(|error| {
        let problem = format!("it is no JSON: {error}");
        vec![VectorFinding { line: Some(error.line()), ..VectorFinding::of_file(file, problem) }]
    })?;
    let mut finder = Finder { file: file.to_owned(), lines: lines(text), found: Vec::new() };
    finder.schema("answers", &value);
    let document: Option<VectorDocument<AnswerVector>> = match serde_json::from_value(value) {
        Ok(document) => Some(document),
        Err(error) => {
            // The schema check has reported this with its place.
            if finder.found.is_empty() {
                finder.find("", format!("it is no file of answers: {error}"));
            }
            None
        }
    };
    let vectors = document.map(|document| document.vectors).unwrap_or_default();
    let mut ids = BTreeSet::new();
    for vector in &vectors {
        if !ids.insert(vector.id.as_str()) {
            finder.find(&vector.id, "another vector has the same id".into());
        }
        for (nth, follows) in vector.set.iter().enumerate() {
            if let Err(error) = Expression::compile(&follows.to) {
                finder.find(&vector.id, format!("/set/{nth}/to: {error}"));
            }
            let there = vector.answer.body.as_ref().is_some_and(|body| body.pointer(&follows.at).is_some());
            if !there {
                finder.find(&vector.id, format!("/set/{nth}/at: the body has nothing at `{}`", follows.at));
            }
        }
    }
    finder.found.truncate(MOST);
    if finder.found.is_empty() { Ok(vectors) } else { Err(finder.found) }
}

/// The line of every vector's id.
pub(crate) fn lines(text: &str) -> BTreeMap<String, usize> {
    let id = |(at, line): (usize, &str)| {
        let quoted = line.split_once("\"id\": ")?.1.split_once('"')?.1;
        Some((quoted.split_once('"')?.0.to_owned(), at + 1))
    };
    text.lines().enumerate().filter_map(id).collect()
}

/// Collects the findings of a file.
pub(crate) struct Finder {
    pub(crate) file: String,
    pub(crate) lines: BTreeMap<String, usize>,
    pub(crate) found: Vec<VectorFinding>,
}

impl Finder {
    pub(crate) fn find(&mut self, place: &str, problem: String) {
        let line = self.lines.get(place).copied();
        self.found.push(VectorFinding { file: self.file.clone(), line, place: place.to_owned(), problem });
    }

    /// Checks a document against the checked-in schema of its file.
    pub(crate) fn schema(&mut self, name: &str, value: &Value) {
        let path = schema_path(name);
        let text = SCHEMAS.iter().find(|(known, _)| *known == path).map_or("", |(_, text)| text);
        match serde_json::from_str(text) {
            Ok(schema) => self.against(name, &schema, value),
            Err(error) => self.find("", format!("failed to read {path}: {error}")),
        }
    }

    /// Checks a document against a schema of its file.
    pub(crate) fn against(&mut self, name: &str, schema: &Value, value: &Value) {
        let path = schema_path(name);
        match jsonschema::options().should_validate_formats(true).build(schema) {
            Ok(validator) => {
                let errors: Vec<(String, String)> = validator
                    .iter_errors(value)
                    .take(MOST)
                    .map(|error| (error.instance_path().as_str().to_owned(), error.masked().to_string()))
                    .collect();
                for (place, problem) in errors {
                    let place = named_place(value, &place);
                    self.find(&place.0, format!("{}{problem}, against {path}", place.1));
                }
            }
            Err(error) => self.find("", format!("failed to compile {path}: {}", error.masked())),
        }
    }
}

fn schema_path(name: &str) -> String {
    format!("schemas/{name}.schema.json")
}

/// The id of the vector that a pointer leads into, and the rest of the pointer, to be read before a problem.
pub(crate) fn named_place(document: &Value, pointer: &str) -> (String, String) {
    let parts: Vec<&str> = pointer.splitn(4, '/').collect();
    if let ["", "vectors", at, rest @ ..] = parts.as_slice() {
        let id = document.pointer(&format!("/vectors/{at}/id")).and_then(Value::as_str);
        if let Some(id) = id {
            return (id.to_owned(), rest.first().map(|rest| format!("/{rest}: ")).unwrap_or_default());
        }
    }
    (pointer.to_owned(), String::new())
}
