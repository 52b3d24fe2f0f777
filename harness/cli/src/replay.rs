//! Builds the command that repeats a run: the beginning of a failure's replay line.
//!
//! It contains everything that decides which requests are sent, and by whom; not the pace, and no secrets, because no
//! argument is a secret.

use std::ffi::OsString;

use crate::options::{Global, RunArgs, SdkArgs};

/// The text that stands for the value of --token-command: the variable that can also set it.
const TOKEN_COMMAND: &str = "\"$MIXINSPEC_TOKEN_COMMAND\"";

/// The command of a run against a server, to which `--replay CASE` can be added.
pub(crate) fn command(args: &RunArgs, global: &Global, edition: &str, seed: u64) -> String {
    let mut words = vec!["mixinspec".to_owned(), "run".to_owned()];
    let mut push = |option: &str, value: &str| {
        let value = if value.is_empty() || value == TOKEN_COMMAND { value.to_owned() } else { word(value) };
        let given = [option.to_owned(), value];
        words.extend(given.into_iter().filter(|word| !word.is_empty()));
    };
    if let Some(url) = &args.url {
        push("", url);
    }
    push("--edition", edition);
    push("--seed", &seed.to_string());
    let server = &args.server;
    if server.no_auth {
        push("--no-auth", "");
    }
    if server.allow_production {
        push("--allow-production", "");
    }
    for file in &server.keystore {
        push("--keystore", &file.display().to_string());
    }
    for file in &server.bearer_file {
        push("--bearer-file", &file.display().to_string());
    }
    for caller in &server.caller {
        push("--caller", caller);
    }
    if server.users != "any" {
        push("--users", &server.users);
    }
    if !server.token_command.is_empty() {
        // Its words may contain a secret.
        push("--token-command", TOKEN_COMMAND);
    }
    for (option, file) in server.route.files() {
        push(option, &file.display().to_string());
    }
    if let Some(url) = &server.route.proxy {
        push("--proxy", url);
    }
    for resolved in &server.route.resolve {
        push("--resolve", &resolved.to_string());
    }
    for (option, given) in [("--insecure", server.route.insecure), ("--http2", server.route.http2)] {
        if given {
            push(option, "");
        }
    }
    if let Some(folder) = &global.spec {
        push("--spec", &folder.display().to_string());
    }
    for reading in &args.selection.reading {
        push("--reading", &format!("{}={}", reading.id, reading.name));
    }
    words.join(" ")
}

/// The command of a run against an SDK. The adapter's command is last, and `--replay CASE` goes before its `--`.
pub(crate) fn sdk(args: &SdkArgs, global: &Global, edition: &str, seed: u64) -> String {
    let mut options = vec![format!("mixinspec sdk --edition {} --seed {seed}", word(edition))];
    if let Some(folder) = &global.spec {
        options.push(format!("--spec {}", word(&folder.display().to_string())));
    }
    options.push(format!("-- {}", words(&args.command)));
    options.join(" ")
}

/// Quotes a command for a POSIX shell.
pub(crate) fn words(command: &[OsString]) -> String {
    command.iter().map(|part| word(&part.to_string_lossy())).collect::<Vec<_>>().join(" ")
}

/// Quotes a word for a POSIX shell.
pub(crate) fn word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_takes_a_word_as_it_is() {
        assert_eq!(word("http://localhost:8080/x"), "http://localhost:8080/x");
        assert_eq!(word("it's here"), "'it'\\''s here'");
        assert_eq!(word(""), "''");
    }
}
