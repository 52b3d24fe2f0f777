//! What `--list` shows, and what `--replay` takes: the same.

use serde_json::Value;

use crate::program::{CALLER, run};

/// Nothing listens there: whatever can be replayed comes to that, and what cannot is refused before.
const NOWHERE: &str = "run http://127.0.0.1:1 --no-auth --caller 8dcf823d-9eb3-4da2-8734-f0aad50c0da6";

#[test]
fn everything_that_is_listed_can_be_replayed() {
    assert!(NOWHERE.ends_with(CALLER));
    for edition in ["2018", "2026"] {
        let listed = run(&format!("{NOWHERE} --edition {edition} --list")).stdout;
        // Each is a process of its own, so that a few of each kind are enough.
        let cases: Vec<&str> = listed.lines().filter_map(|line| Some(line.split_once('\t')?.1)).collect();
        let generated = cases.iter().filter(|case| case.contains("-generated-")).step_by(9);
        let nameless = cases.iter().filter(|case| !case.contains('/')).step_by(9);
        let fixed = cases.iter().filter(|case| case.contains('/')).step_by(400);
        for case in generated.chain(nameless).chain(fixed) {
            let done = run(&format!("{NOWHERE} --edition {edition} --replay {case}"));
            assert_eq!(done.status, 3, "{case}: {}", done.stderr);
        }
    }
    let listed = run("sdk --list --edition 2026 -- true").stdout;
    let lines: Vec<(&str, &str)> = listed.lines().filter_map(|line| line.split_once('\t')).collect();
    let generated = lines.iter().filter(|(_, case)| case.contains("-generated-")).step_by(3);
    for (id, case) in generated.chain(lines.iter().step_by(800)) {
        for replayed in [id, case] {
            let done = run(&format!("sdk --edition 2026 --replay {replayed} -- true"));
            assert_ne!(done.status, 2, "{replayed}: {}", done.stderr);
        }
    }
}

#[test]
fn a_requirement_is_replayed_with_all_its_cases() {
    let list = run("run --list --edition 2026 --only category-enum").stdout;
    let done = run("run --edition 2026 --replay category-enum --report json=-");
    assert_eq!(done.status, 0, "{}", done.stderr);
    let report: Value = serde_json::from_str(&done.stdout).expect("a report");
    let ids = report["requirements"].as_array().expect("requirements").iter().map(|one| one["id"].as_str());
    assert_eq!(ids.collect::<Vec<_>>(), [Some("category-enum")]);
    let cases = list.lines().count() as u64;
    assert!(report["exchanges"].as_u64().is_some_and(|exchanges| exchanges >= 2 * cases), "{}", done.stdout);
    // One that is asked of every exchange takes them all.
    let done = run("run --edition 2026 --cases 1 --replay answer-status --report json=-");
    let report: Value = serde_json::from_str(&done.stdout).expect("a report");
    assert_eq!(report["requirements"][0]["verdict"], "pass", "{}{}", done.stdout, done.stderr);
}

#[test]
fn a_mistake_makes_a_replayed_requirement_fail() {
    let server = crate::program::Server::start("--fault category-in-any-case");
    let done = run(&server.judged("--edition 2026 --replay category-enum"));
    assert_eq!(done.status, 1, "{}{}", done.stdout, done.stderr);
}
