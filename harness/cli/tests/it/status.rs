//! Every exit status, from end to end.

use crate::program::{CALLER, Folder, Server, command, done, run};

#[test]
fn zero_every_must_holds() {
    let done = run("run");
    assert_eq!(done.status, 0, "{}{}", done.stdout, done.stderr);
    assert!(done.stdout.contains("\nPASS  every must that applies holds\n"), "{}", done.stdout);
    assert!(done.stderr.starts_with("mixinspec "), "{}", done.stderr);
}

#[test]
fn zero_for_a_server_of_2018_by_its_own_edition() {
    let server = Server::start("--edition 2018");
    let done = run(&server.judged("--cases 1 -q"));
    assert_eq!(done.status, 0, "{}{}", done.stdout, done.stderr);
}

#[test]
fn one_a_must_fails() {
    let server = Server::start("--edition 2018");
    let done = run(&server.judged("--edition 2026 --only answer-expire-in --cases 0"));
    assert_eq!(done.status, 1, "{}{}", done.stdout, done.stderr);
    assert!(done.stdout.starts_with("FAIL  answer-expire-in"), "{}", done.stdout);
}

#[test]
fn zero_for_a_warning_and_one_with_strict() {
    let server = Server::start("--edition 2018");
    let arguments = server.judged("--edition 2026 --only answer-sessions --cases 0");
    let done = run(&arguments);
    assert_eq!(done.status, 0, "{}{}", done.stdout, done.stderr);
    assert!(done.stdout.starts_with("WARN  answer-sessions"), "{}", done.stdout);
    assert_eq!(run(&format!("{arguments} --strict")).status, 1);
}

#[test]
fn two_a_wrong_command_file_or_spec() {
    let folder = Folder::new("status-two");
    let spec = format!("--spec {} run", folder.name(""));
    let known = format!("run --known-failures {}", folder.file("known.yaml", "- {requirement: x}\n"));
    for arguments in
        ["", "nonsense", "run --nonsense", "run --only nonsense", "run nonsense", "run --report json=/", &spec, &known]
    {
        let done = run(arguments);
        assert_eq!((done.status, done.stdout.as_str()), (2, ""), "{arguments}: {}", done.stderr);
        assert!(!done.stderr.contains("creates up to"), "{arguments}: a run began\n{}", done.stderr);
    }
}

#[test]
fn three_something_could_not_be_decided() {
    let done = run("run --only group-accepted --max-requests 1");
    assert_eq!(done.status, 3, "{}{}", done.stdout, done.stderr);
    assert!(done.stdout.contains("--max-requests"), "{}", done.stdout);
    assert!(done.stdout.contains("\nOPEN  1 must was not decided\n"), "{}", done.stdout);
}

#[test]
fn three_nobody_is_there() {
    // Port 1 is nobody's.
    let done = run(&format!("run http://127.0.0.1:1 --no-auth --caller {CALLER}"));
    assert_eq!(done.status, 3, "{}", done.stderr);
    assert!(done.stderr.contains("failed to reach http://127.0.0.1:1/conversations"), "{}", done.stderr);
}

#[test]
fn three_the_url_is_that_of_the_operation() {
    let server = Server::start("");
    let done = run(&server.judged("").replace(&server.url, &format!("{}/conversations", server.url)));
    assert_eq!(done.status, 3, "{}", done.stderr);
    let said: Vec<&str> = done.stderr.split_whitespace().filter(|word| *word != "│").collect();
    let said = said.join(" ");
    assert!(said.contains("/conversations/conversations: nothing is there (HTTP 202, code 404)"), "{said}");
    assert!(said.contains(&format!("give {}", server.url)), "{said}");
}

#[test]
fn three_nobody_is_let_in() {
    let folder = Folder::new("status-401");
    let (right, wrong) = (folder.file("right", "right-token"), folder.file("wrong", "wrong-token"));
    let server = Server::start(&format!("--bearer-file {right} --caller {CALLER}"));
    let with =
        |file: &str| format!("run {} --bearer-file {file} --caller {CALLER} --only group-accepted -q", server.url);
    assert_eq!(run(&with(&right)).status, 0);
    let done = run(&with(&wrong));
    assert_eq!(done.status, 3, "{}", done.stderr);
    assert!(
        done.stderr.contains("was refused as unauthorized") && done.stderr.contains("--bearer-file"),
        "{}",
        done.stderr
    );
    let done = run(&server.judged(""));
    assert_eq!(done.status, 3, "{}", done.stderr);
    assert!(
        done.stderr.contains("was refused as unauthorized") && done.stderr.contains("(--no-auth)"),
        "{}",
        done.stderr
    );
}

#[test]
fn three_where_tls_is_spoken_to_a_server_without() {
    let server = Server::start("");
    let done = run(&server.judged("").replace("http://", "https://"));
    assert_eq!(done.status, 3, "{}", done.stderr);
    assert!(done.stderr.contains("--cacert"), "{}", done.stderr);
}

#[test]
fn every_option_may_be_a_variable() {
    let server = Server::start("--edition 2018");
    let mut command = command("run");
    command.env("MIXINSPEC_URL", &server.url).env("MIXINSPEC_NO_AUTH", "true").env("MIXINSPEC_CALLER", CALLER);
    command
        .env("MIXINSPEC_EDITION", "2026")
        .env("MIXINSPEC_QUIET", "1")
        .env("MIXINSPEC_CASES", "0")
        .env("MIXINSPEC_STRICT", "");
    command.env("MIXINSPEC_ONLY", "answer-expire-in\nanswer-circles");
    let done = done(command);
    assert_eq!(done.status, 1, "{}{}", done.stdout, done.stderr);
    assert_eq!(done.stdout.matches("FAIL  answer-").count(), 2, "{}", done.stdout);
}
