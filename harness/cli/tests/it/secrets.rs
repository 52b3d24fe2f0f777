//! No key and no token reaches any output: of runs against a server that gives them away, of commands that go wrong.

use std::collections::HashSet;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;

use mixinspec_token::{Algorithm, Keystore, hmac};
use serde_json::{Value, json};

use crate::echo::{Echo, base64, members};
use crate::guises::{GUISES, parts, tellers};
use crate::program::{CALLER, Done, Folder, Server, command, done, run};
use crate::signals::send;

/// What a secret is told by: pieces of it in the encodings that somebody could undo, each of so many characters.
const PIECE: usize = 12;

/// Secrets, and how to notice them.
struct Canaries(HashSet<Vec<u8>>);

impl Canaries {
    fn new(secrets: &[String]) -> Self {
        let mut pieces = HashSet::new();
        for secret in secrets {
            let hexadecimal: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
            let mut guises = vec![secret.clone(), hexadecimal];
            for before in 0..3 {
                let encoded = base64(&[&b"\0\0"[..before], secret.as_bytes()].concat());
                // Neither what stands before it nor what may follow.
                guises.push(encoded[4..encoded.len().max(8) - 4].to_owned());
            }
            guises.push(guises[2].replace('+', "-").replace('/', "_"));
            for guise in guises {
                pieces.extend(guise.to_lowercase().as_bytes().windows(PIECE).map(<[u8]>::to_vec));
            }
        }
        Self(pieces)
    }

    /// A piece of a secret in a text, with what stands around it.
    fn found_in(&self, text: &str) -> Option<String> {
        let text = text.to_lowercase();
        let at = text.as_bytes().windows(PIECE).position(|window| self.0.contains(window))?;
        let (start, end) = (text.floor_char_boundary(at.saturating_sub(200)), text.floor_char_boundary(at + 200));
        Some(text[start..end].to_owned())
    }

    #[track_caller]
    fn absent(&self, text: &str) {
        assert_eq!(self.found_in(text), None);
    }
}

/// The private key of a keystore in the forms in which it may be known.
fn key(keystore: &str) -> Vec<String> {
    let members = members(keystore);
    let text = |name: &str| members[name].as_str().map(str::to_owned);
    // A PEM block has a beginning and an end that are no secrets.
    let lines = |text: String| text.lines().filter(|line| !line.starts_with('-')).map(str::to_owned).collect();
    text("session_private_key").map(|key| vec![key]).or_else(|| text("private_key").map(lines)).expect("a key")
}

/// Everything that a run can show, at every verbosity and in every form; the reports' files are in the folder.
fn shown(folder: &Folder, credentials: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let files = ["report.json", "junit.xml", "known.yaml", "report.html", "report.md", "annotations"];
    let reports = format!(
        "--report json={} --report junit={} --write-known-failures {} --report html={} --report markdown={} --report \
         github={}",
        folder.name(files[0]),
        folder.name(files[1]),
        folder.name(files[2]),
        folder.name(files[3]),
        folder.name(files[4]),
        folder.name(files[5])
    );
    let few = "--edition 2026 --cases 1 --max-requests 150 --run-id x --only answer-* --only contact-accepted --only error-* \
               --only token-* --only category-enum --only participant-twice";
    for detail in ["-q", "", "-v"] {
        let Done { status, stdout, stderr } = run(&format!("{credentials} {few} {detail} {reports}"));
        assert!((status == 1 || status == 3) && folder.path(files[2]).exists(), "[{status}] {stdout}{stderr}");
        all.push((format!("stdout {detail}"), stdout));
        all.push((format!("stderr {detail}"), stderr));
        all.extend(files.iter().map(|&file| (format!("{file} {detail}"), folder.read(file))));
    }
    let known = run(&format!("{credentials} {few} --known-failures {}", folder.name("known.yaml")));
    all.push(("known failures".into(), known.stdout + &known.stderr));
    let list = run(&format!("{credentials} {few} --list"));
    all.push(("list".into(), list.stdout + &list.stderr));
    all
}

#[test]
fn a_server_that_returns_signed_tokens() {
    for algorithm in [Algorithm::EdDsa, Algorithm::Rs512] {
        let folder = Folder::new(&format!("secrets-{algorithm}"));
        let keystore = Keystore::generate(CALLER.parse().expect("a UUID"), algorithm).expect("random bytes");
        let peer = "e8e5b807-fa8b-455a-8dfa-b189d28310ff".parse().expect("a UUID");
        let peer = Keystore::generate(peer, algorithm).expect("random bytes");
        let (caller, other) = (keystore.to_json(), peer.to_json());
        let files = [folder.file("caller.json", &caller), folder.file("peer.json", &other)];
        let echo = Echo::start();
        let all = shown(&folder, &format!("run {} --keystore {} --keystore {}", echo.url, files[0], files[1]));

        let mut secrets = [key(&caller), key(&other)].concat();
        let tokens: Vec<String> = echo.seen().into_iter().filter(|token| token.len() > 100).collect();
        assert!(tokens.len() > 100, "{} tokens came", tokens.len());
        // Their headers are the same; of the rest, those of a dozen requests will do.
        let rest = |token: &String| token.split('.').skip(1).map(str::to_owned).collect::<Vec<_>>();
        secrets.extend(tokens.iter().step_by(tokens.len() / 12).flat_map(rest));
        let canaries = Canaries::new(&secrets);
        for (what, text) in &all {
            assert_eq!(canaries.found_in(text), None, "{what}");
        }
        let told = |wanted: &str| all.iter().find(|(what, _)| what == wanted).map(|(_, text)| text.as_str());
        assert!(told("stdout ").is_some_and(|text| text.contains("authorization: Bearer $TOKEN")));
        // It did come back, and was taken out.
        for what in ["stdout ", "stderr -v", "report.json ", "junit.xml ", "report.html "] {
            assert!(told(what).is_some_and(|text| text.contains("[redacted]")), "{what}: {:?}", told(what));
        }
    }
}

#[test]
fn a_server_that_returns_fixed_tokens() {
    let claims = json!({"uid": CALLER, "sid": CALLER, "exp": 4_102_444_800_u64, "sig": "0123456789abcdef"});
    for (name, token) in
        [("opaque", "canary-5f1c7a52/with+signs=and-more".to_owned()), ("jwt", hmac("HS256", b"secret", &claims))]
    {
        let folder = Folder::new(&format!("secrets-fixed-{name}"));
        let file = folder.file("token", &token);
        let echo = Echo::start();
        let all = shown(&folder, &format!("run {} --bearer-file {file} --caller {CALLER}", echo.url));
        assert!(echo.seen().contains(&token));
        // The header of a JWT is no secret, and the spec quotes one.
        let canaries = Canaries::new(&[token.split_once('.').map_or(token.clone(), |(_, rest)| rest.to_owned())]);
        for (what, text) in &all {
            assert_eq!(canaries.found_in(text), None, "{what}");
        }
    }
}

/// Every output of a run, and what tells of a token in any guise.
#[test]
fn a_server_that_returns_tokens_in_every_guise() {
    let token = "Zq7-4rTx9/Lk2+vB8w\"=Np5%Hc3_dY6jG1mXe0Uo";
    let folder = Folder::new("secrets-guises");
    let file = folder.file("token", token);
    let (report, junit, known) = (folder.name("report.json"), folder.name("junit.xml"), folder.name("known.yaml"));
    let echo = Echo::in_guises();
    let told = run(&format!(
        "run {} --bearer-file {file} --caller {CALLER} --edition 2026 --cases 3 --max-requests 1000 --run-id x -v \
         --report json={report} --report junit={junit} --write-known-failures {known}",
        echo.url
    ));
    assert!(told.status == 1 || told.status == 3, "[{}] {}", told.status, told.stderr);
    let turns = GUISES.len() * parts(token).len();
    assert!(echo.seen().len() > turns, "{} answers, {turns} needed", echo.seen().len());
    assert!(told.stderr.matches("[redacted]").count() > turns, "{}", told.stderr);
    let outputs = [
        ("the terminal", told.stdout),
        ("every exchange", told.stderr),
        ("JSON", folder.read("report.json")),
        ("JUnit", folder.read("junit.xml")),
        ("known failures", folder.read("known.yaml")),
    ];
    for guise in GUISES {
        // Each part is longer by two than what tells of it.
        for teller in tellers(token, guise).into_iter().step_by(3) {
            for (output, text) in &outputs {
                assert!(!text.contains(&teller), "{output}, {}: {teller}", guise.0);
            }
        }
    }
}

/// A client that is observed, and says its token in other places too.
#[test]
fn a_client_that_tells_its_token() {
    let folder = Folder::new("secrets-observed");
    let (report, junit) = (folder.name("report.json"), folder.name("junit.xml"));
    let arguments = format!("--observe --write-keystores {}", folder.name("keys"));
    let mut server = Server::start(&format!("{arguments} --report json={report} --report junit={junit}"));
    let token = run(&format!("token GET /me --keystore {}", folder.name("keys/caller.json"))).stdout.trim().to_owned();
    // A token that is new with every request is found by its form.
    let has_form = |name: &str| !["with ", "lines", "list", "colons"].iter().any(|part| name.contains(part));
    for (_, write) in GUISES.into_iter().filter(|(name, _)| has_form(name)) {
        let body = json!({"category": "GROUP", "name": write(&token)}).to_string();
        let mut stream = TcpStream::connect(server.url.trim_start_matches("http://")).expect("a connection");
        write!(
            stream,
            "POST /conversations?t={token} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\nx-said: {token}\r\n\
             x-{token}: 1\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
        .expect("a server that reads");
        stream.read_to_end(&mut Vec::new()).expect("an answer");
    }
    send("-TERM", server.child.id());
    server.child.wait().expect("it ends");
    let secret = token.split_once('.').expect("parts").1;
    for text in [folder.read("report.json"), folder.read("junit.xml")] {
        assert!(text.contains("[redacted]"), "{text}");
        for guise in GUISES {
            let told = tellers(secret, guise).into_iter().find(|teller| text.contains(teller));
            assert_eq!(told, None, "{}", guise.0);
        }
    }
}

/// The token where the name of its file belongs.
#[test]
fn a_token_in_place_of_a_file() {
    let folder = Folder::new("secrets-in-place");
    let jwt = hmac("HS256", b"secret", &json!({"uid": CALLER}));
    let long = "x9".repeat(200);
    for token in ["canary-5f1c7a52/with+signs=and-more", "/Zq74rTx9Lk2vB8w", "hunter2", &jwt, &long] {
        for (variable, arguments) in [
            ("MIXINSPEC_BEARER_FILE", "run http://127.0.0.1:1"),
            ("MIXINSPEC_BEARER_FILE", "run http://127.0.0.1:1 -v --caller 8dcf823d-9eb3-4da2-8734-f0aad50c0da6"),
            ("MIXINSPEC_BEARER_FILE", "run http://127.0.0.1:1 --no-auth"),
            ("MIXINSPEC_BEARER_FILE", "run"),
            ("MIXINSPEC_BEARER_FILE", "run --help"),
            ("MIXINSPEC_BEARER_FILE", "serve --port 0"),
            ("MIXINSPEC_KEYSTORE", "run http://127.0.0.1:1"),
            ("MIXINSPEC_KEYSTORE", "token GET /me"),
        ] {
            let mut command = command(arguments);
            command.current_dir(folder.path("")).env(variable, token);
            let told = done(command);
            let all = told.stdout + &told.stderr;
            assert!(!all.replace(['\n', '│', ' '], "").contains(token), "{variable} {arguments}: {all}");
        }
    }
    let mut mistyped = command("run http://127.0.0.1:1 --bearer-file ./tokne");
    mistyped.current_dir(folder.path(""));
    assert!(done(mistyped).stderr.contains("failed to read ./tokne: there is no such file"));
}

/// A test of the tests: what an echo says is noticed before it is taken out.
#[test]
fn a_canary_is_noticed() {
    let token = hmac("HS256", b"secret", &json!({"uid": CALLER}));
    let canaries = Canaries::new(std::slice::from_ref(&token));
    for text in [token.clone(), base64(token.as_bytes()), base64(format!("Bearer {token}").as_bytes())] {
        assert!(canaries.found_in(&format!("before {text} after")).is_some(), "{text}");
    }
    assert!(canaries.found_in(&token[30..60]).is_some());
    assert_eq!(canaries.found_in(CALLER), None);
}

/// Keystores that are wrong in every way in which their keys could be quoted.
fn wrong_keystores(text: &str, name: &str, secret: &str) -> [String; 14] {
    let whole = members(text);
    let with = |name: &str, value: Value| {
        let mut keystore = whole.clone();
        keystore[name] = value;
        keystore.to_string()
    };
    [
        with("app_id", json!(secret)),
        with("session_id", json!(secret)),
        with("client_id", json!(secret)),
        with(name, json!([secret])),
        with(name, json!({ secret: secret })),
        with(name, json!(format!("{secret}00"))),
        with(name, json!(&secret[..secret.len() - 20])),
        text.repeat(2),
        text[..text.len() - 5].to_owned(),
        text.replace(':', "="),
        text.replace(name, &format!("{name}\" \"")),
        secret.to_owned(),
        json!(secret).to_string(),
        format!("[{}]", text.trim()),
    ]
}

#[test]
fn commands_that_go_wrong() {
    let folder = Folder::new("secrets-wrong");
    for algorithm in [Algorithm::EdDsa, Algorithm::Rs512] {
        let keystore = Keystore::generate(CALLER.parse().expect("a UUID"), algorithm).expect("random bytes");
        let text = keystore.to_json();
        let canaries = Canaries::new(&key(&text));
        let name = if algorithm == Algorithm::EdDsa { "session_private_key" } else { "private_key" };
        let secret = members(&text)[name].as_str().expect("a key").to_owned();
        for (at, content) in wrong_keystores(&text, name, &secret).iter().enumerate() {
            let file = folder.file("keystore.json", content);
            for line in [
                format!("run http://127.0.0.1:1 --keystore {file}"),
                format!("run http://127.0.0.1:1 --keystore {file} -v --list"),
                format!("token GET /me --keystore {file}"),
                format!("serve --port 0 --users {file}"),
                format!("serve --port 0 --users {}", folder.name("")),
            ] {
                let Done { status, stdout, stderr } = run(&line);
                assert_eq!((status, stdout.as_str()), (2, ""), "{at} {line} {stderr}");
                assert!(!stderr.contains("panicked") && !stderr.contains("mistake"), "{at} {line}: {stderr}");
                canaries.absent(&stderr);
            }
            let mut by_variable = command("run http://127.0.0.1:1");
            by_variable.env("MIXINSPEC_KEYSTORE_JSON", content);
            let told = done(by_variable);
            assert_eq!(told.status, 2, "{at} {}", told.stderr);
            canaries.absent(&(told.stdout + &told.stderr));
        }

        // The content where the name of a file belongs.
        for content in [text.to_string(), secret.clone(), secret.replace('\n', "")] {
            for (variable, arguments) in [
                ("MIXINSPEC_KEYSTORE", "run http://127.0.0.1:1"),
                ("MIXINSPEC_KEYSTORE", "token GET /me"),
                ("MIXINSPEC_KEYSTORE", "run --help"),
                ("MIXINSPEC_BEARER_FILE", "run http://127.0.0.1:1"),
                ("MIXINSPEC_USERS", "serve --port 0"),
                ("MIXINSPEC_WRITE_KEYSTORES", "serve --help"),
                ("MIXINSPEC_KEYSTORE", "explain token-accepted -v"),
                ("MIXINSPEC_KEYSTORE", "run --list -v --only token-*"),
            ] {
                let mut command = command(arguments);
                command.current_dir(folder.path("")).env(variable, &content);
                let told = done(command);
                canaries.absent(&(told.stdout + &told.stderr));
            }
        }
    }
}

/// What is handed out on purpose stands in files; a token is printed by the one command that is for it.
#[test]
fn what_serve_and_token_print() {
    let folder = Folder::new("secrets-served");
    let mut server = Server::start(&format!("--edition 2018 --write-keystores {}", folder.name("keys")));
    let text = folder.read("keys/caller.json");
    let canaries = Canaries::new(&[key(&text), key(&folder.read("keys/peer.json"))].concat());
    canaries.absent(&server.line);
    let file = folder.name("keys/caller.json");
    assert!(Path::new(&file).exists());
    let token = run(&format!("token GET /me --keystore {file} -v"));
    assert_eq!((token.status, token.stderr.as_str()), (0, ""));
    assert_eq!(token.stdout.lines().count(), 1);
    canaries.absent(&token.stdout);
    server.child.kill().expect("it runs");
}

/// The service that people use is never sent anything: there is no credential here, and that is found out later.
#[test]
fn production_takes_an_option() {
    for host in ["https://api.mixin.one", "https://mixin-api.zeromesh.net:443/x"] {
        let refused = run(&format!("run {host}"));
        assert_eq!(refused.status, 2);
        assert!(refused.stderr.contains("it is the service that people use"), "{}", refused.stderr);
        assert!(refused.stderr.contains("--allow-production"), "{}", refused.stderr);
        let mut by_variable = command(&format!("run {host}"));
        by_variable.env("MIXINSPEC_ALLOW_PRODUCTION", "true");
        for let_through in [run(&format!("run {host} --allow-production")), done(by_variable)] {
            assert_eq!(let_through.status, 2);
            assert!(let_through.stderr.contains("failed to find out who calls"), "{}", let_through.stderr);
        }
    }
    let nowhere = run("run --allow-production");
    assert!(nowhere.status == 2 && nowhere.stderr.contains("there is no URL"), "{}", nowhere.stderr);
}
