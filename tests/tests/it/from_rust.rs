//! The example in the documentation of the engine: a Rust test judges a server. `lib.rs` has it word for word.

use std::error::Error;
use std::sync::Arc;

use mixinspec_engine::{Caller, Credential, Item, Options, Route, Runner, Silent, Target, Users, Verdict};
use mixinspec_server::{Edition, Server};
use mixinspec_spec::Spec;

use crate::callers::USERS;

#[tokio::test(flavor = "multi_thread")]
async fn a_server_is_judged_from_a_rust_test() -> Result<(), Box<dyn Error>> {
    let server = Server::builder().edition(Edition::E2026).no_auth(USERS[0].parse()?);
    let (address, running) = server.build().bind("127.0.0.1:0").await?;
    let url = format!("http://{address}");
    // The example begins.
    let target = Target {
        base: url.parse()?,
        callers: vec![Caller { user_id: USERS[0].to_owned(), credential: Credential::None }],
        users: Users::any_uuid(),
        route: Route::default(),
        secrets: Vec::new(),
    };
    let options = Options { edition: Some("2026".into()), cases: 4, run_id: "my-test".into(), ..Options::default() };
    let runner = Runner::new(Arc::new(Spec::embedded()?), target, options, Arc::new(Silent))?;
    let report = runner.run().await?;
    let fails = |item: &Item<'_>| item.verdict == Verdict::Fail;
    let failing: Vec<&str> = report.items().filter(fails).map(|item| item.id).collect();
    assert!(failing.is_empty(), "{failing:?}");
    // The example ends.
    running.stop().await;
    assert!(report.exchanges > 1000, "{}", report.exchanges);
    Ok(())
}

#[test]
fn the_engines_first_page_has_it_word_for_word() {
    let indent = |line: &str, by: &str| line.strip_prefix(by).unwrap_or(line).to_owned();
    let page = include_str!("../../../harness/engine/src/lib.rs");
    let shown = page.split("//! ```ignore\n").nth(1).and_then(|rest| rest.split("//! ```").next()).expect("an example");
    let shown: Vec<String> = shown.lines().map(|line| indent(line, "//! ")).collect();
    let test = include_str!("from_rust.rs");
    let run =
        test.split("// The example begins.\n").nth(1).and_then(|rest| rest.split("    // The example ends.").next());
    let run: Vec<String> = run.expect("the marks").lines().map(|line| indent(line, "    ")).collect();
    assert_eq!(shown, run);
}
