//! Ctrl-C and SIGTERM: a run tells what it found, and a server ends in order.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::hostile::server::{Hostile, Link};
use crate::program::{CALLER, Folder, Server, command};

pub(crate) fn send(signal: &str, process: u32) {
    let status =
        Command::new("/bin/sh").args(["-c", &format!("kill {signal} {process}")]).status().expect("kill starts");
    assert!(status.success());
}

/// The signals that ask the program to stop. It ignores SIGHUP where whoever started these tests does (`nohup`).
fn signals() -> Vec<&'static str> {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).unwrap_or_default();
    let ignores_hangups = u64::from_str_radix(ignored.trim(), 16).is_ok_and(|ignored| ignored & 1 == 1);
    if ignores_hangups { vec!["-INT", "-TERM"] } else { vec!["-INT", "-TERM", "-HUP"] }
}

#[test]
fn a_run_that_is_stopped_reports_what_it_found() {
    let folder = Folder::new("stopped");
    for signal in signals() {
        let file = folder.file("report.xml", "");
        let mut command = command(&format!("run --rate 20 --cases 0 --report json=- --report junit={file}"));
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
        assert!(report.contains("\"end\": \"stopped\""), "{signal}: {report}");
        let report = std::fs::read_to_string(file).expect("a report");
        assert!(report.contains("the run was stopped before its end"), "{signal}: {report}");
        assert!(report.contains("errors=\"1\""), "{signal}: {report}");
    }
}

/// Says nothing, and keeps the connection.
fn silent(link: &mut Link) -> std::io::Result<()> {
    link.be_silent()
}

#[test]
fn what_was_found_is_reported_though_a_request_still_waits() {
    // A server of 2018, which breaks musts of 2026 at once, and then answers nobody.
    for signals in [&["-INT"][..], &["-TERM"], &["-INT", "-TERM"]] {
        let server = Hostile::before("--edition 2018", silent, 60);
        let arguments = "--edition 2026 --timeout 1h --cases 0 -v";
        let mut command =
            command(&format!("run http://127.0.0.1:{} --no-auth --caller {CALLER} {arguments}", server.port));
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
        let mut errors = BufReader::new(child.stderr.take().expect("a pipe")).lines();
        // Every exchange is shown, so that it is known when the last one that is answered is over.
        let answered = errors.by_ref().map_while(Result::ok).filter(|line| line.starts_with("< HTTP"));
        assert_eq!(answered.take(59).count(), 59);
        let rest = std::thread::spawn(move || errors.map_while(Result::ok).collect::<Vec<_>>().join("\n"));
        let began = Instant::now();
        for signal in signals {
            send(signal, child.id());
        }
        let mut report = String::new();
        child.stdout.take().expect("a pipe").read_to_string(&mut report).expect("text");
        let status = child.wait().expect("it ends").code();
        assert!(began.elapsed() < Duration::from_secs(30), "{signals:?}: {:?}", began.elapsed());
        let rest = rest.join().expect("a reader ends");
        // The second signal may come before the report, which is what it is for.
        assert_eq!(status, Some(3), "{signals:?}: {rest}");
        if signals.len() == 1 {
            assert!(report.contains("\nFAIL  ") || report.starts_with("FAIL  "), "{report}");
            assert!(report.contains("the run was stopped"), "{report}");
            assert!(report.contains("stopped before its end, exit status 3"), "{report}");
        }
    }
}

#[test]
fn a_server_ends_in_order() {
    let mut server = Server::start("");
    send("-TERM", server.child.id());
    assert_eq!(server.child.wait().expect("it ends").code(), Some(0));
}

/// Nothing that is generated, or counted, is waited for.
#[test]
fn a_run_without_end_ends_at_once() {
    let mut command = command("run --cases 18446744073709551615 -j 8 --edition 2026 -q");
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the program starts");
    std::thread::sleep(Duration::from_secs(3));
    send("-TERM", child.id());
    let began = Instant::now();
    let status = child.wait().expect("it ends").code();
    // A second, on a machine that has nothing else to do.
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    assert_eq!(status, Some(3));
}

/// Who starts a run by `nohup` wants it to go on when the terminal is closed.
#[cfg(target_os = "linux")]
#[test]
fn a_run_that_ignores_hangups_goes_on() {
    let program = env!("CARGO_BIN_EXE_mixinspec");
    let script = format!("trap '' HUP; exec {program} serve --port 0");
    let mut command = Command::new("/bin/sh");
    let mut child = command.args(["-c", &script]).stdout(Stdio::piped()).spawn().expect("a shell");
    let mut first = String::new();
    let mut output = BufReader::new(child.stdout.take().expect("a pipe"));
    output.read_line(&mut first).expect("a line");
    send("-HUP", child.id());
    std::thread::sleep(Duration::from_millis(500));
    assert!(child.try_wait().expect("it can be asked").is_none(), "it ended");
    send("-TERM", child.id());
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}

/// Neither keys nor processes are left of a client that was observed, however that ends.
#[test]
fn nothing_is_left_of_a_client() {
    for signal in signals() {
        let folder = Folder::new(&format!("left{signal}"));
        std::fs::create_dir(folder.path("tmp")).expect("a folder");
        // A child of a child, which outlives both if nobody ends it.
        let script = "sleep 300 & echo $! > child; echo started >&2; wait";
        std::fs::write(folder.path("client.sh"), script).expect("a file");
        let mut command = command("observe -- /bin/sh client.sh");
        command.current_dir(folder.path("")).env("TMPDIR", folder.path("tmp")).env("PATH", "/usr/bin:/bin");
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the program starts");
        let mut errors = BufReader::new(child.stderr.take().expect("a pipe"));
        let mut first = String::new();
        errors.read_line(&mut first).expect("a line");
        assert_eq!(first, "started\n");
        let keys = || std::fs::read_dir(folder.path("tmp")).expect("a folder").count();
        assert_eq!(keys(), 1, "the keystores of the client");
        send(signal, child.id());
        assert_eq!(child.wait().expect("it ends").code(), Some(3), "{signal}");
        assert_eq!(keys(), 0, "{signal}");
        let process = folder.read("child").trim().to_owned();
        // Nobody may be there to take note that it has ended.
        let script = format!("kill -0 {process} && ! grep -q ') Z' /proc/{process}/stat");
        let is_there = || Command::new("/bin/sh").args(["-c", &script]).output().expect("a shell").status.success();
        let until = Instant::now() + Duration::from_secs(5);
        while is_there() && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(50));
        }
        assert!(!is_there(), "{signal}: {process}");
    }
}
