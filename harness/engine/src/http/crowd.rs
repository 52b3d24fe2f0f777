//! How many requests are under way at once, and whether connections fail only then: a server, or what stands before it,
//! may take so many connections and no more.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::http::message::{NoAnswer, Received};

/// Counts requests under way, and the connections that failed among others and alone.
#[derive(Debug, Default)]
pub(crate) struct Crowd {
    under_way: AtomicUsize,
    failed_among_others: AtomicUsize,
    failed_alone: AtomicUsize,
}

/// A request that is under way, until it is dropped.
pub(crate) struct UnderWay<'a>(&'a Crowd);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Crowd {
    /// A request begins.
    pub(crate) fn enter(&self) -> UnderWay<'_> {
        self.under_way.fetch_add(1, Ordering::Relaxed);
        UnderWay(self)
    }

    /// Takes note of what came of a request that is still under way.
    pub(crate) fn note(&self, answer: &Result<Received, NoAnswer>) {
        if matches!(answer, Err(NoAnswer::Connect(_) | NoAnswer::Broken(_))) {
            let is_alone = self.under_way.load(Ordering::Relaxed) <= 1;
            let failed = if is_alone { &self.failed_alone } else { &self.failed_among_others };
            failed.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// How many connections failed, where that happened only while others were open.
    pub(crate) fn failed_among_others(&self) -> usize {
        let is_crowded = self.failed_alone.load(Ordering::Relaxed) == 0;
        if is_crowded { self.failed_among_others.load(Ordering::Relaxed) } else { 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_alone_is_no_matter_of_the_crowd() {
        let crowd = Crowd::default();
        let failed = Err(NoAnswer::Broken("x".into()));
        let first = crowd.enter();
        let second = crowd.enter();
        crowd.note(&failed);
        assert_eq!(crowd.failed_among_others(), 1);
        drop(first);
        crowd.note(&failed);
        assert_eq!(crowd.failed_among_others(), 0);
        drop(second);
    }
}
