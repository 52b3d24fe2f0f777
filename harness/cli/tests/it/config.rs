//! The configuration file: what it says, what goes before it, what is wrong with one.

use insta::assert_snapshot;

use crate::program::{CALLER, Done, Folder, Server, command, done};

/// A command in a folder.
fn within(folder: &Folder, arguments: &str) -> Done {
    let mut command = command(arguments);
    command.current_dir(folder.path(""));
    done(command)
}

#[test]
fn what_is_written_says_nothing_until_somebody_chooses() {
    let folder = Folder::new("config-init");
    let first = within(&folder, "init");
    assert_eq!((first.status, first.stderr.as_str()), (0, ""));
    assert_snapshot!("written", folder.read("mixinspec.toml"));
    assert_eq!(within(&folder, "run --only group-accepted --cases 0").status, 0);
    folder.file("mixinspec.toml", "# mine\n");
    let again = within(&folder, "init");
    assert!(again.status == 2 && again.stderr.contains("--force"), "{}", again.stderr);
    assert_eq!(folder.read("mixinspec.toml"), "# mine\n");
    assert_eq!(within(&folder, "init --force").status, 0);
    assert!(folder.read("mixinspec.toml").contains("[run]"));
    assert_eq!(within(&folder, "init --config other.toml").status, 0);
    assert!(folder.path("other.toml").exists());
}

#[test]
fn options_go_before_variables_and_these_before_the_file() {
    let folder = Folder::new("config-order");
    let server = Server::start("");
    let url = &server.url;
    let text = format!(
        "[run]\nurl = \"{url}\"\nno-auth = true\ncaller = \"{CALLER}\"\nedition = \"2018\"\nonly = [\"group-accepted\"]\n\
         cases = 0\nreport = \"json=report.json\"\n[sdk]\nedition = \"2026\"\n"
    );
    folder.file("mixinspec.toml", &text);
    let edition = |arguments: &str, variable: Option<&str>| {
        let mut command = command(arguments);
        command.current_dir(folder.path(""));
        if let Some(variable) = variable {
            command.env("MIXINSPEC_EDITION", variable);
        }
        let done = done(command);
        assert_eq!(done.status, 0, "{}{}", done.stdout, done.stderr);
        let report: serde_json::Value = serde_json::from_str(&folder.read("report.json")).expect("a report");
        assert!(report["subject"].as_str().is_some_and(|subject| subject.starts_with(url)), "{report}");
        report["edition"].as_str().expect("an edition").to_owned()
    };
    folder.file("mixinspec.toml", &text.replace("2018", "2026"));
    assert_eq!(edition("run", None), "2026");
    folder.file("mixinspec.toml", &text.replace("\"2018\"", "\"auto\""));
    assert_eq!(edition("run", Some("2026")), "2026");
    folder.file("mixinspec.toml", &text.replace("\"2018\"", "\"nonsense\""));
    assert_eq!(edition("run --edition 2026", Some("neither")), "2026");
    folder.file("named.toml", &text.replace("2018", "2026"));
    assert_eq!(edition("run --config named.toml", None), "2026");
    assert_eq!(edition("--config named.toml run", None), "2026");
    // A credential of the command line, and none of the file's.
    folder.file("mixinspec.toml", &text.replace("2018", "2026"));
    folder.file("token", "canary-5f1c7a52\n");
    let other = within(&folder, "run --bearer-file token");
    assert_eq!(other.status, 0, "{}{}", other.stdout, other.stderr);
    // The line that repeats a case says all that the file says.
    let fault = Server::start("--fault group-code-shared");
    folder.file(
        "mixinspec.toml",
        &text.replace("2018", "2026").replace(url, &fault.url).replace("only = [\"group-accepted\"]\n", ""),
    );
    let failed = within(&folder, "run");
    assert_eq!(failed.status, 1, "{}", failed.stderr);
    assert!(failed.stdout.contains(&format!("mixinspec run {} --edition 2026", fault.url)), "{}", failed.stdout);
    assert!(failed.stdout.contains(&format!("--no-auth --caller {CALLER}")), "{}", failed.stdout);
}

#[test]
fn what_is_wrong_has_its_line() {
    let folder = Folder::new("config-wrong");
    let mut told = String::new();
    for (text, arguments) in [
        ("[run]\n# ours\nkeystores = \"a\"\n", "run"),
        ("[run]\njobs = \"8\"\n", "run"),
        ("[run]\nedition = 2026\n", "run"),
        ("[run]\nstrict = \"yes\"\n", "run"),
        ("[run]\nkeystore = [1]\n", "run"),
        ("[run]\njobs = 0\n", "run"),
        ("[run]\nwait = \"soon\"\n", "sdk -- true"),
        ("url = \"http://localhost\"\n", "run"),
        ("[explain]\nid = 1\n", "run"),
        ("[run\n", "run"),
        ("[run]\nseed = 1\nseed = 2\n", "observe -- true"),
        ("", "run --config nowhere.toml"),
    ] {
        folder.file("mixinspec.toml", text);
        let Done { status, stdout, stderr } = within(&folder, arguments);
        assert_eq!((status, stdout.as_str()), (2, ""), "{text} {stderr}");
        told.push_str(&format!("$ mixinspec {arguments}\n{stderr}\n"));
    }
    assert_snapshot!(told);
    // Help is there all the same, and so is what judges nothing.
    folder.file("mixinspec.toml", "[run\n");
    for arguments in ["run --help", "spec lint", "init --force"] {
        assert_eq!(within(&folder, arguments).status, 0, "{arguments}");
    }
}
