//! What signs with keystores: runs, tokens by themselves, and the commands that failures show.

use std::process::Command;

use insta::assert_snapshot;
use mixinspec_token::{Algorithm, Claims, Keystore, request_hash};

use crate::program::{CALLER, Done, Folder, Server, command, done, run};

const PEER: &str = "e8e5b807-fa8b-455a-8dfa-b189d28310ff";

fn keystore(user: &str) -> Keystore {
    Keystore::generate(user.parse().expect("a UUID"), Algorithm::EdDsa).expect("random bytes")
}

/// A token is for this request.
#[track_caller]
fn verified(keystore: &Keystore, token: &str, method: &str, path: &str, body: &[u8]) -> Claims {
    let claims = keystore.public_key().verify(token.trim()).expect("a token that the key has signed");
    assert_eq!(claims.sig.as_deref(), Some(&*request_hash(method, path, body)));
    assert_eq!(claims.uid.as_deref(), Some(keystore.user_id()));
    claims
}

#[test]
fn a_token_is_bound_to_the_request_that_is_named() {
    let folder = Folder::new("token");
    let mine = keystore(CALLER);
    folder.file("keystore.json", &mine.to_json());
    folder.file("body.json", "{\"name\": \"é\"}\n");
    let option = format!("--keystore {}", folder.name("keystore.json"));
    let file = run(&format!("token POST /conversations?a=b {} {option} --life 60s", folder.name("body.json")));
    let claims = verified(&mine, &file.stdout, "POST", "/conversations?a=b", "{\"name\": \"é\"}\n".as_bytes());
    assert_eq!(claims.exp.zip(claims.iat).map(|(exp, iat)| exp - iat), Some(60));
    verified(&mine, &run(&format!("token GET /me {option}")).stdout, "GET", "/me", b"");
    let mut by_variable = command("token GET /me");
    by_variable.env("MIXINSPEC_KEYSTORE_JSON", &*mine.to_json());
    verified(&mine, &done(by_variable).stdout, "GET", "/me", b"");
}

#[test]
fn keystores_may_stand_in_a_variable() {
    let folder = Folder::new("keystores-in-a-variable");
    let both = [keystore(CALLER), keystore(PEER)];
    folder.file("caller.json", &both[0].to_json());
    folder.file("peer.json", &both[1].to_json());
    let server = Server::start(&format!("--users {}", folder.name("")));
    let mut judged = command(&format!("run {} --only token-of-another-user --edition 2026", server.url));
    judged.env("MIXINSPEC_KEYSTORE_JSON", format!("{}\n{}", *both[0].to_json(), *both[1].to_json()));
    let done = done(judged);
    assert_eq!(done.status, 0, "{}{}", done.stdout, done.stderr);
    assert!(done.stdout.contains("authentication      1"), "{}", done.stdout);
}

/// `run` takes the files of this variable, one a line: first the caller's, then the peers'.
#[test]
fn the_variable_of_a_run_serves_a_token_too() {
    let folder = Folder::new("keystores-one-a-line");
    let both = [keystore(CALLER), keystore(PEER)];
    let files = ["caller.json", "peer.json"].into_iter().zip(&both);
    let lines: Vec<String> = files.map(|(file, keystore)| folder.file(file, &keystore.to_json())).collect();
    let with_variable = |arguments: &str| {
        let mut command = command(arguments);
        command.env("MIXINSPEC_KEYSTORE", lines.join("\n"));
        done(command)
    };
    verified(&both[0], &with_variable("token GET /me").stdout, "GET", "/me", b"");
    let server = Server::start(&format!("--users {}", folder.name("")));
    let judged = with_variable(&format!("run {} --only token-of-another-user --edition 2026", server.url));
    assert!(
        judged.status == 0 && judged.stdout.contains("authentication      1"),
        "{}{}",
        judged.stdout,
        judged.stderr
    );
}

#[test]
fn what_cannot_sign() {
    let folder = Folder::new("keystores-that-cannot-sign");
    folder.file("caller.json", &keystore(CALLER).to_json());
    folder.file("again.json", &keystore(CALLER).to_json());
    folder.file("no-key.json", &format!("{{\"app_id\": \"{CALLER}\", \"session_id\": \"{PEER}\"}}"));
    folder.file("broken.json", "{\"app_id\": ");
    let mut told = String::new();
    for line in [
        "run http://127.0.0.1:1 --keystore absent.json",
        "run http://127.0.0.1:1 --keystore no-key.json",
        "run http://127.0.0.1:1 --keystore broken.json",
        "run http://127.0.0.1:1 --keystore caller.json --keystore again.json",
        "run http://127.0.0.1:1 --keystore caller.json --caller 8dcf823d-9eb3-4da2-8734-f0aad50c0da6",
        "run http://127.0.0.1:1 --keystore caller.json --no-auth",
        "run --keystore caller.json",
        "token GET /me",
        "token GET me --keystore caller.json",
        "token Post /conversations --keystore caller.json",
        "token POST /conversations absent.json --keystore caller.json",
    ] {
        let mut command = command(line);
        command.current_dir(folder.path(""));
        let Done { status, stdout, stderr } = done(command);
        told.push_str(&format!("$ mixinspec {line}\n{stdout}{stderr}[{status}]\n\n"));
    }
    assert_snapshot!(told);
}

/// A server that does not know the keystore, and one that takes a fixed token which is bound to a request.
#[test]
fn who_is_not_let_in_is_told_why() {
    let folder = Folder::new("keystores-unknown");
    folder.file("caller.json", &keystore(CALLER).to_json());
    folder.file("stranger.json", &keystore(PEER).to_json());
    let server = Server::start(&format!("--users {}", folder.name("caller.json")));
    let stranger = run(&format!("run {} --keystore {}", server.url, folder.name("stranger.json")));
    let bound = run(&format!("token POST /conversations --keystore {}", folder.name("caller.json"))).stdout;
    folder.file("bound.token", &bound);
    let bound = run(&format!("run {} --bearer-file {}", server.url, folder.name("bound.token")));
    let text = format!("{}[{}]\n\n{}[{}]\n", stranger.stderr, stranger.status, bound.stderr, bound.status);
    assert_snapshot!(text.replace(&server.url, "URL"));
}

/// The command of a failure is given to a shell, in which `curl` tells what it is called with.
#[test]
fn a_shell_signs_the_request_that_a_failure_shows() {
    let folder = Folder::new("keystores-in-a-shell");
    let mine = keystore(CALLER);
    folder.file("caller.json", &mine.to_json());
    let server = Server::start(&format!("--users {}", folder.name("caller.json")));
    let demanded = "--edition 2026 --only group-without-random-id --reading group-without-random-id=refused";
    let failed = run(&format!("run {} --keystore {} {demanded}", server.url, folder.name("caller.json")));
    assert_eq!(failed.status, 1, "{}{}", failed.stdout, failed.stderr);
    let shown = failed.stdout.split("  request   ").nth(1).and_then(|rest| rest.split("  answer").next());
    let shown = shown.expect("a request");

    let program = std::path::Path::new(env!("CARGO_BIN_EXE_mixinspec"));
    let mut shell = Command::new("/bin/sh");
    shell.arg("-c").arg(format!("curl() {{ printf '%s\\n' \"$@\"; }}\n{shown}")).env_clear();
    shell.env("KEYSTORE", folder.path("caller.json"));
    shell.env("PATH", format!("{}:/usr/bin:/bin", program.parent().expect("a folder").display()));
    let output = shell.output().expect("a shell");
    let words = String::from_utf8(output.stdout).expect("UTF-8");
    let errors = String::from_utf8_lossy(&output.stderr);
    let token = words.lines().find_map(|word| word.strip_prefix("authorization: Bearer "));
    let token = token.unwrap_or_else(|| panic!("no token: {shown}\n{words}\n{errors}"));
    let body = words.trim_end().rsplit('\n').next().expect("a body");
    verified(&mine, token, "POST", "/conversations", body.as_bytes());
    assert!(body.contains("\"GROUP\"") && words.contains(&server.url), "{words}");
}
