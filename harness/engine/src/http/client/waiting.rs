//! Waits before a request is sent: for its turn at the given rate, and again when the server says that it comes too
//! soon.

use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::{Sender, now};
use crate::http::message::{NoAnswer, Received, Sent};
use crate::http::outcome::Outcome;

impl Sender {
    pub(super) async fn send_patiently(&self, request: &Sent) -> Result<Received, NoAnswer> {
        // Patience begins with the first throttled answer, not while waiting for other requests.
        let mut give_up = None;
        let mut pause = Duration::from_millis(100);
        let mut came_before = false;
        loop {
            self.wait_for_turn().await?;
            let under_way = self.concurrency.enter().await;
            let mut answer = self.send_once(request).await;
            if let Ok(received) = &mut answer {
                received.came_again |= came_before;
            }
            came_before = true;
            let is_throttled = self.asks_to_wait(&answer);
            under_way.note(&answer, is_throttled);
            drop(under_way);
            if !is_throttled {
                return answer;
            }
            self.throttled.fetch_add(1, Ordering::Relaxed);
            let give_up = *give_up.get_or_insert_with(|| Instant::now() + self.limits.patience);
            let asked = answer.as_ref().ok().and_then(|a| a.header("retry-after")).and_then(retry_after);
            // If the server names no time, wait a little anyway.
            let until = Instant::now().checked_add(asked.map_or(pause, |asked| asked.max(pause)));
            let Some(until) = until.filter(|until| *until <= give_up) else { return answer };
            pause = (pause * 2).min(Duration::from_secs(5));
            let mut paused = self.paused_until.lock().await;
            *paused = Some(paused.map_or(until, |already| already.max(until)));
        }
    }

    async fn wait_for_turn(&self) -> Result<(), NoAnswer> {
        loop {
            let paused = *self.paused_until.lock().await;
            match paused {
                Some(until) if until > Instant::now() => sleep_until(until).await,
                _ => break,
            }
        }
        if let Some(rate) = self.limits.rate.filter(|rate| *rate > 0.0) {
            let mut slot = self.next_slot.lock().await;
            let mine = (*slot).max(Instant::now());
            *slot = mine + Duration::from_secs_f64(1.0 / rate);
            drop(slot);
            sleep_until(mine).await;
        }
        self.count()
    }

    /// Whether the server says that the request comes too soon: it throttles, or answers 503 with Retry-After.
    fn asks_to_wait(&self, answer: &Result<Received, NoAnswer>) -> bool {
        let is_to_come = |answer: &Received| answer.status == 503 && answer.header("retry-after").is_some();
        self.outcome(answer) == Outcome::Throttled || answer.as_ref().is_ok_and(is_to_come)
    }
}

/// How long the value of a Retry-After field asks to wait: it has seconds, or a date.
fn retry_after(value: &str) -> Option<Duration> {
    if let Ok(seconds) = value.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let micros = crate::text::time::http_date(value)?.saturating_sub(now());
    Some(Duration::from_micros(u64::try_from(micros).unwrap_or(0)))
}
