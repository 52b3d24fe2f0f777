//! The kill matrix: every fault of the reference server against every requirement.
//!
//! A fault is killed when the requirement that it breaks fails (or warns, where it is a should), and nothing else does
//! but the consequences that its row declares. Servers run in this process, each with two callers.

pub mod document;
mod trial;

pub use trial::{Broken, Trial, problems, quick, whole};
