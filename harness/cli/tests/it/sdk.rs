//! The command `sdk` without an adapter; with one it is tried in `tests/languages/`.

use crate::program::run;

#[test]
fn a_command_that_is_wrong_is_told_before_anything_is_judged() {
    for (arguments, status, told) in [
        ("sdk", 2, "required"),
        ("sdk -- /no/such/program", 2, "failed to start `/no/such/program`: there is no such file or folder"),
        ("sdk --only nothing-such -- true", 2, "matches no requirement and no case of an SDK"),
        ("sdk --edition 2017 -- true", 2, "failed to find edition `2017`"),
        ("sdk --replay unique-id-valu/x -- true", 2, "there is no such case or requirement of an SDK"),
        ("sdk --timeout 1s -- /bin/true", 3, "it ended with exit status 0"),
    ] {
        let done = run(arguments);
        let (stdout, stderr) = (&done.stdout, &done.stderr);
        assert_eq!(done.status, status, "{arguments}: {stdout} {stderr}");
        let all = format!("{stdout} {stderr}").split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(all.replace("│ ", "").contains(told), "{arguments}: {all}");
    }
}

#[test]
fn cases_are_listed_and_explained() {
    let listed = run("sdk --list --edition 2026 -- /bin/true");
    assert_eq!(listed.status, 0, "{}", listed.stderr);
    assert!(listed.stdout.contains("unique-id-value\tunique-id-value/vector-sample-0001\n"));
    assert!(listed.stdout.contains("group-id-value\tgroup-id-value/group-generated-0\n"));
    let explained = run("explain group-id-random-invalid");
    assert!(explained.stdout.contains("error != null"), "{}", explained.stdout);
    assert!(explained.stdout.contains("group-id-random-invalid/vector-"), "{}", explained.stdout);
}
