//! What a run reads, sends and holds has an end, whatever it is asked for.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::program::{CALLER, Done, Folder, Server, command, done, run};

#[test]
fn endless_cases_end_with_the_requests() {
    let folder = Folder::new("endless");
    let report = folder.name("report.json");
    let began = Instant::now();
    let endless = "run --edition 2026 --cases 18446744073709551615 --max-requests 100";
    let Done { status, stdout, stderr } = run(&format!("{endless} --report json={report}"));
    assert_eq!(status, 3, "{stdout}{stderr}");
    assert!(began.elapsed() < Duration::from_secs(60), "{:?}", began.elapsed());
    let report: Value = serde_json::from_str(&folder.read("report.json")).expect("JSON");
    assert_eq!(report["exchanges"], 100);
    assert!(stdout.contains("the limit of 100 requests (--max-requests) is reached"), "{stdout}");
    assert_eq!(run("run --edition 2026 --cases 18446744073709551615 --list --only contact-*").status, 0);
}

/// A million users, each read once.
#[test]
fn a_long_list_of_users_is_read_in_time() {
    let folder = Folder::new("many-users");
    let users: String = (0..1_000_000_u32).map(|at| format!("{at:08x}-9eb3-4da2-8734-f0aad50c0da6\n")).collect();
    let file = folder.file("users", &users);
    let server = Server::start("");
    let began = Instant::now();
    let Done { status, stdout, stderr } =
        run(&server.judged(&format!("--edition 2026 --cases 1 --only contact-accepted --users {file}")));
    assert_eq!(status, 0, "{stdout}{stderr}");
    assert!(began.elapsed() < Duration::from_secs(40), "{:?}", began.elapsed());
}

/// A device that never ends in the place of each file.
#[cfg(unix)]
#[test]
fn files_without_end() {
    let folder = Folder::new("files-without-end");
    for name in ["spec", "vectors", "types"] {
        std::fs::create_dir(folder.path(name)).expect("a folder");
    }
    let endless = |name: &str| std::os::unix::fs::symlink("/dev/zero", folder.path(name)).expect("a link");
    endless("spec/requirements.yaml");
    endless("vectors/answers.json");
    endless("vectors/create-conversation.json");
    let anybody = format!("--no-auth --caller {CALLER}");
    for (arguments, status) in [
        ("run http://127.0.0.1:1 --bearer-file /dev/zero".to_owned(), 2),
        ("run http://127.0.0.1:1 --keystore /dev/zero".to_owned(), 2),
        (format!("run http://127.0.0.1:1 --cacert /dev/zero {anybody}"), 2),
        (format!("run http://127.0.0.1:1 --users /dev/zero {anybody}"), 2),
        (format!("run http://127.0.0.1:1 --known-failures /dev/zero {anybody}"), 2),
        ("observe --answers /dev/zero -- true".to_owned(), 2),
        ("observe --known-failures /dev/zero -- true".to_owned(), 2),
        ("sdk --known-failures /dev/zero -- true".to_owned(), 2),
        ("serve --port 0 --users /dev/zero".to_owned(), 2),
        ("serve --port 0 --bearer-file /dev/zero".to_owned(), 2),
        ("token GET /me --keystore /dev/zero".to_owned(), 2),
        ("spec lint --spec spec".to_owned(), 2),
        ("vectors verify vectors".to_owned(), 1),
    ] {
        let mut command = command(&arguments);
        command.current_dir(folder.path(""));
        let began = Instant::now();
        let told = done(command);
        assert_eq!(told.status, status, "{arguments}: {}{}", told.stdout, told.stderr);
        let all = (told.stdout + &told.stderr).replace(['\n', '│'], " ");
        let words: Vec<&str> = all.split_whitespace().collect();
        assert!(words.join(" ").contains("and no more is read"), "{arguments}: {all}");
        assert!(began.elapsed() < Duration::from_secs(30), "{arguments}: {:?}", began.elapsed());
    }
}

/// That we may open no more files is no failure of a server.
#[cfg(unix)]
#[test]
fn too_few_files_of_ours_are_ours() {
    let server = Server::start("");
    let mut told = false;
    for files in [20, 24, 28, 32] {
        let arguments = server.judged("--edition 2026 --cases 1 -j 64");
        let script = format!("ulimit -n {files}; exec {} {arguments}", env!("CARGO_BIN_EXE_mixinspec"));
        let output = Command::new("/bin/sh").args(["-c", &script]).stdin(Stdio::null()).output().expect("a shell");
        let all = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert_ne!(output.status.code(), Some(1), "{files}: {all}");
        assert!(!all.contains("FAIL  "), "{files}: {all}");
        told |= all.contains("ulimit -n");
    }
    assert!(told, "no limit was too low");
}

/// The memory of the program holds keys; it is written to no file.
#[cfg(target_os = "linux")]
#[test]
fn there_are_no_core_dumps() {
    let server = Server::start("");
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", server.child.id())).expect("limits");
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).expect("a limit");
    assert_eq!(core.split_whitespace().nth(4), Some("0"), "{core}");
}
