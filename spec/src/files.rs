//! Reads files: up to a limit, since a name may lead to a device that never ends, and without the byte order mark that some
//! editors put at their start.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

/// A file that is no longer than so many bytes, without a byte order mark: all that is read here is text, JSON or PEM.
///
/// # Errors
/// When it cannot be read, or is longer.
pub fn read(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = read_from(File::open(path)?, limit)?;
    let mark = bytes.len() - without_bom(&bytes).len();
    bytes.drain(..mark);
    Ok(bytes)
}

/// Bytes without one byte order mark (in UTF-8) at their start: it belongs to no format that is read here.
#[must_use]
pub fn without_bom(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

/// The rest of something that is no longer than so many bytes, to the byte.
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

/// The same for text in UTF-8.
///
/// # Errors
/// When it cannot be read, is longer, or is no UTF-8.
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
