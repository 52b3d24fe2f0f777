//! Content codings: decompresses the bodies of answers.
//!
//! A server may compress an answer in a coding that the request accepts (RFC 9110, section 12.5.3), and says so in
//! Content-Encoding. A body in another coding, or one that does not decode, stays as it is: it is then not JSON, and is
//! judged as such.

use std::io::Read;

use bytes::Bytes;
use flate2::read::{MultiGzDecoder, ZlibDecoder};

use super::body::Shelf;
use super::message::NoAnswer;

/// How much is decoded at a time, in bytes.
const STEP: usize = 16 << 10;

/// Undoes the codings that the answer's Content-Encoding names; `accepted` is the request's Accept-Encoding.
///
/// # Errors
/// When the decoded body exceeds a limit.
pub(super) fn decoded(
    body: Bytes,
    headers: &[(String, String)],
    accepted: &str,
    shelf: &Shelf,
    limit: usize,
) -> Result<Bytes, NoAnswer> {
    let is_accepted = |coding: &str| accepted.split(',').any(|one| one.trim().eq_ignore_ascii_case(coding));
    let fields = headers.iter().filter(|(name, _)| name == "content-encoding");
    let codings = fields.flat_map(|(_, value)| value.split(',')).map(|coding| coding.trim().to_ascii_lowercase());
    let mut codings: Vec<String> = codings.filter(|coding| !matches!(coding.as_str(), "" | "identity")).collect();
    let mut text = body.clone();
    // They are listed in the order in which they were applied (RFC 9110, section 8.4), so the last one is undone first.
    while let Some(coding) = codings.pop() {
        let plain = match coding.as_str() {
            "gzip" | "x-gzip" if is_accepted("gzip") => read(MultiGzDecoder::new(&text[..]), shelf, limit)?,
            "deflate" if is_accepted("deflate") => read(ZlibDecoder::new(&text[..]), shelf, limit)?,
            _ => None,
        };
        match plain {
            Some(plain) => text = plain,
            None => return Ok(body),
        }
    }
    Ok(text)
}

/// The decoder's whole output, or `None` where it fails.
fn read(mut decoder: impl Read, shelf: &Shelf, limit: usize) -> Result<Option<Bytes>, NoAnswer> {
    let mut plain = shelf.body(None, limit);
    let mut step = [0; STEP];
    loop {
        match decoder.read(&mut step) {
            Ok(0) => return Ok(Some(plain.finish())),
            Ok(length) => plain.push(&step[..length])?,
            Err(_) => return Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{GzEncoder, ZlibEncoder};

    use super::*;

    const LIMIT: usize = 1 << 20;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text).expect("memory takes it");
        encoder.finish().expect("memory takes it")
    }

    fn zlib(text: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text).expect("memory takes it");
        encoder.finish().expect("memory takes it")
    }

    fn plain(body: Vec<u8>, coding: &str) -> Result<Bytes, NoAnswer> {
        let headers = [("content-encoding".to_owned(), coding.to_owned())];
        decoded(body.into(), &headers, "gzip, deflate", &Shelf::default(), LIMIT)
    }

    #[test]
    fn what_is_compressed_is_read_and_what_is_not_stays_as_it_came() {
        let text = b"{\"data\": 1}";
        for (body, coding) in [
            (text.to_vec(), ""),
            (text.to_vec(), "identity"),
            (gzip(text), "gzip"),
            (gzip(text), "GZIP"),
            (gzip(text), "identity, x-gzip"),
            (zlib(text), "deflate"),
            (gzip(&zlib(text)), "deflate, gzip"),
            (text.to_vec(), "gzip"),
            (text.to_vec(), "br"),
        ] {
            assert_eq!(plain(body, coding).as_deref(), Ok(&text[..]), "{coding}");
        }
        let cut = gzip(text)[..12].to_vec();
        assert_eq!(plain(cut.clone(), "gzip").as_deref(), Ok(&cut[..]));
    }

    #[test]
    fn what_was_not_asked_for_stays_as_it_came() {
        let headers = [("content-encoding".to_owned(), "gzip".to_owned())];
        let body = Bytes::from(gzip(b"{}"));
        for accepted in ["", "identity", "deflate"] {
            assert_eq!(decoded(body.clone(), &headers, accepted, &Shelf::default(), LIMIT), Ok(body.clone()));
        }
    }

    #[test]
    fn a_small_body_that_becomes_a_large_one_is_too_long() {
        assert_eq!(plain(gzip(&vec![b' '; LIMIT + 1]), "gzip"), Err(NoAnswer::TooLong(LIMIT)));
    }
}
