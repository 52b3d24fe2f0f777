//! Which parts of an answer an expression reads.
//!
//! A rule runs only on answers that satisfy the schema at these pointers: what the schema's own requirement has failed
//! says nothing about the rule.

use std::collections::BTreeSet;

use crate::expression::{Analysis, EACH, Path, SyntaxError};
use crate::pointer;
use crate::vocabulary::HISTORY;

/// A part of an answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Read {
    /// The step, or the exchange of a history, whose answer it is; `None` for the exchange's own.
    pub step: Option<String>,
    /// Where in the body, as a pointer with `*` for every element. All of what it leads to is read; asking whether it
    /// is there, with `has`, counts as reading it.
    pub pointer: String,
}

/// The parts of the answers that an expression reads, each once.
///
/// # Errors
/// When the text is no expression.
pub fn reads(expression: &str) -> Result<Vec<Read>, SyntaxError> {
    let analysis = Analysis::of(expression)?;
    let reads: BTreeSet<Read> = analysis.uses.iter().filter_map(|used| read(&used.path)).collect();
    Ok(reads.into_iter().collect())
}

/// The parts of the request that an expression reads, as pointers, each once.
///
/// # Errors
/// When the text is no expression.
pub fn request_reads(expression: &str) -> Result<Vec<String>, SyntaxError> {
    let analysis = Analysis::of(expression)?;
    let paths = analysis.uses.iter().map(|used| &used.path).filter(|path| path.root == "request");
    let reads: BTreeSet<String> = paths.map(|path| joined(path.names())).collect();
    Ok(reads.into_iter().collect())
}

/// The variables that an expression names.
///
/// # Errors
/// When the text is no expression.
pub fn variables(expression: &str) -> Result<BTreeSet<String>, SyntaxError> {
    Ok(Analysis::of(expression)?.uses.iter().map(|used| used.path.root.clone()).collect())
}

fn read(path: &Path) -> Option<Read> {
    let mut names = path.names().peekable();
    let step = match path.root.as_str() {
        "response" => None,
        "steps" => {
            let step = names.next()?;
            // Where a step was sent several times, `steps.NAME` is a list.
            names.next_if(|name| *name == EACH);
            // A step used whole gives its answer to whoever uses it.
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
    Some(Read { step, pointer: joined(names) })
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
        let pointers = |expression| request_reads(expression).unwrap_or_default();
        assert_eq!(
            pointers("lower(request.id) == '' && request.list.all(p, p.user == asked.user) && has(request.name)"),
            ["/id", "/list/*/user", "/name"]
        );
        assert_eq!(pointers("request != null && response.data.x == ''"), [""]);
        assert_eq!(pointers("violations == []"), [""; 0]);
    }

    #[test]
    fn no_expression_reads_nothing() {
        assert!(reads("response.data.").is_err());
    }
}
