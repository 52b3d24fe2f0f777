//! The engine against servers that give canned answers: what a person is shown, and what programs are given.

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
