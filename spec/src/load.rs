//! The loader: reads the documents, and returns a [`Spec`] or all findings.
//!
//! The documents come from this crate ([`Spec::embedded`]) or from a folder ([`Spec::load`]); nothing is fetched.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::embedded;
use crate::files;
use crate::findings::{File, SpecErrors, SpecFinding};
use crate::lint;
use crate::model::{Document, Inputs, Level, OpenApi, Reading, Requirement};
use crate::names;
use crate::places::{Place, Places};
use crate::pointer;
use crate::problems::Problem;
use crate::yaml::{self, YamlErrorKind};

/// The document that names all others.
pub(crate) const REQUIREMENTS: &str = "requirements.yaml";

// Optional documents: a spec without them has no such vectors.

/// The flags of vectors.
pub(crate) const FLAGS: &str = "inputs/flags.yaml";
/// The published results.
pub(crate) const PUBLISHED: &str = "inputs/published.yaml";
/// The real requests.
pub(crate) const REAL_REQUESTS: &str = "inputs/real-requests.yaml";

/// How much of a document is read, in bytes.
const LONGEST: u64 = 16 << 20;

/// The spec: its documents, read and linted.
#[derive(Debug)]
pub struct Spec {
    /// `requirements.yaml`.
    pub document: Document,
    /// The documents in `inputs/`, as far as they are there.
    pub inputs: Inputs,
    /// The OpenAPI document of each edition.
    pub openapi: BTreeMap<String, OpenApi>,
    /// The text of each source.
    pub sources: BTreeMap<String, String>,
    /// SHA-256 over all documents, in hexadecimal: which spec this is.
    pub hash: String,
    /// The documents as they were read, by path.
    pub files: BTreeMap<String, File>,
    /// The OpenAPI documents as JSON, by edition, in which pointers are resolved.
    pub(crate) json: BTreeMap<String, Value>,
}

impl Spec {
    /// The spec that this crate carries.
    ///
    /// # Errors
    /// All findings; a test makes sure that there are none.
    pub fn embedded() -> Result<Self, SpecErrors> {
        Self::read("spec", embedded::read)
    }

    /// The spec in a folder that has the same files.
    ///
    /// # Errors
    /// All findings in its documents.
    pub fn load(folder: &Path) -> Result<Self, SpecErrors> {
        Self::read(&folder.display().to_string(), |path| files::read_to_string(&folder.join(path), LONGEST))
    }

    /// Reads and lints the documents that `read` returns by path. A document in `inputs/` may be missing: then `read`
    /// returns [`io::ErrorKind::NotFound`].
    ///
    /// # Errors
    /// All findings in the documents.
    pub fn read(folder: &str, read: impl Fn(&str) -> io::Result<String>) -> Result<Self, SpecErrors> {
        let mut loader = Loader { folder, read, files: BTreeMap::new(), findings: Vec::new() };
        let spec = loader.load();
        match spec {
            Some(spec) if loader.findings.is_empty() => {
                let findings = lint::findings(&spec);
                if findings.is_empty() { Ok(spec) } else { Err(SpecErrors::new(findings)) }
            }
            _ => Err(SpecErrors::new(loader.findings)),
        }
    }

    /// The names of the editions, oldest first.
    pub fn editions(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.document.editions.keys().map(String::as_str)
    }

    /// The requirements of an edition, in the order of the document.
    pub fn requirements(&self, edition: &str) -> impl Iterator<Item = &Requirement> {
        self.document.requirements.iter().filter(move |requirement| requirement.editions.iter().any(|e| e == edition))
    }

    /// The readings of an edition, in the order of the document.
    pub fn readings(&self, edition: &str) -> impl Iterator<Item = &Reading> {
        self.document.readings.iter().filter(move |reading| reading.editions.iter().any(|e| e == edition))
    }

    /// The ids of the requirements, then those of the readings.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        let requirements = self.document.requirements.iter().map(|requirement| requirement.id.as_str());
        requirements.chain(self.document.readings.iter().map(|reading| reading.id.as_str()))
    }

    /// The requirement of an id.
    #[must_use]
    pub fn requirement(&self, id: &str) -> Option<&Requirement> {
        self.document.requirements.iter().find(|requirement| requirement.id == id)
    }

    /// The reading of an id.
    #[must_use]
    pub fn reading(&self, id: &str) -> Option<&Reading> {
        self.document.readings.iter().find(|reading| reading.id == id)
    }

    /// The level of a requirement in an edition; `None` if it does not belong to it.
    #[must_use]
    pub fn level(&self, requirement: &Requirement, edition: &str) -> Option<Level> {
        requirement.editions.iter().any(|e| e == edition).then(|| requirement.level.in_edition(edition)).flatten()
    }

    /// The value at a pointer in the OpenAPI document of an edition.
    #[must_use]
    pub fn schema(&self, edition: &str, pointer: &str) -> Option<&Value> {
        pointer::resolve(self.json.get(edition)?, pointer)
    }

    /// The path of an edition's OpenAPI document.
    pub(crate) fn openapi_path(&self, edition: &str) -> &str {
        self.document.editions.get(edition).map_or("", |edition| &edition.openapi)
    }
}

struct Loader<'a, R> {
    folder: &'a str,
    read: R,
    files: BTreeMap<String, File>,
    findings: Vec<SpecFinding>,
}

impl<R: Fn(&str) -> io::Result<String>> Loader<'_, R> {
    fn load(&mut self) -> Option<Spec> {
        let requirements = self.file(REQUIREMENTS, None)?;
        let document: Document = self.yaml(&requirements)?;
        let mut openapi = BTreeMap::new();
        let mut json = BTreeMap::new();
        for (name, edition) in &document.editions {
            let pointer = pointer::join(&pointer::join("/editions", name), "openapi");
            let Some(file) = self.file(&edition.openapi, Some((&requirements, &pointer))) else { continue };
            let Some(value) = self.yaml::<Value>(&file) else { continue };
            // Deserializing JSON is much faster than YAML. Only after a failure the YAML is read again, for its place.
            let typed = serde_json::from_value(value.clone()).ok().or_else(|| self.yaml(&file));
            if let Some(typed) = typed {
                openapi.insert(name.clone(), typed);
                json.insert(name.clone(), value);
            }
        }
        let mut sources = BTreeMap::new();
        for (name, source) in &document.sources {
            let pointer = pointer::join(&pointer::join("/sources", name), "file");
            if let Some(file) = self.file(&source.file, Some((&requirements, &pointer))) {
                sources.insert(name.clone(), file.text.to_string());
            }
        }
        let inputs = Inputs {
            flags: self.optional(FLAGS).unwrap_or_default(),
            published: self.optional(PUBLISHED).unwrap_or_default(),
            real: self.optional(REAL_REQUESTS).unwrap_or_default(),
        };
        let files = std::mem::take(&mut self.files);
        Some(Spec { document, inputs, openapi, sources, hash: hash(&files), files, json })
    }

    /// Reads a document to which nothing refers, and which may be missing.
    fn optional<T: DeserializeOwned>(&mut self, path: &str) -> Option<T> {
        let read = (self.read)(path);
        if read.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
            return None;
        }
        let file = self.taken(path, read, None)?;
        self.yaml(&file)
    }

    fn file(&mut self, path: &str, named: Option<(&File, &str)>) -> Option<File> {
        let read = (self.read)(path);
        self.taken(path, read, named)
    }

    fn taken(&mut self, path: &str, read: io::Result<String>, named: Option<(&File, &str)>) -> Option<File> {
        match read {
            Ok(text) => {
                let file = File::new(self.folder, path, &text);
                self.files.insert(path.to_owned(), file.clone());
                Some(file)
            }
            Err(error) => {
                let reason = error.to_string();
                let todo = format!("put the file at {}/{path}, or name another", self.folder);
                let problem = Problem::UnreadableFile { path: path.to_owned(), reason, todo };
                let place = named.and_then(|(file, at)| Some((file, Places::read(&file.text).ok()?.value(at))));
                self.findings.push(match place {
                    Some((file, place)) => SpecFinding::new(problem, file, place),
                    None => SpecFinding::of_file(problem, &format!("{}/{path}", self.folder)),
                });
                None
            }
        }
    }

    fn yaml<T: DeserializeOwned>(&mut self, file: &File) -> Option<T> {
        match yaml::from_str(&file.text) {
            Ok(value) => Some(value),
            Err(error) => {
                let place = Place::of_span(&file.text, error.span());
                self.findings.push(SpecFinding::new(problem(error.kind(), &file.path), file, place));
                None
            }
        }
    }
}

/// The problem for an error of reading a document.
fn problem(kind: &YamlErrorKind, path: &str) -> Problem {
    match kind {
        YamlErrorKind::Syntax(reason) => Problem::YamlSyntax { reason: reason.clone() },
        YamlErrorKind::DuplicateKey(name) => Problem::DuplicateKey { name: name.clone() },
        YamlErrorKind::UnknownMember { name, known } => {
            Problem::UnknownMember { name: name.clone(), todo: names::advice(name, known.iter().copied()) }
        }
        YamlErrorKind::UnknownValue { value, known } => {
            let todo = names::advice(value, known.iter().copied());
            Problem::WrongValue { reason: format!("unknown value `{value}`"), todo }
        }
        YamlErrorKind::MissingMember(name) => Problem::MissingMember { name: (*name).to_owned() },
        YamlErrorKind::WrongType(_) | YamlErrorKind::Other(_) => {
            let schema = match path {
                FLAGS => "inputs/flags.schema.json",
                PUBLISHED => "inputs/published.schema.json",
                REAL_REQUESTS => "inputs/real-requests.schema.json",
                _ => "requirements.schema.json",
            };
            let todo = format!("{schema} says which type each member has; an editor can check it as you write");
            Problem::WrongValue { reason: kind.to_string(), todo }
        }
    }
}

/// SHA-256 over paths and texts, sorted by path; each part follows its length, so that parts cannot run together.
fn hash(files: &BTreeMap<String, File>) -> String {
    let mut sha = Sha256::new();
    for (path, file) in files {
        for part in [path.as_str(), &*file.text] {
            sha.update((part.len() as u64).to_be_bytes());
            sha.update(part.as_bytes());
        }
    }
    sha.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
