//! The requests that published SDKs and apps really send, as vectors. They come from the spec,
//! `inputs/real-requests.yaml`, with placeholders for the ids that are filled in here.

use mixinspec_spec::model::{Level, RealRequest};
use mixinspec_spec::{OperationSite, Spec};

use super::document::{DerivedId, ExpectedOutcome, HttpVector, RequestExpectation, RequestVector, User, VectorResult};
use super::inputs::{Draw, NIL, SEED_USERS};
use super::subject::derived_id;
use crate::cel::ExpressionError;
use crate::identity::derivation::Derivations;
use crate::vectors::{GROUP, UNIQUE};

/// Builds the vectors of an edition.
struct RealInputs<'a> {
    spec: &'a Spec,
    derivations: &'a Derivations,
    edition: &'a str,
    operations: Vec<OperationSite<'a>>,
    draw: Draw,
}

/// The vectors of an edition, each with the real request from which it is made.
///
/// # Errors
/// When a derivation gives no id for a request.
pub(crate) fn vectors<'a>(
    spec: &'a Spec,
    derivations: &Derivations,
    edition: &str,
    seed: u64,
) -> Result<Vec<(&'a RealRequest, HttpVector)>, ExpressionError> {
    let draw = Draw::new(seed, "create-conversation");
    let builder = RealInputs { spec, derivations, edition, operations: spec.operations(edition), draw };
    let sent = spec.inputs.real.requests.iter().filter(|request| request.editions.iter().any(|e| e == edition));
    sent.map(|request| Ok((request, builder.vector(request)?))).collect()
}

impl RealInputs<'_> {
    fn vector(&self, real: &RealRequest) -> Result<HttpVector, ExpressionError> {
        let users = self.users(real);
        let uuid = self.draw.id(&real.name, 1, "random");
        let (derived, id) = self.id(real, &users, &uuid)?;
        let readings = real.about.iter().filter_map(|id| self.spec.reading(id));
        let requirements = real.about.iter().filter_map(|id| self.spec.requirement(id));
        let level = requirements.clone().find_map(|requirement| self.spec.level(requirement, self.edition));
        let about = requirements.map(|one| &one.id).chain(readings.clone().map(|one| &one.id));
        let is_open = readings.clone().next().is_some();
        let mut flags = self.spec.inputs.real.flags.clone();
        flags.extend(is_open.then(|| "Reading".to_owned()));
        let (method, path) = self.asked(real, &id);
        Ok(HttpVector {
            id: format!("{}/real-input/{}", self.edition, real.name),
            edition: self.edition.to_owned(),
            comment: format!("What is sent by: {}.", real.sender),
            flags,
            result: if is_open { VectorResult::Acceptable } else { VectorResult::Valid },
            level: level.unwrap_or(Level::Must),
            requirements: about.cloned().collect(),
            caller: User { user_id: SEED_USERS[0].to_owned() },
            derived,
            altered: None,
            request: RequestVector {
                method,
                path,
                headers: [("content-type".to_owned(), "application/json".to_owned())].into(),
                body: Some(real.body_with(&id, &users, &uuid)),
                body_base64: None,
            },
            users,
            expected: RequestExpectation {
                outcome: if is_open { ExpectedOutcome::Either } else { ExpectedOutcome::Accepted },
                codes: Vec::new(),
                readings: readings.flat_map(|reading| &reading.observe).map(|one| one.name.clone()).collect(),
            },
        })
    }

    /// The users other than the caller: first the one of the documentation's example, then random ones.
    fn users(&self, real: &RealRequest) -> Vec<String> {
        let mut users = vec![SEED_USERS[1].to_owned()];
        users.extend(self.draw.ids(&real.name, 1, "participant", usize::from(real.users).saturating_sub(1)));
        users.truncate(real.users.into());
        // Sorted, since another requirement tests that any order is accepted.
        users.sort_unstable();
        users
    }

    /// The conversation's id in a request, and how it derives from the rest of the request.
    fn id(&self, real: &RealRequest, users: &[String], uuid: &str) -> Result<(DerivedId, String), ExpressionError> {
        let Some(derivation) = &real.derivation else {
            return Ok((DerivedId::Any, self.draw.id(&real.name, 1, "conversation")));
        };
        // The id does not take part in its own derivation.
        let (document, _) = crate::text::json::read(real.body_with(NIL, users, uuid).as_bytes());
        let functions = [(UNIQUE, DerivedId::Unique), (GROUP, DerivedId::Group)];
        let derived = functions.into_iter().find(|(name, _)| name == derivation).map(|(_, derived)| derived);
        let id = derived.and_then(|derived| {
            let id = derived_id(self.derivations, derived, None, SEED_USERS[0], document.as_ref()?)?;
            Some((derived, id))
        });
        id.ok_or_else(|| ExpressionError::Evaluation {
            source_text: derivation.clone(),
            reason: format!("the real request `{}` lacks what it is made of", real.name),
        })
    }

    /// The method and the path of a request's operation; the lint has checked that this edition has it.
    fn asked(&self, real: &RealRequest, id: &str) -> (String, String) {
        let site = self.operations.iter().find(|site| site.id == real.operation);
        site.map_or_else(Default::default, |site| {
            let parameter = site.usage.identity.parameter.as_ref().map(|name| format!("{{{name}}}"));
            let path = parameter.map_or_else(|| site.path.to_owned(), |parameter| site.path.replace(&parameter, id));
            (site.method.name().to_owned(), path)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors of 2026 from the iOS app's request, after a change to it.
    fn changed(change: impl Fn(&mut RealRequest)) -> Result<Vec<HttpVector>, ExpressionError> {
        let mut spec = Spec::embedded().expect("the embedded spec");
        spec.inputs.real.requests.retain(|request| request.name == "ios-app-group");
        spec.inputs.real.requests.iter_mut().for_each(change);
        let derivations = Derivations::new(spec.document.derivations.clone());
        Ok(vectors(&spec, &derivations, "2026", 1)?.into_iter().map(|(_, vector)| vector).collect())
    }

    #[test]
    fn placeholders_are_filled() {
        let all = changed(|_| {}).expect("vectors");
        let vector = all.first().expect("a vector");
        assert!(!vector.request.body.as_ref().expect("a body").contains('$'), "{vector:?}");
        assert_eq!((vector.users.len(), vector.derived), (3, DerivedId::Group));
        assert_eq!((vector.request.method.as_str(), vector.request.path.as_str()), ("POST", "/conversations"));
        let all = changed(|request| (request.users, request.derivation) = (0, None)).expect("vectors");
        assert_eq!((all[0].users.len(), all[0].derived), (0, DerivedId::Any));
    }

    #[test]
    fn a_parameter_of_the_path_is_filled_too() {
        let all = changed(|request| request.operation = "readConversation".into()).expect("vectors");
        let RequestVector { method, path, body, .. } = &all[0].request;
        assert_eq!(method, "GET");
        let id = path.strip_prefix("/conversations/").expect("the path of a conversation");
        assert!(body.as_ref().is_some_and(|body| body.contains(id)), "{id}");
    }

    #[test]
    fn what_has_no_id_is_told() {
        let error = changed(|request| request.body = r#"{"conversation_id":"$ID"}"#.into()).expect_err("no id");
        assert_eq!(
            error.to_string(),
            "`group_conversation_id` cannot be evaluated: the real request `ios-app-group` lacks what it is made of"
        );
    }
}
