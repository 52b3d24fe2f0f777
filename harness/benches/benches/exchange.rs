//! What one exchange costs beside the network: schema and rules, and generating and making a request.

use std::sync::Arc;

use bytes::Bytes;
use mixinspec_engine::edition::CompiledEdition;
use mixinspec_engine::edition::variables::RequestFacts;
use mixinspec_engine::findings::record::Recorder;
use mixinspec_engine::http::authorization::Authorization;
use mixinspec_engine::http::framing::Framing;
use mixinspec_engine::http::message::{Received, Sent};
use mixinspec_engine::identity::case_id::CaseId;
use mixinspec_engine::identity::ids::IdSpace;
use mixinspec_engine::judge::{Histories, Judge};
use mixinspec_engine::plan::Plan;
use mixinspec_engine::request::make::{Cast, Change, Maker};
use mixinspec_spec::Spec;
use serde_json::json;

const EDITION: &str = "2026";

struct Fixture {
    judge: Judge,
    plan: Plan,
    maker: Maker,
}

fn fixture() -> Fixture {
    let spec = Spec::embedded().expect("the embedded spec is sound");
    let edition = CompiledEdition::of(&spec, EDITION).expect("an edition that compiles");
    let maker = Maker { vocabulary: Arc::clone(&edition.vocabulary), users: Arc::clone(&edition.users) };
    let judge = Judge::compile(&spec, edition, &Default::default(), Recorder::default()).expect("rules that compile");
    let plan = Plan::compile(&spec, &judge).expect("a plan");
    Fixture { judge, plan, maker }
}

fn user(number: usize) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

/// An accepted creation of a group with so many members beside the caller, and its answer.
fn exchange(members: usize) -> (Sent, Received, RequestFacts) {
    let caller = user(0);
    let time = "2026-05-16T12:34:44.134238105Z";
    let listed = |at: usize| json!({"type": "participant", "user_id": user(at), "role": if at == 0 { "OWNER" } else { "" }, "created_at": time});
    let request = json!({
        "category": "GROUP",
        "conversation_id": user(9_999),
        "name": "Mixin Rocks",
        "random_id": user(8_888),
        "participants": (1..=members).map(|at| json!({"user_id": user(at)})).collect::<Vec<_>>(),
    });
    let answer = json!({"data": {
        "type": "conversation", "conversation_id": user(9_999), "creator_id": caller, "category": "GROUP",
        "name": "Mixin Rocks", "icon_url": "", "announcement": "", "created_at": time, "code_id": user(7_777),
        "code_url": format!("https://mixin.one/codes/{}", user(7_777)), "mute_until": time, "expire_in": 0,
        "circles": [], "participant_sessions": [], "participants": (0..=members).map(listed).collect::<Vec<_>>(),
    }});
    let body = Bytes::from(answer.to_string());
    let received = Received {
        status: 200,
        headers: vec![("content-type".into(), "application/json".into())],
        json: Some(answer),
        faults: vec![],
        body,
        shows_token: false,
        now: 1_778_934_884_134_238,
        took: std::time::Duration::ZERO,
        came_again: false,
    };
    let sent = Sent {
        method: "POST".into(),
        path: "/conversations".into(),
        headers: vec![("content-type".into(), "application/json".into())],
        body: Bytes::from(request.to_string()),
        json: Some(request),
        framing: Framing::Whole,
        caller: 0,
        authorization: Authorization::Own,
    };
    let about = RequestFacts { fresh: true, caller_id: caller, peer_id: Some(user(1)), ..RequestFacts::default() };
    (sent, received, about)
}

/// What is made of an exchange once: its variables, and what it breaks of the schema.
#[divan::bench(args = [2, 16, 255])]
fn exchange_and_schema(bencher: divan::Bencher, members: usize) {
    let fixture = fixture();
    let (sent, received, about) = exchange(members);
    bencher
        .with_inputs(|| (sent.clone(), received.clone(), about.clone()))
        .bench_values(|(sent, received, about)| fixture.judge.exchange(sent, Ok(received), about));
}

#[divan::bench(args = [2, 16, 255])]
fn rules(bencher: divan::Bencher, members: usize) {
    let fixture = fixture();
    let (sent, received, about) = exchange(members);
    let exchange = fixture.judge.exchange(sent, Ok(received), about);
    let case = CaseId::from("bench/case");
    bencher.bench(|| fixture.judge.judge(divan::black_box(&exchange), &case));
}

/// A creation again, as a history has it: beside the first one.
#[divan::bench(args = [2, 16, 255])]
fn history(bencher: divan::Bencher, members: usize) {
    let fixture = fixture();
    let (sent, received, about) = exchange(members);
    let exchange = Arc::new(fixture.judge.exchange(sent, Ok(received), about));
    let case = CaseId::from("bench/case");
    let begun = || {
        let mut histories = Histories::default();
        fixture.judge.follow(&mut histories, &exchange, Vec::new(), &case, false);
        histories
    };
    bencher
        .with_inputs(begun)
        .bench_refs(|histories| fixture.judge.follow(histories, &exchange, Vec::new(), &case, false));
}

#[divan::bench(args = ["group", "contact"])]
fn generate(bencher: divan::Bencher, family: &str) {
    let fixture = fixture();
    let generator = &fixture.plan.generators[family];
    let mut number = 0;
    bencher.bench_local(|| {
        number += 1;
        generator.tree(1, number).expect("a tree").current()
    });
}

#[divan::bench(args = ["group", "contact"])]
fn make(bencher: divan::Bencher, family: &str) {
    let fixture = fixture();
    let ids = IdSpace { seed: 1, run_id: "bench".into() };
    let cast = Cast { caller: 0, caller_id: user(0), first_user: None };
    let mut number = 0;
    bencher.bench_local(|| {
        number += 1;
        let ids = ids.case("bench/case", number);
        fixture.maker.make(&fixture.plan.families[family], None, &Change::default(), &ids, &cast).expect("a request")
    });
}

fn main() {
    divan::main();
}
