//! Completions and manual pages: of every command, in the forms that shells and `man` read.

use crate::program::{Folder, run};

#[test]
fn every_shell_is_told_the_commands() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let done = run(&format!("completions {shell}"));
        assert_eq!((done.status, done.stderr.as_str()), (0, ""), "{shell}");
        for word in ["observe", "completions", "header-file"] {
            assert!(done.stdout.contains(word), "{shell}: {word}");
        }
    }
    let unknown = run("completions csh");
    assert!(unknown.status == 2 && unknown.stderr.contains("possible values"), "{}", unknown.stderr);
}

#[test]
fn every_command_has_a_page() {
    let page = run("man").stdout;
    assert!(page.contains(".TH mixinspec 1") && page.contains("mixinspec\\-run(1)"), "{page}");
    let folder = Folder::new("man");
    let done = run(&format!("man {}", folder.name("pages/man1")));
    assert_eq!((done.status, done.stdout.as_str()), (0, ""), "{}", done.stderr);
    for name in ["mixinspec", "mixinspec-run", "mixinspec-sdk", "mixinspec-spec-lint", "mixinspec-vectors-generate"] {
        assert!(folder.read(&format!("pages/man1/{name}.1")).contains(".SH NAME"), "{name}");
    }
    assert!(folder.read("pages/man1/mixinspec-run.1").contains("\\-\\-header\\-file"));
    let nowhere = run(&format!("man {}", folder.file("file", "")));
    assert!(nowhere.status == 2 && nowhere.stderr.contains("failed to write"), "{}", nowhere.stderr);
}
