//! Tests that no guise hides a secret or a part of it from the redactor, and that nothing else is redacted.

use std::time::{Duration, Instant};

use mixinspec_engine::{REDACTED, Redactor};

use crate::guises::{FRAMES, GUISES, WINDOW, parts, tellers};

const OPAQUE: &str = "Zq7-4rTx9/Lk2+vB8w\"=Np5%Hc3_dY6jG1mXe0Uo";
const JWT: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJleHAiOjE3ODQwMDA2MDAsInNpZCI6IjEzODQzMjZkIn0.\
                   hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6";

#[test]
fn a_secret_is_found_in_every_guise_whole_and_in_part() {
    for secret in [OPAQUE, JWT] {
        let redactor = Redactor::new(&[secret.to_owned()], &[]);
        for guise in GUISES {
            let tellers = tellers(secret, guise);
            for (part, frame) in parts(secret).into_iter().flat_map(|part| FRAMES.map(|frame| (part, frame))) {
                let text = frame(&guise.1(part));
                let shown = redactor.redact(&text);
                let left = tellers.iter().find(|teller| shown.contains(*teller));
                assert!(shown.contains(REDACTED) && left.is_none(), "{}: {text}\n{shown}\n{left:?}", guise.0);
            }
        }
    }
}

#[test]
fn every_window_is_found_in_every_guise() {
    let redactor = Redactor::new(&[OPAQUE.to_owned()], &[]);
    for (name, write) in GUISES {
        for at in 0..=OPAQUE.len() - WINDOW {
            let window = &OPAQUE[at..at + WINDOW];
            // If punctuation is lost or encoded, this many letters and digits give the secret away.
            let is_telling = window.bytes().all(|byte| byte.is_ascii_alphanumeric());
            let text = format!("({})", write(window));
            assert!(!is_telling || redactor.redact(&text).contains(REDACTED), "{name}: {text}");
        }
    }
}

#[test]
fn a_token_that_nobody_named_is_found() {
    let redactor = Redactor::default();
    // The text between the characters of an unknown token may belong to the surrounding text.
    let known = |name: &str| !name.contains("with ") && !name.contains("lines") && !name.contains("list");
    for (name, write) in GUISES.into_iter().filter(|(name, _)| known(name) && !name.contains("colons")) {
        let text = format!("<{}>", write(JWT));
        let shown = redactor.redact(&text);
        assert!(shown.contains(REDACTED) && shown.len() < 60, "{name}: {text}\n{shown}");
    }
}

/// A test of the tests: what they search for is there before it is redacted.
#[test]
fn what_tells_of_a_secret_is_noticed() {
    for (secret, guise) in [OPAQUE, JWT].into_iter().flat_map(|secret| GUISES.map(|guise| (secret, guise))) {
        let tellers = tellers(secret, guise);
        assert!(tellers.len() > 9 && tellers.iter().all(|teller| guise.1(secret).contains(teller)), "{}", guise.0);
    }
}

/// The output of a few hundred exchanges, with ids, hashes and times.
#[test]
fn nothing_innocent_is_redacted_and_it_is_quick() {
    let secrets = [OPAQUE.to_owned(), JWT.to_owned(), "5d9e3b71c2f04a86b1d7e9c35a60f482".to_owned()];
    let redactor = Redactor::new(&secrets, &[]);
    let ids = |at: u64| {
        let digits = format!("{:032x}", u128::from(at + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835));
        [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-")
    };
    let text: String = (0..2000)
        .map(|at| {
            let id = ids(at);
            format!("{{\"conversation_id\":\"{id}\",\"name\":\"\\u00e9 %C3%A9 a & b\",\"created_at\":\"2026-07-31T11:59:{:02}.123456789Z\"}}\n", at % 60)
        })
        .collect();
    let began = Instant::now();
    assert_eq!(redactor.redact(&text), text);
    let took = began.elapsed();
    // 200 KB of answers: less than a millisecond per body, even on a busy machine.
    assert!(took < Duration::from_secs(2), "{took:?}");
}
