//! Judges an implementation of Mixin Messenger's `POST /conversations` against the spec.

pub mod derivation;
pub mod expression;
pub mod ids;
pub mod json;
pub mod time;
pub mod users;
pub mod client;
pub mod exchange;
pub mod schema;
pub mod make;
pub mod generate;
