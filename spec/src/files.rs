//! Reads files: only up to a limit, since a path may lead to an endless device, and without the byte order mark that
//! some editors write.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

/// Reads a file of at most `limit` bytes, without a byte order mark: all files that we read are text, JSON or PEM.
///
/// # Errors
/// When it cannot be read, or is longer.
pub fn read(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = read_from(File::open(path)?, limit)?;
    let mark = bytes.len() - without_bom(&bytes).len();
    bytes.drain(..mark);
    Ok(bytes)
}

/// Removes one byte order mark (in UTF-8) from the start: no format that we read has one.
#[must_use]
pub fn without_bom(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

/// Reads at most `limit` bytes to the end, unchanged.
///
/// # Errors
/// When it cannot be read, or is longer.
pub fn read_from(from: impl io::Read, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        let reason = format!("it is longer than {limit} bytes, and no more is read");
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, reason));
    }
    Ok(bytes)
}

/// Reads a file like [`read`], as UTF-8 text.
///
/// # Errors
/// When it cannot be read, is too long, or is not UTF-8.
pub fn read_to_string(path: &Path, limit: u64) -> io::Result<String> {
    String::from_utf8(read(path, limit)?).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

/// Whether a file has this text and no more.
#[must_use]
pub fn holds(path: &Path, text: &str) -> bool {
    File::open(path).and_then(|file| read_from(file, text.len() as u64)).is_ok_and(|bytes| bytes == text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_read_past_the_limit() {
        assert_eq!(read_from(&b"abc"[..], 3).ok().as_deref(), Some(&b"abc"[..]));
        let error = read_from(io::repeat(b'x'), 3).expect_err("it never ends");
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
        assert_eq!(error.to_string(), "it is longer than 3 bytes, and no more is read");
    }

    #[test]
    fn one_mark_is_skipped_and_only_at_the_start() {
        assert_eq!(without_bom("\u{feff}a\u{feff}".as_bytes()), "a\u{feff}".as_bytes());
        assert_eq!(without_bom("\u{feff}\u{feff}a".as_bytes()), "\u{feff}a".as_bytes());
        assert_eq!((without_bom(b"a"), without_bom(b"")), (&b"a"[..], &b""[..]));
    }
}
