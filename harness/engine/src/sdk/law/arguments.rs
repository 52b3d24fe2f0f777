//! The arguments of a derivation: binds them to the names that laws use, and shrinks them.

use std::collections::BTreeSet;
use std::sync::Arc;

use mixinspec_spec::model::{Parameter, ParameterType};
use serde_json::{Value, json};

use crate::identity::derivation::{Argument, Derivations, DeriveError};
use crate::sdk::adapter::protocol::{AdapterCall, Derive};
use crate::vectors::drawn::Signature;

/// The arguments of a derivation, in the order of its parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Arguments {
    signature: Arc<Signature>,
    values: Vec<Argument>,
}

impl Arguments {
    /// `values` has one value for each parameter.
    pub(crate) fn new(signature: &Arc<Signature>, values: Vec<Argument>) -> Self {
        Self { signature: Arc::clone(signature), values }
    }

    /// The call of the derivation with these.
    pub(crate) fn call(&self) -> AdapterCall {
        let arguments = self.each().map(|(parameter, value)| (parameter.name.clone(), value.clone())).collect();
        AdapterCall::Derive(Derive { derivation: self.signature.name.clone(), arguments })
    }

    /// The arguments by the names of their parameters.
    pub(crate) fn named(&self) -> Value {
        self.each().map(|(parameter, value)| (parameter.name.clone(), json!(value))).collect()
    }

    /// The id that the spec's derivation gives for them; with `near_miss`, the id that this mistake gives.
    pub(crate) fn derived(&self, derivations: &Derivations, near_miss: Option<&str>) -> Result<String, DeriveError> {
        derivations.derive(&self.signature.name, near_miss, &self.values)
    }

    fn each(&self) -> impl Iterator<Item = (&Parameter, &Argument)> {
        self.signature.parameters.iter().zip(&self.values)
    }

    /// The size by which arguments are compared when they shrink: their length, then how much there is to read.
    fn size(&self) -> (usize, usize) {
        let texts = || {
            self.values.iter().flat_map(|value| match value {
                Argument::Text(text) => std::slice::from_ref(text),
                Argument::List(list) => list,
            })
        };
        let length = texts().map(String::len).sum();
        // Zeros are the least to look at, and plain letters less than others.
        let interest = texts().flat_map(|text| text.chars()).map(|c| match c {
            '0' | '-' => 0,
            'a' => 1,
            c if c.is_ascii() => 2,
            _ => 3,
        });
        (length, interest.sum())
    }

    /// Arguments in the domain that are smaller than these, the smallest first.
    pub(crate) fn smaller(&self) -> Vec<Self> {
        let with = |changes: &[(usize, Argument)]| {
            let mut smaller = self.clone();
            for (at, value) in changes {
                smaller.values[*at] = value.clone();
            }
            smaller
        };
        let mut all = Vec::new();
        // Two equal users may have to stay equal.
        if let [Argument::Text(one), Argument::Text(other)] = &self.values[..]
            && self.signature.is_of_two_users()
            && one == other
        {
            let both = ids(one).into_iter().map(Argument::Text);
            all.extend(both.map(|id| with(&[(0, id.clone()), (1, id)])));
        }
        for (at, (parameter, value)) in self.each().enumerate() {
            let values: Vec<Argument> = match (value, parameter.kind) {
                (Argument::List(list), _) => lists(list).into_iter().map(Argument::List).collect(),
                (Argument::Text(text), ParameterType::Text) => names(text).into_iter().map(Argument::Text).collect(),
                (Argument::Text(text), _) => ids(text).into_iter().map(Argument::Text).collect(),
            };
            all.extend(values.into_iter().map(|value| with(&[(at, value)])));
        }
        let own = self.size();
        all.retain(|smaller| smaller.size() < own);
        all.sort_by_key(Self::size);
        all.dedup();
        all
    }
}

/// UUIDs with more zeros than this one.
fn ids(id: &str) -> Vec<String> {
    let mut all = BTreeSet::new();
    let places: Vec<usize> = id.char_indices().filter(|(_, c)| *c != '-' && *c != '0').map(|(at, _)| at).collect();
    // All of them, a half, a quarter, … and each alone.
    let mut size = places.len();
    while size > 0 {
        for chunk in places.chunks(size) {
            let zeroed = id.char_indices().map(|(at, c)| if chunk.contains(&at) { '0' } else { c });
            all.insert(zeroed.collect::<String>());
        }
        size /= 2;
    }
    all.into_iter().collect()
}

/// Names that are a part of this one, or have a plain letter in place of another character.
fn names(name: &str) -> Vec<String> {
    let characters: Vec<char> = name.chars().collect();
    let mut all = BTreeSet::from([String::new()]);
    for (start, end) in spans(characters.len()) {
        all.insert(characters[..start].iter().chain(&characters[end..]).collect());
    }
    for (at, _) in characters.iter().enumerate().filter(|(_, c)| **c != 'a').take(64) {
        all.insert(characters.iter().enumerate().map(|(n, c)| if n == at { 'a' } else { *c }).collect());
    }
    all.into_iter().collect()
}

/// Lists that are a part of this one, or have a smaller element.
fn lists(list: &[String]) -> Vec<Vec<String>> {
    let mut all = BTreeSet::from([Vec::new()]);
    for (start, end) in spans(list.len()) {
        all.insert([&list[..start], &list[end..]].concat());
    }
    if list.len() <= 3 {
        for (at, id) in list.iter().enumerate() {
            for smaller in ids(id) {
                let mut changed = list.to_vec();
                changed[at] = smaller;
                all.insert(changed);
            }
        }
    }
    all.into_iter().collect()
}

/// The spans to cut out of so many elements: a half, a quarter, … and, if there are few, each alone.
fn spans(length: usize) -> Vec<(usize, usize)> {
    let mut all = Vec::new();
    let mut size = length / 2;
    while size > 0 {
        all.extend((0..length).step_by(size).take(64).map(|start| (start, (start + size).min(length))));
        size /= 2;
    }
    all
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::vectors::drawn::ArgumentGenerator;

    #[test]
    fn smaller_arguments_are_smaller_and_stay_in_the_domain() {
        let spec = mixinspec_spec::Spec::embedded().expect("the spec");
        let derivations = Derivations::new(spec.document.derivations.clone());
        let signature = Signature::of(&derivations, crate::vectors::UNIQUE).expect("a derivation");
        let values = ArgumentGenerator::of(Arc::clone(&signature)).arguments(1, 3).expect("arguments");
        let mut arguments = Arguments::new(&signature, values);
        let mut steps = 0;
        while let Some(smaller) = arguments.smaller().into_iter().next() {
            let Argument::Text(user) = &smaller.values[0] else { panic!("a list") };
            assert!(Uuid::try_parse(user).is_ok() && user.len() == 36);
            assert!(smaller.size() < arguments.size());
            arguments = smaller;
            steps += 1;
        }
        assert!(steps < 10, "{steps}");
        let nil = || Argument::Text("00000000-0000-0000-0000-000000000000".into());
        assert_eq!(arguments, Arguments::new(&signature, vec![nil(), nil()]));
    }
}
