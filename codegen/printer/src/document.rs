//! Reads an OpenAPI document as a whole: which schemas its operations use in requests, and which in answers.

use std::collections::{BTreeMap, BTreeSet};

use mixinspec_spec::model::{OpenApi, Operation};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::{Unprintable, child, refuse};
use crate::schema::{self, Schema, SchemaForm};

/// The side that produces a value, which decides how strictly a type reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ValueMaker {
    /// Part of a request.
    Request,
    /// Part of an answer.
    Answer,
}

/// A parsed document.
#[derive(Debug)]
pub(crate) struct OpenApiDocument {
    /// The components by name.
    pub(crate) components: BTreeMap<String, Component>,
    /// The parameters of operations, by the name of their type.
    pub(crate) parameters: BTreeMap<String, Schema>,
    /// The components that are whole messages.
    pub(crate) messages: BTreeSet<String>,
}

#[derive(Debug)]
pub(crate) struct Component {
    pub(crate) schema: Schema,
    pub(crate) direction: ValueMaker,
}

const SCHEMAS: &str = "/components/schemas";

/// Reads a document.
pub(crate) fn read(openapi: &OpenApi) -> Result<OpenApiDocument, Unprintable> {
    let mut schemas = BTreeMap::new();
    for (name, value) in &openapi.components.schemas {
        schemas.insert(name.clone(), schema::read(&child(SCHEMAS, name), value)?);
    }
    let mut roots = Roots::default();
    for (path, item) in &openapi.paths {
        let at = child("/paths", path);
        for (method, operation) in item {
            roots.operation(&child(&at, &method.member()), operation)?;
        }
    }
    for (name, response) in &openapi.components.responses {
        roots.content(&child("/components/responses", name), &response.content, ValueMaker::Answer)?;
    }

    let mut directions = BTreeMap::new();
    for (at, name, direction) in &roots.messages {
        reach(&schemas, at, name, *direction, &mut directions)?;
    }
    for (name, schema) in &schemas {
        acyclic(&schemas, schema, &mut vec![name])?;
    }
    let mut components = BTreeMap::new();
    for (name, schema) in schemas {
        match directions.get(&name) {
            Some(direction) => components.insert(name, Component { schema, direction: *direction }),
            None => return refuse(schema.pointer, "no operation has it in its request or answer"),
        };
    }
    let messages = roots.messages.into_iter().map(|(_, name, _)| name).collect();
    Ok(OpenApiDocument { components, parameters: roots.parameters, messages })
}

/// Where the operations name schemas.
#[derive(Debug, Default)]
struct Roots {
    messages: Vec<(String, String, ValueMaker)>,
    parameters: BTreeMap<String, Schema>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OperationParameter {
    name: String,
    #[serde(rename = "in")]
    place: ParameterPlace,
    required: bool,
    #[serde(default)]
    description: String,
    schema: Value,
    #[serde(rename = "example", default)]
    _example: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum ParameterPlace {
    Path,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RequestBody {
    required: bool,
    content: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ResponseObject {
    #[serde(rename = "description")]
    _description: String,
    #[serde(default)]
    content: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MediaType {
    schema: Reference,
    #[serde(rename = "examples", default)]
    _examples: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reference {
    #[serde(rename = "$ref")]
    target: String,
}

impl Roots {
    fn operation(&mut self, at: &str, operation: &Operation) -> Result<(), Unprintable> {
        for (index, value) in operation.parameters.iter().enumerate() {
            let at = child(&child(at, "parameters"), &index.to_string());
            let OperationParameter { name, place: ParameterPlace::Path, required, description, schema, .. } =
                typed(&at, value)?;
            if !required {
                return refuse(child(&at, "required"), "a parameter of the path is required");
            }
            let mut schema = schema::read(&child(&at, "schema"), &schema)?;
            if schema.description.is_empty() {
                schema.description = description;
            }
            let type_name = crate::names::pascal(&operation.operation_id) + &crate::names::pascal(&name);
            if self.parameters.insert(type_name, schema).is_some() {
                return refuse(at, format!("another parameter of this operation is called `{name}`"));
            }
        }
        if let Some(value) = &operation.request_body {
            let at = child(at, "requestBody");
            let RequestBody { required, content } = typed(&at, value)?;
            if !required {
                return refuse(child(&at, "required"), "no form for a body that may be left out");
            }
            self.content(&at, &content, ValueMaker::Request)?;
        }
        for (status, value) in &operation.responses {
            let at = child(&child(at, "responses"), status);
            if let Some(target) = value.get("$ref") {
                // Its content is read with the components.
                let Reference { .. } = typed(&at, value)?;
                if target.as_str().is_none_or(|target| !target.starts_with("#/components/responses/")) {
                    return refuse(at, "a reference leads to #/components/responses/NAME");
                }
                continue;
            }
            let ResponseObject { content, .. } = typed(&at, value)?;
            self.content(&at, &content, ValueMaker::Answer)?;
        }
        Ok(())
    }

    fn content(
        &mut self,
        at: &str,
        content: &BTreeMap<String, Value>,
        direction: ValueMaker,
    ) -> Result<(), Unprintable> {
        for (media_type, value) in content {
            let at = child(&child(at, "content"), media_type);
            if media_type != "application/json" && !media_type.ends_with("+json") {
                return refuse(at, "no form for another media type than JSON");
            }
            let MediaType { schema: Reference { target }, .. } = typed(&at, value)?;
            let at = child(&at, "schema");
            match target.strip_prefix("#/components/schemas/") {
                Some(name) => self.messages.push((at, name.to_owned(), direction)),
                None => return refuse(at, "a message is a component: #/components/schemas/NAME"),
            }
        }
        Ok(())
    }
}

fn typed<T: DeserializeOwned>(at: &str, value: &Value) -> Result<T, Unprintable> {
    T::deserialize(value).or_else(|error| refuse(at, error.to_string()))
}

/// Records the direction of a component and of everything that it refers to.
fn reach(
    schemas: &BTreeMap<String, Schema>,
    at: &str,
    name: &str,
    direction: ValueMaker,
    directions: &mut BTreeMap<String, ValueMaker>,
) -> Result<(), Unprintable> {
    let Some(schema) = schemas.get(name) else {
        return refuse(at, format!("there is no component `{name}`"));
    };
    match directions.insert(name.to_owned(), direction) {
        Some(before) if before == direction => return Ok(()),
        Some(_) => {
            let reason = format!(
                "`{name}` is part of a request and of an answer; requests are read strictly and answers are not, so \
                 each needs a component of its own"
            );
            return refuse(at, reason);
        }
        None => {}
    }
    let mut references = Vec::new();
    collect(schema, &mut references);
    references.iter().try_for_each(|(at, name)| reach(schemas, at, name, direction, directions))
}

fn collect<'a>(schema: &'a Schema, into: &mut Vec<(&'a str, &'a str)>) {
    match &schema.form {
        SchemaForm::Reference(name) => into.push((&schema.pointer, name)),
        SchemaForm::Object(object) => object.members.iter().for_each(|member| collect(&member.schema, into)),
        SchemaForm::Array(array) => collect(&array.items, into),
        _ => {}
    }
}

/// Refuses types that contain themselves other than in a list: they would have no finite size.
fn acyclic<'a>(
    schemas: &'a BTreeMap<String, Schema>,
    schema: &'a Schema,
    path: &mut Vec<&'a str>,
) -> Result<(), Unprintable> {
    let parts: Vec<&Schema> = match &schema.form {
        SchemaForm::Object(object) => object.members.iter().map(|member| &member.schema).collect(),
        SchemaForm::Reference(_) => vec![schema],
        _ => return Ok(()),
    };
    for part in parts {
        if let SchemaForm::Reference(name) = &part.form {
            if path.contains(&name.as_str()) {
                return refuse(&part.pointer, format!("`{name}` contains itself"));
            }
            if let Some(target) = schemas.get(name) {
                path.push(name);
                acyclic(schemas, target, path)?;
                path.pop();
            }
        }
    }
    Ok(())
}
