//! `mixinspec serve --variant`.

use crate::program::{Folder, Server, run};

#[test]
fn a_variant_is_what_the_server_is_started_with() {
    let server = Server::start("--variant offset-plus-zero --variant pretty-printed");
    let only = "--only utc-offset --edition 2026";
    assert_eq!(run(&server.judged(&format!("{only} --reading utc-offset=plus-zero"))).status, 0);
    assert_eq!(run(&server.judged(&format!("{only} --reading utc-offset=z"))).status, 1);
}

#[test]
fn all_variants_are_listed() {
    let done = run("serve --list-variants");
    assert_eq!(done.status, 0);
    let names = done.stdout.lines().filter(|line| !line.starts_with(' ')).count();
    assert!(names >= 30, "{names}");
    assert_eq!(done.stdout.lines().count(), 3 * names);
    let wanted = "\
times-in-seconds (2018, 2026)
    times have no fraction
    open by RFC 3339, section 5.6
";
    assert!(done.stdout.contains(wanted), "{}", done.stdout);
}

#[test]
fn a_closed_list_of_users_can_be_judged_with_what_is_listed() {
    let folder = Folder::new("variants-users");
    let users = folder.file("users.txt", &run("serve --variant closed-user-list --list-users").stdout);
    let server = Server::start("--variant closed-user-list");
    assert!(server.line.ends_with(" --users FILE"), "{}", server.line);
    let only = "--edition 2026 --only group-size --only contact-accepted";
    assert_eq!(run(&server.judged(&format!("{only} --users {users}"))).status, 0);
    assert_eq!(run(&server.judged(only)).status, 1);
    assert_eq!(run("serve --list-users").status, 2);
}
