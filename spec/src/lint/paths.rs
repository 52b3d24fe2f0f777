//! Checks that paths in expressions lead somewhere: `request.x`, `response.data.y`, `http.z`, `steps.NAME.…`.
//!
//! A member that only some editions have may be read in the others after a test with `has`, in the same expression or
//! in its guard.

use std::ops::Range;

use super::LintReport;
use super::sites::ExpressionSite;
use crate::constraints::Direction;
use crate::expression::{Analysis, EACH, Path, Type, Use};
use crate::model::{PatchOpKind, Pointer, Step};
use crate::names;
use crate::pointer;
use crate::problems::Problem;
use crate::shape::{self, Shape};
use crate::vocabulary::{
    ANSWER_MEMBERS, CALL_HTTP_MEMBERS, ExpressionPlace, HISTORY, HISTORY_MEMBERS, HTTP_MEMBERS, PARTY_MEMBERS,
    SIGNER_MEMBERS, STEP_MEMBERS, TOKEN_MEMBERS,
};

pub(super) fn check(report: &mut LintReport<'_>, site: &ExpressionSite<'_>, analysis: &Analysis, used: &Use) {
    let names: Vec<&str> = used.path.names().collect();
    let problem = match used.path.root.as_str() {
        "steps" => steps(report, site, analysis, used, &names),
        root if HISTORY.contains(&root) && site.place == ExpressionPlace::History => {
            history(report, site, analysis, used, &names)
        }
        root => variable(report, site, analysis, used, root, 0, &names),
    };
    if let Some((span, problem)) = problem {
        report.part(&site.at, site.expression.as_str(), span, problem);
    }
}

type PathProblem = Option<(Range<usize>, Problem)>;

/// A path from a step.
fn steps(
    report: &LintReport<'_>,
    site: &ExpressionSite<'_>,
    analysis: &Analysis,
    used: &Use,
    names: &[&str],
) -> PathProblem {
    let (name, rest) = names.split_first()?;
    // `steps.all(…)` ranges over the names of the steps.
    if *name == EACH {
        return None;
    }
    let Some(step) = site.steps.iter().find(|step| step.name == *name) else {
        let todo = names::advice(name, site.steps.iter().map(|step| step.name.as_str()));
        let problem = Problem::UnknownName { kind: "step", name: (*name).to_owned(), todo };
        return Some((used.path.members.first()?.span.clone(), problem));
    };
    let (list, rest, skipped) = match rest.split_first() {
        Some((&EACH, rest)) => (true, rest, 2),
        _ => (false, rest, 1),
    };
    if let Some(problem) = one_or_many(step, list, rest, &used.path) {
        return Some(problem);
    }
    let (member, rest) = rest.split_first()?;
    if !STEP_MEMBERS.contains(member) {
        return unknown(&used.path, skipped, None, names::advice(member, STEP_MEMBERS.iter().copied()));
    }
    variable(report, site, analysis, used, member, skipped + 1, rest)
}

/// A path from one of the exchanges of a history.
fn history(
    report: &LintReport<'_>,
    site: &ExpressionSite<'_>,
    analysis: &Analysis,
    used: &Use,
    names: &[&str],
) -> PathProblem {
    let (member, rest) = names.split_first()?;
    if HISTORY_MEMBERS.contains(member) {
        return None;
    }
    if !STEP_MEMBERS.contains(member) {
        let known = STEP_MEMBERS.iter().chain(HISTORY_MEMBERS).copied();
        return unknown(&used.path, 0, None, names::advice(member, known));
    }
    variable(report, site, analysis, used, member, 1, rest)
}

/// A step that was sent several times is a list, any other is not.
fn one_or_many(step: &Step, list: bool, rest: &[&str], path: &Path) -> PathProblem {
    let todo = match (step.at_once.is_some(), list, rest.first()) {
        (true, false, Some(member)) => {
            format!("`{0}` is a list, since it is sent `at_once`: write steps.{0}.all(s, s.{member} …)", step.name)
        }
        (false, true, _) => format!("`{}` is one exchange, not a list: it has no `at_once`", step.name),
        _ => return None,
    };
    unknown(path, 1, None, todo)
}

/// Checks a path from a variable of an exchange; the first `skipped` members lead to that variable.
fn variable(
    report: &LintReport<'_>,
    site: &ExpressionSite<'_>,
    analysis: &Analysis,
    used: &Use,
    name: &str,
    skipped: usize,
    rest: &[&str],
) -> PathProblem {
    let closed = |members: &[&'static str]| {
        let member = rest.first()?;
        let is_there = members.contains(member) || *member == EACH;
        if is_there { None } else { unknown(&used.path, skipped, None, names::advice(member, members.iter().copied())) }
    };
    match name {
        "caller" | "peer" if matches!(site.place, ExpressionPlace::Credential | ExpressionPlace::Call) => {
            closed(SIGNER_MEMBERS)
        }
        "http" if site.place == ExpressionPlace::Call => closed(CALL_HTTP_MEMBERS),
        "answer" => closed(ANSWER_MEMBERS),
        "token" => closed(TOKEN_MEMBERS),
        "caller" | "peer" | "creator" => closed(PARTY_MEMBERS),
        "http" => closed(HTTP_MEMBERS),
        "request" => body(report, site, analysis, used, Direction::Request, skipped, rest),
        "response" => body(report, site, analysis, used, Direction::Response, skipped, rest),
        _ => None,
    }
}

fn body(
    report: &LintReport<'_>,
    site: &ExpressionSite<'_>,
    analysis: &Analysis,
    used: &Use,
    direction: Direction,
    skipped: usize,
    rest: &[&str],
) -> PathProblem {
    let spec = report.spec;
    let shape = |edition: &str| {
        spec.json.get(edition).map(|document| shape::of_body(document, direction, rest.iter().copied()))
    };
    let missing = |edition: &&str| matches!(shape(edition), Some(Shape::Missing { .. }));
    let edition = site.editions.iter().copied().find(|edition| missing(edition))?;
    let Some(Shape::Missing { members, names }) = shape(edition) else { return None };
    if direction == Direction::Request && written(site, &rest[..=members]) {
        return None;
    }
    let elsewhere = spec.editions().find(|edition| !missing(edition));
    let path: Vec<&str> = used.path.names().take(skipped + members + 1).collect();
    if elsewhere.is_some() && (used.tested || asked_for(site, analysis, &used.path.root, &path)) {
        return None;
    }
    let name = rest.get(members).copied().unwrap_or_default();
    let todo = match elsewhere {
        Some(other) => format!(
            "only edition {other} has it: ask with has({}.{}) first, or leave the edition out",
            used.path.root,
            path.join(".")
        ),
        None => names::advice(name, names),
    };
    unknown(&used.path, skipped + members, elsewhere.map(|_| edition), todo)
}

/// Whether a change writes this member into the request.
fn written(site: &ExpressionSite<'_>, path: &[&str]) -> bool {
    let writes = |pointer: &Pointer| {
        let tokens = pointer::tokens(pointer.as_str()).unwrap_or_default();
        let same = |(token, name): (&String, &&str)| token == name || token == "-" || *name == EACH;
        tokens.len() >= path.len() && tokens.iter().zip(path).all(same)
    };
    site.changes.iter().any(|change| {
        let patched = change.patch.iter().filter(|operation| operation.op != PatchOpKind::Remove);
        patched.map(|operation| &operation.path).chain(change.set.iter().map(|set| &set.at)).any(writes)
    })
}

/// Whether `has` tests for a path, in the expression or in its guard.
fn asked_for(site: &ExpressionSite<'_>, analysis: &Analysis, root: &str, path: &[&str]) -> bool {
    let asks = |analysis: &Analysis| {
        analysis.uses.iter().any(|used| {
            let names: Vec<&str> = used.path.names().collect();
            used.tested && used.path.root == root && names.starts_with(path)
        })
    };
    asks(analysis) || site.guard.is_some_and(|guard| Analysis::of(guard.as_str()).is_ok_and(|guard| asks(&guard)))
}

/// The type at a path, if it is the same for every exchange.
pub(super) fn type_at(report: &LintReport<'_>, site: &ExpressionSite<'_>, path: &[&str]) -> Type {
    let path = match (site.place, path) {
        (ExpressionPlace::Exchange, path) => path,
        (ExpressionPlace::History, [root, rest @ ..]) if HISTORY.contains(root) => match rest {
            [member] if HISTORY_MEMBERS.contains(member) => return Type::Bool,
            _ => rest,
        },
        (ExpressionPlace::Steps, ["steps", _, EACH, rest @ ..] | ["steps", _, rest @ ..]) => rest,
        (ExpressionPlace::History, ["later"]) => return Type::Bool,
        (ExpressionPlace::History, ["outsiders"]) => return Type::List,
        _ => return Type::Any,
    };
    match path {
        ["response", rest @ ..] => type_in_answers(report, site, rest),
        ["http", member, ..] if *member == "headers" || *member == "request_headers" => match path.len() {
            2 => Type::Map,
            3 => Type::Text,
            _ => Type::Any,
        },
        ["outcome" | "operation"] | ["http", "method" | "path" | "head" | "text"] => Type::Text,
        ["code"] | ["http", "status" | "now" | "time"] => Type::Number,
        ["fresh"] | ["http", "shows_token"] => Type::Bool,
        ["codes" | "wrong"] | ["http", "json_faults" | "objects"] => Type::List,
        _ => Type::Any,
    }
}

/// The type at a place in answers, if the schemas of all the rule's editions agree on it.
fn type_in_answers(report: &LintReport<'_>, site: &ExpressionSite<'_>, path: &[&str]) -> Type {
    let in_edition = |edition: &&str| {
        let document = report.spec.json.get(*edition)?;
        match shape::of_body(document, Direction::Response, path.iter().copied()) {
            Shape::Schemas(schemas) => Some(schemas),
            Shape::Open | Shape::Missing { .. } => None,
        }
    };
    // Editions without the member are never asked for it.
    let schemas = site.editions.iter().filter_map(in_edition).flatten();
    let mut types = schemas.map(|schema| match schema.get("type").and_then(|kind| kind.as_str()) {
        Some("string") => Type::Text,
        Some("integer" | "number") => Type::Number,
        Some("boolean") => Type::Bool,
        Some("array") => Type::List,
        Some("object") => Type::Map,
        _ => Type::Any,
    });
    let first = types.next().unwrap_or(Type::Any);
    if types.all(|other| other == first) { first } else { Type::Any }
}

/// Reports that member number `nth` of a path does not exist.
fn unknown(path: &Path, nth: usize, edition: Option<&str>, todo: String) -> PathProblem {
    let names: Vec<&str> = path.names().take(nth + 1).collect();
    let span = path.members.get(nth).map_or_else(|| path.span.clone(), |member| member.span.clone());
    let path = format!("{}.{}", path.root, names.join("."));
    Some((span, Problem::UnknownPath { path, edition: edition.map(str::to_owned), todo }))
}
