//! The program as a user runs it: what it prints, and what its exit status is.

mod bounds;
mod config;
mod echo;
mod gate;
mod github;
#[path = "../../../engine/tests/it/guises.rs"]
mod guises;
mod hostile;
mod keystores;
mod marks;
mod observe;
mod other_api;
mod output;
mod pages;
mod program;
mod readme;
mod replay;
mod report;
mod reports;
mod route;
mod sdk;
mod secrets;
mod signals;
mod signing;
mod sisters;
mod spec;
mod status;
mod token_command;
mod usage;
mod variants;
mod vectors;
