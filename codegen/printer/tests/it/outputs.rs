//! Tests that the checked-in outputs are exactly what the printer prints, and that printing is deterministic.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use mixinspec_codegen::{RelPath, render, stale};
use mixinspec_spec::Spec;

const COMMAND: &str = "cargo run -p mixinspec-codegen";

fn printed() -> BTreeMap<RelPath, String> {
    render(&Spec::embedded().expect("the spec holds")).expect("the spec can be printed")
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &RelPath) -> Option<String> {
    fs::read_to_string(workspace().join(path.as_str())).ok()
}

#[test]
fn what_is_checked_in_is_fresh() {
    if let Some(stale) = stale(&printed(), COMMAND, read) {
        panic!("{stale}");
    }
}

#[test]
fn nothing_is_left_of_what_was_printed_once() {
    let printed = printed();
    let expected: Vec<&str> = printed.keys().map(RelPath::as_str).collect();
    let mut found = Vec::new();
    let mut folders = ["codegen/types/src", "spec/inputs", "spec/schemas"].map(str::to_owned).to_vec();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(workspace().join(&folder)).unwrap() {
            let entry = entry.unwrap();
            let path = format!("{folder}/{}", entry.file_name().to_str().unwrap());
            if entry.file_type().unwrap().is_dir() {
                folders.push(path);
            } else if fs::read_to_string(entry.path()).unwrap().starts_with("// @generated") || path.ends_with(".json")
            {
                found.push(path);
            }
        }
    }
    found.sort();
    let alone = ["docs/requirements.md", "spec/requirements.schema.json"];
    let of_folders: Vec<&str> = expected.iter().copied().filter(|path| !alone.contains(path)).collect();
    assert_eq!(found, of_folders);
}

#[test]
fn the_outputs_are_these() {
    let printed = printed();
    let paths: Vec<&str> = printed.keys().map(RelPath::as_str).collect();
    assert_eq!(
        paths,
        [
            "codegen/types/src/edition_2018.rs",
            "codegen/types/src/edition_2026.rs",
            "docs/requirements.md",
            "spec/inputs/flags.schema.json",
            "spec/inputs/published.schema.json",
            "spec/inputs/real-requests.schema.json",
            "spec/requirements.schema.json",
            "spec/schemas/2018/conversation-response.schema.json",
            "spec/schemas/2018/create-conversation-request.schema.json",
            "spec/schemas/2018/error-response.schema.json",
            "spec/schemas/2026/conversation-response.schema.json",
            "spec/schemas/2026/create-conversation-request.schema.json",
            "spec/schemas/2026/error-response.schema.json",
        ]
    );
}

#[test]
fn two_prints_are_equal() {
    assert_eq!(printed(), printed());
}

#[test]
fn a_stale_file_is_shown_with_its_diff_and_the_command() {
    let printed = printed();
    let edited = |path: &RelPath| {
        let text = printed[path].clone();
        match path.as_str() {
            "codegen/types/src/edition_2026.rs" => Some(text.replace("Some(512)", "Some(513)")),
            "spec/schemas/2026/error-response.schema.json" => None,
            // A checkout may have changed the ends of lines.
            _ => Some(text.replace('\n', "\r\n")),
        }
    };
    let stale = stale(&printed, COMMAND, edited).expect("two outputs are stale");
    let paths: Vec<&str> = stale.paths().map(RelPath::as_str).collect();
    assert_eq!(paths, ["codegen/types/src/edition_2026.rs", "spec/schemas/2026/error-response.schema.json"]);
    let text = stale.to_string();
    for expected in [
        "--- codegen/types/src/edition_2026.rs\n+++ codegen/types/src/edition_2026.rs\n",
        "-        max_length: Some(513),\n+        max_length: Some(512),\n",
        "--- /dev/null\n+++ spec/schemas/2026/error-response.schema.json\n",
        "2 files are not what the spec says; to print again: cargo run -p mixinspec-codegen",
    ] {
        assert!(text.contains(expected), "{expected:?} is not in\n{text}");
    }
}

#[test]
fn a_long_diff_is_cut() {
    let printed = printed();
    let stale = stale(&printed, COMMAND, |_| None).expect("all outputs are stale");
    let text = stale.to_string();
    assert!(text.contains(" more lines\n"), "{text}");
    assert!(text.lines().count() < 250 * printed.len());
}
