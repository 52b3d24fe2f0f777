//! The program as a user runs it: what it prints, and what its exit status is.

mod echo;
mod gate;
mod hostile;
mod keystores;
mod observe;
mod output;
mod program;
mod readme;
mod reports;
mod sdk;
mod secrets;
mod signals;
mod signing;
mod spec;
mod status;
mod usage;
mod variants;
mod vectors;
