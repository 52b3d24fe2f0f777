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

/// One normative statement, with exactly one form of check.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// Its name, in kebab case: stable, never used again for something else.
    pub id: String,
    /// The row of the behaviour tables in docs/requirements.md that it belongs to (`Q2`, `A7`).
    pub row: String,
    /// What it is about.
    pub area: Area,
    /// How binding it is: one level, or one an edition.
    pub level: Levels,
    /// The editions it belongs to.
    pub editions: Vec<String>,
    /// Who must satisfy it.
    #[serde(default)]
    pub subject: Subject,
    /// The statement, in one sentence.
    pub statement: String,
    /// Where it is said.
    pub source: Vec<SourceRef>,
    /// What to change where it is broken, in one sentence: what whoever wrote the subject reads under `help`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// The requirements that it rests on: where one of them is broken, it is broken by the same mistake, and its failure is
    /// counted among what follows from that. `ID/CASE` names one case of a requirement: it rests on that case alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rests_on: Vec<String>,
    /// Which published SDKs or apps suffer when it is broken.
    #[serde(default)]
    pub breaks: Vec<String>,
    /// What a server must have shown for the requirement to apply to it.
    #[serde(default, skip_serializing_if = "Needs::is_empty")]
    pub needs: Needs,
    /// Whether a server may refuse whatever would show it. Where no exchange of a run shows it, it does not apply then,
    /// instead of being undecided.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub may_be_unseen: bool,
    /// The operations, by `operationId`, whose exchanges a rule looks at; every exchange where it is left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub on: Vec<String>,
    /// When it applies to an exchange, or a law to arguments. Left out, an `always` rule applies to every exchange, and a
    /// law to arguments in the derivation's domain. An expression that cannot
    /// be evaluated on an exchange (a member is not there) does not apply to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Cel>,
    /// The form `constraint`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub constraint: Option<Constraint>,
    /// The form `always`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub always: Option<Always>,
    /// The form `accepts`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepts: Option<Accepts>,
    /// The form `refuses`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refuses: Option<Refuses>,
    /// The form `history`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub history: Option<History>,
    /// The form `scenario`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scenario: Option<Scenario>,
    /// The form `authenticates`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authenticates: Option<Authenticates>,
    /// The form `derives`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub derives: Option<Derives>,
}

/// What a requirement is about; the summary of a run has a line for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Area {
    /// The ids that the spec derives.
    Derivation,
    /// The requests that a server accepts.
    Requests,
    /// What an answer holds.
    Answer,
    /// What several requests have to do with each other.
    Sequences,
    /// The requests that a server refuses.
    Refusals,
    /// The form of a refusal.
    Errors,
    /// Who may send a request.
    Authentication,
    /// What a client sends and reads.
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

    /// The area's name, as it is written in YAML.
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
    /// Breaking it is a note.
    May,
}

impl Level {
    /// The level's name, as it is written in YAML.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Must => "must",
            Self::Should => "should",
            Self::May => "may",
        }
    }
}

/// One level, or one for each edition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Levels {
    /// The same in all editions.
    One(Level),
    /// By edition.
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

/// Who must satisfy a requirement.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Subject {
    /// A server.
    #[default]
    Server,
    /// An SDK.
    Sdk,
}

/// A sentence of a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceRef {
    /// The source's name.
    pub document: String,
    /// Words that stand in its file, to the letter but for white space.
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

    /// The forms that are written; the lint demands exactly one.
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

/// An ambiguity, with the interpretations that are allowed.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// Its name, in kebab case.
    pub id: String,
    /// The row of the behaviour tables (`X8`).
    pub row: String,
    /// The editions it belongs to.
    pub editions: Vec<String>,
    /// The question that the sources leave open.
    pub question: String,
    /// Where they do.
    pub source: Vec<SourceRef>,
    /// The requirements that it rests on, as a requirement's `rests_on`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rests_on: Vec<String>,
    /// The schema constraint that the question is about, where there is one.
    #[serde(default)]
    pub constraint: OneOrMany<Pointer>,
    /// The operations, by `operationId`, whose exchanges show it, where no steps are taken; every exchange where it is
    /// left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub on: Vec<String>,
    /// Which exchanges show it, where no steps are taken: all that this is true of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Cel>,
    /// The steps to find out.
    #[serde(default)]
    pub steps: Vec<Step>,
    /// The interpretations, the first that holds being the one that is observed.
    pub observe: Vec<Observation>,
}

/// One interpretation.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Observation {
    /// Its name, in kebab case.
    pub name: String,
    /// What shows it: over `steps.NAME`, or over one exchange.
    pub rule: Cel,
}
