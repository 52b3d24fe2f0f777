//! The laws of an edition, and the arguments that each is tried on: the vectors, then generated ones.

use std::collections::BTreeMap;
use std::sync::Arc;

use mixinspec_spec::Spec;
use mixinspec_spec::model::{Needs, Subject};

use super::arguments::Arguments;
use crate::cel::{Expression, ExpressionError};
use crate::identity::case_id::{CaseId, Numbered};
use crate::identity::derivation::Derivations;
use crate::judge::check::Check;
use crate::sdk::adapter::protocol::Hello;
use crate::vectors::drawn::{ArgumentGenerator, Signature};
use crate::vectors::{self, VectorResult};

/// A law that does not compare with the expected id is tried on one of this many generated arguments. Where that
/// comparison holds, the other laws hold too, except those about making the same call twice.
const ONE_IN: u64 = 20;

/// A law.
#[derive(Debug)]
pub(crate) struct Law {
    /// The index of its check.
    pub(crate) check: usize,
    /// Its requirement's id.
    pub(crate) id: String,
    /// The requirement's statement.
    pub(crate) statement: String,
    /// The derivation.
    pub(crate) derivation: String,
    /// The law itself.
    pub(crate) law: Expression,
    /// The condition under which it applies; without one, it applies to arguments in the domain.
    pub(crate) when: Option<Expression>,
    /// Whether it compares with the expected id.
    pub(crate) compares: bool,
}

/// Arguments that laws are tried on.
#[derive(Debug, Clone)]
pub(crate) struct Sample {
    /// The last part of its cases' ids: `vector-same-0001`, `pair-generated-17`.
    pub(crate) name: String,
    /// The arguments.
    pub(crate) arguments: Arguments,
    /// Whether the arguments are valid, invalid, or outside of the domain (acceptable).
    pub(crate) result: VectorResult,
    /// The requirements that it is about, where it is a vector.
    pub(crate) requirements: Option<Vec<String>>,
    /// Its number, where it was generated.
    pub(crate) number: u64,
}

/// The laws of an edition with their samples.
#[derive(Debug)]
pub(crate) struct Laws {
    /// The checks of the subject sdk, in the order of the spec.
    pub(crate) checks: Vec<Check>,
    /// The laws.
    pub(crate) laws: Vec<Arc<Law>>,
    /// The generators of arguments, by derivation.
    generators: BTreeMap<String, ArgumentGenerator>,
    vectors: Vec<(String, Sample)>,
}

impl Laws {
    /// The laws of an edition.
    ///
    /// # Errors
    /// When an expression is not CEL; a linted spec has no such expression.
    pub(crate) fn compile(spec: &Spec, edition: &str) -> Result<Self, ExpressionError> {
        let (mut checks, mut laws) = (Vec::new(), Vec::new());
        for requirement in spec.requirements(edition).filter(|requirement| requirement.subject == Subject::Sdk) {
            let Some(level) = spec.level(requirement, edition) else { continue };
            let check = checks.len();
            let (id, needs) = (requirement.id.clone(), Needs::default());
            checks.push(Check { id, level, reading: false, demanded: None, needs });
            if let Some(derives) = &requirement.derives {
                laws.push(Arc::new(Law {
                    check,
                    id: requirement.id.clone(),
                    statement: requirement.statement.clone(),
                    derivation: derives.derivation.clone(),
                    law: Expression::compile(derives.law.as_str())?,
                    when: requirement.when.as_ref().map(|when| Expression::compile(when.as_str())).transpose()?,
                    compares: derives.law.as_str().contains("expected"),
                }));
            }
        }
        let all = Derivations::new(spec.document.derivations.clone());
        let mut generators = BTreeMap::new();
        let mut vectors = Vec::new();
        for name in spec.document.derivations.keys() {
            let Some(signature) = Signature::of(&all, name) else { continue };
            vectors.extend(samples(spec, &signature).into_iter().map(|sample| (name.clone(), sample)));
            generators.insert(name.clone(), ArgumentGenerator::of(signature));
        }
        Ok(Self { checks, laws, generators, vectors })
    }

    /// The derivations that the SDK offers and that at least one law covers.
    pub(crate) fn derivations(&self, hello: &Hello) -> Vec<String> {
        let judged = |name: &&str| declares(hello, name) && self.laws.iter().any(|law| law.derivation == *name);
        self.names().filter(judged).map(str::to_owned).collect()
    }

    /// The names of all derivations.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.generators.keys().map(String::as_str)
    }

    /// The vectors of a derivation.
    pub(crate) fn vectors(&self, derivation: &str) -> impl Iterator<Item = &Sample> {
        self.vectors.iter().filter(move |(name, _)| *name == derivation).map(|(_, sample)| sample)
    }

    /// The generated arguments of a derivation with this number.
    pub(crate) fn generated(&self, derivation: &str, seed: u64, number: u64) -> Option<Sample> {
        let generator = self.generators.get(derivation)?;
        let arguments = Arguments::new(&generator.signature, generator.arguments(seed, number)?);
        let name = CaseId::generated(generator.signature.stem(), number).to_string();
        Some(Sample { name, arguments, result: VectorResult::Valid, requirements: None, number })
    }

    /// The sample of a case's id, with its law.
    pub(crate) fn by_id(&self, id: &CaseId, seed: u64) -> Option<(Arc<Law>, Sample)> {
        let name = id.name()?;
        let law = self.laws.iter().find(|law| law.id == id.requirement())?;
        let vector = self.vectors(&law.derivation).find(|sample| sample.name == name && law.tries(sample)).cloned();
        let generated = || {
            let signature = &self.generators.get(&law.derivation)?.signature;
            let Numbered { number, .. } = id.numbered()?;
            let is_of_it = *id == CaseId::generated(CaseId::new(&law.id, signature.stem()), number);
            self.generated(&law.derivation, seed, number).filter(|_| is_of_it)
        };
        let sample = vector.or_else(generated)?;
        Some((Arc::clone(law), sample))
    }

    /// Whether there is a case with this id.
    pub(crate) fn has_case(&self, id: &CaseId) -> bool {
        // The seed decides which arguments a number stands for, not whether there are any.
        self.by_id(id, 0).is_some()
    }

    /// The ids of a check's fixed cases, and of its first generated case.
    pub(crate) fn cases_of(&self, check: usize) -> impl Iterator<Item = CaseId> {
        let laws = self.laws.iter().filter(move |law| law.check == check);
        laws.flat_map(|law| {
            let vectors = self.vectors(&law.derivation).filter(|sample| law.tries(sample));
            let vectors = vectors.map(|sample| CaseId::new(&law.id, &sample.name));
            let generator = self.generators.get(&law.derivation).filter(|_| law.when.is_none());
            let generated = generator.map(|it| CaseId::generated(CaseId::new(&law.id, it.signature.stem()), 0));
            vectors.chain(generated)
        })
    }
}

impl Law {
    /// Whether it is tried on a sample.
    pub(crate) fn tries(&self, sample: &Sample) -> bool {
        match (&self.when, sample.result) {
            // Arguments outside of the domain never give more than notes.
            (_, VectorResult::Acceptable) | (None, VectorResult::Invalid) => false,
            (Some(_), _) => sample.requirements.is_some(),
            (None, VectorResult::Valid) => match &sample.requirements {
                Some(requirements) => self.compares || requirements.contains(&self.id),
                None => self.compares || sample.number.is_multiple_of(ONE_IN),
            },
        }
    }
}

/// Whether an SDK declares a derivation.
pub(crate) fn declares(hello: &Hello, derivation: &str) -> bool {
    hello.capabilities.derivations.get(derivation).is_some_and(|declared| *declared)
}

/// The vectors of a derivation.
fn samples(spec: &Spec, signature: &Arc<Signature>) -> Vec<Sample> {
    // A spec without the data for these vectors has no laws over the derivation either.
    let vectors = vectors::id_vectors(spec, &signature.name).unwrap_or_default();
    let sample = |vector: vectors::IdVector| Sample {
        name: format!("vector-{}", vector.id),
        arguments: Arguments::new(signature, vector.arguments),
        result: vector.result,
        requirements: Some(vector.requirements),
        number: 0,
    };
    vectors.into_iter().map(sample).collect()
}
