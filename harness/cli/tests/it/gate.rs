//! The gate of known failures, as a project in CI uses it.

use crate::program::{Folder, Server, run};

#[test]
fn a_project_accepts_failures_and_hears_when_they_are_gone() {
    let folder = Folder::new("gate");
    let known = folder.name("known.yaml");
    let (old, new) = (Server::start("--edition 2018"), Server::start("--edition 2026"));
    let options = "--edition 2026 --only answer-expire-in --only answer-circles --cases 0 -q";

    let done = run(&old.judged(&format!("{options} --write-known-failures {known}")));
    assert_eq!(done.status, 1, "{}{}", done.stdout, done.stderr);
    assert!(folder.read("known.yaml").contains("- requirement: answer-expire-in\n"), "{}", folder.read("known.yaml"));

    let options = format!("{options} --known-failures {known}");
    let done = run(&old.judged(&options));
    assert_eq!(done.status, 0, "{}{}", done.stdout, done.stderr);
    assert!(done.stdout.contains("known failures"), "{}", done.stdout);

    // Repaired: the entries are out of date, each with its own message.
    let done = run(&new.judged(&options));
    assert_eq!(done.status, 1, "{}{}", done.stdout, done.stderr);
    assert!(done.stdout.contains("requirement answer-expire-in passes now; take the entry out"), "{}", done.stdout);

    let text = folder.read("known.yaml").replace("requirement: answer-expire-in", "requirement: answer-expires-in");
    folder.file("known.yaml", &text);
    let done = run(&old.judged(&options));
    assert_eq!(done.status, 1, "{}{}", done.stdout, done.stderr);
    assert!(done.stdout.contains("edition 2026 has no requirement answer-expires-in"), "{}", done.stdout);
}

#[test]
fn writing_into_the_file_that_is_read_keeps_its_reasons() {
    let folder = Folder::new("gate-rewrite");
    let text = "- {requirement: answer-expire-in, reason: not before spring, issue: '#7'}\n";
    let known = folder.file("known.yaml", text);
    let server = Server::start("--edition 2018");
    let both = format!("--edition 2026 --cases 0 -q --known-failures {known} --write-known-failures {known}");
    let done = run(&server.judged(&both));
    assert_eq!(done.status, 1, "what is not in the file yet still fails: {}", done.stdout);
    let written = folder.read("known.yaml");
    assert!(written.contains("  reason: \"not before spring\"\n  issue: \"#7\"\n"), "{written}");
    assert!(written.matches("- requirement:").count() > 1, "{written}");
}
