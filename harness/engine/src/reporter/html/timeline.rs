//! The latency timeline of the HTML report: how long answers took during the run, for each operation.

use serde::Serialize;

use crate::findings::latency::{Latency, OperationLatency};
use crate::text::visible::visible;

/// How high a plot is, in its own units.
const HEIGHT: f64 = 100.0;

#[derive(Serialize)]
pub(super) struct Timeline {
    /// How many slots each plot has.
    slots: usize,
    seconds: String,
    operations: Vec<Plot>,
}

/// The plot of one operation: bars for the number of answers in a slot, a line for their mean duration.
#[derive(Serialize)]
struct Plot {
    operation: String,
    answers: u64,
    p50: String,
    p95: String,
    max: String,
    /// What the highest bar and the highest point of the line stand for.
    scale: String,
    bars: Vec<TimelineBar>,
    line: String,
}

#[derive(Serialize)]
struct TimelineBar {
    at: usize,
    top: String,
    height: String,
}

pub(super) fn of(latency: &Latency) -> Timeline {
    let slots = latency.operations.iter().map(|operation| operation.timeline.len()).max().unwrap_or(0);
    let seconds = latency.slot_seconds * slots as f64;
    let plots = latency.operations.iter().map(|operation| plot(operation, latency.slot_seconds));
    Timeline { slots, seconds: format!("{seconds:.1}"), operations: plots.collect() }
}

fn plot(of: &OperationLatency, slot_seconds: f64) -> Plot {
    let most = of.timeline.iter().map(|slot| slot.answers).max().unwrap_or(0).max(1);
    let slowest = of.timeline.iter().map(|slot| slot.mean_ms).fold(0.0, f64::max);
    let filled = || of.timeline.iter().enumerate().filter(|(_, slot)| slot.answers > 0);
    let bars = filled().map(|(at, slot)| {
        let height = HEIGHT * slot.answers as f64 / most as f64;
        TimelineBar { at, top: format!("{:.1}", HEIGHT - height), height: format!("{height:.1}") }
    });
    let height = |mean_ms: f64| if slowest > 0.0 { HEIGHT * mean_ms / slowest } else { 0.0 };
    let points = filled().map(|(at, slot)| format!("{:.1},{:.1}", at as f64 + 0.5, HEIGHT - height(slot.mean_ms)));
    Plot {
        operation: visible(&of.operation).into_owned(),
        answers: of.answers,
        p50: milliseconds(of.p50_ms),
        p95: milliseconds(of.p95_ms),
        max: milliseconds(of.max_ms),
        scale: format!(
            "highest bar: {most} answers in {slot_seconds} s; highest point of the line: {} on average",
            milliseconds(slowest)
        ),
        bars: bars.collect(),
        line: points.collect::<Vec<_>>().join(" "),
    }
}

fn milliseconds(number: f64) -> String {
    if number < 10.0 { format!("{number:.1} ms") } else { format!("{number:.0} ms") }
}
