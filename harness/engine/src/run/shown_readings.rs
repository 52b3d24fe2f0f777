//! The readings that a server has shown: which of several correct behaviours it has where the sources leave the choice
//! open.
//!
//! Readings that something depends on are observed before anything else.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

use mixinspec_spec::model::Needs;

use crate::findings::cause::{Cause, Hindrance};
use crate::findings::verdict::Finding;

/// The observed interpretations, by reading; `None` for a reading that showed none.
#[derive(Debug, Default)]
pub struct ShownReadings(RwLock<BTreeMap<String, Option<String>>>);

impl ShownReadings {
    /// Records the finding of a reading's case.
    pub(crate) fn note(&self, reading: &str, finding: &Finding) {
        let name = match finding {
            Finding::Observed { name, .. } => Some(name.clone()),
            _ => None,
        };
        // A poisoned lock does no harm: the map is whole after every statement.
        let mut shown = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let entry = shown.entry(reading.to_owned()).or_default();
        // Other exchanges may show it too; the first observation counts.
        if entry.is_none() {
            *entry = name;
        }
    }

    /// The finding for something whose needs are not met; `None` if they are.
    pub(crate) fn unmet(&self, needs: &Needs) -> Option<Finding> {
        if needs.is_empty() {
            return None;
        }
        let shown = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if needs.are_met(|reading| shown.get(reading)?.as_deref()) {
            return None;
        }
        let told = |reading: &str| match shown.get(reading) {
            Some(Some(name)) => Ok(format!("{reading}: {name}")),
            _ => {
                let reason = format!("it depends on the reading {reading}, which was not observed");
                Err(Finding::Hindered(Hindrance::new(reason, [Cause::Reading(reading.to_owned())])))
            }
        };
        let told: Result<Vec<String>, Finding> = needs.readings().map(told).collect();
        Some(match told {
            Ok(told) => {
                Finding::NotApplicable(format!("it applies where {needs}; the subject shows {}", told.join(", ")))
            }
            Err(finding) => finding,
        })
    }
}
