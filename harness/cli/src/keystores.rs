//! Reads the callers' keystores, from the files that the command line names or from a variable.

use std::path::PathBuf;

use mixinspec_spec::files;
use mixinspec_token::Keystore;

use crate::problem::CommandProblem;

/// A variable with the keystores, one JSON object after another, for CI systems that keep secrets in variables.
const CONTENT: &str = "MIXINSPEC_KEYSTORE_JSON";

/// How many bytes of a keystore are read at most.
pub(crate) const LONGEST: u64 = 1 << 20;

/// The keystores of the callers, in order: those of the files, or else those of the variable.
pub(crate) fn read(files: &[PathBuf]) -> Result<Vec<Keystore>, Box<CommandProblem>> {
    let mut keystores: Vec<Keystore> = Vec::new();
    let mut add = |from: String, bytes: &[u8]| {
        let keystore = Keystore::parse(bytes).map_err(|error| CommandProblem::bad_keystore(from, &error))?;
        if keystores.iter().any(|other| other.user_id() == keystore.user_id()) {
            return Err(CommandProblem::SameCaller { user_id: keystore.user_id().to_owned() });
        }
        keystores.push(keystore);
        Ok(())
    };
    for file in files {
        let bytes = files::read(file, LONGEST)
            .map_err(|error| CommandProblem::unreadable_secret("--keystore", CONTENT, file, &error))?;
        add(file.display().to_string(), &bytes)?;
    }
    if files.is_empty() {
        let variable = std::env::var(CONTENT).unwrap_or_default();
        let from = || format!("${CONTENT}");
        for json in serde_json::Deserializer::from_str(&variable).into_iter::<serde_json::Value>() {
            // The reason is hidden: it could quote a part of a key.
            let json = json.map_err(|error| CommandProblem::BadKeystore {
                from: from(),
                reason: format!("it is no JSON at line {}, column {}", error.line(), error.column()),
            })?;
            add(from(), json.to_string().as_bytes())?;
        }
    }
    Ok(keystores)
}
