//! Explains the flags of vectors. The spec explains each in `inputs/flags.yaml`; the generator of a vector decides
//! which ones it carries.

use std::collections::{BTreeMap, BTreeSet};

use mixinspec_spec::{Spec, model, variables};

use super::document::VectorFlag;

/// The explanation of a flag; `None` if the spec has none.
pub(crate) fn explanation(spec: &Spec, name: &str) -> Option<VectorFlag> {
    let model::Flag { meaning, bug_class, effect, links, .. } = spec.inputs.flags.flags.get(name)?.clone();
    Some(VectorFlag { meaning, bug_class, effect, links })
}

/// The explanations of the flags that these vectors carry.
pub(crate) fn explained<'a>(spec: &Spec, carried: impl Iterator<Item = &'a String>) -> BTreeMap<String, VectorFlag> {
    let names: BTreeSet<&String> = carried.collect();
    names.into_iter().filter_map(|name| Some((name.clone(), explanation(spec, name)?))).collect()
}

/// The requirements on a derivation that its vectors are about, in the spec's order.
pub(crate) struct Requirements<'a> {
    flags: &'a BTreeMap<String, model::Flag>,
    /// Each requirement's id, and whether its law defines the right result.
    all: Vec<(&'a str, bool)>,
}

impl<'a> Requirements<'a> {
    pub(crate) fn of(spec: &'a Spec, derivation: &str) -> Self {
        let own = spec.document.requirements.iter().filter_map(|requirement| {
            let derives = requirement.derives.as_ref().filter(|derives| derives.derivation == derivation)?;
            let says_the_result = variables(derives.law.as_str()).is_ok_and(|names| names.contains("expected"));
            Some((requirement.id.as_str(), says_the_result))
        });
        Self { flags: &spec.inputs.flags.flags, all: own.collect() }
    }

    /// The requirements that a vector with these flags tests: those that define its result, and those of its flags.
    pub(crate) fn with(&self, flags: &[&str]) -> Vec<String> {
        // Some flags concern several derivations, but each of their requirements concerns one.
        let explained = flags.iter().filter_map(|flag| self.flags.get(*flag));
        let named: BTreeSet<&str> = explained.flat_map(|flag| &flag.requirements).map(String::as_str).collect();
        let about = self.all.iter().filter(|(id, says_the_result)| *says_the_result || named.contains(id));
        about.map(|(id, _)| (*id).to_owned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::{Settings, generate};

    /// Without an explanation, a flag does not help those who fail a vector; an explanation without a vector is a
    /// mistake.
    #[test]
    fn every_flag_that_is_given_is_explained_and_every_explanation_is_of_one() {
        let spec = Spec::embedded().expect("the embedded spec");
        let files = generate(&spec, &Settings { count: Some(0), ..Settings::default() }).expect("vectors");
        let documents = files.iter().filter(|file| !file.path.starts_with("schemas/"));
        let mut given = BTreeSet::new();
        for file in documents {
            let document: serde_json::Value = serde_json::from_str(&file.text).expect("JSON");
            for vector in document["vectors"].as_array().expect("vectors") {
                let flags = vector["flags"].as_array().into_iter().flatten();
                given.extend(flags.filter_map(|flag| flag.as_str()).map(str::to_owned));
            }
        }
        let explained: BTreeSet<String> = spec.inputs.flags.flags.keys().cloned().collect();
        assert_eq!(given, explained);
    }

    #[test]
    fn a_vector_is_about_its_result_and_about_what_its_flags_are() {
        let spec = Spec::embedded().expect("the embedded spec");
        let unique = Requirements::of(&spec, crate::vectors::UNIQUE);
        assert_eq!(unique.with(&[]), ["unique-id-value"]);
        assert_eq!(
            unique.with(&["UpperCase", "BothOrders"]),
            ["unique-id-value", "unique-id-symmetric", "unique-id-lower-case"]
        );
        assert_eq!(Requirements::of(&spec, crate::vectors::GROUP).with(&["UpperCase"]), ["group-id-value"]);
        assert!(Requirements::of(&spec, "another").with(&["UpperCase"]).is_empty());
    }
}
