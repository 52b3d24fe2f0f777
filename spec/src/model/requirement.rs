//! Requirements and readings.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::{
    Accepts, Always, Authenticates, CaseSpec, Cel, Constraint, Derives, Form, History, Needs, OneOrMany, Pointer,
    Refuses, Scenario, Step,
};

/// One normative statement, with exactly one form of check, such as `always` or `refuses`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// Its name, in kebab case. It is stable, and never reused for another requirement.
    pub id: String,
    /// The row of the behaviour tables in docs/requirements.md that it belongs to (`Q2`, `A7`).
    pub row: String,
    /// The area of behaviour that it belongs to.
    pub area: Area,
    /// How binding it is: one level, or one for each edition.
    pub level: Levels,
    /// The editions that it applies to.
    pub editions: Vec<String>,
    /// The kind of subject that must satisfy it.
    #[serde(default)]
    pub subject: Subject,
    /// The statement, in one sentence.
    pub statement: String,
    /// The sentences of the sources that state it.
    pub source: Vec<SourceRef>,
    /// How to repair a subject that breaks it, in one sentence. Reports show it to the developers of the subject under
    /// `help`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// The requirements that it rests on. If one of them is broken, this one is broken by the same mistake, and its
    /// failure is reported as a consequence of the other. `ID/CASE` names a single case of a requirement.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rests_on: Vec<String>,
    /// The published SDKs and apps that fail if it is broken.
    #[serde(default)]
    pub breaks: Vec<String>,
    /// The interpretations of readings that a server must have shown for the requirement to apply to it.
    #[serde(default, skip_serializing_if = "Needs::is_empty")]
    pub needs: Needs,
    /// Whether a server may refuse all requests that would show it. If no exchange of a run shows it, the verdict is
    /// then `not_applicable` instead of `inconclusive`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub may_be_unseen: bool,
    /// The operations whose exchanges a rule judges, by `operationId`; all exchanges if absent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub on: Vec<String>,
    /// The condition under which a rule applies to an exchange, or a law to arguments. If absent, an `always` rule
    /// applies to every exchange, and a law to all arguments in the derivation's domain. The rule does not apply to an
    /// exchange on which the condition cannot be evaluated, for example because a member is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Cel>,
    /// The form `constraint`: schema constraints of the OpenAPI documents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub constraint: Option<Constraint>,
    /// The form `always`: a rule on every matching exchange.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub always: Option<Always>,
    /// The form `accepts`: requests that the server must accept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepts: Option<Accepts>,
    /// The form `refuses`: requests that the server must refuse.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refuses: Option<Refuses>,
    /// The form `history`: a rule over all exchanges about one thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub history: Option<History>,
    /// The form `scenario`: several requests, and a rule over them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scenario: Option<Scenario>,
    /// The form `authenticates`: requests whose credential is altered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authenticates: Option<Authenticates>,
    /// The form `derives`: a law over a derivation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub derives: Option<Derives>,
}

/// The area of behaviour that a requirement belongs to. The summary of a run has one line for each area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Area {
    /// The ids that the spec derives.
    Derivation,
    /// The requests that a server accepts.
    Requests,
    /// The content of answers.
    Answer,
    /// How the answers to several requests depend on each other.
    Sequences,
    /// The requests that a server refuses.
    Refusals,
    /// The format of a refusal.
    Errors,
    /// Credentials, and who may send which request.
    Authentication,
    /// What a client sends, and how it reads answers.
    Client,
}

impl Area {
    /// All of them, in the order of the behaviour tables.
    pub const ALL: [Self; 8] = [
        Self::Derivation,
        Self::Requests,
        Self::Answer,
        Self::Sequences,
        Self::Refusals,
        Self::Errors,
        Self::Authentication,
        Self::Client,
    ];

    /// The area's name in YAML.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Derivation => "derivation",
            Self::Requests => "requests",
            Self::Answer => "answer",
            Self::Sequences => "sequences",
            Self::Refusals => "refusals",
            Self::Errors => "errors",
            Self::Authentication => "authentication",
            Self::Client => "client",
        }
    }
}

/// How binding a statement is (RFC 2119).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Breaking it is a failure.
    Must,
    /// Breaking it is a warning.
    Should,
    /// A subject that does not do it gets the verdict `not_applicable`.
    May,
}

impl Level {
    /// The level's name in YAML.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Must => "must",
            Self::Should => "should",
            Self::May => "may",
        }
    }
}

/// The level of a requirement: the same in all editions, or one for each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Levels {
    /// The same level in all editions.
    One(Level),
    /// A level for each edition.
    ByEdition(BTreeMap<String, Level>),
}

impl Levels {
    /// The level in an edition; `None` where a map does not name it.
    #[must_use]
    pub fn in_edition(&self, edition: &str) -> Option<Level> {
        match self {
            Self::One(level) => Some(*level),
            Self::ByEdition(levels) => levels.get(edition).copied(),
        }
    }
}

impl<'de> Deserialize<'de> for Levels {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct LevelsVisitor;
        impl<'de> Visitor<'de> for LevelsVisitor {
            type Value = Levels;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("must, should, may, or a map from edition to one of them")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Levels, E> {
                match text {
                    "must" => Ok(Levels::One(Level::Must)),
                    "should" => Ok(Levels::One(Level::Should)),
                    "may" => Ok(Levels::One(Level::May)),
                    _ => Err(E::unknown_variant(text, &["must", "should", "may"])),
                }
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Levels, A::Error> {
                let mut levels = BTreeMap::new();
                while let Some((edition, level)) = map.next_entry()? {
                    levels.insert(edition, level);
                }
                Ok(Levels::ByEdition(levels))
            }
        }
        deserializer.deserialize_any(LevelsVisitor)
    }
}

impl JsonSchema for Levels {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Levels".into()
    }
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let level = generator.subschema_for::<Level>();
        schemars::json_schema!({"anyOf": [level, {"type": "object", "additionalProperties": level}]})
    }
}

/// The kind of subject that must satisfy a requirement.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Subject {
    /// A server.
    #[default]
    Server,
    /// An SDK.
    Sdk,
}

/// A quotation from a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceRef {
    /// The name of the source.
    pub document: String,
    /// Text that the source's file contains literally, apart from white space.
    pub quote: String,
}

impl Requirement {
    /// The lists of cases that its forms have: the form's name, its families and the cases.
    pub fn case_lists(&self) -> impl Iterator<Item = (&'static str, &[String], &[CaseSpec])> {
        let accepts = self.accepts.iter().map(|form| ("accepts", &form.requests[..], &form.cases[..]));
        let refuses = self.refuses.iter().map(|form| ("refuses", &form.requests[..], &form.cases[..]));
        let signed = self.authenticates.iter().map(|form| ("authenticates", &form.requests[..], &form.cases[..]));
        let probed = self.constraint.iter().map(|form| ("constraint", &form.requests[..], &form.cases[..]));
        accepts.chain(refuses).chain(signed).chain(probed)
    }

    /// The forms that the document gives; the lint demands exactly one.
    #[must_use]
    pub fn forms(&self) -> Vec<Form<'_>> {
        [
            self.constraint.as_ref().map(Form::Constraint),
            self.always.as_ref().map(Form::Always),
            self.accepts.as_ref().map(Form::Accepts),
            self.refuses.as_ref().map(Form::Refuses),
            self.history.as_ref().map(Form::History),
            self.scenario.as_ref().map(Form::Scenario),
            self.authenticates.as_ref().map(Form::Authenticates),
            self.derives.as_ref().map(Form::Derives),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// An ambiguity of the sources, with the interpretations that are allowed.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// Its name, in kebab case.
    pub id: String,
    /// The row of the behaviour tables in docs/requirements.md that it belongs to (`X8`).
    pub row: String,
    /// The editions that it applies to.
    pub editions: Vec<String>,
    /// The question that the sources leave open.
    pub question: String,
    /// The sentences of the sources that leave it open.
    pub source: Vec<SourceRef>,
    /// The requirements that it rests on, as in `rests_on` of a requirement.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rests_on: Vec<String>,
    /// The schema constraints that the question is about, if any.
    #[serde(default)]
    pub constraint: OneOrMany<Pointer>,
    /// For a reading without steps: the operations whose exchanges show it, by `operationId`; all exchanges if absent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub on: Vec<String>,
    /// For a reading without steps: the condition that selects the exchanges that show it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Cel>,
    /// The steps that show which interpretation the server has.
    #[serde(default)]
    pub steps: Vec<Step>,
    /// The interpretations. The first whose rule holds is the observed one.
    pub observe: Vec<Observation>,
}

/// One interpretation of a reading.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Observation {
    /// Its name, in kebab case.
    pub name: String,
    /// The rule that holds if the server has this interpretation: over `steps.NAME`, or over one exchange.
    pub rule: Cel,
}
