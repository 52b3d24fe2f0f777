//! Tests that the engine takes all names from the spec: with other names in the spec, it judges as before. A name that
//! the engine had built in would turn a check into one that judges nothing, and passes.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use futures::future::join_all;
use mixinspec_engine::{
    Caller, ClientObserver, Credential, ObservedRequest, Options, Patterns, Report, Users, Verdict,
};
use mixinspec_server::{Edition, Fault, Server};
use mixinspec_spec::Spec;
use mixinspec_token::Algorithm;
use tokio::io::{AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::callers::{USERS, callers, known};
use crate::conformance::{exceptions, judge_as, one_of_many, options, run_as, spec};
use crate::moody::{message, rewritten};
use crate::spec_folder::copy;

/// The documents of the spec that contain the names.
const DOCUMENTS: [&str; 4] =
    ["requirements.yaml", "2018/openapi.yaml", "2026/openapi.yaml", "inputs/real-requests.yaml"];

/// Where the moved operations are.
const BELOW: &str = "/v2";

/// A group of names that are changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rename {
    /// The schemas of answers.
    Answers,
    /// The schema of the request's body.
    Request,
    /// The family of requests for a GROUP.
    Family,
    /// The operations, and the thing that they are about.
    Operations,
    /// The paths of the operations.
    Paths,
}

impl Rename {
    /// The renames that do not move the server's operations.
    const IN_PLACE: [Self; 4] = [Self::Answers, Self::Request, Self::Family, Self::Operations];

    /// A document of the spec with the new names.
    fn of(self, text: &str) -> String {
        let all =
            |pairs: &[(&str, &str)]| pairs.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
        match self {
            Self::Answers => all(&[("ConversationResponse", "RoomAnswer"), ("ErrorResponse", "Problem")]),
            Self::Request => all(&[("CreateConversationRequest", "RoomRequest")]),
            Self::Operations => all(&[
                ("createConversation", "openRoom"),
                ("readConversation", "seeRoom"),
                ("thing: conversation", "thing: room"),
            ]),
            // Quotations from a source stay unchanged.
            Self::Paths => all(&[
                ("\n  /conversations", "\n  /v2/conversations"),
                ("'/conversations", "'/v2/conversations"),
                ("path: /conversations", "path: /v2/conversations"),
            ]),
            Self::Family => text.lines().map(family).collect::<Vec<_>>().join("\n").replace(
                "\n  group:\n    title: a GROUP\n    operation:",
                "\n  room:\n    title: a GROUP\n    operation:",
            ),
        }
    }
}

/// A line with another name for the family of requests for a GROUP.
fn family(line: &str) -> String {
    let line = ["request: ", "creates: ", "family: "].iter().fold(line.to_owned(), |line, member| {
        let Some((before, rest)) = line.split_once(&format!("{member}group")) else { return line };
        let whole = rest.chars().next().is_none_or(|next| !next.is_alphanumeric() && next != '_' && next != '-');
        if whole { format!("{before}{member}room{rest}") } else { line }
    });
    let Some((before, rest)) = line.split_once("requests: [") else { return line };
    let Some((names, after)) = rest.split_once(']') else { return line };
    let names: Vec<&str> = names.split(", ").map(|name| if name == "group" { "room" } else { name }).collect();
    format!("{before}requests: [{}]{after}", names.join(", "))
}

/// The spec with these names changed.
fn renamed(name: &str, renames: &[Rename]) -> Arc<Spec> {
    let folder = copy(&format!("spec-renamed-{name}"));
    for rename in renames {
        let changed = DOCUMENTS.iter().filter(|document| {
            let path = folder.join(document);
            let text = fs::read_to_string(&path).expect("the document");
            let other = rename.of(&text);
            fs::write(&path, &other).expect("a folder that can be written to");
            other.trim_end() != text.trim_end()
        });
        assert!(changed.count() > 0, "{rename:?} changes nothing");
    }
    Arc::new(Spec::load(&folder).unwrap_or_else(|errors| panic!("{:?}", errors.findings)))
}

/// The result of each requirement and each reading in a run.
fn verdicts(report: &Report) -> BTreeMap<String, String> {
    let requirements = report.requirements.iter().map(|one| (one.id.clone(), one.verdict.word().to_owned()));
    let readings = report.readings.iter();
    let readings = readings.map(|one| (one.id.clone(), format!("{} {:?}", one.verdict.word(), one.observed.keys())));
    requirements.chain(readings).collect()
}

/// The requirements and readings that fail or warn.
fn broken(report: &Report) -> Vec<&str> {
    let broken = report.requirements.iter().filter(|one| matches!(one.verdict, Verdict::Fail | Verdict::Warn));
    broken.map(|one| one.id.as_str()).collect()
}

/// The options of a complete run, with few generated cases.
fn whole() -> Options {
    Options { cases: 2, skip: one_of_many(), ..options(Some("2026"), "renamed") }
}

/// The options of a run for one requirement, until it fails.
fn until_broken(id: &str) -> Options {
    let only = Patterns::new(vec![id.to_owned()]);
    Options { only, fail_fast: true, cases: 32, skip: Patterns::default(), ..whole() }
}

/// Judges a server, with a fault or without, by a spec; the callers sign.
async fn signed(spec: &Arc<Spec>, fault: Option<&'static Fault>, options: Options) -> Report {
    let mut server = known(Server::builder().edition(Edition::E2026), Algorithm::EdDsa);
    if let Some(fault) = fault {
        server = server.fault(fault);
    }
    let (address, running) = server.build().bind("127.0.0.1:0").await.expect("a free port");
    let callers = callers(Algorithm::EdDsa, 2);
    let report = judge_as(Arc::clone(spec), &format!("http://{address}"), callers, Users::any_uuid(), options).await;
    running.stop().await;
    report
}

/// Judges a server whose operations are below [`BELOW`] if they were moved. Its callers have fixed tokens, because a
/// signed token is bound to the path that the caller sees.
async fn with_tokens(spec: &Arc<Spec>, fault: Option<&'static Fault>, moved: bool) -> Report {
    let tokens = ["token-of-the-caller", "token-of-the-peer"];
    let mut server = Server::builder().edition(Edition::E2026);
    let mut callers = Vec::new();
    for (token, user) in tokens.into_iter().zip(USERS) {
        server = server.bearer(token, user.parse().expect("a UUID"));
        let credential = Credential::Bearer(format!("Bearer {token}").parse().expect("a header field"));
        callers.push(Caller { user_id: user.to_owned(), credential });
    }
    if let Some(fault) = fault {
        server = server.fault(fault);
    }
    let (address, running) = server.build().bind("127.0.0.1:0").await.expect("a free port");
    let url = if moved { way_below(address).await } else { format!("http://{address}") };
    let report = judge_as(Arc::clone(spec), &url, callers, Users::any_uuid(), whole()).await;
    running.stop().await;
    report
}

/// A proxy that forwards requests below [`BELOW`] to a server without that prefix, and all others to a path that does
/// not exist.
async fn way_below(server: SocketAddr) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            // The end of a connection is not an error of the test.
            tokio::spawn(async move { drop(through(client, server).await) });
        }
    });
    format!("http://{address}")
}

/// Forwards one connection: requests and answers in turn.
async fn through(mut client: TcpStream, server: SocketAddr) -> io::Result<()> {
    let mut server = TcpStream::connect(server).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let ((requests, mut answers), (from_server, mut to_server)) = (client.split(), server.split());
    let (mut requests, mut from_server) = (BufReader::new(requests), BufReader::new(from_server));
    loop {
        let (head, body) = message(&mut requests).await?;
        let (method, path) = head.split_once(' ').ok_or(io::ErrorKind::InvalidData)?;
        let path = match path.strip_prefix(BELOW) {
            Some(path) => path.to_owned(),
            None => format!("/elsewhere{path}"),
        };
        let head = rewritten(&format!("{method} {path}"), body.len());
        to_server.write_all(&[head.as_bytes(), &body[..]].concat()).await?;
        let (head, body) = message(&mut from_server).await?;
        answers.write_all(&[rewritten(&head, body.len()).as_bytes(), &body[..]].concat()).await?;
    }
}

fn fault(name: &str) -> &'static Fault {
    Fault::named(name).unwrap_or_else(|| panic!("there is no fault {name}"))
}

/// One fault for each kind of check.
const KINDS: [(&str, &str); 9] = [
    ("schema of an answer", "answer-participants-null"),
    ("always", "refusal-status-400"),
    ("accepts", "unknown-member-refused"),
    ("constraint of a request", "name-limit-of-511"),
    ("refuses", "contact-id-unsorted-too"),
    ("scenario", "refused-group-can-be-read"),
    ("history", "again-new-time"),
    ("history of a reading", "read-with-another-time"),
    ("authenticates", "sig-of-any-method"),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_answer_is_found_whatever_the_spec_calls_things() {
    let wrong = Some(fault("answer-type-null"));
    let as_before = signed(&spec(), wrong, whole()).await;
    assert_eq!(broken(&as_before), [wrong.map_or("", Fault::breaks)]);
    // Also with only the answers' schemas renamed: the engine once did not find a schema by its new name, and took
    // every answer for valid.
    let names = [("answers", &Rename::IN_PLACE[..1]), ("everything", &Rename::IN_PLACE[..])];
    let runs = names.map(|(name, renames)| async move {
        (name, signed(&renamed(&format!("wrong-{name}"), renames), wrong, whole()).await)
    });
    for (name, report) in join_all(runs).await {
        assert_eq!(verdicts(&report), verdicts(&as_before), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_of_check_judges_as_before_where_everything_has_another_name() {
    let everything = renamed("everything", &Rename::IN_PLACE);
    let right = signed(&everything, None, whole()).await;
    assert_eq!(exceptions(&right), "");
    let runs = KINDS.map(|(kind, name)| {
        let (wrong, everything) = (fault(name), Arc::clone(&everything));
        async move { (kind, wrong, signed(&everything, Some(wrong), until_broken(wrong.breaks())).await) }
    });
    for (kind, wrong, report) in join_all(runs).await {
        assert_eq!(broken(&report), [wrong.breaks()], "{kind}: {}", exceptions(&report));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn operations_are_judged_where_the_spec_has_them() {
    let moved = renamed("moved", &[Rename::Paths]);
    let right = with_tokens(&moved, None, true).await;
    assert_eq!(broken(&right), [""; 0], "{}", exceptions(&right));
    let wrong = fault("answer-type-null");
    let (report, as_before) =
        (with_tokens(&moved, Some(wrong), true).await, with_tokens(&spec(), Some(wrong), false).await);
    assert_eq!(broken(&report), [wrong.breaks()]);
    assert_eq!(verdicts(&report), verdicts(&as_before));
}

/// A server with the old paths does not have the operations of the moved spec.
#[tokio::test(flavor = "multi_thread")]
async fn operations_that_are_not_where_the_spec_has_them_are_not_judged_green() {
    let moved = renamed("moved-alone", &[Rename::Paths]);
    let server = Server::builder().edition(Edition::E2026).no_auth(USERS[0].parse().expect("a UUID"));
    let (address, running) = server.build().bind("127.0.0.1:0").await.expect("a free port");
    let callers = vec![Caller { user_id: USERS[0].to_owned(), credential: Credential::None }];
    let error = run_as(moved, &format!("http://{address}"), callers, Users::any_uuid(), whole()).await;
    running.stop().await;
    let error = error.expect_err("nothing is there").to_string();
    assert!(error.contains("/v2/conversations"), "{error}");
}

#[test]
fn what_a_client_sends_is_judged_by_the_schema_whatever_its_name_is() {
    let body = r#"{"category":7,"conversation_id":"x","participants":"none"}"#;
    let found = |spec: Arc<Spec>| {
        let observer = ClientObserver::new(spec, "2026", Vec::new()).expect("an observer");
        let (method, path) = ("POST".to_owned(), "/conversations".to_owned());
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        let answer = r#"{"error":{"status":202,"code":10002,"description":""}}"#.into();
        let body = body.into();
        let (status, answer_headers, chosen) = (202, headers.clone(), None);
        observer.see(ObservedRequest { method, path, headers, body, status, answer_headers, answer, chosen });
        observer.report("a client".to_owned(), "renamed".to_owned(), Vec::new())
    };
    let as_before = found(spec());
    assert!(broken(&as_before).contains(&"client-schema"), "{:?}", broken(&as_before));
    for rename in Rename::IN_PLACE {
        let report = found(renamed(&format!("client-{rename:?}"), &[rename]));
        assert_eq!(verdicts(&report), verdicts(&as_before), "{rename:?}");
    }
}
