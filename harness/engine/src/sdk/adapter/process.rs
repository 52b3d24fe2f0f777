//! One process of an adapter: its lines in, its lines out, and its end. It does not know what the lines mean.

use std::ffi::OsString;
use std::io::Write;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// How many bytes of an unfinished line of standard error are held before they are passed on.
const LINE: usize = 8 * 1024;

/// How many lines are read ahead. A program that floods its output waits for us.
const AHEAD: usize = 16;

/// How long a process that closed its output has to end.
const ENDING: Duration = Duration::from_millis(500);

/// What a process writes to its output.
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
    /// The id of its process group, which is also its own; kept because others of the group may outlive it.
    #[cfg(unix)]
    group: Option<rustix::process::Pid>,
    requests: Option<mpsc::UnboundedSender<Vec<u8>>>,
    said: mpsc::Receiver<Said>,
    /// Passes its standard error on.
    errors: Option<JoinHandle<()>>,
}

impl Process {
    /// Starts a program. Its standard error is passed on, without control sequences.
    pub(crate) fn start(command: &[OsString], longest: usize) -> std::io::Result<Self> {
        let (program, arguments) = command.split_first().ok_or(std::io::ErrorKind::NotFound)?;
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.kill_on_drop(true);
        // A process group of its own: what a shell or a package manager starts for it is killed with it, and Ctrl-C
        // reaches only us.
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
        let errors = child.stderr.take().map(|errors| tokio::spawn(pass_on(errors)));
        Ok(Self {
            child,
            #[cfg(unix)]
            group,
            requests: Some(requests),
            said,
            errors,
        })
    }

    /// Queues a line for the process. The caller bounds how many lines wait.
    pub(crate) fn send(&self, mut line: Vec<u8>) {
        line.push(b'\n');
        // A closed pipe is noticed when the output is read.
        let _ = self.requests.as_ref().map(|requests| requests.send(line));
    }

    /// The next line, or the end of the output. This is cancel safe.
    pub(crate) async fn said(&mut self) -> Said {
        self.said.recv().await.unwrap_or(Said::End)
    }

    /// Its exit status, after it closed its output.
    pub(crate) async fn ended(&mut self) -> Option<ExitStatus> {
        let status = tokio::time::timeout(ENDING, self.child.wait()).await.ok().and_then(Result::ok);
        // Its own last words on standard error come before our message about its end. Do not wait for others who hold
        // the pipe.
        if let Some(errors) = self.errors.take_if(|_| status.is_some()) {
            let _ = tokio::time::timeout(ENDING, errors).await;
        }
        status
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

/// Passes on what a process writes to its standard error, line by line.
async fn pass_on(errors: impl AsyncRead + Unpin) {
    let mut errors = BufReader::with_capacity(LINE, errors);
    let mut line = Vec::new();
    loop {
        let Ok(piece) = errors.fill_buf().await else { return };
        let at_end = piece.is_empty();
        let end = piece.iter().position(|byte| *byte == b'\n').map_or(piece.len(), |at| at + 1);
        line.extend_from_slice(&piece[..end]);
        errors.consume(end);
        if at_end || line.ends_with(b"\n") || line.len() >= LINE {
            // If our standard error is closed, the text is not wanted.
            let _ = std::io::stderr().write_all(harmless(&line).as_bytes());
            line.clear();
        }
        if at_end {
            return;
        }
    }
}

/// Text without control sequences; line breaks stay.
fn harmless(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text).replace('\t', "    ");
    let shown = strip_ansi_escapes::strip_str(text);
    shown.chars().filter(|character| *character == '\n' || !character.is_control()).collect()
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
    // A last line without a line end counts as a line.
    if !line.is_empty() {
        let _ = tell.send(Said::Line(line)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_obeys_nothing_of_what_is_passed_on() {
        for (written, shown) in [
            (b"\x1b[31mred\x1b[0m\n".as_slice(), "red\n"),
            (b"\x1b]0;a title\x07text\n", "text\n"),
            (b"\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\\n", "link\n"),
            (b"over\rwritten\x08\x07\n", "overwritten\n"),
            (b"\ttab\n", "    tab\n"),
            ("\u{9b}2JZürich 漢字 😀\n".as_bytes(), "2JZürich 漢字 😀\n"),
            (b"cut off \x1b[3", "cut off "),
        ] {
            assert_eq!(harmless(written), shown);
        }
    }
}
