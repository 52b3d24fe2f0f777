//! How many requests are under way at once. A server, or what stands before it, may take so many connections and no more.
//! Where it answers that further requests are too many, or answers with bodies that are too long, fewer are sent at once.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::http::message::{NoAnswer, Received};

/// After so many answers that are neither throttled nor without an end, one request more may be under way at once.
const CALM: usize = 20;

/// Counts requests under way, and the connections that failed among others and alone.
#[derive(Debug, Default)]
pub(crate) struct Crowd {
    state: Mutex<CrowdState>,
    freed: Notify,
}

#[derive(Debug, Default)]
struct CrowdState {
    under_way: usize,
    /// How many may be, once the server has throttled one, or answered one without an end.
    most: Option<usize>,
    /// How often that number was made smaller.
    cuts: usize,
    /// How many answers in a row were neither throttled nor without an end.
    calm: usize,
    failed_among_others: usize,
    failed_alone: usize,
}

/// A request that is under way, until it is dropped.
pub(crate) struct UnderWay<'a> {
    crowd: &'a Crowd,
    /// The number of cuts when it began.
    cuts: usize,
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.crowd.state().under_way -= 1;
        self.crowd.freed.notify_one();
    }
}

impl UnderWay<'_> {
    /// Takes note of what came of the request.
    pub(crate) fn note(&self, answer: &Result<Received, NoAnswer>, is_throttled: bool) {
        let mut state = self.crowd.state();
        if matches!(answer, Err(NoAnswer::Connect(_) | NoAnswer::Broken(_))) {
            let is_alone = state.under_way <= 1;
            let failed = if is_alone { &mut state.failed_alone } else { &mut state.failed_among_others };
            *failed += 1;
        }
        // What has been read of an answer without an end is held until its connection is closed.
        let is_endless = matches!(answer, Err(NoAnswer::TooLong(_) | NoAnswer::TooMuch(_)));
        if is_throttled || is_endless {
            state.calm = 0;
            // Requests that were sent together are throttled together: they make one cut.
            if self.cuts == state.cuts {
                state.most = Some((state.under_way / 2).max(1));
                state.cuts += 1;
            }
            return;
        }
        state.calm += 1;
        if state.calm.is_multiple_of(CALM)
            && let Some(most) = &mut state.most
        {
            *most += 1;
            self.crowd.freed.notify_one();
        }
    }
}

impl Crowd {
    /// A request begins, as soon as it may.
    pub(crate) async fn enter(&self) -> UnderWay<'_> {
        loop {
            if let Some(under_way) = self.try_enter() {
                return under_way;
            }
            self.freed.notified().await;
        }
    }

    fn try_enter(&self) -> Option<UnderWay<'_>> {
        let mut state = self.state();
        if state.most.is_some_and(|most| state.under_way >= most) {
            return None;
        }
        state.under_way += 1;
        Some(UnderWay { crowd: self, cuts: state.cuts })
    }

    fn state(&self) -> MutexGuard<'_, CrowdState> {
        // Numbers are whole after every statement.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many connections failed, where that happened only while others were open.
    pub(crate) fn failed_among_others(&self) -> usize {
        let state = self.state();
        if state.failed_alone == 0 { state.failed_among_others } else { 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_alone_is_no_matter_of_the_crowd() {
        let crowd = Crowd::default();
        let failed = Err(NoAnswer::Broken("x".into()));
        let first = crowd.try_enter().expect("room");
        let second = crowd.try_enter().expect("room");
        second.note(&failed, false);
        assert_eq!(crowd.failed_among_others(), 1);
        drop(first);
        second.note(&failed, false);
        assert_eq!(crowd.failed_among_others(), 0);
    }

    #[test]
    fn who_is_throttled_sends_half_as_many_at_once_and_slowly_more() {
        let crowd = Crowd::default();
        let others = Err(NoAnswer::Stopped);
        let all: Vec<UnderWay<'_>> = (0..8).map(|_| crowd.try_enter().expect("room")).collect();
        for one in &all {
            one.note(&others, true);
        }
        drop(all);
        let four: Vec<UnderWay<'_>> = std::iter::from_fn(|| crowd.try_enter()).take(100).collect();
        assert_eq!(four.len(), 4);
        for _ in 0..CALM {
            four[0].note(&others, false);
        }
        let fifth = crowd.try_enter();
        assert!(fifth.is_some() && crowd.try_enter().is_none());
        // Once more, it is half of those that are under way now; one at least.
        four[0].note(&others, true);
        four[1].note(&others, true);
        drop((fifth, four));
        assert_eq!(std::iter::from_fn(|| crowd.try_enter()).take(100).collect::<Vec<_>>().len(), 2);
    }

    #[tokio::test]
    async fn who_finds_no_room_waits_for_it() {
        let crowd = Crowd::default();
        crowd.enter().await.note(&Err(NoAnswer::Stopped), true);
        let one = crowd.enter().await;
        let (_second, ()) = tokio::join!(crowd.enter(), async { drop(one) });
        assert!(crowd.try_enter().is_none());
    }
}
