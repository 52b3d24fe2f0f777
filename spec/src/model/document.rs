//! `requirements.yaml` as a whole.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Api, Clients, Derivation, OperationUse, Reading, RequestFamily, Requirement, Walk};

/// The document `requirements.yaml`: what a correct implementation does, beyond the shape of its messages.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// The version of this format; 1.
    pub version: u32,
    /// The editions by name, oldest first when sorted.
    pub editions: BTreeMap<String, EditionEntry>,
    /// The sources by name.
    pub sources: BTreeMap<String, Source>,
    /// The functions that the spec defines.
    #[serde(default)]
    pub derivations: BTreeMap<String, Derivation>,
    /// How answers are read.
    pub api: Api,
    /// How the operations of the OpenAPI documents are spoken, by `operationId`.
    pub operations: BTreeMap<String, OperationUse>,
    /// The request families.
    pub requests: BTreeMap<String, RequestFamily>,
    /// Generated sequences of requests.
    #[serde(default)]
    pub walks: BTreeMap<String, Walk>,
    /// What SDKs are asked to do, and how they are answered.
    #[serde(default)]
    pub clients: Clients,
    /// Ambiguities, with the interpretations that are allowed.
    #[serde(default)]
    pub readings: Vec<Reading>,
    /// The normative statements.
    pub requirements: Vec<Requirement>,
}

/// A generation of the API.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EditionEntry {
    /// What it is, in a few words.
    pub title: String,
    /// The OpenAPI document, relative to the spec's folder.
    pub openapi: String,
    /// How a refusal of this edition looks, in a sentence.
    pub refusal: String,
}

/// Where statements come from.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// What it is, in a few words.
    pub title: String,
    /// What kind of source it is.
    pub kind: SourceKind,
    /// The file with its sentences, relative to the spec's folder.
    pub file: String,
    /// The editions that it speaks of; all where it is left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub editions: Vec<String>,
}

/// The kinds of sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    /// The page of 2018.
    Seed,
    /// The official documentation of today.
    Docs,
    /// What published SDKs send and need.
    Sdk,
    /// An internet standard.
    Rfc,
    /// What any public HTTP API owes.
    Practice,
}
