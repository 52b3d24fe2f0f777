//! Runs the program with an eye on its time and its memory.

use std::io::Read;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::program::Done;

/// What a command came to, how long it took, and the most memory that it had.
#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) done: Done,
    pub(crate) elapsed: Duration,
    /// In MiB; nothing where the system does not tell.
    pub(crate) peak: Option<f64>,
}

/// Runs a command, at most for so long; then it is ended, which shows as status -1.
///
/// The peak is the system's own high-water mark, read every few milliseconds: it misses no peak but one in the very
/// last of these before the end, when a program gives memory back.
pub(crate) fn measure(mut command: Command, limit: Duration) -> Measured {
    let began = Instant::now();
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    let read = |mut pipe: Box<dyn Read + Send>| {
        thread::spawn(move || {
            let mut text = String::new();
            pipe.read_to_string(&mut text).expect("the program prints UTF-8");
            text
        })
    };
    let stdout = read(Box::new(child.stdout.take().expect("a pipe")));
    let stderr = read(Box::new(child.stderr.take().expect("a pipe")));
    let mut peak = None;
    let status = loop {
        peak = peak_of(child.id()).or(peak);
        if let Some(status) = child.try_wait().expect("a child can be waited for") {
            break status;
        }
        if began.elapsed() > limit {
            child.kill().expect("a child can be ended");
        }
        thread::sleep(Duration::from_millis(3));
    };
    let elapsed = began.elapsed();
    let text = |thread: thread::JoinHandle<String>| thread.join().expect("a reader ends");
    let done = Done { status: status.code().unwrap_or(-1), stdout: text(stdout), stderr: text(stderr) };
    Measured { done, elapsed, peak }
}

/// The high-water mark of a process's resident memory, in MiB.
fn peak_of(process: u32) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: f64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kib / 1024.0)
}
