//! The operations of an edition, with what its OpenAPI document and `requirements.yaml` say about each.

use serde_json::Value;

use crate::constraints::{ConstraintSite, of_entry};
use crate::load::Spec;
use crate::model::{Method, OperationUse};
use crate::pointer;

/// An operation of an edition.
#[derive(Debug, Clone)]
pub struct OperationSite<'a> {
    /// Its `operationId`.
    pub id: &'a str,
    /// Its method.
    pub method: Method,
    /// Its path, with parameters as `{name}`.
    pub path: &'a str,
    /// Its entry in `requirements.yaml`.
    pub usage: &'a OperationUse,
    /// The schema of its request's body: a pointer into the OpenAPI document.
    pub request: Option<String>,
    /// The schema of the answer to an accepted request.
    pub accepted: Option<String>,
    /// The schema of a refusal, where the edition has one.
    pub refused: Option<String>,
}

impl Spec {
    /// The operations of an edition that `requirements.yaml` uses, in the order of their ids.
    pub fn operations<'a>(&'a self, edition: &str) -> Vec<OperationSite<'a>> {
        let (Some(openapi), Some(document)) = (self.openapi.get(edition), self.json.get(edition)) else {
            return Vec::new();
        };
        let mut sites = Vec::new();
        for (path, item) in &openapi.paths {
            for (method, operation) in item {
                let Some((id, usage)) = self.document.operations.get_key_value(&operation.operation_id) else {
                    continue;
                };
                let at = pointer::join(&pointer::join("/paths", path), &method.member());
                let answer =
                    |key: &str| schema(document, &target(document, &pointer::join(&format!("{at}/responses"), key)));
                sites.push(OperationSite {
                    id,
                    method: *method,
                    path,
                    usage,
                    request: schema(document, &format!("{at}/requestBody")),
                    accepted: answer(&usage.answers.accepted),
                    refused: usage.answers.refused.get(edition).and_then(|key| answer(key)),
                });
            }
        }
        sites.sort_by_key(|site| site.id);
        sites
    }

    /// The OpenAPI document of an edition as JSON.
    #[must_use]
    pub fn openapi_json(&self, edition: &str) -> Option<&Value> {
        self.json.get(edition)
    }

    /// The constraints on bodies whose schema is at this pointer, each with the places in the body that it restricts.
    #[must_use]
    pub fn constraints_of(&self, edition: &str, schema: &str) -> Vec<ConstraintSite> {
        self.json.get(edition).map(|document| of_entry(document, schema)).unwrap_or_default()
    }
}

/// The place to which a pointer leads, following one `$ref`.
fn target(document: &Value, at: &str) -> String {
    let reference = pointer::resolve(document, at).and_then(|found| found.get("$ref")).and_then(Value::as_str);
    reference.and_then(|target| target.strip_prefix('#')).unwrap_or(at).to_owned()
}

/// The schema of a JSON body; the media type may also have the suffix `+json` (RFC 6838, 4.2.8).
fn schema(document: &Value, at: &str) -> Option<String> {
    let content = pointer::resolve(document, &format!("{at}/content"))?.as_object()?;
    let is_json = |name: &&String| *name == "application/json" || name.ends_with("+json");
    let media_type = content.keys().find(is_json)?;
    let at = pointer::join(&pointer::join(&format!("{at}/content"), media_type), "schema");
    pointer::resolve(document, &at).map(|_| at)
}
