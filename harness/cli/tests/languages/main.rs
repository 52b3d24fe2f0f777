//! The program with servers, adapters and clients in Python, and the action's steps in Bash: skipped, with the reason, where that
//! is not installed.

mod action;
mod observe;
#[path = "../it/program.rs"]
#[expect(dead_code, reason = "the other tests use the rest of it")]
mod program;
mod sdk;
mod tutorial;

use std::process::ExitCode;

use mixinspec_test_languages::{Test, run};

const PYTHON: &[&str] = &["python3"];
const BASH: &[&str] = &["bash"];

fn main() -> ExitCode {
    run(vec![
        Test::new(
            "an_action_judges_and_puts_out_what_came_of_it",
            BASH,
            action::an_action_judges_and_puts_out_what_came_of_it,
        ),
        Test::new(
            "an_action_hands_secrets_and_odd_arguments_on",
            BASH,
            action::an_action_hands_secrets_and_odd_arguments_on_as_they_are,
        ),
        Test::new(
            "a_client_that_is_right_passes",
            PYTHON,
            observe::a_client_that_is_right_passes_and_its_exit_status_is_told,
        ),
        Test::new(
            "a_client_that_sends_what_it_did_not_sign_fails",
            PYTHON,
            observe::a_client_that_sends_what_it_did_not_sign_fails,
        ),
        Test::new("each_mistake_of_a_request_fails_once", PYTHON, observe::each_mistake_of_a_request_fails_once),
        Test::new(
            "refusals_are_named_and_alone_are_not_green",
            PYTHON,
            observe::refusals_are_named_and_alone_are_not_green,
        ),
        Test::new(
            "chosen_answers_are_given_in_turn",
            PYTHON,
            observe::chosen_answers_are_given_in_turn_and_the_requests_are_judged_all_the_same,
        ),
        Test::new("a_server_observes_until_it_is_stopped", PYTHON, observe::a_server_observes_until_it_is_stopped),
        Test::new(
            "what_an_adapter_writes_to_standard_error_has_no_control_sequences",
            PYTHON,
            sdk::what_an_adapter_writes_to_standard_error_has_no_control_sequences,
        ),
        Test::new(
            "reports_gate_and_replay_of_an_sdk",
            PYTHON,
            sdk::reports_exit_status_gate_and_replay_work_as_for_servers,
        ),
        Test::new(
            "the_tutorials_server_fails_as_shown_and_passes_when_it_is_mended",
            PYTHON,
            tutorial::the_tutorials_server_fails_as_shown_and_passes_when_it_is_mended,
        ),
    ])
}
