//! Reports as files: written whole, beside nothing else, and whatever a run comes to.

use std::process::Stdio;

use crate::program::{CALLER, Folder, Server, command, done, run};

const OTHER: &str = "e8e5b807-fa8b-455a-8dfa-b189d28310ff";

const ONLY: &str = "--edition 2026 --only group-accepted --cases 0 -q";

#[test]
fn a_run_that_ends_before_it_starts_leaves_no_older_green_report() {
    let folder = Folder::new("reports-early");
    let token = folder.file("token", "right");
    let guarded = Server::start(&format!("--bearer-file {token} --caller {CALLER}"));
    let away = format!("run http://127.0.0.1:1 --no-auth --caller {CALLER}");
    let unknown = guarded.judged("--only nonsense");
    let missing = format!("run {} --bearer-file {}", guarded.url, folder.name("missing"));
    for (arguments, status, said) in [
        (away, 3, "failed to reach http://127.0.0.1:1/conversations"),
        (guarded.judged(""), 3, "was refused as unauthorized"),
        (unknown, 2, "matches no requirement"),
        (missing, 2, "there is no such file"),
    ] {
        let json = folder.file("report.json", "{\"exit_status\": 0}");
        let junit = folder.file("junit.xml", "<testsuites/>");
        let done = run(&format!("{arguments} --report json={json} --report junit={junit}"));
        assert_eq!(done.status, status, "{arguments}: {}", done.stderr);
        let report: serde_json::Value = serde_json::from_str(&folder.read("report.json")).expect("JSON");
        assert_eq!(report["exit_status"], status, "{arguments}");
        assert_eq!(report["end"], "error", "{arguments}");
        assert!(report["end_reason"].as_str().is_some_and(|reason| reason.contains(said)), "{report}");
        assert!(folder.read("junit.xml").contains("<error type=\"error\" message=\"failed to "), "{arguments}");
    }
    let json = folder.file("report.json", "{\"exit_status\": 0}");
    let sdk = run(&format!("sdk --report json={json} -- {}", folder.name("no-such-program")));
    assert_eq!(sdk.status, 2, "{}", sdk.stderr);
    assert!(folder.read("report.json").contains("\"exit_status\": 2"), "{}", folder.read("report.json"));
}

#[test]
fn an_output_is_never_another_file_of_the_command() {
    let folder = Folder::new("reports-same");
    let (token, known) = (folder.file("token", "right"), folder.file("known.yaml", "[]\n"));
    let adapter = folder.file("adapter.py", "pass\n");
    let at = |name: &str| folder.name(name);
    let server = format!("http://127.0.0.1:1 --bearer-file {token} --caller {CALLER}");
    std::fs::hard_link(&token, at("hard")).expect("a link");
    std::os::unix::fs::symlink("b.json", at("soft")).expect("a link");
    for arguments in [
        format!("run {server} --report json={} --report junit={}", at("a"), at("./a")),
        format!("run {server} --report json={} --report junit={}", at("soft"), at("b.json")),
        format!("run {server} --report json={} --write-known-failures {}", at("a"), at("a")),
        format!("run {server} --report json={token}"),
        format!("run {server} --report json={}", at("hard")),
        format!("run {server} --known-failures {known} --report json={known}"),
        format!("run {server} --write-known-failures {token}"),
        format!("sdk --report json={adapter} -- python3 {adapter}"),
        format!("observe --report json={adapter} -- python3 {adapter}"),
    ] {
        let done = run(&arguments);
        assert_eq!(done.status, 2, "{arguments}: {}", done.stderr);
        let words: Vec<&str> = done.stderr.split_whitespace().filter(|word| *word != "│").collect();
        let words = words.join(" ");
        assert!(words.contains("same file") || words.contains("it is read, too"), "{arguments}: {}", done.stderr);
    }
    assert_eq!(folder.read("token"), "right");
    assert_eq!((folder.read("adapter.py"), folder.read("known.yaml")), ("pass\n".into(), "[]\n".into()));
    // Standard output is an output.
    let file = std::fs::File::create(at("out")).expect("a file");
    let mut both = command(&format!("run {ONLY} --report json={}", at("out")));
    both.stdout(file);
    assert_eq!(both.status().expect("it starts").code(), Some(2));
    // A device is no file, and takes everything.
    assert_eq!(run(&format!("run {ONLY} --report json=/dev/null --report junit=/dev/null")).status, 0);
}

#[test]
fn a_report_that_cannot_be_written_takes_nothing_from_the_verdict() {
    let folder = Folder::new("reports-lost");
    let json = folder.name("report.json");
    let done = run(&format!("run {ONLY} --report junit=/dev/full --report json={json}"));
    assert_eq!(done.status, 2, "{}", done.stderr);
    assert!(done.stdout.starts_with("PASS  "), "{}", done.stdout);
    assert!(done.stderr.contains("/dev/full") && done.stderr.contains("No space left"), "{}", done.stderr);
    assert!(folder.read("report.json").contains("\"exit_status\": 0"), "the other one is there");
}

#[test]
fn standard_output_that_cannot_be_written_is_an_error_and_a_closed_pipe_is_none() {
    for arguments in [format!("run {ONLY}").as_str(), "--help", &format!("id {CALLER} {OTHER}"), "spec coverage"] {
        let full = || std::fs::OpenOptions::new().write(true).open("/dev/full").expect("a device");
        let mut command = command(arguments);
        let output = command.stdout(full()).stderr(Stdio::piped()).output().expect("the program starts");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments}: {said}");
        assert!(said.contains("failed to write to standard output: No space left"), "{arguments}: {said}");
    }
    for arguments in [format!("run {ONLY}").as_str(), "--help", "spec show"] {
        let mut command = command(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!((output.status.code(), said.as_str()), (Some(0), ""), "{arguments}");
    }
}

#[test]
fn a_fifo_takes_a_report_whole() {
    let folder = Folder::new("reports-fifo");
    let fifo = folder.name("fifo");
    let script = format!("PATH=/usr/bin:/bin mkfifo {fifo}");
    let made = std::process::Command::new("/bin/sh").args(["-c", &script]).status().expect("a shell");
    assert!(made.success());
    let reader = {
        let fifo = fifo.clone();
        std::thread::spawn(move || std::fs::read_to_string(fifo).expect("text"))
    };
    let done = run(&format!("run {ONLY} --report json={fifo}"));
    assert_eq!(done.status, 0, "{}", done.stderr);
    let report = reader.join().expect("a reader ends");
    assert!(report.starts_with("{\n") && report.ends_with("}\n"), "{report}");
}

#[test]
fn standard_output_by_another_name_holds_the_report_alone() {
    let done = run(&format!("run {ONLY} --report json=/dev/stdout"));
    assert_eq!(done.status, 0, "{}", done.stderr);
    assert!(serde_json::from_str::<serde_json::Value>(&done.stdout).is_ok(), "{}", done.stdout);
    assert!(done.stderr.contains("PASS  "), "{}", done.stderr);
}

#[test]
fn nothing_is_left_beside_a_report() {
    let folder = Folder::new("reports-beside");
    let json = folder.file("report.json", "older");
    assert_eq!(done(command(&format!("run {ONLY} --report json={json}"))).status, 0);
    let names = std::fs::read_dir(folder.path("")).expect("a folder").flatten();
    assert_eq!(names.map(|entry| entry.file_name()).collect::<Vec<_>>(), ["report.json"]);
}
