//! The credentials of `authenticates` cases, compiled: how they differ from the caller's own.

use std::collections::BTreeMap;

use bytes::Bytes;
use mixinspec_spec::model::{Cel, CredentialSpec};
use serde_json::json;

use crate::cel::{Expression, ExpressionError, Scope};
use crate::http::authorization::{Altered, Claim};
use crate::http::credential::Credential;
use crate::http::message::Sent;

/// A credential of the spec, compiled.
#[derive(Debug)]
pub struct CompiledCredential {
    spec: CredentialSpec,
    claims: Vec<(String, Expression)>,
    raw_claims: Vec<(String, Expression)>,
    body: Option<Expression>,
}

impl CompiledCredential {
    /// Compiles a credential.
    ///
    /// # Errors
    /// When one of its expressions is no CEL.
    pub fn compile(spec: &CredentialSpec) -> Result<Self, ExpressionError> {
        let (claims, raw_claims) = (compiled(&spec.claims)?, compiled(&spec.raw_claims)?);
        let body = spec.sig_of.as_ref().and_then(|sig_of| sig_of.body.as_ref());
        let body = body.map(|body| Expression::compile(body.as_str())).transpose()?;
        Ok(Self { spec: spec.clone(), claims, raw_claims, body })
    }

    /// Whether it is the token of an earlier request.
    #[must_use]
    pub fn is_used_before(&self) -> bool {
        self.spec.used_before
    }

    /// Why it cannot be made with these credentials: the first is the caller's.
    #[must_use]
    pub fn inapplicable(&self, credentials: &[Credential]) -> Option<&'static str> {
        let is_keystore = |at: usize| matches!(credentials.get(at), Some(Credential::Keystore(_)));
        let needs_peer = self.claims.iter().chain(&self.raw_claims).any(|(_, to)| to.source().contains("peer."));
        if self.spec.needs_key() && !is_keystore(0) {
            return Some("needs the caller's key (--keystore)");
        }
        (needs_peer && !is_keystore(1)).then_some("needs a second caller (--keystore)")
    }

    /// The user whom its token names, where that is not the caller.
    ///
    /// # Errors
    /// When the expression cannot be evaluated.
    pub fn user(&self, scope: &mut Scope<'_>) -> Result<Option<String>, ExpressionError> {
        let Some((_, to)) = self.claims.iter().find(|(claim, _)| claim == "uid") else { return Ok(None) };
        Ok(scope.json(to)?.as_str().map(str::to_owned))
    }

    /// The credential for one request, made at `now` (in seconds since 1970, by the server's clock). The scope has
    /// `caller`, `peer` and the request's variables.
    ///
    /// # Errors
    /// When one of its expressions cannot be evaluated.
    pub fn evaluate(&self, scope: &mut Scope<'_>, sent: &Sent, now: i64) -> Result<Altered, ExpressionError> {
        scope.set("body", &json!(String::from_utf8_lossy(&sent.body)));
        let mut claims = Vec::new();
        for (name, to) in &self.claims {
            scope.set("now", &json!(now + 1));
            let later = scope.json(to)?;
            scope.set("now", &json!(now));
            let value = scope.json(to)?;
            let moves = value.as_i64().zip(later.as_i64()).is_some_and(|(value, later)| value + 1 == later);
            claims.push(Claim { name: name.clone(), value, moves });
        }
        let text = |of: &Expression| {
            let value = scope.json(of)?;
            Ok(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
        };
        let raw_claims =
            self.raw_claims.iter().map(|(name, of)| Ok((name.clone(), text(of)?))).collect::<Result<_, _>>()?;
        let body = self.body.as_ref().map(text).transpose()?.map(Bytes::from);
        Ok(Altered { spec: self.spec.clone(), made: now, claims, raw_claims, body })
    }
}

fn compiled(claims: &BTreeMap<String, Cel>) -> Result<Vec<(String, Expression)>, ExpressionError> {
    claims.iter().map(|(claim, to)| Ok((claim.clone(), Expression::compile(to.as_str())?))).collect()
}
