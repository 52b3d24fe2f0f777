//! Clients that are observed: one that sends nothing, and files of answers that are wrong. Clients that send something
//! are in `tests/languages/`.

use insta::assert_snapshot;

use crate::program::{Done, Folder, command, done, run};

#[test]
fn a_client_that_sends_nothing_shows_nothing() {
    let mut nothing = command("observe -- true");
    nothing.env("PATH", "/usr/bin:/bin");
    let Done { status, stdout, .. } = done(nothing);
    assert_eq!(status, 3, "{stdout}");
    assert_snapshot!(run("observe -- /nonesuch").stderr);
}

#[test]
fn what_is_wrong_with_a_file_of_answers_is_told_with_its_place() {
    let folder = Folder::new("observe-bad-answers");
    let wrong = |text: &str| {
        folder.file("answers.json", text);
        let mut observe = command("observe --answers answers.json -- true");
        let Done { status, stderr, .. } = done({
            observe.current_dir(folder.path(""));
            observe
        });
        assert_eq!(status, 2, "{stderr}");
        stderr
    };
    let row = |id: &str, answer: &str, rest: &str| {
        format!(
            "{{\"id\": \"{id}\", \"edition\": \"2026\", \"comment\": \"One.\", \"result\": \"valid\", \
             \"requirements\": [], \"answer\": {{{answer} \"headers\": {{}}, \"ending\": \"whole\"}}, {rest} \
             \"expected\": {{\"outcome\": \"accepted\"}}}}"
        )
    };
    let file = |rows: &[String]| {
        format!(
            "{{\"$schema\": \"schemas/answers.schema.json\", \"version\": 1, \"description\": \"Mine.\",\n \
             \"editions\": [\"2026\"], \"count\": 1, \"vectors\": [\n{}]}}",
            rows.join(",\n")
        )
    };
    let bad = [
        row("status", "\"status\": 99, \"body\": {},", ""),
        row("neither", "\"status\": 200,", ""),
        row("both", "\"status\": 200, \"body\": {}, \"text\": \"\",", ""),
        row("twice", "\"status\": 200, \"text\": \"\",", ""),
        row("twice", "\"status\": 200, \"text\": \"\",", ""),
        row("cel", "\"status\": 200, \"body\": {\"a\": 1},", "\"set\": [{\"at\": \"/a\", \"to\": \"request.\"}],"),
        row(
            "place",
            "\"status\": 200, \"body\": {\"a\": 1},",
            "\"set\": [{\"at\": \"/b\", \"to\": \"request.name\"}],",
        ),
    ];
    assert_snapshot!("bad-answers", wrong(&file(&bad)));
    assert_snapshot!("answers-that-are-no-json", wrong("{\n\"vectors\": [,]}"));
    assert_snapshot!("no-answers", wrong(&file(&[])));
    assert_snapshot!("answers-that-are-not-there", run("observe --answers /nonesuch.json -- true").stderr);
    assert_snapshot!("answers-without-observing", run("serve --port 0 --answers /nonesuch.json").stderr);
}

#[test]
fn who_observes_needs_a_session() {
    let without = run("serve --port 0 --observe");
    assert_eq!(without.status, 2);
    assert_snapshot!(without.stderr);
}
