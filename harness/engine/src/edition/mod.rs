//! An edition, compiled once: its schemas, operations, derivations and the functions of its expressions. Runs, vectors
//! and lists share it.
//!
//! Its main type is [`CompiledEdition`]; an [`exchange::Exchange`] is one request with its answer, as the edition reads
//! them. Nothing here sends anything, and nothing judges.

pub mod error;
pub mod exchange;
pub mod operation;
pub mod schema;
pub mod variables;

use std::sync::Arc;

use mixinspec_spec::Spec;

use crate::cel::Vocabulary;
use crate::edition::operation::Operations;
use crate::edition::schema::{SchemaError, Schemas};
use crate::http::envelope::Envelope;
use crate::identity::derivation::Derivations;
use crate::identity::users::Users;

/// An edition, compiled.
#[derive(Debug, Clone)]
pub struct CompiledEdition {
    /// Its name.
    pub name: String,
    /// The schemas of bodies.
    pub schemas: Arc<Schemas>,
    /// The envelope: how answers are read.
    pub envelope: Arc<Envelope>,
    /// The operations.
    pub operations: Arc<Operations>,
    /// The functions that the spec defines.
    pub derivations: Arc<Derivations>,
    /// The functions that expressions can call.
    pub vocabulary: Arc<Vocabulary>,
    /// The users that requests may name.
    pub users: Arc<Users>,
}

/// Why an edition cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum EditionError {
    /// The spec has no such edition.
    #[error("the spec has no edition `{0}`")]
    Unknown(String),
    /// A schema cannot be compiled.
    #[error(transparent)]
    Schema(#[from] SchemaError),
}

impl CompiledEdition {
    /// Compiles an edition of a spec, for these users.
    ///
    /// # Errors
    /// When the spec has no such edition, or one of its schemas does not compile.
    pub fn compile(spec: &Spec, name: &str, users: Arc<Users>) -> Result<Self, EditionError> {
        let document = spec.openapi_json(name).ok_or_else(|| EditionError::Unknown(name.to_owned()))?;
        let mut schemas = Schemas::new(document.clone());
        let operations = Operations::compile(spec, name, &mut schemas)?;
        let derivations = Arc::new(Derivations::new(spec.document.derivations.clone()));
        let vocabulary = Arc::new(Vocabulary::new(Arc::clone(&derivations), Arc::clone(&users)));
        Ok(Self {
            name: name.to_owned(),
            schemas: Arc::new(schemas),
            envelope: Arc::new(Envelope::of(spec)),
            operations: Arc::new(operations),
            derivations,
            vocabulary,
            users,
        })
    }

    /// The same, where every UUID is a user.
    ///
    /// # Errors
    /// As [`CompiledEdition::compile`].
    pub fn of(spec: &Spec, name: &str) -> Result<Self, EditionError> {
        Self::compile(spec, name, Arc::new(Users::any_uuid()))
    }
}
