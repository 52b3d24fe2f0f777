//! The part of OpenAPI 3.1 that the spec uses. Schemas are kept as JSON, so that no keyword is lost.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// An OpenAPI document.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenApi {
    /// The version of OpenAPI; 3.1.0.
    pub openapi: String,
    /// Title, version, description, licence.
    pub info: Value,
    /// Where the API is served.
    #[serde(default)]
    pub servers: Vec<Value>,
    /// The security requirements.
    #[serde(default)]
    pub security: Vec<Value>,
    /// The tags.
    #[serde(default)]
    pub tags: Vec<Value>,
    /// The operations, by path.
    pub paths: BTreeMap<String, PathItem>,
    /// The components.
    pub components: Components,
}

/// The operations of a path, by method in lower case.
pub type PathItem = BTreeMap<Method, Operation>;

/// The methods of HTTP for which OpenAPI has a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// GET.
    Get,
    /// PUT.
    Put,
    /// POST.
    Post,
    /// DELETE.
    Delete,
    /// OPTIONS.
    Options,
    /// HEAD.
    Head,
    /// PATCH.
    Patch,
    /// TRACE.
    Trace,
}

impl Method {
    /// The method as it stands in a request.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Put => "PUT",
            Self::Post => "POST",
            Self::Delete => "DELETE",
            Self::Options => "OPTIONS",
            Self::Head => "HEAD",
            Self::Patch => "PATCH",
            Self::Trace => "TRACE",
        }
    }

    /// The member of OpenAPI that stands for the method.
    #[must_use]
    pub fn member(self) -> String {
        self.name().to_ascii_lowercase()
    }
}

/// An operation.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Operation {
    /// Its name.
    pub operation_id: String,
    /// What it does, in a few words.
    pub summary: String,
    /// What it does.
    #[serde(default)]
    pub description: String,
    /// Its tags.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Its parameters.
    #[serde(default)]
    pub parameters: Vec<Value>,
    /// Its request body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_body: Option<Value>,
    /// Its answers, by status.
    pub responses: BTreeMap<String, ResponseRef>,
}

/// An answer, or a reference to one.
pub type ResponseRef = Value;

/// An answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Response {
    /// What it is.
    pub description: String,
    /// Its content, by media type.
    #[serde(default)]
    pub content: BTreeMap<String, Value>,
}

/// The components, which other parts of the document refer to.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Components {
    /// Security schemes.
    #[serde(default)]
    pub security_schemes: BTreeMap<String, Value>,
    /// Answers.
    #[serde(default)]
    pub responses: BTreeMap<String, Response>,
    /// Schemas, by name.
    pub schemas: BTreeMap<String, Value>,
}
