//! Executes cases that must be refused, each beside its twin: the same request without the defect.

use std::sync::Arc;

use json_patch::PatchOperation;
use mixinspec_spec::model::Derived;

use super::{Execution, Replaced, of_another, undecided};
use crate::edition::exchange::Exchange;
use crate::findings::verdict::Finding;
use crate::http::outcome::Outcome;
use crate::plan::RefuseCase;
use crate::request::make::{Made, MakeError, Making};
use crate::text::excerpt::Excerpts;

/// How many differences from the valid request are named.
const TOLD: usize = 2;

impl Execution<'_> {
    /// Sends a wrong request in every way (an equivalent form each), so that in one of them the defect is the only
    /// reason to refuse it.
    pub(super) async fn refuse(&mut self, case: &RefuseCase, given: Replaced) -> Result<Option<Finding>, MakeError> {
        let family = self.executor.family(&case.family)?;
        let document = self.executor.document(&case.family, case.generated, &given)?;
        let all = self.ways(case, document.clone())?;
        if all.is_empty() {
            return Ok(Some(Finding::NotApplicable("for these users the wrong id is the right one".into())));
        }
        for made in &all {
            let exchange = self.send(made).await;
            if let Some(finding) = undecided(&exchange) {
                return Ok(Some(finding));
            }
            if !exchange.is_refused() {
                return Ok(Some(self.unlike(&self.refusal_of(made), &exchange)));
            }
        }
        // A refusal proves nothing if the server refuses everything.
        let cast = self.executor.caller();
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

    /// The wrong request in each way that differs from the others.
    fn ways(&self, case: &RefuseCase, document: Option<serde_json::Value>) -> Result<Vec<Made>, MakeError> {
        let (executor, change) = (self.executor, &*case.change);
        let (family, cast) = (executor.family(&case.family)?, executor.caller());
        let prepared = executor.maker.prepare(family, document, change, &self.ids, &cast)?;
        let mut making = vec![Making::Usual];
        if change.derived == Derived::Changed && change.changes_members() {
            making.push(Making::Clean);
        }
        let open = family.ways.iter().filter(|way| executor.shown.unmet(&way.needs).is_none());
        making.extend(open.map(Making::Other));
        if let Some(number) = case.generated {
            // Generated cases take the ways in turn.
            let turn = usize::try_from(number).unwrap_or(0) % making.len();
            making = vec![making[turn]];
        }
        let mut all: Vec<Made> = Vec::new();
        for way in making {
            let made = executor.maker.make_in(&prepared, family, change, &self.ids, &cast, way);
            let mut made = match (made, way) {
                (Ok(made), _) => made,
                // An equivalent request may lack the member that the defect changes.
                (Err(_), Making::Other(_)) => continue,
                (Err(error), _) => return Err(error),
            };
            let same = |other: &Made| other.sent.body == made.sent.body && other.sent.path == made.sent.path;
            // Skip a way in which the request is as valid as its twin, or the same as in another way.
            if made.unchanged || (change.changes_members() && made.document == made.clean) || all.iter().any(same) {
                continue;
            }
            made.about.codes.clone_from(&case.codes);
            made.about.wrong = change.names();
            all.push(made);
        }
        Ok(all)
    }
}
