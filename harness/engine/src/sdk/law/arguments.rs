//! What a derivation is called with: bound to the names that laws use, generated, and made smaller.

use std::collections::BTreeSet;

use proptest::char::range;
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any};
use proptest::sample::select;
use proptest::strategy::{SBoxedStrategy, Union, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::identity::derivation::{Derivations, DeriveError, GROUP, UNIQUE};
use crate::request::generate::PIECES;
use crate::sdk::adapter::protocol::{Call, GroupArguments, UniqueArguments};

const NIL: &str = "00000000-0000-0000-0000-000000000000";
const MAX: &str = "ffffffff-ffff-ffff-ffff-ffffffffffff";

/// The arguments of a derivation.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Arguments {
    /// Of `unique_conversation_id`.
    Unique(UniqueArguments),
    /// Of `group_conversation_id`.
    Group(GroupArguments),
}

impl Arguments {
    /// The call of the derivation with these.
    pub(crate) fn call(&self) -> Call {
        match self.clone() {
            Self::Unique(arguments) => Call::UniqueConversationId(arguments),
            Self::Group(arguments) => Call::GroupConversationId(arguments),
        }
    }

    /// By the names of the parameters.
    pub(crate) fn named(&self) -> Value {
        let named = match self {
            Self::Unique(arguments) => serde_json::to_value(arguments),
            Self::Group(arguments) => serde_json::to_value(arguments),
        };
        // Text and lists of it have a form in JSON.
        named.unwrap_or_default()
    }

    /// What the spec's record or fold gives for them; with a near miss's name, what that mistake gives.
    pub(crate) fn derived(&self, derivations: &Derivations, near_miss: Option<&str>) -> Result<String, DeriveError> {
        match self {
            Self::Unique(a) => derivations.unique(near_miss, &a.user_id, &a.other_user_id),
            Self::Group(a) => derivations.group(near_miss, &a.owner, &a.name, &a.participants, &a.random),
        }
    }

    /// How much there is to read in them: what "smaller" means.
    fn size(&self) -> (usize, usize) {
        let texts: Vec<&str> = match self {
            Self::Unique(a) => vec![&a.user_id, &a.other_user_id],
            Self::Group(a) => {
                [&a.owner, &a.name, &a.random].into_iter().chain(&a.participants).map(String::as_str).collect()
            }
        };
        let length = texts.iter().map(|text| text.len()).sum();
        // Zeros are the least to look at, and plain letters less than others.
        let interest = texts.iter().flat_map(|text| text.chars()).map(|c| match c {
            '0' | '-' => 0,
            'a' => 1,
            c if c.is_ascii() => 2,
            _ => 3,
        });
        (length, interest.sum())
    }

    /// Arguments in the domain that are smaller than these, the smallest first.
    pub(crate) fn smaller(&self) -> Vec<Self> {
        let mut all: Vec<Self> = match self {
            Self::Unique(a) => {
                let one = ids(&a.user_id).into_iter().map(|user_id| UniqueArguments { user_id, ..a.clone() });
                let other = ids(&a.other_user_id)
                    .into_iter()
                    .map(|other_user_id| UniqueArguments { other_user_id, ..a.clone() });
                // A pair of the same user may have to stay one.
                let both = ids(&a.user_id).into_iter().filter(|_| a.user_id == a.other_user_id);
                let both = both.map(|id| UniqueArguments { user_id: id.clone(), other_user_id: id });
                both.chain(one).chain(other).map(Self::Unique).collect()
            }
            Self::Group(a) => {
                let mut all = Vec::new();
                all.extend(
                    lists(&a.participants).into_iter().map(|participants| GroupArguments { participants, ..a.clone() }),
                );
                all.extend(names(&a.name).into_iter().map(|name| GroupArguments { name, ..a.clone() }));
                all.extend(ids(&a.owner).into_iter().map(|owner| GroupArguments { owner, ..a.clone() }));
                all.extend(ids(&a.random).into_iter().map(|random| GroupArguments { random, ..a.clone() }));
                all.into_iter().map(Self::Group).collect()
            }
        };
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

/// What can be cut out of so many: a half, a quarter, … and, where there are few, each alone.
fn spans(length: usize) -> Vec<(usize, usize)> {
    let mut all = Vec::new();
    let mut size = length / 2;
    while size > 0 {
        all.extend((0..length).step_by(size).take(64).map(|start| (start, (start + size).min(length))));
        size /= 2;
    }
    all
}

/// Generates the arguments of a derivation: the same for the same seed and number.
#[derive(Debug, Clone)]
pub(crate) struct Generator {
    strategy: SBoxedStrategy<Arguments>,
    label: &'static str,
}

impl Generator {
    /// The generator of a derivation's arguments; `None` where there is no such derivation.
    pub(crate) fn of(derivation: &str) -> Option<Self> {
        match derivation {
            UNIQUE => Some(Self { strategy: unique(), label: UNIQUE }),
            GROUP => Some(Self { strategy: group(), label: GROUP }),
            _ => None,
        }
    }

    /// The arguments with this number.
    pub(crate) fn arguments(&self, seed: u64, number: u64) -> Option<Arguments> {
        let mut hasher = Sha256::new();
        hasher.update(seed.to_le_bytes());
        hasher.update(number.to_le_bytes());
        hasher.update(self.label.as_bytes());
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &hasher.finalize());
        let mut runner = TestRunner::new_with_rng(Config { failure_persistence: None, ..Config::default() }, rng);
        // The strategies filter nothing, so that they never give up.
        self.strategy.new_tree(&mut runner).ok().map(|tree| tree.current())
    }
}

fn id() -> SBoxedStrategy<String> {
    let drawn = any::<u128>().prop_map(|bits| Uuid::from_u128(bits).hyphenated().to_string());
    Union::new_weighted(vec![(30, drawn.sboxed()), (1, select(vec![NIL.to_owned(), MAX.to_owned()]).sboxed())]).sboxed()
}

fn unique() -> SBoxedStrategy<Arguments> {
    let pair = |(user_id, other_user_id)| Arguments::Unique(UniqueArguments { user_id, other_user_id });
    let any_two = (id(), id());
    // Alike up to some bits, where comparisons go wrong.
    let near = (any::<u128>(), 0..128_u32, any::<bool>()).prop_map(|(bits, place, swap)| {
        let text = |bits: u128| Uuid::from_u128(bits).hyphenated().to_string();
        let (one, other) = (text(bits), text(bits ^ (1 << place)));
        if swap { (other, one) } else { (one, other) }
    });
    let same = id().prop_map(|id| (id.clone(), id));
    Union::new_weighted(vec![(12, any_two.sboxed()), (3, near.sboxed()), (1, same.sboxed())]).prop_map(pair).sboxed()
}

fn group() -> SBoxedStrategy<Arguments> {
    let few = vec(id(), 0..6);
    let repeated = vec(id(), 1..4).prop_map(|list| [list.clone(), list].concat());
    let many = vec(id(), 255..=256);
    let participants = Union::new_weighted(vec![(28, few.sboxed()), (3, repeated.sboxed()), (1, many.sboxed())]);
    (id(), name(), participants, id())
        .prop_map(|(owner, name, participants, random)| {
            Arguments::Group(GroupArguments { owner, name, participants, random })
        })
        .sboxed()
}

/// Names of any Unicode: what has broken implementations, what normalisation would change, what UTF-16 orders otherwise.
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
    // A few only: a name that is hashed before an owner is a name that sorts before a UUID.
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
        let generator = Generator::of(GROUP).expect("a generator");
        let all: Vec<Arguments> = (0..600).filter_map(|number| generator.arguments(1, number)).collect();
        let again: Vec<Arguments> = (0..600).filter_map(|number| generator.arguments(1, number)).collect();
        assert_eq!(all, again);
        assert_ne!(generator.arguments(2, 0), generator.arguments(1, 0));
        let names: Vec<&str> = all
            .iter()
            .map(|arguments| match arguments {
                Arguments::Group(group) => group.name.as_str(),
                Arguments::Unique(_) => "",
            })
            .collect();
        let has = |what: &dyn Fn(&str) -> bool| names.iter().any(|name| what(name));
        assert!(has(&|name| name.is_empty()));
        assert!(has(&|name| name.len() == 2048 && name.chars().count() == 512));
        assert!(has(&|name| name.contains('\u{301}')) && has(&|name| name.contains('é')));
        assert!(has(&|name| name.chars().any(|c| ('\u{e000}'..='\u{ffff}').contains(&c))));
        assert!(has(&|name| name.chars().any(|c| c > '\u{ffff}')));
    }

    #[test]
    fn smaller_arguments_are_smaller_and_stay_in_the_domain() {
        let generator = Generator::of(UNIQUE).expect("a generator");
        let mut arguments = generator.arguments(1, 3).expect("arguments");
        let mut steps = 0;
        while let Some(smaller) = arguments.smaller().into_iter().next() {
            let Arguments::Unique(pair) = &smaller else { panic!("another derivation") };
            assert!(Uuid::try_parse(&pair.user_id).is_ok() && pair.user_id.len() == 36);
            assert!(smaller.size() < arguments.size());
            arguments = smaller;
            steps += 1;
        }
        assert!(steps < 10, "{steps}");
        assert_eq!(arguments, Arguments::Unique(UniqueArguments { user_id: NIL.into(), other_user_id: NIL.into() }));
    }
}
