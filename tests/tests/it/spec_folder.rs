//! Tests that the program can judge by another copy of the spec documents: a requirement that is added there works
//! without a rebuild.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use mixinspec_engine::{Options, Patterns, Verdict};
use mixinspec_server::{Edition, Policy};
use mixinspec_spec::Spec;

use crate::conformance::{judge_by, options, serve};

/// Copies the spec's documents to a new folder.
pub(crate) fn copy(name: &str) -> PathBuf {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec");
    let to = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    for folder in ["2018", "2026", "inputs", "sources"] {
        fs::create_dir_all(to.join(folder)).expect("a folder");
        for entry in fs::read_dir(from.join(folder)).expect("the spec's folder") {
            let path = entry.expect("an entry").path();
            fs::copy(&path, to.join(folder).join(path.file_name().expect("a name"))).expect("a copy");
        }
    }
    fs::copy(from.join("requirements.yaml"), to.join("requirements.yaml")).expect("a copy");
    to
}

const ADDED: &str = r#"
  - id: answer-small
    row: A1
    area: answer
    level: must
    editions: ["2026"]
    statement: An answer is short.
    source: [{document: seed, quote: "Sample Response"}]
    when: outcome == 'accepted'
    always: {rule: size(http.text) < 10}

  - id: category-lower-refused
    row: R1
    area: refusals
    level: must
    editions: ["2026"]
    statement: A category in lower case is refused.
    source: [{document: seed, quote: 'String: "GROUP" or "CONTACT"'}]
    refuses:
      requests: [group]
      cases: [{name: lower, patch: [{op: replace, path: /category, value: group}]}]
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_requirement_that_is_added_is_judged() {
    let folder = copy("spec-with-more");
    let path = folder.join("requirements.yaml");
    let text = fs::read_to_string(&path).expect("the document");
    fs::write(&path, text + ADDED).expect("a folder that can be written to");
    let spec = Spec::load(&folder).expect("a sound spec");
    assert_ne!(spec.hash, Spec::embedded().expect("the embedded spec is sound").hash);
    let (url, running) = serve(Edition::E2026, Policy::default()).await;
    let only = Patterns::new(vec!["answer-small".into(), "category-lower-refused".into()]);
    let report = judge_by(Arc::new(spec), &url, Options { only, cases: 0, ..options(Some("2026"), "a") }).await;
    running.stop().await;
    let verdict = |id: &str| report.requirements.iter().find(|r| r.id == id).map(|r| r.verdict);
    assert_eq!(verdict("answer-small"), Some(Verdict::Fail));
    assert_eq!(verdict("category-lower-refused"), Some(Verdict::Pass));
}

#[test]
fn what_is_wrong_with_a_folder_is_said() {
    let folder = copy("spec-with-a-mistake");
    let path = folder.join("requirements.yaml");
    let text = fs::read_to_string(&path).expect("the document");
    fs::write(&path, text.replace("level: must", "level: mst")).expect("a folder that can be written to");
    let errors = Spec::load(&folder).expect_err("a mistake");
    assert!(format!("{errors:?}").contains("mst"), "{errors:?}");
}
