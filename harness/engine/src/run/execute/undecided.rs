//! What keeps a case from being decided, and what is to blame for it.

use mixinspec_spec::model::Level;
use serde_json::Value;

use crate::edition::exchange::Exchange;
use crate::findings::cause::{Cause, Hindrance};
use crate::findings::verdict::Finding;
use crate::http::outcome::Outcome;
use crate::judge::check::{Check, Judged};

/// The finding for an answer whose id differs from the request's: it does not show what became of the request. Other
/// requirements judge the wrong id, and how an id is written.
pub(super) fn of_another(exchange: &Exchange) -> Option<Finding> {
    if exchange.outcome != Outcome::Accepted {
        return None;
    }
    let (asked, answered) = (exchange.asked()?, exchange.answered()?);
    // A request that reads by something other than a UUID has no identity to compare.
    if !exchange.creates() && uuid::Uuid::try_parse(asked).is_err() {
        return None;
    }
    (!asked.eq_ignore_ascii_case(answered)).then(|| {
        let reason = format!("the answer is about {answered}, not about {asked}, which was asked for");
        Finding::Hindered(Hindrance::new(reason, [Cause::Answers]))
    })
}

/// Replaces the cause `Answers` in a case's findings by the checks that fail in the case: by the musts, if any fail.
pub(super) fn name_causes(judged: &mut [Judged], checks: &[Check]) {
    let failed = judged.iter().filter(|(_, finding)| matches!(finding, Finding::Fail(_))).map(|(check, _)| *check);
    let is_must = |check: &usize| checks.get(*check).is_some_and(|check| check.level == Level::Must);
    let (musts, others): (Vec<usize>, Vec<usize>) = failed.partition(is_must);
    let failed: Vec<Cause> = if musts.is_empty() { others } else { musts }.into_iter().map(Cause::Check).collect();
    for (_, finding) in judged {
        if let Finding::Blocked(hindrance) | Finding::Hidden(hindrance) | Finding::Hindered(hindrance) = finding
            && hindrance.by.remove(&Cause::Answers)
        {
            hindrance.by.extend(failed.iter().cloned());
        }
    }
}

/// Whether a value has this text as a string anywhere, ignoring ASCII case.
pub(super) fn holds(value: &Value, text: &str) -> bool {
    match value {
        Value::String(own) => own.eq_ignore_ascii_case(text),
        Value::Array(items) => items.iter().any(|item| holds(item, text)),
        Value::Object(members) => members.values().any(|member| holds(member, text)),
        _ => false,
    }
}

/// The finding for an exchange that decides nothing, whatever was expected.
///
/// An answer to a creation that is neither an acceptance nor a refusal fails other requirements; it does not show what
/// the server made of the request.
pub(super) fn undecided(exchange: &Exchange) -> Option<Finding> {
    match (&exchange.outcome, &exchange.answer) {
        (Outcome::Malformed, Ok(received)) if exchange.creates() => {
            let status = received.status;
            let reason = format!(
                "the answer (HTTP {status}) is neither an acceptance nor a refusal, so that it does not show this"
            );
            Some(Finding::Hindered(Hindrance::new(reason, [Cause::Answers])))
        }
        (Outcome::Throttled, _) => {
            let reason = "the server was still throttling (429); --rate N sends no more than N requests a second";
            Some(Finding::Inconclusive(reason.into()))
        }
        _ if exchange.may_be_used_up() => {
            let reason = "the request had to be sent again, and its token may count as used by then";
            Some(Finding::Inconclusive(reason.into()))
        }
        (_, Err(error)) if !error.tells() => Some(Finding::Inconclusive(error.to_string())),
        _ => None,
    }
}
