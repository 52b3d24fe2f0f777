//! Prints the files.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use mixinspec_spec::Spec;
use serde::Serialize;

use super::document::{Document, Generator, GroupVector, Omitted, UniqueVector, VERSION, Vector};
use super::layout::lay_out;
use super::{FILES, SCHEMAS, answers, flags, group, http, published, real_input, unique};
use crate::derivation::{Derivations, DeriveError, GROUP, UNIQUE};

/// What decides the files, beside the spec.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The seed of everything that looks random.
    pub seed: u64,
    /// How many vectors each file of ids has at least; where it is left out, as many as are checked in.
    pub count: Option<usize>,
    /// The files that are printed, by name; all where there are none.
    pub only: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { seed: 1, count: None, only: Vec::new() }
    }
}

/// How many pairs of users there are, where no other number is asked for.
const UNIQUE_COUNT: usize = 2048;
/// How many groups there are, where no other number is asked for.
const GROUP_COUNT: usize = 512;

/// A file that was printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its path in the folder of vectors.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// Why there are no vectors.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VectorError {
    /// There is no such file.
    #[error(
        "there is no file of vectors named `{0}`; there are unique-conversation-id, group-conversation-id, create-conversation, answers and published"
    )]
    UnknownFile(String),
    /// The spec lacks a derivation.
    #[error(transparent)]
    Derive(#[from] DeriveError),
    /// A case of the spec cannot be made.
    #[error("failed to plan edition {edition}: {reason}")]
    Plan {
        /// The edition.
        edition: String,
        /// What is wrong.
        reason: String,
    },
    /// A vector cannot be written as JSON.
    #[error("failed to write a vector: {0}")]
    Json(#[from] serde_json::Error),
}

/// The files of vectors, each with its schema; the same for the same spec and settings.
///
/// # Errors
/// When a file is asked for that there is not, or a case of the spec cannot be made.
pub fn generate(spec: &Spec, settings: &Settings) -> Result<Vec<File>, VectorError> {
    if let Some(unknown) = settings.only.iter().find(|name| !FILES.contains(&name.as_str())) {
        return Err(VectorError::UnknownFile(unknown.clone()));
    }
    let derivations = Arc::new(Derivations::new(spec.document.derivations.clone()));
    let editions: Vec<String> = spec.editions().map(str::to_owned).collect();
    let mut files = Vec::new();
    for name in FILES {
        if !settings.only.is_empty() && !settings.only.iter().any(|wanted| wanted == name) {
            continue;
        }
        let schema = format!("schemas/{name}.schema.json");
        let text =
            Printer { spec, derivations: &derivations, settings, editions: &editions, schema: &schema }.print(name)?;
        files.push(File { path: format!("{name}.json"), text });
        let schema_text = SCHEMAS.iter().find(|(path, _)| *path == schema).map_or("", |(_, text)| text);
        files.push(File { path: schema, text: schema_text.to_owned() });
    }
    Ok(files)
}

/// The vectors of ids as they are checked in, for whoever runs them here, without what near misses would give: that takes
/// longer than all the rest, and who runs vectors looks at near misses only where something is wrong.
///
/// # Errors
/// When the spec lacks a derivation.
pub(crate) fn id_vectors(spec: &Spec) -> Result<(Vec<UniqueVector>, Vec<GroupVector>), DeriveError> {
    let mut records = spec.document.derivations.clone();
    records.values_mut().for_each(|derivation| derivation.near_misses.clear());
    let derivations = Derivations::new(records);
    let seed = Settings::default().seed;
    let pairs = unique::vectors(spec, &derivations, seed, UNIQUE_COUNT, &published::pairs(spec))?;
    let groups = group::vectors(spec, &derivations, seed, GROUP_COUNT, &published::groups(spec))?;
    Ok((pairs, groups))
}

struct Printer<'a> {
    spec: &'a Spec,
    derivations: &'a Arc<Derivations>,
    settings: &'a Settings,
    editions: &'a [String],
    schema: &'a str,
}

impl Printer<'_> {
    fn print(&self, name: &str) -> Result<String, VectorError> {
        let Settings { seed, count, .. } = *self.settings;
        let counted = |usual: usize| Some(Generator { seed, count: Some(count.unwrap_or(usual)) });
        match name {
            "unique-conversation-id" => {
                let pairs = published::pairs(self.spec);
                let count = count.unwrap_or(UNIQUE_COUNT);
                let vectors = unique::vectors(self.spec, self.derivations, seed, count, &pairs)?;
                let description =
                    "Two users and the id of their conversation, with the ids that plausible mistakes give.";
                self.written(description, counted(UNIQUE_COUNT), self.mistakes(UNIQUE), Vec::new(), vectors)
            }
            "group-conversation-id" => {
                let groups = published::groups(self.spec);
                let count = count.unwrap_or(GROUP_COUNT);
                let vectors = group::vectors(self.spec, self.derivations, seed, count, &groups)?;
                let description = "Groups and their ids, with the ids that plausible mistakes give.";
                self.written(description, counted(GROUP_COUNT), self.mistakes(GROUP), Vec::new(), vectors)
            }
            "create-conversation" => {
                let (mut vectors, mut omitted) = (Vec::new(), Vec::new());
                for edition in self.editions {
                    let real = real_input::vectors(self.spec, self.derivations, edition, seed)
                        .map_err(|error| VectorError::Plan { edition: edition.clone(), reason: error.to_string() })?;
                    vectors.extend(real.into_iter().map(|(_, vector)| vector));
                    let planned = http::planned(self.spec, self.derivations, edition, seed)?;
                    vectors.extend(planned.vectors);
                    omitted.extend(planned.omitted);
                }
                let description = "Requests to POST /conversations, and whether a server accepts them. Accepted is a 2xx with an object `data` and no `error`; refused is an `error` object or a 4xx, without `data`.";
                let generator = Some(Generator { seed, count: None });
                self.written(description, generator, BTreeMap::new(), omitted, vectors)
            }
            "answers" => {
                let mut vectors = Vec::new();
                for edition in self.editions {
                    vectors.extend(answers::vectors(self.spec, edition)?);
                }
                let description = "Answers to POST /conversations, and what a client's user must get of each: the values of `data` unchanged, an error with its code and description, or an error.";
                self.written(description, None, BTreeMap::new(), Vec::new(), vectors)
            }
            _ => {
                let description = "What published SDKs and apps have in their own tests, with where it stands there.";
                self.written(description, None, BTreeMap::new(), Vec::new(), published::vectors(self.spec))
            }
        }
    }

    /// The near misses of a derivation, with what the mistake is.
    fn mistakes(&self, derivation: &str) -> BTreeMap<String, String> {
        let near_misses = self.spec.document.derivations.get(derivation).map(|derivation| &derivation.near_misses);
        near_misses.into_iter().flatten().map(|miss| (miss.name.clone(), miss.mistake.clone())).collect()
    }

    /// The editions of the requirements that the vectors are about; all, where they name none.
    fn editions_of(&self, vectors: &[impl Vector]) -> Vec<String> {
        let named: BTreeSet<&String> = vectors.iter().flat_map(Vector::requirements).collect();
        let requirements = self.spec.document.requirements.iter().filter(|one| named.contains(&one.id));
        let bound: BTreeSet<&String> = requirements.flat_map(|one| &one.editions).collect();
        let editions = self.editions.iter().filter(|edition| bound.is_empty() || bound.contains(edition));
        editions.cloned().collect()
    }

    fn written<V: Vector + Serialize>(
        &self,
        description: &str,
        generator: Option<Generator>,
        near_misses: BTreeMap<String, String>,
        omitted: Vec<Omitted>,
        vectors: Vec<V>,
    ) -> Result<String, VectorError> {
        let document = Document {
            schema: self.schema.to_owned(),
            version: VERSION,
            description: description.to_owned(),
            generator,
            editions: self.editions_of(&vectors),
            count: vectors.len(),
            flags: V::FLAGGED.then(|| flags::explained(self.spec, vectors.iter().flat_map(Vector::flags))),
            near_misses,
            omitted,
            vectors,
        };
        Ok(lay_out(&serde_json::to_string(&document)?))
    }
}
