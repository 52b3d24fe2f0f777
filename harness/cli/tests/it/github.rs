//! What GitHub Actions gets of a run without being asked.

use std::process::Command;

use crate::program::{CALLER, Done, Folder, Server, command, done};

const ONLY: &str = "--edition 2026 --only answer-status --cases 0 -q --strict";

/// As a step of a job runs it.
fn step(folder: &Folder, arguments: &str) -> Done {
    done(set_up(command(arguments), folder))
}

fn set_up(mut command: Command, folder: &Folder) -> Command {
    command.env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", folder.name("summary.md"));
    command
}

#[test]
fn a_failing_run_is_annotated_and_summed_up_beside_what_is_there() {
    let folder = Folder::new("github-failing");
    folder.file("summary.md", "Of the step before.\n");
    let server = Server::start("--fault status-created");
    let done = step(&folder, &server.judged(ONLY));
    assert_eq!(done.status, 1, "{}", done.stderr);
    let lines: Vec<&str> = done.stdout.lines().collect();
    let word = lines[0].strip_prefix("::stop-commands::").expect("no line of a server's is a command");
    let end = lines.iter().position(|line| *line == format!("::{word}::")).expect("they are commands again");
    assert!(lines[1].starts_with("WARN  answer-status") || lines[1].starts_with("FAIL"), "{}", done.stdout);
    assert_eq!(lines.len(), end + 2, "{}", done.stdout);
    assert!(lines[end + 1].starts_with("::error title=answer-status (should%2C answer)::"), "{}", done.stdout);
    let summary = folder.read("summary.md");
    assert!(summary.starts_with("Of the step before.\n## mixinspec: FAIL\n"), "{summary}");
    step(&folder, &server.judged(ONLY));
    assert_eq!(folder.read("summary.md").matches("## mixinspec").count(), 2);
}

#[test]
fn it_ends_where_nobody_wants_it() {
    let folder = Folder::new("github-off");
    let server = Server::start("--fault status-created");
    let plain = done(command(&server.judged(ONLY)));
    let off = step(&folder, &server.judged(&format!("{ONLY} --github off")));
    assert!(!off.stdout.contains("::") && !plain.stdout.contains("::"), "{}", off.stdout);
    assert!(!folder.path("summary.md").exists());
    // Standard output is a program's; the summary does not stand there.
    let json = step(&folder, &server.judged(&format!("{ONLY} --report json=-")));
    assert!(serde_json::from_str::<serde_json::Value>(&json.stdout).is_ok(), "{}", json.stdout);
    assert!(json.stderr.starts_with("::stop-commands::"), "{}", json.stderr);
    assert!(folder.read("summary.md").contains("## mixinspec: FAIL"));
}

#[test]
fn a_run_that_comes_to_nothing_says_so() {
    let folder = Folder::new("github-nothing");
    let done = step(&folder, &format!("run http://127.0.0.1:1 --no-auth --caller {CALLER}"));
    assert_eq!(done.status, 3, "{}", done.stderr);
    assert!(done.stdout.starts_with("::error title=mixinspec%3A OPEN::failed to reach"), "{}", done.stdout);
    assert!(
        folder.read("summary.md").contains("## mixinspec: OPEN\n\nFailed to reach"),
        "{}",
        folder.read("summary.md")
    );
}

#[test]
fn a_summary_that_cannot_be_added_takes_nothing_from_the_verdict() {
    let folder = Folder::new("github-full");
    let mut command = set_up(command(&format!("run {ONLY}")), &folder);
    command.env("GITHUB_STEP_SUMMARY", "/dev/full");
    let done = done(command);
    assert_eq!(done.status, 0, "{}", done.stderr);
    assert!(done.stderr.contains("note: no summary was added to /dev/full"), "{}", done.stderr);
}
