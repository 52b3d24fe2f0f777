//! Judges the other kind of subject: an SDK, behind a program (the adapter) that reads and writes one JSON object per
//! line.
//!
//! [`adapter`] speaks the [protocol](adapter::protocol), and copes with a program that crashes, hangs or writes
//! nonsense; [`law`] judges an SDK's functions, [`client`] its requests.

pub mod adapter;
pub mod catalog;
pub mod client;
mod compiled;
pub mod law;
mod outside;
pub mod run;
