//! Compares two SDKs: both get the same arguments, and the smallest arguments on which they disagree are shown, with
//! the spec's own result. This is not a verdict: the laws say who is right.

use std::sync::Arc;

use futures::future::join_all;
use mixinspec_spec::Spec;
use serde_json::{Value, json};

use super::arguments::Arguments;
use super::functions::described;
use super::laws::{Laws, Sample, declares};
use crate::cel::ExpressionError;
use crate::identity::derivation::Derivations;
use crate::report::status::ExitStatus;
use crate::sdk::adapter::protocol::{Hello, Request};
use crate::sdk::adapter::{Adapter, NoReply, Reply};
use crate::vectors::VectorResult;

/// How many samples are tried together.
const TOGETHER: usize = 128;

/// How many smaller arguments are tried to shrink a disagreement.
const ATTEMPTS: usize = 1500;

/// The comparison of one function of two SDKs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// The function.
    pub function: String,
    /// How many arguments both got; 0 if one of them does not declare the function.
    pub asked: u64,
    /// For how many of these they disagree.
    pub different: u64,
    /// The smallest disagreement that was found.
    pub smallest: Option<Disagreement>,
    /// Why some arguments could not be compared.
    pub undecided: Option<String>,
}

/// A disagreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// The vector or the generated arguments that it came from.
    pub sample: String,
    /// The line to both adapters.
    pub request: String,
    /// The first SDK's result.
    pub first: String,
    /// The second SDK's result.
    pub second: String,
    /// The result of the spec's own function.
    pub spec: String,
    /// Whether the arguments are in the function's domain; outside of it, any result is right.
    pub in_domain: bool,
}

/// Two adapters.
#[derive(Debug)]
pub struct Differential {
    first: Arc<Adapter>,
    second: Arc<Adapter>,
    derivations: Derivations,
    laws: Laws,
}

impl Differential {
    /// Two adapters that were started.
    ///
    /// # Errors
    /// When the spec does not compile.
    pub fn new(spec: &Spec, edition: &str, first: Arc<Adapter>, second: Arc<Adapter>) -> Result<Self, ExpressionError> {
        let derivations = Derivations::new(spec.document.derivations.clone());
        let laws = Laws::compile(spec, edition)?;
        Ok(Self { first, second, derivations, laws })
    }

    /// What both SDKs say of themselves in `hello`.
    ///
    /// # Errors
    /// When one of them does not answer `hello`.
    pub async fn names(&self) -> Result<[Hello; 2], NoReply> {
        let (first, second) = tokio::join!(self.first.hello(), self.second.hello());
        let known = |hello: Hello| hello.known(self.laws.names());
        Ok([known(first?)?, known(second?)?])
    }

    /// Compares each function, on its vectors and on `cases` generated arguments.
    ///
    /// # Errors
    /// When one of them does not answer `hello`.
    pub async fn compare(&self, seed: u64, cases: u64) -> Result<Vec<Compared>, NoReply> {
        let hellos = self.names().await?;
        let mut all = Vec::new();
        for function in self.laws.names() {
            let mut compared =
                Compared { function: function.to_owned(), asked: 0, different: 0, smallest: None, undecided: None };
            if hellos.iter().all(|hello| declares(hello, function)) {
                self.function(&mut compared, seed, cases).await;
            }
            all.push(compared);
        }
        Ok(all)
    }

    async fn function(&self, compared: &mut Compared, seed: u64, cases: u64) {
        let vectors = self.laws.vectors(&compared.function).cloned();
        // Arguments on which a program may fail come last, and alone.
        let (inside, outside): (Vec<Sample>, Vec<Sample>) =
            vectors.partition(|sample| sample.result == VectorResult::Valid);
        let generated = (0..cases).filter_map(|number| self.laws.generated(&compared.function, seed, number));
        let (mut samples, mut outside) = (inside.into_iter().chain(generated), outside.into_iter());
        let mut found: Option<Sample> = None;
        loop {
            let mut together: Vec<Sample> = samples.by_ref().take(TOGETHER).collect();
            let in_domain = !together.is_empty();
            if !in_domain {
                together.extend(outside.next());
            }
            if together.is_empty() || self.first.is_stopped() {
                break;
            }
            let arguments: Vec<Arguments> = together.iter().map(|sample| sample.arguments.clone()).collect();
            for (sample, replies) in together.into_iter().zip(self.ask(&arguments, in_domain).await) {
                compared.asked += 1;
                match different(&replies) {
                    Ok(false) => {}
                    Ok(true) => {
                        compared.different += 1;
                        // Prefer a disagreement inside the domain.
                        let better = |found: &Sample| {
                            found.result == VectorResult::Acceptable && sample.result != VectorResult::Acceptable
                        };
                        if found.as_ref().is_none_or(better) {
                            found = Some(sample);
                        }
                    }
                    Err(_) if sample.result == VectorResult::Acceptable => {}
                    Err(silence) => {
                        compared.undecided.get_or_insert(silence.to_string());
                    }
                }
            }
        }
        if let Some(sample) = found {
            compared.smallest = self.smallest(&sample).await;
        }
    }

    /// The replies of both to the same arguments.
    async fn ask(&self, arguments: &[Arguments], in_domain: bool) -> Vec<[Result<Reply, NoReply>; 2]> {
        let calls = arguments.iter().map(|arguments| async {
            let call = arguments.call();
            let (first, second) = if in_domain {
                tokio::join!(self.first.call(call.clone()), self.second.call(call))
            } else {
                tokio::join!(self.first.call_outside(call.clone()), self.second.call_outside(call))
            };
            [first, second]
        });
        join_all(calls).await
    }

    async fn smallest(&self, sample: &Sample) -> Option<Disagreement> {
        let mut arguments = sample.arguments.clone();
        let mut attempts = 0;
        // Arguments outside of the domain do not shrink: smaller ones would be inside.
        let shrinks = sample.result == VectorResult::Valid;
        'smaller: loop {
            let smaller = if shrinks { arguments.smaller() } else { Vec::new() };
            for candidates in smaller.chunks(24) {
                attempts += candidates.len();
                if attempts > ATTEMPTS {
                    break 'smaller;
                }
                let replies = self.ask(candidates, shrinks).await;
                if let Some(at) = replies.iter().position(|replies| different(replies) == Ok(true)) {
                    arguments = candidates[at].clone();
                    continue 'smaller;
                }
            }
            break;
        }
        let [first, second] = self.ask(std::slice::from_ref(&arguments), shrinks).await.pop()?;
        Some(Disagreement {
            sample: sample.name.clone(),
            request: serde_json::to_string(&Request { id: 1, call: arguments.call() }).unwrap_or_default(),
            first: shown(&first),
            second: shown(&second),
            spec: arguments
                .derived(&self.derivations, None)
                .map_or_else(|error| format!("no id: {error}"), |id| json!(id).to_string()),
            in_domain: sample.result != VectorResult::Acceptable,
        })
    }
}

/// Whether two replies disagree. Two errors agree, however each SDK words them.
fn different(replies: &[Result<Reply, NoReply>; 2]) -> Result<bool, NoReply> {
    match replies {
        [Err(silence), _] | [_, Err(silence)] => Err(silence.clone()),
        [Ok(Err(_)), Ok(Err(_))] => Ok(false),
        [Ok(first), Ok(second)] => Ok(first != second),
    }
}

fn shown(reply: &Result<Reply, NoReply>) -> String {
    match reply {
        Ok(Ok(Value::String(id))) => json!(id).to_string(),
        Ok(reply) => described(reply),
        Err(silence) => silence.to_string(),
    }
}

impl ExitStatus {
    /// The status of a comparison of two SDKs: disagreement on arguments outside of the domain fails neither.
    #[must_use]
    pub fn of_comparison(compared: &[Compared]) -> Self {
        let disagrees = |one: &Compared| one.smallest.as_ref().is_some_and(|smallest| smallest.in_domain);
        if compared.iter().any(disagrees) {
            Self::Failed
        } else if compared.iter().any(|one| one.undecided.is_some()) || compared.iter().all(|one| one.asked == 0) {
            Self::Inconclusive
        } else {
            Self::Success
        }
    }
}
