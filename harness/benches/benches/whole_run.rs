//! What a run against the reference server takes, the server included, by how many cases each property generates.

use std::net::SocketAddr;
use std::sync::Arc;

use divan::Bencher;
use mixinspec_engine::{Caller, Credential, Options, Route, Runner, Silent, Target, Users};
use mixinspec_server::{Edition, Running, Server, Uuid};
use mixinspec_spec::Spec;
use tokio::runtime::Runtime;

const CALLER: &str = "8dcf823d-9eb3-4da2-8734-f0aad50c0da6";

/// A new server for each run: none has what another has created.
async fn serve() -> (SocketAddr, Running) {
    let caller: Uuid = CALLER.parse().expect("an id");
    let server = Server::builder().edition(Edition::E2026).no_auth(caller).build();
    server.bind("127.0.0.1:0").await.expect("a free port")
}

async fn judge(spec: Arc<Spec>, address: SocketAddr, cases: u64) -> u64 {
    let target = Target {
        base: format!("http://{address}").parse().expect("a URL"),
        callers: vec![Caller { user_id: CALLER.to_owned(), credential: Credential::None }],
        users: Users::any_uuid(),
        route: Route::default(),
        secrets: Vec::new(),
    };
    let options = Options { edition: Some("2026".into()), cases, run_id: "bench".into(), ..Options::default() };
    let runner = Runner::new(spec, target, options, Arc::new(Silent)).expect("a runner");
    let report = runner.run().await.expect("a report");
    report.exchanges
}

#[divan::bench(args = [34, 340, 3400], sample_count = 5, sample_size = 1)]
fn run(bencher: Bencher<'_, '_>, cases: u64) {
    let runtime = Runtime::new().expect("a runtime");
    let spec = Arc::new(Spec::embedded().expect("the embedded spec is sound"));
    bencher.with_inputs(|| runtime.block_on(serve())).bench_local_values(|(address, running)| {
        let exchanges = runtime.block_on(judge(Arc::clone(&spec), address, cases));
        drop(running);
        exchanges
    });
}

fn main() {
    divan::main();
}
