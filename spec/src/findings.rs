//! What can be wrong with the spec documents, and how it is told: file, line, column, and what to do.
//!
//! A [`Problem`] is what is wrong, a [`Finding`] is a problem at a place. Nothing here looks for problems; the lint
//! does.

use std::fmt;
use std::sync::Arc;

use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode};
use thiserror::Error;

use crate::places::Place;

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Error, Diagnostic)]
#[non_exhaustive]
pub enum Problem {
    /// A document that cannot be read.
    #[error("cannot read {path}: {reason}")]
    #[diagnostic(code(spec::unreadable_file), help("{todo}"))]
    UnreadableFile {
        /// The path, relative to the spec's folder.
        path: String,
        /// Why.
        reason: String,
        /// What to do.
        todo: String,
    },
    /// Text that is no YAML.
    #[error("not YAML: {reason}")]
    #[diagnostic(
        code(spec::yaml_syntax),
        help(
            "look at this line and at the one before it: indentation, an unclosed bracket or quote, a `:` in plain text"
        )
    )]
    YamlSyntax {
        /// What the reader says.
        reason: String,
    },
    /// A member that the format does not know.
    #[error("unknown member `{name}`")]
    #[diagnostic(code(spec::unknown_member), help("{todo}"))]
    UnknownMember {
        /// Its name.
        name: String,
        /// What to do.
        todo: String,
    },
    /// A member that has to be there.
    #[error("the member `{name}` is missing")]
    #[diagnostic(code(spec::missing_member), help("add `{name}:` here"))]
    MissingMember {
        /// Its name.
        name: String,
    },
    /// The same key twice in a map.
    #[error("`{name}` stands twice")]
    #[diagnostic(code(spec::duplicate_key), help("keep one of the two"))]
    DuplicateKey {
        /// The key.
        name: String,
    },
    /// A value of another type, or outside a closed list.
    #[error("{reason}")]
    #[diagnostic(code(spec::wrong_value), help("{todo}"))]
    WrongValue {
        /// What the reader says.
        reason: String,
        /// What to do.
        todo: String,
    },
    /// A JSON Schema keyword outside the closed list.
    #[error("unknown keyword `{name}` at {pointer}")]
    #[diagnostic(code(spec::unknown_keyword), help("{todo}"))]
    UnknownKeyword {
        /// The keyword.
        name: String,
        /// Where, as a pointer into the document.
        pointer: String,
        /// What to do.
        todo: String,
    },
    /// A pointer that leads nowhere.
    #[error("{pointer} leads nowhere in {document}")]
    #[diagnostic(code(spec::dangling_pointer), help("{todo}"))]
    DanglingPointer {
        /// The pointer.
        pointer: String,
        /// The document that it points into.
        document: String,
        /// What to do.
        todo: String,
    },
    /// A constraint that more than one requirement or reading names.
    #[error("the constraint {pointer} has {} owners: {}", owners.len(), owners.join(", "))]
    #[diagnostic(
        code(spec::several_owners),
        help("leave it to one of them; a pointer to a schema stands for every constraint in it")
    )]
    SeveralOwners {
        /// The constraint.
        pointer: String,
        /// Who names it, and where.
        owners: Vec<String>,
    },
    /// A claim on something that restricts nothing.
    #[error("{pointer} is no constraint of {document}")]
    #[diagnostic(
        code(spec::owns_nothing),
        help("name a keyword that restricts a body, an element of `required`, or a schema that has one")
    )]
    OwnsNothing {
        /// The pointer.
        pointer: String,
        /// The document that it points into.
        document: String,
    },
    /// A schema that requests and answers share.
    #[error("{pointer} restricts requests and answers alike")]
    #[diagnostic(
        code(spec::both_directions),
        help("write one schema for requests and one for answers: they are checked in different ways")
    )]
    BothDirections {
        /// The constraint.
        pointer: String,
    },
    /// A schema that is not part of any body.
    #[error("no body contains the schema {name}")]
    #[diagnostic(code(spec::unreached_schema), help("refer to it, or remove it: what it demands is never checked"))]
    UnreachedSchema {
        /// Its name.
        name: String,
    },
}

impl Problem {
    /// What stands under the offending text.
    fn label(&self) -> &'static str {
        match self {
            Self::UnreadableFile { .. } => "named here",
            Self::YamlSyntax { .. } => "the reader stops here",
            Self::UnknownMember { .. } | Self::UnknownKeyword { .. } => "not known",
            Self::MissingMember { .. } => "in this",
            Self::DuplicateKey { .. } => "again",
            Self::WrongValue { .. } => "not one of the values allowed",
            Self::DanglingPointer { .. } => "leads nowhere",
            Self::SeveralOwners { .. } => "claimed more than once",
            Self::OwnsNothing { .. } => "restricts nothing",
            Self::BothDirections { .. } => "in both directions",
            Self::UnreachedSchema { .. } => "not referred to",
        }
    }
}

/// A problem at a place in a file.
#[derive(Debug, Clone)]
pub struct Finding {
    problem: Problem,
    file: Arc<NamedSource<Arc<str>>>,
    place: Option<Place>,
}

impl Finding {
    pub(crate) fn new(problem: Problem, file: &File, place: Place) -> Self {
        Self { problem, file: Arc::clone(&file.source), place: Some(place) }
    }

    /// A problem with a file as a whole.
    pub(crate) fn of_file(problem: Problem, name: &str) -> Self {
        Self { problem, file: Arc::new(NamedSource::new(name, Arc::from(""))), place: None }
    }

    /// What is wrong.
    #[must_use]
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// The file's name.
    #[must_use]
    pub fn file(&self) -> &str {
        self.file.name()
    }

    /// The place in the file; `None` where the finding is about the whole of it.
    #[must_use]
    pub fn place(&self) -> Option<&Place> {
        self.place.as_ref()
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.problem.fmt(f)
    }
}

impl std::error::Error for Finding {}

impl Diagnostic for Finding {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.problem.code()
    }
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.problem.help()
    }
    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.place.as_ref().map(|_| &*self.file as &dyn SourceCode)
    }
    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let place = self.place.as_ref()?;
        let label = LabeledSpan::new_primary_with_span(Some(self.problem.label().to_owned()), place.span.clone());
        Some(Box::new(std::iter::once(label)))
    }
}

/// A document with its name, for findings.
#[derive(Debug, Clone)]
pub struct File {
    /// Its path, relative to the spec's folder.
    pub path: String,
    /// Its text.
    pub text: Arc<str>,
    source: Arc<NamedSource<Arc<str>>>,
}

impl File {
    pub(crate) fn new(folder: &str, path: &str, text: &str) -> Self {
        let text: Arc<str> = Arc::from(text);
        let name = format!("{folder}/{path}");
        Self {
            path: path.to_owned(),
            text: Arc::clone(&text),
            source: Arc::new(NamedSource::new(name, text).with_language("yaml")),
        }
    }

    /// Its path as a person would type it: with the spec's folder.
    #[must_use]
    pub fn name(&self) -> &str {
        self.source.name()
    }
}

/// Everything that is wrong with a spec.
#[derive(Debug, Clone, Error)]
#[error("load the spec: {} found in its documents", count(.findings.len()))]
pub struct SpecErrors {
    /// The findings, by file and place.
    pub findings: Vec<Finding>,
}

impl SpecErrors {
    pub(crate) fn new(mut findings: Vec<Finding>) -> Self {
        findings.sort_by(|a, b| {
            let start = |finding: &Finding| finding.place.as_ref().map_or(0, |place| place.span.start);
            (a.file(), start(a)).cmp(&(b.file(), start(b)))
        });
        Self { findings }
    }
}

impl Diagnostic for SpecErrors {
    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        Some(Box::new(self.findings.iter().map(|finding| finding as &dyn Diagnostic)))
    }
}

fn count(findings: usize) -> String {
    match findings {
        1 => "one mistake".to_owned(),
        n => format!("{n} mistakes"),
    }
}
