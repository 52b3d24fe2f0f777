//! Evaluates laws with the subject's own functions.
//!
//! An expression is evaluated at once, but a subject's answers take time. So an evaluation that lacks an answer is
//! abandoned, the subject is asked, and the evaluation starts again; a law needs few answers. A call that a law
//! contains twice is made twice.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use mixinspec_spec::model::Derivation;
use serde_json::Value;

use crate::cel::{Expression, Functions, Scope};
use crate::identity::derivation::{Argument, Derivations};
use crate::sdk::adapter::protocol::{AdapterCall, Derive};
use crate::sdk::adapter::{NoReply, Reply};
use crate::text::redact::Redactor;

/// A call, and the number of equal calls before it in the same law.
pub(crate) type Nth = (AdapterCall, usize);

/// The answers to calls.
pub(crate) type CallAnswers = HashMap<Nth, Result<Reply, NoReply>>;

/// The result of an evaluation.
#[derive(Debug)]
pub(crate) enum Evaluated {
    /// The law holds.
    Holds,
    /// It does not.
    Broken {
        /// What the law wants.
        expected: String,
        /// The actual result.
        actual: String,
        /// The calls that were made.
        calls: Vec<Nth>,
    },
    /// These calls have to be made first.
    Wants(Vec<Nth>),
    /// The subject gives no answer.
    Silent(NoReply),
    /// The law cannot be evaluated, and the subject is not to blame.
    Error(String),
}

/// The functions of the subject, as laws call them.
#[derive(Debug)]
pub(crate) struct SubjectFunctions {
    /// The names of the parameters of each derivation.
    parameters: BTreeMap<String, Vec<String>>,
    evaluation: Mutex<Evaluation>,
}

/// One evaluation.
#[derive(Debug, Default)]
struct Evaluation {
    answers: CallAnswers,
    calls: HashMap<AdapterCall, usize>,
    wanted: Vec<Nth>,
    /// The first call whose answer is not an id, described.
    wrong: Option<String>,
    silent: Option<NoReply>,
    /// Whether a law is being explained: then all answers are there, but calls may come in another order.
    explaining: bool,
}

impl SubjectFunctions {
    /// The subject's functions for the derivations of a spec.
    pub(crate) fn new(derivations: &Derivations) -> Self {
        let names = |derivation: &Derivation| derivation.parameters.iter().map(|it| it.name.clone()).collect();
        let parameters = derivations.iter().map(|(name, derivation)| (name.clone(), names(derivation))).collect();
        Self { parameters, evaluation: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Evaluation> {
        self.evaluation.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Evaluates a law with the answers that are known.
    pub(crate) fn evaluate(&self, law: &Expression, scope: &Scope<'_>, answers: &mut CallAnswers) -> Evaluated {
        self.begin(answers, false);
        let value = scope.holds(law);
        let Evaluation { calls, wanted, wrong, silent, .. } = self.end(answers);
        let calls = || calls.iter().flat_map(|(call, count)| (0..*count).map(|nth| (call.clone(), nth))).collect();
        match value {
            Ok(true) => Evaluated::Holds,
            Ok(false) => {
                self.begin(answers, true);
                let why = crate::cel::why_false(law, scope, &Redactor::default());
                self.end(answers);
                Evaluated::Broken { expected: why.expected, actual: why.actual, calls: calls() }
            }
            Err(_) if !wanted.is_empty() => Evaluated::Wants(wanted),
            Err(error) => match (silent, wrong) {
                (Some(silent), _) => Evaluated::Silent(silent),
                (None, Some(wrong)) => {
                    Evaluated::Broken { expected: law.source().to_owned(), actual: wrong, calls: calls() }
                }
                (None, None) => Evaluated::Error(error.to_string()),
            },
        }
    }

    fn begin(&self, answers: &mut CallAnswers, explaining: bool) {
        *self.lock() = Evaluation { answers: std::mem::take(answers), explaining, ..Evaluation::default() };
    }

    fn end(&self, answers: &mut CallAnswers) -> Evaluation {
        let mut evaluation = std::mem::take(&mut *self.lock());
        *answers = std::mem::take(&mut evaluation.answers);
        evaluation
    }

    fn called(&self, call: AdapterCall) -> Result<String, String> {
        let mut evaluation = self.lock();
        let count = evaluation.calls.entry(call.clone()).or_default();
        let mut nth = (call, *count);
        *count += 1;
        if evaluation.explaining && !evaluation.answers.contains_key(&nth) {
            nth.1 = 0;
        }
        match evaluation.answers.get(&nth).cloned() {
            None => {
                evaluation.wanted.push(nth);
                Err("it was not asked yet".into())
            }
            Some(Ok(Ok(Value::String(id)))) => Ok(id),
            Some(Ok(reply)) => {
                let wrong = format!("{} {}", nth.0.name(), described(&reply));
                evaluation.wrong.get_or_insert(wrong.clone());
                Err(wrong)
            }
            Some(Err(silence)) => {
                let reason = silence.to_string();
                evaluation.silent.get_or_insert(silence);
                Err(reason)
            }
        }
    }
}

/// Describes a reply that is not an id; the text follows the name of the function.
pub(crate) fn described(reply: &Reply) -> String {
    match reply {
        Ok(value) => format!("gives {value}"),
        Err(error) => {
            let mut text = format!("gives an error of kind {}", error.kind.name());
            if let Some(code) = error.code {
                text.push_str(&format!(", code {code}"));
            }
            if let Some(description) = &error.description {
                text.push_str(&format!(": {description}"));
            }
            text
        }
    }
}

impl Functions for SubjectFunctions {
    fn derive(&self, derivation: &str, arguments: &[Argument]) -> Result<String, String> {
        let names =
            self.parameters.get(derivation).ok_or_else(|| format!("the spec has no derivation `{derivation}`"))?;
        let arguments = names.iter().cloned().zip(arguments.iter().cloned()).collect();
        self.called(AdapterCall::Derive(Derive { derivation: derivation.to_owned(), arguments }))
    }
}
