//! Executes cases with a credential of their own, each beside its twin: the same request with the caller's own
//! credential.

use std::sync::Arc;

use mixinspec_spec::model::ExpectCredential;
use serde_json::{Value, json};

use super::scenario::call;
use super::{Execution, of_another, undecided};
use crate::cel::Scope;
use crate::edition::exchange::Exchange;
use crate::edition::operation::CompiledOperation;
use crate::findings::verdict::Finding;
use crate::http::authorization::Authorization;
use crate::http::credential::{Credential, made};
use crate::http::message::Sent;
use crate::http::outcome::Outcome;
use crate::plan::AuthenticateCase;
use crate::request::credential::CompiledCredential;
use crate::request::make::{Cast, Change, Family, Made, MakeError};

impl Execution<'_> {
    pub(super) async fn authenticate(&mut self, case: &AuthenticateCase) -> Result<Option<Finding>, MakeError> {
        if let Some(reason) = self.inapplicable(case) {
            return Ok(Some(Finding::NotApplicable(reason.into())));
        }
        let family = self.executor.family(&case.family)?;
        match &case.reads {
            Some(operation) => self.reads(case, family, operation).await,
            None => self.asks(case, family).await,
        }
        .map(Some)
    }

    /// Judges the family's own request with the case's credential.
    async fn asks(&mut self, case: &AuthenticateCase, family: &Family) -> Result<Finding, MakeError> {
        let cast = self.executor.caller();
        let mut exchange = match self.attempt(case, family, &self.named(case, &cast)?).await? {
            Ok(exchange) => exchange,
            Err(finding) => return Ok(finding),
        };
        let named = exchange.about.caller_id != cast.caller_id;
        if named && exchange.is_refused() {
            exchange = match self.attempt(case, family, &cast).await? {
                Ok(exchange) => exchange,
                Err(finding) => return Ok(finding),
            };
        }
        if let Some(finding) = undecided(&exchange) {
            return Ok(finding);
        }
        let refused = exchange.is_refused();
        match (case.expect, exchange.outcome) {
            (ExpectCredential::Accepted | ExpectCredential::Judged, Outcome::Accepted) => {
                Ok(of_another(&exchange).unwrap_or_else(|| self.rule(case.rule.as_deref(), &exchange)))
            }
            (ExpectCredential::Judged, _) if refused => {
                Ok(Finding::NotApplicable("the subject refuses a request like this".into()))
            }
            (ExpectCredential::Accepted, _) => self.not_accepted(case, family, &exchange, &cast).await,
            (ExpectCredential::Refused, _) if refused => self.beside_twin(case, family, &cast).await,
            (ExpectCredential::Unauthorized, Outcome::Unauthorized) => self.beside_twin(case, family, &cast).await,
            (ExpectCredential::Unauthorized, _) => Ok(self.unlike(&self.unauthorized(), &exchange)),
            (ExpectCredential::Judged | ExpectCredential::Refused, _) => Ok(self.unlike("refused", &exchange)),
        }
    }

    /// Judges another operation on the thing that the family's request has created. The twin is the same request with
    /// the caller's own credential.
    async fn reads(
        &mut self,
        case: &AuthenticateCase,
        family: &Family,
        operation: &CompiledOperation,
    ) -> Result<Finding, MakeError> {
        let cast = self.executor.caller();
        let mut created = self.executor.maker.make(family, None, &Change::default(), &self.ids, &cast)?;
        if used_before(case) {
            created.sent.authorization = self.own_token(&created.sent)?;
        }
        let creation = self.send(&created).await;
        if creation.outcome != Outcome::Accepted {
            return Ok(undecided(&creation).unwrap_or_else(|| self.twin_failed("defect of the credential", &creation)));
        }
        let identity = family.operation.asked(&created.sent).unwrap_or_default().to_owned();
        let own = call(operation, &identity, &created, &cast, &self.ids.part("own"));
        let mut forged = call(operation, &identity, &created, &cast, &self.ids.part("forged"));
        if used_before(case) {
            forged.sent.authorization = created.sent.authorization.used_before();
        } else if let Some(credential) = &case.change.credential {
            forged.sent.authorization = self.altered(credential, &case.change, &forged.sent, &cast)?;
        }
        if matches!(&forged.sent.authorization, Authorization::Altered(altered) if altered.is_right(&forged.sent)) {
            return Ok(Finding::NotApplicable("the token is the right one for this request".into()));
        }
        let exchange = self.send(&forged).await;
        if let Some(finding) = undecided(&exchange) {
            return Ok(finding);
        }
        let twin = self.send(&own).await;
        if twin.outcome != Outcome::Accepted {
            // Other requirements judge whether the operation is offered, and to whom.
            return Ok(undecided(&twin).unwrap_or_else(|| {
                Finding::NotApplicable("the subject does not answer it to the caller's own credential".into())
            }));
        }
        Ok(match (case.expect, exchange.outcome) {
            (ExpectCredential::Unauthorized, Outcome::Unauthorized) => Finding::Pass,
            (ExpectCredential::Unauthorized, _) => self.unlike(&self.unauthorized(), &exchange),
            (ExpectCredential::Refused, _) if exchange.is_refused() => Finding::Pass,
            (ExpectCredential::Accepted, Outcome::Accepted) | (ExpectCredential::Judged, _) => Finding::Pass,
            (ExpectCredential::Accepted, _) => self.unlike("accepted", &exchange),
            (ExpectCredential::Refused, _) => self.unlike("refused", &exchange),
        })
    }

    /// The expectation, in words, of a refusal because of the credential.
    fn unauthorized(&self) -> String {
        format!("refused as unauthorized: with {}", self.executor.judge.edition.envelope.unauthorized())
    }

    /// Why the case does not apply to this subject.
    fn inapplicable(&self, case: &AuthenticateCase) -> Option<&'static str> {
        let credentials = self.executor.sender.credentials();
        if matches!(credentials.first(), None | Some(Credential::None)) {
            return Some("the subject checks no credentials (--no-auth)");
        }
        case.change.credential.as_ref().and_then(|credential| credential.inapplicable(credentials))
    }

    /// Sends the request for this cast, with the case's credential; returns a finding if that is not possible.
    async fn attempt(
        &mut self,
        case: &AuthenticateCase,
        family: &Family,
        cast: &Cast,
    ) -> Result<Result<Arc<Exchange>, Finding>, MakeError> {
        let mut made: Made = self.executor.maker.make(family, None, &case.change, &self.ids, cast)?;
        if used_before(case) {
            let ids = self.ids.part("before");
            let mut before = self.executor.maker.make(family, None, &Change::default(), &ids, cast)?;
            before.sent.authorization = self.own_token(&before.sent)?;
            made.sent.authorization = before.sent.authorization.used_before();
            let exchange = self.send(&before).await;
            if exchange.outcome != Outcome::Accepted {
                let finding = undecided(&exchange);
                return Ok(Err(finding.unwrap_or_else(|| self.twin_failed("token of an earlier request", &exchange))));
            }
        } else if let Some(credential) = &case.change.credential {
            made.sent.authorization = self.altered(credential, &case.change, &made.sent, cast)?;
        }
        Ok(Ok(self.send(&made).await))
    }

    /// The cast, with the user whom the token names as the caller. A server that trusts the token would refuse a
    /// request made for the real caller, since its id does not follow from the token's user.
    fn named(&self, case: &AuthenticateCase, cast: &Cast) -> Result<Cast, MakeError> {
        let user = match &case.change.credential {
            Some(credential) => credential.user(&mut self.credential_scope(&case.change, cast))?,
            None => None,
        };
        Ok(Cast { caller_id: user.unwrap_or_else(|| cast.caller_id.clone()), ..cast.clone() })
    }

    /// The caller's own token for a request, made before it is sent.
    pub(super) fn own_token(&self, sent: &Sent) -> Result<Authorization, MakeError> {
        let sender = &self.executor.sender;
        let credential = sender.credentials().get(sent.caller);
        made(credential.unwrap_or(&Credential::None), sent, sender.clock().now()).map_err(MakeError::Patch)
    }

    pub(super) fn altered(
        &self,
        credential: &CompiledCredential,
        change: &Change,
        sent: &Sent,
        cast: &Cast,
    ) -> Result<Authorization, MakeError> {
        let mut scope = self.credential_scope(change, cast);
        scope.set("request", sent.json.as_ref().unwrap_or(&Value::Null));
        Ok(Authorization::Altered(Arc::new(credential.evaluate(&mut scope, sent, self.began)?)))
    }

    fn credential_scope(&self, change: &Change, cast: &Cast) -> Scope<'_> {
        let mut scope = self.executor.maker.vocabulary.scope();
        scope.set_ids(&self.ids);
        let credentials = self.executor.sender.credentials();
        for (name, at) in [("caller", cast.caller), ("peer", 1)] {
            let session = credentials.get(at).and_then(Credential::session_id);
            scope.set(name, &json!({"user_id": self.executor.callers.get(at), "session_id": session}));
        }
        scope.set("item", change.item.as_ref().unwrap_or(&Value::Null));
        scope
    }

    /// The finding for a credential that was not accepted: a failure only if the caller's own would have been.
    async fn not_accepted(
        &mut self,
        case: &AuthenticateCase,
        family: &Family,
        exchange: &Exchange,
        cast: &Cast,
    ) -> Result<Finding, MakeError> {
        if case.changed || case.change.credential.is_some() {
            let twin = self.twin(family, cast).await?;
            if twin.outcome != Outcome::Accepted {
                return Ok(self.twin_failed("other credential", &twin));
            }
        } else if let (Outcome::Refused(Some(_)), Ok(received)) = (exchange.outcome, &exchange.answer)
            && !self.executor.judge.edition.envelope.is_forbidden(received)
        {
            // Other requirements judge a refusal for another reason.
            let what = exchange.describe();
            return Ok(self.turned_away(format!("it was {what}, which says nothing of the token")));
        }
        Ok(self.unlike("accepted", exchange))
    }

    /// The finding for a refused credential: it proves nothing if the caller's own credential is refused too.
    async fn beside_twin(
        &mut self,
        case: &AuthenticateCase,
        family: &Family,
        cast: &Cast,
    ) -> Result<Finding, MakeError> {
        let twin = self.twin_with(family, None, &case.change, "twin", cast).await?;
        if twin.outcome == Outcome::Accepted {
            return Ok(of_another(&twin).unwrap_or(Finding::Pass));
        }
        if case.changed {
            // The server may refuse such a request from everybody, for example a path with a query.
            let plain = self.twin_with(family, None, &Change::default(), "plain", cast).await?;
            if plain.outcome == Outcome::Accepted {
                return Ok(Finding::NotApplicable("the subject refuses a request like this from anybody".into()));
            }
        }
        Ok(self.twin_failed("defect of the credential", &twin))
    }
}

/// Whether a case sends a token that was accepted before.
fn used_before(case: &AuthenticateCase) -> bool {
    case.change.credential.as_ref().is_some_and(CompiledCredential::is_used_before)
}
