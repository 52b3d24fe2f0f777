//! Events of a run in progress: one stream that the terminal and other reports listen to.

use crate::findings::record::ExchangeRecord;

/// An event of a run.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A run against one edition begins.
    Started {
        /// The edition.
        edition: &'a str,
        /// How many requirements and readings are judged.
        checks: usize,
        /// How many cases are executed.
        cases: u64,
        /// How many things will be created at the most, before shrinking.
        things: u64,
        /// What one of them is called: `conversation`.
        thing: &'a str,
    },
    /// A request was answered, or not; only sent to listeners that want it.
    Exchange {
        /// The case.
        case: &'a str,
        /// The exchange.
        record: &'a ExchangeRecord,
    },
    /// A case was executed.
    CaseDone {
        /// The case.
        case: &'a str,
        /// Whether a requirement or reading was broken in it.
        broken: bool,
        /// How many musts and readings fail so far.
        failing: usize,
    },
    /// Failing cases are being repeated.
    Replaying,
    /// A failing generated request is being made smaller.
    Shrinking {
        /// The requirement.
        id: &'a str,
    },
    /// The run against one edition is over.
    Finished {
        /// The edition.
        edition: &'a str,
    },
}

/// Listens to a run. Events of different cases come from different threads.
pub trait Listener: Send + Sync + std::fmt::Debug {
    /// Takes an event.
    fn event(&self, event: &Event<'_>);

    /// Whether it wants `Exchange` events; recording exchanges takes time.
    fn wants_exchanges(&self) -> bool {
        false
    }
}

/// A listener that ignores all events.
#[derive(Debug)]
pub struct Silent;

impl Listener for Silent {
    fn event(&self, _: &Event<'_>) {}
}
