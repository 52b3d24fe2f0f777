//! The body of an answer while it arrives: limited in length by itself, and together with all bodies held at that time.
//!
//! Judging a body needs several times its size, so the total of all bodies in flight is bounded, not only each one.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::{Bytes, BytesMut};

use crate::http::message::NoAnswer;

/// Bodies up to this length are not counted: their sum stays small, however many are in flight. An answer about a group
/// of 256 members is shorter.
const SMALL: usize = 128 << 10;

/// How long all counted bodies may be together: two of the longest.
const HELD: usize = 4 << 20;

/// The total length of the counted bodies that are in memory now.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shelf(Arc<AtomicUsize>);

impl Shelf {
    /// Starts a body of at most `limit` bytes; `announced` is its Content-Length, where the server sent one.
    pub(crate) fn body(&self, announced: Option<u64>, limit: usize) -> Body {
        let announced = announced.and_then(|length| usize::try_from(length).ok()).unwrap_or_default().min(limit);
        Body { bytes: BytesMut::new(), announced, counted: 0, limit, shelf: self.clone() }
    }
}

/// A body whose length counts towards the total until its last bytes are dropped.
#[derive(Debug)]
pub(crate) struct Body {
    bytes: BytesMut,
    announced: usize,
    counted: usize,
    limit: usize,
    shelf: Shelf,
}

impl Body {
    /// Appends a chunk.
    ///
    /// # Errors
    /// When this body, or the total of all bodies, exceeds its limit.
    pub(crate) fn push(&mut self, chunk: &[u8]) -> Result<(), NoAnswer> {
        let length = self.bytes.len() + chunk.len();
        if length > self.limit {
            return Err(NoAnswer::TooLong(self.limit));
        }
        if length > SMALL {
            // A buffer that grows step by step leaves much garbage behind. So an announced length is reserved at once, and
            // counts before it has come. If none is announced, four times what has come is reserved, and what has come
            // counts: right servers send many such bodies at the same time.
            let counts = self.announced.max(length);
            let more = counts.saturating_sub(self.counted);
            let before = self.shelf.0.fetch_add(more, Ordering::Relaxed);
            self.counted += more;
            if before + more > HELD {
                return Err(NoAnswer::TooMuch(HELD));
            }
            if length > self.bytes.capacity() {
                let whole = if self.announced > 0 { self.announced } else { (4 * length).min(self.limit) };
                self.bytes.reserve(whole.max(length) - self.bytes.len());
            }
        }
        self.bytes.extend_from_slice(chunk);
        Ok(())
    }

    /// The complete bytes.
    pub(crate) fn finish(self) -> Bytes {
        Bytes::from_owner(self)
    }
}

impl AsRef<[u8]> for Body {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        self.shelf.0.fetch_sub(self.counted, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_bounded_alone_and_together() {
        let shelf = Shelf::default();
        let mut alone = shelf.body(None, 10);
        assert_eq!(alone.push(b"0123456789"), Ok(()));
        assert_eq!(alone.push(b"x"), Err(NoAnswer::TooLong(10)));
        let full = |shelf: &Shelf| {
            let mut body = shelf.body(Some(HELD as u64 / 2), HELD);
            body.push(&vec![0; HELD / 2]).map(|()| body.finish())
        };
        let one = full(&shelf).expect("half");
        let other = full(&shelf).expect("the other half");
        let same = other.clone();
        assert_eq!(full(&shelf), Err(NoAnswer::TooMuch(HELD)));
        drop((one, other));
        assert!(full(&shelf).is_ok(), "one half is still held by its clone");
        drop(same);
        assert_eq!(shelf.0.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn what_is_announced_counts_before_it_has_come() {
        let shelf = Shelf::default();
        let (limit, part) = (HELD / 3 * 2, vec![0; SMALL + 1]);
        let mut announced = shelf.body(Some(limit as u64), limit);
        assert_eq!(announced.push(&part), Ok(()));
        assert_eq!(shelf.0.load(Ordering::Relaxed), limit);
        assert_eq!(shelf.body(Some(limit as u64), limit).push(&part), Err(NoAnswer::TooMuch(HELD)));
        drop(announced);
        let mut chunked = shelf.body(None, limit);
        for parts in 1..4 {
            assert_eq!(chunked.push(&part), Ok(()));
            assert_eq!(shelf.0.load(Ordering::Relaxed), parts * part.len());
        }
        drop(chunked);
        assert_eq!(shelf.0.load(Ordering::Relaxed), 0);
    }
}
