//! The adapters that docs/sdk-protocol.md shows work.

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use mixinspec_engine::sdk::adapter::protocol::{AdapterCall, Derive};
use mixinspec_engine::{Adapter, AdapterLimits as Limits};
use mixinspec_tests::pages::blocks;
use mixinspec_types::unique_conversation_id;
use serde_json::{Value, json};

/// The adapter of the page in a language, in a file: the command that runs it. It is at most 25 lines long.
fn adapter(language: &str) -> Vec<OsString> {
    let blocks = blocks("docs/sdk-protocol.md", language);
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
        .expect("Go");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    program
}

fn call(user_id: &str, other_user_id: &str) -> AdapterCall {
    let arguments = [("user_id", user_id), ("other_user_id", other_user_id)];
    let arguments = arguments.map(|(name, value)| (name.to_owned(), value.into())).into();
    AdapterCall::Derive(Derive { derivation: "unique_conversation_id".into(), arguments })
}

async fn answers_rightly(language: &str) {
    let command = adapter(language);
    let adapter = Adapter::start(&command, Limits::default()).expect("the adapter");
    let hello = adapter.hello().await.expect("a handshake");
    let offers = |name: &str| hello.capabilities.derivations.get(name) == Some(&true);
    assert!(offers("unique_conversation_id") && !offers("group_conversation_id"));
    let users: Vec<String> =
        (0..40_u32).map(|n| format!("{:08x}-9eb3-4da2-8734-f0aad50c0da6", n.wrapping_mul(0x2655_4321))).collect();
    let pairs: Vec<(&String, &String)> = users.iter().flat_map(|a| users.iter().map(move |b| (a, b))).collect();
    let asked = pairs.iter().map(|(a, b)| adapter.call(call(a, b)));
    let answers = futures::future::join_all(asked).await;
    for ((a, b), answer) in pairs.iter().zip(answers) {
        assert_eq!(answer, Ok(Ok(json!(unique_conversation_id(a, b).to_string()))), "{a} {b}");
    }
    // Not in the domain, but none of these languages has a reason to differ.
    let answer = adapter.call(call("\u{1f4a9}é\u{2028}", "\u{e000}\"\\\u{0}")).await;
    let expected = unique_conversation_id("\u{1f4a9}é\u{2028}", "\u{e000}\"\\\u{0}").to_string();
    assert_eq!(answer, Ok(Ok(json!(expected))));
    assert_eq!(adapter.restarts(), 0);
}

/// What the function does not take is an error, and the adapter goes on.
fn catches_errors(language: &str) {
    let command = adapter(language);
    let (program, arguments) = command.split_first().expect("a command");
    let child = Command::new(program).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut child = child.expect("the adapter");
    let user = "8dcf823d-9eb3-4da2-8734-f0aad50c0da6";
    let lines = [json!(5), json!(user)].map(|other| {
        let arguments = json!({"user_id": user, "other_user_id": other});
        json!({"id": 7, "call": "unique_conversation_id", "arguments": arguments}).to_string()
    });
    let mut input = child.stdin.take().expect("its input");
    input.write_all(format!("{}\n", lines.join("\n")).as_bytes()).expect("an open pipe");
    drop(input);
    let output = child.wait_with_output().expect("its output");
    assert!(output.status.success(), "{language}: {output:?}");
    let answers: Vec<Value> = serde_json::Deserializer::from_slice(&output.stdout)
        .into_iter()
        .collect::<Result<_, _>>()
        .unwrap_or_else(|error| panic!("{language}: {error}: {output:?}"));
    let [error, result] = answers.as_slice() else { panic!("{language}: {answers:?}") };
    assert_eq!((&error["id"], &error["error"]["kind"]), (&json!(7), &json!("input")), "{language}");
    assert!(error["error"]["description"].as_str().is_some_and(|text| !text.is_empty()), "{language}");
    assert_eq!(result["result"], json!(unique_conversation_id(user, user).to_string()), "{language}");
}

/// Runs the test of the adapter in a language.
pub(crate) fn works(language: &str) {
    tokio::runtime::Runtime::new().expect("a runtime").block_on(answers_rightly(language));
    catches_errors(language);
}
