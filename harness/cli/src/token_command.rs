//! Runs commands that print tokens: once before a run, and again during it.
//!
//! A command's standard output is a secret, and never shown; its standard error is shown if it fails.

use std::convert::Infallible;
use std::io::Read;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use mixinspec_engine::{Renewed, visible};

use crate::problem::CommandProblem;
use crate::subject;

/// The maximum duration of a command.
const PATIENCE: Duration = Duration::from_secs(30);

/// The time between a failure and the next attempt.
const AGAIN: Duration = Duration::from_secs(5);

/// How many bytes of its output are read at most, and how many of its standard error are shown.
const LONGEST: u64 = 1 << 20;
const SHOWN: usize = 600;

/// A command that prints a token: a program and its arguments.
#[derive(Debug, Clone)]
pub(crate) struct TokenCommand(Vec<String>);

impl TokenCommand {
    /// Splits a line into words as a shell does; no shell runs it.
    pub(crate) fn parse(line: &str) -> Result<Self, Box<CommandProblem>> {
        match shlex::split(line) {
            Some(words) if !words.is_empty() => Ok(Self(words)),
            _ => Err(Box::new(CommandProblem::Command {
                reason: "take the command apart into a program and its arguments (--token-command)".into(),
                help:
                    "quote as in a shell, such as --token-command 'vault read -field=token \"my path\"'; for a line of \
                       shell: --token-command \"sh -c '…'\""
                        .into(),
            })),
        }
    }

    /// The program. The arguments are not shown: they may contain a secret.
    pub(crate) fn program(&self) -> &str {
        self.0.first().map_or("", String::as_str)
    }

    /// Runs the command, and returns the token that it prints, or why it prints none.
    pub(crate) fn token(&self) -> Result<String, String> {
        let printed = self.printed()?;
        let text = printed.trim();
        let text = text.strip_prefix("Bearer ").unwrap_or(text).trim();
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err("what it prints is no token: one word, as it stands after `Authorization: Bearer`".to_owned());
        }
        Ok(text.to_owned())
    }

    fn printed(&self) -> Result<String, String> {
        let mut command = Command::new(self.program());
        command.args(&self.0[1..]).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| format!("it does not start: {error}"))?;
        let (printed, said) = (child.stdout.take().map(read), child.stderr.take().map(read));
        let began = Instant::now();
        let status = loop {
            match child.try_wait() {
                Ok(Some(status)) => break status,
                Ok(None) if began.elapsed() < PATIENCE => thread::sleep(Duration::from_millis(10)),
                Ok(None) => {
                    // The process may have ended meanwhile, which is fine.
                    let _ = child.kill();
                    let _ = child.wait();
                    return Err(format!("it takes longer than {PATIENCE:?}"));
                }
                Err(error) => return Err(error.to_string()),
            }
        };
        if !status.success() {
            return Err(format!("{}{}", ended(status), shown(&text(said)?)));
        }
        text(printed)
    }
}

/// Reads a stream in a thread, up to its end or the limit.
fn read(from: impl Read + Send + 'static) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // If reading fails, use the bytes up to there.
        let _ = from.take(LONGEST).read_to_end(&mut bytes);
        sender.send(bytes)
    });
    receiver
}

fn text(from: Option<Receiver<Vec<u8>>>) -> Result<String, String> {
    let bytes = from.map_or(Ok(Vec::new()), |receiver| receiver.recv_timeout(Duration::from_secs(2)));
    match bytes {
        Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Err(RecvTimeoutError::Timeout) => Err("it has ended, and something that it started has not".to_owned()),
        Err(RecvTimeoutError::Disconnected) => Err("what it prints cannot be read".to_owned()),
    }
}

fn ended(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("it ends with exit status {code}"),
        // The command was ended by a signal.
        None => format!("it ends with {status}"),
    }
}

/// The end of its standard error, where the reason usually is.
fn shown(said: &str) -> String {
    let said = said.trim();
    let from = said.ceil_char_boundary(said.len().saturating_sub(SHOWN));
    let before = if from > 0 { "…" } else { "" };
    if said.is_empty() { ", and says nothing".to_owned() } else { format!(": {before}{}", visible(&said[from..])) }
}

/// A caller's token, and the command that renews it.
#[derive(Debug)]
pub(crate) struct Renewal {
    pub(crate) command: TokenCommand,
    pub(crate) token: Arc<Renewed>,
    pub(crate) user_id: String,
}

impl Renewal {
    async fn renew(&self) -> Result<(), String> {
        let command = self.command.clone();
        let token = tokio::task::spawn_blocking(move || command.token()).await.map_err(|error| error.to_string())?;
        let token = token.and_then(|token| match subject::uid(&token) {
            Some(uid) if uid != self.user_id => {
                Err(format!("its `uid` is {uid}, and the first one's was {}", self.user_id))
            }
            _ => Ok(token),
        });
        let token = token
            .map_err(|reason| format!("no new token from `{}` (--token-command): {reason}", self.command.program()));
        let renewed = token.as_ref().map(drop).map_err(Clone::clone);
        self.token.renew(token);
        renewed
    }
}

/// Renews tokens until it is dropped. While a command fails, nothing is sent: the old token may have expired, and the
/// server would be blamed for that.
pub(crate) async fn renew(renewals: &[Renewal], every: Duration, note: impl Fn(&str)) -> Infallible {
    if renewals.is_empty() {
        return std::future::pending().await;
    }
    let mut pause = every;
    loop {
        tokio::time::sleep(pause).await;
        pause = every;
        for renewal in renewals {
            if let Err(reason) = renewal.renew().await {
                pause = every.min(AGAIN);
                note(&format!("warning: {reason}; nothing is sent until there is one\n"));
            }
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn token(line: &str) -> Result<String, String> {
        TokenCommand::parse(line).expect("a command").token()
    }

    #[test]
    fn a_command_prints_a_token() {
        assert_eq!(token("/bin/sh -c 'echo Bearer canary'").as_deref(), Ok("canary"));
        assert_eq!(token("/bin/sh -c 'echo \"$0\" >&2; echo canary' \"a b\"").as_deref(), Ok("canary"));
    }

    #[test]
    fn what_fails_is_told_without_what_was_printed() {
        let reason = |line: &str| token(line).expect_err("no token");
        assert_eq!(reason("/bin/sh -c 'echo canary; echo no key >&2; exit 3'"), "it ends with exit status 3: no key");
        assert_eq!(reason("/bin/sh -c 'exit 1'"), "it ends with exit status 1, and says nothing");
        assert!(
            reason("/bin/sh -c 'kill -9 $$'").starts_with("it ends with signal: 9"),
            "{}",
            reason("/bin/sh -c 'kill -9 $$'")
        );
        assert!(reason("/nowhere/at-all").starts_with("it does not start: "));
        for wrong in ["/bin/sh -c true", "/bin/sh -c 'echo two words'", "/bin/sh -c 'echo canary; echo canary'"] {
            assert!(reason(wrong).starts_with("what it prints is no token"), "{wrong}");
        }
        for wrong in ["", "'canary"] {
            assert!(TokenCommand::parse(wrong).is_err_and(|problem| !problem.to_string().contains("canary")));
        }
    }
}
