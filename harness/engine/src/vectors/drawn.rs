//! Random arguments of derivations, by the type of each parameter.

use std::sync::Arc;

use mixinspec_spec::model::{Parameter, ParameterType};
use proptest::char::range;
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any};
use proptest::sample::select;
use proptest::strategy::{SBoxedStrategy, Union, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::inputs::{MAX, NIL};
use crate::identity::derivation::{Argument, Derivations};
use crate::request::generate::PIECES;

/// The name and the parameters of a derivation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Signature {
    /// Its name.
    pub(crate) name: String,
    /// Its parameters.
    pub(crate) parameters: Vec<Parameter>,
}

impl Signature {
    /// The signature of a derivation of the spec.
    pub(crate) fn of(derivations: &Derivations, name: &str) -> Option<Arc<Self>> {
        let parameters = derivations.get(name)?.parameters.clone();
        Some(Arc::new(Self { name: name.to_owned(), parameters }))
    }

    /// Whether its parameters are two users and nothing else.
    pub(crate) fn is_of_two_users(&self) -> bool {
        self.parameters.len() == 2 && self.parameters.iter().all(|parameter| parameter.kind == ParameterType::User)
    }

    /// The stem of its generated cases' names.
    pub(crate) fn stem(&self) -> String {
        let of_many = self.parameters.iter().any(|parameter| parameter.kind == ParameterType::Users);
        match () {
            () if self.is_of_two_users() => "pair".into(),
            () if of_many => "group".into(),
            () => self.name.replace('_', "-"),
        }
    }
}

/// Generates the arguments of a derivation: the same for the same seed and number.
#[derive(Debug, Clone)]
pub(crate) struct ArgumentGenerator {
    /// The derivation.
    pub(crate) signature: Arc<Signature>,
    strategy: SBoxedStrategy<Vec<Argument>>,
}

impl ArgumentGenerator {
    /// The generator of a derivation's arguments, by the types of its parameters.
    pub(crate) fn of(signature: Arc<Signature>) -> Self {
        let strategy = if signature.is_of_two_users() {
            two_users()
        } else {
            signature.parameters.iter().map(|parameter| of_type(parameter.kind)).collect::<Vec<_>>().sboxed()
        };
        Self { signature, strategy }
    }

    /// The arguments with this number.
    pub(crate) fn arguments(&self, seed: u64, number: u64) -> Option<Vec<Argument>> {
        let mut hasher = Sha256::new();
        hasher.update(seed.to_le_bytes());
        hasher.update(number.to_le_bytes());
        hasher.update(self.signature.name.as_bytes());
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &hasher.finalize());
        let mut runner = TestRunner::new_with_rng(Config { failure_persistence: None, ..Config::default() }, rng);
        // The strategies filter nothing, so they always give a value.
        self.strategy.new_tree(&mut runner).ok().map(|tree| tree.current())
    }
}

fn of_type(kind: ParameterType) -> SBoxedStrategy<Argument> {
    match kind {
        ParameterType::User | ParameterType::Uuid => id().prop_map(Argument::Text).sboxed(),
        ParameterType::Text => name().prop_map(Argument::Text).sboxed(),
        ParameterType::Users => users().prop_map(Argument::List).sboxed(),
    }
}

fn id() -> SBoxedStrategy<String> {
    let drawn = any::<u128>().prop_map(|bits| Uuid::from_u128(bits).hyphenated().to_string());
    Union::new_weighted(vec![(30, drawn.sboxed()), (1, select(vec![NIL.to_owned(), MAX.to_owned()]).sboxed())]).sboxed()
}

fn two_users() -> SBoxedStrategy<Vec<Argument>> {
    let pair = |(one, other)| vec![Argument::Text(one), Argument::Text(other)];
    let any_two = (id(), id());
    // Equal except for one bit: such pairs reveal wrong comparisons.
    let near = (any::<u128>(), 0..128_u32, any::<bool>()).prop_map(|(bits, place, swap)| {
        let text = |bits: u128| Uuid::from_u128(bits).hyphenated().to_string();
        let (one, other) = (text(bits), text(bits ^ (1 << place)));
        if swap { (other, one) } else { (one, other) }
    });
    let same = id().prop_map(|id| (id.clone(), id));
    Union::new_weighted(vec![(12, any_two.sboxed()), (3, near.sboxed()), (1, same.sboxed())]).prop_map(pair).sboxed()
}

fn users() -> SBoxedStrategy<Vec<String>> {
    let few = vec(id(), 0..6);
    let repeated = vec(id(), 1..4).prop_map(|list| [list.clone(), list].concat());
    let many = vec(id(), 255..=256);
    Union::new_weighted(vec![(28, few.sboxed()), (3, repeated.sboxed()), (1, many.sboxed())]).sboxed()
}

/// Names of any Unicode: texts that broke implementations, that normalisation would change, or that UTF-16 sorts
/// differently.
fn name() -> SBoxedStrategy<String> {
    let mixed = vec(select(PIECES), 0..12).prop_map(|pieces| pieces.concat());
    let drawn = vec(any::<char>(), 0..24).prop_map(|characters| characters.into_iter().collect::<String>());
    let high =
        vec(range('\u{e000}', '\u{ffff}'), 1..8).prop_map(|characters| characters.into_iter().collect::<String>());
    let astral =
        vec(range('\u{10000}', '\u{10ffff}'), 1..8).prop_map(|characters| characters.into_iter().collect::<String>());
    let composed = select(vec![
        "Zürich",
        "Zu\u{308}rich",
        "\u{1e69}",
        "s\u{323}\u{307}",
        "s\u{307}\u{323}",
        "각",
        "\u{1100}\u{1161}\u{11a8}",
        "ﬁ",
        "Å",
        "\u{212b}",
    ]);
    // Only a few: a printable ASCII name often sorts before a UUID.
    let plain = "[ -~]{0,16}";
    let long = select(vec!["😀", "\u{10ffff}", "𝄞"]).prop_map(|unit| unit.repeat(512));
    Union::new_weighted(vec![
        (6, mixed.sboxed()),
        (6, drawn.sboxed()),
        (3, high.sboxed()),
        (3, astral.sboxed()),
        (3, composed.prop_map(str::to_owned).sboxed()),
        (3, plain.sboxed()),
        (1, long.sboxed()),
        (1, Just(String::new()).sboxed()),
    ])
    .sboxed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_arguments_and_they_reach_what_they_should() {
        let spec = mixinspec_spec::Spec::embedded().expect("the spec");
        let derivations = Derivations::new(spec.document.derivations.clone());
        let generator =
            ArgumentGenerator::of(Signature::of(&derivations, crate::vectors::GROUP).expect("a derivation"));
        let all: Vec<Vec<Argument>> = (0..600).filter_map(|number| generator.arguments(1, number)).collect();
        let again: Vec<Vec<Argument>> = (0..600).filter_map(|number| generator.arguments(1, number)).collect();
        assert_eq!(all, again);
        assert_ne!(generator.arguments(2, 0), generator.arguments(1, 0));
        let text = |argument: &Argument| match argument {
            Argument::Text(text) => text.clone(),
            Argument::List(list) => list.concat(),
        };
        let names: Vec<String> = all.iter().map(|arguments| text(&arguments[1])).collect();
        let has = |what: &dyn Fn(&str) -> bool| names.iter().any(|name| what(name));
        assert!(has(&|name| name.is_empty()));
        assert!(has(&|name| name.len() == 2048 && name.chars().count() == 512));
        assert!(has(&|name| name.contains('\u{301}')) && has(&|name| name.contains('é')));
        assert!(has(&|name| name.chars().any(|c| ('\u{e000}'..='\u{ffff}').contains(&c))));
        assert!(has(&|name| name.chars().any(|c| c > '\u{ffff}')));
    }
}
