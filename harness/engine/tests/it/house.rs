//! Tests the layers of the engine: imports between rooms (the folders of the crate) point only to lower floors, as
//! docs/architecture.md draws them, and no file is part of an import cycle.
//!
//! A room's `mod.rs` is its door. A file that extends a type of the door imports it; this does not count as a cycle.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A module, by its path in the crate.
type Module = Vec<String>;

const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
const DRAWING: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/architecture.md");

/// The floor of each room, from the lines `3 edition …` below the heading.
fn floors(drawing: &str) -> BTreeMap<String, u32> {
    let below = drawing.split("## The rooms of the engine").nth(1).expect("the heading of the floors");
    let line = |line: &str| {
        let mut words = line.split_whitespace();
        Some((words.next()?.parse().ok()?, words.next()?.strip_suffix('/')?.to_owned()))
    };
    below.lines().filter_map(line).map(|(floor, room)| (room, floor)).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of sources").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn module(path: &Path) -> Module {
    let path = path.strip_prefix(SOURCES).expect("a source").with_extension("");
    let parts = path.components().map(|part| part.as_os_str().to_string_lossy().into_owned());
    parts.filter(|part| part != "mod" && part != "lib").collect()
}

/// The paths that a file names outside of its tests: one for each leaf of a `use`, and those within the code.
fn named(text: &str) -> Vec<Vec<String>> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = code.lines().map(|line| line.split("//").next().unwrap_or_default());
    let code = lines.collect::<Vec<_>>().join(" ");
    let starts = ["crate::", "super::", "self::"].iter().flat_map(|start| code.match_indices(start));
    let mut paths = Vec::new();
    for (at, _) in starts.filter(|(at, _)| !code[..*at].ends_with(|c: char| c.is_alphanumeric() || "_:".contains(c))) {
        leaves(&code[at..], &[], &mut paths);
    }
    paths
}

/// Parses a path, or a tree of them in braces, at the beginning of a text; returns the number of bytes that it has.
fn leaves(text: &str, before: &[String], paths: &mut Vec<Vec<String>>) -> usize {
    let mut path = before.to_vec();
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let word: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        at += word.len();
        if !word.is_empty() {
            path.push(word);
        }
        if text[at..].starts_with("::") {
            at += 2;
            continue;
        }
        if !text[at..].starts_with('{') || !text[..at].ends_with("::") {
            paths.push(path);
            return at;
        }
        at += 1;
        while !text[at..].starts_with('}') && at < text.len() {
            let skipped = text[at..].chars().next().is_some_and(|c| c.is_whitespace() || c == ',' || c == '*');
            at += if skipped { 1 } else { leaves(&text[at..], &path, paths).max(1) };
        }
        return at + 1;
    }
}

/// The module that a path leads to, from the module that names it.
fn target(path: &[String], from: &Module, modules: &BTreeSet<Module>) -> Option<Module> {
    let mut base = from.clone();
    let mut rest = path;
    while let Some((first, more)) = rest.split_first() {
        match first.as_str() {
            "crate" => base.clear(),
            "super" => drop(base.pop()),
            "self" => {}
            _ => break,
        }
        rest = more;
    }
    let whole: Module = base.into_iter().chain(rest.iter().cloned()).collect();
    (1..=whole.len()).rev().map(|length| whole[..length].to_vec()).find(|module| modules.contains(module))
}

/// What each module imports.
fn arrows(sources: &BTreeMap<Module, String>) -> BTreeMap<Module, BTreeSet<Module>> {
    let modules: BTreeSet<Module> = sources.keys().cloned().collect();
    let of = |(module, text): (&Module, &String)| {
        let targets = named(text).into_iter().filter_map(|path| target(&path, module, &modules));
        (module.clone(), targets.filter(|to| to != module).collect())
    };
    sources.iter().map(of).collect()
}

/// The imports that do not point to a lower floor.
fn upward(sources: &BTreeMap<Module, String>, floors: &BTreeMap<String, u32>) -> Vec<String> {
    let floor =
        |module: &Module| floors.get(&module[0]).copied().unwrap_or_else(|| panic!("{} has no floor", module[0]));
    let mut wrong = Vec::new();
    for (from, targets) in arrows(sources) {
        for to in targets.iter().filter(|to| to[0] != from[0] && floor(to) >= floor(&from)) {
            wrong.push(format!("{} imports {}", from.join("::"), to.join("::")));
        }
    }
    wrong
}

/// The modules that import themselves through others, except for doors.
fn circles(sources: &BTreeMap<Module, String>) -> Vec<String> {
    let mut arrows = arrows(sources);
    for (from, targets) in &mut arrows {
        targets.retain(|to| !(from.len() == to.len() + 1 && from.starts_with(to)));
    }
    let reaches_itself = |module: &Module| {
        let mut seen = BTreeSet::new();
        let mut open: Vec<&Module> = arrows[module].iter().collect();
        while let Some(next) = open.pop() {
            if next == module {
                return true;
            }
            if seen.insert(next) {
                open.extend(&arrows[next]);
            }
        }
        false
    };
    arrows.keys().filter(|module| reaches_itself(module)).map(|module| module.join("::")).collect()
}

fn engine() -> BTreeMap<Module, String> {
    let sources = files(Path::new(SOURCES)).into_iter().filter(|path| !path.ends_with("tests.rs"));
    let read = |path: PathBuf| (module(&path), fs::read_to_string(&path).expect("a source"));
    sources.map(read).filter(|(module, _)| !module.is_empty()).collect()
}

#[test]
fn every_arrow_points_down() {
    let drawing = fs::read_to_string(DRAWING).expect("docs/architecture.md");
    let (floors, sources) = (floors(&drawing), engine());
    let rooms: BTreeSet<&String> = sources.keys().map(|module| &module[0]).collect();
    assert_eq!(rooms, floors.keys().collect(), "the rooms that there are, and those of docs/architecture.md");
    assert_eq!(upward(&sources, &floors), Vec::<String>::new());
}

#[test]
fn no_file_is_part_of_a_circle() {
    assert_eq!(circles(&engine()), Vec::<String>::new());
}

#[test]
fn an_arrow_that_points_up_is_found_however_it_is_written() {
    let floors = floors("## The rooms of the engine\n2  run/  x\n1  text/  y\n");
    let sources = |text: &str| {
        let module = |path: &str| path.split("::").map(str::to_owned).collect::<Module>();
        BTreeMap::from([(module("text::json"), text.to_owned()), (module("run"), String::new())])
    };
    let ways = [
        "use crate::run;",
        "use crate::run::{A, B};",
        "use crate::{run::A, text};",
        "use super::super::run::A;",
        "fn f() -> crate::run::A {}",
        "pub(crate) use crate::{\n    text::{self, json},\n    run,\n};",
    ];
    for way in ways {
        assert_eq!(upward(&sources(way), &floors), ["text::json imports run"], "{way}");
    }
    for harmless in ["use crate::text::json;", "// use crate::run;", "#[cfg(test)]\nmod tests { use crate::run; }"] {
        assert!(upward(&sources(harmless), &floors).is_empty(), "{harmless}");
    }
}

#[test]
fn a_circle_is_found_and_a_door_is_none() {
    let sources = |texts: &[(&str, &str)]| -> BTreeMap<Module, String> {
        let module = |path: &str| path.split("::").map(str::to_owned).collect::<Module>();
        texts.iter().map(|(path, text)| (module(path), (*text).to_owned())).collect()
    };
    let circle = sources(&[("a::b", "use super::c::C;"), ("a::c", "use crate::a::b::B;")]);
    assert_eq!(circles(&circle), ["a::b", "a::c"]);
    let door = sources(&[("a", "use self::b::B;"), ("a::b", "use super::A;")]);
    assert!(circles(&door).is_empty());
}

/// The words by which the code would name this project's own API.
const WORDS: [&str; 9] =
    ["conversation", "participant", "CONTACT", "GROUP", "random_id", "announcement", "code_id", "/data", "\"data\""];

/// The files that may name the API: their words are published, and changing them would break their users.
const NAMING: [(&str, &str); 20] = [
    ("publish/answers.rs", "an answer to a plain GROUP"),
    ("publish/generate.rs", "the files of vectors/"),
    ("publish/requests.rs", "comments of vectors"),
    ("publish/verify.rs", "the files of vectors/"),
    ("sdk/adapter/protocol/call.rs", "protocol 1"),
    ("sdk/adapter/protocol/mod.rs", "protocol 1"),
    ("sdk/client/answer.rs", "protocol 1"),
    ("sdk/client/calls.rs", "protocol 1"),
    ("sdk/client/late.rs", "protocol 1"),
    ("sdk/client/mod.rs", "protocol 1"),
    ("sdk/client/scene.rs", "protocol 1"),
    ("vectors/document.rs", "the form of vectors"),
    ("vectors/group.rs", "vectors of a group's id"),
    ("vectors/ids.rs", "vectors of two functions"),
    ("vectors/inputs.rs", "labels that vectors are drawn by"),
    ("vectors/mod.rs", "the files of vectors/"),
    ("vectors/published.rs", "vectors of two functions"),
    ("vectors/real_input.rs", "labels that vectors are drawn by"),
    ("vectors/subject.rs", "vectors of two functions"),
    ("vectors/unique.rs", "vectors of two users' id"),
];

/// Whether a file names the API, except in tests and comments.
fn names_the_api(text: &str) -> bool {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = code.lines().map(|line| line.split("//").next().unwrap_or_default());
    lines.into_iter().any(|line| WORDS.iter().any(|word| line.contains(word)))
}

#[test]
fn the_api_stands_in_the_spec_alone() {
    let sources = files(Path::new(SOURCES)).into_iter().filter(|path| !path.ends_with("tests.rs"));
    let name = |path: &Path| path.strip_prefix(SOURCES).expect("a source").display().to_string();
    let naming = sources.filter(|path| names_the_api(&fs::read_to_string(path).expect("a source")));
    let naming: BTreeSet<String> = naming.map(|path| name(&path)).collect();
    let allowed: BTreeSet<String> = NAMING.iter().map(|(file, _)| (*file).to_owned()).collect();
    assert_eq!(naming, allowed, "left: the files that name it; right: those that may");
}

#[test]
fn a_word_of_the_api_is_found_in_code_alone() {
    assert!(names_the_api("let path = \"/conversations\";"));
    assert!(!names_the_api("// A conversation.\nlet path = operation.path(\"\");"));
}
