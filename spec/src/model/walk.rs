//! Walks: generated sequences of requests about one thing, by everybody who may have to do with it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{CaseSpec, Needs};

/// A kind of walk: somebody creates a thing, then come actions in a generated order, and at the end the same few each
/// time. What must hold of the answers is said by requirements of the form `history`, and by rules on every exchange.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Walk {
    /// What it is, in a few words.
    pub title: String,
    /// The family whose request creates the thing.
    pub creates: String,
    /// Who the other caller is, in turns. Without a second caller there is nobody.
    pub company: Vec<Company>,
    /// How long the list of users is, by edition: least and most; the family's own where it is left out.
    #[serde(default)]
    pub user_count: BTreeMap<String, [usize; 2]>,
    /// How many actions are drawn: least and most.
    pub length: [usize; 2],
    /// The actions that are drawn from.
    pub actions: Vec<Action>,
    /// The names of the actions that every walk ends with, in this order.
    pub end: Vec<String>,
    /// How many of the first walks are remembered: their `end` comes once more when everything else is done.
    pub remembered: usize,
}

/// Who the caller is who does not create the thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Company {
    /// The first of the users that the creation names.
    Member,
    /// Somebody whom the creation does not name.
    Outsider,
}

/// Who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Actor {
    /// Who has created the thing.
    Creator,
    /// A member of it.
    Member,
    /// Somebody who has nothing to do with it.
    Outsider,
}

/// One action of a walk: the creation again, perhaps changed, or a request of another operation about the same thing.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// Its name, in kebab case.
    pub name: String,
    /// Who may take it.
    pub by: Vec<Actor>,
    /// The editions it belongs to; all where it is left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub editions: Vec<String>,
    /// The operation that is asked for, by `operationId`, where it is not the creation again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<String>,
    /// The creation that the actor would send, a family's, to whoever has created the thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
    /// How the creation is changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<CaseSpec>,
    /// How often it is drawn, beside others.
    #[serde(default = "one")]
    pub weight: u32,
    /// What the server must have shown for the action to be taken.
    #[serde(default, skip_serializing_if = "Needs::is_empty")]
    pub needs: Needs,
}

fn one() -> u32 {
    1
}
