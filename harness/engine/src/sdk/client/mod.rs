//! Judges an SDK as a client: makes calls while we act as the server, and collects what the rules see: the arguments,
//! the requests that arrived, the answers, and what the SDK's user got.

mod answer;
pub mod answers;
mod call;
pub(crate) mod calls;
mod endpoint;
pub(crate) mod late;
pub mod observe;
mod scene;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use mixinspec_spec::model::{AnswerKind, KeyKind, Signing};
use mixinspec_token::{Algorithm, Keystore as Signer};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use self::call::{JudgedCall, MadeCall};
use self::calls::{AnswerPlan, ClientCall, Create, Rule, What};
use self::endpoint::{Arrived, Endpoint, HttpReply};
use self::scene::{Happened, Scene};
use crate::edition::CompiledEdition;
use crate::findings::record::Recorder;
use crate::findings::verdict::Finding;
use crate::identity::ids::IdSpace;
use crate::sdk::adapter::protocol::{
    AdapterCall, Category, CreateArguments, CreateOption, Creation, ErrorKind, ErrorValue, Hello, KeystoreText,
    Participant, Request, SignArguments,
};
use crate::sdk::adapter::{Adapter, NoReply, Reply};
use crate::vectors::{group_id, unique_id};

/// Judges an SDK as a client.
#[derive(Debug)]
pub(crate) struct Client {
    adapter: Arc<Adapter>,
    pub(crate) scene: Scene,
    keystore: KeystoreText,
    signer: Signer,
    ids: IdSpace,
}

impl Client {
    /// A judge for an SDK as a client. The caller derives from the seed and the run id, so that a call can be repeated.
    ///
    /// # Errors
    /// When our own keystore cannot be read, which would be a mistake of ours.
    pub(crate) fn new(
        adapter: Arc<Adapter>,
        edition: CompiledEdition,
        ids: IdSpace,
        key: KeyKind,
    ) -> Result<Self, String> {
        let (keystore, signer) = keystore(&ids, key)?;
        // Hide each line of a PEM key by itself: in JSON its line breaks are escapes, so the whole key would not be
        // found.
        let lines = keystore.session_private_key.lines().filter(|line| !line.starts_with("-----"));
        let secrets: Vec<String> = lines.map(str::to_owned).collect();
        let recorder = Recorder::new(String::new(), &secrets, &[], false);
        let scene = Scene::new(edition, vec![signer.session()], recorder);
        Ok(Self { adapter, scene, keystore, signer, ids })
    }

    /// Makes a call and judges it by rules. A call that the SDK does not offer has no findings.
    pub(crate) async fn judge(&self, call: &ClientCall, rules: &[&Rule], hello: &Hello) -> JudgedCall {
        if call.missing(hello).is_some() {
            return JudgedCall::default();
        }
        let made = match (&call.what, &hello.capabilities.create_conversation) {
            (What::Create(create, plan), Some(creation)) => self.create(call, create, plan, creation).await,
            (What::Create(..), None) => return JudgedCall::default(),
            (What::Sign(signing), _) => self.sign(signing).await,
        };
        let creation = hello.capabilities.create_conversation.as_ref();
        let (happened, endpoint) = match made {
            Ok(made) => made,
            Err(silence) => {
                let ideal = self.ideal(call, creation);
                let view = self.scene.view(&ideal, creation);
                let about = rules.iter().filter(|rule| rule.applies(&view.scope));
                let silent = |rule: &&Rule| (rule.check, Finding::Inconclusive(silence.to_string()));
                return JudgedCall { findings: about.map(silent).collect(), made: None };
            }
        };
        let findings = self.findings(call, &happened, rules, creation);
        let made = Some(MadeCall { call: call.name.clone(), happened, endpoint, ended: Instant::now() });
        JudgedCall { findings, made }
    }

    /// The findings of rules on a call.
    pub(crate) fn findings(
        &self,
        call: &ClientCall,
        happened: &Happened,
        rules: &[&Rule],
        creation: Option<&Creation>,
    ) -> Vec<(usize, Finding)> {
        let view = self.scene.view(happened, creation);
        let found = |rule: &&Rule| Some((rule.check, self.scene.rule(rule, &call.name, &view, happened)?));
        rules.iter().filter_map(found).collect()
    }

    async fn create(
        &self,
        call: &ClientCall,
        create: &Create,
        plan: &Arc<AnswerPlan>,
        creation: &Creation,
    ) -> Result<(Happened, Option<Endpoint>), NoReply> {
        let (plan, given) = (Arc::clone(plan), plan);
        let answered: Arc<Mutex<Option<(Value, String)>>> = Arc::default();
        let (kept, caller) = (Arc::clone(&answered), json!({"user_id": self.keystore.app_id}));
        let vocabulary = Arc::clone(&self.scene.edition.vocabulary);
        let answer = move |arrived: &Arrived| {
            let (body, text) = plan.answer(&vocabulary, arrived, &caller);
            *kept.lock().unwrap_or_else(PoisonError::into_inner) = Some((body, text.clone()));
            HttpReply {
                status: plan.status,
                content_type: plan.content_type.clone(),
                body: text.into(),
                ending: plan.ending,
                pause: plan.pause(),
            }
        };
        let endpoint = Endpoint::start(answer).await.map_err(|error| NoReply {
            reason: format!("no port could be opened for the SDK to talk to: {error}"),
            call: None,
            last_line: None,
        })?;
        let asked = self.arguments(call, create, creation, &endpoint.url);
        let request = AdapterCall::CreateConversation(Box::new(asked.clone()));
        let line = serde_json::to_string(&Request { id: 1, call: request.clone() }).unwrap_or_default();
        let reply = self.adapter.call(request).await?;
        let arrived = endpoint.arrived();
        let answered = answered.lock().unwrap_or_else(PoisonError::into_inner).take();
        // Without a request the answer has no body; its name, kind and status are known all the same.
        let (body, text) = answered.unwrap_or_default();
        let happened = Happened {
            asked: Some(asked),
            base: endpoint.url.clone(),
            credential: arrived.first().and_then(|first| first.header("authorization")).map(str::to_owned),
            arrived,
            signed: None,
            answered: Some((given.status, vec![("content-type".into(), given.content_type.clone())], text)),
            answer: given.variable(&body),
            call: Some((line, reply)),
        };
        Ok((happened, Some(endpoint)))
    }

    async fn sign(&self, signing: &Signing) -> Result<(Happened, Option<Endpoint>), NoReply> {
        let request = AdapterCall::Sign(SignArguments {
            keystore: self.keystore.clone(),
            method: signing.method.clone(),
            path: signing.path.clone(),
            body: signing.body.clone(),
        });
        let line = serde_json::to_string(&Request { id: 1, call: request.clone() }).unwrap_or_default();
        let reply = self.adapter.call(request).await?;
        let token = reply.as_ref().ok().and_then(Value::as_str).map(str::to_owned);
        Ok((signed(signing, token, (line, reply)), None))
    }

    /// The outcome of a call to an SDK that does everything right; `creation` is what it offers.
    pub(crate) fn ideal(&self, call: &ClientCall, creation: Option<&Creation>) -> Happened {
        let token = |method: &str, path: &str, body: &str| {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
            let (now, jti) = (i64::try_from(now).unwrap_or(i64::MAX), self.keystore.session_id.as_str());
            self.signer.token(&self.signer.claims(method, path, body.as_bytes(), now, 3600, jti, Some("FULL")))
        };
        let (create, plan) = match &call.what {
            What::Create(create, plan) => (create, plan),
            What::Sign(signing) => {
                let token = token(&signing.method, &signing.path, &signing.body);
                return signed(signing, Some(token.clone()), (String::new(), Ok(Value::from(token))));
            }
        };
        let asked = self.arguments(call, create, creation.unwrap_or(&Creation::default()), "");
        let mut body = json!({
            "category": asked.category,
            "conversation_id": self.keystore.session_id,
            "participants": asked.participants,
        });
        let given = [("name", &asked.name), ("announcement", &asked.announcement), ("random_id", &asked.random_id)];
        for (name, value) in given.into_iter().filter_map(|(name, value)| Some((name, value.as_ref()?))) {
            body[name] = json!(value);
        }
        let text = body.to_string();
        let credential = format!("Bearer {}", token("POST", "/conversations", &text));
        let arrived = Arrived {
            method: "POST".into(),
            path: "/conversations".into(),
            headers: vec![
                ("content-type".into(), "application/json".into()),
                ("authorization".into(), credential.clone()),
            ],
            body: text.into(),
        };
        let caller = json!({"user_id": self.keystore.app_id});
        let (body, text) = plan.answer(&self.scene.edition.vocabulary, &arrived, &caller);
        let answer = plan.variable(&body);
        let reply = match plan.kind {
            AnswerKind::Accepted => Ok(answer["data"].clone()),
            AnswerKind::Refused | AnswerKind::Failed => Err(ErrorValue {
                kind: ErrorKind::Api,
                code: answer["code"].as_i64(),
                description: answer["description"].as_str().map(str::to_owned),
            }),
        };
        Happened {
            asked: Some(asked),
            base: String::new(),
            arrived: vec![arrived],
            signed: None,
            credential: Some(credential),
            answered: Some((plan.status, Vec::new(), text)),
            answer,
            call: Some((String::new(), reply)),
        }
    }

    /// The arguments of a call that creates; each call has its own users and random id.
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
        let derivations = &self.scene.edition.derivations;
        let id = if group {
            group_id(derivations, None, own, name.as_deref().unwrap_or_default(), &users, &random)
        } else {
            unique_id(derivations, None, own, users.first().map_or("", String::as_str))
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
            left_out: create.left_out,
        }
    }
}

/// The outcome of a `sign` call: the request is signed, and not sent.
fn signed(signing: &Signing, token: Option<String>, call: (String, Reply)) -> Happened {
    let signed = Arrived {
        method: signing.method.clone(),
        path: signing.path.clone(),
        headers: Vec::new(),
        body: Bytes::from(signing.body.clone()),
    };
    Happened {
        asked: None,
        base: String::new(),
        arrived: Vec::new(),
        signed: Some(signed),
        credential: token.map(|token| format!("Bearer {token}")),
        answered: None,
        answer: Value::Null,
        call: Some(call),
    }
}

/// The caller's keystore. Ed25519 keys derive from the seed. RSA keys are random: nothing needs them to be
/// reproducible.
fn keystore(ids: &IdSpace, key: KeyKind) -> Result<(KeystoreText, Signer), String> {
    let own = ids.case("the caller", 0);
    let hex = |label: &str| {
        Sha256::digest(format!("{}{label}", own.key())).iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    let session_private_key = match key {
        KeyKind::Ed25519 => hex("key"),
        KeyKind::Rsa => {
            let made = Signer::generate(own.uuid("user"), Algorithm::Rs512).map_err(|error| error.to_string())?;
            let made: Value = serde_json::from_str(&made.to_json()).map_err(|error| error.to_string())?;
            made["private_key"].as_str().unwrap_or_default().to_owned()
        }
    };
    let keystore = KeystoreText {
        app_id: own.uuid("user").to_string(),
        session_id: own.uuid("session").to_string(),
        server_public_key: hex("server"),
        session_private_key,
    };
    let text = serde_json::to_vec(&keystore).map_err(|error| error.to_string())?;
    let signer = Signer::parse(&text).map_err(|error| error.to_string())?;
    Ok((keystore, signer))
}
