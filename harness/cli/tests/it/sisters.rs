//! Operations about what another one creates, one of which changes it, judged by their spec alone: it is
//! tests/specs/sisters/, the server is here. The program knows neither their names nor how many there are.

use std::collections::HashMap;
use std::sync::Mutex;

use serde_json::{Value, json};
use uuid::Uuid;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

use crate::program::{CALLER, Done, Folder, run};

const SPEC: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/specs/sisters");

/// The other caller.
const PEER: &str = "e8e5b807-fa8b-455a-8dfa-b189d28310ff";

/// Each caller's token.
const TOKENS: [(&str, &str); 2] = [("token-of-the-caller", CALLER), ("token-of-the-peer", PEER)];

/// What a server of conversations does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    RotatesToTheSame,
    RotatesOnce,
    KeepsTheLink,
    LosesTheLast,
    Renames,
    AnswersANumber,
    ForgetsTheNewCode,
    LetsMembersRotate,
    ShowsOutsiders,
    FindsEverything,
    CrashesAtNoUuid,
    RotatesForAnybody,
    ReadsForAnybody,
    RefusesWithoutCode,
}

/// Each fault, with the requirement that it breaks.
const FAULTS: [(Fault, &str); 14] = [
    (Fault::RotatesToTheSame, "rotated-code"),
    (Fault::RotatesOnce, "rotated-code"),
    (Fault::KeepsTheLink, "rotated-code"),
    (Fault::LosesTheLast, "rotated-otherwise-the-same"),
    (Fault::Renames, "rotated-otherwise-the-same"),
    (Fault::AnswersANumber, "rotated-shape"),
    (Fault::ForgetsTheNewCode, "read-shows-the-latest"),
    (Fault::LetsMembersRotate, "rotated-by-owner"),
    (Fault::ShowsOutsiders, "read-by-members-only"),
    (Fault::FindsEverything, "read-unknown"),
    (Fault::CrashesAtNoUuid, "read-malformed"),
    (Fault::RotatesForAnybody, "credential"),
    (Fault::ReadsForAnybody, "credential"),
    (Fault::RefusesWithoutCode, "error-shape"),
];

struct Conversations {
    fault: Fault,
    kept: Mutex<HashMap<String, Value>>,
}

impl Respond for Conversations {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let mut kept = self.kept.lock().expect("no test panics with it");
        let path: Vec<&str> = request.url.path().split('/').skip(1).collect();
        let anybody = match (request.method.as_str(), path.len()) {
            ("POST", 3) => self.fault == Fault::RotatesForAnybody,
            ("GET", 2) => self.fault == Fault::ReadsForAnybody,
            _ => false,
        };
        let token = request.headers.get("authorization").and_then(|it| it.to_str().ok()?.strip_prefix("Bearer "));
        let caller = TOKENS.iter().find(|(known, _)| token == Some(known)).map(|(_, user)| *user);
        let Some(caller) = caller.or(anybody.then_some(CALLER)) else { return self.refusal(401, "no valid token") };
        match (request.method.as_str(), &path[..]) {
            ("POST", ["conversations"]) => self.create(&mut kept, caller, &request.body),
            ("GET", ["conversations", id]) => self.read(&kept, caller, id),
            ("POST", ["conversations", id, "rotate"]) => self.rotate(&mut kept, caller, id),
            _ => self.refusal(404, "nothing is here"),
        }
    }
}

impl Conversations {
    fn create(&self, kept: &mut HashMap<String, Value>, caller: &str, body: &[u8]) -> ResponseTemplate {
        let Some(wanted) = serde_json::from_slice(body).ok().filter(is_fit) else {
            return self.refusal(10002, "a field is not valid");
        };
        let wanted: Value = wanted;
        let others = wanted["participants"].as_array().into_iter().flatten();
        let mut participants = vec![json!({"user_id": caller, "role": "OWNER"})];
        participants.extend(others.map(|one| json!({"user_id": one["user_id"], "role": ""})));
        let mut conversation = json!({
            "conversation_id": wanted["conversation_id"],
            "name": wanted["name"],
            "participants": participants,
        });
        give_code(&mut conversation);
        let id = wanted["conversation_id"].as_str().unwrap_or_default();
        kept.insert(id.to_owned(), conversation.clone());
        answer(&conversation)
    }

    fn read(&self, kept: &HashMap<String, Value>, caller: &str, id: &str) -> ResponseTemplate {
        if Uuid::try_parse(id).is_err() && self.fault == Fault::CrashesAtNoUuid {
            return ResponseTemplate::new(500);
        }
        match kept.get(id) {
            Some(found) if role(found, caller).is_some() || self.fault == Fault::ShowsOutsiders => answer(found),
            Some(_) => self.refusal(403, "not yours"),
            None if self.fault == Fault::FindsEverything && Uuid::try_parse(id).is_ok() => {
                let mut made_up = json!({"conversation_id": id, "name": "", "participants": []});
                give_code(&mut made_up);
                answer(&made_up)
            }
            None => self.refusal(404, "not found"),
        }
    }

    fn rotate(&self, kept: &mut HashMap<String, Value>, caller: &str, id: &str) -> ResponseTemplate {
        let Some(found) = kept.get_mut(id) else { return self.refusal(404, "not found") };
        match role(found, caller).as_deref() {
            Some("OWNER" | "ADMIN") => {}
            Some(_) if self.fault == Fault::LetsMembersRotate => {}
            _ => return self.refusal(403, "not yours"),
        }
        let before = found.clone();
        match self.fault {
            Fault::RotatesToTheSame => {}
            Fault::RotatesOnce if found.get("rotated").is_some() => {}
            _ => give_code(found),
        }
        match self.fault {
            Fault::RotatesOnce => found["rotated"] = json!(true),
            Fault::KeepsTheLink => found["code_url"] = before["code_url"].clone(),
            // Never one who asks again: that is another mistake.
            Fault::LosesTheLast => {
                found["participants"].as_array_mut().filter(|all| all.len() > 2).and_then(Vec::pop);
            }
            Fault::Renames => found["name"] = json!("Rotated"),
            _ => {}
        }
        let mut answered = found.clone();
        match self.fault {
            Fault::AnswersANumber => answered["code_id"] = json!(7),
            Fault::ForgetsTheNewCode => *found = before,
            _ => {}
        }
        answer(&answered)
    }

    fn refusal(&self, code: i64, description: &str) -> ResponseTemplate {
        let mut error = json!({"status": 202, "code": code, "description": description});
        if self.fault == Fault::RefusesWithoutCode && code == 10002 {
            error["code"] = json!("10002");
        }
        ResponseTemplate::new(202).set_body_json(json!({ "error": error }))
    }
}

fn answer(conversation: &Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({ "data": conversation }))
}

fn give_code(conversation: &mut Value) {
    let code = Uuid::new_v4().to_string();
    conversation["code_url"] = json!(format!("https://conversations.example/codes/{code}"));
    conversation["code_id"] = json!(code);
}

/// What a user is in a conversation.
fn role(conversation: &Value, user: &str) -> Option<String> {
    let mut participants = conversation["participants"].as_array()?.iter();
    let found = participants.find(|one| one["user_id"] == user)?;
    found["role"].as_str().map(str::to_owned)
}

fn is_fit(body: &Value) -> bool {
    let is_id = |id: &Value| id.as_str().is_some_and(|id| id.len() == 36 && Uuid::try_parse(id).is_ok());
    let name = body["name"].as_str().is_some_and(|name| name.chars().count() <= 40);
    let participants = body["participants"].as_array();
    body.is_object()
        && is_id(&body["conversation_id"])
        && name
        && participants.is_some_and(|all| all.iter().all(|one| one.is_object() && is_id(&one["user_id"])))
}

async fn judged(fault: Fault) -> Done {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(Conversations { fault, kept: Mutex::default() }).mount(&server).await;
    let folder = Folder::new(&format!("sisters-{fault:?}"));
    let callers = TOKENS.map(|(token, user)| {
        folder.file(user, token);
        format!("--bearer-file {} --caller {user}", folder.name(user))
    });
    let line = format!("--spec {SPEC} run {} {} --cases 8 --run-id it --color never", server.uri(), callers.join(" "));
    tokio::task::spawn_blocking(move || run(&line)).await.expect("no panic")
}

#[test]
fn what_two_operations_read_is_asked_for_by_name() {
    let folder = Folder::new("sisters-two-reads");
    for name in ["openapi.yaml", "source.md"] {
        folder.file(name, &std::fs::read_to_string(format!("{SPEC}/{name}")).expect("a file of the spec"));
    }
    let spec = std::fs::read_to_string(format!("{SPEC}/requirements.yaml")).expect("the document");
    folder.file("requirements.yaml", &spec.replacen("does: changes", "does: reads", 1));
    let done = run(&format!("spec lint --spec {}", folder.name("")));
    assert_eq!(done.status, 2, "{}{}", done.stdout, done.stderr);
    let told = done.stderr.replace('\n', " ");
    assert!(told.contains("a conversation is read by readConversation and rotateConversation"), "{told}");
    assert!(told.contains("call: {operation: …, of: …}"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_server_passes_with_nothing_left_undecided() {
    let done = judged(Fault::None).await;
    assert_eq!(done.status, 0, "{}{}", done.stdout, done.stderr);
    assert!(!done.stdout.contains("OPEN"), "{}", done.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_fault_breaks_its_requirement_and_no_other() {
    for (fault, requirement) in FAULTS {
        let done = judged(fault).await;
        assert_eq!((done.status, &done.failing()[..]), (1, &[requirement][..]), "{fault:?}: {}", done.stdout);
    }
}
