//! Files that begin with a byte order mark, as some editors write them: each is read as if it had none.

use std::fs;

use crate::program::{CALLER, Folder, Server, run};

const MARK: &str = "\u{feff}";

/// Puts a mark at the start of a file.
fn mark(folder: &Folder, name: &str) -> String {
    let text = folder.read(name);
    folder.file(name, &format!("{MARK}{text}"))
}

#[test]
fn keystores_tokens_users_and_known_failures() {
    let folder = Folder::new("marks-server");
    let server = Server::start(&format!("--write-keystores {}", folder.name("keys")));
    let (caller, peer) = (mark(&folder, "keys/caller.json"), mark(&folder, "keys/peer.json"));
    let url = &server.url;
    let known = folder.file("known.yaml", &format!("{MARK}# none\n[]\n"));
    let users: String = std::iter::once(CALLER.to_owned())
        .chain((0..20).map(|nth| format!("8dcf823d-9eb3-4da2-8734-f0aad50c0d{nth:02}")))
        .map(|user| format!("{user}\n"))
        .collect();
    let users = folder.file("users", &format!("{MARK}{users}"));
    let only = "--cases 1 --only category-enum";
    let done = run(&format!(
        "run {url} --keystore {caller} --keystore {peer} --known-failures {known} --users {users} {only}"
    ));
    assert_eq!(done.status, 0, "{}{}", done.stdout, done.stderr);
    // Sessions of a server, from the same files.
    let again = Server::start(&format!("--users {}", folder.name("keys")));
    let done = run(&format!("run {} --keystore {caller} {only}", again.url));
    assert_eq!(done.status, 0, "{}{}", done.stdout, done.stderr);

    let token = folder.file("token", "opaque");
    let server = Server::start(&format!("--bearer-file {token} --caller {CALLER}"));
    let marked = folder.file("marked", &format!("{MARK}opaque\r\n"));
    let done = run(&format!("run {} --bearer-file {marked} --caller {CALLER} {only}", server.url));
    assert_eq!(done.status, 0, "{}{}", done.stdout, done.stderr);
}

#[test]
fn a_body_keeps_its_mark() {
    let folder = Folder::new("marks-body");
    let server = Server::start(&format!("--write-keystores {}", folder.name("keys")));
    drop(server);
    let keystore = folder.name("keys/caller.json");
    let claims = |text: &str| {
        let body = folder.file("body.json", text);
        let token = run(&format!("token POST /conversations {body} --keystore {keystore}")).stdout;
        mixinspec_token::unverified_claims(token.trim()).and_then(|claims| claims.sig)
    };
    assert_ne!(claims("{}"), claims(&format!("{MARK}{{}}")));
}

#[test]
fn spec_vectors_and_answers() {
    let folder = Folder::new("marks-spec");
    let workspace = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    for name in ["2018", "2026", "inputs", "sources"] {
        fs::create_dir_all(folder.path(name)).expect("a folder");
        for entry in fs::read_dir(format!("{workspace}/spec/{name}")).expect("a folder").flatten() {
            let name = format!("{name}/{}", entry.file_name().display());
            fs::copy(entry.path(), folder.path(&name)).expect("a copy");
            mark(&folder, &name);
        }
    }
    fs::copy(format!("{workspace}/spec/requirements.yaml"), folder.path("requirements.yaml")).expect("a copy");
    mark(&folder, "requirements.yaml");
    let done = run(&format!("spec lint --spec {}", folder.name("")));
    assert_eq!(done.status, 0, "{}{}", done.stdout, done.stderr);

    fs::create_dir_all(folder.path("vectors")).expect("a folder");
    for entry in fs::read_dir(format!("{workspace}/vectors")).expect("a folder").flatten() {
        let name = format!("vectors/{}", entry.file_name().display());
        if name.ends_with(".json") && entry.path().is_file() {
            fs::copy(entry.path(), folder.path(&name)).expect("a copy");
            mark(&folder, &name);
        }
    }
    let done = run(&format!("vectors verify {}", folder.name("vectors")));
    assert_eq!(done.status, 0, "{}{}", done.stdout, done.stderr);
    let done = run(&format!("observe --answers {} -- true", folder.name("vectors/answers.json")));
    assert_ne!(done.status, 2, "{}{}", done.stdout, done.stderr);
}

#[test]
fn the_first_line_of_an_adapter() {
    let folder = Folder::new("marks-adapter");
    let line = "{\"id\":999,\"result\":{}}";
    let adapter = folder.file("adapter.sh", &format!("read -r line\necho '{MARK}{line}'\n"));
    let done = run(&format!("sdk --edition 2026 -- sh {adapter}"));
    // It was understood, and is the answer to nothing.
    assert!(done.stdout.contains("request 999"), "{}{}", done.stdout, done.stderr);
}
