//! Judges an implementation of Mixin Messenger's `POST /conversations` against the spec.

pub mod client;
pub mod derivation;
pub mod exchange;
pub mod explain;
pub mod expression;
pub mod generate;
pub mod ids;
pub mod json;
pub mod judge;
pub mod make;
pub mod plan;
pub mod probe;
pub mod record;
pub mod schema;
pub mod time;
pub mod users;
pub mod verdict;
