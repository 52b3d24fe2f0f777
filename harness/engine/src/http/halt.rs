//! Ends a run early: the user stops it, or the server has stopped answering.
//!
//! The client asks here before each request, and while it waits; the runner decides when a server is given up.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tokio::sync::watch;

use crate::http::message::{NoAnswer, Received};

/// Whether the run goes on, how many requests in a row timed out or stayed throttled, and how many timed out in all.
#[derive(Debug)]
pub(crate) struct Halt {
    reason: watch::Sender<Option<NoAnswer>>,
    silent: AtomicUsize,
    unanswered: AtomicUsize,
    is_lost: AtomicBool,
}

impl Halt {
    pub(crate) fn new() -> Self {
        Self {
            reason: watch::Sender::new(None),
            silent: AtomicUsize::new(0),
            unanswered: AtomicUsize::new(0),
            is_lost: AtomicBool::new(false),
        }
    }

    /// Lets every request fail at once for this reason, those under way too; the first reason stays.
    pub(crate) fn set(&self, reason: NoAnswer) {
        self.reason.send_if_modified(|halted| {
            let first = halted.is_none();
            if first {
                *halted = Some(reason);
            }
            first
        });
    }

    /// Why the run ends, if it does.
    pub(crate) fn reason(&self) -> Option<NoAnswer> {
        self.reason.borrow().clone()
    }

    /// Returns once the run ends, with the reason.
    pub(crate) async fn wait(&self) -> NoAnswer {
        let mut reason = self.reason.subscribe();
        match reason.wait_for(Option::is_some).await {
            Ok(reason) => reason.clone().unwrap_or(NoAnswer::Stopped),
            // The sender of the reason lives as long as we do.
            Err(_) => NoAnswer::Stopped,
        }
    }

    /// Records the result of a request.
    pub(crate) fn note(&self, answer: &Result<Received, NoAnswer>, is_throttled: bool) {
        let is_late = matches!(answer, Err(NoAnswer::Timeout(_)));
        let is_lost = is_late || matches!(answer, Err(NoAnswer::Connect(_) | NoAnswer::Broken(_)));
        self.is_lost.store(is_lost, Ordering::Relaxed);
        self.unanswered.fetch_add(usize::from(is_late), Ordering::Relaxed);
        if is_late || is_throttled {
            self.silent.fetch_add(1, Ordering::Relaxed);
        } else {
            self.silent.store(0, Ordering::Relaxed);
        }
    }

    /// The number of requests in a row that timed out, or stayed throttled until patience ended.
    pub(crate) fn silent(&self) -> usize {
        self.silent.load(Ordering::Relaxed)
    }

    /// Whether the latest request got no answer.
    pub(crate) fn is_lost(&self) -> bool {
        self.is_lost.load(Ordering::Relaxed)
    }

    /// How many requests in all were not answered in time.
    pub(crate) fn unanswered(&self) -> usize {
        self.unanswered.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn the_first_reason_stays_and_wakes_who_waits() {
        let halt = Halt::new();
        assert_eq!(halt.reason(), None);
        let (reason, ()) = tokio::join!(halt.wait(), async { halt.set(NoAnswer::GivenUp("x".into())) });
        halt.set(NoAnswer::Stopped);
        assert_eq!((halt.reason(), halt.wait().await), (Some(reason.clone()), reason));
    }

    #[test]
    fn only_an_unbroken_silence_counts() {
        let halt = Halt::new();
        let (silence, broken) = (Err(NoAnswer::Timeout(Duration::ZERO)), Err(NoAnswer::Broken("x".into())));
        for (answer, expected) in [(&silence, 1), (&silence, 2), (&broken, 0), (&silence, 1)] {
            halt.note(answer, false);
            assert_eq!(halt.silent(), expected);
        }
        assert_eq!(halt.unanswered(), 3);
    }
}
