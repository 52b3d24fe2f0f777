//! Judges an SDK as a client: makes a call with ourselves as the server, and brings together what every rule sees: what
//! was asked, what arrived, what was answered, and what the SDK's user got.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use mixinspec_spec::model::AnswerKind;
use mixinspec_token::{Keystore as Signer, Token};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::adapter::{Adapter, NoReply, Reply as SdkReply};
use super::calls::{AnswerPlan, ClientCall, Create, Rule, What};
use super::endpoint::{Arrived, Endpoint, Reply};
use super::protocol::{
    Call, Category, CreateArguments, CreateOption, Creation, Hello, Keystore, Participant, Request, SignArguments,
};
use crate::derivation::Derivations;
use crate::explain;
use crate::expression::{Scope, Vocabulary};
use crate::ids::IdSpace;
use crate::json;
use crate::make::patch;
use crate::pointer::place;
use crate::record::{CallRecord, ExchangeRecord, Failure, Recorder, excerpt};
use crate::schema::Schemas;
use crate::verdict::Finding;

/// The request of the API that an SDK sends.
const REQUEST: &str = "CreateConversationRequest";

/// How much of a body is shown, in bytes.
const SHOWN: usize = 16 * 1024;

/// Judges an SDK as a client.
#[derive(Debug)]
pub(crate) struct Client {
    adapter: Arc<Adapter>,
    vocabulary: Arc<Vocabulary>,
    derivations: Arc<Derivations>,
    schemas: Schemas,
    signer: Signer,
    keystore: Keystore,
    recorder: Recorder,
    ids: IdSpace,
}

/// An answer that was given.
#[derive(Debug, Clone, Default)]
struct Answered {
    json: Value,
    text: String,
    status: u16,
    content_type: String,
}

/// What came of a call.
struct Happened {
    asked: Option<CreateArguments>,
    arrived: Vec<Arrived>,
    /// What was to be signed, where nothing arrives.
    signed: Option<Arrived>,
    token: Option<String>,
    answered: Option<Answered>,
    reply: SdkReply,
    request: String,
}

impl Client {
    /// A client's judge. The caller's keystore follows from the seed and the run id, so that a call can be made again.
    ///
    /// # Errors
    /// When our own keystore cannot be read, which would be a mistake of ours.
    pub(crate) fn new(
        adapter: Arc<Adapter>,
        vocabulary: Arc<Vocabulary>,
        derivations: Arc<Derivations>,
        schemas: Schemas,
        ids: IdSpace,
    ) -> Result<Self, String> {
        let own = ids.case("the caller", 0);
        let hex = |label: &str| {
            Sha256::digest(format!("{}{label}", own.key())).iter().map(|byte| format!("{byte:02x}")).collect::<String>()
        };
        let keystore = Keystore {
            app_id: own.uuid("user").to_string(),
            session_id: own.uuid("session").to_string(),
            server_public_key: hex("server"),
            session_private_key: hex("key"),
        };
        let text = serde_json::to_vec(&keystore).map_err(|error| error.to_string())?;
        let signer = Signer::parse(&text).map_err(|error| error.to_string())?;
        let recorder = Recorder::new(String::new(), std::slice::from_ref(&keystore.session_private_key), false);
        Ok(Self { adapter, vocabulary, derivations, schemas, signer, keystore, recorder, ids })
    }

    /// Makes a call and judges it by rules; `None` where the SDK does not offer it, with the reason.
    pub(crate) async fn judge(
        &self,
        call: &ClientCall,
        rules: &[&Rule],
        hello: &Hello,
    ) -> Result<Vec<(usize, Finding)>, String> {
        let happened = match &call.what {
            What::Create(create, plan) => {
                let Some(creation) = &hello.capabilities.create_conversation else {
                    return Err("the adapter does not declare create_conversation".into());
                };
                if let Some(obstacle) = create.obstacle(creation) {
                    return Err(obstacle);
                }
                self.create(call, create, plan, creation).await
            }
            What::Sign(_) if !hello.capabilities.sign => return Err("the adapter does not declare sign".into()),
            What::Sign(signing) => {
                let arguments = SignArguments {
                    keystore: self.keystore.clone(),
                    method: signing.method.clone(),
                    path: signing.path.clone(),
                    body: signing.body.clone(),
                };
                let signed = Arrived {
                    method: signing.method.clone(),
                    path: signing.path.clone(),
                    headers: Vec::new(),
                    body: Bytes::from(signing.body.clone()),
                };
                self.sign(arguments, signed).await
            }
        };
        let happened = match happened {
            Ok(happened) => happened,
            Err(silence) => {
                return Ok(rules.iter().map(|rule| (rule.check, Finding::Inconclusive(silence.to_string()))).collect());
            }
        };
        let scope = self.scope(call, &happened, hello);
        Ok(rules.iter().filter_map(|rule| Some((rule.check, self.rule(rule, call, &scope, &happened)?))).collect())
    }

    fn rule(&self, rule: &Rule, call: &ClientCall, scope: &Scope<'_>, happened: &Happened) -> Option<Finding> {
        // What a condition cannot read is not there, so that the rule does not apply.
        if rule.when.as_ref().is_some_and(|when| scope.holds(when) != Ok(true)) {
            return None;
        }
        let (expected, actual) = match scope.holds(&rule.rule) {
            Ok(true) => return Some(Finding::Pass),
            Ok(false) => {
                let why = explain::why_false(&rule.rule, scope);
                (why.expected, why.actual)
            }
            // All variables are there; what is missing in them is the SDK's doing.
            Err(error) => (rule.rule.source().to_owned(), error.to_string()),
        };
        let answer = match &happened.reply {
            Ok(result) => json!({"id": 1, "result": result}),
            Err(error) => json!({"id": 1, "error": error}),
        };
        Some(Finding::Fail(Box::new(Failure {
            case: format!("{}/{}", rule.id, call.name),
            what: rule.statement.clone(),
            expected,
            actual: self.recorder.redact(&actual),
            calls: vec![CallRecord {
                request: self.recorder.redact(&happened.request),
                answer: Some(self.recorder.redact(&answer.to_string())),
            }],
            exchanges: happened.arrived.iter().map(|arrived| self.exchange(arrived, happened)).collect(),
            ..Failure::default()
        })))
    }

    async fn create(
        &self,
        call: &ClientCall,
        create: &Create,
        plan: &Arc<AnswerPlan>,
        creation: &Creation,
    ) -> Result<Happened, NoReply> {
        let plan = Arc::clone(plan);
        let answered: Arc<Mutex<Option<Answered>>> = Arc::default();
        let (kept, caller) = (Arc::clone(&answered), json!({"user_id": self.keystore.app_id}));
        let vocabulary = Arc::clone(&self.vocabulary);
        let answer = move |arrived: &Arrived| {
            let (json, text) = plan.answer(&vocabulary, arrived, &caller);
            let (status, content_type) = (plan.status, plan.content_type.clone());
            let answered = Answered { json, text: text.clone(), status, content_type: content_type.clone() };
            *kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(answered);
            Reply { status, content_type, body: text.into(), ending: plan.ending }
        };
        let endpoint = Endpoint::start(answer).await.map_err(|error| NoReply {
            reason: format!("no port could be opened for the SDK to talk to: {error}"),
            last_line: None,
        })?;
        let asked = self.arguments(call, create, creation, &endpoint.url);
        let request = Call::CreateConversation(Box::new(asked.clone()));
        let line = serde_json::to_string(&Request { id: 1, call: request.clone() }).unwrap_or_default();
        let reply = self.adapter.call(request).await?;
        let arrived = endpoint.arrived();
        let answered = answered.lock().unwrap_or_else(PoisonError::into_inner).take();
        let token = arrived.first().and_then(|first| first.header("authorization")).map(str::to_owned);
        Ok(Happened { asked: Some(asked), arrived, signed: None, token, answered, reply, request: line })
    }

    async fn sign(&self, arguments: SignArguments, signed: Arrived) -> Result<Happened, NoReply> {
        let request = Call::Sign(arguments);
        let line = serde_json::to_string(&Request { id: 1, call: request.clone() }).unwrap_or_default();
        let reply = self.adapter.call(request).await?;
        let token = reply.as_ref().ok().and_then(Value::as_str).map(|token| format!("Bearer {token}"));
        let arrived = Vec::new();
        Ok(Happened { asked: None, arrived, signed: Some(signed), token, answered: None, reply, request: line })
    }

    /// What an SDK is asked for; the users and the random id are the call's own.
    fn arguments(&self, call: &ClientCall, create: &Create, creation: &Creation, base_url: &str) -> CreateArguments {
        let ids = self.ids.case(&call.name, 0);
        let says = |option| Create::says(creation, option);
        let participants: Vec<Participant> = (0..create.participants)
            .map(|at| Participant {
                user_id: ids.uuid(&format!("participant {at}")).to_string(),
                role: create.role.clone().filter(|_| at == 0 && says(CreateOption::Role)),
            })
            .collect();
        let group = create.category == Category::Group;
        let argument = |name: &str, option| create.arguments.get(name).filter(|_| says(option)).cloned();
        let name = argument("name", CreateOption::Name);
        let random = ids.uuid("random").to_string();
        let users: Vec<String> = participants.iter().map(|participant| participant.user_id.clone()).collect();
        let own = &self.keystore.app_id;
        let id = if group {
            self.derivations.group(None, own, name.as_deref().unwrap_or_default(), &users, &random)
        } else {
            self.derivations.unique(None, own, users.first().map_or("", String::as_str))
        };
        CreateArguments {
            base_url: base_url.to_owned(),
            keystore: self.keystore.clone(),
            category: create.category,
            participants,
            name,
            announcement: argument("announcement", CreateOption::Announcement),
            random_id: Some(random).filter(|_| group && says(CreateOption::RandomId)),
            conversation_id: id.ok().filter(|_| says(CreateOption::ConversationId)),
        }
    }

    fn scope(&self, call: &ClientCall, happened: &Happened, hello: &Hello) -> Scope<'_> {
        let mut scope = self.vocabulary.scope();
        let Happened { asked, arrived, signed, token, answered, reply, .. } = happened;
        scope.set("caller", &json!({"user_id": self.keystore.app_id, "session_id": self.keystore.session_id}));
        let creation = hello.capabilities.create_conversation.as_ref();
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
        let violations: Vec<String> = body
            .iter()
            .flat_map(|body| self.schemas.violations(REQUEST, body))
            .map(|violation| format!("{}: {}", violation.instance, violation.message))
            .collect();
        scope.set("violations", &json!(violations));
        scope.set("request", &body.unwrap_or_default());
        scope.set(
            "http",
            &first
                .map(|first| {
                    let headers: serde_json::Map<String, Value> =
                        first.headers.iter().rev().map(|(name, value)| (name.clone(), json!(value))).collect();
                    let faults: Vec<&str> = faults.iter().map(|fault| fault.name()).collect();
                    json!({
                        "method": first.method,
                        "path": first.path,
                        "headers": headers,
                        "text": String::from_utf8_lossy(&first.body),
                        "json_faults": faults,
                    })
                })
                .unwrap_or_default(),
        );
        let (token, claims) = self.token(token.as_deref());
        scope.set("token", &token);
        scope.set("claims", &claims);
        scope.set("answer", &answer(call, answered.as_ref()));
        scope.set("result", &reply.as_ref().ok().cloned().unwrap_or_default());
        scope.set("error", &reply.as_ref().err().map(|error| json!(error)).unwrap_or_default());
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        scope.set("now", &json!(now.as_secs()));
        scope
    }

    /// What a credential is, and what it claims.
    fn token(&self, credential: Option<&str>) -> (Value, Value) {
        let Some((scheme, token)) = credential.and_then(|value| value.split_once(' ')) else {
            return (Value::Null, Value::Null);
        };
        let Ok(parsed) = Token::parse(token) else {
            return (json!({"scheme": scheme, "algorithm": null, "signed": false}), Value::Null);
        };
        let signed = self.signer.public_key().verify(token).is_ok();
        let about = json!({"scheme": scheme, "algorithm": parsed.algorithm(), "signed": signed});
        (about, parsed.claims().to_json())
    }

    fn exchange(&self, arrived: &Arrived, happened: &Happened) -> ExchangeRecord {
        let (body, whole) = excerpt(&arrived.body, SHOWN);
        let base = happened.asked.as_ref().map_or("", |asked| asked.base_url.as_str());
        let mut record = ExchangeRecord {
            method: arrived.method.clone(),
            url: format!("{base}{}", arrived.path),
            request_headers: arrived.headers.clone(),
            request_body: self.recorder.redact(&body),
            request_body_is_exact: whole && std::str::from_utf8(&arrived.body).is_ok(),
            ..ExchangeRecord::default()
        };
        if let Some(answered) = &happened.answered {
            record.status = Some(answered.status);
            record.response_headers = vec![("content-type".into(), answered.content_type.clone())];
            record.response_body = excerpt(answered.text.as_bytes(), SHOWN).0;
            record.response_bytes = answered.text.len();
        }
        record
    }
}

impl AnswerPlan {
    /// The answer to a request: its JSON, null where it has none, and its text.
    fn answer(&self, vocabulary: &Vocabulary, arrived: &Arrived, caller: &Value) -> (Value, String) {
        if let Some(text) = &self.text {
            return (Value::Null, text.clone());
        }
        let mut body = self.body.clone();
        let mut scope = vocabulary.scope();
        scope.set("caller", caller);
        scope.set("request", &json::read(&arrived.body).0.unwrap_or_default());
        scope.set("item", self.item.as_ref().unwrap_or(&Value::Null));
        for (at, value) in &self.right {
            // What a wrong request has not, the example has.
            if let Ok(value) = scope.json(value) {
                place(&mut body, at, value);
            }
        }
        // The spec's own tests make sure that its patches fit.
        let _ = patch(&mut body, &self.patch);
        for (at, value) in &self.set {
            if let Ok(value) = scope.json(value) {
                place(&mut body, at, value);
            }
        }
        let text = body.to_string();
        (body, text)
    }
}

/// The variable `answer`.
fn answer(call: &ClientCall, answered: Option<&Answered>) -> Value {
    let What::Create(_, plan) = &call.what else { return Value::Null };
    let kind = match plan.kind {
        AnswerKind::Accepted => "accepted",
        AnswerKind::Refused => "refused",
        AnswerKind::Failed => "failed",
    };
    let body = answered.map_or(&Value::Null, |answered| &answered.json);
    let error = |name: &str| body.pointer(&format!("/error/{name}")).cloned().unwrap_or_default();
    json!({
        "name": plan.name,
        "kind": kind,
        "status": plan.status,
        "data": body.get("data"),
        "code": error("code"),
        "description": error("description"),
    })
}
