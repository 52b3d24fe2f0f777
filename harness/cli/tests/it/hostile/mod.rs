//! No server, however bad, hurts a run: each fixture ends in its verdict, within its time, in little memory.

mod fixtures;
mod measure;
pub(crate) mod server;
pub(crate) mod tls;

use std::sync::{Mutex, OnceLock};
use std::thread;
use std::time::Duration;

use self::fixtures::FIXTURES;
use self::measure::{Measured, measure};
use self::server::{Hostile, Serve};
use crate::program::{CALLER, Done, Folder, command, run};

/// The most memory that the whole program may take, in MiB.
const MEMORY: f64 = 150.0;

/// How many connections are answered rightly before the hostility begins, where it begins late.
const SPARED: usize = 40;

/// A server that misbehaves in one way.
struct Fixture {
    name: &'static str,
    serve: Serve,
    /// What comes of a server that does so from the first request on,
    always: Expected,
    /// and of one that begins when the run is under way.
    later: Expected,
}

/// How a run ends.
struct Expected {
    status: &'static [i32],
    /// What it says, on standard output or standard error.
    says: &'static str,
    /// How long it takes at the most, on a slow machine.
    seconds: u64,
    /// How long the program waits for an answer, in seconds.
    timeout: u64,
}

/// One row of the table that is printed.
struct Row {
    name: String,
    expected: &'static Expected,
    measured: Measured,
}

#[test]
fn every_hostile_server_ends_in_its_verdict() {
    let only = std::env::var("HOSTILE").ok();
    let mut work: Vec<(&'static Fixture, usize)> = Vec::new();
    for fixture in FIXTURES.iter().rev().filter(|f| only.as_ref().is_none_or(|only| f.name.contains(only))) {
        work.extend([(fixture, SPARED), (fixture, 0)]);
    }
    let (work, rows) = (Mutex::new(work), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let Some((fixture, spared)) = work.lock().expect("a lock").pop() else { break };
                    let row = judge(fixture, spared);
                    rows.lock().expect("a lock").push(row);
                }
            });
        }
    });
    let mut rows = rows.into_inner().expect("a lock");
    rows.sort_by(|a, b| a.name.cmp(&b.name));
    print(&rows);
    let wrong: Vec<String> = rows.iter().filter_map(wrong).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

fn judge(fixture: &'static Fixture, spared: usize) -> Row {
    let server = Hostile::start(fixture.serve, spared);
    let (expected, when) = if spared == 0 { (&fixture.always, "") } else { (&fixture.later, ", later") };
    // A case for each size of a group is many of one kind.
    let arguments = format!("--edition 2026 --cases 1 --skip group-size --timeout {}s", expected.timeout);
    let command = command(&format!("run http://127.0.0.1:{} --no-auth --caller {CALLER} {arguments}", server.port));
    let measured = measure(command, Duration::from_secs(expected.seconds));
    Row { name: format!("{}{when}", fixture.name), expected, measured }
}

/// Shown with `--nocapture`.
#[expect(clippy::print_stdout, reason = "the figures are for whoever runs the test")]
fn print(rows: &[Row]) {
    println!("{:<44} {:>6} {:>8} {:>9}  verdict", "fixture", "exit", "seconds", "peak MiB");
    for Row { name, measured, .. } in rows {
        let peak = measured.peak.map_or("?".to_owned(), |peak| format!("{peak:.1}"));
        let (status, seconds) = (measured.done.status, measured.elapsed.as_secs_f64());
        println!("{name:<44} {status:>6} {seconds:>8.2} {peak:>9}  {}", verdict(&measured.done));
    }
}

/// A text without its lines and the bars beside them.
fn words(text: &str) -> String {
    text.split_whitespace().filter(|word| !["│", "×"].contains(word)).collect::<Vec<_>>().join(" ")
}

/// The line that tells what a run came to.
fn verdict(done: &Done) -> String {
    let tells = |line: &&str| ["PASS  every", "FAIL  ", "OPEN  ", "ERROR  "].iter().any(|word| line.starts_with(word));
    let last = done.stdout.lines().rev().find(tells);
    let problem = done.stderr.lines().map(|line| line.trim_start_matches([' ', '×', '│']));
    let problem: Vec<&str> = problem.skip_while(|line| !line.starts_with("failed to")).take(2).collect();
    last.map_or_else(|| problem.join(" "), str::to_owned)
}

fn wrong(row: &Row) -> Option<String> {
    let Row { name, expected, measured } = row;
    let (done, peak) = (&measured.done, measured.peak);
    let text = format!("{}{}", done.stdout, done.stderr);
    let mut reasons = Vec::new();
    if done.status == -1 {
        reasons.push(format!("was still running after {} s", expected.seconds));
    } else if !expected.status.contains(&done.status) {
        reasons.push(format!("exit status {}, not {:?}", done.status, expected.status));
    }
    if !expected.says.split(" | ").any(|says| words(&text).contains(&words(says))) {
        reasons.push(format!("does not say `{}`", expected.says));
    }
    // Ours, and those of what has no hook of ours yet.
    if ["mixinspec has a mistake, at", "panicked"].iter().any(|word| words(&text).contains(word)) {
        reasons.push("panicked".to_owned());
    }
    if peak.is_some_and(|peak| peak >= MEMORY) || (cfg!(target_os = "linux") && peak.is_none()) {
        reasons.push(format!("took {peak:?} MiB, not less than {MEMORY}"));
    }
    let short: String = text.chars().take(3000).collect();
    (!reasons.is_empty()).then(|| format!("{name}: {}\n{short}", reasons.join("; ")))
}

/// In the words of its own hook, or of Rust's.
#[test]
fn a_mistake_of_ours_is_no_verdict() {
    let expected = &FIXTURES[0].always;
    let ended = |stderr: &str| {
        let done = Done { status: expected.status[0], stdout: expected.says.to_owned(), stderr: stderr.to_owned() };
        let measured = Measured { done, elapsed: Duration::ZERO, peak: Some(1.0) };
        wrong(&Row { name: "a fixture".to_owned(), expected, measured })
    };
    assert_eq!(ended(""), None);
    for mistake in ["mixinspec has a mistake, at src/x.rs:1:2: no", "thread 'main' panicked at src/x.rs:1:2"] {
        assert!(ended(mistake).is_some_and(|why| why.contains("panicked")), "{mistake}");
    }
}

/// Where the redirect of a fixture leads to.
static ELSEWHERE: OnceLock<u16> = OnceLock::new();

fn redirect_elsewhere(link: &mut server::Link) -> std::io::Result<()> {
    link.request()?;
    let port = ELSEWHERE.get().copied().unwrap_or_default();
    let fields = format!("location: http://127.0.0.1:{port}/conversations\r\ncontent-length: 0\r\nconnection: close");
    link.send(format!("HTTP/1.1 308 Permanent Redirect\r\n{fields}\r\n\r\n"))
}

#[test]
fn a_redirect_leads_nobody_to_another_origin() {
    let folder = Folder::new("redirect");
    let token = folder.file("token", "a-token-of-the-callers");
    let elsewhere = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    elsewhere.set_nonblocking(true).expect("a listener that does not wait");
    ELSEWHERE.get_or_init(|| elsewhere.local_addr().expect("an address").port());
    for spared in [0, 5] {
        let server = Hostile::start(redirect_elsewhere, spared);
        let url = format!("http://127.0.0.1:{}", server.port);
        let done = run(&format!("run {url} --bearer-file {token} --caller {CALLER} --edition 2026 --cases 0"));
        assert_eq!(done.status, 1, "{}", done.stderr);
        assert!(done.stdout.contains("HTTP 308"), "{}", done.stdout);
        // Neither a credential nor anything else: there was no connection.
        assert_eq!(elsewhere.accept().err().map(|error| error.kind()), Some(std::io::ErrorKind::WouldBlock));
    }
}
