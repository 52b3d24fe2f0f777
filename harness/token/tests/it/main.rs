//! Tests from outside: vectors of others, every form of a keystore and of an error, laws.

mod errors;
mod forms;
mod laws;
mod sessions;
mod support;
mod vectors;
