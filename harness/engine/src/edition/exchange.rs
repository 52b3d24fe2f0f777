//! One request with its response or its transport error, and what that means.

use std::sync::Arc;

use mixinspec_spec::model::Effect;
use serde_json::Value;

use crate::cel::{Scope, Shared};
use crate::edition::operation::CompiledOperation;
use crate::edition::schema::Violation;
use crate::edition::variables::{RequestFacts, Variables};
use crate::http::message::{NoAnswer, Received, Sent};
use crate::http::outcome::Outcome;

/// A request with its answer, and what the answer means.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// The request.
    pub sent: Sent,
    /// The response, or why there is none.
    pub answer: Result<Received, NoAnswer>,
    /// The outcome: what the answer means.
    pub outcome: Outcome,
    /// Whether the answer has an object that says why the request was refused.
    pub has_error: bool,
    /// The code that the answer has.
    pub code: Option<i64>,
    /// What is known of the request.
    pub about: RequestFacts,
    /// The operation that was asked for, where it is one of the API's.
    pub operation: Option<Arc<CompiledOperation>>,
    /// The constraints that the answer breaks.
    pub violations: Vec<Violation>,
    /// The variables that expressions see.
    pub variables: Variables,
}

impl Exchange {
    /// The response's JSON.
    #[must_use]
    pub fn response(&self) -> Option<&Value> {
        self.answer.as_ref().ok().and_then(|received| received.json.as_ref())
    }

    /// Whether the request asks for something to be created.
    #[must_use]
    pub fn creates(&self) -> bool {
        self.operation.as_ref().is_some_and(|operation| operation.effect == Effect::Creates)
    }

    /// The identity of the thing that the request is about.
    #[must_use]
    pub fn asked(&self) -> Option<&str> {
        self.operation.as_ref()?.asked(&self.sent)
    }

    /// The identity of the thing that the answer is about.
    #[must_use]
    pub fn answered(&self) -> Option<&str> {
        self.operation.as_ref()?.answered(self.response()?)
    }

    /// Whether the request was refused, for whatever reason.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        matches!(self.outcome, Outcome::Refused(_) | Outcome::Unauthorized)
    }

    /// Whether its token may count as used: the request was sent again with the same token, and refused as
    /// unauthorized.
    #[must_use]
    pub fn may_be_used_up(&self) -> bool {
        let came_again = self.answer.as_ref().is_ok_and(|received| received.came_again);
        came_again && self.outcome == Outcome::Unauthorized && self.sent.authorization.comes_again()
    }

    /// Gives a scope the variables of this exchange.
    pub fn bind(&self, scope: &mut Scope<'_>, case: &str) {
        self.variables.bind(scope);
        let (requirement, name) = case.split_once('/').unwrap_or((case, ""));
        scope.share("codes", &Shared::list(self.about.codes.iter().map(|code| Shared::int(*code))));
        scope.share("wrong", &Shared::list(self.about.wrong.iter().map(|name| Shared::text(name))));
        scope.share("case", &Shared::map([("requirement", Shared::text(requirement)), ("name", Shared::text(name))]));
    }

    /// The answer in words, for a person.
    #[must_use]
    pub fn describe(&self) -> String {
        match &self.answer {
            Err(error) => error.to_string(),
            Ok(received) => {
                // The outcome's own words have the code of a refusal, but not that of an unauthorized request.
                let code = self.code.filter(|_| self.outcome == Outcome::Unauthorized);
                let code = code.map_or_else(String::new, |code| format!(" with code {code}"));
                format!("{}{code} (HTTP {})", self.outcome.describe(), received.status)
            }
        }
    }
}
