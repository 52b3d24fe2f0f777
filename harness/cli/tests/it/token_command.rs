//! Tokens that a command prints: before a run, and again while it goes on.

use crate::echo::Echo;
use crate::program::{CALLER, Folder, Server, run_words};

/// A run with a command; `told` is what the run needs beside it.
fn judged(url: &str, line: &str, told: &[&str]) -> crate::program::Done {
    let words = ["run", url, "--token-command", line, "--caller", CALLER, "--edition", "2026"];
    run_words(&[&words[..], told].concat())
}

#[test]
fn a_command_gives_the_token() {
    let folder = Folder::new("token-command");
    let file = folder.file("token", "canary-5f1c7a52-opaque\n");
    let server = Server::start(&format!("--bearer-file {file} --caller {CALLER}"));
    let told = judged(&server.url, &format!("/bin/cat '{file}'"), &["--only", "group-accepted", "--cases", "0"]);
    assert_eq!(told.status, 0, "{}{}", told.stdout, told.stderr);
    let wrong = judged(&server.url, "/bin/echo another-token", &["--only", "group-accepted"]);
    assert_eq!(wrong.status, 3, "{}{}", wrong.stdout, wrong.stderr);
    assert!(wrong.stderr.contains("(--token-command)") && !wrong.stderr.contains("another-token"), "{}", wrong.stderr);
}

/// Each time it prints another token, and a server repeats the one it was sent.
#[test]
fn a_command_is_run_again_and_every_token_is_a_secret() {
    let folder = Folder::new("token-command-again");
    let counter = folder.file("count", "");
    // A line more each time; the token tells how many there are.
    let line =
        format!("/bin/sh -c 'echo >>{counter}; echo canary-5f1c7a52-opaque-$(($(/usr/bin/wc -l <{counter}) * 7919))'");
    let echo = Echo::start();
    let report = folder.name("report.json");
    let paced = ["--token-every", "1s", "--rate", "20", "--max-requests", "60", "--cases", "1", "-v"];
    let told = judged(&echo.url, &line, &[&paced[..], &["--report", &format!("json={report}")]].concat());
    let mut seen: Vec<String> = echo.seen().into_iter().filter(|token| token.starts_with("canary-")).collect();
    seen.dedup();
    assert!(seen.len() >= 2, "{seen:?} {}", told.stderr);
    for text in [&told.stdout, &told.stderr, &folder.read("report.json")] {
        assert!(!text.contains("canary") && text.contains("[redacted]"), "{text}");
    }
    assert!(told.stdout.contains("--token-command \"$MIXINSPEC_TOKEN_COMMAND\""), "{}", told.stdout);
}

#[test]
fn a_command_that_fails_is_told_with_its_exit_status_and_what_it_said() {
    let told = judged("http://127.0.0.1:1", "/bin/sh -c 'echo canary; echo the vault is sealed >&2; exit 7'", &[]);
    assert_eq!((told.status, told.stdout.as_str()), (2, ""), "{}", told.stderr);
    let words = told.stderr.split_whitespace().filter(|word| *word != "│").collect::<Vec<_>>().join(" ");
    assert!(
        words.contains("failed to get a token from `/bin/sh`: it ends with exit status 7: the vault is sealed"),
        "{words}"
    );
    assert!(!words.contains("canary"), "{words}");
    // An opaque token names nobody.
    let nobody = run_words(&["run", "http://127.0.0.1:1", "--token-command", "/bin/echo canary"]);
    assert!(nobody.status == 2 && nobody.stderr.contains("--caller"), "{}", nobody.stderr);
}

/// What the server says to a token that may be over is no verdict: nothing is sent until there is another.
#[test]
fn a_command_that_fails_later_lets_nothing_be_sent() {
    let folder = Folder::new("token-command-later");
    let first = folder.name("first");
    let file = folder.file("token", "canary-5f1c7a52-opaque\n");
    let server = Server::start(&format!("--bearer-file {file} --caller {CALLER}"));
    let line = format!("/bin/sh -c 'test ! -e {first} || exit 9; : >{first}; /bin/cat {file}'");
    let told =
        judged(&server.url, &line, &["--token-every", "1s", "--rate", "20", "--cases", "1", "--max-requests", "200"]);
    assert_eq!(told.status, 3, "{}{}", told.stdout, told.stderr);
    assert!(told.stderr.contains("it ends with exit status 9, and says nothing; nothing is sent"), "{}", told.stderr);
    assert!(told.failing().is_empty(), "{}", told.stdout);
    assert!(told.stdout.contains("no new token from `/bin/sh` (--token-command)"), "{}", told.stdout);
}
