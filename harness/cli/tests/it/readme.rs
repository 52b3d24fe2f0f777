//! What the README and the pages of docs/ say to type does what they say.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::program::{CALLER, Folder, Server, run};

/// The shell block of the README that starts a server and judges it in CI.
fn snippet() -> String {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let text = fs::read_to_string(readme).expect("the README");
    let blocks = text.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    let mut snippets = blocks.filter(|block| block.contains("--wait 30s"));
    let snippet = snippets.next().expect("a block with --wait").to_owned();
    assert!(snippets.next().is_none(), "one block is the one for CI");
    snippet
}

/// A port that is free now.
fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address").port()
}

#[test]
fn the_snippet_for_ci_judges_a_server_that_starts_beside_it() {
    let program = env!("CARGO_BIN_EXE_mixinspec");
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("readme");
    fs::create_dir_all(&folder).expect("a folder");
    let port = free_port().to_string();
    let commands = snippet();
    assert!(commands.contains("./your-server") && commands.contains("\nmixinspec run "), "{commands}");
    let commands = commands
        .replace("./your-server", &format!("'{program}' serve"))
        .replace("\nmixinspec run ", &format!("\n'{program}' run "))
        .replace("8080", &port);
    let output = Command::new("/bin/sh").args(["-eu", "-c", &commands]).current_dir(&folder).output().expect("a shell");
    let shown = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{shown}");
    let junit = fs::read_to_string(folder.join("conformance.xml")).expect("the JUnit report");
    assert!(junit.contains("<testsuites") && !junit.contains("<failure"), "{junit}");
    let json = fs::read(folder.join("conformance.json")).expect("the JSON report");
    let report: serde_json::Value = serde_json::from_slice(&json).expect("JSON");
    assert_eq!(report["edition"], "2026");
}

#[test]
fn the_output_that_the_readme_shows_is_the_real_one() {
    let output =
        Command::new(env!("CARGO_BIN_EXE_mixinspec")).args(["run", "--color", "never"]).output().expect("a run");
    assert_eq!(output.status.code(), Some(0));
    // What stands before the run goes to standard error.
    let real = String::from_utf8_lossy(&output.stderr) + String::from_utf8_lossy(&output.stdout);
    is_printed("$ cargo run -- run\n", &real);
}

#[test]
fn the_failure_that_the_readme_shows_is_the_real_one() {
    let server = Server::start("--fault refusal-status-400");
    let done = run(&format!("run {} --edition 2026 --no-auth --caller {CALLER}", server.url));
    assert_eq!(done.status, 1, "{}", done.stderr);
    is_printed("## What a failure looks like\n\n```text\n", &done.stdout);
}

#[test]
fn the_known_failures_that_a_page_shows_are_read() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/gates.md");
    let text = fs::read_to_string(page).expect("the page");
    let known = text.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("the block");
    let folder = Folder::new("gates-page");
    let file = folder.file("known.yaml", known);
    let done = run(&format!("run --edition 2026 --only body-json --only null-members-ignored --known-failures {file}"));
    assert_eq!(done.status, 1, "{}{}", done.stdout, done.stderr);
    let stale = done.stdout.lines().filter(|line| line.contains("passes")).count();
    assert!(stale >= 2 && done.stdout.contains("out of date (2 entries)"), "{}", done.stdout);
}

/// Holds that the program prints the lines that the README shows after some text, in their order. What differs from run to
/// run is left out (ports, ids, times), and so is what stands for more lines.
fn is_printed(after: &str, real: &str) {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let text = fs::read_to_string(readme).expect("the README");
    let shown = text.split(after).nth(1).and_then(|rest| rest.split("```").next()).expect("the block");
    let differs = ["…", "127.0.0.1", "run ", " exchanges, ", "x-request-id"];
    let (mut lines, mut rest) = (0, real.lines());
    for line in shown.lines().filter(|line| !line.is_empty() && !differs.iter().any(|part| line.contains(part))) {
        lines += 1;
        assert!(
            rest.any(|have| have.trim_end() == line.trim_end()),
            "the program does not print, after what stands before it: {line}\n{real}"
        );
    }
    assert!(lines > 5, "nothing is shown after {after}");
}
