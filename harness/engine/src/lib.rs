//! Judges an implementation of Mixin Messenger's `POST /conversations` against the spec.

pub mod derivation;
pub mod expression;
pub mod ids;
pub mod json;
pub mod time;
pub mod users;
