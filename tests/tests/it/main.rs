//! One binary for the tests over several packages.

mod documents;
mod schemas;
mod types;
mod values;
