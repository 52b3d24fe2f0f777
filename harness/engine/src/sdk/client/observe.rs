//! Judges a client by the requests that it sends to another server, without an adapter. Only rules that need neither
//! the arguments of its calls nor their results are judged.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use bytes::Bytes;
use mixinspec_spec::Spec;
use mixinspec_spec::model::{Effect, Level, Subject};
use mixinspec_token::Session;
use serde_json::Value;

use super::answers::{ClientAnswers, GivenAnswer};
use super::calls::Rule;
use super::endpoint::Arrived;
use super::scene::{Happened, Scene};
use crate::edition::CompiledEdition;
use crate::edition::error::RunError;
use crate::findings::record::Recorder;
use crate::findings::verdict::{Finding, Tally};
use crate::http::envelope::Envelope;
use crate::http::message::Received;
use crate::http::outcome::Outcome;
use crate::judge::check::Check;
use crate::report::{Conclusion, EditionReport, Report, VERSION};
use crate::sdk::compiled::compiled;

/// The variables that only a caller of the client knows. A rule whose condition needs one is not judged.
const UNKNOWN: [&str; 4] = ["asked", "answer", "result", "error"];

/// How many of the refused requests are listed.
const NAMED: usize = 20;

/// How many characters of a path are shown.
const SHOWN: usize = 120;

/// A request that a client sent, and what it was answered.
#[derive(Debug, Clone)]
pub struct ObservedRequest {
    /// The method.
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// The header fields, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, to the byte.
    pub body: Bytes,
    /// The status of the answer.
    pub status: u16,
    /// The header fields of the answer, names in lower case.
    pub answer_headers: Vec<(String, String)>,
    /// The body of the answer.
    pub answer: Bytes,
    /// The index of the chosen answer, if this was one.
    pub chosen: Option<usize>,
}

/// Judges requests as they come, from several threads at once.
#[derive(Debug)]
pub struct ClientObserver {
    spec: Arc<Spec>,
    edition: String,
    checks: Vec<Check>,
    rules: Vec<Rule>,
    scene: Scene,
    base: OnceLock<String>,
    found: Mutex<ObserverState>,
    answers: Option<ClientAnswers>,
}

#[derive(Debug)]
struct ObserverState {
    requests: usize,
    creations: Creations,
    /// The first requests that the server refused, each in a few words, and how many there were.
    refused: Vec<String>,
    refusals: usize,
    tallies: Vec<Tally>,
}

/// The requests that were to create something.
#[derive(Debug, Default)]
struct Creations {
    /// How many there were.
    all: usize,
    /// How many of them the server refused. A chosen answer does not count: it says nothing about its request.
    refused: usize,
}

impl ClientObserver {
    /// An observer of clients that have these sessions.
    ///
    /// # Errors
    /// When the spec has no such edition, or does not compile.
    pub fn new(spec: Arc<Spec>, edition: &str, sessions: Vec<Session>) -> Result<Self, RunError> {
        let whole = CompiledEdition::of(&spec, edition)?;
        let (laws, calls) = compiled(&spec, edition, (*whole.derivations).clone())?;
        let mut unknown = whole.vocabulary.scope();
        UNKNOWN.iter().for_each(|name| unknown.set(name, &Value::Null));
        // With no other variable set, a condition is false only because of the unknown ones.
        let observable = |rule: &Rule| rule.when.as_ref().is_none_or(|when| unknown.holds(when) != Ok(false));
        let rules: Vec<Rule> = calls.rules.into_iter().filter(observable).collect();
        drop(unknown);
        let scene = Scene::new(whole, sessions, Recorder::default());
        let tallies = vec![Tally::default(); laws.checks.len()];
        let found = Mutex::new(ObserverState {
            requests: 0,
            creations: Creations::default(),
            refused: Vec::new(),
            refusals: 0,
            tallies,
        });
        Ok(Self {
            spec,
            edition: edition.to_owned(),
            checks: laws.checks,
            rules,
            scene,
            base: OnceLock::new(),
            found,
            answers: None,
        })
    }

    /// An observer that also chooses the answers to requests that create conversations.
    #[must_use]
    pub fn answering(self, answers: ClientAnswers) -> Self {
        Self { answers: Some(answers), ..self }
    }

    /// The answer to a request, if the observer chooses it.
    pub fn answer(&self, method: &str, path: &str, headers: Vec<(String, String)>, body: Bytes) -> Option<GivenAnswer> {
        let answers = self.answers.as_ref()?;
        let operation = self.scene.edition.operations.asked(method, path)?;
        if operation.effect != Effect::Creates {
            return None;
        }
        let arrived = Arrived { method: method.to_owned(), path: path.to_owned(), headers, body };
        let caller = self.scene.caller(arrived.header("authorization"));
        Some(answers.next(&self.scene.edition.vocabulary, &arrived, &caller))
    }

    /// Where the server listens, once that is known.
    pub fn listens_at(&self, url: &str) {
        let _ = self.base.set(url.to_owned());
    }

    fn base(&self) -> &str {
        self.base.get().map_or("", String::as_str)
    }

    /// Judges a request.
    pub fn see(&self, observed: ObservedRequest) {
        let ObservedRequest { method, path, headers, body, status, answer_headers, answer, chosen } = observed;
        let arrived = Arrived { method, path, headers, body };
        let happened = Happened {
            asked: None,
            base: self.base().to_owned(),
            credential: arrived.header("authorization").map(str::to_owned),
            signed: None,
            answered: Some((status, answer_headers, String::from_utf8_lossy(&answer).into_owned())),
            answer: Value::Null,
            call: None,
            arrived: vec![arrived],
        };
        let envelope = &self.scene.edition.envelope;
        let outcome = outcome(envelope, status, &answer);
        let view = self.scene.view(&happened, None);
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        found.requests += 1;
        let number = found.requests;
        if let (Some(answers), Some(row)) = (&self.answers, chosen) {
            answers.given(row, number);
        }
        let refused = chosen.is_none() && outcome != Outcome::Accepted;
        found.creations.all += usize::from(view.creates);
        found.creations.refused += usize::from(view.creates && refused);
        found.refusals += usize::from(refused);
        if refused && found.refused.len() < NAMED {
            found.refused.push(self.refusal(number, &happened, outcome, status));
        }
        for rule in &self.rules {
            if let Some(finding) = self.scene.rule(rule, &format!("request-{number}"), &view, &happened) {
                found.tallies[rule.check].add(number, finding);
            }
        }
    }

    /// Describes a request that the server refused, with the code.
    fn refusal(&self, number: usize, happened: &Happened, outcome: Outcome, status: u16) -> String {
        let code = match outcome {
            Outcome::Refused(Some(_)) | Outcome::Unauthorized => {
                format!("code {}", self.scene.edition.envelope.code_of(outcome))
            }
            _ => format!("HTTP {status}"),
        };
        let line = happened.arrived.first().map(|arrived| format!("{} {}", arrived.method, arrived.path));
        let mut line = self.scene.recorder.redact(&line.unwrap_or_default());
        if let Some((at, _)) = line.char_indices().nth(SHOWN) {
            line.truncate(at);
            line.push('…');
        }
        format!("request-{number} ({line}) was refused with {code}")
    }

    /// How many requests it saw.
    #[must_use]
    pub fn requests(&self) -> usize {
        self.found.lock().unwrap_or_else(PoisonError::into_inner).requests
    }

    /// The report of everything that was found so far; `subject` is the client's name.
    #[must_use]
    pub fn report(&self, subject: String, run_id: String, mut notes: Vec<String>) -> Report {
        notes.extend(self.answers.iter().flat_map(ClientAnswers::told));
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        notes.extend(found.refused.iter().map(|refusal| format!("{refusal}.")));
        match found.refusals - found.refused.len() {
            0 => {}
            more => notes.push(format!("{more} more requests were refused.")),
        }
        let mut tallies = found.tallies.clone();
        let mut musts = self.checks.iter().zip(&tallies).filter(|(check, _)| check.level == Level::Must);
        let broken = musts.any(|(_, tally)| tally.fails > 0);
        for rule in &self.rules {
            let tally = &mut tallies[rule.check];
            if let Some(reason) = found.undecided(rule, broken) {
                tally.add(0, Finding::Inconclusive(reason));
            } else if tally.is_empty() {
                tally.add(0, Finding::NotApplicable("the client sent no request that it is about".into()));
            }
        }
        let observable = |check: &Check| self.rules.iter().any(|rule| rule.id == check.id);
        let report =
            EditionReport::new(&self.spec, &self.edition, &self.checks, &tallies, |check, _| observable(check));
        Report {
            version: VERSION,
            mixinspec: env!("CARGO_PKG_VERSION").into(),
            spec_hash: self.spec.hash.clone(),
            kind: Subject::Sdk,
            subject: format!("{subject} (observed at {})", self.base()),
            edition_was_chosen: false,
            also_judged: Vec::new(),
            seed: 0,
            run_id,
            cases: 0,
            filtered: false,
            replayed: None,
            conclusion: Conclusion::default(),
            exchanges: found.requests as u64,
            calls: 0,
            throttled: 0,
            resent: 0,
            counts: report.counts(),
            edition: report.edition,
            requirements: report.requirements,
            readings: report.readings,
            notes,
            latency: None,
            merged: Vec::new(),
        }
    }
}

impl ObserverState {
    /// Why a rule is undecided, whatever the requests have shown. If a must is broken, that explains refusals well
    /// enough.
    fn undecided(&self, rule: &Rule, broken: bool) -> Option<String> {
        let Creations { all, refused } = self.creations;
        if self.requests == 0 {
            return Some("the client sent no request".into());
        }
        if !rule.is_about("creates") {
            return None;
        }
        if all == 0 {
            return Some("the client sent no request that creates anything".into());
        }
        (all == refused && !broken).then(|| {
            let first = self.refused.first().map(|refusal| format!(": {refusal}")).unwrap_or_default();
            format!("every request that creates was refused{first}")
        })
    }
}

/// The outcome of an answer.
fn outcome(envelope: &Envelope, status: u16, body: &Bytes) -> Outcome {
    envelope.outcome(&Ok(Received::of(status, body.clone())))
}
