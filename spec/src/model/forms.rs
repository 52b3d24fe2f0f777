//! The forms of check that a requirement may have.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{CaseSpec, Cel, OneOrMany, Pointer};

/// The form of a requirement's check.
#[derive(Debug, Clone, Copy)]
pub enum Form<'a> {
    /// A schema constraint.
    Constraint(&'a Constraint),
    /// A rule on every matching exchange.
    Always(&'a Always),
    /// Requests that are accepted.
    Accepts(&'a Accepts),
    /// Requests that are refused.
    Refuses(&'a Refuses),
    /// A rule over what several exchanges say of one thing.
    History(&'a History),
    /// Several requests and a rule over them.
    Scenario(&'a Scenario),
    /// A request whose credential is altered.
    Authenticates(&'a Authenticates),
    /// A law over a derivation.
    Derives(&'a Derives),
}

impl Form<'_> {
    /// The form's name, as it is written in YAML.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Constraint(_) => "constraint",
            Self::Always(_) => "always",
            Self::Accepts(_) => "accepts",
            Self::Refuses(_) => "refuses",
            Self::History(_) => "history",
            Self::Scenario(_) => "scenario",
            Self::Authenticates(_) => "authenticates",
            Self::Derives(_) => "derives",
        }
    }
}

/// Constraints of the OpenAPI documents that this requirement owns, alone.
///
/// Those of a request are checked by requests at the bound (accepted) and past it (refused); those of an answer by
/// validating every answer.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Constraint {
    /// Pointers into the OpenAPI document of each edition: a keyword, an element of `required`, or a schema, which
    /// stands for all the constraints in it that are not behind a `$ref`.
    pub at: OneOrMany<Pointer>,
    /// For a request: the families that cases are made from.
    #[serde(default)]
    pub requests: Vec<String>,
    /// For a request: the codes of a refusal that are right.
    #[serde(default)]
    pub codes: Vec<i64>,
    /// For a request: the sizes or numbers to try instead of the bound and its neighbour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probe: Option<Probe>,
    /// For a request: further requests that break it, beside those that follow from the keyword.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cases: Vec<CaseSpec>,
}

/// The sizes or numbers to try around a bound.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Probe {
    /// Accepted.
    #[serde(default)]
    pub accepted: Vec<i64>,
    /// Refused.
    #[serde(default)]
    pub refused: Vec<i64>,
}

/// A rule that every matching exchange satisfies.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Always {
    /// The rule.
    pub rule: Cel,
}

/// Requests that are accepted.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Accepts {
    /// The families that the requests are made from.
    pub requests: Vec<String>,
    /// How they are changed; unchanged where there are none.
    #[serde(default)]
    pub cases: Vec<CaseSpec>,
    /// Whether generated requests of the families are sent too.
    #[serde(default)]
    pub generated: bool,
    /// The least and the greatest number of users: a request with each number between them is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sizes: Option<[usize; 2]>,
    /// From which number of users on a refusal is no failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub may_refuse_from: Option<usize>,
    /// Whether the answer equals the twin's in what the family calls `fixed`.
    #[serde(default)]
    pub same_as_twin: bool,
    /// What else holds of the exchange.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<Cel>,
}

/// Requests that are refused, each beside a twin that is accepted.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Refuses {
    /// The families that the requests are made from.
    pub requests: Vec<String>,
    /// How they are changed.
    pub cases: Vec<CaseSpec>,
    /// The codes that are right; any where there are none.
    #[serde(default)]
    pub codes: Vec<i64>,
}

/// What several exchanges say of one thing. The rule sees `first`, the first accepted answer about the thing, whoever
/// got it; `before`, the latest accepted one; and `this`, one that came later, whatever it is. `when` says which.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct History {
    /// The rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<Cel>,
    /// A value that no two things of a run share, over `first`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distinct: Option<Cel>,
}

/// Several requests and a rule over them.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// The steps, one after another.
    pub steps: Vec<Step>,
    /// When the requirement applies at all, known once the steps were taken; else it is not applicable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applies: Option<Cel>,
    /// The rule, over `steps.NAME`.
    pub rule: Cel,
}

/// One step of a scenario. Its request is a family's, or another step's again, or of another operation, about what another
/// step has created.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its name in `steps.NAME`; letters, digits and underscores.
    pub name: String,
    /// Who sends it.
    #[serde(default)]
    pub by: Party,
    /// A request of this family.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
    /// The request of an earlier step, again, with this step's own changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again: Option<String>,
    /// Whether the request of `again` is sent as it was before its change: without what was wrong with it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mended: bool,
    /// Reads the conversation of an earlier step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read: Option<String>,
    /// Asks for an operation about what an earlier step has created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<Call>,
    /// Who stands first in the list of users: a fresh user, or the other party.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with: Option<Party>,
    /// How the request is changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<CaseSpec>,
    /// How often it is sent, all at once; then `steps.NAME` is a list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_once: Option<usize>,
    /// What must come of it for the scenario to go on; without it the requirement is inconclusive.
    #[serde(default)]
    pub expect: Expect,
}

/// An operation that is asked for about what a step has created. Its request has no body: what it is about stands in the
/// path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// The operation, by `operationId`.
    pub operation: String,
    /// The step whose request has created the thing.
    pub of: String,
}

/// Who takes part.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Party {
    /// The first caller.
    #[default]
    Caller,
    /// The second caller; without one the requirement is not applicable.
    Peer,
}

/// What must come of a step.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Expect {
    /// It is accepted.
    #[default]
    Accepted,
    /// It is refused.
    Refused,
    /// Anything: the rule judges it.
    Judged,
}

/// Requests whose credential is made in another way, or altered after signing, each beside its twin: the same request
/// with the caller's own credential. It does not apply to a subject that checks no credentials.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Authenticates {
    /// The families that the requests are made from.
    pub requests: Vec<String>,
    /// The operations, by `operationId`, that are asked for what a request of the first family has created: with each
    /// credential whose case says nothing of the request itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reads: Vec<String>,
    /// The requests and their credentials.
    pub cases: Vec<CaseSpec>,
    /// What must come of them.
    pub expect: ExpectCredential,
    /// What must come of them in an edition that differs.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub expect_in: BTreeMap<String, ExpectCredential>,
    /// What else holds of an exchange that is accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<Cel>,
}

/// What must come of a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ExpectCredential {
    /// It is accepted.
    Accepted,
    /// It is refused, in whatever form.
    Refused,
    /// It is refused with 401, as status or as code.
    Unauthorized,
    /// The rule holds where it is accepted; a refusal shows nothing.
    Judged,
}

impl ExpectCredential {
    /// Its name, as it is written in YAML.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::Unauthorized => "unauthorized",
            Self::Judged => "judged",
        }
    }
}

/// A law over a derivation.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Derives {
    /// The derivation.
    pub derivation: String,
    /// The law, over the derivation's parameters and the derivations themselves.
    pub law: Cel,
}
