//! Tests how typical failures are shown to people.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use insta::assert_snapshot;
use mixinspec_engine::{NoAnswer, RunError};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use wiremock::ResponseTemplate;

use crate::canned::{Run, TOKEN, accepted, conversation, correct, is_valid, refusal, refused, server};

const PLAIN: &str = "group-accepted/plain";

#[tokio::test]
async fn the_owner_is_somebody_else() {
    let server = server(|request| {
        let mut body = conversation(request);
        body["data"]["participants"][0]["role"] = json!("");
        body["data"]["participants"][1]["role"] = json!("OWNER");
        accepted(&body)
    })
    .await;
    assert_snapshot!(Run::new(&server.uri()).only(&["group-owner"]).case(PLAIN).shown().await);
}

#[tokio::test]
async fn a_member_is_missing() {
    let server = server(|request| {
        let mut body = conversation(request);
        body["data"].as_object_mut().expect("an object").remove("code_id");
        accepted(&body)
    })
    .await;
    assert_snapshot!(Run::new(&server.uri()).only(&["answer-code-id"]).case(PLAIN).shown().await);
}

#[tokio::test]
async fn a_member_has_another_type() {
    let server = server(|request| {
        let mut body = conversation(request);
        body["data"]["participants"][2]["created_at"] = json!(1_526_474_084);
        accepted(&body)
    })
    .await;
    assert_snapshot!(Run::new(&server.uri()).only(&["times-are-text"]).case(PLAIN).shown().await);
}

#[tokio::test]
async fn an_id_is_in_upper_case() {
    let server = server(|request| {
        let mut body = conversation(request);
        body["data"]["code_id"] = json!("D8244B92-30E9-44B5-BFB0-CE597C788125");
        accepted(&body)
    })
    .await;
    assert_snapshot!(Run::new(&server.uri()).only(&["ids-lower-case"]).case(PLAIN).shown().await);
}

#[tokio::test]
async fn a_wrong_request_is_accepted() {
    let server = server(|request| accepted(&conversation(request))).await;
    assert_snapshot!(Run::new(&server.uri()).only(&["category-enum"]).shown().await);
}

/// A server of another API gives a report of one screen.
#[tokio::test]
async fn nothing_works_at_all() {
    let server = server(|_| ResponseTemplate::new(501).set_body_raw("<h1>Unsupported method</h1>", "text/html")).await;
    let shown = Run::new(&server.uri()).shown().await;
    assert_eq!(shown.matches("(-v names all)").count(), 2, "{shown}");
    assert!(shown.contains("Readings: the server shows none of "), "{shown}");
    assert!(shown.lines().count() < 60, "{shown}");
}

#[tokio::test]
async fn a_wrong_request_breaks_the_server() {
    let server = server(|request| {
        if is_valid(request) {
            return correct(request);
        }
        ResponseTemplate::new(500)
            .set_body_raw("TypeError: category is undefined\n    at /srv/app/create.js:12:8", "text/plain")
    })
    .await;
    assert_snapshot!(Run::new(&server.uri()).only(&["category-required"]).shown().await);
}

#[tokio::test]
async fn a_refusal_has_the_status_of_other_apis() {
    let server = server(|request| match is_valid(request) {
        true => correct(request),
        false => ResponseTemplate::new(400).set_body_json(refusal(10002, "category")),
    })
    .await;
    let run = Run::new(&server.uri()).only(&["refusal-status"]).case("category-required/group-category-missing");
    assert_snapshot!(run.shown().await);
}

#[tokio::test]
async fn a_refusal_carries_data() {
    let server = server(|request| {
        let mut body = refusal(10002, "category");
        body["data"] = conversation(request)["data"].clone();
        match is_valid(request) {
            true => correct(request),
            false => ResponseTemplate::new(202).set_body_json(body),
        }
    })
    .await;
    let run = Run::new(&server.uri()).only(&["refusal-without-data"]).case("category-required/group-category-missing");
    assert_snapshot!(run.shown().await);
}

#[tokio::test]
async fn a_refusal_tells_the_token() {
    let server = server(|request| match is_valid(request) {
        true => correct(request),
        false => {
            let mut body = refusal(10002, "category");
            body["error"]["description"] = json!(format!("bad request with Authorization: Bearer {TOKEN}"));
            ResponseTemplate::new(202).set_body_json(body)
        }
    })
    .await;
    let run = Run::new(&server.uri()).only(&["refusal-without-token"]).case("category-required/group-category-missing");
    let shown = run.shown().await;
    assert!(!shown.contains(TOKEN), "{shown}");
    assert_snapshot!(shown);
}

#[tokio::test]
async fn a_proxy_answers_in_html() {
    let page = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\u{1b}[31m<center><h1>502</h1></center></body>\r\n</html>\r\n";
    let server = server(move |_| ResponseTemplate::new(502).set_body_raw(page, "text/html")).await;
    assert_snapshot!(Run::new(&server.uri()).only(&["group-accepted"]).shown().await);
}

#[tokio::test]
async fn the_body_is_empty() {
    let server = server(|_| ResponseTemplate::new(200)).await;
    assert_snapshot!(Run::new(&server.uri()).only(&["answer-json"]).case(PLAIN).shown().await);
}

#[tokio::test]
async fn the_body_is_not_json() {
    let server = server(|_| ResponseTemplate::new(200).set_body_raw("{'data': {}}", "application/json")).await;
    assert_snapshot!(Run::new(&server.uri()).only(&["answer-json"]).case(PLAIN).shown().await);
}

#[tokio::test]
async fn a_member_stands_twice() {
    let server = server(|request| {
        let text = conversation(request).to_string().replacen("\"code_id\":", "\"code_id\":\"\",\"code_id\":", 1);
        ResponseTemplate::new(200).set_body_raw(text, "application/json")
    })
    .await;
    assert_snapshot!(Run::new(&server.uri()).only(&["answer-unique-members"]).case(PLAIN).shown().await);
}

#[tokio::test]
async fn the_connection_is_dropped() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        let mut first = true;
        while let Ok((mut stream, _)) = listener.accept().await {
            // A server that reads a request and closes the connection without an answer, except for the first request.
            let _ = stream.read(&mut [0; 65536]).await;
            if std::mem::take(&mut first) {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").await;
            }
        }
    });
    assert_snapshot!(Run::new(&url).only(&["group-accepted"]).shown().await);
}

#[tokio::test]
async fn the_answer_takes_too_long() {
    let count = AtomicU32::new(0);
    let server = server(move |request| match count.fetch_add(1, Ordering::Relaxed) {
        1 => correct(request).set_delay(Duration::from_secs(5)),
        _ => correct(request),
    })
    .await;
    assert_snapshot!(Run::new(&server.uri()).case("group-accepted/plain").shown().await);
}

#[tokio::test]
async fn the_server_answers_nobody_any_more() {
    let count = AtomicU32::new(0);
    let server = server(move |request| match count.fetch_add(1, Ordering::Relaxed) {
        0..8 => correct(request),
        _ => correct(request).set_delay(Duration::from_secs(60)),
    })
    .await;
    let began = Instant::now();
    let run = Run::new(&server.uri()).only(&["group-accepted", "category-*"]).with(|options| options.jobs = 1);
    assert_snapshot!(run.shown().await);
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
}

#[tokio::test]
async fn the_first_request_comes_to_nothing() {
    let silent = server(|request| correct(request).set_delay(Duration::from_secs(60))).await;
    let error = Run::new(&silent.uri()).result().await.expect_err("no report");
    assert!(matches!(error, RunError::Unanswered { reason: NoAnswer::Timeout(_), .. }), "{error}");
    let throttling = server(|_| ResponseTemplate::new(429)).await;
    let error = Run::new(&throttling.uri()).result().await.expect_err("no report");
    assert!(matches!(error, RunError::Throttled { .. }), "{error}");
    // A single unanswered request must not end the run.
    let count = AtomicU32::new(0);
    let moody = server(move |request| match count.fetch_add(1, Ordering::Relaxed) {
        0 => correct(request).set_delay(Duration::from_secs(60)),
        _ => correct(request),
    })
    .await;
    assert!(Run::new(&moody.uri()).case("group-accepted/plain").result().await.is_ok());
}

#[tokio::test]
async fn creating_again_makes_another_conversation() {
    let counts: Mutex<HashMap<String, u32>> = Mutex::default();
    let server = server(move |request| {
        let mut body = conversation(request);
        let mut counts = counts.lock().expect("a lock");
        let number = counts.entry(body["data"]["conversation_id"].to_string()).or_default();
        *number += 1;
        body["data"]["code_id"] = json!(format!("00000000-0000-4000-8000-{number:012}"));
        accepted(&body)
    })
    .await;
    assert_snapshot!(Run::new(&server.uri()).only(&["create-again-same-code"]).shown().await);
}

#[tokio::test]
async fn the_name_is_lost() {
    let server = server(|request| {
        let mut body = conversation(request);
        body["data"]["name"] = json!("");
        accepted(&body)
    })
    .await;
    assert_snapshot!(Run::new(&server.uri()).only(&["name-echoed"]).case(PLAIN).shown().await);
}

#[tokio::test]
async fn one_of_many_participants_is_promoted() {
    let server = server(|request| {
        let mut body = conversation(request);
        if let Some(participant) = body["data"]["participants"].get_mut(200) {
            participant["role"] = json!("ADMIN");
        }
        accepted(&body)
    })
    .await;
    let run = Run::new(&server.uri()).only(&["participants-ordinary"]);
    assert_snapshot!(run.case("group-size/group-of-255").shown().await);
}

#[tokio::test]
async fn a_generated_request_is_made_smaller() {
    // A server that stores names in a legacy encoding.
    let server = server(|request| match request["name"].as_str() {
        Some(name) if name.chars().any(|c| u32::from(c) > 0xffff) => ResponseTemplate::new(500),
        _ => correct(request),
    })
    .await;
    let run = Run::new(&server.uri()).only(&["group-size"]).with(|options| {
        options.cases = 16;
        // Large groups take a while on a busy machine.
        options.limits.timeout = Duration::from_secs(20);
    });
    assert_snapshot!(run.shown().await);
}

#[tokio::test]
async fn an_answer_is_none_of_the_readings() {
    let server = server(|request| match request["participants"].as_array() {
        Some(participants) if participants.is_empty() => ResponseTemplate::new(500).set_body_string("boom"),
        _ => correct(request),
    })
    .await;
    assert_snapshot!(Run::new(&server.uri()).only(&["group-without-participants"]).shown().await);
}

#[tokio::test]
async fn a_should_is_broken() {
    let server = server(|request| {
        let mut body = conversation(request);
        body["data"]["code_url"] = json!("/codes/d8244b92-30e9-44b5-bfb0-ce597c788125");
        accepted(&body)
    })
    .await;
    assert_snapshot!(Run::new(&server.uri()).only(&["group-code-url*"]).case(PLAIN).shown().await);
}

#[tokio::test]
async fn every_user_is_unknown() {
    let server = server(|_| refused(20116, "participants")).await;
    assert_snapshot!(Run::new(&server.uri()).only(&["category-enum", "conversation-id-uuid"]).shown().await);
}

#[tokio::test]
async fn the_server_throttles_for_ever() {
    let count = AtomicU32::new(0);
    let server = server(move |request| match count.fetch_add(1, Ordering::Relaxed) {
        0 => correct(request),
        _ => ResponseTemplate::new(429),
    })
    .await;
    let run = Run::new(&server.uri()).only(&["group-accepted", "category-enum"]);
    // With one job, the number of cases until the server is given up is fixed.
    assert_snapshot!(run.with(|options| options.jobs = 1).shown().await);
}

#[tokio::test]
async fn whatever_time_is_asked_for_requests_are_few_and_no_mistake_of_ours() {
    let asked =
        ["0", "18446744073709551615", "Sun, 06 Nov 1994 08:49:37 GMT", "Fri, 31 Dec 9999999999999 23:59:59 GMT"];
    for time in asked {
        let count = Arc::new(AtomicU32::new(0));
        let counting = Arc::clone(&count);
        let server = server(move |_| {
            counting.fetch_add(1, Ordering::Relaxed);
            ResponseTemplate::new(429).insert_header("retry-after", time).insert_header("date", time)
        })
        .await;
        let error = Run::new(&server.uri()).result().await.expect_err("no report");
        assert!(matches!(error, RunError::Throttled { .. }), "{time}: {error}");
        let count = count.load(Ordering::Relaxed);
        assert!(count < 20, "{time}: {count} requests");
    }
}

#[tokio::test]
async fn the_server_speaks_the_edition_of_2018() {
    let server = server(|request| match is_valid(request) {
        true => correct(request),
        false => ResponseTemplate::new(400),
    })
    .await;
    let run = Run::new(&server.uri()).only(&["category-enum", "refusal-envelope"]);
    assert_snapshot!(run.with(|options| options.edition = None).shown().await);
}

#[tokio::test]
async fn an_expired_token_is_taken() {
    let server = server(|request| accepted(&conversation(request))).await;
    let run = Run::new(&server.uri()).signing().only(&["token-expired"]).case("token-expired/group-an-hour-ago");
    assert_snapshot!(run.shown().await);
}

#[tokio::test]
async fn a_token_is_taken_whatever_its_scheme() {
    let server = server(|request| accepted(&conversation(request))).await;
    let run = Run::new(&server.uri()).signing().only(&["credential-scheme"]).case("credential-scheme/group-basic");
    assert_snapshot!(run.shown().await);
}

#[tokio::test]
async fn a_signed_request_is_shown_with_what_signs_it() {
    let server = server(|request| {
        let mut body = conversation(request);
        body["data"].as_object_mut().expect("an object").remove("code_id");
        accepted(&body)
    })
    .await;
    assert_snapshot!(Run::new(&server.uri()).signing().only(&["answer-code-id"]).case(PLAIN).shown().await);
}
