//! The sessions whose tokens `serve` accepts: reads them from files, or creates keystores that are ready to use.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use mixinspec_server::Session;
use mixinspec_spec::files as bounded;
use mixinspec_token::{Algorithm, Keystore};

use crate::problem::CommandProblem;

/// How many bytes of a file with sessions are read at most.
const LONGEST: u64 = 16 << 20;

/// The users who get a new keystore, and the names of their files: the two users of the page of 2018.
const READY: [(&str, &str); 2] =
    [("caller.json", "8dcf823d-9eb3-4da2-8734-f0aad50c0da6"), ("peer.json", "e8e5b807-fa8b-455a-8dfa-b189d28310ff")];

/// Reads the sessions of a file (a list, or a keystore) or of a folder (its files that end in `.json`). It also returns
/// the files that are keystores: a caller can use them.
pub(crate) fn read(path: &Path) -> Result<(Vec<Session>, Vec<PathBuf>), Box<CommandProblem>> {
    let unreadable = |path: &Path, error: &io::Error| Box::new(CommandProblem::unreadable("--users", path, error));
    let mut files = vec![path.to_owned()];
    if path.is_dir() {
        let entries = fs::read_dir(path).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let entries = entries.map_err(|error| unreadable(path, &error))?;
        files = entries.iter().map(fs::DirEntry::path).collect();
        files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
        // The files of a folder come in no particular order.
        files.sort();
    }
    let (mut sessions, mut keystores) = (Vec::new(), Vec::new());
    for file in files {
        let bytes = bounded::read(&file, LONGEST).map_err(|error| unreadable(&file, &error))?;
        let read = Session::parse_all(&bytes).map_err(|error| CommandProblem::bad_sessions(&file, &error))?;
        if Keystore::parse(&bytes).is_ok() {
            keystores.push(file);
        }
        sessions.extend(read);
    }
    if sessions.is_empty() {
        return Err(Box::new(CommandProblem::NoSessions { path: path.display().to_string() }));
    }
    Ok((sessions, keystores))
}

/// A keystore in a folder of ready ones.
pub(crate) struct Ready {
    pub(crate) file: PathBuf,
    pub(crate) session: Session,
    /// Whether it is new, and did not exist before.
    pub(crate) is_new: bool,
}

/// Creates a keystore for the caller and one for a peer in a folder. Existing ones stay as they are, so that no key is
/// lost, and a server can be started again.
pub(crate) fn make(folder: &Path, algorithm: Algorithm) -> Result<Vec<Ready>, Box<CommandProblem>> {
    let unwritable =
        |path: &Path, error: &io::Error| Box::new(CommandProblem::unwritable("--write-keystores", path, error));
    fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
    let mut all = Vec::new();
    for (name, user) in READY {
        let file = folder.join(name);
        // Generating a key takes a while. Until it is done, no file exists that could be taken for a keystore.
        let made = if file.exists() { None } else { Some(keystore(user, algorithm)?) };
        let written = made.map(|keystore| match write_new(&file, keystore.to_json().as_bytes()) {
            Ok(()) => Ok(Some(keystore)),
            // Another server was faster; use its key.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(None),
            Err(error) => Err(unwritable(&file, &error)),
        });
        let (keystore, is_new) = match written.transpose()?.flatten() {
            Some(keystore) => (keystore, true),
            None => (there(&file)?, false),
        };
        all.push(Ready { file, session: keystore.session(), is_new });
    }
    Ok(all)
}

/// Reads an existing keystore.
fn there(file: &Path) -> Result<Keystore, Box<CommandProblem>> {
    let bytes = bounded::read(file, LONGEST)
        .map_err(|error| Box::new(CommandProblem::unreadable("--write-keystores", file, &error)))?;
    let keystore = Keystore::parse(&bytes).map_err(|error| CommandProblem::Command {
        reason: format!("use {}, which is there already: {error} (--write-keystores)", file.display()),
        help: "take another folder, or remove the file".into(),
    });
    Ok(keystore?)
}

/// Creates a file completely or not at all, and never overwrites another.
fn write_new(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let new = |path: &Path| {
        let mut file = OpenOptions::new().write(true).create_new(true).private().open(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    // Its name does not end in `.json`, so readers of the folder ignore it.
    let unfinished = file.with_extension(format!("json.{}", uuid::Uuid::new_v4()));
    let linked = new(&unfinished).and_then(|()| fs::hard_link(&unfinished, file));
    // The rest is useless, and does no harm if it cannot be removed.
    let _ = fs::remove_file(&unfinished);
    match linked {
        // Not every file system supports hard links.
        Err(error) if matches!(error.kind(), io::ErrorKind::Unsupported | io::ErrorKind::PermissionDenied) => new(file),
        linked => linked,
    }
}

fn keystore(user: &str, algorithm: Algorithm) -> Result<Keystore, Box<CommandProblem>> {
    let user = user.parse().map_err(|_| CommandProblem::BadCaller { caller: user.to_owned() })?;
    Keystore::generate(user, algorithm).map_err(|error| Box::new(CommandProblem::Runtime { reason: error.to_string() }))
}

/// Makes a file readable only for its owner, if the system supports it.
trait Private {
    fn private(&mut self) -> &mut Self;
}

impl Private for OpenOptions {
    #[cfg(unix)]
    fn private(&mut self) -> &mut Self {
        std::os::unix::fs::OpenOptionsExt::mode(self, 0o600)
    }

    #[cfg(not(unix))]
    fn private(&mut self) -> &mut Self {
        self
    }
}
