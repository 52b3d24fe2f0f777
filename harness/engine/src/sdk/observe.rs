//! Judges a client by the requests that it sends to somebody else's server, without an adapter: by the rules that need to
//! know neither what it was asked for nor what it made of the answers.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use bytes::Bytes;
use mixinspec_spec::Spec;
use mixinspec_spec::model::{Effect, Subject};
use mixinspec_token::Session;
use serde_json::Value;

use super::answers::{Answers, Given};
use super::calls::Rule;
use super::endpoint::Arrived;
use super::run::compiled;
use super::scene::{Happened, Scene};
use crate::edition::Edition;
use crate::judge::Check;
use crate::record::Recorder;
use crate::report::{Conclusion, EditionReport, Report, VERSION};
use crate::run::RunError;
use crate::verdict::{Finding, Tally};

/// What only a caller of the client knows.
const UNKNOWN: [&str; 5] = ["asked", "answer", "result", "error", "sdk"];

/// A request that a client sent, and what it was answered.
#[derive(Debug, Clone)]
pub struct Observed {
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
    /// Which of the chosen answers it was, where it was one.
    pub chosen: Option<usize>,
}

/// Sees requests, from several threads at once, and judges them as they come.
#[derive(Debug)]
pub struct Observer {
    spec: Arc<Spec>,
    edition: String,
    checks: Vec<Check>,
    rules: Vec<Rule>,
    scene: Scene,
    base: OnceLock<String>,
    found: Mutex<Found>,
    answers: Option<Answers>,
}

#[derive(Debug)]
struct Found {
    requests: usize,
    tallies: Vec<Tally>,
}

impl Observer {
    /// An observer of clients that have these sessions.
    ///
    /// # Errors
    /// When the spec has no such edition, or does not compile.
    pub fn new(spec: Arc<Spec>, edition: &str, sessions: Vec<Session>) -> Result<Self, RunError> {
        let whole = Edition::of(&spec, edition)?;
        let (laws, calls) = compiled(&spec, edition, (*whole.derivations).clone())?;
        // A spec that was loaded holds no expression that cannot be read.
        let names = |source: &str| mixinspec_spec::variables(source).unwrap_or_default();
        let observable = |rule: &Rule| {
            let sources = rule.when.iter().chain([&rule.rule]).map(|expression| expression.source());
            sources.flat_map(names).all(|name| !UNKNOWN.contains(&name.as_str()))
        };
        let rules: Vec<Rule> = calls.rules.into_iter().filter(observable).collect();
        let scene = Scene::new(whole, sessions, Recorder::default());
        let found = Mutex::new(Found { requests: 0, tallies: vec![Tally::default(); laws.checks.len()] });
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

    /// An observer who also says how conversations that are to be created are answered.
    #[must_use]
    pub fn answering(self, answers: Answers) -> Self {
        Self { answers: Some(answers), ..self }
    }

    /// The answer to a request, where it is not the server's to answer.
    pub fn answer(&self, method: &str, path: &str, headers: Vec<(String, String)>, body: Bytes) -> Option<Given> {
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
    pub fn see(&self, observed: Observed) {
        let Observed { method, path, headers, body, status, answer_headers, answer, chosen } = observed;
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
        let scope = self.scene.scope(&happened, None);
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        found.requests += 1;
        let number = found.requests;
        if let (Some(answers), Some(row)) = (&self.answers, chosen) {
            answers.given(row, number);
        }
        for rule in &self.rules {
            if let Some(finding) = self.scene.rule(rule, &format!("request-{number}"), &scope, &happened) {
                found.tallies[rule.check].add(number, finding);
            }
        }
    }

    /// How many requests it saw.
    #[must_use]
    pub fn requests(&self) -> usize {
        self.found.lock().unwrap_or_else(PoisonError::into_inner).requests
    }

    /// What it found until now. The subject is what the client is called.
    #[must_use]
    pub fn report(&self, subject: String, run_id: String, mut notes: Vec<String>) -> Report {
        notes.extend(self.answers.iter().flat_map(Answers::told));
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let mut tallies = found.tallies.clone();
        for rule in &self.rules {
            let tally = &mut tallies[rule.check];
            if found.requests == 0 {
                tally.add(0, Finding::Inconclusive("the client sent no request".into()));
            } else if tally.passes + tally.fails == 0 {
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
        }
    }
}
