//! Tests the engine against servers with canned answers: the reports for people, and those for programs.

mod any_answer;
mod canned;
mod failures;
mod flaky;
mod formats;
mod gate;
mod generated;
mod guises;
mod house;
mod mistakes;
mod redact;
mod reports;
mod sample;
mod several;
mod start;
mod terminal;
mod used_up;
