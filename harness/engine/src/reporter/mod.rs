//! Reports for people and programs, each a pure function of a [`Report`](crate::report::Report).

pub mod terminal;
