//! Tests the binary: its exit status and its output.

use std::process::{Command, Output};

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mixinspec-codegen")).args(arguments).output().unwrap()
}

#[test]
fn check_is_silent_when_all_is_fresh() {
    let Output { status, stdout, stderr } = run(&["--check"]);
    assert_eq!((status.code(), stdout, stderr), (Some(0), vec![], vec![]));
}

#[test]
fn another_argument_is_an_error_of_use() {
    let Output { status, stderr, .. } = run(&["--chekc"]);
    assert_eq!(status.code(), Some(2));
    assert_eq!(
        String::from_utf8(stderr).unwrap(),
        "error: unknown arguments: --chekc\nusage: cargo run -p mixinspec-codegen [-- --check]\n"
    );
}
