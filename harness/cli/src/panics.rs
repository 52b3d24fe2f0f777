//! Shows a panic without secrets: its place and its message.
//!
//! A panic's message may contain whatever the program was working on, such as an answer or a token.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::panic::PanicHookInfo;
use std::sync::OnceLock;

use mixinspec_engine::{Later, Redactor};

use crate::terminal::Terminal;

static REDACTOR: OnceLock<Redactor> = OnceLock::new();

/// Installs the panic hook.
pub(crate) fn install(terminal: Terminal) {
    std::panic::set_hook(Box::new(move |panic| terminal.note(&told(panic))));
}

/// Redacts these secrets, too, except for their public parts. Only the first call counts, because the program makes one
/// run.
pub(crate) fn protect<'a>(secrets: &[String], public: &[String], later: impl Iterator<Item = &'a Later>) {
    REDACTOR.get_or_init(|| later.fold(Redactor::new(secrets, public), Redactor::with));
}

/// A text without secrets: it may quote an answer.
pub(crate) fn redacted(text: &str) -> String {
    REDACTOR.get().map_or_else(|| Redactor::default().redact(text), |redactor| redactor.redact(text))
}

fn told(panic: &PanicHookInfo<'_>) -> String {
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    let backtrace = Backtrace::capture();
    let backtrace = match backtrace.status() {
        BacktraceStatus::Captured => backtrace.to_string(),
        _ => String::new(),
    };
    let redactor = REDACTOR.get_or_init(Redactor::default);
    text(&place, panic.payload_as_str().unwrap_or("no message"), &backtrace, redactor)
}

fn text(place: &str, message: &str, backtrace: &str, redactor: &Redactor) -> String {
    format!("mixinspec has a mistake, at {place}: {}\n{backtrace}", redactor.redact(message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_shows_its_place_and_no_secret() {
        let redactor = Redactor::new(&["canary-5f1c7a52".to_owned()], &[]);
        let token = "eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCJ9.eyJleHAiOjE3ODQwMDA2MDB9.c2lnbmF0dXJl";
        let message = format!("called `Option::unwrap()` on Bearer canary-5f1c7a52 and {token}");
        assert_eq!(
            text("src/x.rs:1:2", &message, "", &redactor),
            "mixinspec has a mistake, at src/x.rs:1:2: called `Option::unwrap()` on Bearer [redacted] and [redacted]\n"
        );
    }
}
