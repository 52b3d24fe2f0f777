//! Serves the answers of a file to observed clients, one after another, whatever the requests are.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use mixinspec_spec::model::AnswerEnding;
use serde_json::Value;

use super::calls::AnswerPlan;
use super::endpoint::Arrived;
use crate::cel::{Expression, Vocabulary};
use crate::vectors::{AnswerVector, VectorFinding, read_answers};

/// How many requests of each answer are listed by number.
const TOLD: usize = 20;

/// The answers of a file.
#[derive(Debug)]
pub struct ClientAnswers {
    rows: Vec<PlannedAnswer>,
    next: AtomicUsize,
    given: Mutex<Vec<Requests>>,
}

/// The requests that got one answer: the numbers of the first, and how many there are.
#[derive(Debug, Default, Clone)]
struct Requests {
    first: BTreeSet<usize>,
    count: usize,
}

#[derive(Debug)]
struct PlannedAnswer {
    plan: AnswerPlan,
    headers: Vec<(String, String)>,
}

/// An answer that is given.
#[derive(Debug, Clone)]
pub struct GivenAnswer {
    /// Its index among the file's answers of the edition.
    pub row: usize,
    /// The status.
    pub status: u16,
    /// The header fields.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
    /// How it ends.
    pub ending: AnswerEnding,
    /// The pause, if its ending has one.
    pub pause: Duration,
}

impl ClientAnswers {
    /// The answers of an edition in a file of vectors, in the order of the file.
    ///
    /// # Errors
    /// The problems of the file, each with its place.
    pub fn read(file: &str, text: &str, edition: &str) -> Result<Self, Vec<VectorFinding>> {
        let vectors = read_answers(file, text)?;
        let of_edition = vectors.into_iter().filter(|vector| vector.edition == edition);
        // `read_answers` has checked that every expression compiles.
        let rows: Vec<PlannedAnswer> = of_edition.filter_map(|vector| row(vector).ok()).collect();
        if rows.is_empty() {
            let problem = format!("it has no answer of edition {edition}");
            return Err(vec![VectorFinding::of_file(file, problem)]);
        }
        let given = Mutex::new(vec![Requests::default(); rows.len()]);
        Ok(Self { rows, next: AtomicUsize::new(0), given })
    }

    /// The next answer, to this request.
    pub(crate) fn next(&self, vocabulary: &Vocabulary, arrived: &Arrived, caller: &Value) -> GivenAnswer {
        let row = self.next.fetch_add(1, Ordering::Relaxed) % self.rows.len();
        let PlannedAnswer { plan, headers } = &self.rows[row];
        let (_, text) = plan.answer(vocabulary, arrived, caller);
        let mut headers = headers.clone();
        if let Some(id) = arrived.header("x-request-id").filter(|_| !headers.iter().any(|(n, _)| n == "x-request-id")) {
            headers.push(("x-request-id".into(), id.to_owned()));
        }
        GivenAnswer { row, status: plan.status, headers, body: text.into(), ending: plan.ending, pause: plan.pause() }
    }

    /// Remembers which request got an answer.
    pub(crate) fn given(&self, row: usize, request: usize) {
        let mut given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(requests) = given.get_mut(row) {
            requests.count += 1;
            requests.first.insert(request);
            if requests.first.len() > TOLD {
                requests.first.pop_last();
            }
        }
    }

    /// The notes for the report: which requests got which answer.
    pub(crate) fn told(&self) -> Vec<String> {
        let given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        let told = |(row, requests): (&PlannedAnswer, &Requests)| {
            let numbers: Vec<String> = requests.first.iter().map(|number| format!("request-{number}")).collect();
            let more = match requests.count - numbers.len() {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            (requests.count > 0).then(|| format!("{} answered {}{more}.", row.plan.name, numbers.join(", ")))
        };
        let mut notes: Vec<String> = self.rows.iter().zip(given.iter()).filter_map(told).collect();
        let left = given.iter().filter(|requests| requests.count == 0).count();
        if left > 0 {
            notes.push(format!("Not given, for want of requests: {left} of {} answers.", self.rows.len()));
        }
        notes
    }
}

fn row(vector: AnswerVector) -> Result<PlannedAnswer, crate::cel::ExpressionError> {
    let AnswerVector { id, answer, set, expected, .. } = vector;
    let set = set.into_iter().map(|follows| Ok((follows.at, Expression::compile(&follows.to)?)));
    let plan = AnswerPlan {
        name: id,
        kind: expected.outcome,
        status: answer.status,
        body: answer.body.unwrap_or_default(),
        right: set.collect::<Result<_, _>>()?,
        patch: Vec::new(),
        set: Vec::new(),
        item: None,
        text: answer.text,
        content_type: String::new(),
        ending: answer.ending,
        pause: answer.pause_ms.map(Duration::from_millis),
    };
    Ok(PlannedAnswer { plan, headers: answer.headers.into_iter().collect() })
}
