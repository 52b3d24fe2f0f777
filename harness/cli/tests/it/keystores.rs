//! Keystores, from the server that hands them out to the run that signs with them.

use insta::assert_snapshot;
use mixinspec_token::{Algorithm, Keystore};
use serde_json::{Value, json};

use crate::program::{CALLER, Folder, Server, command, done, run};

const PEER: &str = "e8e5b807-fa8b-455a-8dfa-b189d28310ff";

/// Everything that is judged, with signed requests, and nothing missing. `judged` is what follows `mixinspec`.
#[track_caller]
fn passes(judged: &str) {
    let done = run(&format!("{judged} --cases 1 --report json=-"));
    assert_eq!(done.status, 0, "{}{}", done.stdout, done.stderr);
    let report: Value = serde_json::from_str(&done.stdout).expect("a report");
    let all = report["requirements"].as_array().expect("requirements");
    assert!(all.iter().filter(|one| one["area"] == "authentication").count() > 20, "{}", done.stdout);
    for one in all {
        assert_eq!(one["verdict"], "pass", "{one}");
    }
}

#[test]
fn a_run_signs_with_the_keystores_that_serve_writes() {
    for (edition, algorithm, names) in [
        ("2018", Algorithm::Rs512, "client_id pin pin_token private_key session_id"),
        ("2026", Algorithm::EdDsa, "app_id server_public_key session_id session_private_key"),
    ] {
        let folder = Folder::new(&format!("keystores-written-{edition}"));
        let server = Server::start(&format!("--edition {edition} --write-keystores {}", folder.name("new/keys")));
        passes(server.line.strip_prefix("to judge it: mixinspec ").expect("a command"));
        for (file, user) in [("caller.json", CALLER), ("peer.json", PEER)] {
            let text = folder.read(&format!("new/keys/{file}"));
            let keystore = Keystore::parse(text.as_bytes()).expect("a keystore");
            assert_eq!((keystore.user_id(), keystore.algorithm()), (user, algorithm));
            let members: Value = serde_json::from_str(&text).expect("JSON");
            let have: Vec<&str> = members.as_object().expect("an object").keys().map(String::as_str).collect();
            assert_eq!(have.join(" "), names);
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt as _;
                let metadata = std::fs::metadata(folder.path(&format!("new/keys/{file}"))).expect("a file");
                assert_eq!(metadata.permissions().mode() & 0o777, 0o600, "{file}");
            }
        }
    }
}

/// Each edition with the keystores that the other one writes.
#[test]
fn the_key_decides_about_the_algorithm() {
    for (edition, algorithm) in [("2018", Algorithm::EdDsa), ("2026", Algorithm::Rs512)] {
        let folder = Folder::new(&format!("keystores-other-{edition}"));
        for (file, user) in [("caller.json", CALLER), ("peer.json", PEER)] {
            let keystore = Keystore::generate(user.parse().expect("a UUID"), algorithm).expect("random bytes");
            folder.file(file, &keystore.to_json());
        }
        folder.file("README", "what does not end in .json is no keystore");
        let server = Server::start(&format!("--edition {edition} --users {}", folder.name("")));
        passes(server.line.strip_prefix("to judge it: mixinspec ").expect("a command"));
    }
}

#[test]
fn keystores_that_are_there_stay() {
    let folder = Folder::new("keystores-stay");
    let keys = folder.name("keys");
    drop(Server::start(&format!("--edition 2018 --write-keystores {keys}")));
    let before = folder.read("keys/caller.json");
    std::fs::remove_file(folder.path("keys/peer.json")).expect("a file");
    let server = Server::start(&format!("--write-keystores {keys}"));
    assert_eq!(folder.read("keys/caller.json"), before);
    assert!(folder.read("keys/peer.json").contains("app_id"));
    let line = server.line.strip_prefix("to judge it: mixinspec ").expect("a command");
    let done = run(&format!("{line} --only group-accepted"));
    assert_eq!(done.status, 0, "{}{}", done.stdout, done.stderr);
}

/// Keys of RSA take long to make: both begin before either is done.
#[test]
fn servers_that_start_at_once_share_their_keystores() {
    let folder = Folder::new("keystores-at-once");
    let option = format!("--edition 2018 --write-keystores {}", folder.name("keys"));
    let start = || {
        std::thread::spawn({
            let option = option.clone();
            move || Server::start(&option)
        })
    };
    let servers = [start(), start(), start()].map(|starting| starting.join().expect("a server"));
    for server in &servers {
        let line = server.line.strip_prefix("to judge it: mixinspec ").expect("a command");
        let done = run(&format!("{line} --only token-of-another-user"));
        assert_eq!(done.status, 0, "{}{}", done.stdout, done.stderr);
    }
    let files = std::fs::read_dir(folder.path("keys")).expect("a folder");
    let mut names: Vec<_> = files.map(|file| file.expect("a file").file_name()).collect();
    names.sort();
    assert_eq!(names, ["caller.json", "peer.json"]);
}

#[test]
fn a_server_that_is_killed_while_it_makes_a_key_leaves_nothing_in_the_way() {
    let folder = Folder::new("keystores-killed");
    let line = format!("serve --port 0 --edition 2018 --write-keystores {}", folder.name("keys"));
    let mut server = command(&line).spawn().expect("the program starts");
    let began = std::time::Instant::now();
    while !folder.path("keys").exists() && began.elapsed().as_secs() < 10 {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    std::thread::sleep(std::time::Duration::from_millis(5));
    server.kill().expect("it runs");
    server.wait().expect("it ends");
    for file in ["caller.json", "peer.json"].map(|name| folder.path(&format!("keys/{name}"))) {
        let bytes = std::fs::read(&file).ok();
        assert!(bytes.is_none_or(|bytes| Keystore::parse(&bytes).is_ok()), "{}", file.display());
    }
    drop(Server::start(line.trim_start_matches("serve --port 0 ")));
}

/// A list of sessions holds no key that signs.
#[test]
fn a_list_of_public_keys_is_enough_for_the_server() {
    let folder = Folder::new("keystores-list");
    let entry = |file: &str, user: &str| {
        let keystore = Keystore::generate(user.parse().expect("a UUID"), Algorithm::EdDsa).expect("random bytes");
        folder.file(file, &keystore.to_json());
        json!({"user_id": user, "session_id": keystore.session_id(), "public_key": keystore.public_key().to_text()})
    };
    let list = json!([entry("caller.json", CALLER), entry("peer.json", PEER)]);
    let list = folder.file("sessions", &list.to_string());
    let server = Server::start(&format!("--users {list}"));
    let line = server.line.strip_prefix("to judge it: mixinspec ").expect("a command");
    assert!(line.ends_with(" --keystore FILE"), "{line}");
    let signed = format!("{line}{}", " --only group-accepted").replace("FILE", &folder.name("caller.json"));
    let accepted = run(&signed);
    assert_eq!(accepted.status, 0, "{}{}", accepted.stdout, accepted.stderr);

    let stranger = Keystore::generate(CALLER.parse().expect("a UUID"), Algorithm::EdDsa).expect("random bytes");
    folder.file("caller.json", &stranger.to_json());
    let refused = run(&signed);
    assert_eq!(refused.status, 3, "{}{}", refused.stdout, refused.stderr);
    assert!(refused.stderr.contains("refused as unauthorized"), "{}", refused.stderr);
}

#[test]
fn what_cannot_be_served() {
    let folder = Folder::new("keystores-wrong");
    folder.file("empty.json", "[]");
    folder.file("list.json", r#"[{"user_id": "8dcf823d-9eb3-4da2-8734-f0aad50c0da6", "session_id": "nobody"}]"#);
    folder.file("text.json", "no JSON");
    std::fs::create_dir_all(folder.path("nothing")).expect("a folder");
    std::fs::create_dir_all(folder.path("keys")).expect("a folder");
    folder.file("keys/caller.json", "{}");
    let at = folder.name("");
    let at = at.trim_end_matches('/');
    let mut text = String::new();
    for line in [
        "serve --users nowhere",
        "serve --users empty.json",
        "serve --users list.json",
        "serve --users text.json",
        "serve --users nothing",
        "serve --users keys --bearer-file text.json",
        "serve --write-keystores keys",
        "serve --write-keystores text.json",
    ] {
        let mut command = command(line);
        command.current_dir(at);
        let done = done(command);
        text.push_str(&format!("$ mixinspec {line}\n{}{}[{}]\n\n", done.stdout, done.stderr, done.status));
    }
    assert_snapshot!(text);
}
