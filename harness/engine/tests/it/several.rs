//! Tests reading reports back: comparing two, merging several, and reading those of other versions.

use insta::assert_snapshot;
use mixinspec_engine::report::VERSION;
use mixinspec_engine::reporter::{Detail, Style, diff, json};
use mixinspec_engine::{Diff, ExitStatus, Incomparable, Report, Unmergeable, Verdict, merge, read_report};
use mixinspec_spec::model::{Area, Level, Subject};
use serde_json::{Value, json};

use crate::sample::{concluded, reading, report, requirement};

/// Another report of the same server, with these verdicts changed.
fn with(verdicts: &[(&str, Verdict)]) -> Report {
    let mut other = report();
    for (id, verdict) in verdicts {
        let one = other.requirements.iter_mut().find(|one| one.id == *id).expect("a requirement");
        *one = requirement(id, one.area, one.level, *verdict);
    }
    concluded(other, &["size-limit"])
}

fn shown(before: &Report, after: &Report) -> String {
    let style = Style { colors: false, width: 100, detail: Detail::Usual, all: false };
    let compared = Diff::of(before, after).expect("they can be compared");
    diff::render(&compared, [before, after], ["main.json", "branch.json"], style)
}

#[test]
fn a_diff_tells_what_broke_and_what_was_mended() {
    let before = report();
    let mut after = with(&[
        ("name-echoed", Verdict::Pass),
        ("type-known", Verdict::Fail),
        ("url-absolute", Verdict::Inconclusive),
        ("read-again", Verdict::Fail),
    ]);
    after.requirements.retain(|one| one.id != "error-code");
    after.requirements.push(requirement("newer", Area::Client, Level::Must, Verdict::Fail));
    after.readings[0] = reading("empty-name", Verdict::Pass, &[("refused", 2)]);
    after.spec_hash = "fedcba".into();
    after.filtered = true;
    let after = concluded(after, &["read-again"]);
    assert_snapshot!(shown(&before, &after));
    let diff = Diff::of(&before, &after).expect("they can be compared");
    assert_eq!(diff.status(), ExitStatus::Failed);
}

#[test]
fn nothing_breaks_by_what_is_accepted_undecided_new_or_gone() {
    let same = Diff::of(&report(), &report()).expect("they can be compared");
    assert_eq!(same.status(), ExitStatus::Success);
    assert_snapshot!(shown(&report(), &report()));
    let broken = with(&[("type-known", Verdict::Fail)]);
    let status = |after: &Report| Diff::of(&report(), after).expect("they can be compared").status();
    assert_eq!(status(&broken), ExitStatus::Failed);
    assert_eq!(status(&concluded(broken.clone(), &["type-known"])), ExitStatus::Success);
    assert_eq!(status(&with(&[("type-known", Verdict::Inconclusive)])), ExitStatus::Success);
    assert_eq!(status(&with(&[("type-known", Verdict::Warn)])), ExitStatus::Failed);
    let mut fewer = report();
    fewer.requirements.truncate(1);
    assert_eq!(status(&fewer), ExitStatus::Success);
    let new = Diff::of(&fewer, &broken).expect("they can be compared");
    assert_eq!((new.status(), new.new.len()), (ExitStatus::Success, 6));
}

#[test]
fn what_judged_nothing_is_compared_with_nothing() {
    let nothing = Report::of_error(Subject::Server, "URL".into(), "2026".into(), "failed to reach it".into());
    let refused = Diff::of(&report(), &nothing).expect_err("it says nothing");
    assert_eq!(refused.to_string(), "the second one judged nothing: failed to reach it");
    let mut sdk = report();
    sdk.kind = Subject::Sdk;
    assert_eq!(Diff::of(&sdk, &report()).expect_err("another kind"), Incomparable::Kinds);
}

#[test]
fn a_merged_report_has_the_worst_of_each_and_the_sum_of_all() {
    let mut first = with(&[("name-echoed", Verdict::Pass), ("read-again", Verdict::Pass)]);
    first.requirements.retain(|one| one.id != "error-code" && one.id != "size-limit");
    let mut second = with(&[("type-known", Verdict::Warn), ("token-expired", Verdict::Pass)]);
    second.requirements.retain(|one| one.id != "size-limit");
    (second.run_id, second.seed, second.filtered) = ("cafe0002".into(), 2, true);
    second.requirements.push(requirement("newer", Area::Client, Level::Must, Verdict::Pass));
    let second = concluded(second, &[]);
    let merged = merge(vec![concluded(first, &[]), second]).expect("they go together");
    let verdict = |id: &str| merged.requirements.iter().find(|one| one.id == id).map(|one| one.verdict);
    for (id, expected) in [
        ("name-echoed", Verdict::Fail),
        ("type-known", Verdict::Warn),
        ("url-absolute", Verdict::Warn),
        ("read-again", Verdict::Inconclusive),
        ("token-expired", Verdict::Pass),
        ("error-code", Verdict::Error),
        ("newer", Verdict::Pass),
    ] {
        assert_eq!(verdict(id), Some(expected), "{id}");
    }
    let echoed = merged.requirements.iter().find(|one| one.id == "name-echoed").expect("it is there");
    assert_eq!((echoed.evidence, echoed.broken, echoed.failures.len()), (6, 1, 1));
    let warned = merged.requirements.iter().find(|one| one.id == "url-absolute").expect("it is there");
    assert_eq!((warned.broken, warned.failures.len(), warned.failing_cases.len()), (2, 2, 2));
    assert_eq!(merged.readings[0].observed["accepted"].cases, 6);
    let counts = merged.counts;
    assert_eq!((counts.pass, counts.fail, counts.warn, counts.inconclusive, counts.error), (4, 1, 2, 2, 1));
    assert_eq!((merged.exchanges, merged.filtered, merged.conclusion.exit_status), (642, false, 1));
    assert_eq!((merged.run_id.as_str(), merged.subject.as_str()), ("cafe0001, cafe0002", "http://127.0.0.1:8080/"));
    assert_eq!(merged.merged.iter().map(|part| part.seed).collect::<Vec<_>>(), [1, 2]);
    let back = read_report(&json::render(&merged).expect("JSON")).expect("a report");
    assert_eq!(back.merged, merged.merged);
}

#[test]
fn what_one_run_does_not_accept_is_not_accepted() {
    let merged = |known: [&[&str]; 2]| {
        let parts = known.map(|known| {
            let mut part = report();
            part.requirements.truncate(2);
            concluded(part, known)
        });
        merge(parts.to_vec()).expect("they go together").conclusion.exit_status
    };
    assert_eq!(merged([&["name-echoed"], &["name-echoed"]]), 0);
    assert_eq!(merged([&["name-echoed"], &[]]), 1);
    assert_eq!(merged([&[], &["name-echoed"]]), 1);
}

#[test]
fn reports_of_different_things_are_not_merged() {
    let refused = |change: fn(&mut Report)| {
        let mut other = report();
        change(&mut other);
        merge(vec![report(), other]).expect_err("they do not go together").to_string()
    };
    assert_eq!(refused(|other| other.edition = "2018".into()), "it has another edition than the first: 2018, not 2026");
    assert_eq!(refused(|other| other.kind = Subject::Sdk), "it has another kind than the first: sdk, not server");
    assert!(refused(|other| other.spec_hash = "x".into()).starts_with("it has another spec"));
    assert!(refused(|other| other.mixinspec = "9".into()).starts_with("it has another version of mixinspec"));
    let nothing = Report::of_error(Subject::Server, "URL".into(), "2026".into(), "failed to reach it".into());
    let error = merge(vec![report(), nothing]).expect_err("it says nothing");
    assert_eq!(error, Unmergeable::Empty { at: 1, reason: "failed to reach it".into() });
    assert_eq!(merge(Vec::new()).expect_err("there is none"), Unmergeable::Nothing);
}

#[test]
fn an_older_report_is_read_where_it_has_enough_and_a_newer_one_is_not() {
    let mut value: Value = serde_json::to_value(report()).expect("JSON");
    let read = |value: &Value| read_report(&value.to_string()).map_err(|error| error.to_string());
    assert!(read(&value).is_ok());
    // Members that were added since that version.
    let members = value.as_object_mut().expect("an object");
    members.retain(|name, _| !["command", "strict", "notes"].contains(&name.as_str()));
    value["version"] = json!(VERSION - 1);
    assert_eq!(read(&value).expect("it has enough").requirements.len(), 7);
    value.as_object_mut().expect("an object").remove("requirements");
    let lacking = read(&value).expect_err("it lacks something");
    assert!(lacking.starts_with("it is no report of version 1: missing field `requirements`"), "{lacking}");
    let newer = read(&json!({"version": VERSION + 1, "anything": "else"})).expect_err("it is newer");
    assert_eq!(newer, "it has version 3 of the format, and this mixinspec reads versions up to 2");
    let other = read(&json!({"openapi": "3.1.0"})).expect_err("it is something else");
    assert_eq!(other, "it is no report of mixinspec, which has a `version`");
    assert!(read_report("<xml/>").expect_err("no JSON").to_string().starts_with("it is no JSON: expected value"));
}
