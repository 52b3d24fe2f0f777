//! The other subject: an SDK, behind a program (the adapter) that reads a JSON object a line and answers one a line.
//!
//! What is said stands in [`protocol`]; [`adapter`] says it, and answers for a program that crashes, hangs or babbles.

pub mod adapter;
pub mod catalog;
pub mod client;
mod compiled;
pub mod law;
mod outside;
pub mod run;
