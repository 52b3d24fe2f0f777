//! The vectors without our code: computed again in Python, and used from Python and TypeScript as the README shows.

use std::path::PathBuf;
use std::process::{Command, Output};

use mixinspec_tests::pages::{blocks, root};

/// Runs a program in the workspace's folder.
fn run(program: &str, arguments: &[&str]) -> Output {
    let output = Command::new(program).args(arguments).current_dir(root()).env("PYTHONDONTWRITEBYTECODE", "1").output();
    output.unwrap_or_else(|error| panic!("`{program}` cannot be started: {error}"))
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// The code that the README shows in a language.
fn snippet(language: &str) -> String {
    blocks("vectors/README.md", language).swap_remove(0)
}

/// Runs code from a file of this name.
fn run_code(program: &str, name: &str, code: &str) -> Output {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("snippets-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join(name);
    std::fs::write(&file, code).expect("a file");
    let output = run(program, &[&file.display().to_string()]);
    std::fs::remove_file(&file).expect("the file was there");
    output
}

pub(crate) fn python_computes_the_same() {
    let output = run("python3", &["tests/python/check_vectors.py", "vectors"]);
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(said(&output).matches("vectors computed").count(), 5, "{}", said(&output));
}

pub(crate) fn python_finds_a_wrong_vector() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("python-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    for name in mixinspec_engine::vectors::FILES {
        let text = std::fs::read_to_string(root().join(format!("vectors/{name}.json"))).expect("a file of vectors");
        // The published pair's and the published group's; a CONTACT of the two users of the documentation's example.
        let wrong = text.replace(": \"60478c27-", ": \"60478c28-").replace(": \"5dac944e-", ": \"5dac944f-");
        let wrong = wrong.replace("\\\"718dc74c-", "\\\"718dc74d-");
        let wrong = wrong.replace("\"refused\", \"code\": 20116", "\"refused\", \"code\": 20117");
        assert_ne!(wrong, text, "{name}");
        std::fs::write(folder.join(format!("{name}.json")), wrong).expect("a file");
    }
    let output = run("python3", &["tests/python/check_vectors.py", &folder.display().to_string()]);
    std::fs::remove_dir_all(&folder).expect("the folder was there");
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    for place in [
        "unique-conversation-id.json: published-pair-01: expected",
        "group-conversation-id.json: published-0001: expected",
        "create-conversation.json: 2026/real-input/mixin-node-sdk-contact: conversation_id",
        "published.json: group-06: expected",
    ] {
        assert!(said(&output).contains(place), "{place}\n{}", said(&output));
    }
}

pub(crate) fn the_readmes_snippets_are_short_and_run() {
    for (language, program, file) in [("python", "python3", "snippet.py"), ("ts", "node", "snippet.mjs")] {
        let code = snippet(language);
        assert!(code.lines().filter(|line| !line.is_empty()).count() <= 15, "{language}");
        let output = run_code(program, file, &code);
        assert!(output.status.success() && said(&output).contains("vectors hold"), "{}", said(&output));
    }
    assert!(snippet("go").lines().count() <= 15);
}

pub(crate) fn the_readmes_snippets_find_a_wrong_function() {
    let python = snippet("python").replace("sorted([a, b])", "[a, b]");
    let output = run_code("python3", "wrong.py", &python);
    assert!(!output.status.success() && said(&output).contains("'unsorted'"), "{}", said(&output));
    let typescript = snippet("ts").replace("a < b ? a + b : b + a", "a + b");
    let output = run_code("node", "wrong.mjs", &typescript);
    assert!(!output.status.success() && said(&output).contains(", not "), "{}", said(&output));
}
