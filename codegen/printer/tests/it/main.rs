//! The printer's promises, as far as they can be tested without what it prints.

mod exhaustive;
mod mutations;
mod outputs;
mod refusals;
