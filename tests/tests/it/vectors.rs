//! Tests the vectors in `vectors/`: they are fresh, verified, agree with a second implementation, and hold for the
//! reference server and the functions of the types.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use mixinspec_engine::vectors::{
    FILES, GroupVector, HttpVector, PublishedVector, UniqueVector, VectorDocument, VectorFinding, VectorResult,
};
use mixinspec_engine::{Settings, generate, verify};
use mixinspec_spec::Spec;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The command that prints the files again.
const COMMAND: &str = "cargo run -p mixinspec -- vectors generate";

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

fn spec() -> Spec {
    Spec::embedded().expect("the embedded spec is sound")
}

fn text(file: &str) -> String {
    let path = root().join("vectors").join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())).replace("\r\n", "\n")
}

/// Reads one of the files.
pub(crate) fn read<V: DeserializeOwned>(name: &str) -> VectorDocument<V> {
    serde_json::from_str(&text(&format!("{name}.json"))).unwrap_or_else(|error| panic!("{name}.json: {error}"))
}

#[test]
fn the_files_are_what_the_spec_gives() {
    let mut stale = Vec::new();
    for file in generate(&spec(), &Settings::default()).expect("vectors") {
        let found = text(&file.path);
        if found == file.text {
            continue;
        }
        let differs =
            |(at, (mine, its)): (usize, (&str, &str))| (mine != its).then(|| (at + 1, format!("-{mine}\n+{its}")));
        let lines = found.lines().chain(std::iter::repeat("")).zip(file.text.lines());
        let (line, lines) = lines.enumerate().find_map(differs).unwrap_or_default();
        stale.push(format!("vectors/{}:{line}\n{lines}", file.path));
    }
    assert!(stale.is_empty(), "not what the spec gives; to print again: {COMMAND}\n\n{}", stale.join("\n\n"));
}

#[test]
fn another_seed_gives_other_vectors_of_the_same_kinds() {
    let settings = |seed| Settings { seed, count: Some(0), only: vec!["unique-conversation-id".into()] };
    let of = |seed| generate(&spec(), &settings(seed)).expect("vectors").swap_remove(0).text;
    let ids = |text: &str| -> Vec<String> {
        let document: VectorDocument<UniqueVector> = serde_json::from_str(text).expect("a file of vectors");
        document.vectors.into_iter().map(|vector| vector.id).collect()
    };
    let (one, two) = (of(1), of(2));
    assert_ne!(one, two);
    assert_eq!(one, of(1));
    assert_eq!(ids(&one), ids(&two));
}

#[test]
fn there_are_as_many_as_promised() {
    let (unique, group) =
        (read::<UniqueVector>("unique-conversation-id"), read::<GroupVector>("group-conversation-id"));
    assert!(unique.vectors.len() >= 2000 && group.vectors.len() >= 500);
    assert_eq!(read::<PublishedVector>("published").vectors.len(), 16);
    for near_miss in unique.near_misses.keys() {
        assert!(unique.vectors.iter().any(|vector| vector.near_misses.contains_key(near_miss)), "{near_miss}");
    }
    for near_miss in group.near_misses.keys() {
        assert!(group.vectors.iter().any(|vector| vector.near_misses.contains_key(near_miss)), "{near_miss}");
    }
    let size: usize = FILES.iter().map(|name| text(&format!("{name}.json")).len()).sum();
    assert!(size < 6_000_000, "{size} bytes");
}

#[test]
fn every_requirement_of_requests_and_refusals_has_vectors_in_its_editions() {
    let spec = spec();
    let document = read::<HttpVector>("create-conversation");
    for edition in spec.editions() {
        let of_edition = document.vectors.iter().filter(|vector| vector.edition == edition);
        let covered: BTreeSet<&str> =
            of_edition.flat_map(|vector| vector.requirements.iter().map(String::as_str)).collect();
        for requirement in spec.requirements(edition) {
            // Requirements with only generated cases have no fixed case.
            let fixed = requirement.accepts.as_ref().is_some_and(|form| !form.cases.is_empty() || !form.generated);
            let needs = fixed
                || requirement.refuses.is_some()
                || requirement.constraint.as_ref().is_some_and(|c| !c.requests.is_empty());
            let is_there = covered.contains(requirement.id.as_str());
            assert!(is_there || !needs, "{} has no vector in edition {edition}", requirement.id);
        }
    }
}

#[test]
fn the_schemas_are_schemas() {
    for name in FILES {
        let schema: Value = serde_json::from_str(&text(&format!("schemas/{name}.schema.json"))).expect("JSON");
        assert!(jsonschema::meta::is_valid(&schema), "{name}");
    }
}

#[test]
fn all_that_is_checked_in_holds() {
    assert_eq!(verify(&spec(), &root().join("vectors")), []);
}

/// The findings in a copy of the folder in which `change` was applied to every file.
fn broken(name: &str, change: impl Fn(&mut Value)) -> Vec<VectorFinding> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("vectors-{}", std::process::id())).join(name);
    std::fs::create_dir_all(&folder).expect("a folder");
    for file in FILES {
        let mut document: Value = serde_json::from_str(&text(&format!("{file}.json"))).expect("JSON");
        // The first vectors suffice, and save time.
        document["vectors"].as_array_mut().expect("vectors").truncate(40);
        change(&mut document);
        std::fs::write(folder.join(format!("{file}.json")), document.to_string()).expect("a file");
    }
    let found = verify(&spec(), &folder);
    std::fs::remove_dir_all(&folder).expect("the folder was there");
    found
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of mistakes")]
fn every_kind_of_mistake_is_found() {
    type Change = fn(&mut Value);
    const WRONG_ID: &str = "00000000-0000-3000-8000-000000000000";
    let mistakes: [(&str, Change, &str); 13] = [
        ("version", |file| file["version"] = 2.into(), "against schemas/"),
        ("extra", |file| file["vectors"][3]["note"] = "x".into(), "'note' was unexpected"),
        (
            "missing",
            |file| drop(file["vectors"][3].as_object_mut().map(|v| v.remove("flags"))),
            "\"flags\" is a required",
        ),
        (
            "expected",
            |file| {
                if file["vectors"][3]["expected"].is_string() {
                    file["vectors"][3]["expected"] = WRONG_ID.into()
                }
            },
            "and the spec gives",
        ),
        ("result", |file| file["vectors"][3]["result"] = "acceptable".into(), "and the input makes it"),
        (
            "near-miss",
            |file| {
                if let Some(map) = file["vectors"][3]["near_misses"].as_object_mut() {
                    map.remove("version-4");
                }
            },
            "the near miss `version-4` has nothing",
        ),
        (
            "same-id",
            |file| file["vectors"][4]["id"] = file["vectors"][3]["id"].clone(),
            "another vector has the same id",
        ),
        ("count", |file| file["count"] = 41.into(), "it says 41"),
        (
            "requirement",
            |file| file["vectors"][3]["requirements"] = serde_json::json!(["nothing"]),
            "no requirement or reading `nothing`",
        ),
        (
            "flag",
            |file| file["vectors"][3]["flags"] = serde_json::json!(["Nothing"]),
            "`Nothing` is carried by vectors and not explained",
        ),
        (
            "explanation",
            |file| file["flags"]["RealInput"]["effect"] = "None.".into(),
            "`RealInput` is not explained as",
        ),
        (
            "derived",
            |file| {
                for vector in file["vectors"].as_array_mut().into_iter().flatten() {
                    if vector["derived"] == "unique_conversation_id" {
                        vector["caller"]["user_id"] = WRONG_ID.into();
                    }
                }
            },
            "and the rest of the request gives",
        ),
        (
            "answer",
            |file| {
                if file["vectors"][3]["answer"].is_object() {
                    file["vectors"][3]["answer"]["status"] = 201.into();
                }
            },
            "its answer is not what the spec gives",
        ),
    ];
    for (name, change, problem) in mistakes {
        let found = broken(name, change);
        let told = found.iter().any(|finding| finding.to_string().contains(problem));
        let found: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert!(told, "{name}: {}", found.join("\n"));
    }
}

#[test]
fn the_types_functions_give_the_vectors() {
    let mut tried = 0;
    for vector in read::<UniqueVector>("unique-conversation-id").vectors {
        let id = mixinspec_types::unique_conversation_id(&vector.user_id, &vector.other_user_id);
        assert_eq!(id.to_string(), vector.expected, "{}", vector.id);
        tried += 1;
    }
    for vector in read::<GroupVector>("group-conversation-id").vectors {
        let GroupVector { owner, name, participants, random, .. } = &vector;
        let id =
            mixinspec_types::group_conversation_id(owner, name, participants, random).ok().map(|id| id.to_string());
        // Outside of the domain a function may return an error although the formula gives an id.
        if vector.result != VectorResult::Acceptable || id.is_some() {
            assert_eq!(id, vector.expected, "{}", vector.id);
            tried += 1;
        }
    }
    assert!(tried > 2500);
}
