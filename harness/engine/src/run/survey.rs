//! Sends one request of each kind to a server that answers a plain request with a server error. If it still refuses a
//! wrong request, for example, the error comes after its validation.

use std::collections::BTreeSet;
use std::sync::Arc;

use mixinspec_spec::model::{Effect, ExpectCredential};

use crate::edition::variables::RequestFacts;
use crate::http::message::Sent;
use crate::identity::case_id::CaseId;
use crate::plan::{Case, CaseKind, RefuseCase};
use crate::run::execute::{Executor, Replaced};

/// The case id from which a survey's ids are derived.
const SURVEY: &str = "survey";

impl Executor {
    /// Sends a request of each kind: for each family a valid one, a wrong one, and one with another credential; for
    /// each operation that reads, one for a thing that does not exist. The answers are counted by kind but make no
    /// findings: on a server that accepts no plain request they decide nothing else.
    pub(crate) async fn survey(&self) {
        let mut seen = BTreeSet::new();
        let first = |case: &&Arc<Case>| {
            let kind = match &case.kind {
                CaseKind::Accept(_) => 0,
                CaseKind::Refuse(case) if self.breaks_the_schema(case) => 1,
                CaseKind::Authenticate(case) if case.reads.is_none() && case.expect != ExpectCredential::Accepted => 2,
                _ => return false,
            };
            case.family().is_some_and(|family| seen.insert((family.to_owned(), kind)))
        };
        for case in self.plan.cases.iter().filter(first) {
            self.execute(case, 0, Replaced::default()).await;
        }
        let id = self.ids.case(SURVEY, 0).uuid("nothing").to_string();
        let about =
            RequestFacts { caller_id: self.callers.first().cloned().unwrap_or_default(), ..RequestFacts::default() };
        for operation in self.judge.edition.operations.iter().filter(|operation| operation.effect == Effect::Reads) {
            let sent = Sent::get(operation.path(&id));
            let answer = self.sender.send(&sent).await;
            self.judge_answer(&self.judge.exchange(sent, answer, about.clone()), &CaseId::from(SURVEY));
        }
    }

    /// Whether the wrong request breaks its schema, which a server notices without computing anything.
    fn breaks_the_schema(&self, case: &RefuseCase) -> bool {
        let Some(family) = self.plan.families.get(&case.family) else { return false };
        let made = self.maker.make(family, None, &case.change, &self.ids.case(SURVEY, 0), &self.caller());
        let (Ok(made), Some(schema)) = (made, family.operation.request) else { return false };
        made.sent.json.is_some() && !self.judge.edition.schemas.violations(schema, &made.document).is_empty()
    }
}
