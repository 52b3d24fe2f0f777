//! Walks: generated sequences of requests about one thing, by its creator, its members and outsiders.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{CaseSpec, Needs};

/// A kind of walk: a caller creates a thing, then follow actions in a generated order, and at the end always the same
/// few. Requirements of the form `history`, and rules on every exchange, judge the answers.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Walk {
    /// A title of a few words.
    pub title: String,
    /// The family whose request creates the thing.
    pub creates: String,
    /// The roles of the other caller, which the walks take in turn. Without a second caller there is none.
    pub company: Vec<Company>,
    /// The minimum and maximum length of the list of users, by edition; the family's if absent.
    #[serde(default)]
    pub user_count: BTreeMap<String, [usize; 2]>,
    /// The minimum and maximum number of actions that are drawn.
    pub length: [usize; 2],
    /// The actions to draw from.
    pub actions: Vec<Action>,
    /// The names of the actions that every walk ends with, in this order.
    pub end: Vec<String>,
    /// The number of walks, from the first one on, whose `end` is repeated after all other cases.
    pub remembered: usize,
}

/// The role of the caller that does not create the thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Company {
    /// The first user that the creation names.
    Member,
    /// A user that the creation does not name.
    Outsider,
}

/// The role of the caller that takes an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Actor {
    /// The caller that created the thing.
    Creator,
    /// Another caller that the creation names.
    Member,
    /// Another caller that the creation does not name.
    Outsider,
}

/// One action of a walk: the creation again, perhaps changed, or a request of another operation about the same thing.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// Its name, in kebab case.
    pub name: String,
    /// The roles that may take it.
    pub by: Vec<Actor>,
    /// The editions that it applies to; all if absent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub editions: Vec<String>,
    /// The `operationId` of the operation that is called; if this and `request` are absent, the creation is sent again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<String>,
    /// The family of the actor's own creation, which names the creator of the thing as its first user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
    /// The change to the creation that is sent again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<CaseSpec>,
    /// Its weight when actions are drawn, for each of its roles: with 2 it is drawn twice as often as with 1.
    #[serde(default = "one")]
    pub weight: u32,
    /// The interpretations of readings that the server must have shown for the action to be taken.
    #[serde(default, skip_serializing_if = "Needs::is_empty")]
    pub needs: Needs,
}

fn one() -> u32 {
    1
}
