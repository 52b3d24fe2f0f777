//! Laws over the functions of an SDK, tried on vectors and on generated arguments.
//!
//! `laws::Laws` are the laws of an edition; [`differential`] compares two SDKs without laws.

mod arguments;
pub mod differential;
pub(crate) mod functions;
pub(crate) mod laws;
pub(crate) mod nearness;
pub(crate) mod trial;
