//! Clients that are observed: one that is right, one that signs something else, one that sends nothing.

use std::process::Command;

use insta::assert_snapshot;
use serde_json::Value;

use crate::program::{Done, Folder, Server, command, done, run};

/// Sends one request. `MISTAKE` is put into the body after it was signed.
const CLIENT: &str = r#"
import json, os, subprocess, sys, urllib.request
program, mistake = sys.argv[1], sys.argv[2]
keystore = os.environ["MIXINSPEC_KEYSTORE"]
user = json.load(open(keystore))["app_id"]
def output(*arguments, text=None):
    return subprocess.run([program, *arguments], input=text, capture_output=True, text=True, check=True).stdout.strip()
peer = "e8e5b807-fa8b-455a-8dfa-b189d28310ff"
body = json.dumps({"category": "CONTACT", "conversation_id": output("id", user, peer), "participants": [{"user_id": peer}]})
token = output("token", "POST", "/conversations", "-", "--keystore", keystore, text=body)
headers = {"Authorization": "Bearer " + token, "Content-Type": "application/json"}
url = os.environ["MIXINSPEC_URL"] + "/conversations"
with urllib.request.urlopen(urllib.request.Request(url, (body + mistake).encode(), headers)) as answer:
    print("data" in json.load(answer))
sys.exit(7)
"#;

fn observed(name: &str, mistake: &str) -> Done {
    let folder = Folder::new(name);
    folder.file("client.py", CLIENT);
    let mut observe = command("observe --report json=-");
    observe.args(["--", "/usr/bin/env", "python3"]).arg(folder.path("client.py"));
    observe.args([env!("CARGO_BIN_EXE_mixinspec"), mistake]).env("PATH", std::env::var_os("PATH").unwrap_or_default());
    done(observe)
}

fn verdicts(report: &str, verdict: &str) -> Vec<String> {
    let report: Value = serde_json::from_str(report).expect("a report");
    let all = report["requirements"].as_array().expect("requirements").iter();
    all.filter(|one| one["verdict"] == verdict).map(|one| one["id"].to_string()).collect()
}

#[test]
fn a_client_that_is_right_passes_and_its_exit_status_is_told() {
    let Done { status, stdout, stderr } = observed("observe-right", "");
    assert_eq!(status, 0, "{stdout}{stderr}");
    assert!(stdout.contains("The client ended with exit status 7."), "{stdout}");
    assert!(stderr.contains("True"), "what the client prints is passed on: {stderr}");
    assert!(verdicts(&stdout, "pass").len() > 8 && verdicts(&stdout, "fail").is_empty(), "{stdout}");
}

#[test]
fn a_client_that_sends_what_it_did_not_sign_fails() {
    let Done { status, stdout, stderr } = observed("observe-wrong", " ");
    assert_eq!(status, 1, "{stdout}{stderr}");
    assert_eq!(verdicts(&stdout, "fail"), ["\"client-token-sig\""]);
}

#[test]
fn a_client_that_sends_nothing_shows_nothing() {
    let mut nothing = command("observe -- true");
    nothing.env("PATH", "/usr/bin:/bin");
    let Done { status, stdout, .. } = done(nothing);
    assert_eq!(status, 3, "{stdout}");
    assert_snapshot!(run("observe -- /nonesuch").stderr);
}

#[cfg(unix)]
#[test]
fn a_server_observes_until_it_is_stopped() {
    let folder = Folder::new("serve-observe");
    folder.file("client.py", CLIENT);
    let mut server = Server::start(&format!("--observe --write-keystores {}", folder.name("keys")));
    let mut client = Command::new("/usr/bin/env");
    client.arg("python3").arg(folder.path("client.py")).args([env!("CARGO_BIN_EXE_mixinspec"), " "]);
    client.env("MIXINSPEC_URL", &server.url).env("MIXINSPEC_KEYSTORE", folder.path("keys/caller.json"));
    assert_eq!(client.status().expect("python3").code(), Some(7));
    let stopped = Command::new("kill").args(["-INT", &server.child.id().to_string()]).status().expect("kill");
    assert!(stopped.success());
    assert_eq!(server.child.wait().expect("an end").code(), Some(1));
    let without = run("serve --port 0 --observe");
    assert_eq!(without.status, 2);
    assert_snapshot!(without.stderr);
}
