//! Tests of explanations.

use std::sync::Arc;

use serde_json::json;

use super::*;
use crate::cel::Vocabulary;
use crate::identity::derivation::Derivations;
use crate::identity::users::Users;

fn why(rule: &str) -> (String, String) {
    let vocabulary = Vocabulary::new(Arc::new(Derivations::new(Default::default())), Arc::new(Users::any_uuid()));
    let mut scope = vocabulary.scope();
    scope.set("response", &json!({"data": {"role": "x", "list": [{"r": 1}, {"r": 2}]}}));
    scope.set("request", &json!({"role": "y", "ids": [{"id": "a"}, {"id": "c"}]}));
    scope.set("code", &json!(3));
    scope.set(
        "http",
        &json!({"text": "abbc", "headers": {"date": "x"}, "json_faults": ["not-json"], "objects": [], "status": 500}),
    );
    let again = json!({"response": {"data": 2}, "http": {"status": 202}, "outcome": "refused", "code": 403});
    scope.set("steps", &json!({"again": again}));
    scope.set("outcome", &json!("server_error"));
    let rule = Expression::compile(rule).expect("a rule");
    assert_eq!(scope.holds(&rule), Ok(false));
    let found = why_false(&rule, &scope, &Redactor::default());
    (found.expected, found.actual)
}

#[test]
fn the_part_that_decides_is_put_into_words() {
    for (rule, expected, actual) in [
        (
            "1 == 1 && response.data.role == request.role",
            r#"/data/role is "y" (/role of the request)"#,
            r#"/data/role is "x""#,
        ),
        ("!(response.data.role == 'x')", r#"/data/role is not "x""#, r#"/data/role is "x""#),
        ("response.data.list.all(p, p.r == 1)", "/data/list/1/r is 1", "/data/list/1/r is 2"),
        ("!response.data.list.exists(p, p.r > 1)", "/data/list/1/r is at most 1", "/data/list/1/r is 2"),
        ("[response.data.list].all(named, named.all(p, p.r == 1))", "/data/list/1/r is 1", "/data/list/1/r is 2"),
        (
            "response.data.list.map(p, p.r).all(n, n == 1)",
            "for each n in /data/list/*/r: n is 1",
            "n is 2, where n is 2",
        ),
        (
            "response.data.list.exists(p, p.r == 3)",
            "/data/list has an element: its r is 3",
            r#"it has none; /data/list is [{"r":1},{"r":2}]"#,
        ),
        (
            "['a', 'b'].exists(w, response.data.role.contains(w))",
            r#"/data/role contains one of ["a","b"]"#,
            r#"/data/role is "x""#,
        ),
        ("response.data.role.matches('^z')", "/data/role matches ^z", r#"/data/role is "x""#),
        ("!http.text.matches('b+')", "nothing in the body matches b+", r#"the body has "bb""#),
        ("has(response.data.nope)", r#"/data has a member "nope""#, r#"there is none: /data has only "list", "role""#),
        (
            "!has(response.data)",
            r#"the answer has no member "data""#,
            r#"its "data" is {"list":[{"r":1},{"r":2}],"role":"x"}"#,
        ),
        ("'error' in http.objects", r#"the answer has a member "error""#, r#"there is none: it has only "data""#),
        ("'x-id' in http.headers", "a header field x-id", "there is none, only date"),
        ("!('not-json' in http.json_faults)", "the body is JSON", "the body is no JSON: abbc"),
        ("code in [1, 2]", "the code is one of [1,2]", "the code is 3"),
        (
            "subset(response.data.list.map(p, string(p.r)), ['1'])",
            r#"each of string(/data/list/*/r) is in ["1"]"#,
            r#""2" is not in ["1"]"#,
        ),
        (
            "[request.ids.map(p, p.id)].all(now, same_set(now, ['b']) || same_set(now, ['a', 'b']))",
            r#"/ids/*/id of the request has the same values as ["b"], or as ["a", "b"]"#,
            r#"/ids/*/id of the request lacks "b", and has "c" besides"#,
        ),
        ("distinct([1, 2, 1])", "each of [1, 2, 1] is there once", "1 is there more than once"),
        (
            "response.data.list.all(p, p.r != 2 || response.data.role == 'OWNER')",
            r#"/data/role is "OWNER""#,
            r#"/data/role is "x"; /data/list/1/r is 2"#,
        ),
        (
            "!has(response.data.role) || !has(request.role) || response.data.role == request.role",
            r#"/data/role is "y" (/role of the request)"#,
            r#"/data/role is "x""#,
        ),
        (
            "code != 3 || http.text != 'abbc'",
            r#"the code is not 3, or the body is not "abbc""#,
            r#"the code is 3; the body is "abbc""#,
        ),
        (
            "steps.again.outcome == 'accepted'",
            "the again step's answer is accepted",
            "the again step's answer is refused with code 403",
        ),
        (
            "outcome in ['refused', 'unauthorized']",
            "the answer is refused or unauthorized",
            "the answer is a server error (HTTP 500)",
        ),
        ("outcome != 'server_error'", "the answer is not a server error", "the answer is a server error (HTTP 500)"),
        (
            "steps.again.response.data == 1 || steps.again.http.status == 200",
            "/data of the again step's answer is 1, or the HTTP status of the again step's answer is 200",
            "/data of the again step's answer is 2; the HTTP status of the again step's answer is 202",
        ),
    ] {
        assert_eq!(why(rule), (expected.to_owned(), actual.to_owned()), "{rule}");
    }
}
