//! Tests the examples of vectors/README.md, which is for users of the vectors without our code. `tests/languages/` runs
//! its code.

use mixinspec_tests::pages::{blocks, root};

#[test]
fn the_readme_shows_a_vector_as_it_is() {
    let shown: serde_json::Value = serde_json::from_str(&blocks("vectors/README.md", "json")[0]).expect("a vector");
    let text = std::fs::read_to_string(root().join("vectors/unique-conversation-id.json")).expect("a file of vectors");
    let file: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let there = file["vectors"].as_array().and_then(|all| all.iter().find(|vector| vector["id"] == shown["id"]));
    let mut there = there.expect("the vector").clone();
    // The README shows some of its near misses.
    let some = shown["near_misses"].as_object().expect("near misses");
    there["near_misses"].as_object_mut().expect("near misses").retain(|name, _| some.contains_key(name));
    assert_eq!(there, shown);
}
