//! The reference server over real connections.

mod support;
mod variants;

mod accept;
mod auth;
mod form;
mod hostile;
mod policy;
mod refuse;
mod sequences;
mod sessions;
mod stop;
