//! Measures response times by operation over a run. Memory does not grow with the run: times are counted in classes of
//! a histogram, and the slots of the timeline become longer.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The maximum number of slots of a timeline.
const SLOTS: usize = 60;

/// How long a slot is at first.
const SLOT: Duration = Duration::from_millis(50);

/// The classes of the histogram for each doubling of time: neighbours differ by 9 %.
const CLASSES: f64 = 8.0;

/// The response times of a run, by operation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Latency {
    /// The length of each slot of the timelines, in seconds.
    pub slot_seconds: f64,
    /// The operations that were called, sorted by `operationId`.
    pub operations: Vec<OperationLatency>,
}

/// The response times of one operation, each from sending the request to the last byte of the answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OperationLatency {
    /// The operation's id in the OpenAPI document.
    pub operation: String,
    /// The number of answers.
    pub answers: u64,
    /// The median response time, in milliseconds.
    pub p50_ms: f64,
    /// The 95th percentile of the response times, in milliseconds.
    pub p95_ms: f64,
    /// The longest response time, in milliseconds.
    pub max_ms: f64,
    /// The run in slots of equal length, from its beginning to its end.
    pub timeline: Vec<LatencySlot>,
}

/// The answers in one slot of a timeline.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LatencySlot {
    /// The number of answers that arrived in this slot.
    pub answers: u64,
    /// Their mean response time, in milliseconds; 0 if there are none.
    pub mean_ms: f64,
}

/// Measures the response times of a run.
#[derive(Debug)]
pub struct Stopwatch {
    began: Instant,
    taken: Mutex<Samples>,
}

#[derive(Debug)]
struct Samples {
    slot: Duration,
    operations: BTreeMap<String, LatencyTimes>,
}

#[derive(Debug, Default)]
struct LatencyTimes {
    /// The number of answers in each class of the histogram.
    classes: BTreeMap<u16, u64>,
    slowest: Duration,
    slots: Vec<Slot>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    answers: u64,
    total: Duration,
}

impl Default for Stopwatch {
    fn default() -> Self {
        let taken = Samples { slot: SLOT, operations: BTreeMap::new() };
        Self { began: Instant::now(), taken: Mutex::new(taken) }
    }
}

impl Stopwatch {
    /// Records the response time of an answer that has just arrived.
    pub(crate) fn note(&self, operation: &str, took: Duration) {
        self.note_at(self.began.elapsed(), operation, took);
    }

    fn note_at(&self, at: Duration, operation: &str, took: Duration) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        while slot_of(at, taken.slot) >= SLOTS {
            taken.slot *= 2;
            for times in taken.operations.values_mut() {
                times.slots = times.slots.chunks(2).map(together).collect();
            }
        }
        let slot = slot_of(at, taken.slot);
        let times = taken.operations.entry(operation.to_owned()).or_default();
        *times.classes.entry(class(took)).or_default() += 1;
        times.slowest = times.slowest.max(took);
        if times.slots.len() <= slot {
            times.slots.resize(slot + 1, Slot::default());
        }
        times.slots[slot] = together(&[times.slots[slot], Slot { answers: 1, total: took }]);
    }

    /// The measured times; `None` if no answer came.
    pub(crate) fn latency(&self) -> Option<Latency> {
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let slots = taken.operations.values().map(|times| times.slots.len()).max()?;
        let operations = taken.operations.iter().map(|(operation, times)| times.latency(operation, slots)).collect();
        Some(Latency { slot_seconds: taken.slot.as_secs_f64(), operations })
    }
}

impl LatencyTimes {
    fn latency(&self, operation: &str, slots: usize) -> OperationLatency {
        let answers: u64 = self.classes.values().sum();
        // The longest time of a class represents all times in it.
        let share = |percent: u64| {
            let mut left = (answers * percent).div_ceil(100);
            let class = self.classes.iter().find(|(_, count)| {
                let is_in = left <= **count;
                left = left.saturating_sub(**count);
                is_in
            });
            class.map_or(self.slowest, |(class, _)| longest(*class).min(self.slowest))
        };
        let slot = |slot: &Slot| LatencySlot {
            answers: slot.answers,
            mean_ms: milliseconds(
                slot.total.checked_div(u32::try_from(slot.answers).unwrap_or(u32::MAX)).unwrap_or_default(),
            ),
        };
        let none = std::iter::repeat(LatencySlot::default());
        OperationLatency {
            operation: operation.to_owned(),
            answers,
            p50_ms: milliseconds(share(50)),
            p95_ms: milliseconds(share(95)),
            max_ms: milliseconds(self.slowest),
            timeline: self.slots.iter().map(slot).chain(none).take(slots).collect(),
        }
    }
}

fn slot_of(at: Duration, slot: Duration) -> usize {
    usize::try_from(at.as_micros() / slot.as_micros()).unwrap_or(usize::MAX)
}

fn together(slots: &[Slot]) -> Slot {
    Slot { answers: slots.iter().map(|slot| slot.answers).sum(), total: slots.iter().map(|slot| slot.total).sum() }
}

/// The class of a time: how many eighths of a doubling it exceeds a microsecond.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a run is shorter than 2^60 microseconds")]
fn class(time: Duration) -> u16 {
    ((time.as_secs_f64() * 1e6).max(1.0).log2() * CLASSES).ceil() as u16
}

/// The longest time of a class.
fn longest(class: u16) -> Duration {
    Duration::try_from_secs_f64((f64::from(class) / CLASSES).exp2() / 1e6).unwrap_or(Duration::MAX)
}

/// A time in milliseconds, to the hundredth.
fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e5).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(number: u64) -> Duration {
        Duration::from_millis(number)
    }

    #[test]
    fn shares_are_told_within_a_tenth() {
        let stopwatch = Stopwatch::default();
        assert_eq!(stopwatch.latency(), None);
        for number in 1..=100 {
            stopwatch.note_at(Duration::ZERO, "create", ms(number));
        }
        stopwatch.note_at(Duration::ZERO, "read", ms(7));
        let latency = stopwatch.latency().expect("answers came");
        let [create, read] = latency.operations.as_slice() else { panic!("two operations: {latency:?}") };
        assert_eq!((create.answers, create.max_ms), (100, 100.0));
        assert!((50.0..=55.0).contains(&create.p50_ms) && (95.0..=100.0).contains(&create.p95_ms), "{create:?}");
        assert_eq!((read.answers, read.p50_ms, read.p95_ms, read.max_ms), (1, 7.0, 7.0, 7.0));
        assert_eq!(create.timeline, [LatencySlot { answers: 100, mean_ms: 50.5 }]);
    }

    #[test]
    fn a_long_run_has_longer_slots_and_loses_nothing() {
        let stopwatch = Stopwatch::default();
        for second in 0..1000 {
            stopwatch.note_at(Duration::from_secs(second), if second < 500 { "early" } else { "late" }, ms(2));
        }
        let latency = stopwatch.latency().expect("answers came");
        for operation in &latency.operations {
            assert!(operation.timeline.len() > SLOTS / 2 && operation.timeline.len() <= SLOTS, "{operation:?}");
            assert_eq!(operation.timeline.iter().map(|slot| slot.answers).sum::<u64>(), 500);
        }
        let seconds = latency.slot_seconds * latency.operations[0].timeline.len() as f64;
        assert!((999.0..1050.0).contains(&seconds), "{seconds}");
    }
}
