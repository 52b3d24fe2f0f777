//! Tests from outside.

mod any_documents;
