//! Signed tokens: one that is right is taken, and each thing that may be wrong with one is enough to refuse it.

use std::sync::LazyLock;
use std::time::{SystemTime, UNIX_EPOCH};

use mixinspec_server::{AcceptOrRefuse, Edition, Policy};
use mixinspec_token::{Algorithm, Keystore, hmac, request_hash, unsigned};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{ALICE, Answer, BOB, CAROL, Subject, contact, fresh, group, send, uuid};

const BOTH: [Algorithm; 2] = [Algorithm::EdDsa, Algorithm::Rs512];

/// The keystores of Alice and Bob, for each algorithm; made once, for RSA keys take their time.
static KEYSTORES: LazyLock<[[Keystore; 2]; 2]> = LazyLock::new(|| {
    BOTH.map(|algorithm| [ALICE, BOB].map(|user| Keystore::generate(uuid(user), algorithm).expect("random bytes")))
});

/// A server that knows both sessions, and Alice's and Bob's keystores.
struct Signed {
    subject: Subject,
    alice: &'static Keystore,
    bob: &'static Keystore,
}

/// Runs a test in both editions with both algorithms.
async fn everywhere(test: impl AsyncFn(Signed)) {
    for edition in Edition::ALL {
        for [alice, bob] in KEYSTORES.iter() {
            let subject =
                Subject::start_as(edition, |builder| builder.session(alice.session()).session(bob.session())).await;
            test(Signed { subject, alice, bob }).await;
        }
    }
}

fn now() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    i64::try_from(now).expect("a date of ours")
}

/// The payload of a token for a request, with which nothing is wrong.
fn payload(keystore: &Keystore, method: &Method, path: &str, body: &str) -> Value {
    keystore.claims(method.as_str(), path, body.as_bytes(), now(), 60, &fresh(), Some("FULL")).to_json()
}

impl Signed {
    async fn send(&self, method: Method, path: &str, body: &str, token: &str) -> Answer {
        let request = self.subject.client.request(method, format!("{}{path}", self.subject.url)).bearer_auth(token);
        send(request.body(body.to_owned())).await
    }

    /// Creates a conversation with a token that `sign` makes of the right payload.
    async fn post(&self, sign: impl FnOnce(&Keystore, Value) -> String) -> Answer {
        let body = contact(ALICE, BOB).to_string();
        let token = sign(self.alice, payload(self.alice, &Method::POST, "/conversations", &body));
        self.send(Method::POST, "/conversations", &body, &token).await
    }

    /// The same with a payload that `change` has changed.
    async fn changed(&self, change: impl FnOnce(&mut Value)) -> Answer {
        self.post(|keystore, mut payload| {
            change(&mut payload);
            keystore.sign(&keystore.header(), &payload)
        })
        .await
    }

    #[track_caller]
    fn refused(&self, answer: &Answer, why: &str) {
        assert_eq!(answer.code(), 401, "{why}");
        assert_eq!(answer.body["error"]["description"], "Unauthorized.", "{why}");
    }
}

#[tokio::test]
async fn who_signs_is_the_caller() {
    everywhere(async |signed| {
        let answer = signed.changed(|_| {}).await;
        assert_eq!(answer.data()["creator_id"], ALICE);

        let path = format!("/conversations/{}", answer.data()["conversation_id"].as_str().expect("an id"));
        let token = signed.bob.token(&signed.bob.claims("GET", &path, b"", now(), 60, "again", None));
        for _ in 0..2 {
            let read = signed.send(Method::GET, &path, "", &token).await;
            assert_eq!(read.data()["creator_id"], ALICE);
        }

        let with_query = "/conversations?a=%7b&&b";
        let body = group(signed.subject.edition, BOB, &[ALICE]).to_string();
        let token = signed.bob.sign(&signed.bob.header(), &payload(signed.bob, &Method::POST, with_query, &body));
        let answer = signed.send(Method::POST, with_query, &body, &token).await;
        assert_eq!(answer.data()["creator_id"], BOB);
    })
    .await;
}

/// What the sources do not demand, and what published clients do.
#[tokio::test]
async fn what_may_be_otherwise() {
    everywhere(async |signed| {
        for (name, value) in [
            ("scp", None),
            ("jti", None),
            ("iat", None),
            ("iat", Some(json!(now() + 60))),
            ("exp", Some(json!(now() + 365 * 86_400))),
            ("exp", Some(json!(60.5 + f64::from(u32::try_from(now()).expect("before 2106"))))),
            ("uid", Some(json!(ALICE.to_uppercase()))),
            ("aud", Some(json!("anybody"))),
        ] {
            let answer = signed
                .changed(|payload| {
                    let members = payload.as_object_mut().expect("an object");
                    match value.clone() {
                        Some(value) => drop(members.insert(name.to_owned(), value)),
                        None => drop(members.remove(name)),
                    }
                })
                .await;
            assert_eq!(answer.data()["creator_id"], ALICE, "{name} {value:?}");
        }
    })
    .await;
}

/// The tokens of 2018 have no scope, and an app's authorization of today has another one.
#[tokio::test]
async fn what_is_not_allowed_everything_creates_nothing_today() {
    everywhere(async |signed| {
        let answer = signed.changed(|payload| payload["scp"] = json!("PROFILE:READ")).await;
        match signed.subject.edition {
            Edition::E2018 => drop(answer.data().clone()),
            Edition::E2026 => signed.refused(&answer, "an authorization's scope"),
        }
    })
    .await;
}

/// A token is taken once where the policy says so: the same one for another request is refused for that request anyway.
#[tokio::test]
async fn a_token_that_comes_again() {
    for token_again in [AcceptOrRefuse::Accepted, AcceptOrRefuse::Refused] {
        let [alice, bob] = &KEYSTORES[0];
        let mut policy = Policy::default();
        policy.token_again = token_again;
        let subject =
            Subject::start_as(Edition::E2026, |builder| builder.policy(policy).session(alice.session())).await;
        let signed = Signed { subject, alice, bob };
        let body = contact(ALICE, BOB).to_string();
        let token = alice.sign(&alice.header(), &payload(alice, &Method::POST, "/conversations", &body));
        signed.send(Method::POST, "/conversations", &body, &token).await.data();
        let again = signed.send(Method::POST, "/conversations", &body, &token).await;
        match token_again {
            AcceptOrRefuse::Accepted => drop(again.data().clone()),
            AcceptOrRefuse::Refused => signed.refused(&again, "it was taken"),
        }
        signed.changed(|_| {}).await.data();
    }
}

#[tokio::test]
async fn a_wrong_claim_is_refused() {
    everywhere(async |signed| {
        let alice = signed.alice;
        let body = contact(ALICE, BOB).to_string();
        let hash = |method: &str, path: &str, body: &str| Some(json!(request_hash(method, path, body.as_bytes())));
        for (name, value, why) in [
            ("uid", None, "no user"),
            ("uid", Some(json!(CAROL)), "a user of no session"),
            ("uid", Some(json!(BOB)), "the user of another session"),
            ("uid", Some(json!(7)), "a number for a user"),
            ("sid", None, "no session"),
            ("sid", Some(json!(fresh())), "an unknown session"),
            ("sid", Some(json!(signed.bob.session_id())), "the session of another user"),
            ("exp", None, "no end"),
            ("exp", Some(json!(null)), "null for an end"),
            ("exp", Some(json!((now() + 60).to_string())), "text for an end"),
            ("exp", Some(json!(now() - 1)), "expired"),
            ("exp", Some(json!(0)), "expired in 1970"),
            ("iat", Some(json!(now() + 3600)), "from the far future"),
            ("sig", None, "for any request"),
            ("sig", Some(json!("")), "for no request"),
            ("sig", hash("PUT", "/conversations", &body), "for another method"),
            ("sig", hash("POST", "/conversation", &body), "for another path"),
            ("sig", hash("POST", "/conversations?", &body), "for another query"),
            ("sig", hash("POST", "/conversations", &format!("{body} ")), "for another body"),
            ("sig", hash("POST", "/conversations", ""), "for no body"),
        ] {
            let answer = signed
                .changed(|payload| {
                    let members = payload.as_object_mut().expect("an object");
                    match value {
                        Some(value) => drop(members.insert(name.to_owned(), value)),
                        None => drop(members.remove(name)),
                    }
                })
                .await;
            signed.refused(&answer, why);
        }

        let token = alice.sign(&alice.header(), &payload(alice, &Method::POST, "/conversations", &body));
        for (path, body, why) in [
            ("/conversations", format!("{body} "), "with more in the body"),
            ("/conversations?a=b", body.clone(), "with a query"),
        ] {
            signed.refused(&signed.send(Method::POST, path, &body, &token).await, why);
        }
        signed.send(Method::POST, "/conversations", &body, &token).await.data();
    })
    .await;
}

#[tokio::test]
async fn a_wrong_signature_is_refused() {
    everywhere(async |signed| {
        let other_key = signed.alice.other_key().expect("random bytes");
        let other_algorithm =
            KEYSTORES.iter().map(|[alice, _]| alice).find(|a| a.algorithm() != signed.alice.algorithm());
        let other_algorithm = other_algorithm.expect("two algorithms");
        let key = signed.alice.public_key();
        type Sign<'a> = Box<dyn FnOnce(&Keystore, Value) -> String + 'a>;
        let forged: Vec<(&str, Sign<'_>)> = vec![
            ("another key", Box::new(|_, payload| other_key.sign(&other_key.header(), &payload))),
            ("the key of another user", Box::new(|_, payload| signed.bob.sign(&signed.bob.header(), &payload))),
            ("another algorithm", Box::new(|_, payload| other_algorithm.sign(&other_algorithm.header(), &payload))),
            ("no algorithm", Box::new(|_, payload| unsigned("none", &payload))),
            ("no algorithm, signed", Box::new(|alice, payload| alice.sign(&json!({"alg": "none"}), &payload))),
            ("HS256 with the public key", Box::new(|_, payload| hmac("HS256", &key.to_bytes(), &payload))),
            ("HS256 with its text", Box::new(|_, payload| hmac("HS256", key.to_text().as_bytes(), &payload))),
            ("HS256 with nothing", Box::new(|_, payload| hmac("HS256", b"", &payload))),
            (
                "no signature",
                Box::new(|alice, payload| {
                    let token = alice.sign(&alice.header(), &payload);
                    token[..=token.rfind('.').expect("three parts")].to_owned()
                }),
            ),
            (
                "a payload that was exchanged",
                Box::new(|alice, mut payload| {
                    let token = alice.sign(&alice.header(), &payload);
                    payload["exp"] = json!(now() + 3600);
                    let other = unsigned("none", &payload);
                    let parts: Vec<&str> = token.split('.').collect();
                    [parts[0], other.split('.').nth(1).expect("a payload"), parts[2]].join(".")
                }),
            ),
        ];
        for (why, sign) in forged {
            signed.refused(&signed.post(sign).await, why);
        }
        signed.changed(|_| {}).await.data();
    })
    .await;
}

/// A fixed token is none of a session, and the other way round.
#[tokio::test]
async fn without_a_signed_token_nothing_is_done() {
    everywhere(async |signed| {
        let url = format!("{}/conversations", signed.subject.url);
        let body = contact(ALICE, BOB).to_string();
        let claims = payload(signed.alice, &Method::POST, "/conversations", &body);
        let right = signed.alice.sign(&signed.alice.header(), &claims);
        for credential in [
            None,
            Some(String::new()),
            Some(right.clone()),
            Some("Bearer garbage".to_owned()),
            Some("Bearer a.b.c".to_owned()),
            Some(format!("Bearer {}", crate::support::token(ALICE))),
            Some(format!("Bearer {}", &right[..right.len() / 2])),
            Some(format!("Bearer {right}.")),
            Some(format!("Basic {right}")),
        ] {
            let mut request = signed.subject.client.post(&url).body(body.clone());
            if let Some(credential) = &credential {
                request = request.header("Authorization", credential);
            }
            signed.refused(&send(request).await, &format!("{credential:?}"));
        }
        let twice = signed.subject.client.post(&url).bearer_auth(&right).bearer_auth(&right).body(body.clone());
        signed.refused(&send(twice).await, "twice");
        send(signed.subject.client.post(&url).bearer_auth(&right).body(body)).await.data();
    })
    .await;
}
