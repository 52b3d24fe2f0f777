//! Diagnoses wrong ids of an SDK: finds the near miss that gives the same id wherever the SDK is wrong, and the right
//! one wherever it is right.

use super::arguments::Arguments;
use crate::identity::derivation::Derivations;

/// How many wrong and how many right ids are kept.
const KEPT: usize = 48;

/// Ids that an SDK gave.
#[derive(Debug, Default)]
pub(crate) struct GivenIds {
    wrong: Vec<(Arguments, String)>,
    right: Vec<(Arguments, String)>,
}

impl GivenIds {
    /// Records an id.
    pub(crate) fn add(&mut self, arguments: &Arguments, id: &str, expected: &str) {
        let list = if id == expected { &mut self.right } else { &mut self.wrong };
        if list.len() < KEPT {
            list.push((arguments.clone(), id.to_owned()));
        }
    }

    /// The mistakes that explain all recorded ids, in the words of the spec; none if no id was wrong.
    pub(crate) fn mistakes(&self, derivations: &Derivations, derivation: &str) -> Vec<String> {
        if self.wrong.is_empty() {
            return Vec::new();
        }
        let gives = |name: &str, given: &[(Arguments, String)]| {
            given.iter().all(|(arguments, id)| arguments.derived(derivations, Some(name)).as_ref() == Ok(id))
        };
        let near_misses = derivations.iter().find(|(name, _)| *name == derivation).map(|(_, found)| &found.near_misses);
        let near_misses = near_misses.into_iter().flatten();
        let explaining = near_misses.filter(|miss| gives(&miss.name, &self.wrong) && gives(&miss.name, &self.right));
        explaining.map(|miss| format!("{} ({})", miss.mistake, miss.name)).collect()
    }
}
