//! Tests of the public API: published vectors, every form of a keystore, every error, and laws.

mod errors;
mod forms;
mod laws;
mod sessions;
mod support;
mod vectors;
