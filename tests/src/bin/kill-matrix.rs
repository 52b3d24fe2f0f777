//! Runs every fault of the reference server in each of its editions: the whole kill matrix.
//!
//! `cargo run --release -p mixinspec-tests --bin kill-matrix` ends with 1 where a fault breaks what its row does not say,
//! or does not break what it says, and where docs/kill-matrix.md is not what the runs say; `-- --write` writes that page.
//! Parts of names of faults try these alone, and show what each of them broke.

use std::collections::VecDeque;
use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use mixinspec_server::{Edition, Fault};
use mixinspec_spec::Spec;
use mixinspec_tests::kill_matrix::document::{COMMAND, PAGE, page};
use mixinspec_tests::kill_matrix::{Trial, problems, whole};
use tokio::task::JoinSet;

/// How many faults are tried at once: a run waits now and then.
const AT_ONCE: usize = 3;

type Queue = Arc<Mutex<VecDeque<(&'static Fault, Edition)>>>;

#[tokio::main]
#[expect(clippy::print_stdout, clippy::print_stderr, reason = "this is a program: its results and its problems")]
async fn main() -> ExitCode {
    let mut names: Vec<String> = std::env::args().skip(1).collect();
    let write = names.iter().any(|name| name == "--write");
    names.retain(|name| name != "--write");
    match matrix(&names, write).await {
        Ok((summary, problems)) => {
            println!("{summary}");
            problems.iter().for_each(|problem| eprintln!("{problem}"));
            if problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            eprintln!("failed to run the kill matrix: {error}");
            ExitCode::from(2)
        }
    }
}

/// A summary, and what is wrong.
async fn matrix(names: &[String], write: bool) -> Result<(String, Vec<String>), Box<dyn Error>> {
    let spec =
        Arc::new(Spec::embedded().map_err(|_| "the embedded spec has mistakes: mixinspec spec lint shows them")?);
    let chosen = |fault: &&Fault| names.is_empty() || names.iter().any(|name| fault.name().contains(name.as_str()));
    let all =
        Fault::all().filter(chosen).flat_map(|fault| fault.editions().iter().map(move |edition| (fault, *edition)));
    let queue: Queue = Arc::new(Mutex::new(all.collect()));
    let began = Instant::now();
    let mut workers = JoinSet::new();
    for _ in 0..AT_ONCE {
        workers.spawn(work(Arc::clone(&spec), Arc::clone(&queue)));
    }
    let mut trials = Vec::new();
    let mut wrong = Vec::new();
    while let Some(done) = workers.join_next().await {
        let (own, errors) = done?;
        trials.extend(own);
        wrong.extend(errors);
    }
    let took = began.elapsed();
    wrong.extend(trials.iter().flat_map(|trial| problems(&spec, trial)));
    wrong.sort();
    let mut summary = String::new();
    if names.is_empty() {
        let file = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).join(PAGE);
        let page = page(&spec, &trials);
        if write {
            std::fs::write(&file, page)?;
        } else if std::fs::read_to_string(&file).ok().as_ref() != Some(&page) {
            wrong.push(format!("{PAGE} is not what the runs say; this writes it: {COMMAND}"));
        }
    } else {
        for trial in &trials {
            let broken: Vec<&str> = trial.broken.iter().map(|broken| broken.id.as_str()).collect();
            summary.push_str(&format!("{} ({}): {}\n", trial.fault.name(), trial.edition, broken.join(", ")));
        }
    }
    summary.push_str(&figures(&mut trials, took));
    Ok((summary, wrong))
}

/// Tries one after another until there is none left.
async fn work(spec: Arc<Spec>, queue: Queue) -> (Vec<Trial>, Vec<String>) {
    let (mut trials, mut errors) = (Vec::new(), Vec::new());
    loop {
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        let Some((fault, edition)) = next else { return (trials, errors) };
        match whole(&spec, fault, edition).await {
            Ok(trial) => trials.push(trial),
            Err(error) => errors.push(format!("{} ({edition}) was not judged: {error}", fault.name())),
        }
    }
}

/// How long it took, and how soon a fault shows.
fn figures(trials: &mut [Trial], took: Duration) -> String {
    let middle = trials.len() / 2;
    let count = trials.len();
    let mut median = |by: fn(&Trial) -> u128| {
        trials.sort_by_key(by);
        trials.get(middle).map_or(0, by)
    };
    let run = median(|trial| trial.time.as_millis());
    let size = median(|trial| u128::from(trial.exchanges));
    let exchanges = median(|trial| trial.first.map_or(u128::MAX, |(_, exchanges)| u128::from(exchanges)));
    let first = median(|trial| trial.first.map_or(u128::MAX, |(time, _)| time.as_millis()));
    let memory = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let memory = memory.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or(" unknown").trim().to_owned();
    format!(
        "{count} runs in {took:.1?}, {run} ms and {size} exchanges in the middle; peak memory {memory}\n\
        first failure, in the middle: after {first} ms and {exchanges} exchanges"
    )
}
