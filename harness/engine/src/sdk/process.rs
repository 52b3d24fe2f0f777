//! One process of an adapter: its lines in, its lines out, and its end. It does not know what the lines mean.

use std::ffi::OsString;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::mpsc;

/// How many lines are read ahead. A program that floods its output waits for us.
const AHEAD: usize = 16;

/// How long a process that closed its output has to end.
const ENDING: Duration = Duration::from_millis(500);

/// What a process says.
#[derive(Debug)]
pub(crate) enum Said {
    /// A line, without its end.
    Line(Vec<u8>),
    /// A line that is longer than allowed; its beginning.
    TooLong(Vec<u8>),
    /// It closed its output.
    End,
}

/// A process that was started. It ends when this is dropped, with every process that it started in its group.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    /// The number of its group, which is also its own; kept, since others of the group may live longer than it.
    #[cfg(unix)]
    group: Option<rustix::process::Pid>,
    requests: Option<mpsc::UnboundedSender<Vec<u8>>>,
    said: mpsc::Receiver<Said>,
}

impl Process {
    /// Starts a program; its standard error is ours.
    pub(crate) fn start(command: &[OsString], longest: usize) -> std::io::Result<Self> {
        let (program, arguments) = command.split_first().ok_or(std::io::ErrorKind::NotFound)?;
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        // A group of its own: what a shell or a package manager starts for it ends with it, and Ctrl-C asks us first.
        #[cfg(unix)]
        command.process_group(0);
        let mut child = command.spawn()?;
        #[cfg(unix)]
        let group = child.id().and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw);
        let (requests, to_write) = mpsc::unbounded_channel();
        let (tell, said) = mpsc::channel(AHEAD);
        if let Some(input) = child.stdin.take() {
            tokio::spawn(write(input, to_write));
        }
        if let Some(output) = child.stdout.take() {
            tokio::spawn(read(output, longest, tell));
        }
        Ok(Self {
            child,
            #[cfg(unix)]
            group,
            requests: Some(requests),
            said,
        })
    }

    /// Writes a line when the process takes it. How many wait is for the caller to bound.
    pub(crate) fn send(&self, mut line: Vec<u8>) {
        line.push(b'\n');
        // A closed pipe shows in what the process says.
        let _ = self.requests.as_ref().map(|requests| requests.send(line));
    }

    /// What it says next. Can be given up while waiting.
    pub(crate) async fn said(&mut self) -> Said {
        self.said.recv().await.unwrap_or(Said::End)
    }

    /// How it ended, when it closed its output.
    pub(crate) async fn ended(&mut self) -> Option<ExitStatus> {
        tokio::time::timeout(ENDING, self.child.wait()).await.ok().and_then(Result::ok)
    }

    /// Closes its input, and gives it a moment to end by itself.
    pub(crate) async fn finish(mut self) {
        self.requests = None;
        let _ = self.ended().await;
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Some(group) = self.group {
            // It may have ended already.
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
    }
}

async fn write(mut input: ChildStdin, mut lines: mpsc::UnboundedReceiver<Vec<u8>>) {
    while let Some(line) = lines.recv().await {
        if input.write_all(&line).await.is_err() || input.flush().await.is_err() {
            return;
        }
    }
}

async fn read(output: ChildStdout, longest: usize, tell: mpsc::Sender<Said>) {
    let mut output = BufReader::with_capacity(64 * 1024, output);
    let mut line = Vec::new();
    while let Ok(piece) = output.fill_buf().await {
        if piece.is_empty() {
            break;
        }
        let end = piece.iter().position(|byte| *byte == b'\n');
        let taken = end.unwrap_or(piece.len());
        if line.len() + taken > longest {
            let _ = tell.send(Said::TooLong(line)).await;
            return;
        }
        line.extend_from_slice(&piece[..taken]);
        output.consume(taken + usize::from(end.is_some()));
        if end.is_some() {
            if line.last() == Some(&b'\r') {
                line.pop();
            }
            if tell.send(Said::Line(std::mem::take(&mut line))).await.is_err() {
                return;
            }
        }
    }
    // A last line without an end is a line all the same.
    if !line.is_empty() {
        let _ = tell.send(Said::Line(line)).await;
    }
}
