//! `mixinspec report`: what is made of reports once a run is over.

use insta::assert_snapshot;
use mixinspec_engine::reporter::FORMATS;

use crate::program::{CALLER, Folder, Server, command, done, run};

const ONLY: &str = "--edition 2026 --only answer-status --only group-accepted --cases 0 --run-id x -q";

#[test]
fn every_format_is_the_same_from_the_run_and_from_its_report() {
    let folder = Folder::new("report-formats");
    let server = Server::start("--fault status-created");
    let all: Vec<String> =
        FORMATS.iter().map(|format| format!("--report {0}={1}", format.name, folder.name(format.name))).collect();
    let done = run(&server.judged(&format!("{ONLY} --strict {}", all.join(" "))));
    assert_eq!(done.status, 1, "{}", done.stderr);
    for format in FORMATS {
        let made = run(&format!("report {} {}", format.name, folder.name("json")));
        assert_eq!((made.status, made.stderr.as_str()), (0, ""), "{}", format.name);
        assert_eq!(made.stdout, folder.read(format.name), "{}", format.name);
        assert!(made.stdout.contains("answer-status"), "{}", made.stdout);
    }
    let out = folder.name("again.html");
    assert_eq!(run(&format!("report html {} -o {out}", folder.name("json"))).status, 0);
    assert_eq!(folder.read("again.html"), folder.read("html"));
}

#[test]
fn two_runs_are_compared_merged_and_told_in_a_badge() {
    let folder = Folder::new("report-several");
    let [right, wrong, both] = ["right.json", "wrong.json", "both.json"].map(|name| folder.name(name));
    let (good, bad) = (Server::start(""), Server::start("--fault status-created"));
    assert_eq!(run(&good.judged(&format!("{ONLY} --report json={right}"))).status, 0);
    assert_eq!(run(&bad.judged(&format!("{ONLY} --report json={wrong}"))).status, 0);
    let broke = run(&format!("report diff {right} {wrong}"));
    assert_eq!(broke.status, 1, "{}", broke.stderr);
    assert!(broke.stdout.contains("Broke (1)\n  answer-status  pass → warn\n"), "{}", broke.stdout);
    let mended = run(&format!("report diff {wrong} {right}"));
    assert_eq!(mended.status, 0, "{}", mended.stderr);
    assert!(mended.stdout.ends_with("Nothing broke; 1 mended. Exit status 0.\n"), "{}", mended.stdout);
    assert_eq!(run(&format!("report merge {right} {wrong} --out {both}")).status, 0);
    let same = run(&format!("report diff {wrong} {both}"));
    assert!(same.stdout.ends_with("Nothing broke. Exit status 0.\n"), "{}", same.stdout);
    let badge = run(&format!("report badge {right}"));
    assert!(badge.stdout.starts_with("<svg ") && badge.stdout.contains("a part of 2026 holds"), "{}", badge.stdout);
    let badge = run(&format!("report badge {right} --format endpoint"));
    assert!(badge.stdout.contains("\"schemaVersion\": 1"), "{}", badge.stdout);
}

#[test]
fn what_is_no_report_is_told_by_its_name() {
    let folder = Folder::new("report-bad");
    let report = folder.name("report.json");
    assert_eq!(run(&format!("run {ONLY} --report json={report}")).status, 0);
    let mut other: serde_json::Value = serde_json::from_str(&folder.read("report.json")).expect("JSON");
    other["edition"] = "2018".into();
    folder.file("other.json", &other.to_string());
    other["version"] = 99.into();
    folder.file("newer.json", &other.to_string());
    folder.file("other.xml", "<testsuites/>");
    folder.file("empty.json", "{}");
    let nobody = folder.name("nobody.json");
    let away = format!("run http://127.0.0.1:1 --no-auth --caller {}", CALLER);
    assert_eq!(run(&format!("{away} --report json={nobody}")).status, 3);
    let mut told = String::new();
    for line in [
        "report html missing.json",
        "report html other.xml",
        "report junit empty.json",
        "report badge newer.json",
        "report diff report.json missing.json",
        "report diff report.json nobody.json",
        "report merge report.json other.json",
        "report merge report.json nobody.json",
        "report html report.json -o report.json",
        "report html report.json -o no/where.html",
        "report pdf report.json",
    ] {
        let mut command = command(line);
        command.current_dir(folder.path(""));
        let done = done(command);
        told.push_str(&format!("$ mixinspec {line}\n{}{}[{}]\n\n", done.stdout, done.stderr, done.status));
        assert_eq!(done.status, 2, "{line}");
    }
    assert_snapshot!(told);
    assert!(folder.read("report.json").starts_with('{'), "what is read is not written");
}

#[test]
fn help() {
    assert_snapshot!("help_report", run("report --help").stdout);
}
