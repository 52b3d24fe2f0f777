//! Tests that the derivations follow the spec's records, and agree with published results.

use std::collections::BTreeMap;

use mixinspec_engine::vectors::PublishedVector;
use mixinspec_spec::Spec;
use mixinspec_spec::model::{Derivation, Fold, Record};
use mixinspec_types::{group_conversation_id, unique_conversation_id};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use serde_json::Value;

use crate::evaluator::{self, Group};
use crate::vectors::read;

const USERS: [&str; 3] = [
    "8dcf823d-9eb3-4da2-8734-f0aad50c0da6",
    "e8e5b807-fa8b-455a-8dfa-b189d28310ff",
    "0e0a20c8-31b8-4093-81b8-9cebd9bc8afc",
];

fn derivations() -> BTreeMap<String, Derivation> {
    Spec::embedded().expect("the spec holds").document.derivations
}

fn record() -> Record {
    derivations()["unique_conversation_id"].record.clone().expect("a record")
}

fn fold() -> Fold {
    derivations()["group_conversation_id"].fold.clone().expect("a fold")
}

fn config() -> Config {
    Config { cases: 2000, failure_persistence: None, rng_seed: RngSeed::Fixed(718), ..Config::default() }
}

fn uuid() -> impl Strategy<Value = String> {
    any::<u128>().prop_map(|bits| uuid::Uuid::from_u128(bits).to_string())
}

/// User ids, and texts with special Unicode characters: those beyond the BMP sort differently in UTF-16.
fn text() -> impl Strategy<Value = String> {
    let special = ["", "é", "e\u{301}", "\u{FFFD}", "🜚", "\u{FB01}", "\0", "İ", "شيء", "a-b"].map(str::to_owned);
    prop_oneof![4 => uuid(), 1 => prop::sample::select(special.to_vec()), 2 => any::<String>()]
}

#[test]
fn the_id_of_two_is_what_the_record_says() {
    let record = record();
    let pairs = prop_oneof![8 => (text(), text()), 1 => text().prop_map(|text| (text.clone(), text))];
    let law = |(a, b): (String, String)| {
        let id = unique_conversation_id(&a, &b);
        prop_assert_eq!(id.to_string(), evaluator::of_two(&record, &a, &b));
        prop_assert_eq!(id, unique_conversation_id(&b, &a));
        prop_assert_eq!((id.get_version_num(), id.get_variant()), (3, uuid::Variant::RFC4122));
        Ok(())
    };
    TestRunner::new(config()).run(&pairs, law).unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn the_id_of_a_group_is_what_the_fold_says() {
    let (fold, record) = (fold(), record());
    let random = prop_oneof![
        6 => uuid(),
        2 => uuid().prop_map(|text| text.to_uppercase()),
        1 => uuid().prop_map(|text| text.replace('-', "")),
        1 => uuid().prop_map(|text| format!("{{{text}}}")),
        1 => text(),
    ];
    let participants = (prop::collection::vec(text(), 0..6), any::<prop::sample::Index>(), any::<bool>());
    let participants = participants.prop_map(|(mut participants, index, twice)| {
        if twice && !participants.is_empty() {
            participants.push(index.get(&participants).clone());
        }
        participants
    });
    let groups = (text(), any::<String>(), participants, random);
    let law = |(owner, name, participants, random): (String, String, Vec<String>, String)| {
        let id = group_conversation_id(&owner, &name, &participants, &random);
        let expected =
            evaluator::of_group(&fold, &record, &Group { owner, name, participants, random: random.clone() });
        prop_assert_eq!(id.as_ref().ok().map(uuid::Uuid::to_string), expected);
        if let Err(error) = id {
            prop_assert_eq!(error.text(), random);
        }
        Ok(())
    };
    TestRunner::new(config()).run(&groups, law).unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn the_published_ids_hold() {
    let vectors = read::<PublishedVector>("published").vectors;
    assert_eq!(vectors.len(), 16);
    for vector in vectors {
        let text = |at: usize| vector.arguments.get(at).and_then(Value::as_str).unwrap_or_default();
        let id = match vector.function.as_str() {
            "group_conversation_id" => {
                let participants: Vec<String> = serde_json::from_value(vector.arguments[2].clone()).unwrap();
                group_conversation_id(text(0), text(1), &participants, text(3)).unwrap()
            }
            // Three are other functions of the same SDKs, which are built from the spec's derivations.
            _ => {
                let two = unique_conversation_id(text(0), text(1));
                (2..vector.arguments.len()).fold(two, |id, at| unique_conversation_id(&id.to_string(), text(at)))
            }
        };
        assert_eq!(vector.expected, id.to_string(), "{}", vector.id);
    }
}

/// A near miss with the results of the right derivation would blame the right one.
#[test]
fn every_near_miss_is_wrong_in_its_own_way() {
    let derivations = derivations();
    let (record, fold) = (record(), fold());
    // Each mistake shows on some of these: most on plain user ids, the rest on other characters.
    let pairs = [
        (USERS[1].to_owned(), USERS[0].to_owned()),
        (USERS[0].to_owned(), USERS[1].to_uppercase()),
        ("🜚é".to_owned(), "\u{FFFD}é".to_owned()),
    ];
    let of_two = |record: &Record| pairs.clone().map(|(a, b)| evaluator::of_two(record, &a, &b)).to_vec();
    let right = of_two(&record);
    let mut seen = BTreeMap::from([(right, "the right one")]);
    for miss in &derivations["unique_conversation_id"].near_misses {
        let ids = of_two(&record.changed(&miss.set));
        if let Some(other) = seen.insert(ids, &miss.name) {
            panic!("{} gives the same ids as {other}", miss.name);
        }
    }

    let group = |name: &str, owner: usize, participants: [usize; 3]| Group {
        owner: USERS[owner].to_owned(),
        name: name.to_owned(),
        participants: participants.map(|index| USERS[index].to_owned()).to_vec(),
        random: "01D21E2C-76F5-4940-8EA0-9B7F21728674".to_owned(),
    };
    // Only with an owner that is not a user id can UTF-16 order owner and name differently.
    let astral = Group { owner: "🜚".to_owned(), name: "\u{FFFD}".to_owned(), ..group("", 0, [1, 2, 1]) };
    let groups = [group("Mixin Röcks", 1, [0, 2, 2]), group("", 2, [1, 0, 1]), astral];
    let of_groups = |fold: &Fold, record: &Record| {
        let ids = groups.iter().map(|group| evaluator::of_group(fold, record, group).expect("random is a UUID"));
        ids.collect::<Vec<_>>()
    };
    let mut seen = BTreeMap::from([(of_groups(&fold, &record), "the right one")]);
    for miss in &derivations["group_conversation_id"].near_misses {
        let ids = of_groups(&fold.changed(&miss.set), &record.changed(&miss.set));
        if let Some(other) = seen.insert(ids, &miss.name) {
            panic!("{} gives the same ids as {other}", miss.name);
        }
    }
}
