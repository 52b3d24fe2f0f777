//! `mixinspec init`: writes a configuration file to begin with.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use mixinspec_engine::ExitStatus;

use super::Done;
use crate::config;
use crate::options::{Global, InitArgs};
use crate::outputs;
use crate::problem::CommandProblem;
use crate::terminal::Terminal;

/// The content of the file: every line is a comment or a table, so that it changes nothing until it is edited.
const TEXT: &str = r##"# What `mixinspec run`, `sdk`, `observe`, `serve` and `token` do in this folder, where neither an option nor a variable
# says otherwise.
# Each key is the name of an option: `mixinspec run --help` explains them. Paths begin in the folder that the command runs
# in. No key and no token belongs here: name the file that holds it.

[run]
# The server. What is in this file counts for every run of the folder, and an option, such as another URL, goes before it.
# url = "http://localhost:8080"
# wait = "30s"

# The edition of the API: pin it, so that the same is judged tomorrow.
# edition = "2026"

# Who calls: keystores that sign each request, fixed tokens, a command that prints them, or nobody in particular.
# keystore = ["caller.json", "peer.json"]
# bearer-file = ["caller.token", "peer.token"]
# (A command is run only where this file is named: --config mixinspec.toml.)
# token-command = "vault read -field=token secret/mixinspec"
# no-auth = true
# caller = "8dcf823d-9eb3-4da2-8734-f0aad50c0da6"

# The users that the server knows, one a line.
# users = "users.txt"

# What cannot be mended yet: `mixinspec run --write-known-failures known.yaml` makes the file.
# known-failures = "known.yaml"
# strict = true

# Reports for other programs.
# report = ["junit=conformance.xml", "json=conformance.json"]

# How much, and how fast.
# cases = 33
# jobs = 8
# rate = 50

[sdk]
# edition = "2026"
# known-failures = "known-sdk.yaml"
# report = ["junit=sdk.xml"]
# timeout = "10s"

[observe]
# edition = "2026"
# report = ["junit=client.xml"]

[serve]
# port = 8080
# edition = "2026"
# write-keystores = "keystores"

[token]
# keystore = "caller.json"
"##;

pub(super) fn init(args: &InitArgs, global: &Global, terminal: &Terminal) -> Done {
    let path = global.config.as_deref().unwrap_or(Path::new(config::FILE));
    let written = if args.force { outputs::write(path, TEXT) } else { create(path) };
    written.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => CommandProblem::Command {
            reason: format!("write {}: it is there already", path.display()),
            help: "--force writes it anew; what it holds is lost then".into(),
        },
        _ => CommandProblem::unwritable("--config", path, &error),
    })?;
    terminal.print(&format!("wrote {}: every key in it is a comment, for you to choose from\n", path.display()));
    Ok(ExitStatus::Success)
}

fn create(path: &Path) -> std::io::Result<()> {
    OpenOptions::new().write(true).create_new(true).open(path)?.write_all(TEXT.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// It tries the keys one at a time, because some exclude each other.
    #[test]
    fn each_key_in_it_is_one() {
        let mut table = "";
        let mut keys = 0;
        for line in TEXT.lines() {
            if line.starts_with('[') {
                table = line;
            } else if let Some(key) = line.strip_prefix("# ").filter(|line| line.contains(" = ")) {
                let read = config::tests::added_by(&format!("{table}\n{key}\n"), "mixinspec run", true);
                assert!(read.is_ok(), "{key}: {read:?}");
                keys += 1;
            }
        }
        assert!(keys > 15, "{keys}");
        assert_eq!(config::tests::added(TEXT, "mixinspec run"), Ok(Vec::new()));
    }
}
