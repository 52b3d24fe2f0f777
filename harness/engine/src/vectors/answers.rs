//! Vectors of answers: what a client can be answered with when it creates a conversation, and what it must make of it.
//!
//! They come from the spec's answers to clients. What follows from the request is left as the example has it, and named
//! in `set`, so that a vector can be read by itself and be given to a client, too.

use std::collections::BTreeMap;
use std::sync::Arc;

use mixinspec_spec::Spec;
use mixinspec_spec::model::{AnswerEnding, AnswerKind};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::document::{Vector, Verdict};
use super::generate::VectorError;
use crate::cel::{ExpressionError, Vocabulary};
use crate::derivation::Derivations;
use crate::pointer::overlaps;
use crate::sdk::calls::{AnswerPlan, Calls, Rule};
use crate::users::Users;

/// An answer, and what a client makes of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerVector {
    /// Its name: edition and answer.
    pub id: String,
    /// The edition.
    pub edition: String,
    /// What it is about.
    pub comment: String,
    /// Valid where the client reads it, invalid where it reports an error.
    pub result: Verdict,
    /// The requirements that it is about.
    pub requirements: Vec<String>,
    /// The answer.
    pub answer: Answer,
    /// Members of the body that follow from the request.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub set: Vec<Follows>,
    /// What the client's user must get.
    pub expected: Expectation,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The header fields, names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body, where it is JSON.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub body: Option<Value>,
    /// The body, where it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// How it ends.
    pub ending: AnswerEnding,
    /// How long it pauses, where its ending says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pause_ms: Option<u64>,
}

/// A body of null is one.
fn present<'de, D: serde::Deserializer<'de>>(value: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(value).map(Some)
}

/// A member whose value follows from the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Follows {
    /// A JSON pointer into the body.
    pub at: String,
    /// Its value, in CEL, over `request` (the body that came) and `caller` (whose token it came with).
    pub to: String,
}

/// What a client's user must get.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// What the answer means.
    pub outcome: AnswerKind,
    /// The code that the error must have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<i64>,
    /// What the error must say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

impl Vector for AnswerVector {
    const FLAGGED: bool = false;
    fn id(&self) -> &str {
        &self.id
    }
    fn flags(&self) -> &[String] {
        &[]
    }
    fn requirements(&self) -> &[String] {
        &self.requirements
    }
}

/// The answers of an edition that some requirement of it says something about, before it is known what came of them.
///
/// # Errors
/// When the spec's answers cannot be made.
pub(crate) fn vectors(spec: &Spec, edition: &str) -> Result<Vec<AnswerVector>, VectorError> {
    let plan = |error: ExpressionError| VectorError::Plan { edition: edition.to_owned(), reason: error.to_string() };
    let derivations = Arc::new(Derivations::new(spec.document.derivations.clone()));
    let vocabulary = Vocabulary::new(derivations, Arc::new(Users::any_uuid()));
    let rules = Calls::rules(spec, edition, |_| Some(0)).map_err(plan)?;
    let plans = Calls::answers(spec, edition, &vocabulary).map_err(plan)?;
    let vectors = plans.iter().filter_map(|plan| vector(spec, edition, &vocabulary, &rules, plan));
    Ok(vectors.collect())
}

fn vector(
    spec: &Spec,
    edition: &str,
    vocabulary: &Vocabulary,
    rules: &[Rule],
    plan: &AnswerPlan,
) -> Option<AnswerVector> {
    let body = plan.unasked(vocabulary);
    let answer = plan.variable(&body);
    let accepted = plan.kind == AnswerKind::Accepted;
    let (code, description) = (answer["code"].as_i64(), answer["description"].as_str().map(str::to_owned));
    let came = if accepted { (json!({}), Value::Null) } else { (Value::Null, json!({"code": code})) };
    let about = |(result, error): &(Value, Value)| {
        let mut scope = vocabulary.scope();
        let asked = json!({"category": "GROUP", "participants": []});
        for (name, value) in [("asked", &asked), ("answer", &answer), ("result", result), ("error", error)] {
            scope.set(name, value);
        }
        let names = |rule: &Rule| (rule.is_about("answer") && rule.applies(&scope)).then(|| rule.id.clone());
        rules.iter().filter_map(names).collect::<Vec<_>>()
    };
    let deciding = about(&(Value::Null, Value::Null));
    let comment = spec.requirement(deciding.first()?)?.statement.clone();
    let refused = plan.kind == AnswerKind::Refused;
    Some(AnswerVector {
        id: format!("{edition}-{}", plan.name),
        edition: edition.to_owned(),
        comment,
        result: if accepted { Verdict::Valid } else { Verdict::Invalid },
        requirements: about(&came),
        set: if plan.text.is_some() { Vec::new() } else { follows(plan) },
        answer: Answer {
            status: plan.status,
            headers: BTreeMap::from([("content-type".to_owned(), plan.content_type.clone())]),
            body: plan.text.is_none().then_some(body),
            text: plan.text.clone(),
            ending: plan.ending,
            pause_ms: plan.pause_ms(),
        },
        expected: Expectation {
            outcome: plan.kind,
            code: code.filter(|_| refused),
            description: description.filter(|_| refused),
        },
    })
}

/// What follows from the request, but for what this answer says otherwise on purpose.
fn follows(plan: &AnswerPlan) -> Vec<Follows> {
    let patched = plan.patch.iter().map(|operation| operation.path.as_str());
    let own: Vec<&str> = patched.chain(plan.set.iter().map(|(at, _)| at.as_str())).collect();
    let stays = |at: &str| !own.iter().any(|own| overlaps(own, at));
    let right = plan.right.iter().filter(|(at, _)| stays(at));
    right.map(|(at, to)| Follows { at: at.clone(), to: to.source().to_owned() }).collect()
}
