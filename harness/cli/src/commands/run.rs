//! `mixinspec run`: judges a server.

use std::sync::Arc;

use mixinspec_engine::client::Limits;
use mixinspec_engine::events::Silent;
use mixinspec_engine::pattern::Patterns;
use mixinspec_engine::reporter::terminal;
use mixinspec_engine::run::{Options, Runner};
use mixinspec_engine::status::ExitStatus;

use crate::options::{Global, RunArgs};
use crate::problem::Problem;
use crate::subject;
use crate::terminal::Terminal;

pub(crate) fn run(args: RunArgs, global: &Global, terminal: &Terminal) -> Result<ExitStatus, Problem> {
    let spec = Arc::new(super::spec(global)?);
    let options = options(&args);
    let Some(url) = &args.url else {
        return Err(Problem::NoUrl);
    };
    let target = subject::target(url, &args.server)?;
    let runtime = tokio::runtime::Runtime::new().map_err(|error| Problem::Runtime { reason: error.to_string() })?;
    runtime.block_on(async {
        let runner =
            Runner::new(spec, target, options, Arc::new(Silent)).map_err(|error| Problem::of_run(error, &args))?;
        if args.selection.list {
            for (requirement, case) in runner.list().map_err(|error| Problem::of_run(error, &args))? {
                terminal.print(&format!("{requirement}\t{case}\n"));
            }
            return Ok(ExitStatus::Success);
        }
        let report = runner.run().await.map_err(|error| Problem::of_run(error, &args))?;
        let style =
            terminal::Style { colors: terminal.colors_output(), width: terminal.width(), verbose: terminal.verbose };
        if !terminal.quiet {
            terminal.print(&terminal::render(&report, style));
        }
        Ok(ExitStatus::of(&report, args.results.strict, false, |_| false))
    })
}

fn options(args: &RunArgs) -> Options {
    let (selection, pace) = (&args.selection, &args.pace);
    Options {
        edition: Some(args.server.edition.clone()).filter(|edition| edition != "auto"),
        cases: selection.cases,
        seed: selection.seed,
        run_id: selection.run_id.clone().unwrap_or_else(random_run_id),
        jobs: usize::from(pace.jobs),
        limits: Limits { timeout: pace.timeout, requests: pace.max_requests, rate: pace.rate, ..Limits::default() },
        wait: args.server.wait,
        only: Patterns::new(selection.only.clone()),
        skip: Patterns::new(selection.skip.clone()),
        readings: selection.reading.iter().map(|reading| (reading.id.clone(), reading.name.clone())).collect(),
        fail_fast: pace.fail_fast,
        replay: selection.replay.clone(),
    }
}

/// Eight digits that no other run is likely to have.
fn random_run_id() -> String {
    use std::hash::{BuildHasher, Hasher};
    // The standard library has one source of randomness; it seeds hash maps with it.
    let number = std::hash::RandomState::new().build_hasher().finish();
    format!("{:08x}", number >> 32)
}
