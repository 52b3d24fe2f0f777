//! The document `requirements.yaml` as a whole, with its editions and sources.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Api, Clients, Derivation, OperationUse, Reading, RequestFamily, Requirement, Walk};

/// The document `requirements.yaml`: how a correct implementation behaves, beyond the schemas of its messages.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// The version of this format: 1.
    pub version: u32,
    /// The editions by name. Sorted by name, the oldest comes first.
    pub editions: BTreeMap<String, EditionEntry>,
    /// The sources by name.
    pub sources: BTreeMap<String, Source>,
    /// The functions that the spec defines.
    #[serde(default)]
    pub derivations: BTreeMap<String, Derivation>,
    /// How to interpret the answers of the API.
    pub api: Api,
    /// The meaning of the operations of the OpenAPI documents, by `operationId`.
    pub operations: BTreeMap<String, OperationUse>,
    /// The families of valid requests that cases are made from, by name.
    pub requests: BTreeMap<String, RequestFamily>,
    /// Generated sequences of requests, by name.
    #[serde(default)]
    pub walks: BTreeMap<String, Walk>,
    /// The calls that SDKs have to make, and the answers that they get.
    #[serde(default)]
    pub clients: Clients,
    /// Ambiguities, with the interpretations that are allowed.
    #[serde(default)]
    pub readings: Vec<Reading>,
    /// The normative statements, each with its check.
    pub requirements: Vec<Requirement>,
}

/// A generation of the API.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EditionEntry {
    /// A title of a few words.
    pub title: String,
    /// The OpenAPI document, relative to the spec's folder.
    pub openapi: String,
    /// How this edition refuses a request, in a sentence.
    pub refusal: String,
}

/// A source of normative statements.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// A title of a few words.
    pub title: String,
    /// The kind of the source.
    pub kind: SourceKind,
    /// The file with the sentences of the source, relative to the spec's folder.
    pub file: String,
    /// The editions that the source describes; all if absent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub editions: Vec<String>,
}

/// The kinds of sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    /// The API's documentation page of 2018.
    Seed,
    /// The current official documentation.
    Docs,
    /// What published SDKs send and need.
    Sdk,
    /// An internet standard.
    Rfc,
    /// Good practice: what users expect of any public HTTP API.
    Practice,
}
