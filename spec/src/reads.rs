//! Finds the parts of an answer that an expression reads.
//!
//! A rule is only evaluated on answers that satisfy their schema at these pointers: a violation there fails the
//! schema's own requirement, and says nothing about the rule.

use std::collections::BTreeSet;

use crate::expression::{Analysis, EACH, SyntaxError, Use};
use crate::pointer;
use crate::vocabulary::HISTORY;

/// A part of an answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Read {
    /// The step, or the exchange of a history, that has the answer; `None` for the exchange itself.
    pub step: Option<String>,
    /// The place in the body, as a pointer with `*` for every element. Everything below it is read too.
    pub pointer: String,
    /// Whether only its presence is tested, with `has`; then nothing below it is read.
    pub tested: bool,
}

impl Read {
    /// Whether the value at a place of the body, given as a plain pointer, affects what is read.
    #[must_use]
    pub fn touches(&self, place: &str) -> bool {
        let is_below = place.split('/').count() > self.pointer.split('/').count();
        !(self.tested && is_below) && touches(&self.pointer, place)
    }
}

/// Whether a pointer with `*` and a plain pointer are equal, or one is a prefix of the other.
#[must_use]
pub fn touches(pattern: &str, place: &str) -> bool {
    pattern.split('/').zip(place.split('/')).all(|(pattern, part)| pattern == "*" || pattern == part)
}

/// The parts of the answers that an expression reads, each once.
///
/// # Errors
/// When the text is not an expression.
pub fn reads(expression: &str) -> Result<Vec<Read>, SyntaxError> {
    let analysis = Analysis::of(expression)?;
    let reads: BTreeSet<Read> = analysis.uses.iter().filter_map(read).collect();
    Ok(reads.into_iter().collect())
}

/// The parts of the request that an expression reads, each once.
///
/// # Errors
/// When the text is not an expression.
pub fn request_reads(expression: &str) -> Result<Vec<Read>, SyntaxError> {
    let analysis = Analysis::of(expression)?;
    let of_request = analysis.uses.iter().filter(|used| used.path.root == "request");
    let read = |used: &Use| Read { step: None, pointer: joined(used.path.names()), tested: used.tested };
    let reads: BTreeSet<Read> = of_request.map(read).collect();
    Ok(reads.into_iter().collect())
}

/// The variables that an expression names.
///
/// # Errors
/// When the text is not an expression.
pub fn variables(expression: &str) -> Result<BTreeSet<String>, SyntaxError> {
    Ok(Analysis::of(expression)?.uses.iter().map(|used| used.path.root.clone()).collect())
}

fn read(used: &Use) -> Option<Read> {
    let mut names = used.path.names().peekable();
    let step = match used.path.root.as_str() {
        "response" => None,
        "steps" => {
            let step = names.next()?;
            // Where a step was sent several times, `steps.NAME` is a list.
            names.next_if(|name| *name == EACH);
            // A step that is used as a whole includes its answer.
            if names.next().is_some_and(|member| member != "response") {
                return None;
            }
            Some(step.to_owned())
        }
        root if HISTORY.contains(&root) => {
            if names.next().is_some_and(|member| member != "response") {
                return None;
            }
            Some(root.to_owned())
        }
        _ => return None,
    };
    Some(Read { step, pointer: joined(names), tested: used.tested })
}

fn joined<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.fold(String::new(), |at, name| pointer::join(&at, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(expression: &str) -> Vec<(Option<String>, String)> {
        let reads = reads(expression).unwrap_or_else(|error| panic!("{expression}: {error}"));
        reads.into_iter().map(|read| (read.step, read.pointer)).collect()
    }

    #[test]
    fn an_exchange_reads_its_answer() {
        let pointers = |expression| seen(expression).into_iter().map(|(_, pointer)| pointer).collect::<Vec<_>>();
        assert_eq!(
            pointers(
                "response.data.participants.exists_one(p, p.role == 'OWNER') && response.data.participants.exists(p, \
                 p.role == 'OWNER' && p.user_id == response.data.creator_id)"
            ),
            ["/data/creator_id", "/data/participants/*/role", "/data/participants/*/user_id"]
        );
        assert_eq!(pointers("has(response.data.x) && request.y == ''"), ["/data/x"]);
        assert_eq!(pointers("response.data.participants.exists(p, p == request.p)"), ["/data/participants/*"]);
        assert_eq!(pointers("response == null"), [""]);
        assert_eq!(pointers("outcome == 'refused'"), [""; 0]);
    }

    #[test]
    fn a_scenario_reads_its_steps_answers() {
        assert_eq!(
            seen("steps.a.outcome == 'accepted' && steps.a.response.data.code_id == steps.b.response.data.code_id"),
            [(Some("a".into()), "/data/code_id".into()), (Some("b".into()), "/data/code_id".into())]
        );
        assert_eq!(
            seen("steps.all.filter(s, s.outcome == 'accepted').all(s, s.response.data.name == '')"),
            [(Some("all".into()), "/data/name".into())]
        );
        assert_eq!(
            seen("alike(steps.a, steps.b.response)"),
            [(Some("a".into()), String::new()), (Some("b".into()), String::new())]
        );
    }

    #[test]
    fn a_client_is_judged_by_its_request() {
        let pointers = |expression| {
            let reads = request_reads(expression).unwrap_or_default();
            reads.into_iter().map(|read| read.pointer).collect::<Vec<_>>()
        };
        assert_eq!(
            pointers("lower(request.id) == '' && request.list.all(p, p.user == asked.user) && has(request.name)"),
            ["/id", "/list/*/user", "/name"]
        );
        assert_eq!(pointers("request != null && response.data.x == ''"), [""]);
        assert_eq!(pointers("violations == []"), [""; 0]);
    }

    #[test]
    fn a_place_touches_what_leads_to_it_and_what_is_below() {
        assert!(touches("/data/participants/*/role", "/data/participants/3/role"));
        assert!(touches("/data/participants/*/role", "/data/participants"));
        assert!(touches("/data/participants", "/data/participants/3/role"));
        assert!(!touches("/data/participants/*/role", "/data/participants/3/created_at"));
        assert!(!touches("/data/code_id", "/data/code_url"));
    }

    #[test]
    fn what_is_below_a_member_does_not_decide_whether_it_is_there() {
        let touched = |expression: &str, place: &str| {
            let reads = reads(expression).unwrap_or_default();
            reads.iter().any(|read| read.touches(place))
        };
        for place in ["", "/data", "/data/list"] {
            assert!(touched("has(response.data.list)", place), "{place}");
        }
        for place in ["/data/list/0", "/data/list/0/id", "/data/name"] {
            assert!(!touched("has(response.data.list)", place), "{place}");
        }
        assert!(touched("has(response.data.list) && response.data.list != []", "/data/list/0/id"));
        assert!(touched("response.data.list.all(x, has(x.id))", "/data/list/0/id"));
        assert!(!touched("response.data.list.all(x, has(x.id))", "/data/list/0/name"));
    }

    #[test]
    fn no_expression_reads_nothing() {
        assert!(reads("response.data.").is_err());
    }
}
