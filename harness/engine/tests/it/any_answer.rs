//! Tests that the judge copes with any answer: the result is a pass, a failure or no finding, never an error, which
//! would be a mistake of mixinspec, and never a panic.
//!
//! harness/fuzz tests the same for longer, with this file.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use mixinspec_engine::edition::CompiledEdition;
use mixinspec_engine::edition::variables::RequestFacts;
use mixinspec_engine::findings::record::Recorder;
use mixinspec_engine::findings::verdict::Finding;
use mixinspec_engine::http::authorization::Authorization;
use mixinspec_engine::http::framing::Framing;
use mixinspec_engine::http::message::{Received, Sent};
use mixinspec_engine::judge::{Histories, Judge};
use mixinspec_engine::text::json;
use mixinspec_spec::Spec;

const CALLER: &str = "8dcf823d-9eb3-4da2-8734-f0aad50c0da6";
const PEER: &str = "e8e5b807-fa8b-455a-8dfa-b189d28310ff";

/// The judges of both editions.
fn judges() -> &'static [Judge; 2] {
    static JUDGES: OnceLock<[Judge; 2]> = OnceLock::new();
    JUDGES.get_or_init(|| {
        let spec = Spec::embedded().expect("the embedded spec is sound");
        ["2018", "2026"].map(|edition| {
            let edition = CompiledEdition::of(&spec, edition).expect("an edition that compiles");
            let recorder = Recorder::new("http://127.0.0.1".into(), &["a-secret".to_owned()], &[], false);
            Judge::compile(&spec, edition, &BTreeMap::new(), recorder).expect("rules that compile")
        })
    })
}

/// An answer; `None` if it exceeds the limits, because then it is not judged.
fn received(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Option<Received> {
    let (json, faults) = json::read_bounded(body).ok()?;
    Some(Received {
        status,
        headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        body: Bytes::copy_from_slice(body),
        json,
        faults,
        shows_token: false,
        now: 1_795_392_000_000_000,
        took: Duration::ZERO,
        came_again: false,
    })
}

/// Judges an answer to a creation of a GROUP or a CONTACT, or to its reading.
pub(crate) fn judge(edition: usize, request: usize, status: u16, headers: &[(&str, &str)], body: &[u8]) {
    let judge = &judges()[edition % 2];
    let group = format!(
        r#"{{"category":"GROUP","conversation_id":"5f7bb5aa-5c51-328a-8ff1-fbb9edc3b6ec","name":"Mixin Rocks",
        "participants":[{{"user_id":"{PEER}"}}],"random_id":"ef83ad5a-a547-484b-a17f-be4d12201f56"}}"#
    );
    let contact = format!(
        r#"{{"category":"CONTACT","conversation_id":"718dc74c-5dc9-3190-a0d4-3affdca2680a",
        "participants":[{{"user_id":"{PEER}"}}]}}"#
    );
    let (method, path, sent) = match request % 3 {
        0 => ("POST", "/conversations", group),
        1 => ("POST", "/conversations", contact),
        _ => ("GET", "/conversations/718dc74c-5dc9-3190-a0d4-3affdca2680a", String::new()),
    };
    let Some(received) = received(status, headers, body) else { return };
    let sent = Sent {
        method: method.into(),
        path: path.into(),
        headers: vec![("content-type".into(), "application/json".into())],
        json: serde_json::from_str(&sent).ok(),
        body: Bytes::from(sent),
        framing: Framing::Whole,
        caller: 0,
        authorization: Authorization::Own,
    };
    let about = RequestFacts {
        fresh: true,
        caller_id: CALLER.into(),
        peer_id: Some(PEER.into()),
        codes: vec![10002],
        wrong: Vec::new(),
    };
    let exchange = Arc::new(judge.exchange(sent, Ok(received), about));
    let mut judged = judge.judge(&exchange, &"group-accepted/plain".into());
    // Judge it as the first about its conversation, and as a later one.
    let mut histories = Histories::default();
    for later in [false, true] {
        judged.extend(judge.follow(
            &mut histories,
            &exchange,
            vec![PEER.into()],
            &"walk/group-generated-0".into(),
            later,
        ));
    }
    for (check, finding) in judged {
        if let Finding::Error(error) = finding {
            panic!("{}: {error}", judge.checks[check].id);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::judge;
    use crate::canned::{conversation, refusal};

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            ".{0,20}".prop_map(Value::from),
            prop::sample::select(vec!["0001-01-01T00:00:00Z", "OWNER", "", super::CALLER, "2026-13-40T99:00:00+99:99"])
                .prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 12, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::hash_map("[a-z_]{1,12}", inner, 0..4).prop_map(|map| map.into_iter().collect()),
            ]
        })
    }

    /// Replaces the value at a position within another.
    fn put(value: &mut Value, at: &mut usize, new: &Value) {
        if *at == 0 {
            *value = new.clone();
        }
        *at = at.wrapping_sub(1);
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| put(item, at, new)),
            Value::Object(members) => members.values_mut().for_each(|member| put(member, at, new)),
            _ => {}
        }
    }

    /// A pattern like an HTTP date, with numbers of any length.
    const DATE: &str = "[A-Z][a-z]{2}, [0-9]{1,3} (Jan|Feb|May|Dec) [0-9]{1,20} [0-9]{1,20}:[0-9]{2}:[0-9]{2} GMT";

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

        #[test]
        fn no_bytes_are_our_mistake(
            edition in 0_usize..2,
            request in 0_usize..3,
            status in 100_u16..600,
            date in prop_oneof![".{0,30}", DATE],
            body in prop::collection::vec(any::<u8>(), 0..300),
        ) {
            judge(edition, request, status, &[("date", &date), ("content-type", &date)], &body);
        }

        #[test]
        fn no_change_of_a_right_answer_is_our_mistake(
            edition in 0_usize..2,
            request in 0_usize..3,
            refused in any::<bool>(),
            mut at in 0_usize..30,
            new in any_json(),
            cut in prop::option::of(any::<prop::sample::Index>()),
        ) {
            let asked = json!({"category": "GROUP", "conversation_id": "x", "participants": [{"user_id": super::PEER}]});
            let mut answer = if refused { refusal(10002, "x") } else { conversation(&asked) };
            put(&mut answer, &mut at, &new);
            let mut text = answer.to_string().into_bytes();
            if let Some(cut) = cut {
                text.truncate(cut.index(text.len() + 1));
            }
            judge(edition, request, if refused { 202 } else { 200 }, &[], &text);
        }
    }
}
