//! Ctrl-C and SIGTERM: a run tells what it found, and a server ends in order.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};

use crate::program::{Server, command};

fn send(signal: &str, process: u32) {
    let status = Command::new("kill").args([signal, &process.to_string()]).status().expect("kill starts");
    assert!(status.success());
}

#[test]
fn a_run_that_is_stopped_reports_what_it_found() {
    for signal in ["-INT", "-TERM"] {
        let mut command = command("run --rate 20 --cases 0 --report json=-");
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
        let mut errors = BufReader::new(child.stderr.take().expect("a pipe"));
        let mut first = String::new();
        errors.read_line(&mut first).expect("a line");
        assert!(first.starts_with("mixinspec "), "{first}");
        send(signal, child.id());
        let (mut report, mut rest) = (String::new(), String::new());
        child.stdout.take().expect("a pipe").read_to_string(&mut report).expect("text");
        errors.read_to_string(&mut rest).expect("text");
        let status = child.wait().expect("it ends");
        assert_eq!(status.code(), Some(3), "{signal}: {rest}");
        assert!(rest.contains("stopping: ") && rest.contains("stopped before its end"), "{signal}: {rest}");
        assert!(report.contains("\"filtered\": true"), "{signal}: {report}");
    }
}

#[test]
fn a_server_ends_in_order() {
    let mut server = Server::start("");
    send("-TERM", server.child.id());
    assert_eq!(server.child.wait().expect("it ends").code(), Some(0));
}
