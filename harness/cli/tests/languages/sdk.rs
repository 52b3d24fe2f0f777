//! The command `sdk`, tried from end to end with an adapter in a few lines.

use crate::program::{Folder, run};

/// Answers every pair with the ids of the page of 2018, which is right for its two users only.
const ADAPTER: &str = r#"
import json, sys
for line in sys.stdin:
    request = json.loads(line)
    result = "718dc74c-5dc9-3190-a0d4-3affdca2680a"
    if request["call"] == "hello":
        print("a word on standard error", file=sys.stderr)
        result = {"protocol": 1, "name": "one id for all", "capabilities": {"unique_conversation_id": True}}
    print(json.dumps({"id": request["id"], "result": result}), flush=True)
"#;

/// Has colors, a title and a bell for whoever reads its standard error, and ends in the middle of a line.
const LOUD: &str = r#"
import json, sys
sys.stderr.write("\x1b[31mred\x1b[0m \x1b]0;title\x07 bell\x07 over\rwritten \u009b2J\n\tindented\n\x1b[1mno end")
sys.stderr.flush()
request = json.loads(sys.stdin.readline())
capabilities = {"unique_conversation_id": True}
print(json.dumps({"id": request["id"], "result": {"protocol": 1, "name": "loud", "capabilities": capabilities}}), flush=True)
"#;

pub(crate) fn what_an_adapter_writes_to_standard_error_has_no_control_sequences() {
    let folder = Folder::new("sdk-loud");
    let done = run(&format!("sdk --edition 2026 -- {} {}", which("python3"), folder.file("adapter.py", LOUD)));
    assert_eq!(done.status, 3, "{}", done.stdout);
    assert!(done.stderr.contains("red  bell overwritten"), "{:?}", done.stderr);
    assert!(done.stderr.contains("\n    indented\nno end"), "{:?}", done.stderr);
    let obeyed = |character: char| character.is_control() && character != '\n';
    assert!(!done.stderr.contains(obeyed) && !done.stdout.contains(obeyed), "{:?}{:?}", done.stderr, done.stdout);
}

fn python(folder: &Folder) -> String {
    format!("-- {} {}", which("python3"), folder.file("adapter.py", ADAPTER))
}

/// Where a program is: the tests' environment is empty.
fn which(program: &str) -> String {
    let path = std::env::var_os("PATH").expect("a PATH");
    let found = std::env::split_paths(&path).map(|folder| folder.join(program)).find(|path| path.is_file());
    found.unwrap_or_else(|| panic!("{program} must be installed")).display().to_string()
}

pub(crate) fn reports_exit_status_gate_and_replay_work_as_for_servers() {
    let folder = Folder::new("sdk");
    let adapter = python(&folder);
    let known = folder.name("known.yaml");
    let json = folder.name("report.json");
    let junit = folder.name("report.xml");
    let files = format!("--write-known-failures {known} --report json={json} --report junit={junit}");
    let done = run(&format!("sdk --edition 2026 --cases 40 {files} {adapter}"));
    assert_eq!(done.status, 1, "{}", done.stderr);
    assert!(done.stderr.contains("a word on standard error"));
    assert!(done.stdout.contains("FAIL  unique-id-value"), "{}", done.stdout);
    let report: serde_json::Value = serde_json::from_str(&folder.read("report.json")).expect("JSON");
    assert_eq!(report["kind"], "sdk");
    assert!(report["subject"].as_str().is_some_and(|subject| subject.starts_with("one id for all (")));
    assert!(folder.read("report.xml").contains("<failure"));
    assert!(folder.read("known.yaml").contains("- requirement: unique-id-sensitive\n"));

    let gated = run(&format!("sdk --edition 2026 --cases 40 --known-failures {known} {adapter}"));
    assert_eq!(gated.status, 0, "{}", gated.stdout);

    let line = done.stdout.lines().find(|line| line.contains("--replay unique-id-sensitive/")).expect("a replay line");
    let (_, options) = line.split_once("mixinspec ").expect("a command");
    let again =
        run(options.split(" -- ").next().map(|options| format!("{options} {adapter}")).expect("options").as_str());
    assert_eq!(again.status, 1, "{}", again.stdout);
    assert!(again.stdout.contains("FAIL  unique-id-sensitive") && !again.stdout.contains("unique-id-value"));
}
