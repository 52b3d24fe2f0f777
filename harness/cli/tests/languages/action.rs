//! The action for GitHub, its steps run by a shell as GitHub runs them.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::program::{CALLER, Done, Folder, Server, done};

/// The steps of the action with these inputs, run in a folder; what it puts out.
fn act(folder: &Folder, inputs: &[(&str, &str)]) -> (Done, BTreeMap<String, String>) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../action.yml");
    let action: Value =
        mixinspec_spec::yaml::from_str(&std::fs::read_to_string(file).expect("the action")).expect("YAML");
    let steps = action["runs"]["steps"].as_array().expect("steps");
    // The program is given, and nothing is built.
    assert_eq!(steps[0]["if"], "inputs.program == ''");
    let judge = &steps[1];
    assert_eq!(judge["shell"], "bash");
    assert!(!judge["run"].as_str().expect("a script").contains("${{"), "no input is a part of the script");
    let script = folder.file("script.sh", judge["run"].as_str().expect("a script"));
    let output = folder.file("output", "");
    let mut shell = Command::new("bash");
    // https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell
    shell.args(["--noprofile", "--norc", "-eo", "pipefail", &script]).current_dir(folder.path("")).env_clear();
    shell.env("PATH", "/usr/bin:/bin").env("GITHUB_OUTPUT", &output);
    for (name, value) in judge["env"].as_object().expect("variables") {
        let value = value.as_str().expect("a text");
        let input = value.strip_prefix("${{ inputs.").and_then(|rest| rest.strip_suffix(" }}"));
        let given = input.map(|input| given(&action, inputs, input));
        shell.env(name, given.unwrap_or_else(|| value.replace("${{ runner.temp }}", "/nowhere")));
    }
    let done = done(shell);
    let lines = folder.read("output");
    let outputs = lines.lines().filter_map(|line| line.split_once('='));
    (done, outputs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

/// An input, or what it is where it is not given.
fn given(action: &Value, inputs: &[(&str, &str)], name: &str) -> String {
    let declared = &action["inputs"][name];
    assert!(declared.is_object(), "there is no input {name}");
    let given = inputs.iter().find(|(given, _)| *given == name).map(|(_, value)| *value);
    given.or(declared["default"].as_str()).unwrap_or_else(|| panic!("{name} must be given")).to_owned()
}

pub(crate) fn an_action_judges_and_puts_out_what_came_of_it() {
    let program = env!("CARGO_BIN_EXE_mixinspec");
    let folder = Folder::new("action");
    for (arguments, status) in [("", "0"), ("--fault group-code-shared", "1")] {
        let server = Server::start(arguments);
        let args = format!("--no-auth\n--caller={CALLER}\n\n--cases=1\n--wait=5s\n");
        let inputs = [("url", &*server.url), ("program", program), ("args", &*args), ("reports", "my reports")];
        let (done, outputs) = act(&folder, &inputs);
        assert_eq!(done.status.to_string(), status, "{}{}", done.stdout, done.stderr);
        assert_eq!(outputs["exit-status"], status);
        assert_eq!(outputs["report"], "my reports/report.json");
        let report: Value = serde_json::from_str(&folder.read(&outputs["report"])).expect("a report");
        assert_eq!((report["exit_status"].to_string(), report["edition"].as_str()), (status.to_owned(), Some("2026")));
        assert!(folder.read(&outputs["junit"]).contains("<testsuites"));
    }
}

pub(crate) fn an_action_hands_secrets_and_odd_arguments_on_as_they_are() {
    let program = env!("CARGO_BIN_EXE_mixinspec");
    let folder = Folder::new("action-secrets");
    let token = folder.file("token", "canary-$(touch${IFS}here)-\"5f1c7a52\"\n");
    let server = Server::start(&format!("--bearer-file {token} --caller {CALLER}"));
    let bearer = folder.read("token");
    let args = format!("--caller={CALLER}\n--only=group-accepted\n--run-id=two words; $(touch here)");
    let inputs = [("url", &*server.url), ("program", program), ("bearer", &*bearer), ("args", &*args)];
    let (done, outputs) = act(&folder, &inputs);
    assert_eq!(done.status, 0, "{}{}", done.stdout, done.stderr);
    let report = folder.read(&outputs["report"]);
    assert!(report.contains("two words; $(touch here)") && !report.contains("canary"), "{report}");
    assert!(!folder.path("here").exists());
    // Without a command that is right there is a report as well.
    let (wrong, outputs) = act(&folder, &[("url", "http://127.0.0.1:1"), ("program", program)]);
    assert_eq!((wrong.status, &*outputs["exit-status"]), (2, "2"), "{}", wrong.stderr);
    assert!(folder.read(&outputs["report"]).contains("neither a credential nor --no-auth"));
}
