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
    /// Requests that the server must accept.
    Accepts(&'a Accepts),
    /// Requests that the server must refuse.
    Refuses(&'a Refuses),
    /// A rule over several exchanges about one thing.
    History(&'a History),
    /// Several requests and a rule over them.
    Scenario(&'a Scenario),
    /// A request whose credential is altered.
    Authenticates(&'a Authenticates),
    /// A law over a derivation.
    Derives(&'a Derives),
}

impl Form<'_> {
    /// The form's name in YAML.
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

/// Schema constraints of the OpenAPI documents that belong to this requirement, and to no other.
///
/// Constraints of a request are checked by requests at the bound (accepted) and beyond it (refused), those of an answer
/// by validating every answer.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Constraint {
    /// JSON Pointers into the OpenAPI document of each edition: to a keyword, an element of `required`, or a schema,
    /// which stands for all its constraints that are not behind a `$ref`.
    pub at: OneOrMany<Pointer>,
    /// For a request: the families that cases are made from.
    #[serde(default)]
    pub requests: Vec<String>,
    /// For a request: the error codes that a refusal may have; any if absent.
    #[serde(default)]
    pub codes: Vec<i64>,
    /// For a request: the sizes or numbers to test instead of the bound and its neighbour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probe: Option<Probe>,
    /// For a request: more requests that break the constraint, besides those that follow from the keyword.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cases: Vec<CaseSpec>,
}

/// The sizes or numbers to test around a bound.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Probe {
    /// Those that the server must accept.
    #[serde(default)]
    pub accepted: Vec<i64>,
    /// Those that the server must refuse.
    #[serde(default)]
    pub refused: Vec<i64>,
}

/// A rule that every matching exchange must satisfy.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Always {
    /// The rule.
    pub rule: Cel,
}

/// Requests that the server must accept.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Accepts {
    /// The families that the requests are built from.
    pub requests: Vec<String>,
    /// The changes to the requests; if absent, they are sent unchanged.
    #[serde(default)]
    pub cases: Vec<CaseSpec>,
    /// Whether generated requests of the families are sent, too.
    #[serde(default)]
    pub generated: bool,
    /// The minimum and maximum number of users. A request with each number in this range is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sizes: Option<[usize; 2]>,
    /// The number of users from which on a refusal is not a failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub may_refuse_from: Option<usize>,
    /// Whether the members that the family calls `fixed` must be the same in the answer as in that to the unchanged
    /// request.
    #[serde(default)]
    pub same_as_twin: bool,
    /// A rule that the exchange must satisfy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<Cel>,
}

/// Requests that the server must refuse, each with a twin, a request without the mistake, that it accepts.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Refuses {
    /// The families that the requests are built from.
    pub requests: Vec<String>,
    /// The changes that make the requests wrong.
    pub cases: Vec<CaseSpec>,
    /// The error codes that a refusal may have; any if absent.
    #[serde(default)]
    pub codes: Vec<i64>,
}

/// A rule over several exchanges about one thing, such as a conversation. It sees `first`, the first accepted exchange
/// about the thing, of any caller; `before`, the latest accepted one of a caller who belongs to the thing; and `this`,
/// a later one of any outcome. `when` selects `this`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct History {
    /// The rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<Cel>,
    /// An expression over `first` whose value must differ between all things of a run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distinct: Option<Cel>,
}

/// Several requests and a rule over them.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// The condition under which the requirement applies, evaluated after the steps. If it is false, the requirement is
    /// not applicable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applies: Option<Cel>,
    /// The rule, over `steps.NAME`.
    pub rule: Cel,
}

/// One step of a scenario. Its request is one of a family, that of an earlier step again, or a call of another
/// operation about the thing that an earlier step created.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its name in `steps.NAME`: letters, digits and underscores.
    pub name: String,
    /// The caller that sends the request.
    #[serde(default)]
    pub by: Party,
    /// The family whose request is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
    /// The earlier step whose request is sent again, with this step's `change`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again: Option<String>,
    /// Whether the request of `again` is sent without the change that made it wrong.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mended: bool,
    /// The earlier step whose conversation is read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read: Option<String>,
    /// A call of another operation about the thing that an earlier step created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<Call>,
    /// The party that is first in the list of users; a fresh user if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with: Option<Party>,
    /// The change to the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<CaseSpec>,
    /// How many times the request is sent at the same time; then `steps.NAME` is a list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_once: Option<usize>,
    /// The outcome that lets the scenario continue; with any other the requirement is inconclusive.
    #[serde(default)]
    pub expect: Expect,
}

/// A call of an operation about the thing that an earlier step created. Its request has no body: the path identifies
/// the thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// The operation, by `operationId`.
    pub operation: String,
    /// The step whose request created the thing.
    pub of: String,
}

/// A party of a scenario.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Party {
    /// The first caller.
    #[default]
    Caller,
    /// The second caller; without one the requirement is not applicable.
    Peer,
}

/// The outcome of a step that lets the scenario continue.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Expect {
    /// The request is accepted.
    #[default]
    Accepted,
    /// The request is refused.
    Refused,
    /// Any outcome: the rule judges it.
    Judged,
}

/// Requests with a credential that is built differently, or altered after signing, each with a twin: the same request
/// with the caller's own credential. This form does not apply to a subject that checks no credentials.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Authenticates {
    /// The families that the requests are built from.
    pub requests: Vec<String>,
    /// The operations, by `operationId`, that are also called, about the thing that a request of the first family
    /// created, with the credential of each case that changes only the credential.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reads: Vec<String>,
    /// The changes to the requests and their credentials.
    pub cases: Vec<CaseSpec>,
    /// The outcome that the requests must have.
    pub expect: ExpectCredential,
    /// The outcome that they must have in editions that differ.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub expect_in: BTreeMap<String, ExpectCredential>,
    /// A rule that an accepted exchange must satisfy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<Cel>,
}

/// The outcome that a request with a credential must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ExpectCredential {
    /// The request is accepted.
    Accepted,
    /// The request is refused, in any form.
    Refused,
    /// The request is refused as unauthorized: with 401 as the HTTP status or as the error code.
    Unauthorized,
    /// If it is accepted, the rule must hold; a refusal shows nothing.
    Judged,
}

impl ExpectCredential {
    /// The name in YAML.
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
