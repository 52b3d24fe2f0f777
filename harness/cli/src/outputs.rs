//! Writes the files of a command: checks that none of them is another file of the command, and writes each completely
//! or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use crate::problem::CommandProblem;

/// How long to wait for the reader of a FIFO.
const PATIENCE: Duration = Duration::from_secs(10);

/// The maximum number of symbolic links that are followed.
const LINKS: usize = 40;

/// A file of a command, with the option that names it.
pub(crate) type NamedOutput<'a> = (&'static str, &'a Path);

/// Checks that these files can be written, and that each differs from the others and from all inputs. It is called
/// before the first request, so that a mistyped name does not cost a run.
pub(crate) fn check(outputs: &[NamedOutput<'_>], inputs: &[NamedOutput<'_>]) -> Result<(), Box<CommandProblem>> {
    let read: Vec<_> =
        inputs.iter().filter_map(|(option, path)| Some((*option, *path, FileIdentity::of(path)?))).collect();
    let mut written: Vec<(&str, &Path, FileIdentity)> = Vec::new();
    for &(option, path) in outputs {
        if let Some(identity) = FileIdentity::of(path) {
            if let Some((other, first, _)) = written.iter().find(|(.., other)| *other == identity) {
                return Err(twice(option, path, other, first));
            }
            if FileIdentity::of_stream(&io::stdout()).is_some_and(|stream| stream == identity) {
                return Err(twice(option, path, "standard output", path));
            }
            if let Some((source, ..)) = read.iter().find(|(_, folder, input)| *input == identity || holds(folder, path))
            {
                return Err(Box::new(CommandProblem::Command {
                    reason: format!("write {} ({option}): it is read, too ({source})", path.display()),
                    help: "give what is written a file of its own".into(),
                }));
            }
            written.push((option, path, identity));
        }
        writable(path).map_err(|error| CommandProblem::unwritable(option, path, &error))?;
    }
    Ok(())
}

fn twice(option: &str, path: &Path, other: &str, first: &Path) -> Box<CommandProblem> {
    Box::new(CommandProblem::Command {
        reason: format!("write {} ({option}): {} is the same file ({other})", path.display(), first.display()),
        help: "give each report a file of its own".into(),
    })
}

/// Whether two paths name the same file.
pub(crate) fn are_same(one: &Path, other: &Path) -> bool {
    FileIdentity::of(one).is_some_and(|identity| FileIdentity::of(other) == Some(identity))
}

/// The identity of a file: two paths with the same one name the same file.
#[derive(Debug, PartialEq, Eq)]
enum FileIdentity {
    /// Of an existing file: the file system, and the file's number in it.
    #[cfg(unix)]
    Number(u64, u64),
    /// Of a missing file: its folder and its name.
    Path(PathBuf),
}

impl FileIdentity {
    /// The identity of a file; `None` for a device, to which it does no harm to write twice.
    fn of(path: &Path) -> Option<Self> {
        let path = followed(path);
        match fs::metadata(&path) {
            Ok(metadata) => Self::of_metadata(&metadata, &path),
            Err(_) => Some(Self::Path(absolute(&path))),
        }
    }

    #[cfg(unix)]
    fn of_metadata(metadata: &fs::Metadata, _: &Path) -> Option<Self> {
        use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
        let counts = metadata.is_file() || metadata.is_dir() || metadata.file_type().is_fifo();
        counts.then(|| Self::Number(metadata.dev(), metadata.ino()))
    }

    #[cfg(not(unix))]
    fn of_metadata(_: &fs::Metadata, path: &Path) -> Option<Self> {
        Some(Self::Path(absolute(path)))
    }

    /// The file that a stream goes to.
    #[cfg(unix)]
    fn of_stream(stream: &impl std::os::fd::AsFd) -> Option<Self> {
        let file = File::from(stream.as_fd().try_clone_to_owned().ok()?);
        Self::of_metadata(&file.metadata().ok()?, Path::new(""))
    }

    #[cfg(not(unix))]
    fn of_stream<T>(_: &T) -> Option<Self> {
        None
    }
}

/// Whether a file is in a folder that is read.
fn holds(folder: &Path, file: &Path) -> bool {
    folder.is_dir() && folder.canonicalize().is_ok_and(|folder| absolute(&followed(file)).starts_with(folder))
}

/// Follows symbolic links, also to a missing file.
fn followed(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    for _ in 0..LINKS {
        let Ok(target) = fs::read_link(&path) else { break };
        path = path.parent().unwrap_or(Path::new("")).join(target);
    }
    path
}

/// A path with its folder as an absolute path.
fn absolute(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    match (path.canonicalize(), folder.canonicalize(), path.file_name()) {
        (Ok(path), ..) => path,
        (Err(_), Ok(folder), Some(name)) => folder.join(name),
        _ => path.to_owned(),
    }
}

/// Whether a file can be written. Only a regular file is tried: the reader of a FIFO would take the attempt for the
/// end.
fn writable(path: &Path) -> io::Result<()> {
    let path = followed(path);
    match fs::metadata(&path) {
        Ok(metadata) if metadata.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        Ok(metadata) if metadata.is_file() => OpenOptions::new().append(true).open(&path).map(drop),
        Ok(_) => Ok(()),
        Err(_) => {
            let (unfinished, _) = begin(&path)?;
            fs::remove_file(unfinished)
        }
    }
}

/// Writes a file: first to a temporary file next to it, so that nobody reads an incomplete one. Anything but a regular
/// file is written directly.
pub(crate) fn write(path: &Path, text: &str) -> io::Result<()> {
    let path = followed(path);
    let older = fs::metadata(&path).ok();
    if older.as_ref().is_some_and(|older| !older.is_file() && !older.is_dir()) {
        return write_through(path, text.to_owned());
    }
    let written = replace(&path, text, older.as_ref().map(fs::Metadata::permissions));
    match written {
        // A file may be writable although its folder is not, and a file that is mounted by itself cannot be replaced.
        Err(error) if older.is_some() && is_of_folder(&error) => fs::write(&path, text),
        written => written,
    }
}

fn is_of_folder(error: &io::Error) -> bool {
    use io::ErrorKind::{CrossesDevices, PermissionDenied, ReadOnlyFilesystem, ResourceBusy};
    matches!(error.kind(), PermissionDenied | ReadOnlyFilesystem | ResourceBusy | CrossesDevices)
}

fn replace(path: &Path, text: &str, permissions: Option<fs::Permissions>) -> io::Result<()> {
    if path.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    let (unfinished, mut file) = begin(path)?;
    let done = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    let done = done.and_then(|()| permissions.map_or(Ok(()), |permissions| file.set_permissions(permissions)));
    let done = done.and_then(|()| fs::rename(&unfinished, path));
    if done.is_err() {
        // The rest is useless, and does no harm if it cannot be removed.
        let _ = fs::remove_file(&unfinished);
    }
    done
}

/// Creates an empty temporary file next to another.
fn begin(path: &Path) -> io::Result<(PathBuf, File)> {
    let unfinished = path.with_file_name(format!(".mixinspec-{}.tmp", uuid::Uuid::new_v4().simple()));
    let file = OpenOptions::new().write(true).create_new(true).open(&unfinished)?;
    Ok((unfinished, file))
}

/// Writes to a device or a FIFO. Opening a FIFO waits for a reader, which may never come.
fn write_through(path: PathBuf, text: String) -> io::Result<()> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || sender.send(OpenOptions::new().write(true).open(path)));
    match receiver.recv_timeout(PATIENCE) {
        Ok(file) => file?.write_all(text.as_bytes()),
        Err(_) => Err(io::Error::new(io::ErrorKind::TimedOut, "nobody reads it")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A temporary folder. Dropping it removes the folder.
    struct Folder(PathBuf);

    impl Folder {
        fn new() -> Self {
            let folder = std::env::temp_dir().join(format!("mixinspec-outputs-{}", uuid::Uuid::new_v4().simple()));
            fs::create_dir(&folder).expect("a folder");
            Self(folder)
        }

        fn names(&self) -> Vec<String> {
            let names = fs::read_dir(&self.0).expect("a folder").flatten();
            names.map(|entry| entry.file_name().display().to_string()).collect()
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_file_is_replaced_as_a_whole_and_nothing_is_left_beside_it() {
        let folder = Folder::new();
        let file = folder.0.join("report.json");
        write(&file, "one").expect("it is written");
        let reader = File::open(&file).expect("it is there");
        write(&file, "two").expect("it is written");
        assert_eq!(fs::read_to_string(&file).expect("it is there"), "two");
        // A reader that has opened the older file reads that to its end.
        assert_eq!(io::read_to_string(reader).expect("it is open"), "one");
        assert_eq!(folder.names(), ["report.json"]);
    }

    #[cfg(unix)]
    #[test]
    fn the_same_file_by_another_name_is_the_same() {
        let folder = Folder::new();
        let at = |name: &str| folder.0.join(name);
        fs::write(at("a"), "").expect("a file");
        fs::hard_link(at("a"), at("hard")).expect("a link");
        std::os::unix::fs::symlink("a", at("soft")).expect("a link");
        std::os::unix::fs::symlink("new", at("dangling")).expect("a link");
        let same = |one: &str, other: &str| FileIdentity::of(&at(one)) == FileIdentity::of(&at(other));
        for (one, other) in [("a", "./a"), ("a", "hard"), ("a", "soft"), ("new", "dangling"), ("new", "./new")] {
            assert!(same(one, other), "{one} is {other}");
        }
        assert!(!same("a", "new") && !same("new", "newer"));
        // Writing follows a link, and keeps it.
        write(&at("dangling"), "text").expect("it is written");
        assert_eq!(fs::read_to_string(at("new")).expect("it is there"), "text");
        assert!(at("dangling").is_symlink());
    }
}
