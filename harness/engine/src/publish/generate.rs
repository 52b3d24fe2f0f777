//! Prints the files of vectors from the spec's derivations, its data and the plan.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use mixinspec_spec::Spec;
use serde::Serialize;

use super::layout::lay_out;
use super::{VectorError, answers, requests};
use crate::identity::derivation::Derivations;
use crate::vectors::document::{GeneratedFrom, Omitted, VERSION, Vector, VectorDocument};
use crate::vectors::ids::{DERIVED_COUNT, GROUP_COUNT, UNIQUE_COUNT};
use crate::vectors::{self, GROUP, SCHEMAS, UNIQUE, derived, flags, group, published, real_input, unique};

/// The settings that, together with the spec, determine the files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The seed of everything that looks random.
    pub seed: u64,
    /// The minimum number of vectors in each file of ids; by default, as many as are checked in.
    pub count: Option<usize>,
    /// The names of the files to print; empty means all.
    pub only: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { seed: 1, count: None, only: Vec::new() }
    }
}

/// A file that was printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedFile {
    /// Its path in the folder of vectors.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// The files of vectors, each with its schema; the same for the same spec and settings.
///
/// # Errors
/// If `settings.only` names an unknown file, or a case of the spec cannot be made.
pub fn generate(spec: &Spec, settings: &Settings) -> Result<Vec<PrintedFile>, VectorError> {
    let names = vectors::files(spec);
    if let Some(unknown) = settings.only.iter().find(|name| !names.contains(name)) {
        return Err(VectorError::UnknownFile { name: unknown.clone(), known: names.join(", ") });
    }
    let derivations = Arc::new(Derivations::new(spec.document.derivations.clone()));
    let editions: Vec<String> = spec.editions().map(str::to_owned).collect();
    let mut files = Vec::new();
    for name in &names {
        if !settings.only.is_empty() && !settings.only.contains(name) {
            continue;
        }
        let schema = format!("schemas/{name}.schema.json");
        let text =
            Printer { spec, derivations: &derivations, settings, editions: &editions, schema: &schema }.print(name)?;
        files.push(PrintedFile { path: format!("{name}.json"), text });
        let text = match SCHEMAS.iter().find(|(path, _)| *path == schema) {
            Some((_, text)) => (*text).to_owned(),
            None => serde_json::to_string_pretty(&derived::schema(spec, &derived::derivation(name)))? + "\n",
        };
        files.push(PrintedFile { path: schema, text });
    }
    Ok(files)
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
        let counted = |usual: usize| Some(GeneratedFrom { seed, count: Some(count.unwrap_or(usual)) });
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
                    let planned = requests::planned(self.spec, self.derivations, edition, seed)?;
                    vectors.extend(planned.vectors);
                    omitted.extend(planned.omitted);
                }
                let description = "Requests to POST /conversations, and whether a server accepts them. Accepted is a 2xx with an object `data` and no `error`; refused is an `error` object or a 4xx, without `data`.";
                let generator = Some(GeneratedFrom { seed, count: None });
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
            "published" => {
                let description = "What published SDKs and apps have in their own tests, with where it stands there.";
                self.written(description, None, BTreeMap::new(), Vec::new(), published::vectors(self.spec))
            }
            other => {
                let name = derived::derivation(other);
                let count = count.unwrap_or(DERIVED_COUNT);
                let vectors = derived::vectors(self.spec, self.derivations, &name, seed, count)?;
                let description = format!("Arguments of {name} and what it gives, with what plausible mistakes give.");
                self.written(&description, counted(DERIVED_COUNT), self.mistakes(&name), Vec::new(), vectors)
            }
        }
    }

    /// The near misses of a derivation, each with its mistake.
    fn mistakes(&self, derivation: &str) -> BTreeMap<String, String> {
        let near_misses = self.spec.document.derivations.get(derivation).map(|derivation| &derivation.near_misses);
        near_misses.into_iter().flatten().map(|miss| (miss.name.clone(), miss.mistake.clone())).collect()
    }

    /// The editions of the requirements that the vectors name; all editions, if they name none.
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
        generator: Option<GeneratedFrom>,
        near_misses: BTreeMap<String, String>,
        omitted: Vec<Omitted>,
        vectors: Vec<V>,
    ) -> Result<String, VectorError> {
        let document = VectorDocument {
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
