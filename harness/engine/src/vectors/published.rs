//! Results from the tests of published SDKs and apps, as vectors. They come from the spec, `inputs/published.yaml`;
//! nothing is computed here.

use mixinspec_spec::Spec;
use mixinspec_spec::model::{Derivation, ParameterType, PublishedResult};
use serde_json::Value;

use super::document::{PublishedVector, VectorResult};
use super::flags::Requirements;
use super::group::{Group, PublishedGroup};
use super::inputs::is_user_id;
use crate::vectors::{GROUP, UNIQUE};

/// A published pair of users.
pub(crate) struct PublishedPair {
    pub(crate) id: String,
    pub(crate) users: [String; 2],
    pub(crate) origins: Vec<String>,
}

/// The published pairs.
pub(crate) fn pairs(spec: &Spec) -> Vec<PublishedPair> {
    let pair = |result: &PublishedResult| PublishedPair {
        id: format!("published-{}", result.id),
        users: [text(result, 0), text(result, 1)],
        origins: result.origins.clone(),
    };
    of(spec, UNIQUE).map(pair).collect()
}

/// The published groups.
pub(crate) fn groups(spec: &Spec) -> Vec<PublishedGroup> {
    of(spec, GROUP).map(|result| PublishedGroup { group: group(result), origins: result.origins.clone() }).collect()
}

fn of<'a>(spec: &'a Spec, function: &'static str) -> impl Iterator<Item = &'a PublishedResult> {
    spec.inputs.published.results.iter().filter(move |result| result.function == function)
}

fn group(result: &PublishedResult) -> Group {
    let participants = result.arguments.get(2).and_then(Value::as_array).into_iter().flatten();
    Group {
        owner: text(result, 0),
        name: text(result, 1),
        participants: participants.filter_map(Value::as_str).map(str::to_owned).collect(),
        random: text(result, 3),
    }
}

/// A text argument; the lint has checked the number and types of arguments.
fn text(result: &PublishedResult, at: usize) -> String {
    result.arguments.get(at).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Whether each argument fits its parameter.
fn is_in_domain(derivation: &Derivation, result: &PublishedResult) -> bool {
    derivation.parameters.iter().zip(&result.arguments).all(|(parameter, value)| match parameter.kind {
        ParameterType::User | ParameterType::Uuid => value.as_str().is_some_and(is_user_id),
        ParameterType::Users => {
            value.as_array().is_some_and(|list| list.iter().all(|one| one.as_str().is_some_and(is_user_id)))
        }
        ParameterType::Text => value.is_string(),
    })
}

/// All published results, one vector for each place of publication.
pub(crate) fn vectors(spec: &Spec) -> Vec<PublishedVector> {
    let published = &spec.inputs.published;
    let mut all = Vec::new();
    for result in &published.results {
        let inside = match result.function.as_str() {
            UNIQUE => [text(result, 0), text(result, 1)].iter().all(|user| is_user_id(user)),
            GROUP => group(result).is_in_domain(),
            other => spec.document.derivations.get(other).is_some_and(|derivation| is_in_domain(derivation, result)),
        };
        let mut flags = published.flags.clone();
        match published.functions.get(&result.function) {
            Some(other) => flags.extend(other.flags.iter().cloned()),
            None => flags.extend((!inside).then(|| "OutsideDomain".to_owned())),
        }
        let requirements = Requirements::of(spec, &result.function).with(&[]);
        for (nth, origin) in result.origins.iter().enumerate() {
            let number = if result.origins.len() > 1 { format!("-{:02}", nth + 1) } else { String::new() };
            all.push(PublishedVector {
                id: format!("{}{number}", result.id),
                comment: result.comment.clone(),
                flags: flags.clone(),
                result: if inside { VectorResult::Valid } else { VectorResult::Acceptable },
                requirements: requirements.clone(),
                origin: origin.clone(),
                function: result.function.clone(),
                arguments: result.arguments.clone(),
                expected: result.expected.clone(),
            });
        }
    }
    all
}
