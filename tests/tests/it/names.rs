//! Tests that the name of a type is unique in the workspace.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
const PACKAGES: [&str; 7] = [
    "spec/src",
    "codegen/printer/src",
    "codegen/types/src",
    "harness/engine/src",
    "harness/server/src",
    "harness/token/src",
    "harness/cli/src",
];

/// The source files below a folder, without tests and generated modules: the names in the latter come from the
/// documents of the editions.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of sources").map(|entry| entry.expect("an entry").path());
    let below = entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] });
    let is_written = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.ends_with(".rs") && name != "tests.rs" && !name.starts_with("edition_")
    };
    below.filter(is_written).collect()
}

/// The name of the type that a line defines. Associated types, which are indented, do not count.
fn defined(line: &str) -> Option<&str> {
    let mut words = line.split_whitespace().peekable();
    words.next_if(|word| word.starts_with("pub"));
    let keyword = words.next()?;
    let is_own = matches!(keyword, "struct" | "enum" | "trait") || keyword == "type" && !line.starts_with(' ');
    let name = words.next().filter(|_| is_own)?;
    let end = name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len());
    name.starts_with(char::is_uppercase).then_some(&name[..end])
}

/// The names that several files define, each with the files.
fn shared(files: impl Iterator<Item = (String, String)>) -> Vec<String> {
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (file, text) in files {
        let code = text.split("#[cfg(test)]\nmod").next().unwrap_or_default();
        for name in code.lines().filter_map(defined) {
            all.entry(name.to_owned()).or_default().push(file.clone());
        }
    }
    let shared = all.into_iter().filter(|(_, files)| files.len() > 1);
    shared.map(|(name, files)| format!("{name}: {}", files.join(", "))).collect()
}

#[test]
fn each_type_has_a_name_of_its_own() {
    let root = Path::new(ROOT);
    let files = PACKAGES.iter().flat_map(|package| sources(&root.join(package)));
    let read = files.map(|path| {
        let text = fs::read_to_string(&path).expect("a source");
        (path.strip_prefix(root).unwrap_or(&path).display().to_string(), text)
    });
    let shared = shared(read);
    assert!(shared.is_empty(), "these names stand for several types:\n{}", shared.join("\n"));
}

#[test]
fn a_name_that_stands_for_two_types_is_found_however_it_is_written() {
    let text = |text: &str| ("a.rs".to_owned(), text.to_owned());
    for (one, other) in [
        ("pub struct Case {", "enum Case {"),
        ("pub(crate) trait Case: Sized {", "type Case = u8;"),
        ("    struct Case<'a>(&'a str);", "pub(super) struct Case;"),
    ] {
        assert_eq!(shared([text(one), text(other)].into_iter()), ["Case: a.rs, a.rs"], "{one}");
    }
    let apart = "struct Case;\nimpl A for Case {\n    type Case = u8;\n}\n// struct Case\n#[cfg(test)]\nmod tests { struct Case; }";
    assert!(shared([text(apart)].into_iter()).is_empty());
}
