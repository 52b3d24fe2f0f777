//! The printer's promises, as far as they can be tested without what it prints.

mod binary;
mod exhaustive;
mod mutations;
mod outputs;
mod refusals;
