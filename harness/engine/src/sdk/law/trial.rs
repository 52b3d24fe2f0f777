//! Tries laws on arguments: makes the calls that the laws need, many at once, and shrinks failures.

use std::collections::HashSet;
use std::sync::Arc;

use futures::future::join_all;
use serde_json::{Value, json};

use super::arguments::Arguments;
use super::functions::{CallAnswers, Evaluated, Nth, SubjectFunctions};
use super::laws::{Law, Sample};
use crate::cel::{Scope, Vocabulary};
use crate::findings::record::{CallRecord, Failure};
use crate::findings::verdict::Finding;
use crate::identity::case_id::CaseId;
use crate::identity::derivation::Derivations;
use crate::identity::users::Users;
use crate::sdk::adapter::protocol::Request;
use crate::sdk::adapter::{Adapter, NoReply, Reply};
use crate::vectors::VectorResult as Domain;

/// How many smaller arguments are tried to shrink a failure.
const ATTEMPTS: usize = 1500;

/// How many smaller arguments are tried at once.
const AT_ONCE: usize = 24;

/// Tries laws on an SDK.
#[derive(Debug)]
pub(crate) struct Trial {
    adapter: Arc<Adapter>,
    functions: Arc<SubjectFunctions>,
    vocabulary: Vocabulary,
    derivations: Arc<Derivations>,
}

/// The results of one sample.
#[derive(Debug)]
pub(crate) struct Tried {
    /// The subject's reply for the sample itself.
    pub(crate) reply: Option<Result<Reply, NoReply>>,
    /// The findings of the laws that were tried on it, each with the index of its law.
    pub(crate) findings: Vec<(usize, Finding)>,
}

impl Trial {
    pub(crate) fn new(adapter: Arc<Adapter>, derivations: Arc<Derivations>) -> Self {
        let functions = Arc::new(SubjectFunctions::new(&derivations));
        let users = Arc::new(Users::any_uuid());
        let vocabulary = Vocabulary::calling(Arc::clone(&functions) as _, Arc::clone(&derivations), users);
        Self { adapter, functions, vocabulary, derivations }
    }

    /// Tries laws on samples, each law on those that it covers. A sample outside of the domain must come alone.
    pub(crate) async fn laws(&self, laws: &[Arc<Law>], samples: &[Sample]) -> Vec<Tried> {
        let mut answers: Vec<CallAnswers> = samples.iter().map(|_| CallAnswers::new()).collect();
        let own: Vec<Nth> = samples.iter().map(|sample| (sample.arguments.call(), 0)).collect();
        let outside = samples.iter().any(|sample| sample.result != Domain::Valid);
        self.ask(own.iter().enumerate().map(|(at, nth)| (at, nth.clone())).collect(), &mut answers, outside).await;
        let mut open: Vec<(usize, usize)> = Vec::new();
        for (at, sample) in samples.iter().enumerate() {
            open.extend(laws.iter().enumerate().filter(|(_, law)| law.tries(sample)).map(|(law, _)| (at, law)));
        }
        let mut tried: Vec<Tried> = samples.iter().map(|_| Tried { reply: None, findings: Vec::new() }).collect();
        while !open.is_empty() {
            let mut wanted = Vec::new();
            let mut still_open = Vec::new();
            // A scope holds all arguments of its sample, and is made once.
            for group in open.chunk_by(|(one, _), (other, _)| one == other) {
                let Some((at, _)) = group.first() else { continue };
                let (sample, answers) = (&samples[*at], &mut answers[*at]);
                let scope = self.scope(sample, answers.get(&own[*at]));
                for (_, nth) in group {
                    let law = &laws[*nth];
                    match self.evaluate(law, sample, &scope, answers) {
                        Err(calls) => {
                            wanted.extend(calls.into_iter().map(|call| (*at, call)));
                            still_open.push((*at, *nth));
                        }
                        Ok(finding) => tried[*at].findings.extend(finding.map(|finding| (*nth, finding))),
                    }
                }
            }
            open = still_open;
            self.ask(wanted, &mut answers, outside).await;
        }
        for ((tried, answers), own) in tried.iter_mut().zip(&mut answers).zip(&own) {
            tried.reply = answers.remove(own);
        }
        tried
    }

    /// The finding of a law on a sample; an error lists the calls that must be made first.
    fn evaluate(
        &self,
        law: &Law,
        sample: &Sample,
        scope: &Scope<'_>,
        answers: &mut CallAnswers,
    ) -> Result<Option<Finding>, Vec<Nth>> {
        if let Some(when) = &law.when {
            match self.functions.evaluate(when, scope, answers) {
                Evaluated::Holds => {}
                Evaluated::Wants(calls) => return Err(calls),
                Evaluated::Error(reason) => return Ok(Some(Finding::Error(reason))),
                Evaluated::Broken { .. } | Evaluated::Silent(_) => return Ok(None),
            }
        }
        if let Some(Err(silence)) = answers.get(&(sample.arguments.call(), 0)) {
            return Ok(Some(Finding::Inconclusive(silence.to_string())));
        }
        Ok(Some(match self.functions.evaluate(&law.law, scope, answers) {
            Evaluated::Holds => Finding::Pass,
            Evaluated::Wants(calls) => return Err(calls),
            Evaluated::Silent(silence) => Finding::Inconclusive(silence.to_string()),
            Evaluated::Error(reason) => Finding::Error(format!("failed to judge {}/{}: {reason}", law.id, sample.name)),
            Evaluated::Broken { expected, actual, mut calls } => {
                if calls.is_empty() {
                    calls.push((sample.arguments.call(), 0));
                }
                Finding::Fail(Box::new(Failure {
                    case: CaseId::new(&law.id, &sample.name),
                    what: law.statement.clone(),
                    expected,
                    actual,
                    calls: records(calls, answers),
                    ..Failure::default()
                }))
            }
        }))
    }

    fn scope(&self, sample: &Sample, reply: Option<&Result<Reply, NoReply>>) -> Scope<'_> {
        let mut scope = self.vocabulary.scope();
        if let Value::Object(named) = sample.arguments.named() {
            named.iter().for_each(|(name, value)| scope.set(name, value));
        }
        scope.set("expected", &json!(sample.arguments.derived(&self.derivations, None).ok()));
        let error = match reply {
            Some(Ok(Err(error))) => json!(error),
            _ => Value::Null,
        };
        scope.set("error", &error);
        scope
    }

    /// Makes calls, and stores the replies by sample.
    async fn ask(&self, wanted: Vec<(usize, Nth)>, answers: &mut [CallAnswers], outside: bool) {
        let mut seen = HashSet::new();
        let wanted: Vec<(usize, Nth)> = wanted.into_iter().filter(|one| seen.insert(one.clone())).collect();
        let asked = wanted.iter().map(|(_, (call, _))| async move {
            if outside { self.adapter.call_outside(call.clone()).await } else { self.adapter.call(call.clone()).await }
        });
        let replies = join_all(asked).await;
        for ((at, nth), reply) in wanted.into_iter().zip(replies) {
            answers[at].insert(nth, reply);
        }
    }

    /// Shrinks a sample on which a law fails; returns the smallest failure that was found.
    pub(crate) async fn shrink(&self, law: &Arc<Law>, sample: &Sample) -> Option<(Failure, Arguments)> {
        let (mut best, mut steps, mut attempts) = (None, 0, 0);
        let mut arguments = sample.arguments.clone();
        let laws = [Arc::clone(law)];
        'smaller: loop {
            for candidates in arguments.smaller().chunks(AT_ONCE) {
                attempts += candidates.len();
                if attempts > ATTEMPTS || self.adapter.is_stopped() {
                    break 'smaller;
                }
                let samples: Vec<Sample> = candidates
                    .iter()
                    .map(|arguments| Sample { arguments: arguments.clone(), ..sample.clone() })
                    .collect();
                for (tried, smaller) in self.laws(&laws, &samples).await.into_iter().zip(candidates) {
                    let failure = tried.findings.into_iter().find_map(|(_, finding)| match finding {
                        Finding::Fail(failure) => Some(*failure),
                        _ => None,
                    });
                    if let Some(failure) = failure {
                        best = Some(failure);
                        arguments = smaller.clone();
                        steps += 1;
                        continue 'smaller;
                    }
                }
            }
            break;
        }
        let mut failure = best?;
        failure.shrunk = Some(steps);
        Some((failure, arguments))
    }
}

/// Calls as lines that an adapter takes.
fn records(mut calls: Vec<Nth>, answers: &CallAnswers) -> Vec<CallRecord> {
    let mut lines: Vec<CallRecord> = Vec::new();
    calls.sort_by_cached_key(|(call, nth)| (serde_json::to_string(call).unwrap_or_default(), *nth));
    for (id, nth) in (1..).zip(calls) {
        let answer = match answers.get(&nth) {
            Some(Ok(Ok(result))) => Some(json!({"id": id, "result": result}).to_string()),
            Some(Ok(Err(error))) => Some(json!({"id": id, "error": error}).to_string()),
            Some(Err(_)) | None => None,
        };
        let request = serde_json::to_string(&Request { id, call: nth.0 }).unwrap_or_default();
        lines.push(CallRecord { request, answer });
    }
    lines
}
