//! The [`Plan`] of a run: the cases of every requirement and reading of one edition, compiled, in a fixed order.
//!
//! A case's id is `REQUIREMENT/NAME` and does not depend on what else runs. Generated cases are numbered; they are made
//! when their turn comes, so a plan does not grow with their number.

pub mod case;
mod planner;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use mixinspec_spec::Spec;
use mixinspec_spec::model::{Needs, Subject};

pub use self::case::{
    AcceptCase, Asked, AuthenticateCase, Case, CaseKind, CompiledStep, CredentialCase, NegativeCase, Property,
    Question, RefuseCase, Send, StepsCase, WalkCase,
};
use crate::cel::ExpressionError;
use crate::identity::case_id::{CaseId, Numbered};
use crate::judge::Judge;
use crate::plan::planner::Planner;
use crate::request::generate::Generator;
use crate::request::make::Family;
pub use crate::request::walk::{Ask, CompiledAction, CompiledWalk};
use crate::vectors;

/// The plan of one edition.
#[derive(Debug)]
pub struct Plan {
    /// The edition.
    pub edition: String,
    /// The families.
    pub families: BTreeMap<String, Family>,
    /// The generators of the families.
    pub generators: BTreeMap<String, Generator>,
    /// The fixed cases.
    pub cases: Vec<Arc<Case>>,
    /// The checks that generated valid requests belong to, with the families.
    pub properties: Vec<Property>,
    /// The ways in which generated requests are broken, each with the check that it belongs to.
    pub negatives: Vec<NegativeCase>,
    /// The requests that must be refused for their credential; like generated cases, they are sent many times.
    pub credentials: Vec<CredentialCase>,
    /// The walks.
    pub walks: Vec<Arc<CompiledWalk>>,
    /// The checks of readings on which something depends: their cases come first.
    pub needed: BTreeSet<usize>,
}

impl Plan {
    /// Plans an edition.
    ///
    /// # Errors
    /// When an expression of the spec is no CEL, or a `for_each` cannot be evaluated.
    pub fn compile(spec: &Spec, judge: &Judge) -> Result<Self, ExpressionError> {
        let edition = &judge.edition;
        let mut families = BTreeMap::new();
        let mut generators = BTreeMap::new();
        for (name, family) in &spec.document.requests {
            if let Some(compiled) = Family::compile(name, family, edition)? {
                families.insert(name.clone(), compiled);
                if let Some(generator) = Generator::new(name, family, &edition.name, &edition.schemas) {
                    generators.insert(name.clone(), generator);
                }
            }
        }
        let mut planner = Planner::new(spec, edition, &families);
        for requirement in spec.requirements(&edition.name) {
            if requirement.subject == Subject::Server
                && let Some(check) = judge.check(&requirement.id)
            {
                planner.requirement(requirement, check)?;
            }
        }
        for reading in spec.readings(&edition.name) {
            if let Some(check) = judge.check(&reading.id) {
                planner.reading(reading, check)?;
            }
        }
        // Vectors come last, so that a limited list of users first serves the cases that nothing else replaces.
        for vector in vectors::embedded_cases(spec, &edition.name)? {
            if let Some(check) = judge.check(&vector.requirement) {
                planner.vector(&vector, check);
            }
        }
        let Planner { cases, mut properties, negatives, credentials, .. } = planner;
        for family in families.keys() {
            let count = properties.iter().filter(|property| property.family == *family).count() as u64;
            let same = properties.iter_mut().filter(|property| property.family == *family);
            same.zip(0..).for_each(|(property, turn)| property.turn = [turn, count]);
        }
        let checks: Vec<usize> = (0..judge.checks.len()).filter(|check| judge.is_history(*check)).collect();
        let mut walks = Vec::new();
        for (name, walk) in &spec.document.walks {
            walks.extend(CompiledWalk::compile(name, walk, edition, &families, &generators, &checks)?.map(Arc::new));
        }
        let ways = families.values().flat_map(|family| family.ways.iter().map(|way| &way.needs));
        let actions = walks.iter().flat_map(|walk| walk.actions.iter().map(|action| &action.needs));
        let needs = judge.checks.iter().map(|check| &check.needs).chain(ways).chain(actions);
        let needed = needs.flat_map(Needs::readings).filter_map(|id| judge.check(id)).collect();
        let edition = edition.name.clone();
        Ok(Self { edition, families, generators, cases, properties, negatives, credentials, walks, needed })
    }

    /// How many generated cases there are if each property has `cases`, without the repeated ends of walks.
    #[must_use]
    pub fn generated_count(&self, cases: u64) -> u64 {
        let cases = cases.min(MOST);
        cases * (self.requests() + OFTENER * (self.credentials() + self.walks.len() as u64))
    }

    /// How many generated cases like this one there are if each property has `cases`.
    #[must_use]
    pub fn count(&self, case: &Case, cases: u64) -> u64 {
        let cases = cases.min(MOST);
        match &case.kind {
            CaseKind::Walk(walk) if walk.later => (walk.walk.remembered as u64).min(OFTENER * cases),
            CaseKind::Walk(_) | CaseKind::Authenticate(_) => OFTENER * cases,
            CaseKind::Accept(_) | CaseKind::Refuse(_) | CaseKind::Steps(_) => cases,
        }
    }

    /// How many groups of generated requests there are: one for each property, and one of broken requests.
    fn requests(&self) -> u64 {
        self.properties.len() as u64 + u64::from(!self.negatives.is_empty())
    }

    /// How many groups of requests with wrong credentials there are: one, or none.
    fn credentials(&self) -> u64 {
        u64::from(!self.credentials.is_empty())
    }

    /// The generated case with this number, counted through all properties, then broken requests, wrong credentials,
    /// and walks. It is the same for the same seed, and made anew each time, so that a plan does not grow with the
    /// number of cases.
    #[must_use]
    pub fn generated(&self, seed: u64, cases: u64, number: u64) -> Option<Case> {
        let cases = cases.min(MOST);
        let order = self.cases.len() + usize::try_from(number).ok()?;
        if let Some(number) = number.checked_sub(self.requests() * cases) {
            let each = OFTENER * cases;
            let (group, within) = (number / each, number % each);
            let Some(walk) = group.checked_sub(self.credentials()) else {
                // In turns, so that each is tried as often as the next.
                let intruder = self.credentials.get(usize::try_from(within).ok()? % self.credentials.len())?;
                return Some(credential_case(intruder, within, order));
            };
            let walk = self.walks.get(usize::try_from(walk).ok()?)?;
            return walk_case(walk, within, false, order);
        }
        let (group, within) = (usize::try_from(number / cases).ok()?, number % cases);
        if let Some(property) = self.properties.get(group) {
            return Some(property_case(property, within, order));
        }
        let choice = draw(seed, within) % self.negatives.len().max(1) as u64;
        let violation = self.negatives.get(usize::try_from(choice).ok()?)?;
        Some(negative_case(violation, within, order))
    }

    /// The group of the generated case with this number: the group's first number, and the first one after it.
    pub(crate) fn generated_group(&self, cases: u64, number: u64) -> [u64; 2] {
        let cases = cases.clamp(1, MOST);
        let (start, each) = match number.checked_sub(self.requests() * cases) {
            Some(_) => (self.requests() * cases, OFTENER * cases),
            None => (0, cases),
        };
        let before = start + (number - start) / each * each;
        [before, before + each]
    }

    /// The walks whose ends are repeated, if each property has `cases`.
    pub(crate) fn remembered(&self, cases: u64) -> impl Iterator<Item = Case> {
        let cases = cases.min(MOST);
        let all = self.walks.iter().enumerate().flat_map(move |(at, walk)| {
            let before = self.requests() * cases + (self.credentials() + at as u64) * OFTENER * cases;
            let order = self.cases.len() + usize::try_from(before).unwrap_or(usize::MAX / 4);
            (0..(walk.remembered as u64).min(OFTENER * cases)).map(move |number| (walk, number, order))
        });
        all.filter_map(|(walk, number, order)| {
            walk_case(walk, number, false, order.saturating_add(usize::try_from(number).ok()?))
        })
    }

    /// The cases that come after all others: the repeated ends of the first walks.
    pub fn later(&self, cases: u64) -> impl Iterator<Item = Case> {
        let cases = cases.min(MOST);
        let order = self.cases.len() + usize::try_from(self.generated_count(cases)).unwrap_or(usize::MAX / 2);
        let numbers = move |walk: &CompiledWalk| 0..(walk.remembered as u64).min(OFTENER * cases);
        let all = self.walks.iter().flat_map(move |walk| numbers(walk).map(move |number| (walk, number)));
        all.enumerate().filter_map(move |(nth, (walk, number))| walk_case(walk, number, true, order + nth))
    }

    /// The generated case with this id.
    #[must_use]
    pub fn generated_by_id(&self, id: &CaseId) -> Option<Case> {
        let order = self.cases.len();
        let Numbered { stem, number, later } = id.numbered()?;
        if let Some(walk) = self.walks.iter().find(|walk| walk.id() == stem) {
            return walk_case(walk, number, later, order);
        }
        let property = self.properties.iter().find(|property| format!("{}/{}", property.id, property.family) == stem);
        let violation = self.negatives.iter().find(|violation| violation.id == *stem);
        let intruder = self.credentials.iter().find(|intruder| intruder.id == *stem);
        match (property, violation, intruder) {
            (Some(property), ..) => Some(property_case(property, number, order)),
            (_, Some(violation), _) => Some(negative_case(violation, number, order)),
            (_, _, Some(intruder)) => Some(credential_case(intruder, number, order)),
            (None, None, None) => None,
        }
    }

    /// The generator of the document that a case is made from, and the document's number.
    #[must_use]
    pub fn generated_from<'a>(&'a self, case: &'a Case) -> Option<(&'a Generator, u64)> {
        match &case.kind {
            CaseKind::Accept(case) => Some((self.generators.get(&case.family)?, case.generated?)),
            CaseKind::Refuse(case) => Some((self.generators.get(&case.family)?, case.generated?)),
            CaseKind::Walk(case) if !case.later => Some((&case.walk.generator, case.number)),
            CaseKind::Authenticate(_) | CaseKind::Steps(_) | CaseKind::Walk(_) => None,
        }
    }

    /// The checks of the readings on which a case depends.
    pub(crate) fn needed_by(&self, judge: &Judge, case: &Case) -> BTreeSet<usize> {
        let mut needs: Vec<&Needs> = case.checks().filter_map(|check| Some(&judge.checks.get(check)?.needs)).collect();
        match &case.kind {
            CaseKind::Refuse(refuse) => {
                let family = self.families.get(&refuse.family);
                needs.extend(family.into_iter().flat_map(|family| family.ways.iter().map(|way| &way.needs)));
            }
            CaseKind::Walk(walk) => needs.extend(walk.walk.actions.iter().map(|action| &action.needs)),
            CaseKind::Accept(_) | CaseKind::Authenticate(_) | CaseKind::Steps(_) => {}
        }
        needs.into_iter().flat_map(Needs::readings).filter_map(|id| judge.check(id)).collect()
    }

    /// Every fixed case, and the first generated case of each kind.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = Arc<Case>> {
        let order = self.cases.len();
        let properties = self.properties.iter().map(move |property| property_case(property, 0, order));
        let walks = self.walks.iter().filter_map(move |walk| walk_case(walk, 0, false, order));
        // Generated cases with broken requests or wrong credentials are of the same kinds as fixed ones.
        self.cases.iter().cloned().chain(properties.chain(walks).map(Arc::new))
    }

    /// The beginnings of the ids of the generated cases that a check owns or shares.
    pub fn generated_stems(&self, check: usize) -> impl Iterator<Item = String> {
        let properties = self.properties.iter().filter(move |property| property.check == check);
        let properties = properties.map(|property| format!("{}/{}", property.id, property.family));
        let walks = self.walks.iter().filter(move |walk| walk.checks.contains(&check));
        properties.chain(walks.map(|walk| walk.id()))
    }
}

/// How many walks and wrong credentials there are for each generated request of a property. Valid and broken requests
/// are sent for many requirements; conversations are created again, or read, in walks alone.
const OFTENER: u64 = 4;

/// The most generated cases of a property: they would take a century, and their total can still be counted.
const MOST: u64 = 1 << 40;

/// The number of the first document that properties are tried on. The walks of a default run use those before it, and
/// properties would only repeat their texts.
const AFTER_WALKS: u64 = 132;

fn property_case(property: &Property, number: u64, order: usize) -> Case {
    let kind = CaseKind::Accept(AcceptCase {
        when: property.when.clone(),
        rule: property.rule.clone(),
        generated: Some(number.wrapping_mul(property.turn[1]).wrapping_add(AFTER_WALKS + property.turn[0])),
        ..AcceptCase::new(property.family.clone(), Arc::default(), false)
    });
    let id = CaseId::generated(CaseId::new(&property.id, &property.family), number);
    Case { id, check: property.check, order, kind }
}

fn negative_case(violation: &NegativeCase, number: u64, order: usize) -> Case {
    let case = RefuseCase { generated: Some(number), ..violation.case.clone() };
    let id = CaseId::generated(&violation.id, number);
    Case { id, check: violation.check, order, kind: CaseKind::Refuse(case) }
}

fn credential_case(intruder: &CredentialCase, number: u64, order: usize) -> Case {
    let id = CaseId::generated(&intruder.id, number);
    Case { id, check: intruder.check, order, kind: CaseKind::Authenticate(Box::new(intruder.case.clone())) }
}

fn walk_case(walk: &Arc<CompiledWalk>, number: u64, later: bool, order: usize) -> Option<Case> {
    let check = *walk.checks.first()?;
    let id = if later { CaseId::later(walk.id(), number) } else { CaseId::generated(walk.id(), number) };
    Some(Case { id, check, order, kind: CaseKind::Walk(WalkCase { walk: Arc::clone(walk), number, later }) })
}

/// A number from a seed and a number, evenly spread (the finalizer of SplitMix64).
pub(crate) fn draw(seed: u64, number: u64) -> u64 {
    let mut x = seed.wrapping_add(number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}
