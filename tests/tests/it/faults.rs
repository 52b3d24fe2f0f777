//! Tests that the table of faults is sound, and that each requirement is broken by a fault of its own. This is the
//! quick form of the kill matrix; the complete one is `cargo run --release -p mixinspec-tests --bin kill-matrix`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use mixinspec_server::{Edition, Fault, Variant};
use mixinspec_spec::model::{Area, Level, Subject};
use mixinspec_tests::kill_matrix::document::{COMMAND, page};
use mixinspec_tests::kill_matrix::quick;
use tokio::task::JoinSet;

use crate::conformance::spec;

/// The musts and shoulds of a server in an edition.
fn binding(edition: Edition) -> BTreeSet<String> {
    let spec = spec();
    let all = spec.requirements(edition.as_str()).filter(|one| one.subject == Subject::Server);
    let binding = all.filter(|one| matches!(spec.level(one, edition.as_str()), Some(Level::Must | Level::Should)));
    binding.map(|one| one.id.clone()).collect()
}

#[test]
fn names_are_unique_and_in_kebab_case() {
    let mut names = BTreeSet::new();
    for fault in Fault::all() {
        assert!(names.insert(fault.name()), "{} stands there twice", fault.name());
        let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(fault.name().chars().all(kebab) && !fault.name().contains("--"), "{}", fault.name());
        let sentence = fault.description();
        assert!(sentence.ends_with('.') && !sentence.trim_end_matches('.').contains(". "), "{sentence}");
        assert_eq!(Fault::named(fault.name()).map(Fault::name), Some(fault.name()));
        // A fault is a mistake and a variant is legal, so they must not share a name.
        assert!(Variant::named(fault.name()).is_none(), "{} is the name of a variant too", fault.name());
    }
    assert!(names.len() >= 500, "there are {} faults", names.len());
}

#[test]
fn what_a_row_names_is_there_in_each_of_its_editions() {
    for edition in Edition::ALL {
        let binding = binding(edition);
        let spec = spec();
        let readings: BTreeSet<&str> = spec.readings(edition.as_str()).map(|reading| reading.id.as_str()).collect();
        for fault in Fault::all().filter(|fault| fault.editions().contains(&edition)) {
            let name = fault.name();
            assert!(binding.contains(fault.breaks()), "{name} breaks {}, which {edition} has not", fault.breaks());
        }
        for fault in Fault::all() {
            for also in fault.consequences() {
                let somewhere =
                    fault.editions().iter().any(|edition| self::binding(*edition).contains(also.requirement));
                assert!(
                    somewhere || readings.contains(also.requirement) || edition == Edition::E2018,
                    "{}: {} is nowhere",
                    fault.name(),
                    also.requirement
                );
            }
        }
    }
    for fault in Fault::all() {
        assert!(!fault.editions().is_empty(), "{}", fault.name());
        // A wrong answer about a conversation is compared with all earlier and later ones, so it can break several
        // requirements.
        assert!(fault.consequences().len() <= 5, "{} has too many consequences", fault.name());
        assert!(fault.consequences().iter().all(|also| !also.reason.is_empty() && also.requirement != fault.breaks()));
    }
}

#[test]
fn every_requirement_has_a_fault_of_its_own_in_every_edition() {
    for edition in Edition::ALL {
        let faults = Fault::all().filter(|fault| fault.editions().contains(&edition));
        let broken: BTreeSet<&str> = faults.map(Fault::breaks).collect();
        let without: Vec<String> = binding(edition).into_iter().filter(|id| !broken.contains(id.as_str())).collect();
        assert!(without.is_empty(), "no fault of edition {edition} breaks {}", without.join(", "));
    }
}

#[test]
fn the_page_is_of_this_table_and_this_spec() {
    let there = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/kill-matrix.md"));
    assert!(there.expect("the page") == page(&spec()), "docs/kill-matrix.md is stale; this writes it: {COMMAND}");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_requirement_is_broken_by_its_fault() {
    let mut own: BTreeMap<&str, (&'static Fault, Edition)> = BTreeMap::new();
    for fault in Fault::all() {
        let newest = fault.editions().iter().max().expect("an edition");
        own.entry(fault.breaks()).or_insert((fault, *newest));
    }
    let survivors = survivors(own.into_values().collect()).await;
    assert!(survivors.is_empty(), "{}", survivors.join("\n"));
}

/// In edition 2018 the callers have RSA keys, whose signatures are longer and verified differently.
#[tokio::test(flavor = "multi_thread")]
async fn each_hole_in_the_authentication_shows_with_rs512_too() {
    let spec = spec();
    let is_one = |fault: &&Fault| spec.requirement(fault.breaks()).is_some_and(|r| r.area == Area::Authentication);
    let of_2018 = Fault::all().filter(is_one).filter(|fault| fault.editions().contains(&Edition::E2018));
    let holes: Vec<_> = of_2018.map(|fault| (fault, Edition::E2018)).collect();
    assert!(holes.len() >= 50, "{}", holes.len());
    let survivors = survivors(holes).await;
    assert!(survivors.is_empty(), "{}", survivors.join("\n"));
}

/// The faults that do not break their requirement.
async fn survivors(faults: Vec<(&'static Fault, Edition)>) -> Vec<String> {
    let mut waiting = faults.into_iter();
    let mut running = JoinSet::new();
    let mut survivors = Vec::new();
    loop {
        while running.len() < 4 {
            let Some((fault, edition)) = waiting.next() else { break };
            let spec = Arc::clone(&spec());
            running.spawn(async move { (fault, edition, quick(&spec, fault, edition).await) });
        }
        let Some(done) = running.join_next().await else { break };
        let (fault, edition, trial) = done.expect("no trial panics");
        let trial = trial.unwrap_or_else(|error| panic!("{} ({edition}): {error}", fault.name()));
        if !trial.is_killed(&spec()) {
            survivors.push(format!("{} ({edition}) does not break {}", fault.name(), fault.breaks()));
        }
    }
    survivors
}
