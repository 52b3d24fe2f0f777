//! Tests of the printer that do not need its generated types.

mod binary;
mod exhaustive;
mod mutations;
mod outputs;
mod refusals;
