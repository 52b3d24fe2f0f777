//! What goes where: reports, colours, detail, and no secret anywhere.

use crate::program::{CALLER, Folder, Server, command, done, run};

const ONLY: &str = "--edition 2026 --only answer-expire-in --only group-accepted --cases 0";

#[test]
fn reports_go_to_files_and_to_standard_output() {
    let folder = Folder::new("output-reports");
    let server = Server::start("--edition 2018");
    let (json, junit) = (folder.name("report.json"), folder.name("junit.xml"));
    let done = run(&server.judged(&format!("{ONLY} --report json={json} --report junit={junit}")));
    assert_eq!(done.status, 1, "{}", done.stderr);
    assert!(done.stdout.contains("FAIL  1 must fails"), "{}", done.stdout);
    assert!(folder.read("report.json").contains("\"id\": \"answer-expire-in\""));
    assert!(folder.read("junit.xml").contains("<failure "));

    let done = run(&server.judged(&format!("{ONLY} --run-id x --report json=-")));
    assert_eq!(done.status, 1);
    assert!(done.stdout.starts_with("{\n") && done.stdout.ends_with("}\n"), "{}", done.stdout);
    assert!(done.stdout.contains("\"run_id\": \"x\""), "{}", done.stdout);
    assert!(done.stderr.contains("FAIL  1 must fails"), "{}", done.stderr);
}

#[test]
fn a_replay_line_works_as_it_stands() {
    let server = Server::start("--edition 2018");
    let done = run(&server.judged(ONLY));
    let line = done.stdout.lines().find_map(|line| line.strip_prefix("  replay    mixinspec ")).expect("a replay line");
    assert!(line.contains("--replay ") && line.contains("--seed 1") && line.contains("--edition 2026"), "{line}");
    let again = run(line);
    assert_eq!(again.status, 1, "{}{}", again.stdout, again.stderr);
    assert!(again.stdout.contains("FAIL  answer-expire-in"), "{}", again.stdout);
}

#[test]
fn what_serve_says_can_be_run() {
    let server = Server::start("");
    let line = server.line.strip_prefix("to judge it: mixinspec ").expect("a command");
    let done = run(&format!("{line} --only group-accepted"));
    assert_eq!(done.status, 0, "{}{}", done.stdout, done.stderr);
}

#[test]
fn colours_are_where_they_are_wanted() {
    assert!(!run("run --only group-accepted").stdout.contains('\u{1b}'));
    assert!(run("run --only group-accepted --color always").stdout.contains("\u{1b}[1m"));
    assert!(!run("run --only nonsense").stderr.contains('\u{1b}'));
    assert!(run("run --only nonsense --color always").stderr.contains('\u{1b}'));
}

#[test]
fn quiet_is_one_verdict_and_verbose_shows_exchanges() {
    let quiet = run("run --only group-accepted -q");
    assert_eq!(quiet.stderr, "");
    let lines: Vec<&str> = quiet.stdout.lines().collect();
    assert!(
        matches!(lines[..], ["PASS  every must that applies holds", last] if last.ends_with("exit status 0")),
        "{lines:?}"
    );
    let verbose = run("run --only group-accepted -v");
    assert!(verbose.stderr.contains("* group-accepted/plain\n> POST http://127.0.0.1:"), "{}", verbose.stderr);
    assert!(verbose.stderr.contains("\n< HTTP 200 accepted {\"data\":"), "{}", verbose.stderr);
}

#[test]
fn a_list_sends_nothing() {
    let done = run(&format!("run http://127.0.0.1:1 --no-auth --caller {CALLER} --list --only category-enum"));
    assert_eq!((done.status, done.stderr.as_str()), (0, ""));
    assert!(done.stdout.lines().count() > 1, "{}", done.stdout);
    assert!(done.stdout.lines().all(|line| line.starts_with("category-enum\tcategory-enum/")), "{}", done.stdout);
}

#[test]
fn no_secret_reaches_any_output() {
    const CANARY: &str = "canary-5f1c7a52";
    let folder = Folder::new("output-secrets");
    let token = folder.file("token", &format!("Bearer {CANARY}\n"));
    let server = Server::start(&format!("--edition 2018 --bearer-file {token} --caller {CALLER}"));
    let (json, junit) = (folder.name("report.json"), folder.name("junit.xml"));
    let only = format!("{ONLY} -v --report json={json} --report junit={junit}");
    let from_file = run(&format!("run {} --bearer-file {token} --caller {CALLER} {only}", server.url));
    let mut command = command(&format!("run {} --caller {CALLER} {only}", server.url));
    command.env("MIXINSPEC_BEARER", CANARY);
    for done in [from_file, done(command)] {
        assert_eq!(done.status, 1, "{}{}", done.stdout, done.stderr);
        assert!(done.stdout.contains("authorization: Bearer $TOKEN"), "{}", done.stdout);
        for text in [done.stdout, done.stderr, folder.read("report.json"), folder.read("junit.xml")] {
            assert!(!text.is_empty() && !text.contains(CANARY), "{text}");
        }
    }
    let wrong = run(&format!("run {} --bearer-file {token} --caller {CALLER} --bearer-file {token}", server.url));
    assert!(wrong.status == 2 && !wrong.stderr.contains(CANARY), "{}", wrong.stderr);
}

#[test]
fn ids_are_those_of_the_documents() {
    let other = "e8e5b807-fa8b-455a-8dfa-b189d28310ff";
    let done = run(&format!("id {other} {CALLER}"));
    assert_eq!((done.status, done.stdout.as_str()), (0, "718dc74c-5dc9-3190-a0d4-3affdca2680a\n"));
    let upper = run(&format!("id {} {}", other.to_uppercase(), CALLER.to_uppercase()));
    assert_eq!((upper.status, upper.stdout.as_str()), (0, "7457ae3a-996c-30ab-9d1e-2f6d42b6345d\n"));
    assert!(upper.stderr.contains("not a UUID in lower case"), "{}", upper.stderr);
    let mut group =
        command("id --group c8cb0ac7-d456-4341-be66-0b143aa09922 --random 01d21e2c-76f5-4940-8ea0-9b7f21728674");
    group.args([
        "--name",
        "Mixin Rocks",
        "f937ca18-d1ff-46f5-99e8-e23fbd6fd5f2",
        "0e0a20c8-31b8-4093-81b8-9cebd9bc8afc",
    ]);
    group.args(["8391e472-cdbe-4704-be1f-7d184635b885", "831fdb67-13ed-4dc5-ac64-dda89aeda2bb"]);
    group.args(["f7ff9dde-18c2-4375-8097-b364068b120e", "088c1e3e-1f07-4065-85b5-6b49b4370d32"]);
    assert_eq!(done_text(group), "5dac944e-2037-31b4-bbd9-e5fd3ffe571e\n");
}

fn done_text(command: std::process::Command) -> String {
    done(command).stdout
}
