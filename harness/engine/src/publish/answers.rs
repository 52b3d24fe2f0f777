//! Publishes vectors of answers: possible answers to `POST /conversations`, and what a client must make of each.
//!
//! They come from the spec's answers to clients. Members that follow from the request keep the example's values and are
//! listed in `set`: so a vector can be read by itself, and can also be served to a client.

use std::collections::BTreeMap;
use std::sync::Arc;

use mixinspec_spec::Spec;
use mixinspec_spec::model::AnswerKind;
use serde_json::{Value, json};

use super::error::VectorError;
use crate::cel::{ExpressionError, Vocabulary};
use crate::identity::derivation::Derivations;
use crate::identity::users::Users;
use crate::sdk::client::calls::{AnswerPlan, Calls, Rule};
use crate::text::pointer::overlaps;
use crate::vectors::document::VectorResult;
use crate::vectors::{AnswerVector, CannedAnswer, Expectation, Follows};

/// The answers of an edition to which at least one requirement applies before the client's result is known.
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
        result: if accepted { VectorResult::Valid } else { VectorResult::Invalid },
        requirements: about(&came),
        set: if plan.text.is_some() { Vec::new() } else { follows(plan) },
        answer: CannedAnswer {
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

/// The members that follow from the request, except those that this answer changes on purpose.
fn follows(plan: &AnswerPlan) -> Vec<Follows> {
    let patched = plan.patch.iter().map(|operation| operation.path.as_str());
    let own: Vec<&str> = patched.chain(plan.set.iter().map(|(at, _)| at.as_str())).collect();
    let stays = |at: &str| !own.iter().any(|own| overlaps(own, at));
    let right = plan.right.iter().filter(|(at, _)| stays(at));
    right.map(|(at, to)| Follows { at: at.clone(), to: to.source().to_owned() }).collect()
}
