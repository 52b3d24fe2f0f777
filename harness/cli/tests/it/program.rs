//! Runs the program, with nothing of the environment but what a test gives it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The caller of the page of 2018.
pub(crate) const CALLER: &str = "8dcf823d-9eb3-4da2-8734-f0aad50c0da6";

/// What a command came to.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The program with arguments that are separated by spaces.
pub(crate) fn command(arguments: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mixinspec"));
    command.args(arguments.split_whitespace()).env_clear().stdin(Stdio::null());
    command
}

/// Runs the program.
pub(crate) fn run(arguments: &str) -> Done {
    done(command(arguments))
}

/// Runs the program with arguments that may hold spaces.
pub(crate) fn run_words(arguments: &[&str]) -> Done {
    let mut command = command("");
    command.args(arguments).env("PATH", "/usr/bin:/bin");
    done(command)
}

/// Runs a command.
pub(crate) fn done(mut command: Command) -> Done {
    let output = command.output().expect("the program starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program prints UTF-8");
    Done { status: output.status.code().unwrap_or(-1), stdout: text(output.stdout), stderr: text(output.stderr) }
}

impl Done {
    /// The musts that a run says fail, in its order.
    pub(crate) fn failing(&self) -> Vec<&str> {
        let failing = self.stdout.lines().filter(|line| line.starts_with("FAIL  ") && line.contains("  must, "));
        failing.filter_map(|line| line.split_whitespace().nth(1)).collect()
    }
}

/// A reference server in a process of its own.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) child: Child,
    pub(crate) url: String,
    /// The line that it says to judge it with.
    pub(crate) line: String,
}

impl Server {
    /// Starts one; it takes every request to come from one user unless the arguments say otherwise.
    pub(crate) fn start(arguments: &str) -> Self {
        let mut command = command(&format!("serve --port 0 {arguments}"));
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the program starts");
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let mut line = || lines.next().expect("a line").expect("a line of text");
        let first = line();
        let url = first.strip_prefix("listening on ").and_then(|rest| rest.split(',').next()).expect("an address");
        let url = url.to_owned();
        Self { child, url, line: line() }
    }

    /// The arguments of a run against it.
    pub(crate) fn judged(&self, arguments: &str) -> String {
        format!("run {} --no-auth --caller {CALLER} {arguments}", self.url)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already, as a test wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A folder of a test's own, which goes with it.
#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Writes a file; its path.
    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        std::fs::write(self.path(name), text).expect("a file");
        self.name(name)
    }

    pub(crate) fn name(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).expect("a file")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
