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

#[test]
fn writing_over_a_file_keeps_its_reasons_and_no_other_file_is_written_over() {
    let folder = Folder::new("gate-over");
    let known = folder.file("known.yaml", "- {requirement: answer-expire-in, reason: not before spring}\n");
    let server = Server::start("--edition 2018");
    let options = "--edition 2026 --only answer-expire-in --cases 0 -q --write-known-failures";
    assert_eq!(run(&server.judged(&format!("{options} {known}"))).status, 1);
    assert!(folder.read("known.yaml").contains("reason: \"not before spring\""), "{}", folder.read("known.yaml"));

    let notes = folder.file("notes.txt", "- milk\n");
    let done = run(&server.judged(&format!("{options} {notes}")));
    assert_eq!(done.status, 2, "{}{}", done.stdout, done.stderr);
    assert_eq!(folder.read("notes.txt"), "- milk\n");
}

#[test]
fn a_broken_should_is_named_where_it_counts() {
    let server = Server::start("--edition 2026 --fault content-type-missing");
    let options = "--edition 2026 --only answer-content-type --cases 0 -q";
    let done = run(&server.judged(options));
    assert_eq!((done.status, done.stdout.contains("WARN  answer-content-type  ")), (0, false), "{}", done.stdout);
    let done = run(&server.judged(&format!("{options} --strict")));
    assert_eq!((done.status, done.stdout.contains("WARN  answer-content-type  ")), (1, true), "{}", done.stdout);
}

#[test]
fn what_is_written_is_accepted_on_the_same_server_always() {
    let folder = Folder::new("gate-again");
    let keystores = folder.name("keystores");
    // From one failure to dozens, and some that keep others from being decided.
    for (edition, judged_by, fault) in [("2018", "2026", None), ("2026", "2026", Some("contact-refused"))] {
        let fault = fault.map(|name| format!("--fault {name}")).unwrap_or_default();
        let server = Server::start(&format!("--edition {edition} --write-keystores {keystores} {fault}"));
        let options = format!(
            "run {} --edition {judged_by} --cases 1 -q --keystore {keystores}/caller.json --keystore {keystores}/peer.json",
            server.url
        );
        let known = folder.name("known.yaml");
        let first = run(&format!("{options} --write-known-failures {known}"));
        assert_eq!(first.status, 1, "{fault}: {}{}", first.stdout, first.stderr);
        let again = run(&format!("{options} --known-failures {known}"));
        assert_eq!(again.status, 0, "{fault}: {}{}", again.stdout, again.stderr);
    }
}

#[test]
fn what_passes_is_pruned() {
    let folder = Folder::new("gate-prune");
    let text = "# Ours.\n- {requirement: answer-expire-in, reason: later}\n# Mended?\n- {requirement: group-accepted, reason: x}\n";
    let known = folder.file("known.yaml", text);
    let server = Server::start("--edition 2018");
    let options =
        format!("--edition 2026 --only answer-expire-in --only group-accepted --cases 0 -q --known-failures {known}");
    assert_eq!(run(&server.judged(&options)).status, 1);
    let done = run(&server.judged(&format!("{options} --prune")));
    assert_eq!(done.status, 0, "{}{}", done.stdout, done.stderr);
    let words = done.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("that pass: requirement group-accepted"), "{}", done.stdout);
    assert_eq!(folder.read("known.yaml"), "# Ours.\n- {requirement: answer-expire-in, reason: later}\n# Mended?\n");
    assert_eq!(run("run --prune").status, 2);
}
