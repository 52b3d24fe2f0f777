//! Requests: how they are made from families, changes, generated documents and walks.
//!
//! A [`make::Maker`] makes a request of a family with a change. Nothing here sends one, or knows its expected answer.

pub mod change;
pub mod credential;
pub mod encoding;
pub mod family;
pub mod generate;
pub mod make;
pub mod probe;
pub mod walk;
