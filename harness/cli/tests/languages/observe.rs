//! Clients that are observed: one that is right, one that signs something else, one that meets chosen answers.

use std::process::Command;

use serde_json::Value;

use crate::program::{Done, Folder, Server, command, done};

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

pub(crate) fn a_client_that_is_right_passes_and_its_exit_status_is_told() {
    let Done { status, stdout, stderr } = observed("observe-right", "");
    assert_eq!(status, 0, "{stdout}{stderr}");
    assert!(stdout.contains("The client ended with exit status 7."), "{stdout}");
    assert!(stderr.contains("True"), "what the client prints is passed on: {stderr}");
    assert!(verdicts(&stdout, "pass").len() > 8 && verdicts(&stdout, "fail").is_empty(), "{stdout}");
}

pub(crate) fn a_client_that_sends_what_it_did_not_sign_fails() {
    let Done { status, stdout, stderr } = observed("observe-wrong", " ");
    assert_eq!(status, 1, "{stdout}{stderr}");
    assert_eq!(verdicts(&stdout, "fail"), ["\"client-token-sig\""]);
}

/// Sends one request as it is told to: method, path, what stands before the token, and a change of the body in Python.
const SENDER: &str = r#"
import http.client, json, os, subprocess, sys
program, method, path, before, change = sys.argv[1:]
keystore = os.environ["MIXINSPEC_KEYSTORE"]
members = json.load(open(keystore))
user = members.get("app_id") or members["client_id"]
def output(*arguments, text=None):
    return subprocess.run([program, *arguments], input=text, capture_output=True, text=True, check=True).stdout.strip()
peer = "e8e5b807-fa8b-455a-8dfa-b189d28310ff"
body = {"category": "CONTACT", "conversation_id": output("id", user, peer), "participants": [{"user_id": peer}]}
exec(change)
text = "" if body is None else body if isinstance(body, str) else json.dumps(body)
token = output("token", method, path, "-", "--keystore", keystore, text=text)
headers = {"Authorization": before + token, "Content-Type": "application/json", "X-Request-Id": peer}
connection = http.client.HTTPConnection(os.environ["MIXINSPEC_URL"].removeprefix("http://"))
connection.request(method, path, text.encode(), headers)
connection.getresponse().read()
"#;

/// What comes of one request: the exit status, and the report.
fn sent(name: &str, edition: &str, [method, path, before, change]: [&str; 4]) -> (i32, Value) {
    let folder = Folder::new(name);
    folder.file("sender.py", SENDER);
    let mut observe = command(&format!("observe --edition {edition} --report json=-"));
    observe.args(["--", "/usr/bin/env", "python3"]).arg(folder.path("sender.py"));
    observe.args([env!("CARGO_BIN_EXE_mixinspec"), method, path, before, change]);
    let Done { status, stdout, stderr } = done({
        observe.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        observe
    });
    assert!(!stderr.contains("Traceback"), "{stderr}");
    (status, serde_json::from_str(&stdout).expect("a report"))
}

fn reason<'a>(report: &'a Value, id: &str) -> &'a str {
    let all = report["requirements"].as_array().expect("requirements");
    all.iter().find(|one| one["id"] == id).and_then(|one| one["reason"].as_str()).unwrap_or_default()
}

const CREATE: [&str; 3] = ["POST", "/conversations", "Bearer "];

/// What a client does wrong fails once, and what it may do as it likes does not.
pub(crate) fn each_mistake_of_a_request_fails_once() {
    let [post, path, bearer] = CREATE;
    let elsewhere = ["client-endpoint"].as_slice();
    let algorithm =
        "token = 'e30.e30.e30'; output = lambda *a, text=None: 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.e30'";
    for (edition, request, failing) in [
        ("2026", [post, path, bearer, ""], [].as_slice()),
        ("2018", [post, path, bearer, ""], &[]),
        // However it is spelled.
        ("2026", [post, path, "bearer ", ""], &[]),
        ("2026", [post, path, "BEARER    ", ""], &[]),
        ("2026", [post, path, "Basic ", ""], &["client-token"]),
        ("2026", [post, path, "", ""], &["client-token"]),
        // Sent elsewhere.
        ("2026", [post, "/conversations/", bearer, ""], elsewhere),
        ("2018", [post, "/conversations/", bearer, ""], elsewhere),
        ("2026", [post, "//conversations", bearer, ""], elsewhere),
        ("2026", [post, "/api/conversations", bearer, ""], elsewhere),
        ("2026", ["PUT", path, bearer, ""], elsewhere),
        ("2026", ["PATCH", path, bearer, ""], elsewhere),
        // The participants of a CONTACT.
        ("2026", [post, path, bearer, "body['participants'].append({'user_id': user})"], &["client-participants"]),
        ("2026", [post, path, bearer, "body['participants'] = []"], &["client-participants"]),
        ("2018", [post, path, bearer, "body['participants'] = []"], &["client-participants"]),
        // What is not there, or is of another type, is for the schema alone.
        ("2026", [post, path, bearer, "del body['conversation_id']"], &["client-schema"]),
        ("2026", [post, path, bearer, "body['conversation_id'] = 5"], &["client-schema"]),
        ("2026", [post, path, bearer, "body['category'] = 'contact'"], &["client-schema"]),
        ("2026", [post, path, bearer, "body['participants'] = peer"], &["client-schema"]),
        ("2026", [post, path, bearer, "body['participants'][0]['user_id'] = 5"], &["client-schema"]),
        ("2026", [post, path, bearer, "body = json.dumps(body) + ','"], &["client-json"]),
        ("2026", [post, path, bearer, "body = [body]"], &["client-json"]),
        ("2026", [post, path, bearer, "body['conversation_id'] = peer"], &["client-contact-id"]),
    ] {
        let (status, report) = sent("observe-once", edition, request);
        let failed: Vec<String> = failing.iter().map(|id| format!("\"{id}\"")).collect();
        assert_eq!(verdicts(&report.to_string(), "fail"), failed, "{edition} {request:?}");
        assert_eq!(status, i32::from(!failing.is_empty()), "{edition} {request:?}");
    }
    let (_, report) = sent("observe-once", "2026", [post, path, bearer, algorithm]);
    let failed = verdicts(&report.to_string(), "fail");
    assert!(failed.contains(&"\"client-token-algorithm\"".into()), "{failed:?}");
    assert!(!failed.contains(&"\"client-token\"".into()), "{failed:?}");
    let (_, report) = sent("observe-once", "2026", [post, path, bearer, "del body['conversation_id']"]);
    assert_eq!(reason(&report, "client-contact-id"), "the request breaks client-schema where this rule reads");
}

/// Nothing is decided by a client that creates nothing, or by refusals alone; and each refusal is named.
pub(crate) fn refusals_are_named_and_alone_are_not_green() {
    let [post, path, bearer] = CREATE;
    for (request, told, why) in [
        (
            ["GET", path, bearer, "body = None"],
            "request-1 (GET /conversations) was refused with code 404.",
            "creates anything",
        ),
        (
            ["PUT", path, bearer, "body = {}"],
            "request-1 (PUT /conversations) was refused with code 404.",
            "creates anything",
        ),
        (
            // The id of a GROUP is a recommendation, and no must that is broken explains the refusal.
            [post, path, bearer, "body.update(category='GROUP', name='x' * 10, random_id=peer)"],
            "request-1 (POST /conversations) was refused with code 10002.",
            "every request that creates was refused: request-1 (POST /conversations) was refused with code 10002",
        ),
    ] {
        let (status, report) = sent("observe-refused", "2026", request);
        assert_eq!(status, 3, "{request:?}: {report}");
        let notes = report["notes"].to_string();
        assert!(notes.contains(told), "{request:?}: {notes}");
        let reason = reason(&report, "client-endpoint");
        assert!(reason.contains(why), "{request:?}: {reason}");
    }
}

/// Sends as many requests as it is told to, and prints what becomes of each.
const ASKER: &str = r#"
import http.client, json, os, subprocess, sys, urllib.error, urllib.request
program, count = sys.argv[1], int(sys.argv[2])
keystore = os.environ["MIXINSPEC_KEYSTORE"]
members = json.load(open(keystore))
user = members.get("app_id") or members["client_id"]
def output(*arguments, text=None):
    return subprocess.run([program, *arguments], input=text, capture_output=True, text=True, check=True).stdout.strip()
peer = "e8e5b807-fa8b-455a-8dfa-b189d28310ff"
conversation = output("id", user, peer)
body = json.dumps({"category": "CONTACT", "conversation_id": conversation, "participants": [{"user_id": peer}]})
token = output("token", "POST", "/conversations", "-", "--keystore", keystore, text=body)
headers = {"Authorization": "Bearer " + token, "Content-Type": "application/json", "X-Request-Id": "mine"}
for number in range(count):
    url = os.environ["MIXINSPEC_URL"] + "/conversations"
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body.encode(), headers)) as answer:
            text = answer.read().decode()
            data = json.loads(text)["data"]
            named = data["conversation_id"] == conversation and data["creator_id"] == user
            named = named and data["participants"][1]["user_id"] == peer and answer.headers["X-Request-Id"] == "mine"
            print(number, answer.status, "as asked" if named else "another", data["category"], data["created_at"])
    except urllib.error.HTTPError as error:
        print(number, error.code, "error", error.headers["Content-Type"])
    except http.client.IncompleteRead as error:
        print(number, "cut", len(error.partial), "of", len(error.partial) + error.expected)
    except (KeyError, ValueError):
        print(number, answer.status, "no data", text[:60])
"#;

/// The checked-in answers, but those alone whose ids are named.
fn some_answers(folder: &Folder, ids: &[&str]) {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/answers.json");
    let text = std::fs::read_to_string(file).expect("vectors/answers.json");
    let mut document: Value = serde_json::from_str(&text).expect("JSON");
    let all = document["vectors"].as_array().expect("vectors").clone();
    let named = |id: &&str| all.iter().find(|vector| vector["id"] == **id).expect("an answer").clone();
    document["vectors"] = ids.iter().map(named).collect();
    folder.file("answers.json", &document.to_string());
}

fn asked(folder: &Folder, count: &str, options: &str) -> Done {
    folder.file("asker.py", ASKER);
    let answers = folder.name("answers.json");
    let mut observe = command(&format!("observe {options} --report json=- --answers {answers}"));
    observe.args(["--", "/usr/bin/env", "python3"]).arg(folder.path("asker.py"));
    observe.args([env!("CARGO_BIN_EXE_mixinspec"), count]).env("PATH", std::env::var_os("PATH").unwrap_or_default());
    done(observe)
}

pub(crate) fn chosen_answers_are_given_in_turn_and_the_requests_are_judged_all_the_same() {
    let folder = Folder::new("observe-answers");
    let ids = ["2026-fraction-9", "2018-right", "2026-code-10002", "2026-status-502", "2026-not-json", "2026-cut"];
    some_answers(&folder, &[ids.as_slice(), &["2026-unknown-category", "2026-extra"]].concat());
    let Done { status, stdout, stderr } = asked(&folder, "6", "");
    assert_eq!(status, 0, "{stdout}{stderr}");
    for line in [
        "0 200 as asked CONTACT 2026-07-01T08:09:10.123456789Z",
        "1 202 no data {\"error\":{\"code\":10002,\"description\":\"Refused with code 1",
        "2 502 error text/html",
        "3 200 no data <html><body>Welcome to the hotel's network</body></html>",
        "5 200 as asked CHANNEL 2018-05-16T12:34:44.134238105Z",
    ] {
        assert!(stderr.contains(line), "{line} in {stderr}");
    }
    let cut = stderr.lines().find_map(|line| line.strip_prefix("4 cut ")).expect("an answer that is cut");
    let [half, whole] = cut.split(" of ").map(|n| n.parse::<usize>().expect("a number")).collect::<Vec<_>>()[..] else {
        panic!("{cut}")
    };
    assert_eq!(half, whole / 2);
    let report: Value = serde_json::from_str(&stdout).expect("a report");
    let notes = report["notes"].as_array().expect("notes");
    assert!(notes.iter().any(|note| note == "2026-cut answered request-5."), "{notes:?}");
    assert!(notes.iter().any(|note| note == "Not given, for want of requests: 1 of 7 answers."));
    assert!(verdicts(&stdout, "pass").len() > 8 && verdicts(&stdout, "fail").is_empty(), "{stdout}");
    // In the other edition there is one answer, and it comes again and again.
    let Done { stdout, stderr, .. } = asked(&folder, "2", "--edition 2018");
    assert!(stderr.contains("1 200 as asked CONTACT 2018-05-16T12:34:44.134238105Z"), "{stderr}");
    assert!(stdout.contains("2018-right answered request-1, request-2."), "{stdout}");
}

pub(crate) fn a_server_observes_until_it_is_stopped() {
    let folder = Folder::new("serve-observe");
    folder.file("client.py", CLIENT);
    let mut server = Server::start(&format!("--observe --write-keystores {}", folder.name("keys")));
    let mut client = Command::new("/usr/bin/env");
    client.arg("python3").arg(folder.path("client.py")).args([env!("CARGO_BIN_EXE_mixinspec"), " "]);
    client.env("MIXINSPEC_URL", &server.url).env("MIXINSPEC_KEYSTORE", folder.path("keys/caller.json"));
    assert_eq!(client.status().expect("python3").code(), Some(7));
    let stopped =
        Command::new("/bin/sh").args(["-c", &format!("kill -INT {}", server.child.id())]).status().expect("kill");
    assert!(stopped.success());
    assert_eq!(server.child.wait().expect("an end").code(), Some(1));
}
