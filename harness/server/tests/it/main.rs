//! The reference server over real connections.

mod support;

mod form;
mod stop;
