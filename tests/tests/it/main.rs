//! One binary for the tests over several packages.

mod documents;
mod types;
mod values;
