//! The variables that client rules see of one call or observed request, and the evaluation of rules over them.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use mixinspec_spec::model::Effect;
use mixinspec_token::{Session, Token, unverified_claims};
use serde_json::{Value, json};

use super::calls::Rule;
use super::endpoint::Arrived;
use crate::cel::Scope;
use crate::edition::CompiledEdition;
use crate::edition::operation::CompiledOperation;
use crate::edition::schema::Violation;
use crate::findings::cause::{Cause, Hindrance};
use crate::findings::record::{CallRecord, ExchangeRecord, Failure, Recorder, excerpt};
use crate::findings::verdict::Finding;
use crate::identity::case_id::CaseId;
use crate::sdk::adapter::Reply as SdkReply;
use crate::sdk::adapter::protocol::{CreateArguments, Creation};
use crate::text::json::{self, JsonFault};

/// How much of a body is shown, in bytes.
const SHOWN: usize = 16 * 1024;

/// The context that all calls and requests share.
#[derive(Debug)]
pub(crate) struct Scene {
    pub(crate) edition: CompiledEdition,
    /// The operation that creates.
    creation: Option<Arc<CompiledOperation>>,
    /// The sessions whose keys may sign: first the one of the caller.
    pub(crate) sessions: Vec<Session>,
    pub(crate) recorder: Recorder,
}

/// The data of one call, or of one observed request.
pub(crate) struct Happened {
    pub(crate) asked: Option<CreateArguments>,
    /// The base URL that requests came to.
    pub(crate) base: String,
    pub(crate) arrived: Vec<Arrived>,
    /// The request to sign, for a call that sends nothing.
    pub(crate) signed: Option<Arrived>,
    /// The credential: the value of the Authorization field.
    pub(crate) credential: Option<String>,
    /// The answer.
    pub(crate) answered: Option<Answered>,
    /// The variable `answer`; null where the answer was not a chosen one.
    pub(crate) answer: Value,
    /// The call and what it returned.
    pub(crate) call: Option<(String, SdkReply)>,
}

/// A call or request as rules see it.
pub(crate) struct View<'a> {
    /// The variables.
    pub(crate) scope: Scope<'a>,
    /// The schema violations of a request that creates.
    violations: Vec<Violation>,
    /// Whether it should create something: an SDK was asked to, or the request has that form, wherever it was sent.
    pub(crate) creates: bool,
}

/// An answer: its status, its header fields and its text.
pub(crate) type Answered = (u16, Vec<(String, String)>, String);

impl Scene {
    /// The context for requests of these sessions.
    pub(crate) fn new(edition: CompiledEdition, sessions: Vec<Session>, recorder: Recorder) -> Self {
        let creation = edition.operations.iter().find(|operation| operation.effect == Effect::Creates).cloned();
        Self { edition, creation, sessions, recorder }
    }

    /// The finding of a rule; `None` if the rule does not apply. `name` becomes the name of the case.
    pub(crate) fn rule(&self, rule: &Rule, name: &str, view: &View<'_>, happened: &Happened) -> Option<Finding> {
        let View { scope, violations, .. } = view;
        if !rule.applies(scope) {
            return None;
        }
        let holds = scope.holds(&rule.rule);
        // A rule that holds anyway is not blocked.
        if let Some(reason) = rule.blocked(violations).filter(|_| holds != Ok(true)) {
            return Some(Finding::Blocked(Hindrance::new(reason, [Cause::Call(name.to_owned())])));
        }
        let (expected, actual) = match holds {
            Ok(true) => return Some(Finding::Pass),
            Ok(false) => {
                let why = crate::cel::why_false(&rule.rule, scope, self.recorder.redactor());
                (why.expected, why.actual)
            }
            // All variables are set, so a member that is missing in them is the SDK's fault.
            Err(error) => (rule.rule.source().to_owned(), error.to_string()),
        };
        let call = |(request, reply): &(String, SdkReply)| {
            let answer = match reply {
                Ok(result) => json!({"id": 1, "result": result}),
                Err(error) => json!({"id": 1, "error": error}),
            };
            let answer = Some(self.recorder.redact(&answer.to_string()));
            CallRecord { request: self.recorder.redact(request), answer }
        };
        Some(Finding::Fail(Box::new(Failure {
            case: CaseId::new(&rule.id, name),
            what: rule.statement.clone(),
            expected: self.recorder.redact(&expected),
            actual: self.recorder.redact(&actual),
            calls: happened.call.iter().map(call).collect(),
            exchanges: happened.arrived.iter().map(|arrived| self.exchange(arrived, happened)).collect(),
            ..Failure::default()
        })))
    }

    /// Sets the variables of one call or request; `creation` is what the SDK declares.
    pub(crate) fn view(&self, happened: &Happened, creation: Option<&Creation>) -> View<'_> {
        let mut scope = self.edition.vocabulary.scope();
        let Happened { asked, arrived, signed, credential, answer, call, .. } = happened;
        let (session, token, claims) = self.token(credential.as_deref());
        let caller =
            session.map(|session| json!({"user_id": session.user.to_string(), "session_id": session.id.to_string()}));
        scope.set("caller", &caller.unwrap_or_default());
        scope.set(
            "sdk",
            &json!({
                "options": creation.map(|creation| &creation.options),
                "members": creation.map(|creation| &creation.members),
            }),
        );
        let mut shown = asked.as_ref().map(|asked| json!(asked)).unwrap_or_default();
        if let Some(members) = shown.as_object_mut() {
            members.remove("keystore");
            members.remove("base_url");
        }
        scope.set("asked", &shown);
        scope.set("requests", &json!(arrived.len()));
        let first = arrived.first().or(signed.as_ref());
        let (body, faults) =
            first.filter(|_| signed.is_none()).map(|first| json::read(&first.body)).unwrap_or_default();
        let body = body.filter(Value::is_object);
        let violations = body.as_ref().map(|body| self.violations(body)).unwrap_or_default();
        let asks_for = arrived.first().and_then(|first| self.edition.operations.asked(&first.method, &first.path));
        let creates = asked.is_some()
            || asks_for.is_some_and(|operation| operation.effect == Effect::Creates)
            || body.is_some() && !violations.iter().any(lacks_a_member);
        scope.set("creates", &json!(creates));
        // A request with another purpose has another schema.
        let violations = if creates { violations } else { Vec::new() };
        let told = |violation: &Violation| format!("{}: {}", violation.instance, violation.message);
        scope.set("violations", &json!(violations.iter().map(told).collect::<Vec<_>>()));
        let body = body.unwrap_or_default();
        scope.set("peer", &peer(asked.as_ref(), &body, session));
        scope.set("request", &body);
        scope.set("http", &first.map(|first| http(first, &faults)).unwrap_or_default());
        scope.set("token", &token);
        scope.set("claims", &claims);
        scope.set("answer", answer);
        let reply = call.as_ref().map(|(_, reply)| reply);
        scope.set("result", &reply.and_then(|reply| reply.as_ref().ok()).cloned().unwrap_or_default());
        let error = reply.and_then(|reply| reply.as_ref().err());
        scope.set("error", &error.map(|error| json!(error)).unwrap_or_default());
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        scope.set("now", &json!(now.as_secs()));
        View { scope, violations, creates }
    }

    /// The schema violations of a request that creates.
    fn violations(&self, body: &Value) -> Vec<Violation> {
        let schema = self.creation.as_ref().and_then(|operation| operation.request);
        schema.map(|schema| self.edition.schemas.violations(schema, body)).unwrap_or_default()
    }

    /// The variable `caller`: the one whose session a credential names.
    pub(crate) fn caller(&self, credential: Option<&str>) -> Value {
        let session = self.token(credential).0;
        let caller =
            session.map(|session| json!({"user_id": session.user.to_string(), "session_id": session.id.to_string()}));
        caller.unwrap_or_default()
    }

    /// The session of a credential, the variable `token`, and the claims. If it names no known session, the caller's is
    /// used.
    fn token(&self, credential: Option<&str>) -> (Option<&Session>, Value, Value) {
        let caller = self.sessions.first();
        let Some((scheme, token)) = credential.and_then(|value| value.split_once(' ')) else {
            return (caller, Value::Null, Value::Null);
        };
        // A client may put any number of spaces between the two (RFC 9110, section 11.4).
        let token = token.trim_start_matches(' ');
        let key = |session: Option<&Session>| session.map(|session| session.key.algorithm().name());
        let Ok(parsed) = Token::parse(token) else {
            let about = json!({"scheme": scheme, "algorithm": null, "key": key(caller), "type": null, "signed": false});
            return (caller, about, Value::Null);
        };
        let sid = unverified_claims(token).and_then(|claims| claims.sid);
        let named = self.sessions.iter().find(|session| sid.as_ref().is_some_and(|sid| *sid == session.id.to_string()));
        let session = named.or(caller);
        let signed = session.is_some_and(|session| session.key.verify(token).is_ok());
        let about = json!({
            "scheme": scheme,
            "algorithm": parsed.algorithm(),
            "key": key(session),
            "type": parsed.kind(),
            "signed": signed,
        });
        (session, about, parsed.claims().to_json())
    }

    fn exchange(&self, arrived: &Arrived, happened: &Happened) -> ExchangeRecord {
        let (body, whole) = excerpt(&arrived.body, SHOWN);
        let base = happened.base.trim_end_matches('/');
        let mut record = ExchangeRecord {
            method: self.recorder.redact(&arrived.method),
            url: self.recorder.redact(&format!("{base}{}", arrived.path)),
            request_headers: self.recorder.fields(&arrived.headers),
            request_body: self.recorder.redact(&body),
            request_body_is_exact: whole && std::str::from_utf8(&arrived.body).is_ok(),
            ..ExchangeRecord::default()
        };
        if let Some((status, headers, text)) = &happened.answered {
            record.response_headers = self.recorder.fields(headers);
            record.status = Some(*status);
            record.response_body = self.recorder.redact(&excerpt(text.as_bytes(), SHOWN).0);
            record.response_bytes = text.len();
        }
        record
    }
}

/// The variable `http`: a request as it was sent.
fn http(sent: &Arrived, faults: &[JsonFault]) -> Value {
    let headers = sent.headers.iter().rev().map(|(name, value)| (name.clone(), json!(value)));
    json!({
        "method": sent.method,
        "path": sent.path,
        "headers": headers.collect::<serde_json::Map<_, _>>(),
        "text": String::from_utf8_lossy(&sent.body),
        "json_faults": faults.iter().map(|fault| fault.name()).collect::<Vec<_>>(),
    })
}

/// Whether a required member at the top level is missing.
fn lacks_a_member(violation: &Violation) -> bool {
    violation.found.is_none() && violation.instance.matches('/').count() == 1
}

/// The variable `peer`: the other user of a CONTACT. If the arguments of the call are known, their first participant;
/// else the only participant that the request names, or the one who is not the caller.
fn peer(asked: Option<&CreateArguments>, request: &Value, caller: Option<&Session>) -> Value {
    let caller = caller.map(|session| session.user.to_string());
    let is_caller = |user: &&Value| user.as_str().map(str::to_lowercase) == caller;
    let user = match asked {
        Some(asked) => asked.participants.first().map(|participant| json!(participant.user_id)),
        None => {
            let participants = request.get("participants").and_then(Value::as_array).into_iter().flatten();
            let users = participants.filter_map(|participant| participant.get("user_id"));
            let users: Vec<&Value> = users.filter(|user| user.is_string()).collect();
            match users.as_slice() {
                [one] => Some((*one).clone()),
                [one, other] | [other, one] if is_caller(other) => Some((*one).clone()),
                _ => None,
            }
        }
    };
    user.map(|user| json!({"user_id": user})).unwrap_or_default()
}
