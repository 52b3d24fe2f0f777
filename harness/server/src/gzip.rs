//! The gzip format, in which a server may answer who asks for it.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

/// Some bytes, compressed.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    // Memory takes whatever is written.
    let _written = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}
