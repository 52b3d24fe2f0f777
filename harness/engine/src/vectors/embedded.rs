//! The vectors that every run executes: requests that published SDKs and apps really send, as cases of requirements.

use std::sync::Arc;

use mixinspec_spec::Spec;
use mixinspec_spec::model::RealRequest;

use super::document::{HttpVector, VectorResult};
use super::real_input;
use crate::cel::ExpressionError;
use crate::identity::derivation::Derivations;
use crate::identity::ids::CaseIds;
use crate::identity::users::Users;
use crate::request::make::{Cast, Made, MakeError};

/// A vector as a case.
#[derive(Debug)]
pub struct EmbeddedCase {
    /// The requirement of the case: the first that the vector tests.
    pub requirement: String,
    /// Its name within the requirement.
    pub name: String,
    /// The family from which its twin is made.
    pub family: String,
    /// Makes its request.
    pub request: Arc<VectorRequest>,
}

/// A vector, with what is needed to send it to a subject.
#[derive(Debug)]
pub struct VectorRequest {
    vector: HttpVector,
    derivations: Arc<Derivations>,
}

impl VectorRequest {
    /// The vector.
    #[must_use]
    pub fn vector(&self) -> &HttpVector {
        &self.vector
    }

    /// The vector's request as this caller sends it.
    ///
    /// # Errors
    /// When there are too few users.
    pub fn make(&self, users: &Users, ids: &CaseIds, cast: &Cast) -> Result<Made, MakeError> {
        self.vector.for_subject(&self.derivations, users, ids, cast)
    }
}

/// The cases of an edition that come from vectors: all real requests that must be accepted, if the spec has a
/// requirement that says so.
///
/// # Errors
/// When a derivation gives no id for a request.
pub fn embedded_cases(spec: &Spec, edition: &str) -> Result<Vec<EmbeddedCase>, ExpressionError> {
    let derivations = Arc::new(Derivations::new(spec.document.derivations.clone()));
    // The seed is of no matter, since users are replaced.
    let vectors = real_input::vectors(spec, &derivations, edition, 1)?;
    let valid = vectors.into_iter().filter(|(_, vector)| vector.result == VectorResult::Valid);
    let case = |(real, vector): (&RealRequest, HttpVector)| {
        let requirement = vector.requirements.first()?.clone();
        let name = format!("vector-{}", real.name);
        let family = real.family.clone();
        let request = Arc::new(VectorRequest { vector, derivations: Arc::clone(&derivations) });
        Some(EmbeddedCase { requirement, name, family, request })
    };
    Ok(valid.filter_map(case).collect())
}
