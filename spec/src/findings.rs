//! Findings in the spec documents: a problem with file, line, column, and what to do.
//!
//! A [`SpecFinding`] is a [`Problem`] at a place. The lint finds them; this module only represents them.

use std::fmt;
use std::sync::Arc;

use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode};
use thiserror::Error;

use crate::places::Place;
use crate::problems::Problem;

/// A problem at a place in a file.
#[derive(Debug, Clone)]
pub struct SpecFinding {
    problem: Problem,
    file: Arc<NamedSource<Arc<str>>>,
    place: Option<Place>,
}

impl SpecFinding {
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

    /// The place in the file; `None` if the finding is about the whole file.
    #[must_use]
    pub fn place(&self) -> Option<&Place> {
        self.place.as_ref()
    }
}

impl fmt::Display for SpecFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.problem.fmt(f)
    }
}

impl std::error::Error for SpecFinding {}

impl Diagnostic for SpecFinding {
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

/// A document of the spec, as findings show it.
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

/// All findings of a spec that cannot be loaded.
#[derive(Debug, Clone, Error)]
#[error("load the spec: {} found in its documents", count(.findings.len()))]
pub struct SpecErrors {
    /// The findings, by file and place.
    pub findings: Vec<SpecFinding>,
}

impl SpecErrors {
    pub(crate) fn new(mut findings: Vec<SpecFinding>) -> Self {
        findings.sort_by(|a, b| {
            let start = |finding: &SpecFinding| finding.place.as_ref().map_or(0, |place| place.span.start);
            (a.file(), start(a)).cmp(&(b.file(), start(b)))
        });
        // A mistake that shows in both editions is one.
        findings.dedup_by(|a, b| a.problem == b.problem && a.place == b.place && a.file() == b.file());
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
