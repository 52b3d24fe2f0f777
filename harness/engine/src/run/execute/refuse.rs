//! Executes cases that must be refused, each beside its twin: the same request without the defect.

use std::sync::Arc;

use bytes::Bytes;
use json_patch::PatchOperation;
use mixinspec_spec::model::Derived;

use super::{Execution, Replaced, of_another, undecided};
use crate::edition::exchange::Exchange;
use crate::findings::verdict::Finding;
use crate::http::outcome::Outcome;
use crate::plan::RefuseCase;
use crate::request::family::Family;
use crate::request::make::{Made, MakeError, Making};
use crate::text::excerpt::Excerpts;

/// How many differences from the valid request are named.
const TOLD: usize = 2;

impl Execution<'_> {
    /// Sends a wrong request in every way (an equivalent form each), so that in one of them the defect is the only
    /// reason to refuse it.
    pub(super) async fn refuse(&mut self, case: &RefuseCase, given: Replaced) -> Result<Option<Finding>, MakeError> {
        let (executor, cast) = (self.executor, self.executor.caller());
        let family = executor.family(&case.family)?;
        let document = executor.document(&case.family, case.generated, &given)?;
        let prepared = executor.maker.prepare(family, document.clone(), &case.change, &self.ids, &cast)?;
        // One at a time, since a request may be long: of those before it, only what makes it the same is kept.
        let mut before: Vec<(String, Bytes)> = Vec::new();
        for making in self.ways(case, family) {
            let made = executor.maker.make_in(&prepared, family, &case.change, &self.ids, &cast, making);
            let made = match (made, making) {
                (Ok(made), _) => made,
                // An equivalent request may lack the member that the defect changes.
                (Err(_), Making::Other(_)) => continue,
                (Err(error), _) => return Err(error),
            };
            // Skip a way in which the request is as valid as its twin, or the same as in another way.
            let is_valid = made.unchanged || (case.change.changes_members() && made.document == made.clean);
            if is_valid || before.iter().any(|(path, body)| *path == made.sent.path && *body == made.sent.body) {
                continue;
            }
            before.push((made.sent.path.clone(), made.sent.body.clone()));
            if let Some(finding) = self.refuse_one(case, made).await {
                return Ok(Some(finding));
            }
        }
        if before.is_empty() {
            return Ok(Some(Finding::NotApplicable("for these users the wrong id is the right one".into())));
        }
        // A refusal proves nothing if the server refuses everything.
        let twin: Arc<Exchange> = self.twin_of(family, document, &cast).await?;
        if twin.outcome != Outcome::Accepted {
            return Ok(Some(self.twin_failed("defect", &twin)));
        }
        Ok(Some(of_another(&twin).unwrap_or(Finding::Pass)))
    }

    /// The expectation of a wrong request, in words: refused, for these differences from the valid request. A derived
    /// id that differs as a consequence is not named.
    fn refusal_of(&self, made: &Made) -> String {
        let excerpts = Excerpts(self.executor.judge.recorder().redactor());
        let defect = |operation: &PatchOperation| match operation {
            PatchOperation::Remove(removed) => format!("{} is missing", removed.path),
            PatchOperation::Add(added) => format!("{} is {}", added.path, excerpts.json(&added.value)),
            PatchOperation::Replace(replaced) => {
                let right = replaced.path.resolve(&made.clean).map(|right| excerpts.json(right));
                let right = right.map_or_else(|_| String::new(), |right| format!(", where {right} is right"));
                format!("{} is {}{right}", replaced.path, excerpts.json(&replaced.value))
            }
            other => other.path().to_string(),
        };
        let patch = json_patch::diff(&made.clean, &made.document);
        let names = &made.about.wrong;
        let is_changed = |path: &str| path.split('/').any(|part| names.iter().any(|name| name == part));
        let differs: Vec<_> = patch.iter().filter(|operation| is_changed(operation.path().as_str())).collect();
        let mut told: Vec<String> = differs.iter().take(TOLD).map(|operation| defect(operation)).collect();
        if differs.len() > TOLD {
            told.push(format!("{} more", differs.len() - TOLD));
        }
        if told.is_empty() { "refused".to_owned() } else { format!("refused: {}", told.join(", and ")) }
    }

    /// Sends a wrong request; the finding, unless it is refused.
    async fn refuse_one(&mut self, case: &RefuseCase, mut made: Made) -> Option<Finding> {
        made.about.codes.clone_from(&case.codes);
        made.about.wrong = case.change.names();
        let exchange = self.send(&made).await;
        let open = undecided(&exchange);
        open.or_else(|| (!exchange.is_refused()).then(|| self.unlike(&self.refusal_of(&made), &exchange)))
    }

    /// The ways in which the wrong request is made.
    fn ways<'a>(&self, case: &RefuseCase, family: &'a Family) -> Vec<Making<'a>> {
        let mut making = vec![Making::Usual];
        if case.change.derived == Derived::Changed && case.change.changes_members() {
            making.push(Making::Clean);
        }
        let open = family.ways.iter().filter(|way| self.executor.shown.unmet(&way.needs).is_none());
        making.extend(open.map(Making::Other));
        match case.generated {
            // Generated cases take the ways in turn.
            Some(number) => vec![making[usize::try_from(number).unwrap_or(0) % making.len()]],
            None => making,
        }
    }
}
