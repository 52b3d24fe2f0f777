//! Limits how many requests are in flight. A server, or a proxy before it, may handle only so many connections. Where
//! it throttles, leaves requests unanswered while others are open, or answers with bodies that are too long, fewer
//! requests are sent at once.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::http::message::{NoAnswer, Received};

/// After this many answers in a row that give no reason to send fewer requests, the limit grows by one request.
const CALM: usize = 20;

/// Counts the requests in flight, and those that were not answered: alone, or while others were open.
#[derive(Debug, Default)]
pub(crate) struct ConcurrencyLimit {
    state: Mutex<ConcurrencyState>,
    freed: Notify,
}

#[derive(Debug, Default)]
struct ConcurrencyState {
    under_way: usize,
    /// The limit, once the server has throttled a request, left one unanswered, or sent an endless answer.
    most: Option<usize>,
    /// How often the limit was lowered.
    cuts: usize,
    /// How many answers in a row gave no reason to send fewer requests.
    calm: usize,
    failed_among_others: usize,
    failed_alone: usize,
}

/// A request in flight, until it is dropped.
pub(crate) struct InFlight<'a> {
    limit: &'a ConcurrencyLimit,
    /// The number of cuts when it began.
    cuts: usize,
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.limit.state().under_way -= 1;
        self.limit.freed.notify_one();
    }
}

impl InFlight<'_> {
    /// Records the result of the request.
    pub(crate) fn note(&self, answer: &Result<Received, NoAnswer>, is_throttled: bool) {
        let mut state = self.limit.state();
        let is_unanswered = matches!(answer, Err(NoAnswer::Connect(_) | NoAnswer::Broken(_) | NoAnswer::Timeout(_)));
        let is_alone = state.under_way <= 1;
        if is_unanswered {
            let failed = if is_alone { &mut state.failed_alone } else { &mut state.failed_among_others };
            *failed += 1;
        }
        // The part of an endless answer that has been read stays in memory until its connection is closed.
        let is_endless = matches!(answer, Err(NoAnswer::TooLong(_) | NoAnswer::TooMuch(_)));
        if is_throttled || is_endless || (is_unanswered && !is_alone) {
            state.calm = 0;
            // Requests that were sent together are throttled or dropped together: they make one cut.
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
            self.limit.freed.notify_one();
        }
    }
}

impl ConcurrencyLimit {
    /// Starts a request as soon as the limit allows.
    pub(crate) async fn enter(&self) -> InFlight<'_> {
        loop {
            if let Some(under_way) = self.try_enter() {
                return under_way;
            }
            self.freed.notified().await;
        }
    }

    fn try_enter(&self) -> Option<InFlight<'_>> {
        let mut state = self.state();
        if state.most.is_some_and(|most| state.under_way >= most) {
            return None;
        }
        state.under_way += 1;
        Some(InFlight { limit: self, cuts: state.cuts })
    }

    fn state(&self) -> MutexGuard<'_, ConcurrencyState> {
        // Numbers are whole after every statement.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The number of unanswered requests, if nearly all of them were unanswered while others were open; else 0.
    pub(crate) fn failed_among_others(&self) -> usize {
        let state = self.state();
        if state.failed_alone * 10 <= state.failed_among_others { state.failed_among_others } else { 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_alone_does_not_lower_the_limit() {
        let limit = ConcurrencyLimit::default();
        let failed = Err(NoAnswer::Broken("x".into()));
        let first = limit.try_enter().expect("room");
        let second = limit.try_enter().expect("room");
        second.note(&failed, false);
        assert_eq!(limit.failed_among_others(), 1);
        drop(first);
        second.note(&failed, false);
        assert_eq!(limit.failed_among_others(), 0);
    }

    #[test]
    fn who_leaves_requests_unanswered_is_sent_half_as_many_at_once() {
        let limit = ConcurrencyLimit::default();
        let late = Err(NoAnswer::Timeout(std::time::Duration::from_secs(10)));
        let all: Vec<InFlight<'_>> = (0..8).map(|_| limit.try_enter().expect("room")).collect();
        all[0].note(&late, false);
        drop(all);
        let four: Vec<InFlight<'_>> = std::iter::from_fn(|| limit.try_enter()).take(100).collect();
        assert_eq!(four.len(), 4);
        assert_eq!(limit.failed_among_others(), 1);
    }

    #[test]
    fn who_is_throttled_sends_half_as_many_at_once_and_slowly_more() {
        let limit = ConcurrencyLimit::default();
        let others = Err(NoAnswer::Stopped);
        let all: Vec<InFlight<'_>> = (0..8).map(|_| limit.try_enter().expect("room")).collect();
        for one in &all {
            one.note(&others, true);
        }
        drop(all);
        let four: Vec<InFlight<'_>> = std::iter::from_fn(|| limit.try_enter()).take(100).collect();
        assert_eq!(four.len(), 4);
        for _ in 0..CALM {
            four[0].note(&others, false);
        }
        let fifth = limit.try_enter();
        assert!(fifth.is_some() && limit.try_enter().is_none());
        // Throttled again, the limit is half of the requests in flight now, and at least one.
        four[0].note(&others, true);
        four[1].note(&others, true);
        drop((fifth, four));
        assert_eq!(std::iter::from_fn(|| limit.try_enter()).take(100).collect::<Vec<_>>().len(), 2);
    }

    #[tokio::test]
    async fn who_finds_no_room_waits_for_it() {
        let limit = ConcurrencyLimit::default();
        limit.enter().await.note(&Err(NoAnswer::Stopped), true);
        let one = limit.enter().await;
        let (_second, ()) = tokio::join!(limit.enter(), async { drop(one) });
        assert!(limit.try_enter().is_none());
    }
}
