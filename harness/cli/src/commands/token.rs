//! `mixinspec token`: signs one request.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use mixinspec_engine::ExitStatus;
use mixinspec_spec::files;

use super::Done;
use crate::keystores;
use crate::options::TokenArgs;
use crate::problem::CommandProblem;
use crate::terminal::Terminal;

/// How many bytes of a body are read at most.
const LONGEST_BODY: u64 = 64 << 20;

pub(super) fn token(args: &TokenArgs, terminal: &Terminal) -> Done {
    let keystores = keystores::read(args.keystore.as_slice())?;
    let Some(keystore) = keystores.first() else { return Err(Box::new(CommandProblem::NoKeystore)) };
    if !args.path.starts_with('/') {
        return Err(Box::new(CommandProblem::Command {
            reason: format!("sign the path `{}`: it does not begin with a slash", args.path),
            help: "a token is bound to the path below the server's base URL, with its query: /conversations".into(),
        }));
    }
    if args.method.contains(|c: char| c.is_ascii_lowercase()) {
        return Err(Box::new(CommandProblem::Command {
            reason: format!("sign the method `{}`: it is not written in upper case", args.method),
            help: format!("a token is bound to the method as it is sent: {}", args.method.to_ascii_uppercase()),
        }));
    }
    let body = args.body.as_deref().map(body).transpose()?.unwrap_or_default();
    let life = i64::try_from(args.life.as_secs()).unwrap_or(i64::MAX);
    let jti = uuid::Uuid::new_v4().to_string();
    let claims = keystore.claims(&args.method, &args.path, &body, now(), life, &jti, Some("FULL"));
    terminal.print(&format!("{}\n", keystore.token(&claims)));
    Ok(ExitStatus::Success)
}

/// The bytes of a file, or of standard input if its name is `-`.
fn body(file: &Path) -> Result<Vec<u8>, Box<CommandProblem>> {
    let read = if file == Path::new("-") {
        files::read_from(std::io::stdin().lock(), LONGEST_BODY)
    } else {
        // Byte for byte, because the signature covers the body as it is sent.
        std::fs::File::open(file).and_then(|file| files::read_from(file, LONGEST_BODY))
    };
    Ok(read.map_err(|error| CommandProblem::unreadable("BODYFILE", file, &error))?)
}

/// Our clock, in seconds since 1970.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
