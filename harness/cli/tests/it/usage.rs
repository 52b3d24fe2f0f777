//! Errors of use: what was tried, why it did not work, what to do.

use insta::assert_snapshot;

use crate::program::{CALLER, Folder, command, done, run};

/// What the program says to each command line, without the paths of this test.
fn told(folder: &Folder, lines: &[&str]) -> String {
    let mut text = String::new();
    for line in lines {
        let mut command = command(&line.replace("DIR", folder.name("").trim_end_matches('/')));
        command.current_dir(folder.path(""));
        let done = done(command);
        let said = done.stderr.replace(folder.name("").trim_end_matches('/'), "DIR");
        text.push_str(&format!("$ mixinspec {line}\n{}{said}[{}]\n\n", done.stdout, done.status));
    }
    text
}

#[test]
fn urls() {
    let folder = Folder::new("usage-urls");
    assert_snapshot!(told(
        &folder,
        &[
            "run localhost:8080",
            "run ftp://localhost",
            "run http://user:password@localhost",
            "run http://localhost/?query",
            "run http://:80",
            "run https://api.mixin.one",
            "run https://mixin-api.zeromesh.net/conversations",
        ]
    ));
}

#[test]
fn callers() {
    let folder = Folder::new("usage-callers");
    folder.file("opaque", "opaque-token\n");
    folder.file("other", "other-token\n");
    folder.file("empty", "\n");
    // {"uid":"8dcf823d-9eb3-4da2-8734-f0aad50c0da6"}
    folder.file("jwt", "e30.eyJ1aWQiOiI4ZGNmODIzZC05ZWIzLTRkYTItODczNC1mMGFhZDUwYzBkYTYifQ.c2ln");
    let other = "e8e5b807-fa8b-455a-8dfa-b189d28310ff";
    let lines = [
        "run http://localhost:1".to_owned(),
        format!("run http://localhost:1 --caller {CALLER}"),
        "run http://localhost:1 --no-auth".to_owned(),
        format!("run http://localhost:1 --no-auth --caller {CALLER} --caller {other}"),
        format!("run http://localhost:1 --no-auth --bearer-file opaque --caller {CALLER}"),
        "run http://localhost:1 --bearer-file opaque".to_owned(),
        "run http://localhost:1 --bearer-file opaque --caller nobody".to_owned(),
        format!("run http://localhost:1 --bearer-file opaque --bearer-file other --caller {CALLER}"),
        format!("run http://localhost:1 --bearer-file jwt --bearer-file opaque --caller {CALLER}"),
        format!("run http://localhost:1 --bearer-file jwt --caller {other}"),
        format!("run http://localhost:1 --bearer-file jwt --caller {CALLER} --caller {other}"),
        "run http://localhost:1 --bearer-file empty".to_owned(),
        "run http://localhost:1 --bearer-file nowhere".to_owned(),
        format!("run --caller {CALLER}"),
    ];
    assert_snapshot!(told(&folder, &lines.each_ref().map(String::as_str)));
}

#[test]
fn files() {
    let folder = Folder::new("usage-files");
    folder.file("users", "# ours\n8dcf823d-9eb3-4da2-8734-f0aad50c0da6\nbob # no UUID\n");
    folder.file("twice", "8dcf823d-9eb3-4da2-8734-f0aad50c0da6\n8DCF823D-9EB3-4DA2-8734-F0AAD50C0DA6\n");
    folder.file("nobody", "# nobody\n");
    folder.file("known", "- requirement: group-owner\n  reason: later\n  expires: soon\n");
    folder.file("ca.pem", "no certificate");
    let base = format!("run https://localhost:1 --no-auth --caller {CALLER}");
    let lines = [
        format!("{base} --users nowhere"),
        format!("{base} --users users"),
        format!("{base} --users twice"),
        format!("{base} --users nobody"),
        format!("{base} --known-failures nowhere"),
        format!("{base} --known-failures known"),
        format!("{base} --report json=nowhere/report.json"),
        format!("{base} --report junit=x --report json=x"),
        format!("{base} --report xml=x"),
        format!("{base} --cacert nowhere"),
        format!("{base} --cacert ca.pem"),
        format!("--spec nowhere {base}"),
        format!("--spec . {base}"),
    ];
    assert_snapshot!(told(&folder, &lines.each_ref().map(String::as_str)));
}

#[test]
fn names() {
    let folder = Folder::new("usage-names");
    assert_snapshot!(told(
        &folder,
        &[
            "run --only contact-id-symetric",
            "run --skip nothing-like-it",
            "run --only category-enum --skip group-onwer",
            "run --replay category-enum/group-category-is-grups",
            "run --replay nonsense",
            "run --edition 2019",
            "run --edition 2018 --reading group-without-random-id=accepted",
            "run --reading utc-offset=zulu",
            "run --reading utc-ofset=z",
            "run --reading utc-offset",
            "run --wait soon",
            "run --wait 9000h",
            "run --rate nan",
            "run --rate 1e-30",
            "run --wait 30s",
            "run --jobs 0",
            "explain contact-id-symetric",
            "explain nonsense",
            "spec show group-ownr",
            "id 8dcf823d-9eb3-4da2-8734-f0aad50c0da6",
            "id --group a --random b c",
            "serve --edition 2019",
            "serve --variant times-in-second",
            "serve --variant nonsense",
            "serve --edition 2018 --variant full-group-refused",
            "serve --variant times-in-seconds --variant times-in-microseconds",
            "serve --fault name-nul",
            "serve --fault nonsense",
            "serve --fault name-lost --edition 2018",
            "serve --fault algorithm-none-taken",
            "serve --fault outsider-joins",
            "serve --fault guest-without-token",
        ]
    ));
}

#[test]
fn help() {
    assert_snapshot!("help", run("--help").stdout);
    assert_snapshot!("help_run", run("run -h").stdout);
    assert_snapshot!("help_sdk", run("sdk -h").stdout);
    assert_eq!(run("run --help").status, 0);
    assert_eq!(run("help run").stdout, run("run --help").stdout);
    assert_eq!(run("help spec lint").stdout, run("spec lint --help").stdout);
    assert_eq!(run("help nonsense").status, 2);
}

#[test]
fn a_url_that_is_empty_is_told() {
    for empty in ["", " "] {
        let mut command = command("run");
        command.arg(empty).args(["--no-auth", "--caller", CALLER]);
        let done = done(command);
        assert_eq!(done.status, 2, "{}", done.stderr);
        assert!(done.stderr.contains("it is empty"), "{}", done.stderr);
    }
}
