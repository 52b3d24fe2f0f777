//! Judges single answers, and counts the broken checks by the kind of request.

use super::Executor;
use crate::edition::exchange::Exchange;
use crate::findings::spread::RequestKind;
use crate::findings::verdict::Finding;
use crate::http::authorization::Authorization;
use crate::identity::case_id::CaseId;
use crate::judge::check::Judged;

impl Executor {
    /// Judges one answer, and counts its passes and failures for the kind of its request.
    pub(crate) fn judge_answer(&self, exchange: &Exchange, case: &CaseId) -> Vec<Judged> {
        let judged = self.judge.judge(exchange, case);
        if let Some(operation) = &exchange.operation {
            let decided = judged.iter().filter_map(|(check, finding)| match finding {
                Finding::Pass => Some((*check, false)),
                Finding::Fail(_) => Some((*check, true)),
                _ => None,
            });
            self.spread.note(&operation.id, kind(exchange), decided);
        }
        judged
    }
}

/// The kind of a request: with another credential, wrong on purpose, or neither.
fn kind(exchange: &Exchange) -> RequestKind {
    match exchange.sent.authorization {
        Authorization::None | Authorization::UsedBefore(_) | Authorization::Altered(_) => RequestKind::Credential,
        _ if exchange.about.wrong.is_empty() && exchange.about.codes.is_empty() => RequestKind::Other,
        _ => RequestKind::Wrong,
    }
}
