//! Notes on what an SDK returns for arguments outside of a derivation's domain. They are tried last and one by one,
//! because a program may fail on them, and never become findings.

use super::adapter::{Adapter, NoReply};
use super::law::laws::{Laws, Sample};
use crate::identity::derivation::Derivations;
use crate::vectors::VectorResult;

/// The notes on a derivation: ids that differ from those of the spec's own function, and vectors without an answer.
pub(crate) async fn notes(adapter: &Adapter, laws: &Laws, derivations: &Derivations, derivation: &str) -> Vec<String> {
    let mut notes = Vec::new();
    let mut silent: Option<(&Sample, NoReply)> = None;
    let mut silences = 0;
    for sample in laws.vectors(derivation).filter(|sample| sample.result == VectorResult::Acceptable) {
        match adapter.call_outside(sample.arguments.call()).await {
            Ok(Ok(id)) if notes.is_empty() => {
                let expected = sample.arguments.derived(derivations, None);
                notes.extend(expected.ok().and_then(|expected| other(derivation, sample, id.as_str()?, &expected)));
            }
            Ok(_) => {}
            Err(silence) => {
                silences += 1;
                silent.get_or_insert((sample, silence));
            }
        }
        if adapter.is_stopped() {
            return notes;
        }
    }
    if let Some((sample, silence)) = silent {
        let start = format!("Outside of the domain, {derivation} has no answer to {silences} of the vectors");
        notes.push(format!("{start}, first to {}: {silence}", sample.name));
    }
    notes
}

/// The note on an id that differs from the expected one.
fn other(derivation: &str, sample: &Sample, id: &str, expected: &str) -> Option<String> {
    let start = format!("Outside of the domain, {derivation} gives other ids than the spec's own function");
    let call = sample.arguments.named();
    (id != expected).then(|| format!("{start}, such as {id} and not {expected} ({}): {call}", sample.name))
}
