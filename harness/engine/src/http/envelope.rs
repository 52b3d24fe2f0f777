//! Classifies answers as `api` of `requirements.yaml` says: the meaning of an answer, and where its error and its code
//! are. No member and no code of a particular API is named here.

use mixinspec_spec::Spec;
use mixinspec_spec::model::{Api, Told};
use serde_json::Value;

use crate::http::message::{NoAnswer, Received};
use crate::http::outcome::Outcome;

/// The spec's rules for reading answers.
#[derive(Debug, Clone)]
pub struct Envelope(Api);

impl Envelope {
    /// The envelope of a spec.
    #[must_use]
    pub fn of(spec: &Spec) -> Self {
        Self(spec.document.api.clone())
    }

    /// What an answer means.
    #[must_use]
    pub fn outcome(&self, answer: &Result<Received, NoAnswer>) -> Outcome {
        let Ok(received) = answer else { return Outcome::NoAnswer };
        let Api { result, throttled, server_error, unauthorized, .. } = &self.0;
        let (status, body) = (received.status, received.json.as_ref());
        let code = body.and_then(|body| self.code(body));
        let meanings = [
            (throttled, Outcome::Throttled),
            (server_error, Outcome::ServerError),
            (unauthorized, Outcome::Unauthorized),
        ];
        if let Some((_, meaning)) = meanings.into_iter().find(|(told, _)| told.by(status, code)) {
            return meaning;
        }
        if body.is_some_and(|body| self.error(body).is_some()) {
            return Outcome::Refused(code);
        }
        let result = body.and_then(|body| body.pointer(result.as_str())).filter(|result| !result.is_null());
        match status {
            200..=299 => {
                let has_error = body.is_some_and(|body| self.said(body).is_some_and(|error| !error.is_null()));
                if result.is_some_and(Value::is_object) && !has_error { Outcome::Accepted } else { Outcome::Malformed }
            }
            400..=499 if result.is_none() || self.0.result.as_str().is_empty() => Outcome::Refused(None),
            _ => Outcome::Malformed,
        }
    }

    /// The error object, which says why a request was refused.
    #[must_use]
    pub fn error<'a>(&self, body: &'a Value) -> Option<&'a Value> {
        self.said(body).filter(|error| error.is_object())
    }

    /// Whether a refusal gives a reason. In an API without an error object, the whole body counts as one.
    #[must_use]
    pub fn says_why(&self, body: &Value) -> bool {
        self.0.error.is_none() || self.error(body).is_some()
    }

    /// The code of an error.
    #[must_use]
    pub fn code(&self, body: &Value) -> Option<i64> {
        self.error(body)?;
        body.pointer(self.0.code.as_ref()?.as_str())?.as_i64()
    }

    /// The code for an outcome when the answer itself has none; 0 where the spec lists none.
    #[must_use]
    pub fn code_of(&self, outcome: Outcome) -> i64 {
        let first = |told: &Told| told.code.first().copied().unwrap_or(0);
        match outcome {
            Outcome::Refused(Some(code)) => code,
            Outcome::Unauthorized => first(&self.0.unauthorized),
            Outcome::Throttled => first(&self.0.throttled),
            _ => 0,
        }
    }

    /// Whether an answer says that the caller is known but not allowed to do this.
    #[must_use]
    pub fn is_forbidden(&self, received: &Received) -> bool {
        let code = received.json.as_ref().and_then(|body| self.code(body));
        self.0.forbidden.by(received.status, code)
    }

    /// How the API marks a request as unauthorized, in words: `code 401, or HTTP 401`.
    #[must_use]
    pub fn unauthorized(&self) -> String {
        let Told { status, code } = &self.0.unauthorized;
        let codes = code.iter().map(|code| format!("code {code}"));
        codes.chain(status.iter().map(|status| format!("HTTP {status}"))).collect::<Vec<_>>().join(", or ")
    }

    fn said<'a>(&self, body: &'a Value) -> Option<&'a Value> {
        body.pointer(self.0.error.as_ref()?.as_str())
    }
}

/// The envelope of the embedded spec, for tests.
#[cfg(test)]
pub(crate) fn embedded() -> std::sync::Arc<Envelope> {
    std::sync::Arc::new(Envelope::of(&Spec::embedded().expect("the spec")))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use serde_json::json;

    use super::*;

    fn envelope(api: Value) -> Envelope {
        Envelope(serde_json::from_value(api).expect("an API"))
    }

    fn outcome(envelope: &Envelope, status: u16, body: &str) -> Outcome {
        envelope.outcome(&Ok(Received::of(status, Bytes::from(body.to_owned()))))
    }

    #[test]
    fn status_and_envelope_decide_together() {
        let envelope = embedded();
        for (status, body, expected) in [
            (200, r#"{"data":{}}"#, Outcome::Accepted),
            (201, r#"{"data":{},"error":null}"#, Outcome::Accepted),
            (202, r#"{"error":{"code":10002}}"#, Outcome::Refused(Some(10002))),
            (200, r#"{"error":{"code":403},"data":{}}"#, Outcome::Refused(Some(403))),
            (400, "", Outcome::Refused(None)),
            (403, r#"{"data":{}}"#, Outcome::Malformed),
            (413, "<html>", Outcome::Refused(None)),
            (401, "", Outcome::Unauthorized),
            (202, r#"{"error":{"code":401}}"#, Outcome::Unauthorized),
            (202, r#"{"error":{"code":429}}"#, Outcome::Throttled),
            (429, "", Outcome::Throttled),
            (202, r#"{"error":{"code":500}}"#, Outcome::ServerError),
            (502, r#"{"error":{"code":10002}}"#, Outcome::ServerError),
            (200, "", Outcome::Malformed),
            (200, r#"{"data":[]}"#, Outcome::Malformed),
            (200, r#"{"data":null,"error":null}"#, Outcome::Malformed),
            (200, r#"{"data":{},"error":"x"}"#, Outcome::Malformed),
            (302, "", Outcome::Malformed),
        ] {
            assert_eq!(outcome(&envelope, status, body), expected, "{status} {body}");
        }
        assert_eq!(envelope.outcome(&Err(NoAnswer::Stopped)), Outcome::NoAnswer);
        assert_eq!(envelope.unauthorized(), "code 401, or HTTP 401");
    }

    #[test]
    fn an_api_may_speak_by_statuses_alone() {
        let envelope = envelope(json!({
            "result": "", "throttled": {"status": ["429"]}, "server_error": {"status": ["5XX"]},
            "unauthorized": {"status": ["401"]}, "forbidden": {"status": ["403"]},
        }));
        for (status, body, expected) in [
            (201, r#"{"id":1}"#, Outcome::Accepted),
            (204, "", Outcome::Malformed),
            (404, r#"{"message":"no such thing"}"#, Outcome::Refused(None)),
            (401, r#"{"message":"who are you"}"#, Outcome::Unauthorized),
            (200, r#"{"error":{"code":1}}"#, Outcome::Accepted),
        ] {
            assert_eq!(outcome(&envelope, status, body), expected, "{status} {body}");
        }
        assert_eq!(envelope.code_of(Outcome::Unauthorized), 0);
        assert_eq!(envelope.unauthorized(), "HTTP 401");
    }
}
