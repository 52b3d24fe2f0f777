//! The other subject: an SDK, behind a program (the adapter) that reads a JSON object a line and answers one a line.
//!
//! What is said stands in [`protocol`]; [`adapter`] says it, and answers for a program that crashes, hangs or babbles.

pub mod adapter;
mod answer;
pub mod answers;
mod arguments;
pub(crate) mod calls;
pub mod catalog;
mod client;
pub mod differential;
mod endpoint;
mod law;
mod laws;
mod made;
mod nearness;
pub mod observe;
mod outside;
mod process;
pub mod protocol;
pub mod run;
mod scene;
mod trial;
