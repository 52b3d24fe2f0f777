//! Runs the whole kill matrix: every fault of the reference server in each of its editions.
//!
//! `cargo run --release -p mixinspec-tests --bin kill-matrix` exits with 1 if a fault breaks something that its row
//! does not declare, or does not break what it declares. Parts of fault names as arguments select faults, and show what
//! each of them broke; `--seed N` generates other requests; `--spec DIR` judges by other documents than the built-in
//! ones: every fault must be found, whatever names these use. `--page` writes docs/kill-matrix.md from the table, and
//! runs nothing.

use std::collections::VecDeque;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use mixinspec_server::{Edition, Fault};
use mixinspec_spec::Spec;
use mixinspec_tests::kill_matrix::document::{PAGE, page};
use mixinspec_tests::kill_matrix::{Trial, problems, whole};
use tokio::task::JoinSet;

/// How many faults are tried at once: a run spends some of its time waiting.
const AT_ONCE: usize = 3;

/// What to do about problems.
const TODO: &str = "A fault that breaks more than its own requirement declares that with `.also(&[and(\"ID\", \"why\")])`, or is made \
                    smaller; where an error stands, a rule went wrong.";

type Queue = Arc<Mutex<VecDeque<(&'static Fault, Edition)>>>;

#[tokio::main]
#[expect(clippy::print_stdout, clippy::print_stderr, reason = "this is a program: its results and its problems")]
async fn main() -> ExitCode {
    let mut names: Vec<String> = std::env::args().skip(1).collect();
    if names.iter().any(|name| name == "--page") {
        let written = write_page();
        if let Err(error) = &written {
            eprintln!("failed to write {PAGE}: {error}");
        }
        return if written.is_ok() { ExitCode::SUCCESS } else { ExitCode::from(2) };
    }
    let Ok(seed) = option(&mut names, "--seed").as_deref().unwrap_or("1").parse() else {
        eprintln!("failed to run the kill matrix: --seed takes a number");
        return ExitCode::from(2);
    };
    let folder = option(&mut names, "--spec").map(PathBuf::from);
    match matrix(folder.as_deref(), &names, seed).await {
        Ok((summary, is_sound)) => {
            println!("{summary}");
            if !is_sound {
                eprintln!("{TODO}");
            }
            if is_sound { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            eprintln!("failed to run the kill matrix: {error}");
            ExitCode::from(2)
        }
    }
}

/// Takes an option with its value out of the arguments.
fn option(arguments: &mut Vec<String>, name: &str) -> Option<String> {
    let at = arguments.iter().position(|argument| argument == name)?;
    arguments.remove(at);
    Some(if at < arguments.len() { arguments.remove(at) } else { String::new() })
}

/// Writes the page of the faults.
fn write_page() -> Result<(), Box<dyn Error>> {
    let spec = documents(None)?;
    Ok(std::fs::write(PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).join(PAGE), page(&spec))?)
}

/// The spec of a folder, or the embedded one.
fn documents(folder: Option<&Path>) -> Result<Spec, Box<dyn Error>> {
    let spec = folder.map_or_else(Spec::embedded, Spec::load);
    Ok(spec.map_err(|_| "the spec has mistakes: mixinspec spec lint (with --spec DIR) shows them")?)
}

/// Runs the selected faults; returns a summary, and whether everything was as declared.
async fn matrix(folder: Option<&Path>, names: &[String], seed: u64) -> Result<(String, bool), Box<dyn Error>> {
    let spec = Arc::new(documents(folder)?);
    let chosen = |fault: &&Fault| names.is_empty() || names.iter().any(|name| fault.name().contains(name.as_str()));
    let all =
        Fault::all().filter(chosen).flat_map(|fault| fault.editions().iter().map(move |edition| (fault, *edition)));
    let all: VecDeque<(&Fault, Edition)> = all.collect();
    if all.is_empty() {
        return Err(format!("no fault has any of {} in its name", names.join(", ")).into());
    }
    let queue: Queue = Arc::new(Mutex::new(all));
    let began = Instant::now();
    let mut workers = JoinSet::new();
    for _ in 0..AT_ONCE {
        workers.spawn(work(Arc::clone(&spec), Arc::clone(&queue), seed));
    }
    let mut trials = Vec::new();
    let mut is_sound = true;
    while let Some(done) = workers.join_next().await {
        let (own, all_sound) = done?;
        trials.extend(own);
        is_sound &= all_sound;
    }
    let took = began.elapsed();
    let mut summary = String::new();
    for trial in trials.iter().filter(|_| !names.is_empty()) {
        let broken: Vec<&str> = trial.broken.iter().map(|broken| broken.id.as_str()).collect();
        summary.push_str(&format!("{} ({}): {}\n", trial.fault.name(), trial.edition, broken.join(", ")));
    }
    summary.push_str(&figures(&mut trials, took));
    Ok((summary, is_sound))
}

/// Tries faults until none is left, and prints each problem at once: a whole matrix takes long.
#[expect(clippy::print_stderr, reason = "this is a program: its progress and its problems")]
async fn work(spec: Arc<Spec>, queue: Queue, seed: u64) -> (Vec<Trial>, bool) {
    let (mut trials, mut is_sound) = (Vec::new(), true);
    loop {
        let (next, left) = {
            let mut queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
            (queue.pop_front(), queue.len())
        };
        let Some((fault, edition)) = next else { return (trials, is_sound) };
        if left > 0 && left.is_multiple_of(50) {
            eprintln!("{left} of the runs are left");
        }
        let wrong = match whole(&spec, fault, edition, seed).await {
            Ok(trial) => {
                let wrong = problems(&spec, &trial);
                trials.push(trial);
                wrong
            }
            Err(error) => vec![format!("{} ({edition}) was not judged: {error}", fault.name())],
        };
        is_sound &= wrong.is_empty();
        wrong.iter().for_each(|problem| eprintln!("{problem}"));
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
