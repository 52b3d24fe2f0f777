//! The judge of answers: no answer makes it panic, and none is called a mistake of ours.
//!
//! The first byte says which edition and request, the second which status; then header fields, a line each, an empty
//! line, and the body.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../engine/tests/it/any_answer.rs"]
mod any_answer;

const STATUS: [u16; 8] = [200, 201, 202, 400, 401, 404, 429, 500];

fuzz_target!(|data: &[u8]| {
    let [which, status, rest @ ..] = data else { return };
    let which = usize::from(*which);
    let (head, body) = match rest.windows(2).position(|two| two == b"\n\n") {
        Some(at) => (&rest[..at], &rest[at + 2..]),
        None => (&rest[..0], rest),
    };
    let head = String::from_utf8_lossy(head).into_owned();
    let headers: Vec<(&str, &str)> = head.lines().filter_map(|line| line.split_once(": ")).collect();
    any_answer::judge(which % 2, which / 2, STATUS[usize::from(*status) % STATUS.len()], &headers, body);
});
