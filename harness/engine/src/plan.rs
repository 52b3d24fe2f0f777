//! What a run does: the cases of every requirement and reading of one edition, compiled, in a fixed order.
//!
//! A case's id is `REQUIREMENT/NAME` and does not depend on what else runs. Generated cases are numbered; they are made
//! when their turn comes, so a plan does not grow with their number.

use std::collections::BTreeMap;
use std::sync::Arc;

use mixinspec_spec::model::{Expect, ExpectCredential, Party, Subject};
use mixinspec_spec::{Read, Spec};

use crate::expression::{Expression, ExpressionError, Vocabulary};
use crate::generate::Generator;
use crate::judge::Judge;
use crate::make::{Change, Family};
use crate::planner::Planner;
use crate::schema::Schemas;
use crate::vectors::{self, VectorRequest};

/// A case.
#[derive(Debug)]
pub struct Case {
    /// Its id: `REQUIREMENT/NAME`.
    pub id: String,
    /// Its check.
    pub check: usize,
    /// Its place in the order of the plan.
    pub order: usize,
    /// What it does.
    pub kind: CaseKind,
}

/// What a case does.
#[derive(Debug)]
pub enum CaseKind {
    /// A request that is accepted.
    Accept(AcceptCase),
    /// A request that is refused, beside a twin that is accepted.
    Refuse(RefuseCase),
    /// A request with a credential of its own, beside a twin with the caller's.
    Authenticate(Box<AuthenticateCase>),
    /// Several requests and a rule over them.
    Steps(Arc<StepsCase>),
}

/// A request that is accepted.
#[derive(Debug, Clone)]
pub struct AcceptCase {
    /// Its family.
    pub family: String,
    /// How it differs from the family's request.
    pub change: Arc<Change>,
    /// Whether it differs at all; a twin tells nothing of one that does not.
    pub changed: bool,
    /// Whether its answer is the twin's up to ids and times.
    pub same_as_twin: bool,
    /// When its exchange counts; always where there is nothing.
    pub when: Option<Arc<Expression>>,
    /// What else holds.
    pub rule: Option<Arc<Expression>>,
    /// The number of the generated document that it is made from; the family's base where there is none.
    pub generated: Option<u64>,
    /// The vector that it is, in place of a request of the family.
    pub vector: Option<Arc<VectorRequest>>,
}

/// A request that is refused.
#[derive(Debug, Clone)]
pub struct RefuseCase {
    /// Its family.
    pub family: String,
    /// What is wrong with it.
    pub change: Arc<Change>,
    /// The codes that are right.
    pub codes: Vec<i64>,
    /// The number of the generated document that it is made from.
    pub generated: Option<u64>,
}

/// A request with a credential of its own.
#[derive(Debug, Clone)]
pub struct AuthenticateCase {
    /// Its family.
    pub family: String,
    /// How it differs from the family's request, and its credential from the caller's.
    pub change: Arc<Change>,
    /// Whether the request itself differs from the family's.
    pub changed: bool,
    /// What must come of it.
    pub expect: ExpectCredential,
    /// What else holds where it is accepted.
    pub rule: Option<Arc<Expression>>,
}

/// Several requests and a rule over them.
#[derive(Debug)]
pub struct StepsCase {
    /// The steps.
    pub steps: Vec<CompiledStep>,
    /// What is asked of them: by the case's own check first.
    pub asked: Vec<Asked>,
}

/// What a check asks of steps.
#[derive(Debug)]
pub struct Asked {
    /// The check.
    pub check: usize,
    /// The question.
    pub question: Question,
    /// The parts of the steps' answers that the question reads.
    pub reads: Vec<Read>,
}

impl StepsCase {
    /// How many conversations it creates at the most.
    fn conversations(&self) -> u64 {
        self.steps.iter().filter(|step| matches!(step.send, Send::Family(_))).count() as u64
    }
}

/// What is asked of steps.
#[derive(Debug)]
pub enum Question {
    /// Whether a rule holds, where it applies.
    Rule {
        /// When it applies.
        applies: Option<Box<Expression>>,
        /// The rule.
        rule: Box<Expression>,
    },
    /// Which reading they show.
    Reading(Vec<(String, Expression)>),
}

/// One step.
#[derive(Debug)]
pub struct CompiledStep {
    /// Its name.
    pub name: String,
    /// Who sends it.
    pub by: Party,
    /// What is sent.
    pub send: Send,
    /// Who stands first in the list of users.
    pub with: Option<Party>,
    /// How the request is changed.
    pub change: Change,
    /// How often it is sent at once.
    pub at_once: Option<usize>,
    /// What must come of it.
    pub expect: Expect,
}

/// What a step sends.
#[derive(Debug)]
pub enum Send {
    /// A family's request.
    Family(String),
    /// An earlier step's request.
    Again(usize),
    /// A reading of an earlier step's conversation.
    Read(usize),
}

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
    pub violations: Vec<Violation>,
    /// The requests that are refused for their credential, which are sent again and again.
    pub intruders: Vec<Intruder>,
    /// The steps that are taken again and again, each time with fresh ids.
    pub sequences: Vec<Sequence>,
}

/// Steps that are taken again and again. Checks with the same steps share them.
#[derive(Debug)]
pub struct Sequence {
    /// The id of the first check's own case.
    pub id: String,
    /// The steps, and what each check asks of them.
    pub case: Arc<StepsCase>,
}

/// A request that is refused for its credential.
#[derive(Debug, Clone)]
pub struct Intruder {
    /// The check that it belongs to.
    pub check: usize,
    /// The id of its case.
    pub id: String,
    /// What is sent.
    pub case: AuthenticateCase,
}

/// A check that generated valid requests of a family belong to.
#[derive(Debug, Clone)]
pub struct Property {
    /// The check.
    pub check: usize,
    /// Its id.
    pub id: String,
    /// The family.
    pub family: String,
    /// When an exchange counts.
    pub when: Option<Arc<Expression>>,
    /// What else holds.
    pub rule: Option<Arc<Expression>>,
}

/// A way to break a request of a family, for generated requests.
#[derive(Debug, Clone)]
pub struct Violation {
    /// The check that it belongs to.
    pub check: usize,
    /// The id of the fixed case that breaks the plain request in the same way.
    pub id: String,
    /// What is sent.
    pub case: RefuseCase,
}

impl Plan {
    /// Plans an edition.
    ///
    /// # Errors
    /// When an expression of the spec is no CEL, or a `for_each` cannot be evaluated.
    pub fn compile(
        spec: &Spec,
        edition: &str,
        judge: &Judge,
        schemas: &Arc<Schemas>,
        vocabulary: &Arc<Vocabulary>,
    ) -> Result<Self, ExpressionError> {
        let mut families = BTreeMap::new();
        let mut generators = BTreeMap::new();
        for (name, family) in &spec.document.requests {
            if let Some(compiled) = Family::compile(name, family, edition, schemas)? {
                families.insert(name.clone(), compiled);
                if let Some(generator) = Generator::new(name, family, edition, schemas) {
                    generators.insert(name.clone(), generator);
                }
            }
        }
        let sites = spec.constraints(edition);
        let mut planner = Planner {
            spec,
            edition,
            vocabulary,
            schemas,
            families: &families,
            sites,
            cases: Vec::new(),
            properties: Vec::new(),
            violations: Vec::new(),
            intruders: Vec::new(),
            sequences: Vec::new(),
        };
        for requirement in spec.requirements(edition) {
            if requirement.subject == Subject::Server
                && let Some(check) = judge.check(&requirement.id)
            {
                planner.requirement(requirement, check)?;
            }
        }
        for reading in spec.readings(edition) {
            if let Some(check) = judge.check(&reading.id) {
                planner.reading(reading, check)?;
            }
        }
        // Last, so that a closed list of users is used up by cases that nothing else stands for.
        for vector in vectors::embedded_cases(spec, edition) {
            if let Some(check) = judge.check(&vector.requirement) {
                planner.vector(&vector, check);
            }
        }
        let Planner { cases, properties, violations, intruders, sequences, .. } = planner;
        let sequences = sequences.into_iter().map(|(_, id, case)| Sequence { id, case: Arc::new(case) }).collect();
        let edition = edition.to_owned();
        Ok(Self { edition, families, generators, cases, properties, violations, intruders, sequences })
    }

    /// How many generated cases there are when each property has so many.
    #[must_use]
    pub fn generated_count(&self, cases: u64) -> u64 {
        cases * (self.requests() + OFTENER * (self.credentials() + self.sequences.len() as u64))
    }

    /// How many groups of generated requests there are: one for each property, and one of broken requests.
    fn requests(&self) -> u64 {
        self.properties.len() as u64 + u64::from(!self.violations.is_empty())
    }

    /// How many groups of requests with wrong credentials there are: one, or none.
    fn credentials(&self) -> u64 {
        u64::from(!self.intruders.is_empty())
    }

    /// The generated case with this number, counted through all properties, then broken requests, wrong credentials, and
    /// sequences. The same for the same seed, and made anew each time, so that a plan does not grow with the number of cases.
    #[must_use]
    pub fn generated(&self, seed: u64, cases: u64, number: u64) -> Option<Case> {
        let order = self.cases.len() + usize::try_from(number).ok()?;
        if let Some(number) = number.checked_sub(self.requests() * cases) {
            let each = OFTENER * cases;
            let (group, within) = (number / each, number % each);
            let Some(sequence) = group.checked_sub(self.credentials()) else {
                // In turns, so that each is tried as often as the next.
                let intruder = self.intruders.get(usize::try_from(within).ok()? % self.intruders.len())?;
                return Some(intruder_case(intruder, within, order));
            };
            let sequence = self.sequences.get(usize::try_from(sequence).ok()?)?;
            return sequence_case(sequence, within, order);
        }
        let (group, within) = (usize::try_from(number / cases).ok()?, number % cases);
        if let Some(property) = self.properties.get(group) {
            return Some(property_case(property, within, order));
        }
        let choice = draw(seed, within) % self.violations.len().max(1) as u64;
        let violation = self.violations.get(usize::try_from(choice).ok()?)?;
        Some(violation_case(violation, within, order))
    }

    /// The generated case with this id.
    #[must_use]
    pub fn generated_by_id(&self, id: &str) -> Option<Case> {
        let (stem, number) = id.rsplit_once(GENERATED)?;
        let number = number.parse().ok()?;
        let order = self.cases.len();
        let property = self.properties.iter().find(|property| format!("{}/{}", property.id, property.family) == stem);
        let violation = self.violations.iter().find(|violation| violation.id == stem);
        let intruder = self.intruders.iter().find(|intruder| intruder.id == stem);
        let sequence = self.sequences.iter().find(|sequence| sequence.id == stem);
        match (property, violation, intruder, sequence) {
            (Some(property), ..) => Some(property_case(property, number, order)),
            (_, Some(violation), ..) => Some(violation_case(violation, number, order)),
            (_, _, Some(intruder), _) => Some(intruder_case(intruder, number, order)),
            (.., Some(sequence)) => sequence_case(sequence, number, order),
            (None, None, None, None) => None,
        }
    }

    /// What the ids of the generated cases that a check owns, or shares, begin with.
    pub fn generated_stems(&self, check: usize) -> impl Iterator<Item = String> {
        let properties = self.properties.iter().filter(move |property| property.check == check);
        let properties = properties.map(|property| format!("{}/{}", property.id, property.family));
        let asks = move |sequence: &&Sequence| sequence.case.asked.iter().any(|asked| asked.check == check);
        properties.chain(self.sequences.iter().filter(asks).map(|sequence| sequence.id.clone()))
    }

    /// The estimated number of conversations that a run creates at the most, before shrinking.
    #[must_use]
    pub fn conversations(&self, cases: u64) -> u64 {
        let fixed: u64 = self.cases.iter().map(|case| case.conversations()).sum();
        let sequences: u64 = self.sequences.iter().map(|sequence| sequence.case.conversations()).sum();
        // Beside each wrong credential, the right one.
        fixed + cases * (self.requests() + OFTENER * (2 * self.credentials() + sequences))
    }
}

/// How much oftener each sequence is taken, and wrong credentials are sent, than generated requests for each property. A
/// valid request is sent for many requirements, and a broken one too; a conversation is created again, or read, in its
/// sequence alone.
const OFTENER: u64 = 4;

/// What stands between a case's stem and its number.
pub(crate) const GENERATED: &str = "-generated-";

fn property_case(property: &Property, number: u64, order: usize) -> Case {
    let kind = CaseKind::Accept(AcceptCase {
        family: property.family.clone(),
        change: Arc::new(Change::default()),
        changed: false,
        same_as_twin: false,
        when: property.when.clone(),
        rule: property.rule.clone(),
        generated: Some(number),
        vector: None,
    });
    Case { id: format!("{}/{}{GENERATED}{number}", property.id, property.family), check: property.check, order, kind }
}

fn violation_case(violation: &Violation, number: u64, order: usize) -> Case {
    let case = RefuseCase { generated: Some(number), ..violation.case.clone() };
    let id = format!("{}{GENERATED}{number}", violation.id);
    Case { id, check: violation.check, order, kind: CaseKind::Refuse(case) }
}

fn intruder_case(intruder: &Intruder, number: u64, order: usize) -> Case {
    let id = format!("{}{GENERATED}{number}", intruder.id);
    Case { id, check: intruder.check, order, kind: CaseKind::Authenticate(Box::new(intruder.case.clone())) }
}

fn sequence_case(sequence: &Sequence, number: u64, order: usize) -> Option<Case> {
    let check = sequence.case.asked.first()?.check;
    let id = format!("{}{GENERATED}{number}", sequence.id);
    Some(Case { id, check, order, kind: CaseKind::Steps(Arc::clone(&sequence.case)) })
}

/// A number from a seed and a number, evenly spread (the finalizer of SplitMix64).
fn draw(seed: u64, number: u64) -> u64 {
    let mut x = seed.wrapping_add(number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

impl Case {
    /// How many conversations it creates at the most.
    fn conversations(&self) -> u64 {
        match &self.kind {
            CaseKind::Accept(case) => 1 + u64::from(case.same_as_twin),
            CaseKind::Refuse(_) => 1,
            CaseKind::Authenticate(_) => 2,
            CaseKind::Steps(case) => case.conversations(),
        }
    }

    /// The checks that it belongs to.
    pub fn checks(&self) -> impl Iterator<Item = usize> {
        let shared = match &self.kind {
            CaseKind::Steps(case) => &case.asked[..],
            _ => &[],
        };
        std::iter::once(self.check).chain(shared.iter().map(|asked| asked.check).filter(|check| *check != self.check))
    }

    /// Whether it is made from a generated document.
    #[must_use]
    pub fn is_generated(&self) -> bool {
        match &self.kind {
            CaseKind::Accept(case) => case.generated.is_some(),
            CaseKind::Refuse(case) => case.generated.is_some(),
            CaseKind::Authenticate(_) | CaseKind::Steps(_) => false,
        }
    }

    /// The family and number of the generated document that it is made from.
    #[must_use]
    pub fn generated_from(&self) -> Option<(&str, u64)> {
        match &self.kind {
            CaseKind::Accept(case) => Some((case.family.as_str(), case.generated?)),
            CaseKind::Refuse(case) => Some((case.family.as_str(), case.generated?)),
            CaseKind::Authenticate(_) | CaseKind::Steps(_) => None,
        }
    }
}
