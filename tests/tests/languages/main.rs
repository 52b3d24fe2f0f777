//! What other languages make of the project's files: skipped, with the reason, where one is not installed.

mod adapters;
mod vectors;

use std::process::ExitCode;

use mixinspec_test_languages::{Test, run};

fn main() -> ExitCode {
    run(vec![
        Test::new("the_adapter_in_python_works", &["python3"], || adapters::works("python")),
        Test::new("the_adapter_in_typescript_works", &["node"], || adapters::works("typescript")),
        Test::new("the_adapter_in_ruby_works", &["ruby"], || adapters::works("ruby")),
        Test::new("the_adapter_in_go_works", &["go"], || adapters::works("go")),
        Test::new("python_computes_the_same", &["python3"], vectors::python_computes_the_same),
        Test::new("python_finds_a_wrong_vector", &["python3"], vectors::python_finds_a_wrong_vector),
        Test::new(
            "the_readmes_snippets_are_short_and_run",
            &["python3", "node"],
            vectors::the_readmes_snippets_are_short_and_run,
        ),
        Test::new(
            "the_readmes_snippets_find_a_wrong_function",
            &["python3", "node"],
            vectors::the_readmes_snippets_find_a_wrong_function,
        ),
    ])
}
