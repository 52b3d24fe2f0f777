//! The other subject: an SDK, behind a program (the adapter) that reads a JSON object a line and answers one a line.
//!
//! [`adapter`] speaks the [protocol](adapter::protocol), and answers for a program that crashes, hangs or babbles; [`law`] is
//! over an SDK's functions, [`client`] over its requests.

pub mod adapter;
pub mod catalog;
pub mod client;
mod compiled;
pub mod law;
mod outside;
pub mod run;
