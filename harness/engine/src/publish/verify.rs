//! Checks a folder of vectors: every file against its schema, and every expectation computed again.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use mixinspec_spec::model::{HowMade, OtherFunction};
use mixinspec_spec::{Spec, files};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::answers;
use crate::identity::derivation::{Argument, Derivations, DeriveError, pair};
use crate::vectors::document::{
    DerivedId, DerivedVector, GroupVector, HttpVector, PublishedVector, UniqueVector, Vector, VectorDocument,
    VectorResult,
};
use crate::vectors::flags::explanation;
use crate::vectors::inputs::is_user_id;
use crate::vectors::read::{Finder, MOST, VectorFinding, lines};
use crate::vectors::subject::{conversation_id, derived_id};
use crate::vectors::{self, AnswerVector, FILES, GROUP, UNIQUE, derived, group_id, unique_id};

/// How much of a file is read, in bytes: some hundred thousand vectors.
const LONGEST: u64 = 128 << 20;

/// All problems of the vectors in a folder, file by file; empty if there are none.
///
/// Expectations are computed with the spec's records, so vectors of an older spec are reported as wrong.
#[must_use]
pub fn verify(spec: &Spec, folder: &Path) -> Vec<VectorFinding> {
    let derivations = Derivations::new(spec.document.derivations.clone());
    let mut found = Vec::new();
    for name in &vectors::files(spec) {
        let file = format!("{name}.json");
        let text = match files::read_to_string(&folder.join(&file), LONGEST) {
            Ok(text) => text,
            Err(error) => {
                found.push(VectorFinding::of_file(&file, format!("failed to read it: {error}")));
                continue;
            }
        };
        let finder = Finder { file, lines: lines(&text), found: Vec::new() };
        let mut checker = Checker { spec, derivations: &derivations, finder };
        checker.check(name, &text);
        found.extend(checker.finder.found.into_iter().take(MOST));
    }
    found
}

struct Checker<'a> {
    spec: &'a Spec,
    derivations: &'a Derivations,
    finder: Finder,
}

impl Checker<'_> {
    fn find(&mut self, place: &str, problem: String) {
        self.finder.find(place, problem);
    }

    fn check(&mut self, name: &str, text: &str) {
        let value: Value = match serde_json::from_str(text) {
            Ok(value) => value,
            Err(error) => {
                let problem = format!("it is no JSON: {error}");
                let found =
                    VectorFinding { line: Some(error.line()), ..VectorFinding::of_file(&self.finder.file, problem) };
                self.finder.found.push(found);
                return;
            }
        };
        if FILES.contains(&name) {
            self.finder.schema(name, &value);
        } else {
            self.finder.against(name, &derived::schema(self.spec, &derived::derivation(name)), &value);
        }
        match name {
            "unique-conversation-id" => self.vectors(value, Self::unique),
            "group-conversation-id" => self.vectors(value, Self::group),
            "create-conversation" => self.vectors(value, Self::http),
            "answers" => {
                let editions = self.spec.editions().map(|edition| answers::vectors(self.spec, edition));
                match editions.collect::<Result<Vec<_>, _>>() {
                    Ok(computed) => {
                        let computed: Vec<AnswerVector> = computed.into_iter().flatten().collect();
                        self.vectors(value, |checker, vector| checker.answer(vector, &computed));
                    }
                    Err(error) => self.find("", error.to_string()),
                }
            }
            "published" => self.vectors(value, Self::published),
            other => {
                let name = derived::derivation(other);
                self.vectors(value, |checker, vector| checker.derived(&name, vector));
            }
        }
    }

    fn vectors<V: Vector + DeserializeOwned>(&mut self, value: Value, check: impl Fn(&mut Self, &V)) {
        let document: VectorDocument<V> = match serde_json::from_value(value) {
            Ok(document) => document,
            // The schema check has reported the problem with its place; report it here only if the schema found
            // nothing.
            Err(_) if !self.finder.found.is_empty() => return,
            Err(error) => return self.find("", format!("it is no file of such vectors: {error}")),
        };
        if document.count != document.vectors.len() {
            let (says, has) = (document.count, document.vectors.len());
            self.find("/count", format!("it says {says}, and there are {has} vectors"));
        }
        let mut ids = BTreeSet::new();
        let mut carried = BTreeSet::new();
        for vector in &document.vectors {
            if !ids.insert(vector.id().to_owned()) {
                self.find(vector.id(), "another vector has the same id".into());
            }
            carried.extend(vector.flags().iter().cloned());
            for id in vector.requirements() {
                if self.spec.requirement(id).is_none() && self.spec.reading(id).is_none() {
                    self.find(vector.id(), format!("the spec has no requirement or reading `{id}`"));
                }
            }
            check(self, vector);
        }
        let flags = document.flags.unwrap_or_default();
        // A spec without flags explains none.
        let explains = !self.spec.inputs.flags.flags.is_empty();
        for name in carried.iter().filter(|name| explains && !flags.contains_key(*name)) {
            self.find("/flags", format!("`{name}` is carried by vectors and not explained"));
        }
        for (name, flag) in &flags {
            if !carried.contains(name) {
                self.find("/flags", format!("`{name}` is explained, and no vector carries it"));
            }
            if explanation(self.spec, name).as_ref() != Some(flag) {
                self.find("/flags", format!("`{name}` is not explained as the spec does"));
            }
        }
    }

    fn result(&mut self, id: &str, says: VectorResult, is: VectorResult) {
        if says != is {
            self.find(id, format!("its result is {says:?}, and the input makes it {is:?}").to_lowercase());
        }
    }

    fn unique(&mut self, vector: &UniqueVector) {
        let (a, b) = (&vector.user_id, &vector.other_user_id);
        let computed = unique_id(self.derivations, None, a, b);
        let wrong = self.near_misses(UNIQUE, &computed, |name| unique_id(self.derivations, Some(name), a, b));
        self.expectation(&vector.id, Some(&vector.expected), computed);
        self.compare(&vector.id, &vector.near_misses, &wrong);
        let inside = is_user_id(a) && is_user_id(b);
        self.result(&vector.id, vector.result, if inside { VectorResult::Valid } else { VectorResult::Acceptable });
    }

    fn group(&mut self, vector: &GroupVector) {
        let GroupVector { owner, name, participants, random, expected, .. } = vector;
        let id = |near_miss: Option<&str>| group_id(self.derivations, near_miss, owner, name, participants, random);
        let computed = id(None);
        let inside = is_user_id(owner) && participants.iter().all(|id| is_user_id(id));
        let result = match &computed {
            Err(_) => VectorResult::Invalid,
            Ok(_) if inside && is_user_id(&random.to_ascii_lowercase()) => VectorResult::Valid,
            Ok(_) => VectorResult::Acceptable,
        };
        let wrong = self.near_misses(GROUP, &computed, |name| id(Some(name)));
        self.expectation(&vector.id, expected.as_ref(), computed);
        self.compare(&vector.id, &vector.near_misses, &wrong);
        self.result(&vector.id, vector.result, result);
    }

    fn derived(&mut self, name: &str, vector: &DerivedVector) {
        let parameters = self.derivations.get(name).map_or(&[][..], |derivation| &derivation.parameters);
        let values = parameters.iter().filter_map(|parameter| vector.arguments.get(&parameter.name).cloned());
        let values: Vec<Argument> = values.collect();
        let computed = self.derivations.derive(name, None, &values);
        let wrong =
            self.near_misses(name, &computed, |near_miss| self.derivations.derive(name, Some(near_miss), &values));
        self.expectation(&vector.id, Some(&vector.expected), computed);
        self.compare(&vector.id, &vector.near_misses, &wrong);
    }

    fn expectation(&mut self, id: &str, says: Option<&String>, computed: Result<String, DeriveError>) {
        match (says, computed) {
            (Some(says), Ok(is)) if *says != is => {
                self.find(id, format!("expected is {says}, and the spec gives {is}"))
            }
            (Some(says), Err(error)) => self.find(id, format!("expected is {says}, and the spec gives none: {error}")),
            (None, Ok(is)) => self.find(id, format!("nothing is expected, and the spec gives {is}")),
            (Some(_), Ok(_)) | (None, Err(DeriveError::NotAUuid(_))) => {}
            (None, Err(error)) => self.find(id, error.to_string()),
        }
    }

    /// The ids that near misses give, where they differ from the right one.
    fn near_misses(
        &self,
        derivation: &str,
        right: &Result<String, DeriveError>,
        wrong: impl Fn(&str) -> Result<String, DeriveError>,
    ) -> BTreeMap<String, String> {
        let Ok(right) = right else { return BTreeMap::new() };
        let names = self.derivations.near_misses(derivation).unwrap_or_default();
        let given = names.into_iter().filter_map(|name| wrong(&name).ok().map(|id| (name, id)));
        given.filter(|(_, id)| id != right).collect()
    }

    fn compare(&mut self, id: &str, says: &BTreeMap<String, String>, is: &BTreeMap<String, String>) {
        let names: BTreeSet<&String> = says.keys().chain(is.keys()).collect();
        for name in names.into_iter().filter(|name| says.get(*name) != is.get(*name)) {
            let shown = |value: Option<&String>| value.map_or("nothing", |value| value.as_str()).to_owned();
            let (says, is) = (shown(says.get(name)), shown(is.get(name)));
            self.find(id, format!("the near miss `{name}` has {says}, and the spec gives {is}"));
        }
    }

    fn http(&mut self, vector: &HttpVector) {
        let body = match vector.body() {
            Ok(body) => body,
            Err(error) => return self.find(&vector.id, format!("body_base64 is no Base64: {error}")),
        };
        let document = crate::text::json::read(&body).0.filter(Value::is_object);
        let id = conversation_id(&body, document.as_ref());
        match (vector.derived, id) {
            (DerivedId::AsIs, None) | (DerivedId::Any, Some(_)) => {}
            (DerivedId::AsIs, Some(id)) => {
                self.find(&vector.id, format!("it is taken as it is, and has the conversation_id {id}"));
            }
            (_, None) => self.find(&vector.id, "its body has no conversation_id that is a UUID".into()),
            (derived, Some(id)) => {
                let document = document.unwrap_or(Value::Null);
                let altered = vector.altered.as_ref();
                let is = derived_id(self.derivations, derived, altered, &vector.caller.user_id, &document);
                if is.as_ref() != Some(&id) {
                    let is = is.unwrap_or_else(|| "nothing".into());
                    self.find(&vector.id, format!("conversation_id is {id}, and the rest of the request gives {is}"));
                }
            }
        }
        let text = String::from_utf8_lossy(&body).to_ascii_lowercase();
        for user in vector.users.iter().filter(|user| !is_user_id(user)) {
            self.find(&vector.id, format!("`{user}` is no user id"));
        }
        let plain = vector.users.iter().filter(|user| !text.contains('\\') && !text.contains(user.as_str()));
        for user in plain {
            let simple = user.replace('-', "");
            if !text.contains(&simple) {
                self.find(&vector.id, format!("the request does not name the user {user}"));
            }
        }
        if !self.spec.editions().any(|edition| edition == vector.edition) {
            self.find(&vector.id, format!("the spec has no edition {}", vector.edition));
        }
    }

    fn answer(&mut self, vector: &AnswerVector, computed: &[AnswerVector]) {
        let member = |vector: &AnswerVector| serde_json::to_value(vector).unwrap_or_default();
        let Some(is) = computed.iter().find(|one| one.id == vector.id).map(member) else {
            return self.find(&vector.id, "the spec has no such answer".into());
        };
        let says = member(vector);
        let names = is.as_object().into_iter().flatten().chain(says.as_object().into_iter().flatten());
        let other: BTreeSet<&str> =
            names.map(|(name, _)| name.as_str()).filter(|name| is.get(name) != says.get(name)).collect();
        for name in other {
            self.find(&vector.id, format!("its {name} is not what the spec gives"));
        }
    }

    fn published(&mut self, vector: &PublishedVector) {
        let name = vector.function.as_str();
        let computed = if self.derivations.get(name).is_some() {
            let values: Vec<Argument> =
                vector.arguments.iter().filter_map(|value| serde_json::from_value(value.clone()).ok()).collect();
            self.derivations.derive(name, None, &values)
        } else {
            let Some(function) = self.spec.inputs.published.functions.get(name) else {
                return self.find(&vector.id, format!("the spec has no function `{name}`"));
            };
            let texts: Vec<&str> = vector.arguments.iter().filter_map(Value::as_str).collect();
            self.other(function, &texts)
        };
        self.expectation(&vector.id, Some(&vector.expected), computed);
    }

    /// The result of a published function that is built from a derivation.
    fn other(&self, function: &OtherFunction, texts: &[&str]) -> Result<String, DeriveError> {
        let derivation = self.spec.document.derivations.get(&function.of);
        let record = derivation.and_then(|derivation| derivation.record.as_ref());
        let record = record.ok_or_else(|| DeriveError::Unknown(function.of.clone()))?;
        Ok(match function.how {
            HowMade::Steps => {
                let mut texts = texts.iter();
                let first = texts.next().copied().unwrap_or_default().to_owned();
                texts.fold(first, |id, next| pair(record, &id, next))
            }
            HowMade::Joined => pair(record, "", &texts.concat()),
        })
    }
}
