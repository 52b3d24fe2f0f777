//! Vectors of `group_conversation_id`.

use std::collections::BTreeMap;

use mixinspec_spec::Spec;

use super::document::{GroupVector, VectorResult};
use super::flags::Requirements;
use super::inputs::{Draw, MAX, NIL, is_user_id, names, spellings, with_character};
use crate::identity::derivation::{Derivations, DeriveError};
use crate::vectors::{GROUP, group_id};

/// A published group.
pub(crate) struct PublishedGroup {
    pub(crate) group: Group,
    pub(crate) origins: Vec<String>,
}

/// The arguments of the derivation.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) owner: String,
    pub(crate) name: String,
    pub(crate) participants: Vec<String>,
    pub(crate) random: String,
}

impl Group {
    /// Whether the derivation is defined for it. The random id is lower-cased first, so upper case is inside the
    /// domain; other spellings are not.
    pub(crate) fn is_in_domain(&self) -> bool {
        let mut users = std::iter::once(&self.owner).chain(&self.participants);
        users.all(|id| is_user_id(id)) && is_user_id(&self.random.to_ascii_lowercase())
    }
}

struct Groups<'a> {
    requirements: Requirements<'a>,
    derivations: &'a Derivations,
    near_misses: Vec<String>,
    draw: Draw,
    vectors: Vec<GroupVector>,
}

/// Generates about `count` vectors; at least all fixed ones.
///
/// # Errors
/// When the spec lacks the derivation.
pub(crate) fn vectors(
    spec: &Spec,
    derivations: &Derivations,
    seed: u64,
    count: usize,
    published: &[PublishedGroup],
) -> Result<Vec<GroupVector>, DeriveError> {
    let near_misses = derivations.near_misses(GROUP)?;
    let requirements = Requirements::of(spec, GROUP);
    let draw = Draw::new(seed, "group-conversation-id");
    let mut all = Groups { requirements, derivations, near_misses, draw, vectors: Vec::new() };
    let flags: Vec<&str> = spec.inputs.published.flags.iter().map(String::as_str).collect();
    for (nth, PublishedGroup { group, origins }) in published.iter().enumerate() {
        let id = format!("published-{:04}", nth + 1);
        all.add(&id, "The one vector that all SDKs' tests have.", &flags, group)?;
        if let Some(vector) = all.vectors.last_mut() {
            vector.origins.clone_from(origins);
        }
    }
    all.sizes()?;
    all.orders()?;
    all.repeated()?;
    all.names()?;
    all.random_ids()?;
    all.outside()?;
    all.random(count)?;
    Ok(all.vectors)
}

impl Groups<'_> {
    fn add(&mut self, id: &str, comment: &str, names: &[&str], group: &Group) -> Result<(), DeriveError> {
        let mut names = names.to_vec();
        let id_of = |near_miss: Option<&str>| {
            group_id(self.derivations, near_miss, &group.owner, &group.name, &group.participants, &group.random)
        };
        let expected = match id_of(None) {
            Ok(id) => Some(id),
            Err(DeriveError::NotAUuid(_)) => None,
            Err(error) => return Err(error),
        };
        let result = match &expected {
            None => VectorResult::Invalid,
            Some(_) if group.is_in_domain() => VectorResult::Valid,
            Some(_) => VectorResult::Acceptable,
        };
        if result == VectorResult::Acceptable {
            names.push("OutsideDomain");
        }
        let mut near_misses = BTreeMap::new();
        for name in self.near_misses.iter().filter(|_| expected.is_some()) {
            if let Some(wrong) = id_of(Some(name)).ok().filter(|wrong| expected.as_ref() != Some(wrong)) {
                near_misses.insert(name.clone(), wrong);
            }
        }
        self.vectors.push(GroupVector {
            id: id.to_owned(),
            comment: comment.to_owned(),
            requirements: self.requirements.with(&names),
            flags: names.into_iter().map(str::to_owned).collect(),
            result,
            origins: Vec::new(),
            owner: group.owner.clone(),
            name: group.name.clone(),
            participants: group.participants.clone(),
            random: group.random.clone(),
            expected,
            near_misses,
        });
        Ok(())
    }

    /// The group of this kind and number with `participants` random participants.
    fn group(&self, kind: &str, number: usize, participants: usize) -> Group {
        Group {
            owner: self.draw.id(kind, number, "owner"),
            name: format!("Group {number}"),
            participants: self.draw.ids(kind, number, "participant", participants),
            random: self.draw.id(kind, number, "random"),
        }
    }

    fn sizes(&mut self) -> Result<(), DeriveError> {
        for (at, size) in [0, 1, 2, 3, 10, 100, 255, 256].into_iter().enumerate() {
            for again in 1..=(if size > 10 { 1 } else { 3 }) {
                let number = (at + 1) * 100 + again;
                let group = self.group("size", number, size);
                self.add(&format!("size-{number:04}"), &format!("{size} participants."), &["Size"], &group)?;
            }
        }
        Ok(())
    }

    fn orders(&mut self) -> Result<(), DeriveError> {
        for number in 1..=12 {
            let drawn = self.group("order", number, 3 + number % 5);
            let mut sorted = drawn.participants.clone();
            sorted.sort();
            let reversed: Vec<String> = sorted.iter().rev().cloned().collect();
            let shuffled = self.draw.shuffled("order", number, &drawn.participants);
            for (how, participants) in [("sorted", sorted), ("reversed", reversed), ("shuffled", shuffled)] {
                let id = format!("order-{number:04}-{how}");
                let comment = format!("The participants are {how}.");
                self.add(&id, &comment, &["AnyOrder"], &Group { participants, ..drawn.clone() })?;
            }
        }
        for number in 1..=8 {
            // Participants that differ in one digit alone: the sort has to look at all of them.
            let drawn = self.group("close", number, 1);
            let close = |digit| with_character(&drawn.participants[0], if number % 2 == 0 { 35 } else { 0 }, digit);
            let participants = ['f', '9', 'a', '0', '8', '7'].map(close).to_vec();
            let id = format!("close-{number:04}");
            let comment = "The participants differ in one digit alone.";
            self.add(&id, comment, &["AnyOrder", "DigitAgainstLetter"], &Group { participants, ..drawn })?;
        }
        Ok(())
    }

    fn repeated(&mut self) -> Result<(), DeriveError> {
        for number in 1..=8 {
            let drawn = self.group("duplicate", number, 3);
            let mut participants = drawn.participants.clone();
            participants.extend(participants.clone().into_iter().take(1 + number % 3));
            let id = format!("duplicate-{number:04}");
            let comment = "Some participants stand there twice.";
            self.add(&id, comment, &["Duplicate"], &Group { participants, ..drawn })?;

            let drawn = self.group("same-participant", number, 1);
            let participants = vec![drawn.participants[0].clone(); number + 1];
            let id = format!("same-participant-{number:04}");
            let comment = format!("One participant, {} times.", number + 1);
            self.add(&id, &comment, &["Duplicate"], &Group { participants, ..drawn })?;

            let drawn = self.group("owner-too", number, number % 4);
            let mut participants = drawn.participants.clone();
            participants.insert(participants.len() / 2, drawn.owner.clone());
            let id = format!("owner-too-{number:04}");
            let comment = "The owner is among the participants.";
            self.add(&id, comment, &["OwnerAmongParticipants"], &Group { participants, ..drawn.clone() })?;
            let id = format!("owner-too-{number:04}-without");
            let comment = "The same group, with the owner where an owner belongs: another id.";
            self.add(&id, comment, &["OwnerAmongParticipants"], &drawn)?;
        }
        Ok(())
    }

    fn names(&mut self) -> Result<(), DeriveError> {
        for (at, (what, name)) in names().into_iter().enumerate() {
            let number = at + 1;
            let flags: &[&str] = match () {
                () if name.is_empty() => &["NameText", "EmptyText"],
                () if !name.is_ascii() => &["NameText", "NotAscii"],
                () => &["NameText"],
            };
            let flags = if name.len() >= 512 { &[flags, &["Length"]].concat() } else { flags };
            let drawn = self.group("name", number, 2);
            let id = format!("name-{number:04}");
            self.add(&id, &format!("The name: {what}."), flags, &Group { name, ..drawn })?;
        }
        for number in 1..=5 {
            let drawn = self.group("name-order", number, 2);
            let owner = &drawn.owner;
            let beside = [
                ("the owner's id", owner.clone()),
                ("the owner's id in upper case", owner.to_ascii_uppercase()),
                ("the beginning of the owner's id", owner[..8].to_owned()),
                ("the owner's id and more", format!("{owner}-")),
                ("what sorts before every id", "!".to_owned()),
                ("what sorts after every id", "~".to_owned()),
                ("a word that sorts among ids", "beef".to_owned()),
                ("an upper-case word, which sorts between digits and letters", "BEEF".to_owned()),
                ("the first participant's id", drawn.participants[0].clone()),
                ("the random id", drawn.random.clone()),
            ];
            for (at, (what, name)) in beside.into_iter().enumerate() {
                let id = format!("name-order-{number:02}{:02}", at + 1);
                let group = Group { name, ..drawn.clone() };
                self.add(&id, &format!("The name: {what}."), &["NameAgainstOwner"], &group)?;
            }
        }
        Ok(())
    }

    fn random_ids(&mut self) -> Result<(), DeriveError> {
        for number in 1..=10 {
            let drawn = self.group("random-case", number, 2);
            let upper = drawn.random.to_ascii_uppercase();
            let mixed = spellings(&drawn.random)[6].1.clone();
            for (how, random) in [("lower", drawn.random.clone()), ("upper", upper), ("mixed", mixed)] {
                let id = format!("random-case-{number:04}-{how}");
                let comment = format!("The random id in {how} case; all three have one id.");
                self.add(&id, &comment, &["RandomSpelling"], &Group { random, ..drawn.clone() })?;
            }
        }
        for (at, digit) in "0123456789abcdef".chars().enumerate() {
            let drawn = self.group("random-version", at + 1, 2);
            let random = with_character(&drawn.random, 14, digit);
            let id = format!("random-version-{:04}", at + 1);
            let comment = format!("The random id has {digit} where the version goes.");
            self.add(&id, &comment, &["AnyVersion"], &Group { random, ..drawn })?;
        }
        for (at, random) in [NIL, MAX].into_iter().enumerate() {
            let drawn = self.group("random-nil", at + 1, 2);
            let id = format!("random-nil-{:04}", at + 1);
            let comment = "The random id is the nil or the max UUID.";
            self.add(&id, comment, &["NilOrMax"], &Group { random: random.to_owned(), ..drawn })?;
        }
        let drawn = self.group("random-spelling", 1, 2);
        for (at, (how, random)) in spellings(&drawn.random).into_iter().take(3).enumerate() {
            let id = format!("random-spelling-{:04}", at + 1);
            let comment = format!("The random id is written {how}: the id of the UUID, or an error.");
            self.add(&id, &comment, &["RandomSpelling"], &Group { random, ..drawn.clone() })?;
        }
        let drawn = self.group("random-invalid", 1, 2);
        let whole = drawn.random.clone();
        let wrong = [
            ("empty", String::new()),
            ("a word", "random".to_owned()),
            ("a digit short", whole[..35].to_owned()),
            ("a digit long", format!("{whole}0")),
            ("with a letter that is no digit", with_character(&whole, 35, 'g')),
            ("with a hyphen too early", format!("{}-{}{}", &whole[..7], &whole[7..8], &whole[9..])),
            ("with underscores", whole.replace('-', "_")),
            ("with one brace", format!("{{{whole}")),
            ("with a space before it", format!(" {whole}")),
            ("with a line feed after it", format!("{whole}\n")),
            ("with full-width digits", whole.replace(|c: char| c.is_ascii_digit(), "\u{ff11}")),
            ("two UUIDs", format!("{whole}{whole}")),
            ("the word null", "null".to_owned()),
        ];
        for (at, (how, random)) in wrong.into_iter().enumerate() {
            let id = format!("random-invalid-{:04}", at + 1);
            let comment = format!("The random id is no UUID: {how}.");
            self.add(&id, &comment, &["RandomNotUuid"], &Group { random, ..drawn.clone() })?;
        }
        Ok(())
    }

    /// Users' ids that are not lowercase hyphenated UUIDs.
    fn outside(&mut self) -> Result<(), DeriveError> {
        for number in 1..=6 {
            let drawn = self.group("upper-case", number, 3);
            let upper: Vec<String> = drawn.participants.iter().map(|id| id.to_ascii_uppercase()).collect();
            let owner = drawn.owner.to_ascii_uppercase();
            let id = format!("upper-case-{number:04}-owner");
            self.add(&id, "The owner in upper case.", &["UpperCase"], &Group { owner, ..drawn.clone() })?;
            let mut one = drawn.participants.clone();
            one[0].clone_from(&upper[0]);
            let id = format!("upper-case-{number:04}-one");
            let comment = "One participant in upper case, which sorts before all lower-case letters.";
            self.add(&id, comment, &["UpperCase"], &Group { participants: one, ..drawn.clone() })?;
            let id = format!("upper-case-{number:04}-all");
            let comment = "All participants in upper case.";
            self.add(&id, comment, &["UpperCase"], &Group { participants: upper, ..drawn })?;
        }
        let drawn = self.group("text", 1, 2);
        let lists: [(&str, &[&str], Vec<String>); 4] = [
            ("an empty participant", &["EmptyText"], vec![String::new(), drawn.participants[0].clone()]),
            (
                "participants that UTF-16 sorts the other way round",
                &["NotAscii", "SurrogateOrder"],
                vec!["user-\u{1f600}".into(), "user-\u{ff21}".into()],
            ),
            ("a participant in braces", &["OtherSpelling"], vec![format!("{{{}}}", drawn.participants[0])]),
            ("numbers", &[], vec!["10".into(), "9".into(), "2".into()]),
        ];
        for (at, (what, flags, participants)) in lists.into_iter().enumerate() {
            let id = format!("text-{:04}", at + 1);
            self.add(&id, &format!("The participants: {what}."), flags, &Group { participants, ..drawn.clone() })?;
        }
        let id = "text-0005";
        self.add(id, "An empty owner.", &["EmptyText"], &Group { owner: String::new(), ..drawn })
    }

    fn random(&mut self, count: usize) -> Result<(), DeriveError> {
        let names = names();
        let mut number = 0;
        while self.vectors.len() < count {
            number += 1;
            let size = self.draw.number("random", number, "size", 9);
            let mut group = self.group("random", number, size);
            // Every other group has a part of a special name, so that special names meet every size.
            if number % 2 == 0 {
                let special = &names[self.draw.number("random", number, "name", names.len())].1;
                group.name.extend(special.chars().take(24));
            }
            self.add(&format!("random-{number:04}"), &format!("{size} participants."), &["Ordinary"], &group)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(count: usize) -> Vec<GroupVector> {
        let spec = Spec::embedded().expect("the embedded spec");
        let derivations = Derivations::new(spec.document.derivations.clone());
        vectors(&spec, &derivations, 1, count, &[]).expect("vectors")
    }

    fn expected<'a>(all: &'a [GroupVector], id: &str) -> &'a str {
        let vector = all.iter().find(|vector| vector.id == id).expect("a vector of this id");
        vector.expected.as_deref().expect("an id")
    }

    #[test]
    fn a_vector_does_not_depend_on_how_many_there_are() {
        let (few, many) = (all(0), all(400));
        assert_eq!(few[..], many[..few.len()]);
        assert!(many.len() >= 400 && many.len() > few.len());
    }

    #[test]
    fn what_makes_no_difference_makes_none() {
        let all = all(0);
        assert_eq!(expected(&all, "order-0001-sorted"), expected(&all, "order-0001-shuffled"));
        assert_eq!(expected(&all, "random-case-0001-lower"), expected(&all, "random-case-0001-mixed"));
        assert_ne!(expected(&all, "owner-too-0001"), expected(&all, "owner-too-0001-without"));
    }

    #[test]
    fn only_a_random_id_that_is_no_uuid_is_invalid() {
        for vector in all(0) {
            let wrong = vector.id.starts_with("random-invalid");
            assert_eq!(vector.result == VectorResult::Invalid, wrong, "{}", vector.id);
            assert_eq!(vector.expected.is_none(), wrong, "{}", vector.id);
        }
    }
}
