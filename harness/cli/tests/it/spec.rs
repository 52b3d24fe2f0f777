//! `--spec DIR`, and the commands about the spec.

use std::fs;
use std::path::Path;

use crate::program::{Folder, run};

/// A copy of the spec's documents, with something after `requirements.yaml`.
fn copy(name: &str, more: &str) -> Folder {
    fn copied(from: &Path, to: &Path) {
        fs::create_dir_all(to).expect("a folder");
        for entry in fs::read_dir(from).expect("a folder") {
            let path = entry.expect("an entry").path();
            let target = to.join(path.file_name().expect("a name"));
            match path.extension().and_then(|extension| extension.to_str()) {
                Some("yaml" | "md") => drop(fs::copy(&path, target).expect("a file")),
                None if path.is_dir() => copied(&path, &target),
                _ => {}
            }
        }
    }
    let folder = Folder::new(name);
    copied(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec"), &folder.path(""));
    let text = folder.read("requirements.yaml") + more;
    folder.file("requirements.yaml", &text);
    folder
}

fn requirement(rule: &str) -> String {
    format!(
        "\n  - id: ours\n    row: A1\n    area: answer\n    level: must\n    editions: [\"2026\"]\n    \
         statement: Ours.\n    source: [{{document: practice, quote: A refusal discloses no token.}}]\n    \
         when: outcome == 'accepted'\n    always:\n      rule: {rule}\n"
    )
}

#[test]
fn a_requirement_that_is_added_is_judged_without_a_rebuild() {
    let run_ours = |name: &str, rule: &str| {
        let folder = copy(name, &requirement(rule));
        run(&format!("--spec {} run --only ours --cases 0", folder.name("")))
    };
    let holds = run_ours("spec-holds", "response.data.expire_in == 0");
    assert_eq!(holds.status, 0, "{}{}", holds.stdout, holds.stderr);
    let fails = run_ours("spec-fails", "response.data.expire_in == 7");
    assert_eq!(fails.status, 1, "{}{}", fails.stdout, fails.stderr);
    assert!(fails.stdout.contains("expected  /data/expire_in is 7"), "{}", fails.stdout);
    // A rule that cannot be evaluated is the spec's mistake, not the server's.
    let error = run_ours("spec-error", "int(response.data.name) == 2");
    assert_eq!(error.status, 2, "{}{}", error.stdout, error.stderr);
    assert!(error.stdout.contains("ERROR  1 requirement was not judged, by our mistake"), "{}", error.stdout);
}

#[test]
fn mistakes_are_told_with_file_line_and_column_by_every_command() {
    let folder = copy("spec-mistakes", &requirement("response.data.expire_in == nothing"));
    let last = folder.read("requirements.yaml").lines().count();
    for command in ["spec lint", "run", "explain group-owner", "codegen --check"] {
        let done = run(&format!("--spec {} {command}", folder.name("")));
        assert_eq!(done.status, 2, "{command}: {}", done.stderr);
        let place = format!("requirements.yaml:{last}:");
        assert!(done.stderr.contains(&place) && done.stderr.contains("help:"), "{command}: {}", done.stderr);
    }
}

#[test]
fn the_spec_that_is_built_in_can_be_looked_at() {
    let lint = run("spec lint");
    assert_eq!(lint.status, 0, "{}", lint.stderr);
    assert!(lint.stdout.ends_with("without a mistake\n"), "{}", lint.stdout);
    assert!(run("spec show").stdout.contains("group-owner"));
    assert!(run("spec show group-owner").stdout.contains("- id: group-owner"));
    assert!(run("spec coverage").stdout.starts_with("edition 2018\n"));
    insta::assert_snapshot!("explain_requirement", run("explain contact-id-version").stdout);
    insta::assert_snapshot!("explain_reading", run("explain group-without-participants").stdout);
    assert_eq!(run("explain contact-id-version/version-1").stdout, run("explain contact-id-version").stdout);
}

#[test]
fn codegen_writes_what_it_checks() {
    let folder = Folder::new("codegen");
    let out = folder.name("");
    let missing = run(&format!("codegen --check --out {out}"));
    assert_eq!(missing.status, 1, "{}", missing.stderr);
    let written = run(&format!("codegen --out {out}"));
    assert!(written.status == 0 && written.stdout.contains("wrote "), "{}{}", written.stdout, written.stderr);
    let fresh = run(&format!("codegen --check --out {out}"));
    assert_eq!((fresh.status, fresh.stdout.as_str()), (0, ""));
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let fresh = run(&format!("codegen --check --out {}", repository.display()));
    assert_eq!((fresh.status, fresh.stdout.as_str()), (0, ""), "what is checked in is stale");
}
