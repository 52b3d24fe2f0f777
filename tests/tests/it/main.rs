//! One binary for the tests over several packages.

mod callers;
mod conformance;
mod derivations;
mod documents;
mod dummies;
mod dying;
mod evaluator;
mod formats;
mod kinds;
mod laws;
mod misshapen;
mod moody;
mod rows;
mod schemas;
mod sdk_hostile;
mod sdk_matrix;
mod sdk_protocol;
mod shrinking;
mod spec_folder;
mod types;
mod users;
mod values;
mod variants;
mod vectors;
mod vectors_elsewhere;
mod vectors_http;
