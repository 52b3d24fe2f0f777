//! A request with a credential of its own, beside its twin: the same request with the caller's own credential.

use std::sync::Arc;

use mixinspec_spec::model::ExpectCredential;
use serde_json::{Value, json};

use super::{Turn, of_another, undecided};
use crate::credential::{Altered, Authorization, CompiledCredential, Credential};
use crate::exchange::{Exchange, Outcome, Sent};
use crate::expression::Scope;
use crate::make::{Cast, Change, Family, MakeError};
use crate::plan::AuthenticateCase;
use crate::verdict::Finding;

impl Turn<'_> {
    pub(super) async fn authenticate(&mut self, case: &AuthenticateCase) -> Result<Finding, MakeError> {
        if let Some(reason) = self.inapplicable(case) {
            return Ok(Finding::NotApplicable(reason.into()));
        }
        let family = self.executor.family(&case.family)?;
        let cast = self.executor.caller();
        let mut exchange = self.attempt(case, family, &self.named(case, &cast)?).await?;
        let named = exchange.caller_id != cast.caller_id;
        if named && matches!(exchange.outcome, Outcome::Refused(_) | Outcome::Unauthorized) {
            exchange = self.attempt(case, family, &cast).await?;
        }
        if let Some(finding) = undecided(&exchange) {
            return Ok(finding);
        }
        let refused = matches!(exchange.outcome, Outcome::Refused(_) | Outcome::Unauthorized);
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
            (ExpectCredential::Unauthorized, _) => Ok(self.unlike("refused with 401", &exchange)),
            (ExpectCredential::Judged | ExpectCredential::Refused, _) => Ok(self.unlike("refused", &exchange)),
        }
    }

    /// Why the case says nothing about this subject.
    fn inapplicable(&self, case: &AuthenticateCase) -> Option<&'static str> {
        let credentials = self.executor.sender.credentials();
        if !matches!(credentials.first(), Some(Credential::Bearer(_) | Credential::Keystore(_))) {
            return Some("the subject checks no credentials (--no-auth)");
        }
        case.change.credential.as_ref().and_then(|credential| credential.lacks(credentials))
    }

    /// Sends the request as somebody's, with the case's credential.
    async fn attempt(&mut self, case: &AuthenticateCase, family: &Family, cast: &Cast) -> Result<Exchange, MakeError> {
        let mut made = self.executor.maker.make(family, None, &case.change, &self.ids, cast)?;
        if let Some(credential) = &case.change.credential {
            let altered = self.altered(credential, &case.change, &made.sent, cast)?;
            made.sent.authorization = Authorization::Altered(Arc::new(altered));
        }
        Ok(self.send(&made, cast, Vec::new()).await)
    }

    /// Whoever the token names, where that is not the caller: a server that takes the token for theirs would refuse the
    /// caller's own request for an id that does not follow from the user that it sees.
    fn named(&self, case: &AuthenticateCase, cast: &Cast) -> Result<Cast, MakeError> {
        let user = match &case.change.credential {
            Some(credential) => credential.user(&mut self.credential_scope(&case.change, cast))?,
            None => None,
        };
        Ok(Cast { caller_id: user.unwrap_or_else(|| cast.caller_id.clone()), ..cast.clone() })
    }

    fn altered(
        &self,
        credential: &CompiledCredential,
        change: &Change,
        sent: &Sent,
        cast: &Cast,
    ) -> Result<Altered, MakeError> {
        let mut scope = self.credential_scope(change, cast);
        scope.set("request", sent.json.as_ref().unwrap_or(&Value::Null));
        Ok(credential.evaluate(&mut scope, sent)?)
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

    /// A credential that was not accepted shows a mistake only where the caller's own would have been.
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
        } else if let (Outcome::Refused(Some(code)), Ok(received)) = (exchange.outcome, &exchange.answer)
            && code != 403
            && received.status != 403
        {
            // What is wrong with the request otherwise has requirements of its own.
            let what = crate::judge::describe(exchange);
            return Ok(Finding::Inconclusive(format!("it was {what}, which says nothing of the token")));
        }
        Ok(self.unlike("accepted", exchange))
    }

    /// A refusal tells nothing where the caller's own credential is refused too.
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
            // The server may not take such a request from anybody, a path with a query say.
            let plain = self.twin_with(family, None, &Change::default(), "plain", cast).await?;
            if plain.outcome == Outcome::Accepted {
                return Ok(Finding::NotApplicable("the subject refuses a request like this from anybody".into()));
            }
        }
        Ok(self.twin_failed("defect of the credential", &twin))
    }
}
