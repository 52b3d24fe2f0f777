//! `mixinspec vectors`.

use crate::program::{Folder, run};

#[test]
fn what_is_generated_verifies_and_what_is_changed_does_not() {
    let folder = Folder::new("vectors");
    let generate = format!("vectors generate --seed 7 --count 0 --out {}", folder.name(""));
    let done = run(&generate);
    assert_eq!(done.status, 0, "{}", done.stderr);
    assert_eq!(done.stdout.lines().count(), 10, "{}", done.stdout);
    assert_eq!(run(&generate).stdout, "", "nothing is written twice");

    let verify = format!("vectors verify {}", folder.name(""));
    let holds = run(&verify);
    assert_eq!(holds.status, 0, "{}{}", holds.stdout, holds.stderr);
    assert!(holds.stdout.ends_with("hold\n"), "{}", holds.stdout);

    let text = folder.read("published.json").replacen("60478c27", "60478c28", 1);
    folder.file("published.json", &text);
    let wrong = run(&verify);
    assert_eq!(wrong.status, 1, "{}{}", wrong.stdout, wrong.stderr);
    assert!(
        wrong.stdout.contains("published.json:") && wrong.stdout.contains(": pair-01: expected is"),
        "{}",
        wrong.stdout
    );
}

#[test]
fn one_file_can_be_printed_alone_and_in_another_number() {
    let folder = Folder::new("vectors-only");
    let only = "vectors generate --only group-conversation-id --count 700 --out";
    assert_eq!(run(&format!("{only} {}", folder.name(""))).status, 0);
    assert!(folder.read("group-conversation-id.json").contains("\"count\": 700"));
    assert!(!folder.path("published.json").exists());
}

#[test]
fn errors_of_use_say_what_to_do() {
    let unknown = run("vectors generate --only group-conversation");
    assert_eq!(unknown.status, 2);
    assert!(unknown.stderr.contains("did you mean `group-conversation-id`?"), "{}", unknown.stderr);
    let missing = run("vectors verify no/such/folder");
    assert_eq!(missing.status, 2);
    assert!(missing.stderr.contains("vectors generate --out"), "{}", missing.stderr);
}
