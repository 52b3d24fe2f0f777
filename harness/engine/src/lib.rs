//! Judges an implementation of Mixin Messenger's `POST /conversations` against the spec.

pub mod client;
pub mod derivation;
pub mod events;
pub mod exchange;
pub mod execute;
pub mod explain;
pub mod expression;
pub mod generate;
pub mod ids;
pub mod json;
pub mod judge;
pub mod make;
pub mod pattern;
pub mod plan;
pub mod probe;
pub mod record;
pub mod report;
pub mod reporter;
pub mod run;
pub mod schema;
pub mod shrink;
pub mod status;
pub mod time;
pub mod twin;
pub mod users;
pub mod verdict;
