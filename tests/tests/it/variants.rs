//! Tests that no legal variant of the reference server is blamed: each alone in its editions, and many combined. A run
//! must find exactly the requirements that a variant declares not to follow.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use mixinspec_engine::{
    Caller, Credential, ExitStatus, Limits, Options, Report, Route, Runner, Silent, Target, Users, Verdict,
};
use mixinspec_server::{Edition, Running, Server, Variant, VariantSource, Variation};
use mixinspec_spec::Spec;
use mixinspec_spec::model::Level;
use mixinspec_token::Algorithm;
use tokio::task::JoinSet;

use crate::callers::{USERS, callers, known};
use crate::conformance::{exceptions, one_of_many, options, spec};

/// The number of parallel runs.
const AT_ONCE: usize = 4;

/// A reference server with these variants.
async fn serve(edition: Edition, variation: Variation, signs: bool) -> (String, Running) {
    let prefix = variation.prefix();
    let mut server = Server::builder().edition(edition).variation(variation);
    if signs {
        server = known(server, Algorithm::EdDsa);
    } else {
        for user in USERS {
            server = server.bearer(format!("token-of-{user}"), user.parse().expect("a UUID"));
        }
    }
    let (address, running) = server.build().bind("127.0.0.1:0").await.expect("a free port");
    (format!("http://{address}{prefix}"), running)
}

/// A complete default run, with two callers. They sign, unless there is only one variant and it is not about tokens:
/// then signing makes no difference, and in a debug build it takes longer than all the rest.
async fn judged(edition: Edition, variants: &[&Variant]) -> Report {
    let variation = Variation::combined(edition, variants).expect("variants that go together");
    let timeout = Duration::from_secs(30);
    let limits = Limits { http2: variation.is_http2(), timeout, ..Limits::default() };
    let users = variation.users().map(|all| all.iter().map(ToString::to_string).collect());
    let signs = variants.len() != 1 || variation.is_about_signed_tokens();
    let (url, running) = serve(edition, variation, signs).await;
    let callers = if signs { callers(Algorithm::EdDsa, 2) } else { USERS.map(bearer).into() };
    let target = Target {
        base: url.parse().expect("a URL"),
        callers,
        users: users.map_or_else(Users::any_uuid, Users::listed),
        route: Route::default(),
        secrets: Vec::new(),
    };
    // A variant acts the same every time, so alone it needs only one of each generated request.
    let whole = options(Some(edition.as_str()), "a");
    let cases = if variants.len() == 1 { 1 } else { whole.cases };
    // With many variants that write slowly, a GROUP of each size would take minutes.
    let skip = if variants.is_empty() { whole.skip } else { one_of_many() };
    let options = Options { limits, cases, skip, ..options(Some(edition.as_str()), "a") };
    let report = Runner::new(spec(), target, options, Arc::new(Silent)).expect("a runner").run().await;
    running.stop().await;
    report.unwrap_or_else(|error| panic!("edition {edition}, {}: {error}", names(variants).join(", ")))
}

fn bearer(user: &str) -> Caller {
    let credential = Credential::Bearer(format!("Bearer token-of-{user}").parse().expect("a header value"));
    Caller { user_id: user.to_owned(), credential }
}

/// The requirements that a run finds broken or undecided.
fn unsatisfied(report: &Report) -> BTreeSet<&str> {
    let is_satisfied = |verdict: Verdict| matches!(verdict, Verdict::Pass | Verdict::NotApplicable);
    let requirements = report.requirements.iter().filter(|r| !is_satisfied(r.verdict)).map(|r| r.id.as_str());
    let readings = report.readings.iter().filter(|r| !is_satisfied(r.verdict)).map(|r| r.id.as_str());
    requirements.chain(readings).collect()
}

/// The requirements of the edition that these variants do not follow.
fn unfollowed(edition: Edition, variants: &[&'static Variant]) -> BTreeSet<&'static str> {
    let spec = spec();
    let ids = variants.iter().flat_map(|variant| variant.unfollowed).copied();
    ids.filter(|id| spec.requirements(edition.as_str()).any(|requirement| requirement.id == *id)).collect()
}

/// What a report blames a server for, apart from the requirements that its variants do not follow; empty if nothing.
fn blame(report: &Report, unfollowed: &BTreeSet<&str>) -> String {
    let strict = unfollowed.is_empty();
    let is_blamed = report.counts.fail + report.counts.error > 0
        || !unsatisfied(report).is_subset(unfollowed)
        || ExitStatus::of(report, strict, false, |_| false) != ExitStatus::Success;
    if is_blamed { exceptions(report) } else { String::new() }
}

/// The names of the interpretations of a reading that a run saw.
fn observed(report: &Report, reading: &str) -> Vec<String> {
    let seen = report.readings.iter().find(|seen| seen.id == reading);
    seen.map(|seen| seen.observed.keys().cloned().collect()).unwrap_or_default()
}

/// Judges servers, a few in parallel; returns the reports in the given order.
async fn all_judged(servers: Vec<(Edition, Vec<&'static Variant>)>) -> Vec<(Edition, Vec<&'static Variant>, Report)> {
    let mut waiting = servers.into_iter().enumerate();
    let mut running = JoinSet::new();
    let mut done = BTreeMap::new();
    loop {
        while running.len() < AT_ONCE
            && let Some((at, (edition, variants))) = waiting.next()
        {
            running.spawn(async move {
                let report = judged(edition, &variants).await;
                (at, edition, variants, report)
            });
        }
        let Some(next) = running.join_next().await else { break };
        let (at, edition, variants, report) = next.expect("a report");
        done.insert(at, (edition, variants, report));
    }
    done.into_values().collect()
}

fn names(variants: &[&Variant]) -> Vec<&'static str> {
    variants.iter().map(|variant| variant.name).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_variant_is_blamed() {
    let mut standard = BTreeMap::new();
    for (edition, _, report) in all_judged(Edition::ALL.map(|edition| (edition, vec![])).into()).await {
        assert_eq!(blame(&report, &BTreeSet::new()), "");
        standard.insert(edition, report);
    }
    let mut blamed = String::new();
    for (edition, variants, report) in all_judged(alone()).await {
        let variant = variants[0];
        let unfollowed = unfollowed(edition, &variants);
        let blame = blame(&report, &unfollowed);
        if !blame.is_empty() {
            blamed.push_str(&format!("{} in edition {edition}:\n{blame}\n\n", variant.name));
        } else if unsatisfied(&report) != unfollowed {
            let missing: Vec<_> = unfollowed.difference(&unsatisfied(&report)).copied().collect();
            blamed.push_str(&format!("{} in edition {edition} follows {}\n\n", variant.name, missing.join(", ")));
        }
        // The run must observe another interpretation than that of the default server.
        if let VariantSource::Reading(reading) = variant.source {
            assert_ne!(observed(&report, reading), observed(&standard[&edition], reading), "{}", variant.name);
        }
    }
    assert_eq!(blamed, "");
}

/// Each variant alone. Variants in how answers are written and sent act the same in both editions, so only one edition
/// is tested, in turn; the mixes test the other.
fn alone() -> Vec<(Edition, Vec<&'static Variant>)> {
    let each = |(at, variant): (usize, &'static Variant)| {
        let by_edition = matches!(variant.source, VariantSource::Reading(_));
        let turn = variant.editions[at % variant.editions.len()];
        let editions = variant.editions.iter().filter(move |edition| by_edition || **edition == turn);
        editions.map(move |&edition| (edition, vec![variant]))
    };
    Variant::all().enumerate().flat_map(each).collect()
}

/// Mixes of as many variants as can be combined: from each end of the table, every other one first, and one for each
/// variant that is in none of these mixes and is not tested alone.
fn mixes() -> Vec<(Edition, Vec<&'static Variant>)> {
    let mut mixes = Vec::new();
    for edition in Edition::ALL {
        let all: Vec<&Variant> = Variant::all().filter(|variant| variant.editions.contains(&edition)).collect();
        let mixed = |order: &mut dyn Iterator<Item = &'static Variant>| {
            let mut mix: Vec<&Variant> = Vec::new();
            for variant in order {
                mix.push(variant);
                if Variation::combined(edition, &mix).is_err() {
                    mix.pop();
                }
            }
            mix
        };
        let mut tried: BTreeSet<&str> =
            alone().iter().filter(|(of, _)| *of == edition).flat_map(|(_, one)| names(one)).collect();
        let mut add = |mix: Vec<&'static Variant>| {
            tried.extend(names(&mix));
            mixes.push((edition, mix));
            all.iter().copied().find(|variant| !tried.contains(variant.name))
        };
        add(mixed(&mut all.iter().copied()));
        add(mixed(&mut all.iter().rev().copied()));
        let mut left = add(mixed(&mut all.iter().skip(1).step_by(2).chain(all.iter().step_by(2)).copied()));
        while let Some(variant) = left {
            left = add(mixed(&mut std::iter::once(variant).chain(all.iter().copied())));
        }
    }
    mixes
}

#[test]
fn every_variant_is_tried_in_each_of_its_editions() {
    let tried: Vec<_> = alone().into_iter().chain(mixes()).collect();
    for variant in Variant::all() {
        for &edition in variant.editions {
            let is_here = |(of, all): &(Edition, Vec<&Variant>)| *of == edition && names(all).contains(&variant.name);
            assert!(tried.iter().any(is_here), "{} in edition {edition}", variant.name);
        }
    }
    for (edition, mix) in mixes() {
        assert!(mix.len() > 10, "edition {edition}: {}", names(&mix).join(", "));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_mix_of_variants_is_blamed() {
    let mut blamed = String::new();
    for (edition, variants, report) in all_judged(mixes()).await {
        let blame = blame(&report, &unfollowed(edition, &variants));
        if !blame.is_empty() {
            blamed.push_str(&format!("edition {edition}, {}:\n{blame}\n\n", names(&variants).join(", ")));
        }
    }
    assert_eq!(blamed, "");
}

#[test]
fn what_leaves_a_variant_open_is_there() {
    let spec: &Spec = &spec();
    let readings: BTreeSet<&str> = spec.document.readings.iter().map(|reading| reading.id.as_str()).collect();
    for variant in Variant::all() {
        let is_there = match variant.source {
            VariantSource::Reading(id) => readings.contains(id),
            VariantSource::Requirement(id) => spec.requirement(id).is_some(),
            VariantSource::Sentence(document, sentence) => {
                spec.sources.get(document).is_some_and(|source| source.contains(sentence))
            }
            VariantSource::Rfc(..) => true,
        };
        assert!(is_there, "{}: {}", variant.name, variant.source);
        // A variant that breaks a must would be a mistake.
        for id in variant.unfollowed {
            let requirement = spec.requirement(id).unwrap_or_else(|| panic!("{}: {id} is nowhere", variant.name));
            let of_the_variant =
                |edition: &&String| variant.editions.iter().any(|one| one.as_str() == edition.as_str());
            for edition in requirement.editions.iter().filter(of_the_variant) {
                assert_ne!(spec.level(requirement, edition), Some(Level::Must), "{}: {id}", variant.name);
            }
        }
    }
    assert!(Variant::all().count() >= 130);
}
