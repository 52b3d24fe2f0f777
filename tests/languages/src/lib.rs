//! Tests that need a program of another language, such as `python3`.
//!
//! Someone with nothing but a Rust toolchain runs all other tests; these are skipped then, each by its name and with
//! the reason, and the summary counts them. Where [`DEMANDED`] is set, as CI does, a missing program is a failure.

use std::process::{Command, ExitCode, Stdio};

use libtest_mimic::{Arguments, Completion, Failed, Trial};

/// The environment variable that turns a skipped test into a failure.
pub const DEMANDED: &str = "MIXINSPEC_TEST_LANGUAGES";

/// A test that runs if these programs can be started.
#[derive(Debug)]
pub struct Test {
    name: &'static str,
    needs: &'static [&'static str],
    run: fn(),
}

impl Test {
    /// A test by its name; `needs` are the programs that it starts.
    #[must_use]
    pub fn new(name: &'static str, needs: &'static [&'static str], run: fn()) -> Self {
        Self { name, needs, run }
    }

    fn trial(self) -> Trial {
        Trial::ignorable_test(self.name, move || match self.needs.iter().find(|program| !can_start(program)) {
            Some(program) if std::env::var_os(DEMANDED).is_some() => {
                Err(Failed::from(format!("`{program}` is not installed, and {DEMANDED} demands it")))
            }
            Some(program) => Ok(Completion::ignored_with(format!("needs `{program}`, which is not installed"))),
            None => {
                (self.run)();
                Ok(Completion::Completed)
            }
        })
    }
}

/// Runs the tests that the command line asks for; the body of a test binary's `main`.
#[must_use]
pub fn run(tests: Vec<Test>) -> ExitCode {
    let arguments = Arguments::from_args();
    libtest_mimic::run(&arguments, tests.into_iter().map(Test::trial).collect()).exit_code()
}

/// Whether a program can be started. Go has no option `--version`, and the others no command `version`.
fn can_start(program: &str) -> bool {
    let option = if program == "go" { "version" } else { "--version" };
    let mut command = Command::new(program);
    command.arg(option).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
