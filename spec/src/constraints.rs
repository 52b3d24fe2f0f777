//! Lists the constraints of an edition's schemas: what each restricts, and which requirement or reading owns it.
//!
//! A constraint is a keyword that restricts the body of a request or of an answer. It has exactly one owner, a
//! requirement or a reading, which names it by pointer. The lint enforces this; this module only lists.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::keywords::{self, KeywordRole};
use crate::load::Spec;
use crate::pointer;

/// Whether a schema describes request bodies or answer bodies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// The body of a request.
    Request,
    /// The body of an answer.
    Response,
}

/// The owner of a constraint.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    /// A requirement, by id.
    Requirement(String),
    /// A reading, by id: both ways are allowed.
    Reading(String),
}

impl Owner {
    /// The id.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Requirement(id) | Self::Reading(id) => id,
        }
    }
}

/// One constraint of a schema.
#[derive(Debug, Clone, PartialEq)]
pub struct ConstraintSite {
    /// The keyword, as a pointer into the OpenAPI document; for an element of `required`, `…/required/NAME`.
    pub pointer: String,
    /// The pointer to its schema.
    pub schema: String,
    /// The keyword's name.
    pub keyword: &'static str,
    /// Its value; for an element of `required`, the name.
    pub value: Value,
    /// Whether it restricts requests or answers.
    pub direction: Direction,
    /// The requirement or reading that names it.
    pub owner: Option<Owner>,
    /// The places in the body that it restricts, as pointers with `*` for every element: `/data/participants/*/role`.
    /// For an element of `required`, the required member.
    pub instances: Vec<String>,
}

impl Spec {
    /// The constraints of an edition, in the order of their pointers.
    #[must_use]
    pub fn constraints(&self, edition: &str) -> Vec<ConstraintSite> {
        let claims = self.claims(edition);
        sites(self.json.get(edition).unwrap_or(&Value::Null))
            .into_values()
            // A schema in both directions is a finding of the lint; a loaded spec has one site for each pointer.
            .filter_map(|sites| sites.into_iter().next())
            .map(|mut site| {
                site.owner =
                    claims.iter().find(|claim| pointer::covers(claim.at, &site.pointer)).map(ClaimedConstraint::owner);
                site
            })
            .collect()
    }

    /// The claims of requirements and readings to constraints of an edition.
    pub(crate) fn claims(&self, edition: &str) -> Vec<ClaimedConstraint<'_>> {
        let requirements = self.document.requirements.iter().enumerate().flat_map(|(index, requirement)| {
            let pointers = requirement.constraint.iter().flat_map(|constraint| constraint.at.iter());
            pointers.enumerate().map(move |(nth, at)| ClaimedConstraint {
                kind: Claimant::Requirement,
                id: &requirement.id,
                editions: &requirement.editions,
                at: at.as_str(),
                index,
                nth,
            })
        });
        let readings = self.document.readings.iter().enumerate().flat_map(|(index, reading)| {
            reading.constraint.iter().enumerate().map(move |(nth, at)| ClaimedConstraint {
                kind: Claimant::Reading,
                id: &reading.id,
                editions: &reading.editions,
                at: at.as_str(),
                index,
                nth,
            })
        });
        requirements.chain(readings).filter(|claim| claim.editions.iter().any(|e| e == edition)).collect()
    }
}

/// A pointer by which a requirement or a reading names constraints as its own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ClaimedConstraint<'a> {
    kind: Claimant,
    id: &'a str,
    editions: &'a [String],
    pub(crate) at: &'a str,
    index: usize,
    nth: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Claimant {
    Requirement,
    Reading,
}

impl ClaimedConstraint<'_> {
    pub(crate) fn owner(&self) -> Owner {
        match self.kind {
            Claimant::Requirement => Owner::Requirement(self.id.to_owned()),
            Claimant::Reading => Owner::Reading(self.id.to_owned()),
        }
    }

    /// The pointer to the claim in `requirements.yaml`.
    pub(crate) fn pointer(&self) -> String {
        match self.kind {
            Claimant::Requirement => format!("/requirements/{}/constraint/at/{}", self.index, self.nth),
            Claimant::Reading => format!("/readings/{}/constraint/{}", self.index, self.nth),
        }
    }
}

/// The constraints of an OpenAPI document by pointer; more than one site where a schema serves both directions.
pub(crate) fn sites(document: &Value) -> BTreeMap<String, Vec<ConstraintSite>> {
    let mut walk = SchemaWalk { document, sites: BTreeMap::new(), reached: Vec::new() };
    for (direction, schema) in entries(document) {
        walk.schema(direction, &schema, String::new(), &mut Vec::new());
    }
    walk.sites
}

/// The constraints on bodies whose schema is at this pointer.
pub(crate) fn of_entry(document: &Value, schema: &str) -> Vec<ConstraintSite> {
    let mut walk = SchemaWalk { document, sites: BTreeMap::new(), reached: Vec::new() };
    walk.schema(Direction::Response, schema, String::new(), &mut Vec::new());
    walk.sites.into_values().flatten().collect()
}

/// The schemas that some body reaches, with the direction.
pub(crate) fn reached(document: &Value) -> Vec<(String, Direction)> {
    let mut walk = SchemaWalk { document, sites: BTreeMap::new(), reached: Vec::new() };
    for (direction, schema) in entries(document) {
        walk.schema(direction, &schema, String::new(), &mut Vec::new());
    }
    walk.reached
}

/// The schemas of all bodies, as pointers to the places where operations name them.
pub(crate) fn entries(document: &Value) -> Vec<(Direction, String)> {
    let mut entries = Vec::new();
    for (path, item) in members(document.get("paths")) {
        for (method, operation) in members(Some(item)) {
            let at = pointer::join(&pointer::join("/paths", path), method);
            content(operation.get("requestBody"), &format!("{at}/requestBody"), Direction::Request, &mut entries);
            for (status, response) in members(operation.get("responses")) {
                let at = pointer::join(&format!("{at}/responses"), status);
                match response.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix('#')) {
                    Some(target) => {
                        content(pointer::resolve(document, target), target, Direction::Response, &mut entries);
                    }
                    None => content(Some(response), &at, Direction::Response, &mut entries),
                }
            }
        }
    }
    entries.sort();
    entries.dedup();
    entries
}

fn content(body: Option<&Value>, at: &str, direction: Direction, entries: &mut Vec<(Direction, String)>) {
    for (media_type, content) in members(body.and_then(|body| body.get("content"))) {
        if content.get("schema").is_some() {
            let at = pointer::join(&format!("{at}/content"), media_type);
            entries.push((direction, format!("{at}/schema")));
        }
    }
}

fn members(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten()
}

struct SchemaWalk<'a> {
    document: &'a Value,
    sites: BTreeMap<String, Vec<ConstraintSite>>,
    reached: Vec<(String, Direction)>,
}

impl<'a> SchemaWalk<'a> {
    /// `within` has the schemas that are being walked, so that recursion ends.
    fn schema(&mut self, direction: Direction, at: &str, instance: String, within: &mut Vec<String>) {
        let Some(schema) = pointer::resolve(self.document, at).and_then(Value::as_object) else { return };
        if within.iter().any(|outer| outer == at) {
            return;
        }
        within.push(at.to_owned());
        self.reached.push((at.to_owned(), direction));
        for (name, value) in schema {
            let keyword = pointer::join(at, name);
            match (name.as_str(), value) {
                ("$ref", Value::String(target)) => {
                    if let Some(target) = target.strip_prefix('#') {
                        self.schema(direction, target, instance.clone(), within);
                    }
                }
                ("properties", Value::Object(properties)) => {
                    for member in properties.keys() {
                        let instance = pointer::join(&instance, member);
                        self.schema(direction, &pointer::join(&keyword, member), instance, within);
                    }
                }
                ("items", _) => self.schema(direction, &keyword, format!("{instance}/*"), within),
                ("additionalProperties", Value::Object(_)) => {
                    self.schema(direction, &keyword, format!("{instance}/*"), within);
                }
                ("required", Value::Array(names)) => {
                    for value in names {
                        let name = value.as_str().unwrap_or_default();
                        let instance = pointer::join(&instance, name);
                        self.site(direction, pointer::join(&keyword, name), at, "required", value, &instance);
                    }
                }
                _ => {
                    if let Some(known) = keywords::keyword(name).filter(|known| known.role == KeywordRole::Constraint) {
                        self.site(direction, keyword, at, known.name, value, &instance);
                    }
                }
            }
        }
        within.pop();
    }

    fn site(
        &mut self,
        direction: Direction,
        pointer: String,
        schema: &str,
        keyword: &'static str,
        value: &Value,
        instance: &str,
    ) {
        let sites = self.sites.entry(pointer.clone()).or_default();
        let site = match sites.iter_mut().find(|site| site.direction == direction) {
            Some(site) => site,
            None => {
                sites.push(ConstraintSite {
                    pointer,
                    schema: schema.to_owned(),
                    keyword,
                    value: value.clone(),
                    direction,
                    owner: None,
                    instances: Vec::new(),
                });
                let last = sites.len() - 1;
                &mut sites[last]
            }
        };
        if !site.instances.iter().any(|known| known == instance) {
            site.instances.push(instance.to_owned());
        }
    }
}
