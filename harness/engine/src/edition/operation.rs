//! The operations of an edition: which one a request asks for, what it is about, and which schema its answer has.
//!
//! Method, path and schemas come from the OpenAPI document, the rest from `operations` in `requirements.yaml`. Nothing
//! here knows an operation by name.

use std::sync::Arc;

use mixinspec_spec::model::Effect;
use mixinspec_spec::{OperationSite, Spec};
use serde_json::Value;

use crate::edition::schema::{SchemaError, SchemaId, Schemas};
use crate::http::message::Sent;

/// An operation of an edition.
#[derive(Debug)]
pub struct CompiledOperation {
    /// Its `operationId`.
    pub id: String,
    /// Its method.
    pub method: &'static str,
    /// What it does with the thing that it is about.
    pub effect: Effect,
    /// The thing that it is about.
    pub thing: String,
    /// The schema of the request's body.
    pub request: Option<SchemaId>,
    /// The schema of the answer to an accepted request.
    pub accepted: SchemaId,
    /// The schema of a refusal, where the edition has one.
    pub refused: Option<SchemaId>,
    /// The JSON pointer to the identity of the thing in the answer.
    pub answered: String,
    path: Vec<PathSegment>,
    identity: IdentityPlace,
}

#[derive(Debug)]
enum PathSegment {
    Fixed(String),
    Parameter(String),
}

/// Where the identity of a thing stands in a request.
#[derive(Debug)]
enum IdentityPlace {
    Body(String),
    Parameter(String),
}

impl CompiledOperation {
    fn compile(
        site: &OperationSite<'_>,
        spec: &Spec,
        edition: &str,
        schemas: &mut Schemas,
    ) -> Result<Self, SchemaError> {
        let mut compiled = |at: &Option<String>| at.as_ref().map(|at| schemas.add(spec, edition, at)).transpose();
        let missing = || SchemaError {
            name: format!("the answer `{}` of {}", site.usage.answers.accepted, site.id),
            reason: "the OpenAPI document has none".into(),
        };
        let identity = &site.usage.identity;
        Ok(Self {
            id: site.id.to_owned(),
            method: site.method.name(),
            effect: site.usage.does,
            thing: site.usage.thing.clone(),
            request: compiled(&site.request)?,
            accepted: compiled(&site.accepted)?.ok_or_else(missing)?,
            refused: compiled(&site.refused)?,
            answered: identity.answer.to_string(),
            path: site.path.split('/').map(PathSegment::of).collect(),
            identity: match (&identity.request, &identity.parameter) {
                (Some(pointer), _) => IdentityPlace::Body(pointer.to_string()),
                (None, name) => IdentityPlace::Parameter(name.clone().unwrap_or_default()),
            },
        })
    }

    /// The path that asks for a thing with this identity.
    #[must_use]
    pub fn path(&self, identity: &str) -> String {
        let segment = |segment: &PathSegment| match segment {
            PathSegment::Fixed(text) => text.clone(),
            PathSegment::Parameter(_) => identity.to_owned(),
        };
        self.path.iter().map(segment).collect::<Vec<_>>().join("/")
    }

    /// The identity of the thing that a request is about, as the request has it.
    #[must_use]
    pub fn asked<'a>(&'a self, sent: &'a Sent) -> Option<&'a str> {
        match &self.identity {
            IdentityPlace::Body(pointer) => sent.json.as_ref()?.pointer(pointer)?.as_str(),
            IdentityPlace::Parameter(name) => {
                self.parameters(&sent.method, &sent.path)?.find(|(known, _)| *known == name)?.1.into()
            }
        }
    }

    /// The identity of the thing that an answer is about.
    #[must_use]
    pub fn answered<'a>(&self, answer: &'a Value) -> Option<&'a str> {
        answer.pointer(&self.answered)?.as_str()
    }

    /// The parameters of a request's path, if the request asks for this operation.
    fn parameters<'a>(&'a self, method: &str, path: &'a str) -> Option<impl Iterator<Item = (&'a str, &'a str)>> {
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let fits = |(segment, part): (&PathSegment, &str)| match segment {
            PathSegment::Fixed(text) => text == part,
            PathSegment::Parameter(_) => !part.is_empty(),
        };
        let parts = || path.split('/');
        let same =
            method == self.method && parts().count() == self.path.len() && self.path.iter().zip(parts()).all(fits);
        same.then(|| {
            self.path.iter().zip(path.split('/')).filter_map(|(segment, part)| match segment {
                PathSegment::Parameter(name) => Some((name.as_str(), part)),
                PathSegment::Fixed(_) => None,
            })
        })
    }
}

impl PathSegment {
    fn is_parameter(&self) -> bool {
        matches!(self, Self::Parameter(_))
    }

    fn of(part: &str) -> Self {
        match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some(name) => Self::Parameter(name.to_owned()),
            None => Self::Fixed(part.to_owned()),
        }
    }
}

/// The operations of an edition.
#[derive(Debug, Default)]
pub struct Operations {
    all: Vec<Arc<CompiledOperation>>,
}

/// The word for created things that are not all of one kind.
const THING: &str = "thing";

impl Operations {
    /// The operations of an edition, with their schemas.
    ///
    /// # Errors
    /// When a schema does not compile.
    pub fn compile(spec: &Spec, edition: &str, schemas: &mut Schemas) -> Result<Self, SchemaError> {
        let sites = spec.operations(edition);
        let all = sites.iter().map(|site| Ok(Arc::new(CompiledOperation::compile(site, spec, edition, schemas)?)));
        let mut all = all.collect::<Result<Vec<_>, SchemaError>>()?;
        // A path without parameters takes precedence over one with them (OpenAPI 3.1, 4.8.8.2).
        all.sort_by_key(|operation: &Arc<CompiledOperation>| {
            operation.path.iter().filter(|it| it.is_parameter()).count()
        });
        Ok(Self { all })
    }

    /// The operation with this id.
    #[must_use]
    pub fn named(&self, id: &str) -> Option<&Arc<CompiledOperation>> {
        self.all.iter().find(|operation| operation.id == id)
    }

    /// The operation that a request asks for.
    #[must_use]
    pub fn asked(&self, method: &str, path: &str) -> Option<&Arc<CompiledOperation>> {
        self.all.iter().find(|operation| operation.parameters(method, path).is_some())
    }

    /// The operation that reads this kind of thing.
    #[must_use]
    pub fn reading(&self, thing: &str) -> Option<&Arc<CompiledOperation>> {
        self.all.iter().find(|operation| operation.effect == Effect::Reads && operation.thing == thing)
    }

    /// What is created, in one word: `conversation`.
    #[must_use]
    pub fn created(&self) -> &str {
        let mut things = self.all.iter().filter(|operation| operation.effect == Effect::Creates).map(|it| &it.thing);
        let first = things.next();
        first.filter(|first| things.all(|thing| thing == *first)).map_or(THING, String::as_str)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<CompiledOperation>> {
        self.all.iter()
    }
}
