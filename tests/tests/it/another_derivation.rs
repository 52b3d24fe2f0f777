//! Tests that a derivation can be added in the spec alone: it has vectors and near misses, expressions can call it, and
//! it is judged in an SDK, although no line of the program names it.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use mixinspec_engine::{Adapter, AdapterLimits, Report, SdkRunner, Settings, Silent, Verdict, generate, verify};
use mixinspec_spec::Spec;
use serde_json::Value;

use crate::sdk_hostile::command;
use crate::sdk_matrix::options;
use crate::spec_folder::copy;

const DERIVATION: &str = r#"
  bot_room_id:
    title: the id of the room that a bot keeps for a user
    parameters: [{name: bot, type: user}, {name: user, type: user}, {name: label, type: text}]
    fold:
      with: unique_conversation_id
      start: [bot, user]
      then: [label]
    near_misses:
      - {name: no-label, mistake: leaves the label out, set: {then: []}}
      - {name: label-first, mistake: takes the label before the user, set: {start: [bot, label], then: [user]}}
"#;

const REQUIREMENT: &str = r#"
  - id: sdk-bot-room-id
    row: D8
    area: derivation
    level: must
    editions: ["2018", "2026"]
    subject: sdk
    statement: The id of a bot's room follows from bot, user and label.
    source: [{document: seed, quote: "Sample Response"}]
    derives:
      derivation: bot_room_id
      law: >-
        bot_room_id(bot, user, label) == expected && near_misses('bot_room_id').all(name, label == '' ||
        near_miss('bot_room_id', name, bot, user, label) != expected)
"#;

fn folder(name: &str) -> PathBuf {
    let folder = copy(name);
    let path = folder.join("requirements.yaml");
    let text = fs::read_to_string(&path).expect("the document");
    let at = text.find("\n# How answers are read.").expect("the end of the derivations");
    let text = format!("{}{}{}{REQUIREMENT}", &text[..at], DERIVATION.trim_end_matches('\n'), &text[at..]);
    fs::write(&path, text).expect("a folder that can be written to");
    folder
}

async fn judged(folder: &std::path::Path, wrong: Option<&str>) -> Report {
    let mut line = command("of-spec");
    line.push(folder.into());
    line.extend(wrong.into_iter().flat_map(|near_miss| ["bot_room_id".into(), near_miss.into()]));
    let spec = Arc::new(Spec::load(folder).expect("a sound spec"));
    let adapter = Arc::new(Adapter::start(&line, AdapterLimits::default()).expect("the adapter"));
    let runner = SdkRunner::new(spec, adapter, "sdk-adapter".into(), options(), Arc::new(Silent));
    runner.run().await.expect("a report")
}

fn verdict(report: &Report, id: &str) -> Verdict {
    report.requirements.iter().find(|requirement| requirement.id == id).expect("the requirement").verdict
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_judged_in_an_sdk() {
    let folder = folder("spec-with-a-derivation");
    let right = judged(&folder, None).await;
    assert_eq!(verdict(&right, "sdk-bot-room-id"), Verdict::Pass);
    for near_miss in ["no-label", "label-first"] {
        let wrong = judged(&folder, Some(near_miss)).await;
        assert_eq!(verdict(&wrong, "sdk-bot-room-id"), Verdict::Fail, "{near_miss}");
        let found = wrong.requirements.iter().find(|requirement| requirement.id == "sdk-bot-room-id");
        let failure = found.and_then(|requirement| requirement.failures.first()).expect("a failure");
        let explained = failure.actual.contains(&format!("({near_miss})"));
        let failing = wrong.requirements.iter().filter(|requirement| requirement.verdict == Verdict::Fail);
        let failed: Vec<&str> = failing.map(|requirement| requirement.id.as_str()).collect();
        assert_eq!((failed, explained), (vec!["sdk-bot-room-id"], true), "{near_miss}: {}", failure.actual);
    }
}

#[test]
fn it_has_vectors_and_they_are_checked() {
    let spec = Spec::load(&folder("spec-with-vectors")).expect("a sound spec");
    let settings = Settings { only: vec!["bot-room-id".into()], ..Settings::default() };
    let files = generate(&spec, &settings).expect("vectors");
    let [file, schema] = &files[..] else { panic!("{} files", files.len()) };
    let document: Value = serde_json::from_str(&file.text).expect("JSON");
    let schema: Value = serde_json::from_str(&schema.text).expect("JSON");
    assert!(jsonschema::draft202012::new(&schema).expect("a schema").is_valid(&document));
    let vector = &document["vectors"][0];
    assert_eq!(vector["near_misses"].as_object().map(serde_json::Map::len), Some(2), "{vector}");

    let out = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("vectors-of-a-derivation");
    fs::create_dir_all(&out).expect("a folder");
    for file in generate(&spec, &Settings::default()).expect("vectors") {
        let path = out.join(&file.path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, file.text).expect("a file");
    }
    assert_eq!(verify(&spec, &out), []);
    let path = out.join("bot-room-id.json");
    let right = vector["expected"].as_str().expect("an id");
    fs::write(&path, file.text.replacen(right, "00000000-0000-3000-8000-000000000000", 1)).expect("a file");
    let found = verify(&spec, &out);
    assert!(
        found.iter().any(|finding| finding.file == "bot-room-id.json" && finding.place == "drawn-0000"),
        "{found:?}"
    );
}
