//! Tests that the laws of the derivations hold for our own functions, and fail for their near misses.

use std::collections::BTreeMap;
use std::sync::Arc;

use mixinspec_engine::Users;
use mixinspec_engine::cel::{Expression, Vocabulary};
use mixinspec_engine::identity::derivation::Derivations;
use mixinspec_engine::vectors::{GROUP, UNIQUE};
use mixinspec_spec::Spec;
use mixinspec_spec::model::Derivation;
use mixinspec_types::{group_conversation_id, unique_conversation_id};
use proptest::collection::vec;
use proptest::prelude::{Strategy, any};
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::conformance::spec;

/// The arguments of a law, with the results of the right function.
type Arguments = BTreeMap<&'static str, Value>;

fn user() -> impl Strategy<Value = String> {
    any::<u128>().prop_map(|bits| Uuid::from_u128(bits).hyphenated().to_string())
}

fn samples() -> BTreeMap<&'static str, Vec<Arguments>> {
    let mut runner = TestRunner::deterministic();
    let pair = (user(), user());
    let group = (user(), ".{0,12}", vec(user(), 0..6), user());
    let mut samples: BTreeMap<&'static str, Vec<Arguments>> = BTreeMap::new();
    for _ in 0..64 {
        let (a, b) = pair.new_tree(&mut runner).expect("a sample").current();
        let expected = unique_conversation_id(&a, &b).to_string();
        let arguments = [("user_id", json!(a)), ("other_user_id", json!(b)), ("expected", json!(expected))];
        samples.entry(UNIQUE).or_default().push(arguments.into());
        let (owner, name, participants, random) = group.new_tree(&mut runner).expect("a sample").current();
        let expected = group_conversation_id(&owner, &name, &participants, &random).expect("a UUID").to_string();
        samples.entry(GROUP).or_default().push(
            [
                ("owner", json!(owner)),
                ("name", json!(name)),
                ("participants", json!(participants)),
                ("random", json!(random)),
                ("expected", json!(expected)),
            ]
            .into(),
        );
    }
    samples
}

/// The laws that some sample breaks with these functions.
fn broken(spec: &Spec, functions: BTreeMap<String, Derivation>) -> Vec<String> {
    let vocabulary = Vocabulary::new(Arc::new(Derivations::new(functions)), Arc::new(Users::any_uuid()));
    let samples = samples();
    let mut broken = Vec::new();
    for requirement in &spec.document.requirements {
        // A law with a condition is about arguments outside of the domain.
        let Some(derives) = requirement.derives.as_ref().filter(|_| requirement.when.is_none()) else { continue };
        let law = Expression::compile(derives.law.as_str()).expect("a law");
        let samples = &samples[derives.derivation.as_str()];
        assert!(!samples.is_empty());
        let holds = samples.iter().all(|arguments| {
            let mut scope = vocabulary.scope();
            arguments.iter().for_each(|(name, value)| scope.set(name, value));
            scope.holds(&law).unwrap_or_else(|error| panic!("{}: {error}", requirement.id))
        });
        if !holds {
            broken.push(requirement.id.clone());
        }
    }
    broken
}

#[test]
fn every_law_holds_for_our_functions() {
    let spec = spec();
    assert!(spec.document.requirements.iter().filter(|requirement| requirement.derives.is_some()).count() > 10);
    assert_eq!(broken(&spec, spec.document.derivations.clone()), Vec::<String>::new());
}

#[test]
fn a_near_miss_breaks_a_law() {
    let spec = spec();
    // In the domain, ids in lower case, these give the right id.
    let harmless = ["utf16-order", "lower", "latin1"];
    for miss in &spec.document.derivations[UNIQUE].near_misses {
        let mut functions = spec.document.derivations.clone();
        let unique = functions.get_mut(UNIQUE).expect("the derivation");
        unique.record = unique.record.as_ref().map(|record| record.changed(&miss.set));
        let broken: Vec<String> = broken(&spec, functions).into_iter().filter(|id| id.starts_with("unique-")).collect();
        assert_eq!(broken.is_empty(), harmless.contains(&miss.name.as_str()), "{}: {broken:?}", miss.name);
    }
    for miss in &spec.document.derivations[GROUP].near_misses {
        let mut functions = spec.document.derivations.clone();
        let group = functions.get_mut(GROUP).expect("the derivation");
        group.fold = group.fold.as_ref().map(|fold| fold.changed(&miss.set));
        // A change of the record shows only through the fold; the vectors test the group's near misses that change the
        // record.
        if miss.set.start.is_some() || miss.set.then.is_some() {
            let broken = broken(&spec, functions);
            assert!(broken.iter().any(|id| id.starts_with("group-")), "{}", miss.name);
        }
    }
}
