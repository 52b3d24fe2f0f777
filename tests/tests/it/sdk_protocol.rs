//! The protocol of adapters: its schema is fresh, and the adapters that its page shows work.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use mixinspec_engine::sdk::adapter::{Adapter, Limits};
use mixinspec_engine::sdk::protocol::{self, Call, UniqueArguments};
use mixinspec_types::unique_conversation_id;
use serde_json::{Value, json};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/sdk-protocol.md");
const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/sdk-protocol.schema.json");

fn page() -> String {
    std::fs::read_to_string(PAGE).expect("the page")
}

/// The blocks of the page in a language.
fn blocks(language: &str) -> Vec<String> {
    let page = page();
    let mut found = Vec::new();
    let mut rest = page.as_str();
    let fence = format!("\n```{language}\n");
    while let Some(start) = rest.find(&fence) {
        let (code, after) = rest[start + fence.len()..].split_once("\n```\n").expect("the end of a block");
        found.push(format!("{code}\n"));
        rest = after;
    }
    found
}

/// The adapter of the page in a language, in a file: the command that runs it. It is at most 25 lines long.
pub(crate) fn adapter(language: &str) -> Vec<OsString> {
    let blocks = blocks(language);
    let [code] = blocks.as_slice() else { panic!("the page has one adapter in {language}") };
    assert!(code.lines().count() <= 25, "the adapter in {language} is too long");
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("adapters-of-the-page");
    std::fs::create_dir_all(&folder).expect("a folder");
    let (program, file) = match language {
        "python" => ("python3", "adapter.py"),
        "typescript" => ("node", "adapter.mjs"),
        "ruby" => ("ruby", "adapter.rb"),
        "go" => ("go", "adapter.go"),
        other => panic!("nobody runs {other}"),
    };
    // Tests run at once; a file that is there already is the same.
    let path = folder.join(file);
    if std::fs::read_to_string(&path).ok().as_deref() != Some(&code[..]) {
        std::fs::write(&path, code).expect("a file");
    }
    if language == "go" {
        return vec![built(&folder, &path).into()];
    }
    vec![program.into(), path.into()]
}

/// The program that Go makes of the file. `go run` does the same each time that it is called.
fn built(folder: &Path, source: &Path) -> PathBuf {
    let program = folder.join("adapter-go");
    let cache = folder.join("go-cache");
    let built = Command::new("go")
        .args(["build", "-o"])
        .args([&program, source])
        .env("GOCACHE", cache)
        .env("GO111MODULE", "off")
        .output()
        .expect("Go; it must be installed: apt-get install golang-go");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    program
}

fn call(user_id: &str, other_user_id: &str) -> Call {
    Call::UniqueConversationId(UniqueArguments { user_id: user_id.into(), other_user_id: other_user_id.into() })
}

async fn works(language: &str) {
    let command = adapter(language);
    let adapter = Adapter::start(&command, Limits::default())
        .unwrap_or_else(|error| panic!("{} must be installed: {error}", command[0].display()));
    let hello = adapter.hello().await.expect("a handshake");
    assert!(hello.capabilities.unique_conversation_id && !hello.capabilities.group_conversation_id);
    let users: Vec<String> =
        (0..40_u32).map(|n| format!("{:08x}-9eb3-4da2-8734-f0aad50c0da6", n.wrapping_mul(0x2655_4321))).collect();
    let pairs: Vec<(&String, &String)> = users.iter().flat_map(|a| users.iter().map(move |b| (a, b))).collect();
    let asked = pairs.iter().map(|(a, b)| adapter.call(call(a, b)));
    let answers = futures_util::future::join_all(asked).await;
    for ((a, b), answer) in pairs.iter().zip(answers) {
        assert_eq!(answer, Ok(Ok(json!(unique_conversation_id(a, b).to_string()))), "{a} {b}");
    }
    // Not in the domain, but none of these languages has a reason to differ.
    let answer = adapter.call(call("\u{1f4a9}é\u{2028}", "\u{e000}\"\\\u{0}")).await;
    let expected = unique_conversation_id("\u{1f4a9}é\u{2028}", "\u{e000}\"\\\u{0}").to_string();
    assert_eq!(answer, Ok(Ok(json!(expected))));
    assert_eq!(adapter.restarts(), 0);
}

#[tokio::test]
async fn the_adapter_in_python_works() {
    works("python").await;
}

#[tokio::test]
async fn the_adapter_in_typescript_works() {
    works("typescript").await;
}

#[tokio::test]
async fn the_adapter_in_ruby_works() {
    works("ruby").await;
}

#[tokio::test]
async fn the_adapter_in_go_works() {
    works("go").await;
}

#[test]
fn the_published_schema_is_fresh() {
    let mut printed = serde_json::to_string_pretty(&protocol::schema()).expect("JSON");
    printed.push('\n');
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(SCHEMA, &printed).expect("a file that can be written");
    }
    let found = std::fs::read_to_string(SCHEMA).unwrap_or_default();
    assert_eq!(found, printed, "run: UPDATE_SCHEMA=1 cargo test -p mixinspec-tests --test it sdk_protocol");
}

#[test]
fn the_lines_of_the_page_are_valid_and_others_are_not() {
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(SCHEMA).expect("the schema")).expect("JSON");
    let validator = jsonschema::draft202012::new(&schema).expect("a schema");
    let text = blocks("json").concat();
    let lines: Vec<Value> =
        serde_json::Deserializer::from_str(&text).into_iter().collect::<Result<_, _>>().expect("lines of JSON");
    assert_eq!(lines.len(), 5);
    for line in &lines {
        let errors: Vec<String> = validator.iter_errors(line).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{line}: {errors:?}");
        assert!(
            serde_json::from_value::<protocol::Request>(line.clone()).is_ok()
                || serde_json::from_value::<protocol::Answer>(line.clone()).is_ok(),
            "{line}"
        );
    }
    for wrong in [json!({"id": 1}), json!({"id": 1, "call": "dance"}), json!({"id": 1, "error": {"kind": "odd"}})] {
        assert!(!validator.is_valid(&wrong), "{wrong}");
    }
}
