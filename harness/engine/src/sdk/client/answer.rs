//! Builds the answer to a client's request, by a plan of the spec or of a file of answers.

use std::time::Duration;

use mixinspec_spec::model::AnswerEnding;
use serde_json::{Value, json};

use super::calls::AnswerPlan;
use super::endpoint::{Arrived, SLOW};
use crate::cel::{Expression, Scope, Vocabulary};
use crate::request::make::patch;
use crate::text::json;
use crate::text::pointer::place;

impl AnswerPlan {
    /// The answer to a request: its JSON, null where it has none, and its text.
    pub(crate) fn answer(&self, vocabulary: &Vocabulary, arrived: &Arrived, caller: &Value) -> (Value, String) {
        if let Some(text) = &self.text {
            return (Value::Null, text.clone());
        }
        let mut scope = vocabulary.scope();
        scope.set("caller", caller);
        scope.set("request", &json::read(&arrived.body).0.unwrap_or_default());
        let body = self.body(&mut scope);
        let text = body.to_string();
        (body, text)
    }

    /// The answer's JSON without a request: members that follow from a request keep the example's values.
    pub(crate) fn unasked(&self, vocabulary: &Vocabulary) -> Value {
        if self.text.is_some() { Value::Null } else { self.body(&mut vocabulary.scope()) }
    }

    fn body(&self, scope: &mut Scope<'_>) -> Value {
        let mut body = self.body.clone();
        scope.set("item", self.item.as_ref().unwrap_or(&Value::Null));
        // Where a wrong request lacks a member, the example's value stays.
        let set = |body: &mut Value, members: &[(String, Expression)]| {
            for (at, value) in members {
                if let Ok(value) = scope.json(value) {
                    place(body, at, value);
                }
            }
        };
        set(&mut body, &self.right);
        // The spec's own tests make sure that its patches fit.
        let _ = patch(&mut body, &self.patch);
        set(&mut body, &self.set);
        body
    }

    /// The variable `answer`, for an answer with this JSON.
    pub(crate) fn variable(&self, body: &Value) -> Value {
        let error = |name: &str| body.pointer(&format!("/error/{name}")).cloned().unwrap_or_default();
        json!({
            "name": self.name,
            "kind": self.kind.name(),
            "status": self.status,
            "data": body.get("data"),
            "code": error("code"),
            "description": error("description"),
        })
    }

    /// The pause before the answer breaks off, in milliseconds, if there is one.
    pub(crate) fn pause_ms(&self) -> Option<u64> {
        let pause = match self.ending {
            AnswerEnding::Whole | AnswerEnding::Cut => return None,
            AnswerEnding::Slow => self.pause.unwrap_or(SLOW),
        };
        Some(u64::try_from(pause.as_millis()).unwrap_or(u64::MAX))
    }

    /// The same as a duration; zero without a pause.
    pub(crate) fn pause(&self) -> Duration {
        Duration::from_millis(self.pause_ms().unwrap_or(0))
    }
}
